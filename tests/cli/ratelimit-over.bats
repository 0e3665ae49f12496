#!/usr/bin/env bats
# gf-ratelimit: several limits, weights, and what becomes of records over the limit.
# shellcheck disable=SC2094 # reading a file and comparing with it is no conflict

load helper

@test "a cost that takes too long is left out and told, in every way through the limits" {
  mkdir s
  for how in '' '-K 1' '-S s/a' '-S s/b -K 1' '-r 100000/s -r 1MiB/s' '-S s/c' --leaky; do
    rate=100/s
    [ "$how" != '-S s/c' ] || rate=100000/s
    case $how in -r*) rate= ;; esac
    # shellcheck disable=SC2086
    run timeout 20 bash -c "printf 'a 1\na 2\na 99999999999999\na 3\na 9223372036854775807\na 4\n' |
      gf-ratelimit $how -c 2 $rate"
    if [ "$how" = --leaky ]; then
      expect_status 75
      [ "${lines[0]}" = 'a 1' ]
      [[ "$output" != *'a 3'* ]]
    else
      expect_status 123
      [ "$(grep ^a <<<"$output" | tr '\n' ' ')" = 'a 1 a 2 a 3 a 4 ' ]
      grep -q '^gf-ratelimit: 2 of 6 records failed; first: record 3: a cost of 99999999999999 takes ' <<<"$output"
    fi
    [ "$(grep -c '^gf-ratelimit: record 3 is over the limit: a cost of 99999999999999 takes .*, longer than 1d00h$' <<<"$output")" = 1 ]
    [ "$(grep -c '^hint: --max-cost-time DUR' <<<"$output")" = 1 ]
  done
  [ "$(gf-ratelimit -S s/a --status --format json | jq .passed)" = 10 ]
}

@test "--max-cost-time: what takes as long passes, and what takes longer goes where --reject says" {
  run -0 bash -c "printf 'a 1\na 20\na 21\na 2\n' | gf-ratelimit -c 2 -b 50 --max-cost-time 200ms --reject no 100/s"
  [ "$output" = $'a 1\na 20\na 2' ]
  [ "$(cat no)" = 'a 21' ]
  run -123 bash -c "printf 'a 1\na 21\n' | gf-ratelimit -c 2 --max-cost-time 200ms 100/s"
  [[ "$output" == *'longer than 200ms'* ]]
  run -75 bash -c "printf 'a 1\na 21\na 3\n' | gf-ratelimit -c 2 -b 50 --max-cost-time 200ms --fail 100/s"
  [ "${lines[0]}" = 'a 1' ]
  [[ "${lines[1]}" == *'record 2 is over the limit: a cost of 21 takes 210ms, longer than 200ms' ]]
  [ "${#lines[@]}" = 3 ]
  # A thousand bursts are more than a day: 20 units are 20 h, 2000 bursts of 1.
  run -0 bash -c "echo 'a 20' | gf-ratelimit -c 2 -b 20 1/h"
  run -0 bash -c "echo 'a 100' | gf-ratelimit -c 2 -b 100 1/h" # four days
}

@test "several rates hold at once" {
  # 30 at once by the first; by the second 10, then one in 10 ms.
  seq 30 >in
  gf-ratelimit --stats=json -r 10000/s -b 30 -r 100/s -b 10 in 2>stats | cmp - in
  between 0.15 "$(jq .elapsed_seconds stats)" 15
  run gf-ratelimit --drop -r 1/h -b 5 -r 1/d -b 3 in
  [ "$output" = "$(seq 3)" ]
}

@test "-b before any -r is for all" {
  run sh -c 'seq 9 | gf-ratelimit --drop -b 4 -r 1/h -r 1/d -b 6'
  [ "$output" = "$(seq 4)" ]
}

@test "rates of records and of bytes together" {
  seq 1000 1999 >in
  gf-ratelimit --drop -r 1/h -b 20 -r 1B/h -b 50 in >out
  head -n 10 in | cmp - out
  gf-ratelimit --drop -r 1/h -b 5 -r 1B/h -b 50 in >out
  head -n 5 in | cmp - out
}

@test "with -r all operands are files" {
  echo x >'10'
  run gf-ratelimit -r 1000/s 10
  [ "$output" = x ]
}

@test "--drop passes what may pass and loses the rest, which is no error" {
  run sh -c 'seq 100 | gf-ratelimit --drop --stats=json -b 3 1/h 2>stats'
  expect_status 0
  [ "$output" = "$(seq 3)" ]
  [ "$(jq -c '[.records, .refused]' stats)" = '[3,97]' ]
}

