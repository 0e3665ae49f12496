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
  run sh -c 'printf "a\na\na\na\n" | gf-ratelimit -K 1 -w 500ms --drop 5/s'
  [ "${#lines[@]}" -eq 3 ]
}

@test "a hundred keys wait side by side" {
  for i in $(seq 100); do printf '%s 1\n%s 2\n' "$i" "$i"; done >in
  gf-ratelimit -K 1 --stats=json 5/s in 2>stats >out
  diff <(sort in) <(sort out)
  between 0.19 "$(jq .elapsed_seconds stats)" 15 # one after another would take 20 s
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
  until_true has_lines out 2
  [ "$(cat out)" = $'a 1\na 2' ]
  exec 7>&-
  wait "$pid"
}

@test "it ends at once while records wait" {
  printf 'a\na\n' | env --default-signal gf-ratelimit -K 1 1/h >out 3>&- &
  pid=$!
  until_true test -s out
  until_true is_asleep $pid
  kill -TERM $pid
  status=0
  wait $pid || status=$?
  expect_status 143
  [ "$(cat out)" = a ]
}

@test "bad usage" {
  for args in '-K 0' '-K x' '--max-keys 0' '--buffer 0'; do
    # shellcheck disable=SC2086
    run gf-ratelimit $args 1/s </dev/null
    expect_status 2
  done
}

@test "a key is what the first group of a pattern matched" {
  printf 'GET http://a/1\nGET http://b/1\nGET http://a/2\nnothing\nnever\n' |
    gf-ratelimit -K '/http:..(\w+)/' --drop 1/h >out
  [ "$(cat out)" = $'GET http://a/1\nGET http://b/1\nnothing' ]
  printf 'x1y\nx1z\nx2y\n' | gf-ratelimit -K '/x\d/' --drop 1/h >out # no group: all of it
  [ "$(cat out)" = $'x1y\nx2y' ]
  printf 'ab\nb\n' | gf-ratelimit -K '/(a)?b/' --drop 1/h >out # a group that is not there
  [ "$(cat out)" = $'ab\nb' ]
  run -2 gf-ratelimit -K '/(/' 1/s
  [[ "$output" == *'missing closing parenthesis'* ]]
  run -2 gf-ratelimit -K '/x' 1/s
}

@test "rates by key: named ones, and a star for the rest" {
  printf '# hosts\na 1/h 3\nb\t1/h\t2\n\n* 1/h\n' >rates
  for i in 1 2 3 4; do printf 'a %s\nb %s\nc %s\n' $i $i $i; done |
    gf-ratelimit -K 1 --key-rates rates --drop 1000/s >out
  [ "$(cut -d ' ' -f 1 out | sort | uniq -c | awk '{ print $2 $1 }' | tr '\n' ' ')" = 'a3 b2 c1 ' ]
}

@test "rates by key: without a star the rest has the rate of the command line" {
  echo 'a 1/h' >rates
  printf 'a\nb\na\nb\nb\n' | gf-ratelimit -K 1 --key-rates rates --drop -b 2 1/h >out
  [ "$(tr '\n' ' ' <out)" = 'a b b ' ]
}

@test "rates by key: a mistake is shown with its line, and nothing passes" {
  printf 'a 1/s\nb 1/parsec\n' >rates
  run gf-ratelimit -K 1 --key-rates rates 1/s <<<x
  expect_status 125
  [[ "$output" == *"rates 'rates', line 2"*"unknown unit 'parsec'"* ]]
  run -125 gf-ratelimit -K 1 --key-rates nosuch 1/s <<<x
}

@test "rates by key: two lines of a key say the same, or are a mistake" {
  printf 'a 60/m\nb 1/s\n* 2/s\na 1/s\n* 2/s\n' >rates
  run -0 gf-ratelimit -K 1 --key-rates rates 1/s <<<'a'
  for again in 'b 2/s' 'b 1/s 2' 'b 1B/s' 'b unlimited' '* 1/s'; do
    printf 'b 1/s\n* 2/s\na 1/s\n%s\n' "$again" >rates
    run -125 gf-ratelimit -K 1 --key-rates rates 1/s <<<'a'
    expect_text "rates 'rates', line 4: the key of line"
    expect_text 'leave one of the two lines out'
  done
}

@test "rates by key: read again when the file changes, for what is held too" {
  echo 'a 1/h' >rates
  printf 'a 1\na 2\na 3\nb 1\n' | gf-ratelimit -K 1 --key-rates rates 100/s >out 3>&- &
  until_true has_lines out 2
  echo 'a 50/s' >rates.new
  mv rates.new rates
  wait
  [ "$(grep a out | tr '\n' ' ')" = 'a 1 a 2 a 3 ' ]
}

@test "rates by key: a mistake in the new file leaves the old rates" {
  echo 'a 20/s' >rates
  mkfifo in
  gf-ratelimit -K 1 --key-rates rates 1/h <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
  echo 'a 1' >&7
  until_true test -s out
  echo 'a many/s' >rates
  sleep 0.2 # the file is looked at ten times a second
  echo 'a 2' >&7
  until_true has_lines out 2
  exec 7>&-
  wait $pid
  [ "$(wc -l <out)" -eq 2 ]
  [ "$(grep -c 'stay as they were' err)" -eq 1 ]
}

@test "--key-rates: a byte order mark is no part of a key, and a blank at the end of one is told" {
  printf '\xef\xbb\xbfa 1000/s\n' >rates
  run -0 gf-ratelimit --drop -K 1 --key-rates rates 1/h <<<$'a 1\nb 1'
  [ "$output" = $'a 1\nb 1' ]
  run -0 gf-ratelimit -K 1 --key-rates rates 1/h <<<$'a 1\na 2\na 3' # 1/h would wait
  printf 'a\t1/s\nb \t1/s\n' >rates
  run -0 gf-ratelimit -K 1 --key-rates rates 1/s </dev/null
  [ "$output" = "gf-ratelimit: rates 'rates', line 2: the key ends with a blank" ]
}
