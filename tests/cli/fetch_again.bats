#!/usr/bin/env bats
# fetch_again.bats - gf-fetch, a second time: the rest of a file (--continue), what has changed (--etag-store), and a rate
# that processes share (-S).
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

setup_file() { origin_start http other; }
teardown_file() { origin_stop; }

# digits N: the body of /part.
digits() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "%d", i % 10 }'; }

# line PATH: a line of input whose file is named f.
line() { printf '{"url":"%s","out":"f"}\n' "$HTTP$1"; }

# ranges TEXT: what was asked for in part, of the requests whose path holds the text.
ranges() { asked "$1" | jq -r '.headers | [.range // "-", .["if-range"] // "-"] | join(" ")'; }

@test "--continue: a file that was cut off is gone on with, by the next try" {
  run --separate-stderr gf-fetch --dir d --continue --retries 1 <<<"$(line "/part/v1/1000/300/$KEY")"
  expect_status 0
  [ "$(record ok status bytes attempts file)" = '[true,206,700,2,"f"]' ]
  [ "$(ranges "$KEY")" = $'- -\nbytes=300- "v1"' ]
  digits 1000 | cmp - d/f
  [ "$(record sha256)" = "[\"$(digits 1000 | sha256sum | cut -d ' ' -f 1)\"]" ]
  [ "$(ls d)" = f ]
}

@test "--continue: by the next run, also of one that was killed; a part is never under the name of the file" {
  run gf-fetch --dir d --continue --retries 0 <<<"$(line "/part/v1/1000/300/$KEY")"
  expect_status 123
  [ "$(ls d)" = $'f.part\nf.part.etag' ]
  [ "$(stat -c '%s' d/f.part)" -eq 300 ]
  run --separate-stderr gf-fetch --dir d --continue --retries 0 <<<"$(line "/part/v1/1000/300/$KEY")"
  expect_status 0
  [ "$(record status bytes)" = '[206,700]' ]
  digits 1000 | cmp - d/f
  [ "$(ls d)" = f ]
  rm d/f
  gf-fetch --dir d --continue >out <<<"$(line "/stall/200/$KEY")" 3>&- &
  until_true event half "/stall/200/$KEY"
  kill -9 $!
  wait $! || [ $? -eq 137 ]
  [ ! -e d/f ]
}

@test "--continue: another version is fetched from its start" {
  run gf-fetch --dir d --continue --retries 0 <<<"$(line "/part/v1/1000/300/$KEY")"
  expect_status 123
  sed -i 's/"v1"/"v0"/' d/f.part.etag
  run --separate-stderr gf-fetch --dir d --continue --retries 0 <<<"$(line "/part/v1/1000/300/$KEY")"
  expect_status 0
  [ "$(record status bytes)" = '[200,1000]' ]
  [ "$(ranges "$KEY" | tail -n 1)" = 'bytes=300- "v0"' ]
  digits 1000 | cmp - d/f
  [ "$(ls d)" = f ]
}

@test "--continue: a part of another URL, a link, and one without a tag are not gone on with" {
  local url
  mkdir d
  digits 300 >d/f.part
  run --separate-stderr gf-fetch --dir d --continue <<<"$(line "/part/v1/1000/$KEY/1")"
  expect_status 0
  printf '%s\t"v1"\n' "$OTHER/part/v1/1000" >d/f.part.etag
  digits 300 >d/f.part
  rm d/f
  run --separate-stderr gf-fetch --dir d --continue <<<"$(line "/part/v1/1000?$KEY-2")"
  expect_status 0
  url="/part/v1/1000?$KEY-3"
  printf '%s\t"v1"\n' "$HTTP$url" >d/f.part.etag
  digits 300 >outside
  ln -s ../outside d/f.part
  rm d/f
  run --separate-stderr gf-fetch --dir d --continue <<<"$(line "$url")"
  expect_status 0
  [ "$(ranges "$KEY" | sort -u)" = '- -' ]
  digits 300 | cmp - outside
  digits 1000 | cmp - d/f
  [ ! -L d/f ]
}

@test "--continue: a part that is whole already" {
  mkdir d
  digits 1000 >d/f.part
  printf '%s\t"v1"\n' "$HTTP/part/v1/1000/$KEY" >d/f.part.etag
  run --separate-stderr gf-fetch --dir d --continue <<<"$(line "/part/v1/1000/$KEY")"
  expect_status 0
  [ "$(record ok status)" = '[true,416]' ]
  digits 1000 | cmp - d/f
  [ "$(ls d)" = f ]
}

@test "--continue: what is not the rest of the part is not put behind it, and the part is fetched anew" {
  mkdir d
  digits 300 >d/f.part
  printf '%s\t"wrong"\n' "$HTTP/part/wrong/1000?$KEY" >d/f.part.etag
  run --separate-stderr gf-fetch --dir d --continue --retries 1 <<<"$(line "/part/wrong/1000?$KEY")"
  expect_status 0
  [ "$(record ok attempts bytes)" = '[true,2,1000]' ]
  [ "$(jq -r '.retries[0].error' <<<"$output")" = partial ]
  digits 1000 | cmp - d/f
}

