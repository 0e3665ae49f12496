#!/usr/bin/env bats
# sem-redis.bats - gf-sem on a server: permits, order, what is refused, a server that is away.

load helper
load redis
load sem_redis

teardown() { end_all; }

# ---- a permit ------------------------------------------------------------------------------------

@test "redis: a command runs with a permit, and its status is gf-sem's" {
  redis_start
  run -7 sem -j 1 -- sh -c 'echo "in $GF_PERMIT"; exit 7'
  [[ ${lines[0]} =~ ^in\ [0-9]+$ ]] || fails "$output"
  run sem -- sh -c 'kill -KILL $$'
  expect_status 137
  run -127 sem -- nosuch
  expect_status 127
  is_status '[.permits,.held,.free,.waiting]' '[1,0,1,0]'
}

@test "redis: the fence grows, when the server has lost all it knew as well" {
  redis_start
  local before=0 now i
  for i in 1 2 3; do
    now=$(sem -j 1 -- sh -c 'echo "$GF_PERMIT"')
    [ "$now" -gt "$before" ] || fails "$now after $before"
    before=$now
    [ "$i" -ne 2 ] || redis_cli flushall
  done
}

@test "redis: permits of one process after the other, in the order in which they came" {
  redis_start
  : >log
  gf-sem -S "$REDIS_URL#db" -j 2 --weight 2 -- sh -c 'until [ -e go ]; do sleep 0.02; done' 3>&- &
  local holder=$! i pids=()
  until_true is_status .held 2
  for i in 1 2 3 4; do
    gf-sem -S "$REDIS_URL#db" --weight $((i % 2 + 1)) -- sh -c "echo $i >>log; sleep 0.1" 3>&- &
    pids+=($!)
    until_true is_status .waiting "$i"
  done
  touch go
  wait "$holder" "${pids[@]}"
  # 2 has weight 1, and 3 wants both: 4 does not pass it, though one permit is free.
  [ "$(tr -d '\n' <log)" = 1234 ] || fails "$(<log)"
}

@test "redis: who waits is told at once, not when it asks again" {
  redis_start
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 1h -- sh -c 'until [ -e go ]; do sleep 0.02; done' 3>&- &
  local holder=$!
  until_true is_status .held 1
  gf-sem -S "$REDIS_URL#db" --lease 1h -- true 3>&- &
  local waiter=$!
  until_true is_status .waiting 1
  touch go
  until_true has_ended "$waiter" # it would ask again in twenty minutes
  wait "$holder" "$waiter"
}

@test "redis: -n, -w and -E" {
  redis_start
  gf-sem -S "$REDIS_URL#db" -j 1 -- sleep 60 3>&- &
  until_true is_status .held 1
  run -75 sem -n -- true
  run -124 sem -w 0 -- true
  run -124 sem -w 0.2 -- true
  run -9 sem -n -E 9 -- true
  run -9 sem -w 0.1 -E 9 -- true
  is_status .waiting 0
  run -75 sem --wait-all -n
  run -124 sem --wait-all -w 0.2
}

@test "redis: -j of another number is told, --set changes it, too great a weight is an error" {
  redis_start
  run -125 sem -- true
  expect_text 'there is no such semaphore'
  sem -j 2 -- true
  run -0 sem -j 3 -- true
  expect_text "has 2 permits, not 3"
  run -125 sem --weight 3 -- true
  expect_text 'more than there are permits'
  sem --set 3
  run -0 sem --weight 3 -- true
  [ -z "$output" ]
  gf-sem -S "$REDIS_URL#db" --weight 3 -- sleep 60 3>&- &
  until_true is_status .held 3
  gf-sem -S "$REDIS_URL#db" --weight 3 -- true 3>&- 2>err &
  local waiter=$!
  until_true is_status .waiting 1
  sem --set 1
  is_status .free 0
  ends_with 125 "$waiter"
  grep -q 'more than there are permits' err
}

@test "redis: --set wakes who waits" {
  redis_start
  gf-sem -S "$REDIS_URL#db" -j 1 -- sleep 60 3>&- &
  until_true is_status .held 1
  gf-sem -S "$REDIS_URL#db" --lease 1h -- true 3>&- &
  local waiter=$!
  until_true is_status .waiting 1
  sem --set 2
  until_true has_ended "$waiter"
  wait "$waiter"
}

@test "redis: --status" {
  redis_start
  run -125 sem --status
  gf-sem -S "$REDIS_URL#db" -j 3 --weight 3 --label $'a\tb' -- sleep 60 3>&- &
  local holder=$!
  until_true is_status .held 3
  gf-sem -S "$REDIS_URL#db" -- true 3>&- &
  until_true is_status .waiting 1
  run -0 sem --status
  [[ ${lines[0]} == *'#db: 3 of 3 permits held, 1 waiting' ]] || fails "$output"
  [[ ${lines[2]} == "holds   $holder@$(hostname)"*' 3 '*'a\tb' ]] || fails "$output"
  [[ ${lines[3]} == "waits   $!@$(hostname)"*' true' ]] || fails "$output"
  is_status '[.holders[0]|.sem_pid,.weight,.label,(.fence>0),(.lease_seconds>0 and .lease_seconds<=30)]' \
    "[$holder,3,\"a\\tb\",true,true]"
  is_status '[.waiters[0]|.sem_pid,has("fence")]' "[$!,false]"
}

