#!/usr/bin/env bash
# pipeline.sh - gf-pipeline against the shell's pipe, GNU parallel --pipe, a loop in Python, gf-pool.
#
# Which filter flushes each line, and which holds its output or its input back, is said by the two
# tables; a filter that is not installed is left out.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
if ! command -v gf-pipeline >/dev/null; then
  echo '(gf-pipeline is not built here: left out)'
  exit 0
fi
compile answers
answers=$BENCH_DATA/answers
n=$((1000000 / SCALE))
records=$BENCH_DATA/pipeline-$n.txt
[ -s "$records" ] ||
  awk -v n="$n" 'BEGIN { for (i = 1000001; i <= 1000000 + n; i++) printf "{\"number\":%d,\"text\":\"records of sixty bytes, no more\"}\n", i }' >"$records"

# rate_of LABEL RECORDS: how many a second, from the median of its wall times.
rate_of() { awk -v n="$2" -v ns="$(of "$1" 1)" 'BEGIN { printf "%.0f", n * 1e9 / ns }'; }
# cpu NAME GOAL WHO: processor time of the pair that was run last.
cpu() {
  echo "$1, processor time: ours $(seconds "$(of ours 2)"), peer ($3) $(seconds "$(of "$3" 2)")," \
    "ratio $(ratio "$(of ours 2)" "$(of "$3" 2)") (goal $2)"
}
# times FILE KEY: of the records in each stage, in microseconds, as --stats=json says; nothing where it says none.
times() {
  [ -s "$1" ] && grep -oE '"service_seconds":\{[^}]*' "$1" | sed -n "s/.*\"$2\":\([0-9.e+-]*\).*/\1/p" |
    awk '{ printf "%s%.1f", (NR > 1 ? " " : ""), $1 * 1e6 }'
}
# chain STAGE-OPTIONS COMMAND COUNT: so many stages of the command.
chain() {
  local i words=
  for ((i = 1; i <= $3; i++)); do words+="${words:+ ::: }--stage s$i $1 -- $2"; done
  printf '%s' "$words"
}
stats="--stats=json --stats-file $BENCH_DIR/stats.json"
three=$(chain '' cat 3)
plain='cat | cat | cat'

# ---- three stages that answer each record ----

pair "$n records through three map stages" 3 "gf-pipeline $stats $three <$records >/dev/null" \
  'cat | cat | cat' "cat <$records | cat | cat >/dev/null"
cpu "$n records through three map stages" none 'cat | cat | cat'
echo "records a second through three map stages: ours $(rate_of ours "$n") (goal 1000000, moonshot 3000000)"
# A pipe at both ends, as in a shell, costs what its reader and writer cost.
pair "$n records through three map stages, between pipes" 3 "cat $records | gf-pipeline $stats $three | cat >/dev/null" \
  'cat | cat | cat' "cat $records | cat | cat | cat | cat >/dev/null"
need parallel &&
  pair "$n records through three commands" 0.2 "gf-pipeline $stats $three <$records >/dev/null" \
    'GNU parallel --pipe -k' \
    "PARALLEL_HOME=$BENCH_DIR parallel --will-cite --pipe --block 4M -k -j2 '$plain' <$records >/dev/null"