@test "--continue: a weak tag is of no single version: nothing is kept" {
  run gf-fetch --dir d --continue --retries 0 <<<"$(line "/part/W/v1/1000/300")"
  expect_status 123
  [ -z "$(ls d)" ]
}

@test "--continue: a checksum is of the whole file, and a wrong one leaves nothing" {
  local sum
  sum=$(digits 1000 | sha256sum | cut -d ' ' -f 1)
  run --separate-stderr gf-fetch --dir d --continue --retries 1 <<<"{\"url\":\"$HTTP/part/v1/1000/300/$KEY\",\"out\":\"f\",\"sha256\":\"$sum\"}"
  expect_status 0
  [ "$(record status)" = '[206]' ]
  run --separate-stderr gf-fetch --dir e --continue --retries 1 <<<"{\"url\":\"$HTTP/part/v1/1000/300/$KEY-2\",\"out\":\"f\",\"sha256\":\"${sum//[0-9]/0}\"}"
  expect_status 123
  [ "$(record error)" = '["checksum"]' ]
  [ -z "$(ls e)" ]
}

@test "--continue: an answer that is shorter than the rest is gone on with, and no file is short" {
  mkdir d
  digits 100 >d/f.part
  printf '%s\t"v1"\n' "$HTTP/shortpart/v1/200?$KEY" >d/f.part.etag
  run --separate-stderr gf-fetch --dir d --continue --retries 0 <<<"$(line "/shortpart/v1/200?$KEY")"
  expect_status 123
  [ "$(record error)" = '["partial"]' ]
  [ "$(stat -c %s d/f.part)" -eq 150 ]
  run --separate-stderr gf-fetch --dir d --continue --retries 1 <<<"$(line "/shortpart/v1/200?$KEY")"
  expect_status 0
  digits 200 | cmp - d/f
}

@test "--continue: the rest of another version is not put behind the part, whatever the server does of If-Range" {
  mkdir d
  printf 'x%.0s' {1..100} >d/f.part
  printf '%s\t"old"\n' "$HTTP/partof/new/200?$KEY" >d/f.part.etag
  run --separate-stderr gf-fetch --dir d --continue --retries 1 <<<"$(line "/partof/new/200?$KEY")"
  expect_status 0
  digits 200 | cmp - d/f
}

@test "a part that nobody asked for is no whole body; one that a header asks for is" {
  run --separate-stderr gf-fetch --retries 0 "$HTTP/unasked"
  expect_status 123
  [ "$(record error status)" = '["partial",206]' ]
  run --separate-stderr gf-fetch --retries 0 -H 'Range: bytes=0-49' "$HTTP/unasked"
  expect_status 0
}

@test "a 304 to a header of one's own empties no file" {
  mkdir d
  echo precious >d/f
  run --separate-stderr gf-fetch --dir d --overwrite <<<"{\"url\":\"$HTTP/304\",\"out\":\"f\",\"headers\":{\"If-None-Match\":\"\\\"z\\\"\"}}"
  expect_status 0
  [ "$(record status not_modified)" = '[304,true]' ]
  [ "$(cat d/f)" = precious ]
}

@test "a POST whose redirect is a GET that fails is not sent again" {
  run --separate-stderr gf-fetch -L --retries 2 <<<"{\"url\":\"$HTTP/see/status/503/$KEY\",\"body\":\"pay\"}"
  expect_status 123
  [ "$(record attempts status)" = '[1,503]' ]
  [ "$(asked "$KEY" | jq -r .method | tr '\n' ' ')" = 'POST GET ' ]
}

@test "--etag-store: what has not changed is not sent again" {
  printf '%s\n' "$HTTP/etag/one?$KEY" "$HTTP/ok/$KEY" >in
  run --separate-stderr gf-fetch -k --etag-store tags <in
  expect_status 0
  [ "$(jq -c '[.status, .not_modified]' <<<"$output" | tr '\n' ' ')" = '[200,false] [200,false] ' ]
  [ "$(cat tags)" = "$HTTP/etag/one?$KEY"$'\t"one"' ]
  [ "$(stat -c %a tags)" = 600 ]
  run --separate-stderr gf-fetch -k --etag-store tags <in
  expect_status 0
  [ "$(jq -c '[.ok, .status, .not_modified, .body]' <<<"$output" | head -n 1)" = '[true,304,true,null]' ]
  [ "$(asked "$KEY" | jq -r '.headers["if-none-match"] // "-"' | sort | tr '\n' ' ')" = '"one" - - - ' ]
  # One that has changed is sent, and its new tag is kept.
  printf '%s\t"old"\n' "$HTTP/etag/one?$KEY" >tags
  run --separate-stderr gf-fetch --etag-store tags "$HTTP/etag/one?$KEY"
  [ "$(record status body)" = '[200,"one"]' ]
  [ "$(tail -n 1 tags)" = "$HTTP/etag/one?$KEY"$'\t"one"' ]
}

