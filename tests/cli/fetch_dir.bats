#!/usr/bin/env bats
# fetch_dir.bats - gf-fetch --dir: a file for each body, whole or not at all, and never outside.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper
load fetch

setup_file() { origin_start http other; }
teardown_file() { origin_stop; }

# named: the files of the records, in the order of the input.
named() { jq -s -r 'sort_by(.seq) | .[].file // "-"' <<<"$output"; }

@test "each body is a file, named in its record, which has no body" {
  printf '%s\n' "$HTTP/ok/a.html" '{"url":"'"$HTTP/ok/b"'","id":"second"}' '{"url":"'"$HTTP/ok/c"'","out":"third.txt"}' >in
  run --separate-stderr gf-fetch --dir new <in
  expect_status 0
  expect_records 3
  [ "$(jq -s -c 'map([.body, .encoding]) | unique' <<<"$output")" = '[[null,null]]' ]
  [[ "$(named | head -n 1)" =~ ^a-[0-9a-f]{10}\.html$ ]]
  [ "$(named | tail -n 2)" = $'second\nthird.txt' ]
  [ "$(cat new/second new/third.txt)" = $'/ok/b\n/ok/c' ]
  [ "$(cat "new/$(named | head -n 1)")" = /ok/a.html ]
  [ "$(find new | wc -l)" -eq 4 ]
  [ "$(jq -r 'select(.file == "second").sha256' <<<"$output")" = "$(sha256sum <new/second | cut -d ' ' -f 1)" ]
}

@test "an empty body is an empty file; the mode is what umask leaves" {
  umask 027
  run --separate-stderr gf-fetch --dir new <<<'{"url":"'"$HTTP/bytes/0"'","out":"empty"}'
  expect_status 0
  [ "$(stat -c '%s %a' new/empty)" = '0 640' ]
}

@test "two URLs with the same last part are two files, of the same names the next time" {
  printf '%s\n' "$HTTP/ok/1/same" "$HTTP/ok/2/same" "$HTTP/ok/1/same?x" >in
  run --separate-stderr gf-fetch --dir new <in
  expect_status 0
  [ "$(named | sort -u | wc -l)" -eq 3 ]
  [ "$(cat new/* | sort)" = $'/ok/1/same\n/ok/1/same?x\n/ok/2/same' ]
  before=$(named)
  run --separate-stderr gf-fetch --dir again <in
  [ "$(named)" = "$before" ]
}

@test "no name leads outside, begins with a dot or a dash, or is empty" {
  mkdir -p deep/down/in_here
  cd deep/down
  base=$HTTP/ok
  {
    printf '%s\n' "$base/" "$base/%2e%2e%2f%2e%2e%2fetc%2fx" "$base/../../etc/x" "$base/.hidden" "$base/-rf" "$base/..." \
      "$base/a%00b" "$base/a%0ab" "$base/%2e%2e" "$base/x.part" "$base/x;\$(touch%20evil)" "$base/$(printf 'n%.0s' {1..400})" \
      "$base/é" "$HTTP" "$HTTP/?/../../x" "$HTTP/disposition" "$base/.part" "$base/a%5c..%5cb" "$base/con.part.etag"
    for id in ../../evil /etc/evil . .. '' .x -x 'a/b' 'a\u0001b' 'x.part' "$(printf 'i%.0s' {1..400})" 'a b' 'é' '~' 'C:\\x'; do
      printf '{"url":"%s/id","id":"%s"}\n' "$base" "$id"
    done
  } >in
  run --separate-stderr gf-fetch -k --dir in_here/dir --ok-status 200-404 <in
  expect_status 0
  expect_records 34
  [ "$(ls in_here)" = dir ]
  # Each is one plain component, and a plain file right there.
  [ "$(named | grep -c -v -E '^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$')" -eq 0 ]
  [ "$(named | grep -c -E '\.part(\.etag)?$')" -eq 0 ]
  [ "$(find in_here/dir -mindepth 1 -type f -printf '%P\n' | sort)" = "$(named | sort)" ]
  [ "$(ls -A . ..)" = $'.:\nin\nin_here\n\n..:\ndown' ]
}

@test "out is taken as it is, or refused" {
  for out in ../evil /tmp/evil a/b . .. .x -x '' x.part x.part.etag 'a\nb' 'a\u0000b' "$(printf 'o%.0s' {1..201})"; do
    printf '{"url":"%s","out":"%s"}\n' "$HTTP/ok/$KEY" "$out"
  done >in
  run --separate-stderr gf-fetch --dir new <in
  expect_status 123
  expect_records 13
  [ "$(jq -r .error <<<"$output" | sort -u)" = bad_request ]
  [ -z "$(ls -A new)" ]
  [ -z "$(asked "$KEY")" ]
  for out in 'with blank' 'ünïcode' "$(printf 'o%.0s' {1..200})" 'a;b$c' 'x.tar.gz'; do
    printf '{"url":"%s","out":"%s"}\n' "$HTTP/ok/$KEY" "$out"
  done >in
  run --separate-stderr gf-fetch -k --dir new <in
  expect_status 0
  [ "$(named | sort)" = "$(find new -type f -printf '%P\n' | LC_ALL=C sort)" ]
}

