#!/usr/bin/env bats
# sem-redis-lease.bats - gf-sem on a server: leases that are renewed and lost, and deaths.

load helper
load redis
load sem_redis

teardown() { end_all; }

# ---- a lease that is lost ------------------------------------------------------------------------

@test "redis: a command whose lease cannot be renewed gets SIGTERM before the lease ends" {
  redis_start
  cat_watch
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 9s --kill-after 3.5s -- sh watch 2>err 3>&- &
  local holder=$!
  until_true grep -qs begin log
  kill -STOP "$REDIS_PID"
  ends_with 125 "$holder"
  kill -CONT "$REDIS_PID"
  [ "$(words_of_log)" = 'begin term ' ] || fails "$(<log)"
  grep -q 'lost the permit.*not renewed in time; the command is ended' err
  awk -v a="$(uptime_of begin)" -v b="$(uptime_of term)" 'BEGIN { exit !(b - a > 3 && b - a < 9) }' ||
    fails "$(<log)"
}

@test "redis: a lease is renewed while the command runs" {
  redis_start
  cat_watch
  run -0 sem -j 1 --lease 3s -- sh watch 70
  [ "$(words_of_log)" = 'begin end ' ] || fails "$(<log)"
}

@test "redis: a lease is renewed while the memory of the server is full, and given back" {
  redis_start
  cat_watch
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 3s -- sh watch 100 2>err 3>&- &
  local holder=$!
  until_true grep -qs begin log
  redis_cli config set maxmemory 1
  run redis_cli set x y
  [[ $output == *OOM* ]] || fails "$output"
  ends_with 0 "$holder"
  [ "$(words_of_log)" = 'begin end ' ] || fails "$(<log) $(<err)"
  [ ! -s err ] || fails "$(<err)"
  redis_cli config set maxmemory 0
  is_status .held 0
}

# Who waits asks each second here. So what it asks while the server stands still is answered after more than
# a second and a half, when the command would have to be ended.
@test "redis: a permit whose answer was long on its way is renewed before the command begins" {
  redis_start
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 3s -- sleep 60 3>&- &
  local holder=$! waiter
  until_true is_status .held 1
  gf-sem -S "$REDIS_URL#db" -v --lease 3s -- touch ran 2>err 3>&- &
  waiter=$!
  until_true is_status .waiting 1
  kill -KILL "$holder"
  kill -STOP "$REDIS_PID"
  sleep 3.5
  kill -CONT "$REDIS_PID"
  ends_with 0 "$waiter" || fails "$(<err)"
  [ -e ran ]
}

# ends_before_the_next: when the permit is given to another, the command and its child are gone.
ends_before_the_next() {
  sem -- sh -c 'echo next >>log'
  [ "$(words_of_log)" = "$1" ] || fails "$(<log)"
  is_still beat || fails 'a child of the command goes on'
}

# beats: starts a child that ignores SIGTERM and writes; then as watch.
beats() {
  cat_watch
  : >beat
  { echo "(trap '' TERM; while :; do echo x >>beat; sleep 0.05; done) &"; cat watch; } >beats
}

@test "redis: gf-sem is killed: its command is ended before the lease is over" {
  redis_start
  beats
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 3s -- sh beats 3>&- &
  local holder=$!
  until_true grep -qs begin log
  kill -KILL "$holder"
  ends_before_the_next 'begin term next '
}

@test "redis: gf-sem is stopped: its command is ended before the lease is over, and it knows" {
  redis_start
  beats
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 3s -- sh beats 2>err 3>&- &
  local holder=$!
  until_true grep -qs begin log
  kill -STOP "$holder"
  ends_before_the_next 'begin term next '
  kill -CONT "$holder"
  ends_with 125 "$holder"
  grep -q 'lost the permit' err
}

