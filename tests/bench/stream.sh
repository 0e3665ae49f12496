#!/usr/bin/env bash
# stream.sh - gf-stream beside the best tool for each piece of work, on the same data. Filters write to
# a pipe: grep stops at the first match when it sees /dev/null.
# shellcheck disable=SC1091,SC2016
. "$(dirname "$0")/lib.sh"
compile distinct

# data NAME PROGRAM: lines of an awk program with n set, made once a scale.
data() {
  local file=$BENCH_DATA/$1-$SCALE
  [ -s "$file" ] || awk -v n=$(($3 / SCALE)) "BEGIN { srand(42); $2 }" >"$file.new" && mv -f "$file.new" "$file" 2>/dev/null
  printf '%s\n' "$file"
}

# Bytes of hexadecimal digits, as awk makes them whatever its random numbers are worth.
hex8='int(rand() * 65536), int(rand() * 65536)'
log=$(data log "for (i = 0; i < n; i++) printf \"2026-11-15T%02d:%02d:%02d.%03dZ %s svc-%02d id=%04x%04x %s /api/v1/users/%d/orders/%d %d %dms\\n\",
  i / 360000 % 24, i / 6000 % 60, i / 100 % 60, rand() * 1000, (rand() < .1 ? \"ERROR\" : \"INFO\"), rand() * 20, $hex8,
  (rand() < .2 ? \"DELETE\" : \"GET\"), rand() * 100000, rand() * 1000000, 200 + int(rand() * 4) * 100 + int(rand() * 5), rand() * 3000" 5000000)
keys=$(data keys 'for (i = 0; i < n; i++) printf "key-%07d-and-more-text\n", rand() * n / 10' 10000000)
hex=$(data hex "for (i = 0; i < n; i++) printf \"%04x%04x%04x%04x%04x%04x%04x%04x\\n\", $hex8, $hex8, $hex8, $hex8" 10000000)
nums=$(data nums 'for (i = 0; i < n; i++) printf "%.3f\n", (rand() - .5) * 2e8' 5000000)
zipf=$(data zipf 'for (i = 0; i < n; i++) printf "/item/%d\n", exp(rand() * log(1000000))' 10000000)
amounts=$(data amounts 'for (i = 0; i < n; i++) printf "/item/%d %d\n", exp(rand() * log(1000000)), rand() * 10000' 10000000)

rare='id=00[0-9a-f]{4}.* DELETE .* 50[03] '
dense=' 5[0-9][0-9] [0-9]+ms'
subst='s/.*id=([0-9a-f]+) ([A-Z]+) .*/$2 $1/'

filters() {
  pair "keep $1, file" '<= 1' "gf-stream --from '$log' filter '$2' | cat" \
    grep "grep -P '$2' '$log' | cat" rg "rg -N '$2' '$log' | cat"
  pair "keep $1, pipe" '<= 1' "cat '$log' | gf-stream filter '$2' | cat" \
    grep "cat '$log' | grep -P '$2' | cat" rg "cat '$log' | rg -N '$2' | cat"
}
filters literal ERROR
filters rare "$rare"
filters dense "$dense"
pair 'drop a literal' '<= 1' "gf-stream --from '$log' reject ERROR | cat" \
  grep "grep -vF ERROR '$log' | cat" rg "rg -Nv ERROR '$log' | cat"

# Ids of 36 bytes, of which one in fifty lines has one that is looked for. grep needs 3 GB and two
# minutes for the million: it is left out there without GREP_MILLION=1.
ids=$(data ids "for (i = 0; i < n; i++) printf \"%04x%04x-%04x-%04x-%04x-%04x%04x%04x\\n\", $hex8, $hex8, $hex8, $hex8" 1000000)
idlog=$(data idlines "for (i = 0; i < n; i++) {
  if (rand() < .02) { getline id <\"$ids\" } else { id = sprintf(\"%04x%04x-%04x-%04x-%04x-%04x%04x%04x\", $hex8, $hex8, $hex8, $hex8) }
  printf \"2026-11-15T%02d:%02d:%02dZ %s svc-%02d id=%s GET /api/v1/users/%d 200\\n\", i / 3600 % 24, i / 60 % 60, i % 60, (rand() < .01 ? \"timeout\" : \"INFO\"), rand() * 20, id, rand() * 100000 }" 2000000)
words=$BENCH_DATA/words
printf '%s\n' fatal error timeout refused denied panic segfault exception unreachable failed abort >"$words"
any_of() {
  local peers=()
  [ "$2" = "$ids" ] && [ -z "${GREP_MILLION:-}" ] || peers+=(grep "grep -F -f '$2' '$idlog' | cat")
  pair "any of $1" '<= 1' "gf-stream --from '$idlog' filter -F --patterns '$2' | cat" \
    "${peers[@]}" rg "rg -N -F -f '$2' '$idlog' | cat"
}
for n in 50 5000; do
  head -n "$n" "$ids" >"$BENCH_DATA/ids-$n"
  any_of "$n ids" "$BENCH_DATA/ids-$n"
done
any_of '1000000 ids' "$ids"
any_of '11 words' "$words"
printf '%s\n' Q zz foo '~~~' "it's" >"$BENCH_DATA/short"
any_of '5 short words' "$BENCH_DATA/short"
pair '1000000 ids, made ready' '<= 0.1' "gf-stream filter -F --patterns '$ids' </dev/null" \
  rg "rg -N -F -f '$ids' </dev/null"
pair substitute '<= 0.2' "gf-stream --from '$log' map '$subst'" perl "perl -pe '$subst' '$log'"
pair 'fields 5,4' '<= 0.5' "gf-stream --from '$log' fields 5,4" cut "cut -d' ' -f4,5 '$log'"
pair 'distinct, few' '<= 0.167' "gf-stream --from '$keys' distinct" sort "sort -u '$keys'"
pair 'distinct, all' '<= 0.2' "gf-stream --from '$hex' distinct" perl "perl -ne 'print unless \$s{\$_}++' '$hex'"
# Against a table of our own that does nothing else: what the chain and the budget cost.
pair 'distinct, few, beside a bare table' '<= 1.1' "gf-stream --from '$keys' distinct" bare "'$BENCH_DATA/distinct' '$keys'"
pair 'distinct, all, beside a bare table' '<= 1.1' "gf-stream --from '$hex' distinct" bare "'$BENCH_DATA/distinct' '$hex'"
pair 'sort, random' '<= 0.25' "gf-stream --from '$hex' sort" sort "sort --parallel=2 '$hex'"
pair 'sort, alike' '<= 0.333' "gf-stream --from '$log' sort" sort "sort --parallel=2 '$log'"
pair 'sort -n' '<= 0.25' "gf-stream --from '$nums' sort -n" sort "sort -n --parallel=2 '$nums'"
pair 'sort -g' '<= 0.1' "gf-stream --from '$nums' sort -g" sort "sort -g --parallel=2 '$nums'"
pair 'sort by field' '<= 0.25' "gf-stream --from '$log' sort -f 7n" sort "sort -s -k 7,7n --parallel=2 '$log'"
pair 'ten commonest' '<= 0.125' "gf-stream --from '$zipf' distinct -c top -n 10" sort "sort '$zipf' | uniq -c | sort -rn | head"
pair 'ten commonest, group' '<= 0.125' "gf-stream --from '$zipf' group 1 count top -n -f 2 10" \
  sort "sort '$zipf' | uniq -c | sort -rn | head"
pair 'group, count' '<= 0.25' "gf-stream --from '$zipf' group 1 count" \
  mawk "mawk '{ c[\$1]++ } END { for (k in c) print k, c[k] }' '$zipf'" \
  miller "mlr --inidx --ifs space --onidx count -g 1 '$zipf'"
pair 'group, count, beside distinct -c' '<= 1.3' "gf-stream --from '$zipf' group 1 count" \
  'distinct -c' "gf-stream --from '$zipf' distinct -c"
pair 'group, sum, beside distinct -c' '<= 1.3' "gf-stream --from '$amounts' group 1 sum:2" \
  'distinct -c' "gf-stream --from '$zipf' distinct -c"
pair sum '<= 0.25' "gf-stream --from '$nums' sum" mawk "mawk '{ s += \$1 } END { print s }' '$nums'"
pair where '<= 0.25' "gf-stream --from '$nums' where 1 -gt 1000000 | cat" mawk "mawk '\$1 > 1000000' '$nums' | cat"
pair 'chain of five' '<= 0.5' \
  "gf-stream --from '$log' filter ERROR map 's/.*id=([0-9a-f]+).*/\$1/' distinct sort limit 10" \
  pipeline "grep -F ERROR '$log' | sed -E 's/.*id=([0-9a-f]+).*/\\1/' | awk '!s[\$0]++' | sort | head"
