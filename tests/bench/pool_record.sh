#!/usr/bin/env bash
# pool_record.sh - what gf-pool's records of a run cost, and how long it takes to go on from one.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
n=$((10000 / SCALE))
seq "$n" >"$BENCH_DIR/n"
log=$BENCH_DIR/log
plain="gf-pool -j2 /bin/true x <$BENCH_DIR/n"

ROUNDS=$((ROUNDS * 3)) # a few per cent are to be seen
pair "joblog, $n true" "1.03" "rm -f $log; gf-pool -j2 --joblog $log /bin/true x <$BENCH_DIR/n" without "$plain"
pair "events, $n true" "1.05" "rm -f $log; gf-pool -j2 --events $log /bin/true x <$BENCH_DIR/n" without "$plain"
ROUNDS=$((ROUNDS / 3))

# A log of as many rows as that, every job of which is done.
rows=$((200000 / SCALE))
seq "$rows" >"$BENCH_DIR/rows"
awk -v OFS='\t' '
  BEGIN { print "Seq", "Host", "Starttime", "JobRuntime", "Send", "Receive", "Exitval", "Signal", "Command" }
  { print NR, ":", "1700000000.000", "     0.002", 0, 0, 0, 0, "/bin/true x " $1 }' "$BENCH_DIR/rows" >"$log"
chmod 600 "$log"
ours="gf-pool -q -j2 --joblog $log --resume /bin/true x <$BENCH_DIR/rows"
if need parallel; then
  pair "resume, all of $rows done" faster "$ours" "GNU parallel" \
    "PARALLEL_HOME=$BENCH_DIR parallel --will-cite -j2 --joblog $log --resume /bin/true x <$BENCH_DIR/rows"
fi