@test "--etag-store: a tag is kept when its record is out, and of no answer that failed" {
  run --separate-stderr gf-fetch --etag-store tags --ok-status 404 "$HTTP/etag/one?$KEY"
  expect_status 123
  [ ! -s tags ]
  # The reader leaves without the record: the next run has to fetch it.
  (trap '' PIPE; gf-fetch --etag-store tags "$HTTP/etag/two?$KEY" 2>err || echo $? >status) | :
  [ "$(cat status 2>/dev/null || echo 0)" = 125 ] || [ "$(grep -c . tags)" -eq 1 ]
}

@test "--etag-store with --dir: a file that is there and has not changed stays, one that is gone is fetched" {
  for _ in 1 2; do
    run --separate-stderr gf-fetch --dir d --overwrite --etag-store tags <<<"{\"url\":\"$HTTP/etag/v?$KEY\",\"out\":\"f\"}"
    expect_status 0
    [ "$(cat d/f)" = v ]
  done
  [ "$(record status not_modified file)" = '[304,true,"f"]' ]
  rm d/f
  run --separate-stderr gf-fetch --dir d --overwrite --etag-store tags <<<"{\"url\":\"$HTTP/etag/v?$KEY\",\"out\":\"f\"}"
  expect_status 0
  [ "$(record status)" = '[200]' ]
  [ "$(cat d/f)" = v ]
  # Another file of the directory is not the body that the tag is of.
  echo other >d/g
  run --separate-stderr gf-fetch --dir d --overwrite --etag-store tags <<<"{\"url\":\"$HTTP/etag/v?$KEY\",\"out\":\"g\"}"
  [ "$(record status)" = '[200]' ]
  [ "$(cat d/g)" = v ]
  # Nor does a tag stand for a checksum.
  run --separate-stderr gf-fetch --dir d --overwrite --etag-store tags <<<"{\"url\":\"$HTTP/etag/v?$KEY\",\"out\":\"g\",\"sha256\":\"$(printf '0%.0s' {1..64})\"}"
  [ "$(record error)" = '["checksum"]' ]
  run -2 gf-fetch --dir d --etag-store tags "$HTTP/etag/v"
  expect_text 'needs --overwrite'
}

@test "--etag-store: a torn last row is cut off; another process is told; what is no such file stays" {
  printf '%s\t"one"\nhttp://a/\t"to' "$HTTP/etag/one?$KEY" >tags
  run --separate-stderr gf-fetch --etag-store tags "$HTTP/etag/one?$KEY" "$HTTP/etag/two?$KEY"
  expect_status 0
  [ "$(wc -l <tags)" -eq 2 ]
  grep -qxF "$HTTP/etag/two?$KEY"$'\t"two"' tags
  gf-fetch --etag-store tags "$HTTP/until/go$KEY" >/dev/null 3>&- &
  until_true was_asked "/until/go$KEY" 1
  run -125 gf-fetch --etag-store tags "$HTTP/ok/x"
  expect_text 'another process uses it'
  : >"$ORIGIN_DIR/go$KEY"
  wait $!
  printf 'not a store\nhttp://a/' >list
  cp list was
  run -125 gf-fetch --etag-store list "$HTTP/ok/x"
  expect_text 'it is no store of tags'
  cmp list was
  printf 'http://a/' >list
  run -125 gf-fetch --etag-store list "$HTTP/ok/x"
  [ "$(cat list)" = http://a/ ]
  mkdir dir
  run -125 gf-fetch --etag-store dir "$HTTP/ok/x"
  ln -s tags link
  run -125 gf-fetch --etag-store link "$HTTP/ok/x"
}

@test "--etag-store: rows that were replaced are left out in time" {
  local i
  for ((i = 0; i < 3000; i++)); do printf 'http://a/%d\t"%d"\n' $((i % 2)) "$i"; done >tags
  run --separate-stderr gf-fetch --etag-store tags "$HTTP/ok/x"
  expect_status 0
  [ "$(cat tags)" = $'http://a/0\t"2998"\nhttp://a/1\t"2999"' ]
}

@test "-S: a rate is shared with gf-ratelimit, and its first user says it" {
  run -125 gf-fetch -S ./shared "$HTTP/ok/x"
  expect_text 'its first user says the rate'
  run --separate-stderr gf-fetch -S ./shared --rate 2/h "$HTTP/ok/$KEY"
  expect_status 0
  # The one of this half hour is spent.
  run -75 gf-ratelimit -S ./shared --check
  run --separate-stderr gf-fetch -S ./shared --total-timeout 0.3s "$HTTP/ok/$KEY"
  expect_status 124
  [ "$(record error)" = '["cancelled"]' ]
  [ "$(asked "/ok/$KEY" | wc -l)" -eq 1 ]
  # Its place in the queue was given back.
  run -0 gf-ratelimit -S ./shared --status
  [[ $output != *'reserved ahead'* ]] || fails "$output"
  run -0 gf-ratelimit -S ./shared --set unlimited
  run -0 gf-fetch -S ./shared "$HTTP/ok/$KEY"
}
