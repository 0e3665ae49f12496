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