@test "what is there stays, and is the error exists; --overwrite replaces it" {
  mkdir new
  echo old >new/x
  run --separate-stderr gf-fetch --dir new <<<'{"url":"'"$HTTP/ok/$KEY"'","out":"x"}'
  expect_status 123
  [ "$(record error file)" = '["exists",null]' ]
  [ "$(cat new/x)" = old ]
  [ -z "$(asked "$KEY")" ]
  run --separate-stderr gf-fetch --dir new --overwrite <<<'{"url":"'"$HTTP/ok/$KEY"'","out":"x"}'
  expect_status 0
  [ "$(cat new/x)" = "/ok/$KEY" ]
  run --separate-stderr gf-fetch --dir new --overwrite --retries 0 <<<'{"url":"'"$HTTP/half/5"'","out":"x"}'
  [ "$(record error)" = '["partial"]' ]
  [ "$(cat new/x)" = "/ok/$KEY" ]
  [ "$(ls -A new)" = x ]
}

@test "a name that appears meanwhile is not replaced" {
  gf-fetch --dir new <<<'{"url":"'"$HTTP/until/$KEY"'","out":"x"}' >out 2>err &
  pid=$!
  until_true was_asked "$KEY" 1
  echo mine >new/x
  touch "$ORIGIN_DIR/$KEY"
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 123 ]
  [ "$(jq -r .error out)" = exists ]
  [ "$(cat new/x)" = mine ]
  [ "$(ls -A new)" = x ]
}

@test "links are neither followed nor written through" {
  mkdir new
  echo old >target
  ln -s ../target new/x
  ln -s nowhere new/y
  mkfifo new/z
  for name in x y z; do echo '{"url":"'"$HTTP/ok/$KEY"'","out":"'$name'"}'; done >in
  run --separate-stderr gf-fetch --dir new <in
  [ "$(jq -r .error <<<"$output" | sort -u)" = exists ]
  [ "$(cat target)" = old ]
  run --separate-stderr gf-fetch --dir new --overwrite <in
  expect_status 0
  [ "$(cat target)" = old ]
  [ ! -e nowhere ]
  [ ! -e new/nowhere ]
  [ "$(find new -type f | wc -l)" -eq 3 ]
}

@test "two lines of a run with one name: the second is an error, with --overwrite, too" {
  for _ in 1 2; do echo '{"url":"'"$HTTP/ok/$KEY"'","out":"x"}'; done >in
  printf '%s\n' "$HTTP/ok/twice" "$HTTP/ok/twice" >>in
  for more in --no-body --overwrite; do
    rm -rf new
    run --separate-stderr gf-fetch -j 1 $more --dir new <in
    expect_status 123
    [ "$(jq -s -c 'sort_by(.seq) | map(.error)' <<<"$output")" = '[null,"exists",null,"exists"]' ]
    [ "$(find new -type f | wc -l)" -eq 2 ]
  done
}

@test "an attempt that fails leaves nothing; a second one leaves its body alone" {
  sum=$(printf x | sha256sum | cut -d ' ' -f 1)
  printf '{"url":"%s","out":"f%d"%s}\n' "$HTTP/half/5000" 1 '' "$HTTP/reset/half" 2 '' "$HTTP/status/500" 3 '' "$HTTP/bytes/20000" 4 '' \
    "$HTTP/ok/x" 5 ',"sha256":"'"$sum"'"' "$HTTP/stall/5000" 6 ',"max_time":0.3' "$HTTP/endless" 7 '' >in
  run --separate-stderr gf-fetch --dir new --retries 0 --max-size 10000 <in
  expect_status 123
  [ "$(jq -s -c 'sort_by(.seq) | map(.error)' <<<"$output")" = \
    '["partial","partial","http","too_large","checksum","timeout","too_large"]' ]
  [ "$(jq -s -c 'map(.file) | unique' <<<"$output")" = '[null]' ]
  [ -z "$(ls -A new)" ]
  printf '{"url":"%s","out":"f%d"}\n' "$HTTP/fail/1/half/$KEY" 1 "$HTTP/busy/1/503/0/$KEY" 2 >in
  run --separate-stderr gf-fetch --dir new <in
  expect_status 0
  [ "$(cat new/f1 new/f2)" = $'good\ngood' ]
  [ "$(find new | wc -l)" -eq 3 ]
}

@test "killed in the middle: no file has its name that is not whole" {
  printf '{"url":"%s","out":"%s"}\n' "$HTTP/ok/$KEY" whole "$HTTP/stall/50000/$KEY" half >in
  gf-fetch --dir new <in >out &
  pid=$!
  until_true event half "$KEY"
  until_true has_lines out 1
  kill -KILL "$pid"
  wait "$pid" 2>err || true
  [ "$(cat new/whole)" = "/ok/$KEY" ]
  [ ! -e new/half ]
}

@test "signals that end the run leave no half file either" {
  gf-fetch --dir new <<<'{"url":"'"$HTTP/stall/50000/$KEY"'","out":"half"}' >out 2>err &
  pid=$!
  until_true event half "$KEY"
  kill -TERM "$pid"
  kill -0 "$pid"
  until_true grep -q stopping err
  kill -TERM "$pid"
  wait "$pid" || true
  [ "$(jq -r .error out)" = cancelled ]
  [ -z "$(ls -A new)" ]
}

@test "a directory that cannot be had is 125; a file that cannot be written is the line's error" {
  echo >file
  run gf-fetch --dir file "$HTTP/ok/$KEY"
  expect_status 125
  run gf-fetch --dir nowhere/new "$HTTP/ok/$KEY"
  expect_status 125
  [ -z "$(asked "$KEY")" ]
  gf-fetch --dir new --no-body "$HTTP/until/$KEY" "$OTHER/until/$KEY" >out 2>err &
  pid=$!
  until_true was_asked "$KEY" 2
  rmdir new
  touch "$ORIGIN_DIR/$KEY"
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 123 ]
  [ "$(jq -c '[.error, .ok, .file]' out | sort -u)" = '["write",false,null]' ]
}
