#!/usr/bin/env bats
# demo.bats - the main job as `make demo` runs it, with real curl.

# shellcheck disable=SC2154 # run --separate-stderr sets stderr
load helper
bats_require_minimum_version 1.5.0

@test "demo: progress in plain lines, a summary, and both times" {
  run --separate-stderr env RATE=20/s JOBS=4 "$ROOT/tests/demo/run.sh"
  expect_status 0
  [ "$(grep -c 'bytes  http://127.0.0.1:' <<<"$output")" -eq "$(if has_fetch; then echo 60; else echo 30; fi)" ]
  [[ $stderr == *'gf-pool: '*' done, 0 failed, '* ]]
  [[ $stderr == *$'\njobs 30\nok 30\nfailed 0\n'* ]]
  [[ $stderr =~ rate\ [0-9.]+/s ]]
  [[ $stderr =~ job\ p50\ .*\ p90\ .*\ p99\ .*\ max ]]
  [[ $stderr =~ gf-pool\ and\ curl:\ [0-9.]+\ s ]]
  if [ -x "$GF_BIN/gf-fetch" ]; then
    [ "$(sort <<<"$output" | uniq -d | wc -l)" -eq 30 ] # each file twice, of the same size
    [[ $stderr == *$'\nlines 30\n'*$'\nok 30\n'* ]]
    [[ $stderr =~ gf-fetch:\ [0-9.]+\ s ]]
  fi
}

@test "demo: one's own list, and a URL that fails is told" {
  echo one >good
  printf 'file://%s\nfile:///no/such/file\n' "$PWD/good" >mine.txt
  run --separate-stderr env URLS=mine.txt RATE=unlimited "$ROOT/tests/demo/run.sh"
  expect_status 123
  grep -q "4 bytes  file://$PWD/good" <<<"$output"
  [[ $stderr == *'curl: (37)'* ]]
  run env URLS=no-such-list "$ROOT/tests/demo/run.sh"
  expect_status 125
}
