#!/usr/bin/env bats
# fetch_nginx.bats - gf-fetch beside a real server: HTTP/2, packed bodies, ranges, and thousands behind one host.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

setup_file() {
  cd "$BATS_FILE_TMPDIR" || return 1
  export NGINX_DIR=$PWD
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out cert -days 30 -subj /CN=localhost \
    -addext subjectAltName=IP:127.0.0.1 2>/dev/null
  mkdir html t
  awk 'BEGIN { for (i = 0; i < 20000; i++) print "line", i }' >html/text
  head -c 3000000 /dev/urandom >html/big
  local port
  for ((port = 20000 + $$ % 10000; port < 60000; port += 7)); do
    cat >conf <<END
daemon on; pid $PWD/pid; error_log $PWD/err crit; worker_processes 1;
$([ "$(id -u)" -ne 0 ] || echo 'user root;')
events { worker_connections 4096; }
http {
  access_log $PWD/log; keepalive_requests 1000000; default_type text/plain;
  client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
  server {
    listen 127.0.0.1:$port backlog=4096;
    listen 127.0.0.1:$((port + 1)) ssl http2;
    ssl_certificate $PWD/cert; ssl_certificate_key $PWD/key;
    root $PWD/html; gzip on; gzip_min_length 100; gzip_types text/plain;
    location /n/ { return 200 "n\n"; }
    location /slow/ { alias $PWD/html/; limit_rate 500k; gzip off; }
  }
}
END
    if nginx -p "$PWD" -c "$PWD/conf" 2>start; then break; fi
  done
  until_true [ -s pid ] || fails "$(cat start)"
  export PLAIN=http://127.0.0.1:$port SECURE=https://127.0.0.1:$((port + 1))
}
teardown_file() { kill "$(cat "$NGINX_DIR/pid")"; }

@test "HTTP/2: many requests on one connection" {
  for ((i = 0; i < 40; i++)); do echo "$SECURE/n/$i"; done >in
  run --separate-stderr gf-fetch --cacert "$NGINX_DIR/cert" -j 20 --max-per-host 20 <in
  expect_status 0
  expect_records 40
  [ "$(jq -r .http_version <<<"$output" | sort -u)" = 2 ]
  [ "$(jq -r .reused <<<"$output" | grep -c false)" -eq 1 ]
  run --separate-stderr gf-fetch --cacert "$NGINX_DIR/cert" --http1.1 "$SECURE/n/1"
  [ "$(record http_version body)" = '["1.1","n\n"]' ]
}

@test "a certificate that nobody trusts" {
  run --separate-stderr gf-fetch "$SECURE/n/1"
  expect_status 123
  [ "$(record error attempts)" = '["tls",1]' ]
}

@test "--compressed: fewer bytes on the wire, the same body" {
  run --separate-stderr gf-fetch --compressed "$PLAIN/text"
  expect_status 0
  [ "$(jq '.bytes < .decoded_bytes' <<<"$output")" = true ]
  [ "$(record sha256)" = "[\"$(sha256sum <"$NGINX_DIR/html/text" | cut -d ' ' -f 1)\"]" ]
  jq -j .body <<<"$output" | cmp - "$NGINX_DIR/html/text"
}

@test "a body that is larger than memory holds comes whole, in base64" {
  gf-fetch "$PLAIN/big" | jq -r .body | base64 -d | cmp - "$NGINX_DIR/html/big"
  gf-fetch --format body "$PLAIN/big" | cmp - "$NGINX_DIR/html/big"
}

@test "--continue: a run that was killed leaves a part, and the next one fetches the rest" {
  gf-fetch --dir d --continue >out <<<"{\"url\":\"$PLAIN/slow/big\",\"out\":\"f\"}" 3>&- &
  until_true [ -s d/f.part ]
  kill -9 $!
  wait $! || [ $? -eq 137 ]
  [ ! -e d/f ]
  part=$(stat -c %s d/f.part)
  run --separate-stderr gf-fetch --dir d --continue <<<"{\"url\":\"$PLAIN/slow/big\",\"out\":\"f\"}"
  expect_status 0
  [ "$(record status bytes)" = "[206,$((3000000 - part))]" ]
  cmp d/f "$NGINX_DIR/html/big"
  [ "$(ls d)" = f ]
}

@test "--etag-store: 304 of a real server" {
  for want in '[200,false]' '[304,true]'; do
    run --separate-stderr gf-fetch --etag-store tags --no-body "$PLAIN/big"
    expect_status 0
    [ "$(record status not_modified)" = "$want" ]
  done
}

@test "5,000 URLs behind one host with -t 1s: none times out from waiting, each has a record" {
  seq -f "$PLAIN/n/%.0f" 5000 >in
  run --separate-stderr gf-fetch --max-per-host 2 --rate-per-host 1500/s -t 1s --retries 0 --format none --stats=json --stats-file stats <in
  expect_status 0
  [ "$(jq -c '[.lines, .ok]' stats)" = '[5000,5000]' ]
}
