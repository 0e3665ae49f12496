#!/usr/bin/env bats
# fetch_limits.bats - the bounds of gf-fetch: bytes on the wire and unpacked, heads, each phase of time, memory.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

setup_file() { origin_start http other mute=mute full=full; }
teardown_file() { origin_stop; }

# sent_within N: what the client took of the endless answer at a path with $KEY is no more than N and 64 KiB.
sent_within() {
  local sent
  until_true event sent "$KEY"
  sent=$(jq -n --arg key "$KEY" '[inputs | select(.event == "sent" and (.path | contains($key)))] | last.bytes' "$ORIGIN_LOG")
  [ "$sent" -le $(($1 + 65536)) ] || fails "the client took $sent bytes"
}

# ---- sizes ----

@test "--max-size: to the byte, with a length and without" {
  run --separate-stderr gf-fetch --max-size 1000 "$HTTP/bytes/1000"
  expect_status 0
  run --separate-stderr gf-fetch --max-size 1000 "$HTTP/bytes/1001"
  expect_status 123
  [ "$(record error truncated status attempts decoded_bytes body)" = '["too_large",true,200,1,0,null]' ]
  run --separate-stderr gf-fetch --max-size 14 "$HTTP/close"
  expect_status 0
  run --separate-stderr gf-fetch --max-size 13 "$HTTP/close"
  expect_status 123
  [ "$(record error truncated)" = '["too_large",true]' ]
}

@test "a chunked body without end is left at the bound" {
  run --separate-stderr gf-fetch --max-size 100000 "$HTTP/endless/200/$KEY"
  expect_status 123
  [ "$(record error attempts body)" = '["too_large",1,null]' ]
  sent_within 100000
}

@test "so is one that nobody wants, and one that might be packed" {
  run --separate-stderr gf-fetch --max-size 100000 "$HTTP/endless/404/$KEY"
  expect_status 123
  [ "$(record ok attempts)" = '[false,1]' ]
  sent_within 100000
  : >"$ORIGIN_LOG"
  run --separate-stderr gf-fetch --compressed --max-size 100000 "$HTTP/endless/200/$KEY"
  [ "$(record error)" = '["too_large"]' ]
  sent_within 100000
}

@test "a bomb is left at the bound of what it unpacks to" {
  run --separate-stderr gf-fetch --compressed --max-size 100000 "$HTTP/gzip/20000000"
  expect_status 123
  [ "$(record error attempts body)" = '["too_large",1,null]' ]
  jq -e '.decoded_bytes <= 165536' <<<"$output"
  run --separate-stderr gf-fetch --compressed --max-size 1000 "$HTTP/brotli"
  [ "$(record error)" = '["too_large"]' ]
  jq -e '.decoded_bytes <= 66536' <<<"$output"
}

@test "blocks that unpack to nothing, without end, are left at the bound on the wire" {
  run --separate-stderr gf-fetch --compressed --max-size 100000 "$HTTP/gzip/endless/$KEY"
  expect_status 123
  [ "$(record error decoded_bytes)" = '["too_large",0]' ]
  sent_within 100000
}

@test "--compressed unpacks; without it the body is as it came" {
  run --separate-stderr gf-fetch --compressed "$HTTP/gzip/100000"
  expect_status 0
  jq -e '(.body | length) == 100000 and .decoded_bytes == 100000 and .bytes < 1000' <<<"$output"
  run --separate-stderr gf-fetch "$HTTP/gzip/100000"
  expect_status 0
  jq -e '.encoding == "base64" and .bytes == .decoded_bytes and .bytes < 1000' <<<"$output"
  [ "$(jq -r .body <<<"$output" | base64 -d | gzip -d | wc -c)" -eq 100000 ]
}

@test "a head without end is too large, in many lines and in one" {
  run --separate-stderr gf-fetch --retries 0 "$HTTP/flood" "$HTTP/flood/line"
  expect_status 123
  [ "$(jq -s -c 'map([.error, .ok]) | unique' <<<"$output")" = '[["too_large",false]]' ]
}

@test "a length that is wrong" {
  run --separate-stderr gf-fetch --retries 0 "$HTTP/length/20" # ten bytes come
  [ "$(record error truncated phase)" = '["partial",true,"body"]' ]
  for length in abc -5 99999999999999999999; do
    run --separate-stderr gf-fetch --retries 0 "$HTTP/length/$length"
    expect_status 123
    expect_records 1
  done
  run --separate-stderr gf-fetch --max-per-host 1 "$HTTP/more/100" "$HTTP/ok/after"
  expect_status 0
  [ "$(jq -s -c 'sort_by(.seq) | map(.bytes)' <<<"$output")" = '[100,10]' ]
}

@test "an end in the middle, a reset, what is no HTTP" {
  run --separate-stderr gf-fetch -k --retries 0 "$HTTP/half/10" "$HTTP/reset/half" "$HTTP/reset" "$HTTP/garbage"
  expect_status 123
  [ "$(jq -c '[.error, .phase, .truncated]' <<<"$output" | tr '\n' ' ')" = \
    '["partial","body",true] ["partial","body",true] ["protocol","send",false] ["protocol","send",false] ' ]
}

