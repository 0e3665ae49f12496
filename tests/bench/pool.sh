#!/usr/bin/env bash
# pool.sh - gf-pool against a bare posix_spawn loop, xargs, xe and GNU parallel.
#
# The commands are given one argument beside the record, because /bin/true looks at its argument
# when there is just one; the bare loop gets the same two.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
compile spawnloop
loop=$BENCH_DATA/spawnloop
n=$((10000 / SCALE))
seq "$n" >"$BENCH_DIR/n"
printf 'int main(void){return 0;}' | "${BENCH_CC[@]}" -O2 -static -x c -o "$BENCH_DATA/noop" - || exit 1

peers=("bare loop" "$loop $n 2 /bin/true x 1" xargs "xargs -P2 -n1 /bin/true x <$BENCH_DIR/n")
need xe && peers+=(xe "xe -j2 /bin/true x {} <$BENCH_DIR/n")
pair "start $n true, -u -j2" "1.05 of the bare loop" "gf-pool -u -j2 /bin/true x <$BENCH_DIR/n" "${peers[@]}"
pair "start $n true, held output, -j2" "1.20 of the bare loop" "gf-pool -j2 /bin/true x <$BENCH_DIR/n" \
  "bare loop" "$loop $n 2 /bin/true x 1"
pair "start $n static no-op, -u -j2" "1.05 of the bare loop" "gf-pool -u -j2 $BENCH_DATA/noop x <$BENCH_DIR/n" \
  "bare loop" "$loop $n 2 $BENCH_DATA/noop x 1"
if need parallel; then
  few=$((n / 10))
  ROUNDS=1 pair "start $few true against GNU parallel" "faster" "head -n $few $BENCH_DIR/n | gf-pool -j2 /bin/true x" \
    "GNU parallel" "head -n $few $BENCH_DIR/n | PARALLEL_HOME=$BENCH_DIR parallel --will-cite -j2 /bin/true x 2>/dev/null"
fi

# Memory of the pool alone, from 1,000 to 1,000,000 records (a static no-op, so that it ends).
for count in 1000 $((1000000 / SCALE)); do
  seq "$count" >"$BENCH_DIR/count"
  rm -f "$BENCH_DIR/mem.m"
  "$BENCH_DATA/measure" "$BENCH_DIR/mem.m" gf-pool -j2 "$BENCH_DATA/noop" <"$BENCH_DIR/count"
  echo "memory, $count items: ours $(mebibytes "$(of mem 3)") (goal flat, under 20 MB)"
done

# How late a time limit fires: job log's runtime of jobs that sleep longer than it.
printf '60\n60\n60\n60\n60\n60\n' | gf-pool -j1 -t 0.5 --joblog "$BENCH_DIR/log" sleep
awk -F'\t' 'NR > 1 { late = ($4 - 0.5) * 1000; if (late > worst) worst = late }
  END { printf "time limit fires late: ours %.0f ms worst of 6 (goal under 20 ms; GNU parallel 0.9 s)\n", worst }' "$BENCH_DIR/log"

# Jobs of mixed length in order: all slots busy is the sum of their sleeps, shared by the slots.
awk -v n=$((10000 / SCALE)) 'BEGIN { srand(7); for (i = 0; i < n; i++) print int(rand() * 30) / 1000 }' >"$BENCH_DIR/mixed"
rm -f "$BENCH_DIR/mixed.m"
"$BENCH_DATA/measure" "$BENCH_DIR/mixed.m" gf-pool -j20 -k --stats=json --stats-file "$BENCH_DIR/mixed.json" sleep <"$BENCH_DIR/mixed"
echo "-k, $((10000 / SCALE)) jobs of 0 to 30 ms at -j20: ours $(seconds "$(of mixed 1)"), slots in use $(
  sed 's/.*"slot_utilisation":\([0-9.]*\).*/\1/' "$BENCH_DIR/mixed.json"
), $(mebibytes "$(of mixed 3)") (goal all slots busy, memory bounded)"

if need parallel; then
  ROUNDS=1 pair '1,000 jobs of a second at once' 'faster' "seq 1000 | gf-pool -j1000 -s 'sleep 1'" \
    'GNU parallel' "seq 1000 | PARALLEL_HOME=$BENCH_DIR parallel --will-cite -j1000 -N1 'sleep 1; : {}' 2>/dev/null"
fi
seq $((20000000 / SCALE)) >"$BENCH_DIR/lines"
need parallel &&
  pair 'blocks to the input of wc -l, -j2' faster "gf-pool --pipe -j2 wc -l <$BENCH_DIR/lines" \
    'GNU parallel --pipe' "PARALLEL_HOME=$BENCH_DIR parallel --will-cite --pipe -j2 wc -l <$BENCH_DIR/lines"

million_records=$BENCH_DATA/pool-million.txt
[ -s "$million_records" ] || seq $((1000000 / SCALE)) >"$million_records"
need parallel &&
  pair 'workers: a million records through two cat, in order' 'under 1 s' \
    "gf-pool --worker -j2 -k cat <$million_records >/dev/null" \
    'GNU parallel --pipe -k' "PARALLEL_HOME=$BENCH_DIR parallel --will-cite --pipe -k -j2 cat <$million_records >/dev/null"
