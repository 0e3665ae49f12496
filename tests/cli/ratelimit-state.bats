#!/usr/bin/env bats
# gf-ratelimit -S: one limit for several processes.

load helper

@test "a state is kept from one process to the next" {
  run gf-ratelimit -S ./s --check 1/h
  expect_status 0
  run gf-ratelimit -S ./s --check 1/h
  expect_status 75
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]]
  run gf-ratelimit -S ./s --check --take 2 1/h
  expect_status 75
  [ "$output" = never ]
}

@test "two filters share a budget and lose nothing" {
  start=$(date +%s%N)
  seq 10 | gf-ratelimit -S ./s 50/s >a &
  seq 10 | gf-ratelimit -S ./s 50/s >b
  wait
  [ $(($(date +%s%N) - start)) -ge 380000000 ]
  cmp a <(seq 10)
  cmp b <(seq 10)
}

@test "a state file that is no such thing is refused" {
  echo junk >s
  run gf-ratelimit -S ./s --check 1/s
  expect_status 125
  head -c 4096 /dev/zero >s
  run gf-ratelimit -S ./s --check 1/s
  expect_status 125
  rm s
  ln -s elsewhere s
  run gf-ratelimit -S ./s --check 1/s
  expect_status 125
}

@test "a command waits for its turn, then runs in our place" {
  start=$(date +%s%N)
  for i in 1 2 3; do
    gf-ratelimit -S ./s 5/s -- sh -c 'echo "$1 $PPID"' sh "$i"
  done >out
  [ $(($(date +%s%N) - start)) -ge 380000000 ]
  [ "$(cut -d ' ' -f 1 out | tr '\n' ' ')" = '1 2 3 ' ]
  [ "$(cut -d ' ' -f 2 out | sort -u)" = "$BASHPID" ]
  run gf-ratelimit -S ./s unlimited -- sh -c 'exit 7'
  expect_status 7
  run -127 gf-ratelimit -S ./s unlimited -- nosuch
  expect_status 127
  [ "$(gf-ratelimit -r 100/s -S ./s -- echo --stats)" = --stats ]
}

@test "a command that is stopped while it waits never runs, and gives its turn back" {
  gf-ratelimit -S ./s 1/h -- true
  gf-ratelimit -S ./s 1/h -- touch ran 3>&- &
  pid=$!
  sleep 0.3
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  expect_status 143
  [ ! -e ran ]
  run gf-ratelimit -S ./s --check 1/h
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]]
}

@test "what a command does not go with is usage" {
  for words in '1/s f -- true' '--check 1/s -- true' '1MiB/s -- true' '--stats 1/s -- true'; do
    # shellcheck disable=SC2086
    run gf-ratelimit -S ./s $words
    expect_status 2
  done
}
