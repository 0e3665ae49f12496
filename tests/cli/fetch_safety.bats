#!/usr/bin/env bats
# fetch_safety.bats - gf-fetch: who is told a secret, which addresses and schemes are spoken to, whose certificate is believed.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

# certificate NAME SUBJECT EXTENSION: NAME.pem and NAME.key, by the authority of the tests.
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "/CN=$2" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.pem" -extfile <(echo "$3") 2>/dev/null
}

setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 30 -subj '/CN=CA of the tests' \
    2>/dev/null
  certificate server 127.0.0.1 'subjectAltName=IP:127.0.0.1,DNS:right.test'
  certificate client somebody 'extendedKeyUsage=clientAuth'
  export CA=$PWD/ca.pem CLIENT=$PWD/client
  origin_start http other safe=tls
}
teardown_file() { origin_stop; }

SECRET=s3cr3t

# told PATH-TEXT: the Authorization headers that the server got with such requests.
told() { asked "$1" | jq -r '.headers.authorization // "-"' | sort | uniq -c | tr -s ' ' | tr '\n' ';'; }

# ---- secrets ----

@test "-u goes to the origins of --auth-host alone; another port is another origin" {
  printf '%s\n' "$HTTP/ok/$KEY/mine" "$OTHER/ok/$KEY/foreign" "http://localhost:$HTTP_PORT/ok/$KEY/foreign" >in
  run --separate-stderr gf-fetch -u "me:$SECRET" --auth-host "$HTTP" --resolve "localhost:$HTTP_PORT:127.0.0.1" <in
  expect_status 0
  [ "$(told "$KEY/mine")" = " 1 Basic $(printf 'me:%s' "$SECRET" | base64);" ]
  [ "$(told "$KEY/foreign")" = ' 2 -;' ]
}

@test "so do -H Authorization, Cookie and Proxy-Authorization; other headers go to all" {
  printf '%s\n' "$HTTP/echo" "$OTHER/echo" >in
  run --separate-stderr gf-fetch -k -H "authorization: Bearer $SECRET" -H "Cookie: c=$SECRET" -H "Proxy-Authorization: x $SECRET" -H 'X-All: 1' \
    --auth-host "$HTTP" <in
  expect_status 0
  [ "$(jq -c '.body | fromjson | .headers | [.authorization, .cookie, ."proxy-authorization", ."x-all"]' <<<"$output" | tr '\n' ' ')" = \
    "[\"Bearer $SECRET\",\"c=$SECRET\",\"x $SECRET\",\"1\"] [null,null,null,\"1\"] " ]
}

@test "nor do they go along with a redirect, and --auth-host may name several" {
  url="$HTTP/to/302?$(jq -rn --arg u "$OTHER/ok/$KEY" '$u | @uri')"
  run --separate-stderr gf-fetch -L -u "me:$SECRET" -H "Cookie: c=$SECRET" --auth-host "$HTTP" "$url"
  expect_status 0
  [ "$(told "/ok/$KEY")" = ' 1 -;' ]
  [ "$(asked "/ok/$KEY" | jq .headers.cookie)" = null ]
  run --separate-stderr gf-fetch -L -u "me:$SECRET" --auth-host "$HTTP" --auth-host "$OTHER/" "$url"
  [[ "$(told "/ok/$KEY")" == *Basic* ]]
}

@test "without --auth-host they are refused, and not repeated in the message" {
  for words in "-u me:$SECRET" "-H Authorization:$SECRET" "-H cookie:$SECRET" "-H Proxy-Authorization:$SECRET"; do
    # shellcheck disable=SC2086 # words
    run gf-fetch $words "$HTTP/ok/$KEY"
    expect_status 2
    expect_text --auth-host
    [[ $output != *$SECRET* ]]
  done
  for origin in 127.0.0.1 "$HTTP/path" "http://me:$SECRET@127.0.0.1" ftp://127.0.0.1 ''; do
    run gf-fetch -u "me:$SECRET" --auth-host "$origin" "$HTTP/ok/$KEY"
    expect_status 2
    [[ $output != *$SECRET* ]] || fails "$output"
  done
  [ -z "$(asked "$KEY")" ]
}

@test "user and password of a URL are in no record, no message, no number" {
  with=me:$SECRET@127.0.0.1
  printf '%s\n' "http://$with:$HTTP_PORT/ok/$KEY" "http://$with:$HTTP_PORT/status/500" "http://$with:1/" "http://$with:99999/" "ftp://$with/x" \
    "http://$with/a b" "http://$with:$HTTP_PORT/half/5" "me:$SECRET@127.0.0.1" "https://$with:$HTTP_PORT/" "http:/$with/" \
    '{"url":"http://'"$with:$HTTP_PORT/ok/$KEY"'","id":"x"}' '{"url":"http://'"$with:99999"'"}' '{"url":"http://'"$with:$HTTP_PORT/"'","nope":1}' \
    '{"url":"http://'"$with:$HTTP_PORT/ok/$KEY"'","headers":{"Authorization":"'"$SECRET"'\n"}}' "http://$with:$HTTP_PORT/loop" >in
  run --separate-stderr gf-fetch -v -L --retries 0 --max-redirs 1 --stats --progress=always <in
  expect_status 123
  expect_records 15
  [[ $output != *$SECRET* ]] || fails "$(grep -n "$SECRET" <<<"$output")"
  [[ $stderr != *$SECRET* ]] || fails "$stderr"
  [[ "$(told "/ok/$KEY")" == " 2 Basic "* ]]
  run --separate-stderr gf-fetch --dir new --stats=json --retries 0 <in
  [[ $output$stderr != *$SECRET* ]] || fails "$stderr"
  run grep -r "$SECRET" new
  expect_status 1
  [[ "$(ls new)" != *$SECRET* ]]
}

