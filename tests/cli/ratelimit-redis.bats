#!/usr/bin/env bats
# gf-ratelimit -S redis://...: one limit for the processes of several machines.

load helper
load redis

teardown() {
  # shellcheck disable=SC2086
  [ -z "${pids:-}" ] || kill -KILL $pids 2>/dev/null || :
  redis_stop
}

# limit NAME ARG...: gf-ratelimit with that state.
limit() { gf-ratelimit -S "$REDIS_URL#$1" "${@:2}"; }
json() { limit "$1" --status --format json "${@:2}"; }
calls() { redis_cli info commandstats | awk -F'[=,]' '/^cmdstat_eval/ { n += $2 } END { print n + 0 }'; }
ends_with() {
  local status=0
  wait "$1" || status=$?
  [ "$status" -eq "$2" ] || fails "status $status, not $2: $(cat err)"
}
milliseconds_since() { echo $((($(date +%s%N) - $1) / 1000000)); }

# ---- looked at, taken from, changed --------------------------------------------------------------

@test "a budget is kept from one process to the next, and told as one in a file is" {
  redis_start
  limit a -b 5 1/h --check --take 3
  run -0 limit a --status
  [ "${lines[0]}" = "$REDIS_URL#a: 1/h, burst 5" ]
  [ "${lines[1]}" = '2 free' ]
  [ "${lines[2]}" = '3 passed, 0 refused' ]
  run -75 limit a --check --take 3
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]]
  run -75 limit a --check --take 6
  [ "$output" = never ]
  limit a --check --take 2
  json a >out
  [ "$(jq -r '[.v, .rate, .declared, .burst, .tokens, .passed, .refused, .unit] | join(" ")' out)" = \
    '1 1/h 1/h 5 0 5 3 record' ]
  jq -e '.wait > 3500 and .wait <= 3600' out
  [ "$(jq -r .state out)" = "$REDIS_URL#a" ]
}

@test "--set makes a budget, --set-burst and the others need one" {
  redis_start
  for words in --set-burst\ 3 --status --reset --check; do
    # shellcheck disable=SC2086
    run -125 limit a $words
    [ "${lines[0]}" = "gf-ratelimit: cannot use the state '$REDIS_URL#a': the server has no such budget" ]
    [ "${lines[1]}" = 'hint: its first user says the rate' ]
  done
  [ -z "$(redis_cli keys '*')" ]
  limit a --set 100/h --set-burst 4
  limit a --check --take 4
  run -75 limit a --check
  limit a --reset
  limit a --check --take 4
  [ "$(json a | jq -r '[.passed, .refused] | join(" ")')" = '4 0' ]
  [ "$(redis_cli pttl 'gf:{a}:rate')" = -1 ] # what was set stays
  limit b 1/h --check
  [ "$(redis_cli pttl 'gf:{b}:rate')" -gt 2591000000 ]
}

@test "the first user's rate holds, and another one is told of" {
  redis_start
  limit a 10/s --check
  run -0 limit a 20/s -- true
  [ "${lines[0]}" = "gf-ratelimit: '$REDIS_URL#a' has the limit 10/s, burst 1" ]
  limit a --set 7/s
  for rate in 7/s 10/s; do
    run -0 limit a "$rate" -- true
    [ -z "$output" ]
  done
  run -0 limit a --status
  [ "${lines[0]}" = "$REDIS_URL#a: 7/s, burst 1 (first said: 10/s)" ]
  run -2 limit a --set 1MiB/s
  run -2 limit a --set 1/h --set-burst 1000000000
  run -2 limit a --set 10/d@UTC
  [ "$(json a | jq -r .rate)" = 7/s ]
}

@test "keys have budgets of their own, in a filter and in a question" {
  redis_start
  limit a 1/h --check --for a
  run -75 limit a 1/h --check --for a
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]]
  limit a 1/h --check --for b
  printf 'a 1\nb 1\nc 1\nc 2\n' | limit a 1/h -K 1 --drop >out
  [ "$(cat out)" = 'c 1' ]
  limit a 1/h --check # the budget of all is another one
  [ "$(json a --for a | jq -r '[.key, .tokens, .keys] | join(" ")')" = 'a 0 ' ]
  [ "$(json a --for new | jq -r .tokens)" = 1 ]
  [ "$(redis_cli exists 'gf:{a}:rate:k:new')" = 0 ]
  [ "$(redis_cli pttl 'gf:{a}:rate:k:c')" -le 3600001 ]
}

