#!/usr/bin/env bash
# redis.sh - a limit on a server of this machine, beside a PING: what the server and the way to it cost anyway.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"
need redis-server || exit 0
[ -e "$BENCH_ROOT/build/obj/lib/redis/budget.o" ] || { echo '(built without hiredis: left out)' && exit 0; }
compile redis_takes -I"$BENCH_ROOT/lib" "$BENCH_ROOT"/build/lib/{redis,base}.a -lhiredis -lm

redis-server --port 0 --unixsocket "$BENCH_DIR/sock" --dir "$BENCH_DIR" --save '' --appendonly yes >/dev/null &
server=$!
trap 'kill "$server"; wait "$server" 2>/dev/null; rm -rf "$BENCH_DIR"' EXIT
until [ -S "$BENCH_DIR/sock" ]; do sleep 0.1; done

for ((i = 0; i < ROUNDS; i++)); do
  "$BENCH_DATA/redis_takes" "redis+unix://$BENCH_DIR/sock#bench$i" $((100000 / SCALE)) >>"$BENCH_DIR/takes"
done
column() { awk -v c="$1" '{ print $c }' "$BENCH_DIR/takes" | median; }
echo "a take on a server, p50: ours $(column 1) us, peer (PING) $(column 3) us," \
  "ratio $(ratio "$(column 1)" "$(column 3)") (goal under 60 us)"
echo "a take on a server, p99: ours $(column 2) us, peer (PING) $(column 4) us," \
  "ratio $(ratio "$(column 2)" "$(column 4)") (goal under 300 us)"
echo "takes of 100 on a server: ours $(column 5) permits a second (goal 1000000)"

rm -f "$BENCH_DIR"/*.m
for ((i = 0; i < ROUNDS; i++)); do
  measured ours "seq $((300000 / SCALE)) | gf-ratelimit -S redis+unix://$BENCH_DIR/sock#pace$i 100000/s >/dev/null"
  measured peer "seq $((300000 / SCALE)) | gf-ratelimit -S $BENCH_DIR/file$i 100000/s >/dev/null"
done
echo "$((300000 / SCALE)) lines at 100000/s: ours (server) $(seconds "$(of ours 1)"), $(ms "$(of ours 2)") of" \
  "processor time, peer (a file) $(seconds "$(of peer 1)"), $(ms "$(of peer 2)")," \
  "ratio $(ratio "$(of ours 1)" "$(of peer 1)") (goal 1)"
