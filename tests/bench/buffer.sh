#!/usr/bin/env bash
# buffer.sh - gf-buffer against a bare copy, pv, mbuffer, cat, and the loggers s6-log, svlogd, multilog, rotatelogs.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
compile copy
copy=$BENCH_DATA/copy
n=$((8000000 / SCALE))
lines=$BENCH_DATA/buffer-$n.txt
[ -s "$lines" ] ||
  awk -v n="$n" 'BEGIN { for (i = 1; i <= n; i++) printf "%09d a line of a log, with something to say, of %s bytes\n", i, "sixty-five" }' >"$lines"

# through NAME GOAL OURS WHO PEER: a pipe before and behind each.
through() {
  pair "$1" "$2" "cat $lines | $3 | cat >/dev/null" "$4" "cat $lines | $5 | cat >/dev/null"
}
# alone NAME GOAL WHO PEER: processor time of gf-buffer and of the peer, without that of the cats around them.
alone() {
  local i
  rm -f "$BENCH_DIR"/*.m
  for ((i = 0; i < ROUNDS; i++)); do
    cat "$lines" | "$BENCH_DATA/measure" "$BENCH_DIR/ours.m" gf-buffer | cat >/dev/null
    # shellcheck disable=SC2086 # the words of a command
    cat "$lines" | "$BENCH_DATA/measure" "$BENCH_DIR/$3.m" $4 | cat >/dev/null
  done
  echo "$1, processor time: ours $(seconds "$(of ours 2)"), peer ($3) $(seconds "$(of "$3" 2)")," \
    "ratio $(ratio "$(of ours 2)" "$(of "$3" 2)") (goal $2)"
}

# ---- from pipe to pipe ----

through "$n lines" 1.25 gf-buffer 'read and write of 256 KiB' "$copy"
alone "$n lines" none copy "$copy"
need pv && through "$n lines" 1 gf-buffer 'pv -C' 'pv -q -C'
need mbuffer && through "$n lines" none gf-buffer mbuffer 'mbuffer -q -m 16M' && alone "$n lines" 0.75 mbuffer 'mbuffer -q -m 16M'
need pv && through 'the same as bytes' 1.1 'gf-buffer --bytes' 'pv -q' 'pv -q'

# ---- to a file ----

out=$BENCH_DIR/out
pair "$n lines to a file" 1.05 "rm -f $out; cat $lines | gf-buffer --append $out" \
  'cat > file' "rm -f $out; cat $lines | cat >$out"
pair "$n lines to a file, synced each 500 ms" 1.1 "rm -f $out; cat $lines | gf-buffer --append $out --fsync 500ms" \
  'cat > file, sync' "rm -f $out; cat $lines | cat >$out; sync $out"
pair "$n lines through the spool" 2 "cat $lines | gf-buffer --spool $BENCH_DIR/sp --durable --append $BENCH_DIR/spooled; rm -rf $BENCH_DIR/sp $BENCH_DIR/spooled" \
  'cat > file' "rm -f $out; cat $lines | cat >$out"
rm -f "$out"

# ---- a log directory ----

logs=$BENCH_DIR/logs
# logger GOAL WHO COMMAND: lines a second into files of 10 MB, of which ten are kept.
logger() {
  pair "$n lines into a directory of logs" "$1" \
    "rm -rf $logs; cat $lines | gf-buffer --log-dir $logs --rotate-size 10M --keep 10" "$2" \
    "rm -rf $logs; mkdir $logs; $4 cat $lines | $3"
}
need s6-log && logger 1 s6-log "s6-log -b n10 s10000000 $logs" ''
need svlogd && logger 1 svlogd "svlogd $logs" "printf 's10000000\nn10\n' >$logs/config;"
need multilog && logger 1 multilog "multilog s10000000 n10 $logs" ''
need rotatelogs && logger 1 rotatelogs "rotatelogs -n 10 $logs/log 10M" ''

# What a rotation costs: the same lines with and without, and how many there were.
pair "$n lines, rotated each MiB" none \
  "rm -rf $logs; cat $lines | gf-buffer --log-dir $logs --rotate-size 1M --keep 3 --stats=json --stats-file $BENCH_DIR/stats" \
  'never rotated' "rm -rf $logs; cat $lines | gf-buffer --log-dir $logs"
rotations=$(sed -n 's/.*"rotations":\([0-9]*\).*/\1/p' "$BENCH_DIR/stats")
awk -v a="$(of ours 1)" -v b="$(of 'never rotated' 1)" -v n="$rotations" \
  'BEGIN { printf "a rotation: ours %.3f ms, of %d (goal under 1 ms)\n", (a - b) / n / 1e6, n }'
rm -rf "$logs"

# ---- memory, when the reader stalls ----

# peak POLICY MEBIBYTES [OPTION...]: the most memory of a run whose reader takes nothing.
peak() {
  local policy=$1 size=$2 pid
  shift 2
  mkfifo "$BENCH_DIR/stalled"
  exec 7<>"$BENCH_DIR/stalled"
  gf-buffer -q -m "${size}M" --when-full "$policy" "$@" <"$lines" >"$BENCH_DIR/stalled" 7>&- &
  pid=$!
  sleep 2
  awk -v p="$policy" -v m="$size" '/^VmHWM:/ {
    printf "memory, %s, -m %dM: ours %.1f MiB (goal %d)\n", p, m, $2 / 1024, m + 2 }' "/proc/$pid/status"
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
  exec 7>&-
  rm "$BENCH_DIR/stalled"
}
for size in 1 16 64; do
  for policy in block drop-newest drop-oldest; do peak "$policy" "$size"; done
  peak spill "$size" --spool "$BENCH_DIR/spool"
  rm -rf "$BENCH_DIR/spool"
done