@test "a key is forgotten when it is full again" {
  redis_start
  printf 'a 1\na 2\nb 1\n' | limit a 20/s -K 1 >out
  [ "$(sort out | tr '\n' ,)" = 'a 1,a 2,b 1,' ]
  gone() { [ "$(redis_cli keys 'gf:{a}:rate:k:*')" = '' ]; }
  until_true gone
  [ "$(json a | jq .passed)" = 3 ]
}

# ---- records -------------------------------------------------------------------------------------

@test "filters share a budget, lose nothing, and are no faster than the rate" {
  redis_start
  start=$(date +%s%N)
  seq 20 | limit a 50/s >a 3>&- &
  seq 20 | limit a 50/s >b
  wait $!
  [ "$(milliseconds_since "$start")" -ge 780 ]
  cmp a <(seq 20)
  cmp b <(seq 20)
  [ "$(json a | jq .passed)" = 40 ]
}

@test "at a high rate many records take their turns together, and at a low one each takes its own" {
  redis_start
  start=$(date +%s%N)
  seq 60000 | limit a 100000/s >out
  [ "$(milliseconds_since "$start")" -ge 599 ]
  cmp out <(seq 60000)
  between 7 "$(calls)" 40
  [ "$(json a | jq .passed)" = 60000 ]
  before=$(calls)
  seq 6 | limit b 20/s --batch 0 >/dev/null
  between 6 $(($(calls) - before)) 8
  before=$(calls)
  seq 200 | limit c 200/s --batch 500ms >/dev/null
  between 2 $(($(calls) - before)) 12
}

@test "bytes, weights and rates that no microsecond divides" {
  redis_start
  start=$(date +%s%N)
  head -c 30000 /dev/zero | tr '\0' '\n' | limit a -b 10000 100kB/s >out
  [ "$(milliseconds_since "$start")" -ge 199 ]
  [ "$(stat -c %s out)" = 30000 ]
  start=$(date +%s%N)
  printf 'a 3\nb 2\nc 5\n' | limit b -c 2 20/s >out
  [ "$(milliseconds_since "$start")" -ge 449 ]
  [ "$(json b | jq .passed)" = 10 ]
  start=$(date +%s%N)
  seq 90001 | limit c 300000/s >/dev/null
  [ "$(milliseconds_since "$start")" -ge 300 ]
  run -123 bash -c "printf 'a 1\nb 9999999999\nc x\n' | gf-ratelimit -S '$REDIS_URL#d' -c 2 1000/s"
  [[ "$output" == *'record 2 is over the limit: a cost of 9999999999 takes'* ]]
}

@test "over the limit: dropped, rejected, refused, as with a file" {
  redis_start
  run -0 bash -c "seq 5 | gf-ratelimit -S '$REDIS_URL#a' -b 2 1/h --drop --stats=json 2>stats"
  [ "$output" = $'1\n2' ]
  [ "$(jq -r .refused stats)" = 3 ]
  [ "$(json a | jq -r '[.passed, .refused] | join(" ")')" = '2 3' ]
  limit a --reset
  seq 5 | limit a -b 2 1/h --reject no >yes
  [ "$(cat yes no | tr '\n' ' ')" = '1 2 3 4 5 ' ]
  run -75 bash -c "seq 5 | gf-ratelimit -S '$REDIS_URL#a' -b 2 1/h -w 10ms"
  run -75 bash -c "seq 5 | gf-ratelimit -S '$REDIS_URL#b' 20/s -w 120ms"
  [ "${lines[0]}${lines[1]}${lines[2]}" = 123 ]
  [ "${lines[3]}" = 'gf-ratelimit: record 4 is over the limit' ]
}