@test "--reject writes the rest elsewhere, unchanged" {
  printf '1\n2\n3\n4\n5' | gf-ratelimit --reject over -b 2 1/h >out
  [ "$(cat out)" = $'1\n2' ]
  printf '3\n4\n5' | cmp - over
  printf '1\n2\n3\n' | gf-ratelimit --reject fd:5 -b 2 1/h >out 5>over
  [ "$(cat over)" = 3 ]
  seq 100000 | gf-ratelimit --reject over -b 10 1/h >out
  seq 11 100000 | cmp - over
}

@test "a way out that cannot be written is 125" {
  run gf-ratelimit --reject /nonexistent/x 1/s </dev/null
  expect_status 125
  run gf-ratelimit --reject fd:77 1/s </dev/null
  expect_status 125
  expect_text "cannot open 'fd:77': Bad file descriptor"
  run sh -c 'seq 9 | gf-ratelimit --reject /dev/full 1/h'
  expect_status 125
  expect_text "cannot write to '/dev/full': No space left on device"
}

@test "--fail ends with 75 at the first" {
  run sh -c 'seq 9 | gf-ratelimit --fail -b 2 1/h'
  expect_status 75
  [ "$output" = $'1\n2\ngf-ratelimit: record 3 is over the limit' ]
}

@test "-w waits so long and no longer" {
  run sh -c 'seq 9 | gf-ratelimit -w 500ms 5/s'
  expect_status 75
  [ "${lines[*]}" = '1 2 3 gf-ratelimit: record 4 is over the limit' ]
  run sh -c 'seq 9 | gf-ratelimit -w 500ms --drop 5/s'
  expect_status 0
  [ "${lines[*]}" = '1 2 3' ]
}

@test "a cost above the burst is never within the limit, and waits in the filter" {
  run sh -c 'printf "5\n2\n" | gf-ratelimit --drop -c 1 -b 3 1/h'
  [ "$output" = 2 ]
  printf '5\n' | gf-ratelimit --stats=json -c 1 -b 3 20/s 2>stats >/dev/null
  between 0.1 "$(jq .elapsed_seconds stats)" 15
}

@test "-c takes its weight from a field" {
  printf 'a 3\nb 4\nc 5\nd 1\n' >in
  run gf-ratelimit --drop -c 2 -b 8 1/h in
  [ "$output" = $'a 3\nb 4\nd 1' ]
  run gf-ratelimit --drop -c -1 -b 8 1/h in
  [ "$output" = $'a 3\nb 4\nd 1' ]
  printf 'a,3\nb,4\nc,5\n,,1\n' >in
  run gf-ratelimit --drop -d , -c 2 -b 7 1/h in
  [ "${lines[0]}${lines[1]}" = a,3b,4 ]
}

@test "-c bytes weighs the record, its newline too" {
  printf 'aaa\nbbb\nc\n' >in
  run gf-ratelimit --drop -c bytes -b 7 1/h in
  [ "$output" = $'aaa\nc' ]
}

@test "a record without a cost counts 1 and makes it 123" {
  run sh -c 'printf "x 1\ny\nz -3\n" | gf-ratelimit -c 2 -b 9 1/h'
  expect_status 123
  expect_text 'z -3'
}

@test "looking at records one by one changes no byte" {
  head -c 300000 /dev/urandom >in
  gf-ratelimit -w 1h 1e9/s in | cmp - in
  gf-ratelimit -0 -w 1h 1e9/s in | cmp - in
  { head -c 700000 /dev/zero | tr '\0' x; printf '\nend'; } >in
  gf-ratelimit -w 1h 1e9/s in | cmp - in
}

@test "a record over 64 MiB is an error that says which" {
  run bash -c '{ echo a; head -c 68000000 /dev/zero; } | gf-ratelimit --drop 1000/s'
  expect_status 125
  expect_text "record 2 is longer than 64 MiB"
}

@test "bad usage" {
  for args in '-c 0' '-c x' '-d ab' '--drop --fail' '-w x' '-r 1/s -r 2/s -r 3/s -r 4/s -r 5/s -r 6/s -r 7/s -r 8/s -r 9/s'; do
    # shellcheck disable=SC2086
    run gf-ratelimit $args 1/s </dev/null
    expect_status 2
  done
}
