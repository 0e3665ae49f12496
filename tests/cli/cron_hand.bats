#!/usr/bin/env bats
# cron_hand.bats - gf-cron status, trigger, and run --watch.

load helper

twice() {
  [ "$(wc -l <ran)" -eq 2 ]
}

is_idle() {
  gf-cron status -S ./db | grep -q idle
}

is_running() {
  gf-cron status -S ./db | grep -q running
}

# server ARG...: gf-cron run in the background; its pid is $pid.
server() {
  gf-cron run "$@" </dev/null >out 2>err 3>&- &
  pid=$!
}

teardown() {
  rm -f busy
  [ -z "${pid-}" ] || kill "$pid" 2>/dev/null || :
}

@test "trigger: a running scheduler runs the job" {
  printf '0 0 1 1 * GF_ID=x echo ran >>ran\n' >t
  server -S ./db t
  until_true gf-cron trigger -S ./db x
  until_true test -s ran || fails "$(cat err; gf-cron history -S ./db; gf-cron status -S ./db; ls -li; ls -l /proc/$pid/fd)"
  until_true is_idle # a run that goes on would have the next one skipped
  gf-cron trigger -S ./db x
  until_true twice
  kill "$pid"
  wait "$pid"
  [ "$(gf-cron history -S ./db | cut -f1,5 | uniq -c | tr -s ' ')" = $' 2 x\tok' ]
}

@test "trigger: without a scheduler, it runs when one starts" {
  gf-cron run -q -S ./db -e @start -- true
  gf-cron trigger -S ./db job
  [ "$(gf-cron status -S ./db | cut -f1,2)" = $'job\trequested' ]
  printf '@at 2001-01-01 GF_ID=job echo by-hand\n' >t
  run gf-cron run -q -S ./db t
  expect_status 0
  [ "$output" = 'job: by-hand' ]
  [ "$(gf-cron status -S ./db | cut -f1,2,4)" = $'job\tidle\tok' ]
}

@test "trigger: a job that is held back runs by hand; an unknown one is status 1" {
  gf-cron run -q -S ./db -e @start -- true
  gf-cron pause -S ./db job
  gf-cron trigger -S ./db job
  run gf-cron run -q -S ./db -e '@at 2001-01-01' -- echo by-hand
  [ "$output" = 'job: by-hand' ]
  run gf-cron trigger -S ./db nobody
  expect_status 1
  [ "$(gf-cron status -S ./db | cut -f2)" = paused ]
}

@test "status: what runs, and a file that is not there" {
  printf '@start GF_ID=x sleep 9\n' >t
  server -S ./db t
  until_true is_running
  kill "$pid"
  sleep 0.3 # two signals at once are one
  kill "$pid"
  wait "$pid" || :
  [ "$(gf-cron status -S ./db | cut -f1,2,4)" = $'x\tidle\tinterrupted' ]
  run gf-cron status -S ./none
  expect_status 125
}

@test "trigger: is seen while others write the state all the time" {
  printf '0 0 1 1 * GF_ID=x echo ran >>ran\n' >t
  server -S ./db t
  until_true is_idle
  touch busy
  (while [ -e busy ]; do gf-cron pause -S ./db x && gf-cron resume -S ./db x; done) 3>&- &
  writer=$!
  gf-cron trigger -S ./db x
  until_true test -s ran || fails 'not while the state was written'
  rm busy
  wait "$writer"
}

@test "status: when a job is due next, while a scheduler has it" {
  printf 'CRON_TZ=Asia/Tokyo\n0 0 1 1 * GF_ID=x true\nCRON_TZ=UTC\n@at 2199-01-01 GF_ID=y true\n' >t
  server --watch -S ./db t
  until_true is_idle
  [ "$(gf-cron status -S ./db | cut -f1,5)" = "x	$(date +%Y)-12-31T15:00:00Z"$'\ny\t2199-01-01T00:00:00Z' ]
  printf '@at 2198-01-01 GF_ID=y true\n' >t
  until_true grep -q 'read again' err
  [ "$(gf-cron status -S ./db | cut -f5 | tr '\n' ' ')" = "- $(gf-cron next @at\ 2198-01-01 | date -u -f - +%FT%TZ) " ]
  kill "$pid"
  wait "$pid"
  [ "$(gf-cron status -S ./db | cut -f5 | tr '\n' ' ')" = '- - ' ]
}

@test "run --watch: written in place, renamed over, a link that is pointed elsewhere" {
  mkdir a b
  printf 'GF_FIELDS=6\n0 0 0 1 1 * true\n' >a/t
  printf 'GF_FIELDS=6\n* * * * * * echo two >>two\n' >b/t
  ln -s a cur
  ln -s cur/t t
  server --watch t
  sleep 0.3
  printf 'GF_FIELDS=6\n* * * * * * echo one >>one\n' >a/t
  until_true test -s one
  printf 'GF_FIELDS=6\n* * * * * * echo three >>three\n' >new
  mv new a/t
  until_true test -s three
  ln -s b next
  mv -T next cur
  until_true test -s two
}

@test "run --watch: a bad table leaves the old one in force" {
  printf '@every 1s echo x >>x\n' >t
  server --watch t
  sleep 0.3
  echo 'not a line' >t
  until_true grep -q 'old table stays' err
  rm -f x
  until_true test -s x
}

@test "run --watch: needs a file" {
  run gf-cron run --watch -e @start -- true
  expect_status 2
}