@test "a command waits for its turn, and one that is stopped gives it back" {
  redis_start
  start=$(date +%s%N)
  for i in 1 2 3; do limit a 5/s -- sh -c 'echo "$1 $PPID"' sh "$i"; done >out
  [ "$(milliseconds_since "$start")" -ge 380 ]
  [ "$(cut -d ' ' -f 2 out | sort -u)" = "$BASHPID" ]
  limit b 1/h -- true
  gf-ratelimit -S "$REDIS_URL#b" 1/h -- touch ran 3>&- &
  pids=$!
  ahead() { json b | jq -e '.tokens < 0'; }
  until_true ahead
  kill -TERM "$pids"
  ends_with "$pids" 143
  [ ! -e ran ]
  json b | jq -e '.wait <= 3600 and .passed == 1'
  run -75 limit b -w 1m 1/h -- touch ran
  [ "$output" = 'gf-ratelimit: the command was not run: the limit has no turn for it in time' ]
}

@test "turns that are not used are given back at a signal" {
  redis_start
  yes | gf-ratelimit -S "$REDIS_URL#a" 100/s --batch 20s >out 3>&- &
  pids=$!
  until_true test -s out
  json a | jq -e '.tokens < -1000'
  kill -TERM "$pids"
  ends_with "$pids" 143
  json a | jq -e '.tokens > -200'
}

@test "--set wakes who waits, within a second or two" {
  redis_start
  limit a 1/h --check
  seq 3 | limit a 1/h >out 3>&- &
  ahead() { json a | jq -e '.tokens < 0'; }
  until_true ahead
  limit a --set 50/s
  until_true has_lines out 3
  wait $!
  cmp out <(seq 3)
  printf 'a 1\na 2\na 3\n' | limit k 1/h -K 1 >out 3>&- &
  until_true test -s out
  limit k --set 100/s
  until_true has_lines out 3
  wait $!
}

# ---- the server is away --------------------------------------------------------------------------

@test "--on-outage wait: records wait for the server, with one message, and none is lost" {
  redis_start
  seq 40 | gf-ratelimit -S "$REDIS_URL#a" 20/s --batch 0 >out 2>err 3>&- &
  pids=$!
  until_true has_lines out 3
  redis_kill
  until_true grep -q 'is away: .*; trying again until it is back' err
  before=$(wc -l <out)
  sleep 0.5
  [ $(($(wc -l <out) - before)) -le 1 ] # the turn that was counted already
  redis_again
  ends_with "$pids" 0
  cmp out <(seq 40)
  grep -q 'is back after' err
  [ "$(grep -c away err)" = 1 ]
}

@test "--on-outage wait: a server that is not there yet, -w, --check, and SIGTERM" {
  redis_start
  redis_kill
  gf-ratelimit -S "$REDIS_URL#a" 1000/s >out 2>err < <(seq 3) 3>&- &
  pids=$!
  until_true grep -q 'is away' err
  [ ! -s out ]
  redis_again
  ends_with "$pids" 0
  cmp out <(seq 3)
  redis_kill
  gf-ratelimit -S "$REDIS_URL#a" 1000/s >out 2>err < <(seq 3) 3>&- &
  pids=$!
  until_true grep -q 'is away' err
  kill -TERM "$pids"
  ends_with "$pids" 143
  [ ! -s out ]
  run -125 limit a --status
  [ "${#lines[@]}" -le 2 ]
  [[ "${lines[0]}" == "gf-ratelimit: cannot use $REDIS_URL#a: "* ]]
}

@test "--on-outage wait: -w is obeyed by who meets no server at its start" {
  redis_start
  redis_kill
  run timeout 20 gf-ratelimit -S "$REDIS_URL#a" 100/s -w 300ms -- touch ran
  expect_status 75
  expect_text 'the command was not run: the server of the limit is away for longer than -w'
  [ ! -e ran ]
  seq 3 | timeout 20 gf-ratelimit -S "$REDIS_URL#a" 100/s -w 200ms --drop --stats=json >out 2>err
  [ ! -s out ]
  grep -q '"refused":3' err
  run timeout 20 gf-ratelimit -S "$REDIS_URL#a" 100/s -w 200ms --fail < <(seq 3)
  expect_status 75
  expect_text 'record 1 is over the limit'
  # Once it is there records pass.
  seq 300 | gf-ratelimit -S "$REDIS_URL#a" 100/s -w 100ms --reject rejected >out 2>err 3>&- &
  pids=$!
  until_true test -s rejected
  redis_again
  ends_with "$pids" 0
  cat out rejected | sort -n | cmp - <(seq 300)
}