@test "those of a proxy are in no number either; the proxy is named" {
  run --separate-stderr gf-fetch -x "http://me:$SECRET@127.0.0.1:$OTHER_PORT" --stats "$HTTP/ok/$KEY"
  [ "$(asked "$KEY" | jq -r .port)" = other ]
  [[ $stderr == *"127.0.0.1:$OTHER_PORT"* ]]
  [[ $output$stderr != *$SECRET* ]] || fails "$stderr"
  http_proxy=http://me:$SECRET@127.0.0.1:$OTHER_PORT run --separate-stderr gf-fetch --stats "$HTTP/ok/env$KEY"
  [ "$(asked "env$KEY" | jq -r .port)" = other ]
  [[ $stderr == *"127.0.0.1:$OTHER_PORT"* ]]
  [[ $output$stderr != *$SECRET* ]] || fails "$stderr"
}

@test "--netrc: the entry of the host and the user; none without the option" {
  mkdir home
  printf 'machine other.test login me password wrong\nmachine 127.0.0.1 login you password yours\nmachine 127.0.0.1 login me password %s\n' \
    "$SECRET" >home/.netrc
  chmod 600 home/.netrc
  export HOME=$PWD/home
  run --separate-stderr gf-fetch --netrc "http://me@127.0.0.1:$HTTP_PORT/ok/$KEY" "http://you@127.0.0.1:$HTTP_PORT/ok/you$KEY"
  [ "$(told "/ok/$KEY")" = " 1 Basic $(printf 'me:%s' "$SECRET" | base64);" ]
  [ "$(told "/ok/you$KEY")" = " 1 Basic $(printf 'you:yours' | base64);" ]
  [ -z "$stderr" ]
  run --separate-stderr gf-fetch "$HTTP/ok/none$KEY"
  [ "$(told "none$KEY")" = ' 1 -;' ]
}

@test "--netrc: a file that others can read is told of" {
  mkdir home
  printf 'machine 127.0.0.1 login me password %s\n' "$SECRET" >home/.netrc
  chmod 644 home/.netrc
  HOME=$PWD/home run --separate-stderr gf-fetch --netrc "$HTTP/ok/$KEY"
  expect_status 0
  [[ $stderr == *.netrc* ]]
  [[ $stderr != *$SECRET* ]]
}

@test "curl's own files and cookies are not used" {
  mkdir home
  printf 'header = "X-Rc: 1"\nuser = "me:%s"\n' "$SECRET" >home/.curlrc
  HOME=$PWD/home run --separate-stderr gf-fetch -j 1 "$HTTP/echo" "$HTTP/echo"
  [[ $output == *user-agent* ]]
  [[ $output != *x-rc* ]]
  [[ $output != *cookie* ]]
  [[ $output != *authorization* ]]
}

# ---- schemes and addresses ----

@test "http and https alone: a file is not opened" {
  echo "top secret" >file
  printf '%s\n' "file://$PWD/file" "FILE://$PWD/file" "file:$PWD/file" "file://localhost$PWD/file" gopher://127.0.0.1:1/ dict://127.0.0.1/ \
    '{"url":"file://'"$PWD/file"'"}' scp://127.0.0.1/x smb://127.0.0.1/x ldap://127.0.0.1/ data:text/plain,x >in
  run --separate-stderr gf-fetch <in
  expect_status 123
  expect_records 11
  [ "$(jq -r '.error' <<<"$output" | sort | uniq -c | tr '\n' ' ' | tr -s ' ')" = ' 2 bad_request 9 proto_denied ' ]
  [[ $output != *'top secret'* ]]
}

@test "--deny-private: every spelling of loopback, and names that lead there" {
  for host in 127.0.0.1 127.1 2130706433 0x7f.0.0.1 0177.0.0.1 0.0.0.0 '[::1]' '[::ffff:127.0.0.1]' '[::ffff:7f00:1]' '[64:ff9b::7f00:1]' \
    '[2002:7f00:1::]' '[::]' '[::127.0.0.1]' '[fe80::1]' '[fd00::1]' 10.0.0.1 192.168.1.1 172.16.0.1 169.254.169.254 100.64.0.1 name.test; do
    echo "http://$host:$HTTP_PORT/ok/$KEY"
  done >in
  run --separate-stderr gf-fetch --deny-private --retries 0 --resolve "name.test:$HTTP_PORT:127.0.0.1" <in
  expect_status 123
  expect_records 21
  [ "$(jq -r 'select(.error != "addr_denied") | .url' <<<"$output")" = '' ]
  [ -z "$(asked "$KEY")" ]
}

