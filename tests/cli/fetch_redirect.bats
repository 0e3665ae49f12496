#!/usr/bin/env bats
# fetch_redirect.bats - where gf-fetch -L goes, with which method, and what it takes along.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr
load helper
load fetch

setup_file() { origin_start http other; }
teardown_file() { origin_stop; }

# method_of PATH-TEXT: of the last request whose path holds the text, and how many bytes of body it had.
method_of() { asked "$1" | tail -n 1 | jq -c '[.method, .body]'; }

# to STATUS URL: the URL of a redirect to it.
to() { printf '%s/to/%s?%s\n' "$HTTP" "$1" "$(jq -rn --arg u "$2" '$u | @uri')"; }

@test "without -L a redirect is an answer as any other" {
  run --separate-stderr gf-fetch "$HTTP/moved/302/ok/$KEY"
  expect_status 0
  [ "$(record ok status redirects body)" = '[true,302,0,"moved\n"]' ]
  [ "$(asked "$KEY" | wc -l)" -eq 1 ]
}

@test "-L: the record has the last answer, where it came from, and how far that was" {
  run --separate-stderr gf-fetch -L "$HTTP/hop/3"
  expect_status 0
  [ "$(record url final_url redirects status body attempts)" = "[\"$HTTP/hop/3\",\"$HTTP/hop/0\",3,200,\"there\\n\",1]" ]
}

@test "a loop ends after --max-redirs, as an error" {
  run --separate-stderr gf-fetch -L --max-redirs 5 "$HTTP/loop/$KEY"
  expect_status 123
  [ "$(record error ok body)" = '["too_many_redirects",false,null]' ]
  [ "$(asked "$KEY" | wc -l)" -eq 6 ]
  run --separate-stderr gf-fetch -L "$HTTP/hop/11"
  [ "$(record error)" = '["too_many_redirects"]' ]
  run --separate-stderr gf-fetch -L "$HTTP/hop/10"
  expect_status 0
  run --separate-stderr gf-fetch -L --max-redirs 0 "$HTTP/hop/1"
  [ "$(record error)" = '["too_many_redirects"]' ]
}

@test "to another scheme: refused, and nothing of it is opened" {
  echo 'top secret' >file
  for url in "file://$PWD/file" "FILE://$PWD/file" "file:$PWD/file" ftp://127.0.0.1/x gopher://127.0.0.1:1/x dict://127.0.0.1/x \
    'data:text/plain,top%20secret' javascript:alert scp://127.0.0.1/x; do
    to 302 "$url"
  done >in
  run --separate-stderr gf-fetch -k -L <in
  expect_status 123
  expect_records 9
  # A word with a colon that is no URL with a host is none that can be followed.
  [ "$(jq -r '.error' <<<"$output" | uniq -c | tr '\n' ' ' | tr -s ' ')" = ' 6 proto_denied 2 bad_request 1 proto_denied ' ]
  [[ $output != *'top secret'* ]]
}

@test "303 makes a GET of all but HEAD; 301 and 302 of POST; 307 and 308 keep method and body" {
  row() { # METHOD STATUS WANTED-METHOD BYTES
    run gf-fetch -L --no-body <<<'{"url":"'"$HTTP/moved/$2/ok/$KEY/$1/$2"'","method":"'"$1"'","body":"1234"}'
    expect_status 0
    [ "$(asked "$KEY/$1/$2" | wc -l)" -eq 2 ]
    [ "$(method_of "$KEY/$1/$2")" = "[\"$3\",$4]" ] || fails "$*: $(method_of "$KEY/$1/$2")"
  }
  row POST 301 GET 0
  row POST 302 GET 0
  row POST 303 GET 0
  row POST 307 POST 4
  row POST 308 POST 4
  row PUT 301 PUT 4
  row PUT 303 GET 0
  row PUT 307 PUT 4
  row DELETE 308 DELETE 4
  run gf-fetch -L -X HEAD "$HTTP/moved/303/ok/$KEY/head"
  [ "$(method_of "$KEY/head")" = '["HEAD",0]' ]
}

@test "Location is read against the URL that it came from" {
  row() { # LOCATION WANTED-PATH
    run --separate-stderr gf-fetch -L "$(to 302 "$1")"
    expect_status 0
    [ "$(record final_url)" = "[\"$HTTP$2\"]" ] || fails "$1: $(record final_url)"
  }
  row /ok/abs /ok/abs
  row ../ok/up /ok/up
  row '//127.0.0.1:'"$HTTP_PORT"'/ok/host' /ok/host
  row '/ok/a b' '/ok/a%20b'
  row '/ok/x#fragment' /ok/x
  row '/ok/../../../ok/dots' /ok/dots
  for location in 'http://' 'http://127.0.0.1:99999/' 'http://[::1/'; do
    run --separate-stderr gf-fetch -L "$(to 302 "$location")"
    expect_status 123
    [ "$(record error ok)" = '["bad_request",false]' ] || fails "$location: $output"
  done
}

@test "headers of a line go to its own origin alone; another port is another origin" {
  # There and back: the own origin has them again.
  back=$(jq -rn --arg u "$HTTP/ok/$KEY/back" '$u | @uri')
  there=$(to 302 "$OTHER/to/302?$back&$KEY")
  run --separate-stderr gf-fetch -L -H 'X-All: yes' <<<'{"url":"'"$there"'","headers":{"X-Mine":"1","Authorization":"Bearer s3cr3t","Cookie":"c=s3cr3t"}}'
  expect_status 0
  has() { jq -s -c '.[-1].headers | [."x-mine", .authorization, .cookie, ."x-all"]'; }
  [ "$(asked '/to/302' | jq -c 'select(.port == "http")' | has)" = '["1","Bearer s3cr3t","c=s3cr3t","yes"]' ]
  [ "$(asked '/to/302' | jq -c 'select(.port == "other")' | has)" = '[null,null,null,"yes"]' ]
  [ "$(asked "/ok/$KEY/back" | has)" = '["1","Bearer s3cr3t","c=s3cr3t","yes"]' ]
  [ "$(jq -c 'select(.event == "request" and .port == "other") | .headers | tostring | contains("s3cr3t")' "$ORIGIN_LOG" | sort -u)" = false ]
}

@test "user and password of a URL do not go along" {
  url=$(to 302 "$OTHER/ok/$KEY")
  run --separate-stderr gf-fetch -L "${url/:\/\//://me:s3cr3t@}"
  expect_status 0
  [ "$(asked "/ok/$KEY" | jq -c .headers.authorization)" = null ]
  asked "/to/302" | jq -s -e 'any(.[]; .headers.authorization // "" | startswith("Basic "))'
  [[ $output$stderr != *s3cr3t* ]]
}

@test "a redirect is a request in the queue of the host that it leads to" {
  for _ in 1 2 3 4 5 6 7 8; do to 302 "$OTHER/together/2/$KEY"; done >in
  run --separate-stderr gf-fetch -L -j 8 --max-per-host 2 --no-body <in
  expect_status 0
  [ "$(asked "/together/2/$KEY" | jq -s 'map(select(.port == "other") | .busy) | max')" -eq 2 ]
}

@test "a failure behind a redirect is that of the record; the status is the last one" {
  run --separate-stderr gf-fetch -L --retries 0 "$(to 301 "$OTHER/status/410")"
  expect_status 123
  [ "$(record error status redirects final_url)" = "[\"http\",410,1,\"$OTHER/status/410\"]" ]
  run --separate-stderr gf-fetch -L --retries 0 "$(to 301 http://127.0.0.1:1/)"
  [ "$(record error redirects)" = '["connect",1]' ]
}