@test "--on-outage open: everything passes meanwhile, and nothing is counted" {
  redis_start
  mkfifo in
  gf-ratelimit -S "$REDIS_URL#a" 1/h --on-outage open <in >out 2>err 3>&- &
  pids=$!
  exec 7>in
  echo 1 >&7
  until_true has_lines out 1
  redis_kill
  seq 2 50 >&7
  exec 7>&-
  ends_with "$pids" 0
  cmp out <(seq 50)
  grep -q 'hint: meanwhile everything passes' err
  run -0 limit a --on-outage open 1/h --check
  run -0 limit a --on-outage open 1/h -- echo ran
  expect_text ran
}

@test "--on-outage local:N: the rate divided by N meanwhile, from an empty bucket" {
  redis_start
  redis_kill
  start=$(date +%s%N)
  seq 6 | limit a -b 100 100/s --on-outage local:5 >out 2>err
  [ "$(milliseconds_since "$start")" -ge 299 ]
  cmp out <(seq 6)
  grep -q 'the rate is divided by 5' err
  seq 6 | limit a 10/s --on-outage local:100 --drop >out 2>err
  [ ! -s out ]
}

@test "--on-outage fail: the run ends with 75" {
  redis_start
  limit a 10/s --check
  redis_kill
  for words in '1/s' '--check' '1/s -- touch ran'; do
    # shellcheck disable=SC2086
    run -75 bash -c 'seq 3 | gf-ratelimit -S "$0" --on-outage fail "$@"' "$REDIS_URL#a" $words
    [[ "${lines[0]}" == "gf-ratelimit: cannot use $REDIS_URL#a: "* ]] || fails "$output"
  done
  [ ! -e ran ]
}

@test "a server that is killed and started again without its data: the run goes on" {
  redis_start
  printf 'a %s\n' $(seq 30) | gf-ratelimit -S "$REDIS_URL#a" -K 1 20/s >out 2>err 3>&- &
  pids=$!
  until_true has_lines out 3
  redis_kill
  redis_again
  ends_with "$pids" 0
  [ "$(wc -l <out)" = 30 ]
}

# ---- a server that does not fit ------------------------------------------------------------------

@test "a server that may forget is a warning, a wrong password and a replica are errors" {
  redis_start --maxmemory-policy allkeys-lru
  run -0 limit a 10/s --check
  [[ "$output" == *'may forget a budget when memory is short (maxmemory-policy allkeys-lru)'* ]]
  redis_kill
  redis_start --requirepass right
  run -125 limit a 10/s --check
  expect_text 'the server wants a password'
  expect_text 'GF_REDIS_PASSWORD_FILE'
  GF_REDIS_PASSWORD=wrong run -125 limit a 10/s --check
  expect_text 'does not take this user and password'
  GF_REDIS_PASSWORD=right run -0 limit a 10/s -- sh -c 'echo "[$GF_REDIS_PASSWORD]"'
  [ "$output" = '[]' ]
  (umask 077 && echo right >secret)
  GF_REDIS_PASSWORD_FILE=secret run -0 limit a 10/s -- echo ran
  redis_kill
  redis_start --replicaof '127.0.0.1 1'
  run -125 limit a 10/s --check
  expect_text 'the server is a replica, which takes no writes'
}

@test "the password of an address is told of, and never shown" {
  redis_start --requirepass s3cret
  at="redis+unix://:s3cret@${REDIS_URL#redis+unix://}"
  run gf-ratelimit -v -S "$at#a" 10/s --check
  [[ "$output" != *s3cret* ]] || fails "$output"
  run -2 gf-ratelimit -S "redis://:s3cret@#a" 10/s
  [[ "$output" != *s3cret* ]]
}

@test "a layout of another version, and what is no budget" {
  redis_start
  limit a 10/s --check
  redis_cli hset 'gf:{a}:rate' v 2
  run -125 limit a 10/s --check
  expect_text 'its layout is version 2, and this program knows 1'
  redis_cli set 'gf:{b}:rate' x
  run -125 limit b 10/s --check
}

