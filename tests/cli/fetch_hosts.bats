#!/usr/bin/env bats
# fetch_hosts.bats - gf-fetch is polite: so many requests to a host at once, a host that asks for time gets it,
# and no host waits for another.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

setup_file() { origin_start http other wide=wide; }
teardown_file() { origin_stop; }

# most KEY TEXT: the largest value of a key in the requests whose path holds the text.
most() { asked "$2" | jq -s "map(.$1) | max"; }

# times N URL: the URL so often.
times() { for ((i = 0; i < $1; i++)); do echo "$2"; done; }

@test "--max-per-host is never exceeded, and is made use of" {
  # The server answers five requests when five are there.
  times 50 "$HTTP/together/5/$KEY" >in
  run --separate-stderr gf-fetch -j 50 --max-per-host 5 --no-body <in
  expect_status 0
  expect_records 50
  [ "$(most busy "$KEY")" -eq 5 ]
  [ "$(most open "$KEY")" -eq 5 ]
}

@test "-j counts the requests to all hosts" {
  { times 6 "$HTTP/until/$KEY"; times 6 "$OTHER/until/$KEY"; } >in
  gf-fetch -j 7 --max-per-host 5 --no-body <in >out &
  pid=$!
  until_true was_asked "$KEY" 7
  is_still "$ORIGIN_LOG"
  [ "$(most all "$KEY")" -eq 7 ]
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(wc -l <out)" -eq 12 ]
}

@test "a second request does not wait for the answer to the first one of the host" {
  printf '%s\n' "$HTTP/until/$KEY" "$HTTP/ok/$KEY" >in
  gf-fetch --no-body <in >out &
  pid=$!
  until_true has_lines out 1
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(jq .seq out | tr '\n' ' ')" = '2 1 ' ]
}

@test "a host that does not answer holds up no other one" {
  { times 20 "$HTTP/until/$KEY"; times 20 "$OTHER/ok/$KEY"; } >in
  gf-fetch -j 8 --max-per-host 2 --no-body <in >out &
  pid=$!
  until_true has_lines out 20
  [ "$(jq -r '.url' out | sort -u)" = "$OTHER/ok/$KEY" ]
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(wc -l <out)" -eq 40 ]
}

@test "--lookahead bounds the lines that are held" {
  { times 6 "$HTTP/until/$KEY"; echo "$OTHER/ok/$KEY"; } >in
  gf-fetch -j 8 --max-per-host 1 --lookahead 3 --no-body <in >out &
  pid=$!
  until_true was_asked "/until/$KEY" 1
  is_still "$ORIGIN_LOG"
  [ -z "$(asked "/ok/$KEY")" ]
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(wc -l <out)" -eq 7 ]
}

# What is in hand goes out in the end of a turn of the loop, when nothing is under way that could begin another one.
@test "a --lookahead that is full of lines that go out lets the next ones be read" {
  local n k
  for ((n = 1; n <= 8; n++)); do echo "$HTTP/ok/$KEY/$n"; done >in
  for n in 1 2 8; do
    for k in '' -k; do
      # shellcheck disable=SC2086 # nothing when k is empty
      run --separate-stderr timeout 10 gf-fetch $k -j 1 --lookahead "$n" --no-body <in
      expect_status 0
      expect_records 8
    done
  done
}

@test "429 with Retry-After holds the whole host back, while another one goes on" {
  # The other host's first answer waits until the first host has refused, the rest follow within the two seconds.
  { echo "$HTTP/busy/1/429/2/$KEY"; echo "$OTHER/until/$KEY"; times 19 "$HTTP/ok/$KEY"; times 19 "$OTHER/ok/$KEY"; } >in
  gf-fetch -j 10 --max-per-host 1 --no-body <in >out &
  pid=$!
  until_true was_asked "/busy/1/429/2/$KEY" 1
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(jq -s -c '[length, (map(select(.ok)) | length)]' out)" = '[40,40]' ]
  asked "$KEY" >log
  jq -s -e '[.[] | select(.port == "http") | .t] | sort | .[1] - .[0] >= 1.99' log
  jq -s -e '([.[] | select(.port == "http") | .t] | sort) as $t |
    [.[] | select(.port == "other" and .t > $t[0] and .t < $t[1])] | length > 0' log
  [ "$(jq -s -c '.[] | select(.attempts > 1) | [.attempts, .retries[0].status]' out)" = '[2,429]' ]
}

@test "500 URLs, a third refused at first: 500 records, no body of a refusal, nothing before the time" {
  for ((i = 0; i < 500; i++)); do
    if ((i % 3)); then echo "$HTTP/ok/$KEY.$i"; else echo "$HTTP/busy/1/429/1/$KEY.$i"; fi
  done >in
  gf-fetch -j 500 --max-per-host 500 <in >out
  [ "$(jq -s -c '[length, ([.[].seq] | unique | length), (map(select(.ok)) | length)]' out)" = '[500,500,500]' ]
  [ "$(jq -r 'select(.body | startswith("bad"))' out)" = '' ]
  [ "$(jq -s 'map(select(.attempts == 2)) | length' out)" -eq 167 ]
  asked "/busy/1/429/1/$KEY." | jq -s -e 'group_by(.path) | length == 167 and all(.[]; length == 2 and .[1].t - .[0].t >= 0.99)'
}

@test "300 URLs behind one host with -t 1s: waiting for a turn is no time-out" {
  times 300 "$HTTP/late/20/$KEY" >in
  run --separate-stderr gf-fetch -j 300 --max-per-host 2 -t 1s --retries 0 --no-body <in
  expect_status 0
  expect_records 300
  jq -s -e 'map(.seconds.queue) | max > 1' <<<"$output"
}

@test "1,000 slow hosts at once" {
  for ((i = 0; i < 1000; i++)); do
    echo "http://127.1.$((i / 200)).$((i % 200 + 1)):$WIDE_PORT/together/1000/$KEY" # none answers before all have asked
  done >in
  ulimit -n 4096
  run --separate-stderr gf-fetch -j 1000 --no-body <in
  expect_status 0
  expect_records 1000
  [ "$(most busy "$KEY")" -eq 1000 ]
  [ "$(jq -r .remote_ip <<<"$output" | sort -u | wc -l)" -eq 1000 ]
}

@test "--rate and --rate-per-host pace the starts" {
  times 5 "$HTTP/ok/$KEY" >in
  gf-fetch --rate 10/s --format none <in
  asked "$KEY" | jq -s -e 'map(.t) | sort | .[4] - .[0] >= 0.3'
  { times 5 "$HTTP/ok/h$KEY"; times 1 "$OTHER/ok/h$KEY"; } >in
  gf-fetch --rate-per-host 10/s --format none <in
  asked "/ok/h$KEY" | jq -s -e 'map(select(.port == "http") | .t) | sort | .[4] - .[0] >= 0.39'
  asked "/ok/h$KEY" | jq -s -e 'map(.port) | index("other") < 5' # it did not wait for the first host's turns
}
