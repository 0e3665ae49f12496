#!/usr/bin/env bats
# fetch_told.bats - what gf-fetch promises in SECURITY.md, and what its records, messages and numbers say. The sites
# of aid/sites.py answer, by way of http_proxy.

load helper

setup_file() {
  cd "$BATS_FILE_TMPDIR" || return 1
  openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 9 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 2>/dev/null
  python3 "$BATS_TEST_DIRNAME/aid/sites.py" log cert key >proxy 2>&1 3>&- &
  echo $! >"$BATS_FILE_TMPDIR/sites"
  until_true has_lines proxy 2
  { read -r http_proxy && read -r SECURE; } <proxy
  export SECURE
  export http_proxy no_proxy=
}

teardown_file() { kill "$(<"$BATS_FILE_TMPDIR/sites")"; }

# asked URL: the requests for it, with their headers. A test asks for a URL that no other one has.
asked() { grep -F -- " $1 " "$BATS_FILE_TMPDIR/log"; }

@test "told: a redirect that is not followed counts neither as one nor as no attempt" {
  run -123 gf-fetch -q -L --max-redirs 0 http://example.com/old
  [ "$(jq -c '[.error, .attempts, .redirects, .final_url]' <<<"$output")" = \
    '["too_many_redirects",1,0,"http://example.com/old"]' ]
  run -123 gf-fetch -q -L --max-redirs 1 'http://example.com/to?http://example.com/old'
  [ "$(jq -c '[.error, .attempts, .redirects, .final_url]' <<<"$output")" = \
    '["too_many_redirects",1,1,"http://example.com/old"]' ]
  run -0 gf-fetch -L --max-redirs 2 'http://example.com/to?http://example.com/old'
  [ "$(jq -c '[.attempts, .redirects, .final_url]' <<<"$output")" = '[1,2,"http://example.com/a"]' ]
}

@test "told: what is cancelled while it waits says so" {
  # The host is held when the second line starts; the third waits for its next attempt.
  run -124 gf-fetch -q -k --max-per-host 1 --total-timeout 1 http://held.example/busy http://held.example/a \
    '{"url":"http://127.0.0.1:1/", "id":"again"}' --retries 1000
  [ "$(jq -c '[.error, .phase]' <<<"${lines[1]}")" = '["cancelled","queue"]' ] || fails "$output"
}

@test "told: -v says which attempts follow, which host is held, and how many lines there were" {
  export no_proxy=127.0.0.1
  run -123 gf-fetch -v --retries 1 --retry-max-time 1m --format none http://127.0.0.1:1/ http://v.example/busy
  expect_text 'line 1: connect, the next attempt follows in '
  expect_text 'gf-fetch: http://v.example:80: status 503, held for 1m00s'
  expect_text '2 lines: 0 fetched, 2 failed, 0 cancelled'
  run -0 gf-fetch --format none http://example.com/a
  [ -z "$output" ]
}

@test "told: the numbers name the proxy, without its password; --stats-file alone writes them" {
  gf-fetch --format none --stats-file text http://example.com/a
  grep -qF "proxies '$http_proxy' 1" text || fails "$(<text)"
  gf-fetch --format none --stats=json --stats-file json -x "${http_proxy/:\/\//://me:secret@}" http://example.com/a
  grep -qF '***@127.0.0.1' json || fails "$(<json)"
  run ! grep -F secret json
}

@test "told: -u and secret headers go to the origins of --auth-host alone" {
  gf-fetch -L -u me:word -H 'Cookie: word=1' -H 'X-All: yes' --auth-host http://one.example --format none \
    http://one.example/a http://one.example:8080/a http://two.example/a 'http://one.example/to?http://three.example/a' \
    'http://two.example/to?http://one.example/b'
  for url in http://one.example/a 'http://one.example/to?http://three.example/a' http://one.example/b; do
    asked "$url" | grep -F '"Authorization", "Basic bWU6d29yZA=="' | grep -F '["Cookie", "word=1"]' || fails "$url: $(asked "$url")"
  done
  for url in http://one.example:8080/a http://two.example/a http://three.example/a 'http://two.example/to?http://one.example/b'; do
    asked "$url" | grep -F '["X-All", "yes"]' || fails "$url"
    run ! grep -E 'Authorization|Cookie' <(asked "$url")
  done
}

@test "told: headers of a line, and user and password of its URL, go to the origin of that URL alone" {
  gf-fetch -L --format none \
    '{"url":"http://own.example/to?http://other.example/a","headers":{"X-Own":"1","Authorization":"Bearer word"}}' \
    'http://me:word@name.example/to?http://name.example:81/a' 'http://me:word@name.example/to?/b'
  asked 'http://own.example/to?http://other.example/a' | grep -F '["X-Own", "1"]' | grep -F 'Bearer word'
  asked 'http://name.example/to?/b' | grep -F '"Authorization", "Basic bWU6d29yZA=="'
  for url in http://other.example/a http://name.example:81/a http://name.example/b; do
    asked "$url"
    run ! grep -E 'Authorization|X-Own' <(asked "$url")
  done
}

@test "told: user and password of a URL are in no record, message or number" {
  export http_proxy=http://127.0.0.1:1
  printf '%s\n' 'http://me:w0rd@example.com/a' '{"url":"http://me:w0rd@example.com/b","id":1,"x":2}' 'http:///me:w0rd@/' \
    'ftp://me:w0rd@example.com/' 'me:w0rd@example.com/' 'http://me:w0rd@exa mple/' '{"url":"ftp://me:w0rd@a/"}' \
    'http://me:w0rd@127.0.0.1:1/to' >in
  run -123 gf-fetch -v -a in --retries 0 --stats=json --progress=always
  [ -n "$output" ]
  [[ $output != *w0rd* ]] || fails "$output"
  run -123 gf-fetch -v -a in --retries 0 --dir d --failed again --format none
  [[ $output != *w0rd* ]] || fails "$output"
  cmp <(sort in) <(sort again) # for the next run, and for its owner alone
  [ "$(stat -c %a again)" = 600 ]
}

