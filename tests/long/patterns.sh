#!/usr/bin/env bash
# patterns.sh - gf-stream with random sets of patterns beside grep with the same: sets of every size
# and shape, whole records, words, both cases, what is kept, dropped and matched; then patterns of
# PCRE2 beside grep -P. SEED= repeats a run, ROUNDS= is how many sets there are.
set -u
gf=${GF_BIN:-$PWD/build/bin}/gf-stream
[[ $gf == /* ]] || gf=$PWD/$gf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C
SEED=${SEED:-$RANDOM}
ROUNDS=${ROUNDS:-400}
RANDOM=$SEED
bad=0

# Writes `many` and `in`. Kinds: few letters; begun by one another; ids; all bytes; a common front.
make_texts() {
  awk -v seed=$RANDOM -v kind=$((RANDOM % 5)) -v n="$1" -v least=$((1 + RANDOM % (RANDOM % 2 ? 3 : 30))) '
    function word(len,   s, i) {
      for (i = 0; i < len; i++) s = s letter[int(rand() * letters)]
      return s
    }
    function make(   len) {
      len = least + int(rand() * 12)
      if (kind == 1) return substr(run, 1, 1 + int(rand() * 300)) (rand() < .5 ? "b" : "")
      if (kind == 4) return "https://host.example/" word(len)
      return word(len)
    }
    BEGIN {
      srand(seed)
      if (kind == 3) for (i = 1; i < 256; i++) { if (i != 10) letter[letters++ + 0] = sprintf("%c", i) }
      else letters = split(kind == 2 ? "0 1 2 3 4 5 6 7 8 9 a b c d e f" : "a b A _ x", part, " ")
      for (i = 1; i in part; i++) letter[i - 1] = part[i]
      for (i = 0; i < 300; i++) run = run "a"
      for (i = 0; i < n; i++) { text[i] = make(); print text[i] >"many" }
      for (i = 0; i < 2000; i++) {
        line = rand() < .3 ? "" : word(int(rand() * 60))
        if (rand() < .2) line = line text[int(rand() * n)]
        if (rand() < .2) line = line (rand() < .5 ? " " : "") make() word(int(rand() * 3))
        print line >"in"
      }
    }'
}

# agree WHAT CMD: what the two commands print is the same.
agree() {
  if ! cmp -s ours theirs; then
    echo "not ok - $1 (SEED=$SEED, round $round, $(wc -l <many) patterns)"
    cmp ours theirs
    bad=1
  fi
}

texts() {
  local option
  make_texts $((RANDOM % 3 ? 1 + RANDOM % 80 : 1 + RANDOM % 4000))
  for option in -F -Fi -Fw -Fx -Fxi -Fiw; do
    "$gf" --crlf keep --from in filter "$option" --patterns many >ours
    grep -a "$option" -f many in >theirs
    agree "filter $option"
  done
  "$gf" --crlf keep --from in reject -F --patterns many >ours
  grep -avF -f many in >theirs
  agree 'reject -F'
  "$gf" --crlf keep --from in where 1 ne '(none)' filter -F --patterns many >ours
  grep -aF -f many in >theirs
  agree 'filter -F of single records'
  for option in -F -Fi; do
    "$gf" --crlf keep --from in matches "$option" --patterns many >ours
    grep -ao "$option" -f many in >theirs
    agree "matches $option"
  done
}

# Patterns out of pieces; grep -P takes one, so theirs is the union of what each finds.
regexes() {
  local i k n=$((2 + RANDOM % 12)) pattern
  local -a pieces=(a b ab abc 'a*' 'b+' '[ab]' '(a)\1' '(b)' '.' '^' '$' '\w' '(?:a|x)' 'x?' aabb _ A)
  make_texts 20
  : >many
  for ((i = 0; i < n; i++)); do
    pattern=
    for ((k = 1 + RANDOM % 6; k > 0; k--)); do pattern+=${pieces[RANDOM % ${#pieces[@]}]}; done
    printf '%s\n' "$pattern" >>many
  done
  local option
  for option in '' i w x; do
    while IFS= read -r pattern; do grep -an "-P$option" -e "$pattern" in; done <many |
      sort -t: -k 1,1n -u | cut -d: -f2- >theirs
    "$gf" --crlf keep --from in filter ${option:+"-$option"} --patterns many >ours
    agree "filter ${option:+-}$option"
  done
}

for ((round = 1; round <= ROUNDS && !bad; round++)); do
  texts
  ((round % 4)) || regexes
done
((bad)) || echo "ok - $ROUNDS sets (SEED=$SEED)"
exit "$bad"
