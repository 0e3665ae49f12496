#!/usr/bin/env bats
# gf-ratelimit -K: a limit for each key.
# shellcheck disable=SC2094 # reading a file and comparing with it is no conflict

load helper

@test "other keys are not held up, and each key keeps its order" {
  printf 'a 1\na 2\na 3\nb 1\nc 1\nb 2\n' >in
  run gf-ratelimit -K 1 10/s in
  expect_status 0
  [ "${lines[*]:0:3}" = 'a 1 b 1 c 1' ]
  for key in a b c; do
    diff <(grep "^$key" in) <(printf '%s\n' "${lines[@]}" | grep "^$key")
  done
}

@test "--ordered keeps the order" {
  printf 'a 1\na 2\nb 1\na 3\n' >in
  gf-ratelimit -K 1 --ordered 20/s in | cmp - in
}

@test "each key has a burst of its own" {
  for i in 1 2 3 4; do printf 'x,%s\ny,%s\n' "$i" "$i"; done >in
  run gf-ratelimit -d , -K 1 -b 3 --drop 1/h in
  [ "${#lines[@]}" -eq 6 ]
  run gf-ratelimit -d , -K -1 -b 1 --drop 1/h in
  [ "${lines[*]}" = 'x,1 x,2 x,3 x,4' ]
}

@test "records without the field share a key" {
  run sh -c 'printf "a b\n\nc\na d\n" | gf-ratelimit -K 2 --drop 1/h'
  [ "$output" = $'a b\n\na d' ]
}

@test "several limits, weights, a wait and another way out go with keys" {
  printf 'a 3\nb 2\na 3\nb 1\n' >in
  run gf-ratelimit -K 1 -c 2 -r 1/h -b 3 -r 1/d -b 4 --reject over in
  [ "$output" = $'a 3\nb 2\nb 1' ]
  [ "$(cat over)" = 'a 3' ]
  run sh -c 'printf "a\na\na\na\n" | gf-ratelimit -K 1 -w 250ms --drop 10/s'
  [ "${#lines[@]}" -eq 3 ]
}

@test "a hundred keys wait side by side" {
  for i in $(seq 100); do printf '%s 1\n%s 2\n' "$i" "$i"; done >in
  gf-ratelimit -K 1 --stats=json 5/s in 2>stats >out
  diff <(sort in) <(sort out)
  between 0.19 "$(jq .elapsed_seconds stats)" 1.5
}

@test "a full buffer stops the reading and loses nothing" {
  for i in $(seq 40); do printf 'a %s\n' "$i"; done >in
  echo b >>in
  gf-ratelimit -K 1 --buffer 2 200/s in >out
  grep a out | cmp - <(grep a in)
  # b was not read before there was room behind 39 of the others; reading may be late.
  at=$(grep -n b out)
  [ "${at%:b}" -ge 40 ] || fails "b at ${at}"
}

@test "many keys, random bytes, no newline at the end: nothing is lost" {
  head -c 200000 /dev/urandom >in
  gf-ratelimit -K 1 -b 1000000 1e9/s in | cmp - in
  seq 100000 | gf-ratelimit -K 1 --max-keys 100 --stats=json 1/s 2>stats | cmp - <(seq 100000)
  [ "$(jq .keys_evicted stats)" -gt 90000 ]
}

@test "a record passes while more is awaited" {
  mkfifo in
  gf-ratelimit -K 1 50/s in >out &
  pid=$!
  exec 7>in
  printf 'a 1\na 2\n' >&7
  for ((i = 0; i < 100; i++)); do
    [ "$(wc -l <out)" -eq 2 ] && break
    sleep 0.02
  done
  [ "$(cat out)" = $'a 1\na 2' ]
  exec 7>&-
  wait "$pid"
}

@test "it ends at once while records wait" {
  run bash -c 'printf "a\na\n" | env --default-signal gf-ratelimit -K 1 1/h >out & sleep 0.3; kill -TERM $!; wait $!; echo $?; cat out'
  [ "$output" = $'143\na' ]
}

@test "bad usage" {
  for args in '-K 0' '-K x' '--max-keys 0' '--buffer 0'; do
    # shellcheck disable=SC2086
    run gf-ratelimit $args 1/s </dev/null
    expect_status 2
  done
}
