#!/usr/bin/env bats
# gf-ratelimit, first form: records pass, paced, unchanged, in order.
# shellcheck disable=SC2094 # reading a file and comparing with it is no conflict

load helper

@test "a bare number is per second; options may follow operands" {
  seq 3 >in
  run gf-ratelimit 1000 in -b 3
  expect_status 0
  [ "$output" = "$(seq 3)" ]
}

@test "each of several rates passes the bytes unchanged" {
  head -c 300000 /dev/urandom >in
  for rate in unlimited 1e9/s 100000/s 100MiB/s 3MB/s; do
    gf-ratelimit $rate in | cmp - in
    gf-ratelimit $rate <in | cmp - in
    gf-ratelimit -0 $rate in | cmp - in
  done
}

@test "by bytes, a longer record passes in pieces" {
  head -c 500000 /dev/zero | tr '\0' x >in
  gf-ratelimit -b 1000 5MB/s in | cmp - in
}

@test "a line longer than the block passes and counts as one" {
  { head -c 600000 /dev/zero | tr '\0' x; echo; echo end; } >in
  gf-ratelimit --stats=json 100/s in 2>stats | cmp - in
  [ "$(jq .records stats)" -eq 2 ]
}

@test "the last line without newline is passed as it is, and counted" {
  for rate in unlimited 1000/s 1MiB/s; do
    printf 'a\nb' | gf-ratelimit --stats=json $rate >out 2>stats
    printf 'a\nb' | cmp - out
    [ "$(jq .records stats)" -eq 2 ]
    [ "$(jq .passed stats)" -eq 3 ]
  done
}

@test "empty input is no error" {
  for rate in unlimited 10/s 1B/s; do
    run gf-ratelimit $rate </dev/null
    expect_status 0
    [ -z "$output" ]
  done
}

@test "files are one stream, as with cat" {
  printf 'a\nb' >one
  printf 'c\nd\n' >two
  gf-ratelimit 1000/s one - two <one >out
  cat one one two | cmp - out
}

@test "a file that cannot be opened is said, the rest passes, and it is 125" {
  echo x >good
  run gf-ratelimit 1000/s nowhere good
  expect_status 125
  expect_text "cannot open 'nowhere': No such file or directory"
  expect_text x
  run gf-ratelimit 1000/s .
  expect_status 125
  expect_text "cannot read '.': Is a directory"
}

@test "a full disk is 125 with a message" {
  run sh -c 'seq 10 | gf-ratelimit 1000/s >/dev/full'
  expect_status 125
  expect_text "write error: No space left on device"
}

@test "a reader that goes away ends it quietly" {
  run bash -c 'yes | gf-ratelimit 1000/s | head -n 2; echo "${PIPESTATUS[1]}"'
  [ "$output" = $'y\ny\n141' ]
  run bash -c 'trap "" PIPE; yes | gf-ratelimit 1000/s | head -n 1; echo "${PIPESTATUS[1]}"'
  expect_text "write error: Broken pipe"
  expect_text 125
}

@test "a line is passed on while more is awaited" {
  mkfifo in
  gf-ratelimit 1000/s in >out &
  pid=$!
  exec 7>in
  echo first >&7
  until_true test -s out
  [ "$(cat out)" = first ]
  exec 7>&-
  wait "$pid"
}

@test "bad rates: the column and a hint" {
  run gf-ratelimit 10/parsec
  expect_status 2
  [ "$output" = "gf-ratelimit: bad rate '10/parsec': unknown unit 'parsec'
  10/parsec
     ^~~~~~
hint: units are ms, s, m, h, d, w" ]
  for rate in 0 0/s -1 2e9/s 1/200000d '' x 10/ 10k/s 1/0s; do
    run gf-ratelimit -- "$rate"
    expect_status 2
  done
}

@test "bad usage reads nothing" {
  for args in '' '-b 0 10/s' '-b x 10/s' '-b 2 --initial 3 10/s' '--slack x 10/s' '-b 2 1/36500d' \
    '-b 0 1MB/s' '--stats=xml 1/s' '--brst 2 10/s' '-b'; do
    # shellcheck disable=SC2086
    run sh -c 'gf-ratelimit "$@" && exit 0; s=$?; cat; exit $s' x $args <<<data
    expect_status 2
    expect_text data
  done
}

@test "TERM, INT and HUP end it by that signal, with the numbers" {
  mkfifo in
  for sig in TERM INT HUP; do
    : >out
    env --default-signal gf-ratelimit --stats 1/h <in >out 2>err 3>&- &
    pid=$!
    exec 7>in
    echo >&7
    until_true test -s out
    kill -$sig $pid
    status=0
    wait $pid || status=$?
    exec 7>&-
    expect_status $((128 + $(kill -l $sig)))
    grep -q 'records 1' err
  done
}

@test "it ends at once while it waits for the limit or for its reader" {
  seq 9 | env --default-signal gf-ratelimit 1/h >out 3>&- &
  pid=$!
  until_true test -s out
  until_true is_asleep $pid
  kill -TERM $pid
  status=0
  wait $pid || status=$?
  expect_status 143
  [ "$(cat out)" = 1 ]
  mkfifo f
  exec 7<>f # a reader that reads nothing
  env --default-signal gf-ratelimit unlimited </dev/zero >f 3>&- 7>&- &
  pid=$!
  until_true is_asleep $pid
  kill -TERM $pid
  status=0
  wait $pid || status=$?
  exec 7>&-
  expect_status 143
}

@test "statistics as json and prom" {
  seq 10 | gf-ratelimit --stats=json --stats-file s.json 1000/s >/dev/null
  [ "$(jq -c '[.v, .tool, .records, .passed]' s.json)" = '[1,"gf-ratelimit",10,21]' ]
  seq 10 | gf-ratelimit --stats=prom --stats-file s.prom 1000/s >/dev/null
  grep -qx 'gf_ratelimit_records_total 10' s.prom
  run sh -c 'echo | gf-ratelimit --stats-file /nonexistent/x 1000/s'
  expect_status 125
}

@test "a bad name of a state is bad usage; --check runs no command, with or without a rate" {
  run -2 gf-ratelimit -S .. 1/s </dev/null
  expect_text "bad state '..'"
  run -2 gf-ratelimit -S s --check -- true
  expect_text "COMMAND 'true' does not go with --check"
}
