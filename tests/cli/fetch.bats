#!/usr/bin/env bats
# fetch.bats - gf-fetch: what goes in, what comes out, and how a run ends.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

setup_file() { origin_start http other; }
teardown_file() { origin_stop; }

# A port that nobody listens on: the server's own is taken, 1 is free on every machine of the tests.
DEAD=http://127.0.0.1:1

@test "a URL is one record: what was asked, what came" {
  run --separate-stderr gf-fetch "$HTTP/ok/$KEY"
  expect_status 0
  [ -z "$stderr" ]
  expect_records 1
  [ "$(record v seq id url final_url method ok status error phase)" = \
    "[1,1,null,\"$HTTP/ok/$KEY\",\"$HTTP/ok/$KEY\",\"GET\",true,200,null,null]" ]
  [ "$(record attempts retries redirects bytes decoded_bytes truncated content_type etag)" = \
    '[1,[],0,'$((${#KEY} + 5))','$((${#KEY} + 5))',false,"text/plain",null]' ]
  [ "$(record remote_ip http_version reused file encoding body)" = \
    '["127.0.0.1","1.1",false,null,"utf8","/ok/'"$KEY"'\n"]' ]
  [ "$(record 'seconds|keys_unsorted' | jq -c '.[0]')" = '["queue","dns","connect","tls","first_byte","total"]' ]
  [ "$(record sha256)" = "[\"$(printf '/ok/%s\n' "$KEY" | sha256sum | cut -d ' ' -f 1)\"]" ]
}

@test "each line has one record, whatever it is; blank lines and comments have none" {
  cat >in <<END
$HTTP/ok/1

# a comment
$HTTP/status/404
example.com/no-scheme
$HTTP/ok/1
not a url at all
{"url":"$HTTP/ok/2","id":"two"}
{"url":"$HTTP/ok/3","colour":1}
{"url":
{"id":9}
$DEAD/
ftp://127.0.0.1/x
http://
$HTTP/ok/5
END
  run --separate-stderr gf-fetch --retries 0 -k <in
  expect_status 123
  expect_records 13
  [ "$(jq -r '.seq' <<<"$output" | tr '\n' ' ')" = '1 2 3 4 5 6 7 8 9 10 11 12 13 ' ]
  [ "$(jq -r '.error // "-"' <<<"$output" | tr '\n' ' ')" = \
    '- http bad_request - bad_request - bad_request bad_request bad_request connect proto_denied bad_request - ' ]
  [ "$(jq -c 'select(.seq == 6 or .seq == 9) | .id' <<<"$output" | tr '\n' ' ')" = '"two" 9 ' ]
  run --separate-stderr gf-fetch --retries 0 --stats=json --format none <in
  [ "$(tail -n 1 <<<"$stderr" | jq -c '[.lines, .passed_by, .ok, .failed]')" = '[13,2,4,9]' ]
}

@test "a line without a scheme is told the way out" {
  run --separate-stderr gf-fetch --no-body example.com
  expect_status 123
  [ "$(record error status)" = '["bad_request",null]' ]
  expect_text 'scheme'
  expect_text 'https://'
}

@test "an object says method, headers, body and id" {
  cat >in <<END
{"url":"$HTTP/echo","id":"a","method":"PUT","headers":{"X-One":"1","X-None":""},"body":"text é"}
{"url":"$HTTP/echo","id":12,"headers":["X-Two: 2"],"body_base64":"AAH/"}
{"url":"$HTTP/echo","id":"c"}
END
  run --separate-stderr gf-fetch -k -H 'X-All: yes' -A me <in
  expect_status 0
  body() { jq -c "select(.seq == $1) | .body | fromjson | $2" <<<"$output"; }
  [ "$(body 1 '[.method, .headers["x-one"], .headers["x-none"], .headers["x-all"], .base64]')" = \
    "[\"PUT\",\"1\",\"\",\"yes\",\"$(printf 'text é' | base64)\"]" ]
  [ "$(body 2 '[.method, .headers["x-two"], .base64, .headers["user-agent"]]')" = '["POST","2","AAH/","me"]' ]
  [ "$(body 3 '[.method, .body, .headers["x-one"]]')" = '["GET","",null]' ]
  [ "$(jq -c '[.id, .method]' <<<"$output" | tr '\n' ' ')" = '["a","PUT"] [12,"POST"] ["c","GET"] ' ]
}

@test "-X, -d and -X HEAD are for lines that say nothing" {
  run --separate-stderr gf-fetch -d 'some=body' "$HTTP/echo"
  [ "$(jq -r .body <<<"$output" | jq -c '[.method, .body]')" = '["POST","some=body"]' ]
  run --separate-stderr gf-fetch -X DELETE "$HTTP/echo"
  [ "$(jq -r .body <<<"$output" | jq -c '[.method, .body]')" = '["DELETE",""]' ]
  run --separate-stderr gf-fetch -X HEAD --max-size 10 "$HTTP/bytes/100000"
  expect_status 0
  [ "$(record method status bytes body)" = '["HEAD",200,0,""]' ]
}

@test "CR, LF and NUL in what goes into a head are refused" {
  printf '%s\n' \
    '{"url":"'"$HTTP/ok/$KEY"'","headers":{"X-A":"1\r\nX-Evil: 1"}}' \
    '{"url":"'"$HTTP/ok/$KEY"'","headers":["X-A: 1\nX-Evil: 1"]}' \
    '{"url":"'"$HTTP/ok/$KEY"'","headers":{"X-A\r\nX-Evil":"1"}}' \
    '{"url":"'"$HTTP/ok/$KEY"'","headers":{"X-A":"1\u0000"}}' \
    '{"url":"'"$HTTP/ok/$KEY"'","method":"GET / HTTP/1.1\r\nX-Evil: 1"}' \
    '{"url":"'"$HTTP/ok/$KEY"'\r\nX-Evil: 1"}' \
    '{"url":"'"$HTTP/ok/$KEY"'\u0000"}' \
    '{"url":"'"$HTTP/ok/$KEY"'","id":"\u0000"}' \
    '{"url":"'"$HTTP/ok/$KEY"'","headers":{"Content-Length":"0"}}' \
    '{"url":"'"$HTTP/ok/$KEY"'","headers":{"Transfer-Encoding":"chunked"}}' >in
  printf '%s\0evil\n' "$HTTP/ok/$KEY" >>in
  printf '%s\rX-Evil: 1\n' "$HTTP/ok/$KEY" >>in
  run --separate-stderr gf-fetch <in
  expect_status 123
  expect_records 12
  [ "$(jq -r .error <<<"$output" | sort | uniq -c | tr -s ' ')" = ' 12 bad_request' ]
  [ "$(jq -c 'select(.seq == 11) | .url' <<<"$output")" = "\"$HTTP/ok/$KEY\\u0000evil\"" ]
  [ -z "$(asked "$KEY")" ]
}

@test "the same in an option is a usage error" {
  run gf-fetch -H $'X-A: 1\r\nX-Evil: 1' "$HTTP/ok/$KEY"
  expect_status 2
  run gf-fetch -X $'GET / HTTP/1.1\r\nX-Evil: 1' "$HTTP/ok/$KEY"
  expect_status 2
  run gf-fetch -A $'me\r\nX-Evil: 1' "$HTTP/ok/$KEY"
  expect_status 2
  [ -z "$(asked "$KEY")" ]
}

@test "-k keeps the order of the input; without it what is ready comes first" {
  printf '%s\n' "$HTTP/until/$KEY" "$OTHER/ok/1" "$OTHER/ok/2" >in
  gf-fetch --no-body <in >out &
  pid=$!
  until_true has_lines out 2
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(jq .seq out | tr '\n' ' ')" = '2 3 1 ' ] || [ "$(jq .seq out | tr '\n' ' ')" = '3 2 1 ' ]
  rm "$ORIGIN_DIR/$KEY"
  gf-fetch -k --no-body <in >out &
  pid=$!
  until_true was_asked /ok/2 2
  is_still out
  [ ! -s out ]
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(jq .seq out | tr '\n' ' ')" = '1 2 3 ' ]
}

@test "the first request starts while the input stays open" {
  mkfifo in
  exec 5<>in
  gf-fetch --no-body <in >out 5>&- &
  pid=$!
  echo "$HTTP/ok/$KEY" >&5
  until_true has_lines out 1
  printf '%s' "$HTTP/ok/last" >&5 # without a newline
  exec 5>&-
  wait "$pid"
  [ "$(jq -c '[.seq, .ok]' out | tr '\n' ' ')" = '[1,true] [2,true] ' ]
}

@test "a body that is no text is base64, whole" {
  run --separate-stderr gf-fetch "$HTTP/binary"
  [ "$(record encoding bytes)" = '["base64",256]' ]
  jq -r .body <<<"$output" | base64 -d | cmp - <(python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)))')
}

@test "bodies beyond what memory holds spill to -T and come back whole" {
  mkdir tmp
  printf '%s\n' "$HTTP/until/$KEY" "$HTTP/bytes/3000000" "$HTTP/bytes/3000001" >in
  gf-fetch -k -T tmp <in >out &
  pid=$!
  until_true was_asked /bytes/3000001 1
  touch "$ORIGIN_DIR/$KEY"
  wait "$pid"
  [ "$(jq -c '[.seq, (.body | length), .decoded_bytes]' out | tr '\n' ' ')" = '[1,8,8] [2,3000000,3000000] [3,3000001,3000001] ' ]
  [ -z "$(ls -A tmp)" ]
  run gf-fetch -T tmp/none "$HTTP/bytes/3000000"
  expect_status 123
  [ "$(record error ok)" = '["write",false]' ]
}

@test "--format body: bodies alone, whole; of failures nothing" {
  printf '%s\n' "$HTTP/ok/1" "$HTTP/status/500" "$HTTP/half/50" "$HTTP/ok/2" >in
  run --separate-stderr gf-fetch -k --retries 0 --format body <in
  expect_status 123
  [ "$output" = $'/ok/1\n/ok/2' ]
  gf-fetch -k --retries 0 --format body -0 <in >out || [ $? -eq 123 ]
  [ "$(tr '\0' '|' <out)" = $'/ok/1\n|/ok/2\n|' ]
  run --separate-stderr gf-fetch --retries 0 --format none <in
  expect_status 123
  [ -z "$output" ]
}

@test "large bodies of --format body are never mixed" {
  for i in 1 2 3 4 5 6; do echo "$HTTP/bytes/$((i * 100000))"; done >in
  gf-fetch -0 --format body <in | tr '\0' '\n' | awk '{ print length($0) }' | sort -n | tr '\n' ' ' >out
  [ "$(cat out)" = '100000 200000 300000 400000 500000 600000 ' ]
}

@test "--no-body has the sums all the same" {
  run --separate-stderr gf-fetch --no-body "$HTTP/bytes/1000"
  [ "$(record 'bytes' 'sha256' 'body')" = "[1000,\"$(head -c 1000 /dev/zero | tr '\0' b | sha256sum | cut -d ' ' -f 1)\",null]" ]
}

@test "sha256 of a line is compared" {
  sum=$(printf '/ok/sum\n' | sha256sum | cut -d ' ' -f 1)
  printf '%s\n' '{"url":"'"$HTTP/ok/sum"'","sha256":"'"$sum"'"}' '{"url":"'"$HTTP/ok/other"'","sha256":"'"$sum"'"}' >in
  run --separate-stderr gf-fetch -k <in
  expect_status 123
  [ "$(jq -c '[.ok, .error, .body]' <<<"$output" | tr '\n' ' ')" = '[true,null,"/ok/sum\n"] [false,"checksum",null] ' ]
}

@test "exit status: a failure is 123 in every order and mode (curl hides it behind a success)" {
  for urls in "$HTTP/status/404 $HTTP/ok/1" "$HTTP/ok/1 $HTTP/status/404"; do
    for mode in '-j 1' '-j 8' '-k' '--format body' '--format none' '--no-body'; do
      # shellcheck disable=SC2086 # words
      run gf-fetch $mode $urls
      expect_status 123
    done
  done
  run gf-fetch "$HTTP/ok/1" "$HTTP/status/302"
  expect_status 0
  run gf-fetch --ok-status 200-399,404 "$HTTP/status/404"
  expect_status 0
  [ "$(record ok status error body)" = '[true,404,null,"status 404\n"]' ]
  run gf-fetch --ok-status 204 "$HTTP/ok/1"
  expect_status 123
  run gf-fetch </dev/null
  expect_status 0
}

@test "three failures have three errors of their own" {
  run --separate-stderr gf-fetch --retries 0 -k "$DEAD/" "$HTTP/status/410" "$HTTP/half/10"
  expect_status 123
  [ "$(jq -c '[.error, .status]' <<<"$output" | tr '\n' ' ')" = '["connect",null] ["http",410] ["partial",200] ' ]
}

@test "usage errors ask nothing" {
  for words in '--retries x' '--proto -all' '--retry-delay 9223372036854776' '--retry-max-time 9223372036854776s' \
    '--max-redirs 3' '-j 0' '--max-per-host 0' '--format xml' '--ok-status 99' '--ok-status 300-200' '--low-speed 5' \
    '--deny 10.0.0.0/33' '-0' '--no-body --format body' '--dir d --format body' '--http1.1 --http2' '-4 -6' '--key k' \
    '--overwrite' '--rate 0/s' '-u me:pw' '--auth-host http://127.0.0.1 -H Accept:x' '-a in'; do
    # shellcheck disable=SC2086 # words
    run gf-fetch $words "$HTTP/ok/$KEY"
    [ "$status" -eq 2 ] || fails "$words: $status, $output"
  done
  [ -z "$(asked "$KEY")" ]
}

@test "an input that is not there is 125; a line beyond --max-record ends the reading" {
  run gf-fetch -a nowhere
  expect_status 125
  { echo "$HTTP/ok/$KEY"; head -c 5000 /dev/zero | tr '\0' x; } >in
  run --separate-stderr gf-fetch --max-record 1000 -a in
  expect_status 125
  [[ $stderr == *max-record* ]]
  [ "$(jq -s length <<<"$output")" -eq 1 ]
}

@test "--fail-early: the first failure ends the run, and nothing else is asked" {
  printf '%s\n' 'gopher://127.0.0.1/' "$HTTP/ok/$KEY" >in
  run --separate-stderr gf-fetch --fail-early <in
  expect_status 123
  [ -z "$(asked "$KEY")" ]
  [ "$(jq -c .error <<<"$output" | head -n 1)" = '"proto_denied"' ]
  run --separate-stderr bash -c 'set -o pipefail; yes nonsense | gf-fetch --fail-early' # endless
  expect_status 123
  [ "$(jq -s length <<<"$output")" -eq 1 ]
}

@test "--total-timeout is 124, and what was read has its records" {
  printf '%s\n' "$HTTP/never/$KEY" "$OTHER/ok/$KEY" >in
  run --separate-stderr gf-fetch --max-per-host 1 --total-timeout 500ms <in
  expect_status 124
  expect_records 2
  [ "$(jq -s -c 'sort_by(.seq) | [.[].error]' <<<"$output")" = '["cancelled",null]' ]
}

@test "a signal: what is under way goes on, what waits is cancelled, and the end is by that signal" {
  printf '%s\n' "$HTTP/until/$KEY" "$HTTP/ok/wait$KEY" "$HTTP/ok/wait$KEY" >in
  gf-fetch --max-per-host 1 --no-body <in >out 2>err &
  pid=$!
  until_true was_asked "/until/$KEY" 1
  kill -TERM "$pid"
  until_true has_lines out 2
  touch "$ORIGIN_DIR/$KEY"
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 143 ]
  [ "$(jq -s -c 'sort_by(.seq) | [.[] | [.seq, .error]]' out)" = '[[1,null],[2,"cancelled"],[3,"cancelled"]]' ]
  [ -z "$(asked "wait$KEY")" ]
}

@test "a second signal ends all, and each line has its record" {
  printf '%s\n' "$HTTP/never/$KEY" "$HTTP/ok/wait$KEY" >in
  gf-fetch --max-per-host 1 --no-body <in >out 2>err &
  pid=$!
  until_true was_asked "/never/$KEY" 1
  kill -TERM "$pid"
  until_true has_lines out 1
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 143 ]
  [ "$(jq -s -c 'sort_by(.seq) | [.[].error]' out)" = '["cancelled","cancelled"]' ]
}

@test "| head -n 1 ends it without a word, from an input without end" {
  status=0
  yes "$HTTP/ok/head" | gf-fetch --no-body 2>err | head -n 1 >out || status=$?
  [ "$(jq -c .ok out)" = true ]
  [ ! -s err ]
}

@test "--failed has the lines that failed, as they came, for the next run" {
  printf '%s\r\n' "$HTTP/fail/1/500/$KEY" >in
  printf '%s\n' '{"url":"'"$HTTP/fail/1/404/$KEY"'", "id" : "x"}' "$HTTP/ok/$KEY" nonsense >>in
  run --separate-stderr gf-fetch -j 1 --retries 0 --failed again <in
  expect_status 123
  [ "$(stat -c %a again)" = 600 ]
  sort again | cmp - <(grep -v /ok/ in | sort)
  run --separate-stderr gf-fetch -k --retries 0 --failed twice -a again
  expect_status 123
  [ "$(jq -s -c '[.[].ok]' <<<"$output")" = '[true,true,false]' ] || [ "$(jq -s -c '[.[].ok] | sort' <<<"$output")" = '[false,true,true]' ]
  [ "$(cat twice)" = nonsense ]
}

@test "a file that cannot be written is said once, whatever is cancelled by it" {
  printf "$HTTP/fail/9/404/$KEY-%s\n" {1..20} >in
  run --separate-stderr gf-fetch -j 3 --failed /dev/full <in
  expect_status 125
  [ "$(grep -c 'cannot write to' <<<"$stderr")" = 1 ] || fails "$stderr"
  for line in '>out' '--failed out' '--report out' '--stats=prom --stats-file out'; do
    for n in 0 50; do
      rm -f out
      run prlimit --fsize=$n bash -c "gf-fetch --retries 0 $line <in"
      [ "$status" -eq 125 ] && [ "$(grep -c '^gf-fetch: .*File too large' <<<"$output")" = 1 ] || fails "$n, $line: $output"
    done
  done
  run prlimit --fsize=0 gf-fetch -S ./state --rate 9/s -a in
  expect_status 125
  [[ $output == *"File too large"$'\n'"hint: raise the limit on the size of files (ulimit -f)" ]] || fails "$output"
  for n in 0 20; do
    run prlimit --fsize=$n gf-fetch --etag-store tags "$HTTP/etag/$KEY"
    [ "$status" -eq 125 ] && [[ $output == *"'tags': File too large" ]] || fails "$n: $output"
  done
  run -0 gf-fetch --etag-store tags "$HTTP/etag/$KEY" # no part of a row makes the file another one
  run -0 gf-fetch --etag-store tags "$HTTP/etag/$KEY"
  [ "$(record not_modified)" = '[true]' ] || fails "$output"
  # A body is the line's own.
  for line in '--dir new' '-T .'; do
    # shellcheck disable=SC2086
    run prlimit --fsize=1000 gf-fetch -q $line "$HTTP/bytes/20000000"
    expect_status 123
    [ "$(record error message)" = '["write","cannot write the body: File too large"]' ] || fails "$line: $output"
  done
}

@test "an unwritable output is 125" {
  run --separate-stderr bash -c "gf-fetch '$HTTP/ok/1' >/dev/full"
  expect_status 125
  [[ $stderr == *'standard output'* ]]
}

@test "connections are used again" {
  for _ in 1 2 3 4 5; do echo "$HTTP/ok/$KEY"; done >in
  run --separate-stderr gf-fetch --max-per-host 1 --no-body <in
  [ "$(jq -s -c '[.[].reused]' <<<"$output")" = '[false,true,true,true,true]' ]
  [ "$(asked "$KEY" | jq .peer | sort -u | wc -l)" -eq 1 ]
}
