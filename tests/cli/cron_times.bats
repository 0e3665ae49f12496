#!/usr/bin/env bats
# cron_times.bats - gf-cron run: so many runs and no more, by -n and by GF_TIMES.

load helper

@test "run -e -n: ends after so many runs, with the status that run has" {
  run -0 timeout 10 gf-cron run -q --output raw -n 2 -e '* * * * * * | @start' -- echo ran
  [ "$output" = $'ran\nran' ] || fails "$output"
  run -0 timeout 10 gf-cron run -q --times 1 -e '@start | * * * * * *' -- false
  run -123 timeout 10 gf-cron run -q --fail-on-error --times 1 -e '@start | * * * * * *' -- false
  printf '@daily x\n' >t
  run -2 gf-cron run -n 2 t
  expect_text '-n needs -e'
  run -2 gf-cron run -n 0 -e @start -- true
}

@test "run -e -n: with a state it counts from its own start" {
  for _ in 1 2; do
    run -0 timeout 10 gf-cron run -q -S ./s -n 1 -e '@start | * * * * * *' -- true
  done
  [ "$(gf-cron history -S ./s | wc -l)" -eq 2 ]
}

@test "GF_TIMES: at most so many runs ever, whatever --keep deletes; then run ends" {
  printf 'GF_FIELDS=6\n@start | * * * * * * GF_ID=a GF_TIMES=2 echo >>ran\n' >t
  run -0 timeout 10 gf-cron run -q -S ./s t
  has_lines ran 2
  [ "$(gf-cron status -S ./s | cut -f 5)" = - ]
  gf-cron run -q -S ./s --keep 1s t
  run -0 timeout 5 gf-cron run -S ./s t
  expect_text 'no due time is left'
  sed 's/TIMES=2/TIMES=3/' t >t2
  run -0 timeout 10 gf-cron run -q -S ./s t2
  [ "$(wc -l <ran)" -eq 3 ]
}

@test "GF_TIMES: a retry is not one more, a run that was skipped is none, and trigger does not count" {
  printf '@start GF_ID=a GF_TIMES=1 GF_RETRIES=1 GF_RETRY_DELAY=1ms echo >>ran; false\n' >t
  run -0 timeout 10 gf-cron run -q -S ./s t
  [ "$(wc -l <ran)" -eq 2 ]
  gf-cron trigger -S ./s a
  run -0 timeout 10 gf-cron run -q -S ./s t
  [ "$(wc -l <ran)" -eq 4 ]
  run -0 timeout 10 gf-cron run -q -S ./s t
  [ "$(wc -l <ran)" -eq 4 ]
  printf '@start GF_ID=b GF_TIMES=1 echo >>b\n' >t
  sed 's/@start/@at 2001-01-01/' t >none
  gf-cron run -q -S ./s none
  gf-cron pause -S ./s b
  gf-cron run -q -S ./s t
  gf-cron resume -S ./s b
  gf-cron run -q -S ./s t
  gf-cron run -q -S ./s t
  [ "$(wc -l <b)" -eq 1 ]
}

@test "GF_TIMES: two schedulers on one state start no more than that together" {
  printf 'GF_FIELDS=6\n@start | * * * * * * GF_ID=a GF_TIMES=2 echo >>ran\n' >t
  timeout 10 gf-cron run -q -S ./s t &
  timeout 10 gf-cron run -q -S ./s t &
  wait
  [ "$(wc -l <ran)" -eq 2 ]
}

@test "GF_TIMES: without a state, run refuses with the way out; a bad number is refused" {
  run -2 gf-cron run - <<<'@start GF_TIMES=2 true'
  expect_text 'line 1 of -: GF_TIMES needs -S'
  expect_text 'hint: -S FILE keeps the state'
  run -2 gf-cron check - <<<'@start GF_TIMES=0 true'
  expect_text 'line 1, column 17'
}
