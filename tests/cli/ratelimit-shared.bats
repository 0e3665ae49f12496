#!/usr/bin/env bats
# gf-ratelimit -S: what other users, readers and operators do while a filter or a command waits.

load helper

teardown() {
  exec 7>&-
  [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || :
}

# filter ARG...: a filter that reads what is written to descriptor 7.
filter() {
  mkfifo in
  timeout 60 gf-ratelimit "$@" <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
}

# ends_with STATUS: what was started as $pid ends so.
ends_with() {
  local status=0
  wait "$pid" || status=$?
  pid=
  [ "$status" -eq "$1" ] || fails "status $status, not $1: $(cat err)"
}

json_is() { gf-ratelimit -S ./s --status --format json | jq -e "$1"; }

@test "a record goes by the terms of now, also when they were changed while nothing came" {
  for keys in '' '-K 1'; do
    rm -f in s
    # shellcheck disable=SC2086
    filter -S ./s $keys -c 2 1000/s
    echo 'a 1' >&7
    until_true has_lines out 1
    gf-ratelimit -S ./s --set 1/h
    printf 'a 1000000\n' >&7 # 1000 s then, 114 years now
    until_true grep -q 'record 2 is over the limit: a cost of 1000000 takes' err
    exec 7>&-
    ends_with 123
    gf-ratelimit -S ./s --status --format json | jq -e '.tokens >= 0'
  done
}

@test "a record that weighs more than a window ends the run, also when the window is new" {
  for keys in '' '-K 1'; do
    rm -f in s
    # shellcheck disable=SC2086
    filter -S ./s $keys -c 2 100/s
    echo 'a 1' >&7
    until_true has_lines out 1
    gf-ratelimit -S ./s --set 10/d@UTC
    echo 'a 11' >&7
    ends_with 75
    grep -q 'record 2 weighs more than any window may hold' err
    exec 7>&-
    [ "$(cat out)" = 'a 1' ]
  done
}

@test "a state that is removed while somebody waits long for a turn ends the wait" {
  gf-ratelimit -S ./s 1/h -- true
  timeout 60 gf-ratelimit -S ./s 1/h -- touch ran 2>err 3>&- &
  pid=$!
  until_true json_is '.tokens < 0'
  rm s
  ends_with 125
  grep -q "the state './s' was removed" err
  [ ! -e ran ]
}

@test "a command waits on when the reader of its output has left: the command decides" {
  (gf-ratelimit -S ./s -b 1 1/2s -- true && gf-ratelimit -S ./s 1/2s -- touch turn) | true
  (gf-ratelimit --memfree 100000G -w 300ms -- true 2>err || echo $? >status) | true
  [ -e turn ]
  [ "$(cat status)" = 75 ]
}

@test "SIGUSR1 tells how long a command has waited" {
  gf-ratelimit -S ./s 1/h -- true
  gf-ratelimit -S ./s 1/h -- true 2>err 3>&- &
  pid=$!
  until_true json_is '.tokens < 0'
  kill -USR1 "$pid"
  until_true grep -qE '^gf-ratelimit: the command has waited [0-9.]+(us|ms|s)$' err
  kill -TERM "$pid"
  ends_with 143
}

@test "-v tells of a long wait and of the first refusal with -S, too" {
  run -0 bash -c 'seq 2 | gf-ratelimit -v -S ./w 1/1200ms'
  expect_text 'a record waits 1.'
  run -0 bash -c 'seq 3 | gf-ratelimit -v -w 1s --drop -S ./s 1/h'
  [ "$(grep -c 'would wait .*, longer than -w 1s' <<<"$output")" = 1 ]
  [[ "$output" == *'record 2 would wait 59m'* || "$output" == *'record 2 would wait 1h'* ]]
}

@test "--set from unlimited gives a rate the burst that it has by itself" {
  burst_is() { json_is ".rate == \"$1\" and .burst == $2"; }
  gf-ratelimit -S ./s --set unlimited
  gf-ratelimit -S ./s --set 1MiB/s
  burst_is 1MiB/s 10485
  gf-ratelimit -S ./s --set unlimited
  gf-ratelimit -S ./s --set 5/s
  burst_is 5/s 1
  gf-ratelimit -S ./s --set-burst 20
  gf-ratelimit -S ./s --set unlimited # lifted for a while
  gf-ratelimit -S ./s --set 7/s
  burst_is 7/s 20
}