few=$((50000 / SCALE))
head -n "$few" "$records" >"$BENCH_DIR/few"
one="gf-pipeline --window 1 $stats $three <$BENCH_DIR/few >/dev/null"
rm -f "$BENCH_DIR"/*.m
if need python3; then
  pair "$few records, window 1" 0.333 "$one" \
    'Python: write, flush, readline' "python3 $BENCH_ROOT/tests/bench/pipeline_peer.py <$BENCH_DIR/few >/dev/null"
else
  measured ours "$one"
fi
echo "records a second at window 1: ours $(rate_of ours "$few") (goal 30000)"
p50=$(times "$BENCH_DIR/stats.json" p50)
[ -n "$p50" ] && echo "p50 of each stage at window 1: ours $p50 us (goal under 25)"

# ---- what the hops cost ----

printf -v sixteen '%s ' "$records"{,,,,,,,,,,,,,,,}
pair "$((n * 16)) records through two filters, joined by a pipe" 1.1 \
  "cat $sixteen | gf-pipeline $(chain '--mode filter' cat 2) | cat >/dev/null" \
  'cat | cat' "cat $sixteen | cat | cat | cat >/dev/null"
cpu "$((n * 16)) records through two filters" none 'cat | cat'

# ---- a process for each record ----

printf 'int main(void){return 0;}' | "${BENCH_CC[@]}" -O2 -static -x c -o "$BENCH_DATA/noop" - || exit 1
head -n $((n / 100)) "$records" >"$BENCH_DIR/each"
for jobs in 1 2; do
  pair "start $((n / 100)) no-ops by --mode each, -j$jobs" 1 \
    "gf-pipeline -j$jobs $(chain '--mode each' "$BENCH_DATA/noop" 1) <$BENCH_DIR/each >/dev/null" \
    'gf-pool --pipe -n1' "gf-pool --pipe -n1 -k -j$jobs $BENCH_DATA/noop <$BENCH_DIR/each"
done

# ---- memory ----

for count in 1000 $((n / 10)) $((n * 10)); do
  seq "$count" >"$BENCH_DIR/count"
  rm -f "$BENCH_DIR/mem.m"
  measured mem "gf-pipeline $three <$BENCH_DIR/count"
  echo "memory, $count records through three stages: ours $(mebibytes "$(of mem 3)") (goal flat, under 32 MiB)"
done
rm "$BENCH_DIR/count"

# ---- a lone record ----

alone=$((2000 / SCALE > 200 ? 2000 / SCALE : 200))
for ((i = 0; i < ROUNDS; i++)); do
  # shellcheck disable=SC2086 # words
  "$answers" alone "$alone" gf-pipeline $three >>"$BENCH_DIR/alone.ours"
  "$answers" alone "$alone" bash -c "$plain" >>"$BENCH_DIR/alone.peer"
done
wait_of() { awk -v c="$2" '{ print $c }' "$BENCH_DIR/alone.$1" | median; }
added() { awk -v a="$(wait_of ours "$1")" -v b="$(wait_of peer "$1")" 'BEGIN { printf "%.0f us", a - b }'; }
echo "a lone record through three stages, p99: ours $(wait_of ours 2) us, peer (cat | cat | cat) $(wait_of peer 2) us," \
  "added $(added 2) (goal under 200 us), p50 added $(added 1)"

# ---- real filters ----

# A program that flushes each line, and is no interpreter.
printf '%s\n' '#include <stdio.h>' 'int main(void) { static char b[65536];' \
  'while (fgets(b, sizeof b, stdin)) { fputs(b, stdout); fflush(stdout); } return 0; }' |
  "${BENCH_CC[@]}" -O2 -x c -o "$BENCH_DATA/flushing" - || exit 1
cat >"$BENCH_DIR/copy.py" <<'END'
import sys
for line in sys.stdin:
    sys.stdout.write(line)
END
# name, how many times fewer records, command
flushers="C|1|$BENCH_DATA/flushing
jq -c --unbuffered|5|jq -c --unbuffered .
sed -u|50|sed -u s/record/RECORD/
mawk -Winteractive|2|mawk -Winteractive '{ print; fflush() }'
gawk|2|gawk '{ print; fflush() }'
stdbuf -oL sed|2|stdbuf -oL sed s/record/RECORD/
python3 -u|2|python3 -u $BENCH_DIR/copy.py"
holders="mawk|1|mawk '{ print }'
gawk|1|gawk '{ print }'
jq -c|5|jq -c .
sed|1|sed s/record/RECORD/
python3|1|python3 $BENCH_DIR/copy.py
tr|1|tr a-z A-Z
dd iflag=fullblock|1|dd iflag=fullblock bs=64K status=none"

# each_filter TABLE FUNCTION: FUNCTION NAME RECORDS COMMAND for the rows; the records are in $BENCH_DIR/some.
each_filter() {
  local name fewer command
  while IFS='|' read -r name fewer command; do
    need "${command%% *}" || continue
    head -n $((n / fewer)) "$records" >"$BENCH_DIR/some"
    "$2" "$name" $((n / fewer)) "$command"
  done <<<"$1"
}

by_flush() {
  pair "$1, $2 records" 1 "gf-pipeline --stage a -- $3 <$BENCH_DIR/some >/dev/null" \
    "$1 | cat" "$3 <$BENCH_DIR/some | cat >/dev/null"
  cpu "$1" 0.7 "$1 | cat"
}
each_filter "$flushers" by_flush

# When a tenth of the answers has come, ours and the filter's own, and all; a minute at most.
by_block() {
  local who i tenth=$(($2 / 10))
  rm -f "$BENCH_DIR"/*.f
  for ((i = 0; i < ROUNDS; i++)); do
    timeout 60 "$answers" first "$tenth" bash -c "gf-pipeline --stage a -- $3" <"$BENCH_DIR/some" >>"$BENCH_DIR/ours.f" ||
      echo "($1: ours exited $?)"
    timeout 60 "$answers" first "$tenth" bash -c "$3 | cat" <"$BENCH_DIR/some" >>"$BENCH_DIR/peer.f" || echo "($1: exited $?)"
  done
  for who in ours peer; do
    for i in 1 2; do awk -v c=$i '{ print $c }' "$BENCH_DIR/$who.f" | median >"$BENCH_DIR/$who.$i"; done
  done
  local ours peer
  read -r ours <"$BENCH_DIR/ours.1" && read -r peer <"$BENCH_DIR/peer.1"
  echo "$1, $2 records, a tenth of them: ours $(ms "$ours"), peer ($1 | cat) $(ms "$peer")," \
    "later $(ms $((ours - peer))) (goal 100 ms)"
  read -r ours <"$BENCH_DIR/ours.2" && read -r peer <"$BENCH_DIR/peer.2"
  echo "$1, $2 records, all: ours $(seconds "$ours"), peer ($1 | cat) $(seconds "$peer"), ratio $(ratio "$ours" "$peer")"
}
each_filter "$holders" by_block