@test "a denied address is not tried again, and is looked at on redirects, too" {
  run --separate-stderr gf-fetch --deny-private "$HTTP/ok/$KEY"
  [ "$(record error attempts phase)" = '["addr_denied",1,"connect"]' ]
  url="$HTTP/to/302?$(jq -rn --arg u "http://127.0.0.2:$HTTP_PORT/ok/$KEY" '$u | @uri')"
  run --separate-stderr gf-fetch -L --deny 127.0.0.2 "$url"
  expect_status 123
  [ "$(record error redirects)" = '["addr_denied",1]' ]
}

@test "--allow is an exception; of two addresses of a name the one that may is taken" {
  run --separate-stderr gf-fetch --deny-private --allow 127.0.0.1/32 "$HTTP/ok/1"
  expect_status 0
  run --separate-stderr gf-fetch --deny 127.0.0.0/8 --allow 127.0.0.0/31 "$HTTP/ok/1"
  expect_status 0
  run --separate-stderr gf-fetch --deny 10.0.0.0/8 --resolve "name.test:$HTTP_PORT:10.0.0.1,127.0.0.1" "http://name.test:$HTTP_PORT/ok/1"
  expect_status 0
  [ "$(record remote_ip error)" = '["127.0.0.1",null]' ]
}

@test "--deny and --deny-private refuse to go with a proxy, of the option and of the environment" {
  run gf-fetch --deny-private -x "$OTHER" "$HTTP/ok/$KEY"
  expect_status 2
  run gf-fetch --deny 10.0.0.0/8 -x "$OTHER" "$HTTP/ok/$KEY"
  expect_status 2
  for name in http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY; do
    run env "$name=$OTHER" gf-fetch --deny-private "$HTTP/ok/$KEY"
    expect_status 2
    expect_text proxy
  done
  [ -z "$(asked "$KEY")" ]
}

# ---- TLS ----

@test "a certificate of an authority that nobody named is not believed" {
  run --separate-stderr gf-fetch --retries 2 "$SAFE/ok/$KEY"
  expect_status 123
  [ "$(record error phase attempts status)" = '["tls","tls",1,null]' ]
  [ -z "$(asked "$KEY")" ]
  run --separate-stderr gf-fetch --cacert "$CA" "$SAFE/ok/$KEY"
  expect_status 0
  [ "$(record status body)" = "[200,\"/ok/$KEY\\n\"]" ]
  jq -e '.seconds.tls > 0' <<<"$output"
}

@test "nor one for another name" {
  run --separate-stderr gf-fetch --cacert "$CA" --resolve "wrong.test:$SAFE_PORT:127.0.0.1" "https://wrong.test:$SAFE_PORT/ok/$KEY"
  expect_status 123
  [ "$(record error phase)" = '["tls","tls"]' ]
  [ -z "$(asked "$KEY")" ]
  run --separate-stderr gf-fetch --cacert "$CA" --resolve "right.test:$SAFE_PORT:127.0.0.1" "https://right.test:$SAFE_PORT/ok/$KEY"
  expect_status 0
}

@test "--insecure believes any, and says so, also with -q" {
  run --separate-stderr gf-fetch --insecure -q "$SAFE/ok/$KEY"
  expect_status 0
  [[ $stderr == *--insecure* ]]
}

@test "--cert and --key are shown to who asks" {
  run --separate-stderr gf-fetch --cacert "$CA" --cert "$CLIENT.pem" --key "$CLIENT.key" "$SAFE/echo"
  expect_status 0
  [ "$(jq -r .body <<<"$output" | jq -c .client)" = '["somebody"]' ]
  run --separate-stderr gf-fetch --cacert "$CA" "$SAFE/echo"
  [ "$(jq -r .body <<<"$output" | jq -c .client)" = '[]' ]
  run --separate-stderr gf-fetch --cacert "$PWD/nowhere" "$SAFE/echo"
  [ "$status" -ne 0 ]
}

@test "https never leads to http, unless --allow-downgrade" {
  url="$SAFE/to/301?$(jq -rn --arg u "$HTTP/ok/$KEY" '$u | @uri')"
  run --separate-stderr gf-fetch -L --cacert "$CA" "$url"
  expect_status 123
  [ "$(record error ok)" = '["proto_denied",false]' ]
  [ -z "$(asked "/ok/$KEY")" ]
  run --separate-stderr gf-fetch -L --allow-downgrade --cacert "$CA" "$url"
  expect_status 0
  [ "$(record redirects final_url)" = "[1,\"$HTTP/ok/$KEY\"]" ]
}

@test "http where TLS is spoken, and TLS where it is not, are failures with a record" {
  run --separate-stderr gf-fetch --retries 0 "http://127.0.0.1:$SAFE_PORT/" "https://127.0.0.1:$HTTP_PORT/"
  expect_status 123
  expect_records 2
  [ "$(jq -c 'select(.seq == 2) | [.error, .phase]' <<<"$output")" = '["tls","tls"]' ]
}
