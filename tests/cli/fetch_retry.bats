#!/usr/bin/env bats
# fetch_retry.bats - what gf-fetch tries again, when, and that nothing of a failed attempt is left anywhere.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

setup_file() { origin_start http other; }
teardown_file() { origin_stop; }

# gap TEXT: the seconds between the first and the second request whose path holds the text.
gap() { asked "$1" | jq -s 'sort_by(.t) | .[1].t - .[0].t'; }

@test "what may pass is tried again, and the record tells of each attempt" {
  for status in 408 429 500 502 503 504; do echo "$HTTP/busy/1/$status/0/$KEY"; done >in
  run --separate-stderr gf-fetch -j 6 <in
  expect_status 0
  expect_records 6
  [ "$(jq -s -c 'map(.attempts) | unique' <<<"$output")" = '[2]' ]
  [ "$(jq -s -c 'map(.retries[0].status) | sort' <<<"$output")" = '[408,429,500,502,503,504]' ]
  jq -s -e 'all(.[]; .ok and .status == 200 and .body == "good\n" and (.retries | length) == 1 and .retries[0].wait >= 0)' \
    <<<"$output"
  [ -z "$stderr" ]
}

@test "what would end the same way is asked once: 404, 401 and others, also with --retry-all" {
  for status in 400 401 403 404 405 409 410 451 501 505; do echo "$HTTP/status/$status/$KEY"; done >in
  run --separate-stderr gf-fetch --retries 2 --retry-all <in
  expect_status 123
  expect_records 10
  [ "$(asked "$KEY" | wc -l)" -eq 10 ]
  [ "$(jq -s -c 'map([.attempts, .retries, .ok, .error]) | unique' <<<"$output")" = '[[1,[],false,"http"]]' ]
}

@test "connections that break are tried again; so are time limits" {
  printf '%s\n' "$HTTP/fail/1/half/$KEY" "$HTTP/fail/1/reset/$KEY" \
    '{"url":"'"$HTTP/fail/1/never/$KEY"'","max_time":0.3}' >in
  run --separate-stderr gf-fetch -k <in
  expect_status 0
  [ "$(jq -c '[.attempts, .body]' <<<"$output" | sort -u)" = '[2,"good\n"]' ]
  [ "$(jq -c '.retries[0].error' <<<"$output" | tr '\n' ' ')" = '"partial" "protocol" "timeout" ' ]
}

@test "--retries is how often more; a port that refuses is one of them" {
  run --separate-stderr gf-fetch --retries 1 "http://127.0.0.1:1/"
  expect_status 123
  [ "$(record attempts error phase 'retries[].error')" = '[2,"connect","connect","connect"]' ]
  run --separate-stderr gf-fetch --retries 0 "$HTTP/fail/1/503/$KEY"
  expect_status 123
  [ "$(record attempts status error body)" = '[1,503,"http",null]' ]
  [ "$(asked "$KEY" | wc -l)" -eq 1 ]
}

@test "POST and others are sent once, unless --retry-all; PUT and DELETE are safe to send again" {
  for method in POST PATCH PUT DELETE; do echo '{"url":"'"$HTTP/busy/1/503/0/$KEY$method"'","method":"'$method'"}'; done >in
  run --separate-stderr gf-fetch -k <in
  expect_status 123
  [ "$(jq -c '[.method, .attempts, .ok]' <<<"$output" | tr '\n' ' ')" = \
    '["POST",1,false] ["PATCH",1,false] ["PUT",2,true] ["DELETE",2,true] ' ]
  run --separate-stderr gf-fetch --retry-all -d x "$HTTP/busy/1/503/0/all$KEY"
  expect_status 0
  [ "$(asked "all$KEY" | jq -c '[.method, .body]' | tr '\n' ' ')" = '["POST",1] ["POST",1] ' ]
}

@test "nothing of a failed attempt is in the output, in no form of it" {
  for format in '' '--format body' '-k' '--format none' '--no-body'; do
    printf '%s\n' "$HTTP/busy/2/503/0/$KEY$format" "$HTTP/fail/1/half/$KEY$format" | tr -d ' ' >in
    # shellcheck disable=SC2086 # words
    run gf-fetch $format <in
    expect_status 0
    [[ $output != *bad* ]]
    [[ $output != *hhh* ]]
  done
  [ "$(gf-fetch --format body "$HTTP/fail/1/half/body$KEY")" = good ]
  gf-fetch "$HTTP/fail/1/503/null$KEY" >/dev/null
}

@test "Retry-After in seconds, and as a date: not before" {
  printf '%s\n' "$HTTP/busy/1/503/1/$KEY" "$OTHER/busy/1/429/+2/$KEY" >in
  run --separate-stderr gf-fetch <in
  expect_status 0
  jq -e -n --argjson gap "$(gap "/503/1/$KEY")" '$gap >= 0.99'
  jq -e -n --argjson gap "$(gap "/429/+2/$KEY")" '$gap >= 0.99' # a date has whole seconds
}

@test "Retry-After in the past is no wait, and no nonsense" {
  run --separate-stderr gf-fetch "$HTTP/busy/1/503/-3600/$KEY"
  expect_status 0
  [ "$(record attempts)" = '[2]' ]
  jq -e '.retries[0].wait | . >= 0 and . <= 1' <<<"$output"
}

@test "Retry-After that is no time is passed over" {
  for after in soon -x 1.5 Tue,%2099%20Foo%202026%2099:99:99%20GMT; do echo "$HTTP/busy/1/503/$after/$KEY"; done >in
  run --separate-stderr gf-fetch --retry-max-time 20s <in
  expect_status 0
  [ "$(jq -s -c 'map(.attempts)' <<<"$output")" = '[2,2,2,2]' ]
}

@test "a wait beyond --retry-max-time is not begun: the URL fails at once" {
  run --separate-stderr gf-fetch --retry-max-time 1s "$HTTP/busy/9/429/3600/$KEY"
  expect_status 123
  [ "$(record attempts retries status)" = '[1,[],429]' ]
  [ "$(asked "$KEY" | wc -l)" -eq 1 ]
}

@test "a redirect that fails behind it begins at the first URL again" {
  run --separate-stderr gf-fetch -L "$HTTP/moved/302/busy/1/503/0/$KEY"
  expect_status 0
  [ "$(record attempts redirects status body)" = '[2,1,200,"good\n"]' ]
  [ "$(asked "/moved/302/busy/1/503/0/$KEY" | wc -l)" -eq 2 ]
}

@test "-k: others finish while one waits for its second try, and the order is kept" {
  printf '%s\n' "$HTTP/busy/1/503/1/$KEY" "$OTHER/ok/1" "$OTHER/ok/2" >in
  run --separate-stderr gf-fetch -k --no-body <in
  expect_status 0
  [ "$(jq -c '[.seq, .attempts]' <<<"$output" | tr '\n' ' ')" = '[1,2] [2,1] [3,1] ' ]
  [ "$(asked /ok/2 | tail -n 1 | jq .t)" != '' ]
  jq -e -n --argjson ok "$(asked /ok/2 | tail -n 1 | jq .t)" --argjson again "$(asked "$KEY" | tail -n 1 | jq .t)" '$ok < $again'
}

@test "a signal while a try is waited for ends the wait" {
  gf-fetch --no-body "$HTTP/busy/9/503/3600/$KEY" --retry-max-time 2h >out 2>err &
  pid=$!
  until_true was_asked "$KEY" 1
  is_still out
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 143 ]
  [ "$(jq -c '[.error, .attempts]' out)" = '["cancelled",1]' ]
}