@test "what does not go together is usage" {
  while read -r words; do
    # shellcheck disable=SC2086
    run gf-ratelimit $words </dev/null
    [ "$status" -eq 2 ] || fails "$words: $status $output"
  done <<'END'
-S ./s --on-outage wait 1/s
-S ./s --batch 1s 1/s
-S redis://h#a --on-outage maybe 1/s
-S redis://h#a --on-outage local 1/s
-S redis://h#a --on-outage local:0 1/s
-S redis://h#a --on-outage local:2 -K 1 1/s
-S redis://h#a --on-outage local:2 --check 1/s
-S redis://h#a --on-outage local:2 1/s -- true
-S redis://h#a --on-outage fail --status
-S redis://h#a --batch 1s -K 1 1/s
-S redis://h#a --batch 1s 1/s -- true
-S redis://h#a --group g 1/s
-S redis://h#a -K 1 --max-keys 9 1/s
-S redis://h#a 10/d@UTC
-S redis://h 1/s
-S rediss://h#a 1/s
END
}

@test "processes that are killed at random: never more than burst + rate x (T + batch + slack)" {
  redis_start
  pids=
  start=$(date +%s%N)
  for i in 1 2 3 4; do
    yes | gf-ratelimit -S "$REDIS_URL#a" -b 10 2000/s --batch 50ms >"out.$i" 3>&- &
    pids="$pids $!"
  done
  for i in 5 6 7 8 9 10; do
    sleep 0.3
    # shellcheck disable=SC2086
    kill -KILL "$(cut -d ' ' -f $((i - 3)) <<<"$pids ")" 2>/dev/null || :
    yes | gf-ratelimit -S "$REDIS_URL#a" 2000/s --batch 50ms >"out.$i" 3>&- &
    pids="$pids $!"
  done
  # shellcheck disable=SC2086
  kill -KILL $pids 2>/dev/null || :
  # shellcheck disable=SC2086
  wait $pids 2>/dev/null || :
  took=$(milliseconds_since "$start")
  passed=$(cat out.* | wc -l)
  between 1 "$passed" $((10 + 2 * (took + 50 + 10)))
  # What was let pass had been counted.
  [ "$passed" -le "$(json a | jq .passed)" ]
}

@test "with a state on a server there is no sandbox" {
  redis_start
  seccomp_of() {
    gf-ratelimit "$@" <in >out 3>&- &
    pids=$!
    exec 7>in
    echo 1 >&7
    until_true has_lines out 1
    awk '$1 == "Seccomp:" { print $2 }' "/proc/$pids/status"
    exec 7>&-
    wait "$pids"
  }
  mkfifo in
  [ "$(seccomp_of -S "$REDIS_URL#a" 1000/s)" = 0 ]
}

@test "a filter that was stopped for 3 s has no more than burst and batch to make up" {
  redis_start
  gf-ratelimit -0 -S "$REDIS_URL#a" -b 3 20/s </dev/zero >out 3>&- &
  pids=$!
  until_true test -s out
  kill -STOP "$pids"
  sleep 3
  before=$(stat -c %s out)
  start=$(date +%s%N)
  kill -CONT "$pids"
  sleep 0.1
  after=$(stat -c %s out)
  took=$(milliseconds_since "$start")
  between 0 $((after - before)) $((3 + 2 + 2 + took / 50))
}

@test "filters that were stopped while they waited do not pass together" {
  redis_start
  pids=
  for i in 1 2 3 4 5 6; do
    yes | gf-ratelimit -S "$REDIS_URL#a" 2/s >"out.$i" 3>&- &
    pids="$pids $!"
  done
  waiting() { json a | jq -e '.tokens <= -5'; }
  until_true waiting
  # shellcheck disable=SC2086
  kill -STOP $pids
  sleep 4
  before=$(cat out.* | wc -l)
  start=$(date +%s%N)
  # shellcheck disable=SC2086
  kill -CONT $pids
  sleep 0.5
  after=$(cat out.* | wc -l)
  took=$(milliseconds_since "$start")
  between 0 $((after - before)) $((2 + took / 500))
}
