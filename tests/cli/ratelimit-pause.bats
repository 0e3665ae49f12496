#!/usr/bin/env bats
# gf-ratelimit --pause: a wait after each record, in place of a rate.

load helper

@test "--pause waits between records, and not after the last" {
  seq 5 >in
  gf-ratelimit --pause 50ms..60ms --stats=json --stats-file s in | cmp - in
  [ "$(jq '.records == 5 and .waited_seconds >= 0.2' s)" = true ]
  gf-ratelimit --pause 1h --stats=json --stats-file s - <<<a >out
  [ "$(cat out)" = a ]
  [ "$(jq .waited_seconds s)" = 0 ]
}

@test "--pause holds the next record, and one that comes late passes at once" {
  mkfifo feed
  gf-ratelimit -v --pause 1h..2h <feed >out 2>err 3>&- &
  pid=$!
  exec 5>feed
  printf 'a\nb\n' >&5
  until_true has_lines out 1
  is_still out
  [ "$(cat out)" = a ]
  [ "$(head -1 err)" = 'gf-ratelimit: a pause of 1h00m to 2h00m after each record' ]
  kill "$pid"
  wait "$pid" || true
  exec 5>&-
  gf-ratelimit --pause 50ms --stats=json <feed >out 2>s 3>&- &
  pid=$!
  exec 5>feed
  echo a >&5
  until_true has_lines out 1
  sleep 0.2
  echo b >&5
  exec 5>&-
  wait "$pid"
  [ "$(jq -c '[.records, .waited_seconds]' s)" = '[2,0]' ]
}

@test "--pause: the waits are random, and within the span" {
  yes | head -40 >in
  for _ in 1 2 3; do gf-ratelimit --pause 0s..10ms --stats=json in 2>&1 >/dev/null | jq .waited_seconds; done >waits
  [ "$(sort -u waits | wc -l)" = 3 ]
  awk '{ bad = bad || $1 < 0.05 } END { exit bad }' waits
}

@test "--pause: bytes are as they were, with NUL too" {
  printf 'a\0\nb' >in
  gf-ratelimit -0 --pause 1ms in | cmp - in
  : | gf-ratelimit --pause 1ms | cmp - /dev/null
}

@test "--pause: bad values and a rate beside it" {
  run -2 gf-ratelimit --pause 3m..x
  expect_text "bad value of --pause '3m..x'"
  expect_text $'3m..x\n      ^'
  run -2 gf-ratelimit --pause 3m..1m
  expect_text 'shorter'
  run -2 gf-ratelimit --pause 3m..
  run -2 gf-ratelimit --pause ..3m
  run -2 gf-ratelimit --pause 1s -r 1/s
  expect_text '--pause does not go with'
}