# ---- time ----

@test "each phase has its time-out, which says so; others go on" {
  cat >in <<END
http://127.0.0.1:$FULL_PORT/
https://127.0.0.1:$MUTE_PORT/
$HTTP/never
$HTTP/stall
$OTHER/ok/$KEY
END
  run --separate-stderr gf-fetch --insecure --retries 0 -t 2s <in
  expect_status 123
  expect_records 5
  [ "$(jq -s -c 'sort_by(.seq) | map([.error, .phase])' <<<"$output")" = \
    '[["timeout","connect"],["timeout","tls"],["timeout","send"],["timeout","body"],[null,null]]' ]
  jq -s -e 'all(.[] | select(.error); .seconds.total >= 1.99)' <<<"$output"
}

@test "--connect-timeout is of connecting alone, TLS within" {
  run --separate-stderr gf-fetch --insecure --retries 0 --connect-timeout 1500ms "http://127.0.0.1:$FULL_PORT/" "https://127.0.0.1:$MUTE_PORT/" "$HTTP/late/2500"
  expect_status 123
  [ "$(jq -s -c 'sort_by(.seq) | map([.error, .phase])' <<<"$output")" = '[["timeout","connect"],["timeout","tls"],[null,null]]' ]
}

@test "a name that is not answered for is a time-out of its own, and holds up nobody" {
  needs_namespaces
  not_sanitized 'the thread of the name is left alone, with what it holds'
  # A server of names on port 53 that takes questions and says nothing; the resolver would wait two minutes for it.
  printf 'nameserver 127.0.0.1\noptions timeout:30 attempts:4\n' >resolv.conf
  echo 'hosts: dns' >nsswitch.conf
  cat >within <<'END'
mount --bind resolv.conf /etc/resolv.conf && mount --bind nsswitch.conf /etc/nsswitch.conf || exit 99
python3 - <<'PY' &
import fcntl, socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
s.bind(("127.0.0.1", 53))
open("bound", "w").close()
while True:
    s.recv(512)
    open("asked", "w").close()
PY
until [ -e bound ]; do sleep 0.02; done
timeout 60 gf-fetch --no-body -j 1 --retries 0 <in
END
  # One after the other: the second comes when the first is given up.
  printf '%s\n' '{"url":"http://name.test/","max_time":0.5}' http://127.0.0.1:1/ >in
  run --separate-stderr unshare -Urmnpf --kill-child bash within
  expect_status 123
  [ -e asked ]
  [ "$(jq -s -c 'map([.error, .phase])' <<<"$output")" = '[["timeout","dns"],["connect","connect"]]' ]
}

@test "--low-speed: one byte a second is too slow" {
  run --separate-stderr gf-fetch --retries 0 --low-speed 100/1s "$HTTP/drip/60" "$OTHER/bytes/10"
  expect_status 123
  [ "$(jq -s -c 'sort_by(.seq) | map([.error, .phase])' <<<"$output")" = '[["low_speed","body"],[null,null]]' ]
}

@test "max_time of a line is that line's" {
  printf '%s\n' '{"url":"'"$HTTP/late/500/$KEY"'","max_time":0.2}' '{"url":"'"$HTTP/late/500/$KEY"'","max_time":"5s"}' "$HTTP/late/500/$KEY" >in
  run --separate-stderr gf-fetch --retries 0 -t 4s <in
  expect_status 123
  [ "$(jq -s -c 'sort_by(.seq) | map(.error)' <<<"$output")" = '["timeout",null,null]' ]
}

@test "redirects do not make the time of an attempt longer" {
  # Each of the two answers comes within the limit, and both together do not.
  run --separate-stderr gf-fetch --retries 0 -L -t 2s "$HTTP/lateto/1200/late/1200/$KEY"
  [ "$(jq -c '[.error, .redirects]' <<<"$output")" = '["timeout",1]' ]
}

# ---- memory ----

@test "100,000 URLs take no more memory than a few" {
  not_sanitized 'memory is measured'
  served=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >nginx.conf <<END
daemon off;
worker_processes 1;
error_log $PWD/error.log;
pid $PWD/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path $PWD/a; proxy_temp_path $PWD/b; fastcgi_temp_path $PWD/c; uwsgi_temp_path $PWD/d; scgi_temp_path $PWD/e;
  server { listen 127.0.0.1:$served; return 200 "short\n"; }
}
END
  nginx -c "$PWD/nginx.conf" 3>&- &
  pid=$!
  until_true curl -s -o curl.out "http://127.0.0.1:$served/"
  awk -v n=100000 -v url="http://127.0.0.1:$served/" 'BEGIN { for (i = 0; i < n; i++) print url i }' >in
  status=0
  "$GF_AID/frugal" 24576 gf-fetch <in >out || status=$?
  kill "$pid"
  wait "$pid" || true
  [ "$status" -eq 0 ]
  [ "$(wc -l <out)" -eq 100000 ]
}
