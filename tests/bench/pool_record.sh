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

# done_log ROWS FILE: records in FILE, and in FILE.log a log of as many rows, whose jobs are done.
done_log() {
  seq "$1" >"$2"
  awk -v OFS='\t' '
    BEGIN { print "Seq", "Host", "Starttime", "JobRuntime", "Send", "Receive", "Exitval", "Signal", "Command" }
    { print NR, ":", "1700000000.000", "     0.002", 0, 0, 0, 0, "/bin/true x " $1 }' "$2" >"$2.log"
  chmod 600 "$2.log"
}
resume() { echo "gf-pool -q -j2 --joblog $1.log $2 /bin/true x <$1"; }

rows=$((1000000 / SCALE)) many=$BENCH_DIR/many
done_log "$rows" "$many"
pair "resume, all of $rows done" 'a million: 40 MiB and 1.5 s' "$(resume "$many" --resume)" "by number" "$(resume "$many" --resume=seq)"

rows=$((200000 / SCALE)) rows_file=$BENCH_DIR/rows
done_log "$rows" "$rows_file"
if need parallel; then
  pair "resume, all of $rows done" faster "$(resume "$rows_file" --resume)" "GNU parallel" \
    "PARALLEL_HOME=$BENCH_DIR parallel --will-cite -j2 --joblog $rows_file.log --resume /bin/true x <$rows_file"
fi
