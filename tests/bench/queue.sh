#!/usr/bin/env bash
# queue.sh - take and ack by the library of gf-queue: in a file (synchronous NORMAL and FULL, four processes), and on a
# Redis server beside a list on the same server and beanstalkd; then gf-pool --queue beside gf-pool with a file of jobs.
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$BENCH_DIR" || exit 1
compile queue -I"$BENCH_ROOT/lib" "$BENCH_ROOT"/build/lib/{queue,redis,db,text,base}.a -lhiredis -lsqlite3 -lpthread
port=$((20000 + $$ % 20000))
pids=()
trap '[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null; rm -rf "$BENCH_DIR"' EXIT

# once LABEL PLACE PROCESSES BATCH JOBS: jobs a second, p50 and p99 of a step in us, kept under LABEL.
once() {
  rm -f q q-wal q-shm
  "$BENCH_DATA/queue" "$2" "$3" "$4" "$(($5 / SCALE))" >>"$1.q" || echo "($1 failed)"
}
# figure LABEL COLUMN: its median.
figure() { awk -v c="$2" '{ print $c }' "$1.q" | median; }

# in_file NAME GOAL PLACE BATCH JOBS: a file has no peer.
in_file() {
  local i
  rm -f ./*.q
  for ((i = 0; i < ROUNDS; i++)); do once ours "$3:q" 4 "$4" "$5"; done
  echo "queue in a file, $1, 4 processes: ours $(figure ours 1) jobs/s, a step $(figure ours 2) us, p99 $(figure ours 3) us (goal $2)"
}
in_file 'NORMAL, one at a time' '8000 jobs/s' normal 1 40000
in_file 'NORMAL, in batches of 64' '60000 jobs/s' normal 64 200000
in_file 'FULL, one at a time' '1200 jobs/s' full 1 2000
in_file 'FULL, in batches of 16' '10000 jobs/s' full 16 20000

need redis-server || exit 0
redis-server --port 0 --unixsocket "$BENCH_DIR/sock" --save '' --dir "$BENCH_DIR" >/dev/null &
pids+=($!)
peers=(list)
if need beanstalkd; then
  beanstalkd -l 127.0.0.1 -p "$port" &
  pids+=($!)
  peers+=(beanstalk)
fi
until redis-cli -s "$BENCH_DIR/sock" ping >/dev/null 2>&1; do sleep 0.05; done

place() {
  case $1 in
    ours) echo "redis:$BENCH_DIR/sock" ;;
    list) echo "list:$BENCH_DIR/sock" ;;
    *) echo "beanstalk:$port" ;;
  esac
}

# on_server NAME GOAL BATCH JOBS: one worker; the peers pipeline as many.
on_server() {
  local i who
  rm -f ./*.q
  for ((i = 0; i < ROUNDS; i++)); do
    for who in ours "${peers[@]}"; do once "$who" "$(place "$who")" 1 "$3" "$4"; done
  done
  for who in "${peers[@]}"; do
    echo "queue on a server, $1, 1 worker: ours $(figure ours 1) jobs/s, a step $(figure ours 2) us, p99 $(figure ours 3) us," \
      "peer ($who) $(figure "$who" 1) jobs/s, $(figure "$who" 2) us, $(figure "$who" 3) us," \
      "ratio $(ratio "$(figure ours 1)" "$(figure "$who" 1)") (goal $2)"
  done
}
on_server 'one at a time' '10000 jobs/s, p50 60 us, p99 300 us' 1 20000
on_server 'in batches of 16' '35000 jobs/s' 16 100000

n=$((2000 / SCALE))
seq "$n" >list
pair "pool: $n jobs, put and done, in a file" 'under 1.5' \
  "rm -f w w-*; gf-queue put ./w list && gf-pool -j8 --queue ./w --until-empty true" \
  'gf-pool without a queue' 'gf-pool -j8 true <list'
pair "pool: $n jobs, put and done, on a server" 'under 1.5' \
  "gf-queue put 'redis+unix://$BENCH_DIR/sock#w' list && gf-pool -j8 --queue 'redis+unix://$BENCH_DIR/sock#w' --until-empty true" \
  'gf-pool without a queue' 'gf-pool -j8 true <list'