@test "redis: who watches over the command is replaced when it is killed" {
  redis_start
  cat_watch
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 3s -- sh watch 3>&- &
  local holder=$! guard
  guard_of() { ps -o pid=,comm= --ppid "$holder" | awk '$2 == "guard" { print $1 }' | grep .; }
  another_guard() { guard_of | grep -qvx "$guard"; }
  until_true guard_of
  guard=$(guard_of)
  kill -KILL "$guard"
  until_true another_guard
  kill "$holder"
  wait "$holder"
}

@test "redis: a claim that the server does not know any more ends the command" {
  redis_start
  cat_watch
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 3s -- sh watch 2>err 3>&- &
  local holder=$!
  until_true grep -qs begin log
  redis_cli flushall
  ends_with 125 "$holder"
  [ "$(words_of_log)" = 'begin term ' ] || fails "$(<log)"
  grep -q 'given it to others' err
}

@test "redis: --on-lease-lost warn leaves the command alone" {
  redis_start
  cat_watch
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 3s --on-lease-lost warn -- sh -c 'sh watch 50; exit 4' 2>err 3>&- &
  local holder=$!
  until_true grep -qs begin log
  redis_cli flushall
  ends_with 4 "$holder"
  [ "$(words_of_log)" = 'begin end ' ] || fails "$(<log)"
  grep -q 'the command goes on without it' err
}

# ---- deaths --------------------------------------------------------------------------------------

@test "redis: a waiter that was killed at the head of the line is out after its lease" {
  redis_start
  gf-sem -S "$REDIS_URL#db" -j 1 -- sh -c 'until [ -e go ]; do sleep 0.02; done' 3>&- &
  local holder=$!
  until_true is_status .held 1
  gf-sem -S "$REDIS_URL#db" --lease 3s -- true 3>&- &
  local dead=$!
  until_true is_status .waiting 1
  kill -KILL "$dead"
  touch go
  wait "$holder"
  sem -- true # in the line behind it
}

# Eight loops of short commands on two permits; gf-sem is killed, while it waits and while it holds.
@test "redis: never more than N at a time, whoever is killed" {
  redis_start
  sem --set 2
  : >log
  local pids=() victims
  for _ in 1 2 3 4 5 6 7 8; do
    (for _ in 1 2 3 4 5; do
      gf-sem -S "$REDIS_URL#db" --lease 3s -- \
        sh -c 'echo "begin $GF_PERMIT" >>log; sleep 0.1; echo "end $GF_PERMIT" >>log' || true
    done) 2>/dev/null 3>&- &
    pids+=($!)
  done
  for _ in 1 2 3; do
    sleep 0.4
    victims=$(status_of '[.holders[0].sem_pid,.waiters[1].sem_pid]|map(select(.))|.[]')
    # shellcheck disable=SC2086
    [ -z "$victims" ] || kill -KILL $victims || true
  done
  wait "${pids[@]}"
  [ "$(grep -c begin log)" -ge 34 ] || fails "$(grep -c begin log) of 40 ran, and 6 were killed at most"
  awk '$1 == "begin" { if (++n > 2) exit 1; if (seen[$2]++) exit 1 } $1 == "end" { n-- }' log || fails "$(<log)"
  sem --wait-all
  is_status '[.held,.waiting]' '[0,0]'
}

@test "redis: the lease counts from before the question was sent, however late the answer comes" {
  redis_start
  cat_watch
  # Each answer is 4 s late, and no renewal waits for one that long: SIGTERM is 8 s behind the question, and so 4 s behind
  # the beginning of the command; counted from the answer it would be 8 s.
  python3 "$ROOT/tests/cli/aid/hostile.py" late --behind redis/sock --delay 4 3>&- &
  until_true test -S late
  run gf-sem -S "redis+unix://$PWD/late#db" -j 1 --lease 10s --kill-after 1s -- sh watch
  expect_status 125
  expect_text 'the lease was not renewed in time'
  awk -v begin="$(uptime_of begin)" -v term="$(uptime_of term)" 'BEGIN { exit !(term - begin < 7.5) }' || fails "$(cat log)"
}