@test "told: --deny and --deny-private look at the address, whatever name leads there" {
  port=${http_proxy##*:}
  unset http_proxy
  printf '%s\n' "http://127.0.0.1:$port/a" "http://inside.example:$port/a" "http://[::ffff:127.0.0.1]:$port/a" >in
  resolve=(--resolve "inside.example:$port:127.0.0.1")
  run -0 gf-fetch -q "${resolve[@]}" --format none -a in
  for how in --deny-private '--deny 127.0.0.0/8'; do
    # shellcheck disable=SC2086
    run -123 gf-fetch -q $how "${resolve[@]}" -a in
    [ "$(jq -r .error <<<"$output" | sort | uniq -c | tr -s ' ')" = ' 3 addr_denied' ] || fails "$output"
    # shellcheck disable=SC2086
    run -0 gf-fetch -q $how --allow 127.0.0.1 "http://127.0.0.1:$port/a" --format none
  done
}

@test "told: each file of --dir is one of that directory, and none that is there is replaced" {
  mkdir d
  echo precious >d/there
  ln -s ../victim d/link
  printf '{"url":"http://example.com/a","out":"%s"}\n' ../x /x a/../x . .. -x .x x.part '' there link 'a\u0000' >in
  run -123 gf-fetch -q -k --dir d -a in
  [ "$(jq -r .error <<<"$output" | uniq -c | tr -s ' ' | tr '\n' ,)" = ' 9 bad_request, 2 exists, 1 bad_request,' ] ||
    fails "$output"
  gf-fetch -q --dir d --format none '{"url":"http://example.com/a","id":"../../x"}' 'http://example.com/to?/../../y' \
    http://example.com/a?/../../z
  [ "$(find . -newer in -type f | grep -v '^\./d/[^/.-]*$' | grep -v '^\./d/[A-Za-z_][A-Za-z0-9._-]*$')" = '' ] ||
    fails "$(find .)"
  [ "$(<d/there)" = precious ] && [ ! -e victim ]
  [ "$(find d -type f | wc -l)" -eq 4 ]
}

@test "told: http and https alone, and from https to http only when it is allowed" {
  unset http_proxy
  trust=(--cacert "$BATS_FILE_TMPDIR/cert")
  echo secret >file
  printf '%s\n' "file://$PWD/file" 'ftp://127.0.0.1/' 'dict://127.0.0.1/' >in
  for url in "file://$PWD/file" ftp://127.0.0.1/ http://127.0.0.1:1/; do echo "$SECURE/to?$url"; done >>in
  run -123 gf-fetch -q -L -k "${trust[@]}" --retries 0 -a in
  [ "$(jq -r .error <<<"$output" | uniq -c | tr -s ' ')" = ' 6 proto_denied' ] || fails "$output"
  [[ $output != *secret* ]]
  run -123 gf-fetch -q -L --allow-downgrade "${trust[@]}" --retries 0 "$SECURE/to?http://127.0.0.1:1/"
  [ "$(jq -r .error <<<"$output")" = connect ] || fails "$output"
  run -123 gf-fetch -q --retries 0 "$SECURE/a" # the certificate is not trusted
  [ "$(jq -r .error <<<"$output")" = tls ] || fails "$output"
}

@test "told: a body that is cut off leaves no file" {
  run -123 gf-fetch -q --retries 1 --dir d http://cut.example/cut
  [ "$(jq -c '[.error, .truncated, .file]' <<<"$output")" = '["partial",true,null]' ] || fails "$output"
  [ -z "$(ls -A d)" ] || fails "$(ls -A d)"
}

@test "told: CR, LF and NUL are in no header" {
  for bad in '\r\n' '\n' '\r' '\u0000'; do
    printf '{"url":"http://crlf.example/a","%s}\n' "headers\":{\"A\":\"b${bad}X-Bad: 1\"}" "headers\":{\"A${bad}X-Bad\":\"1\"}" \
      "headers\":[\"A: b${bad}X-Bad: 1\"]" "method\":\"GET${bad}X-Bad: 1\""
    printf '{"url":"http://crlf.example/a%sX-Bad: 1"}\n' "$bad"
  done >in
  run -123 gf-fetch -q -a in
  [ "$(jq -r .error <<<"$output" | uniq -c | tr -s ' ')" = ' 20 bad_request' ] || fails "$output"
  run -2 gf-fetch -H $'A: b\r\nX-Bad: 1' http://crlf.example/a
  run ! asked http://crlf.example/a
}

@test "a message names a line by its place in the input" {
  run --separate-stderr gf-fetch --no-body <<<$'# a comment\n\nno-url\n'
  expect_status 123
  [ "$(jq .seq <<<"$output")" = 1 ]
  # shellcheck disable=SC2154 # run sets it
  [ "${stderr_lines[0]}" = 'gf-fetch: 1 of 1 lines failed; first: line 3, bad_request: no URL: the scheme is missing' ] || fails "$stderr"
}

@test "lines that end without a request let the next ones be read" {
  [ "$(seq -f 'x%.0f' 10 | timeout 20 gf-fetch -q --lookahead 2 --no-body | wc -l)" -eq 10 ]
  [ "$(seq -f 'x%.0f' 25000 | timeout 60 gf-fetch -q --no-body | wc -l)" -eq 25000 ]
}