@test "redis: --wait-all" {
  redis_start
  run -0 sem --wait-all
  expect_text 'nobody has ever used'
  gf-sem -S "$REDIS_URL#db" -j 1 -- sh -c 'until [ -e go ]; do sleep 0.02; done; echo ended >>log' 3>&- &
  until_true is_status .held 1
  (sem --wait-all && echo idle >>log) 3>&- &
  local waiter=$!
  sleep 0.3
  touch go
  wait "$waiter"
  [ "$(tr '\n' ' ' <log)" = 'ended idle ' ] || fails "$(<log)"
  run -2 sem -- gf-sem -S "$REDIS_URL#db" --wait-all
  expect_text 'wait for itself'
}

@test "redis: one that would wait for itself is told" {
  redis_start
  run -2 sem -j 2 --weight 2 -- gf-sem -S "$REDIS_URL#db" -- true
  expect_text 'holds 2 of 2 permits'
  run -0 sem -- gf-sem -S "$REDIS_URL#db" -- true
  run -75 sem --weight 2 -- gf-sem -S "$REDIS_URL#db" -n -- true
}

# ---- what is refused -----------------------------------------------------------------------------

@test "redis: options that a server does not know are refused" {
  local url=redis+unix:///nowhere#db
  for option in --shared --exclusive '--priority 1' '--eager 1' --replace --cancel-running --close \
    '--group 0' '-S other' '--lease 2s' '--lease 2d' '--lease 10s --kill-after 5s'; do
    # shellcheck disable=SC2086
    run -2 gf-sem -S "$url" -j 1 $option -- true
  done
  for option in '--lease 10s' '--on-lease-lost warn' '--kill-after 1'; do
    # shellcheck disable=SC2086
    run -2 gf-sem -S ./sem -j 1 $option -- true
    expect_text 'needs'
  done
  run -2 gf-sem -S other -j 1 -S "$url" -j 1 -- true
  run -2 gf-sem -S rediss://host#db -j 1 -- true
  run -2 gf-sem -S redis://user:secret@host -j 1 -- true
  [[ $output != *secret* ]] || fails "$output"
}

@test "redis: a server that throws keys away is refused" {
  redis_start --maxmemory-policy allkeys-lru
  run -125 sem -j 1 -- touch ran
  expect_text 'allkeys-lru'
  expect_text 'redis-cli config set maxmemory-policy noeviction'
  [ ! -e ran ]
}

@test "redis: a password: wrong, right, and not for the command" {
  redis_start --requirepass secret
  run -125 sem -j 1 -- true
  expect_text 'GF_REDIS_PASSWORD_FILE'
  GF_REDIS_PASSWORD=wrong run -125 sem -j 1 -- true
  expect_text 'does not take this user and password'
  GF_REDIS_PASSWORD=secret run -0 sem -j 1 -- env
  [[ $output != *secret* ]] || fails "$output"
  GF_REDIS_PASSWORD=secret gf-sem -S "$REDIS_URL#db" -j 1 -- sleep 60 3>&- &
  until_true env GF_REDIS_PASSWORD=secret gf-sem -S "$REDIS_URL#db" --wait-all -n -E 0
}

@test "redis: without messages the permit comes all the same" {
  redis_start
  redis_cli acl setuser default resetchannels
  gf-sem -S "$REDIS_URL#db" -j 1 -- sh -c 'until [ -e go ]; do sleep 0.02; done' 3>&- &
  until_true is_status .held 1
  gf-sem -S "$REDIS_URL#db" --lease 3s -- true 3>&- 2>err &
  local waiter=$!
  until_true grep -q 'asked now and then' err
  touch go
  wait "$waiter"
}

# ---- a server that is away -----------------------------------------------------------------------

@test "redis: a server that is away is waited for, with one message" {
  redis_start
  redis_kill
  run -125 sem -j 1 -n -- true
  run -125 sem --status
  run -124 sem -j 1 -w 0.5 -- true
  gf-sem -S "$REDIS_URL#db" -j 1 -- echo ran >out 2>err 3>&- &
  local waiter=$!
  until_true grep -q 'is away' err
  sleep 0.5
  redis_again
  wait "$waiter"
  [ "$(<out)" = ran ]
  [ "$(grep -c away err)" = 1 ] && grep -q 'is back' err
}

@test "redis: a server that is killed and started again keeps permits and the line" {
  redis_start --appendonly yes --appendfsync always
  gf-sem -S "$REDIS_URL#db" -j 1 --lease 1h -- sh -c 'until [ -e go ]; do sleep 0.02; done; echo 1 >>log' 2>err 3>&- &
  local holder=$! first second
  until_true is_status .held 1
  gf-sem -S "$REDIS_URL#db" --lease 1h -- sh -c 'echo 2 >>log' 2>/dev/null 3>&- &
  first=$!
  until_true is_status .waiting 1
  gf-sem -S "$REDIS_URL#db" --lease 1h -- sh -c 'echo 3 >>log' 2>/dev/null 3>&- &
  second=$!
  until_true is_status .waiting 2
  redis_kill
  redis_again
  is_status '[.held,.waiting]' '[1,2]'
  touch go
  until_true has_ended "$second" # nothing was left to the end of a lease
  wait "$holder" "$first" "$second"
  [ "$(tr -d '\n' <log)" = 123 ] || fails "$(<log)"
}

# ---- a signal -------------------------------------------------------------------------------------

@test "redis: a signal takes who waits out of the line at once, and reaches a command" {
  redis_start
  gf-sem -S "$REDIS_URL#db" -j 1 -- sleep 60 3>&- &
  local holder=$! waiter
  until_true is_status .held 1
  gf-sem -S "$REDIS_URL#db" -- true 3>&- &
  waiter=$!
  until_true is_status .waiting 1
  kill "$waiter"
  ends_with 143 "$waiter"
  is_status .waiting 0
  kill "$holder"
  ends_with 143 "$holder"
  is_status .held 0
}
