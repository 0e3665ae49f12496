#!/usr/bin/env bats
# cron_times.bats - how long a job goes on: so many runs and no more, by -n and GF_TIMES, and GF_FROM and GF_UNTIL.

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

@test "GF_FROM, GF_UNTIL: from the one to the other, at both too, on the clock of the job" {
  cat >t <<'END'
@daily GF_ID=a GF_FROM=2026-03-05 GF_UNTIL=2026-03-07 GF_TZ=Asia/Tokyo x
GF_UNTIL=2026-03-02T03:00:00Z
0 3 * * * | 0 4 * * * GF_ID=b y
@start GF_ID=c z
END
  run gf-cron next --tz UTC --from 2026-03-01T03:30 -n 9 --table t
  [ "$(cut -f 1,2 <<<"$output")" = $'2026-03-01T04:00:00+00:00\tb\n2026-03-02T03:00:00+00:00\tb\n2026-03-05T00:00:00+09:00\ta\n2026-03-06T00:00:00+09:00\ta\n2026-03-07T00:00:00+09:00\ta' ] || fails "$output"
  run gf-cron next --tz UTC --table t # all of it is over, and no error
  expect_status 1
  [ "$output" = NEVER ] || fails "$output"
  run -0 gf-cron check t
  expect_text 'line 4 of t: this does not fire any more'
  run -0 timeout 5 gf-cron run -q t
  [ -z "$output" ]
  run -2 gf-cron check - <<<'@daily GF_FROM=2026-03-05 GF_UNTIL=2026-03-04T23:59:59 x'
  expect_text 'GF_UNTIL is before GF_FROM'
  run gf-cron next --tz UTC -n 9 --table - <<<'@daily GF_ID=a GF_FROM=2126-03-05 GF_UNTIL=2126-03-05 x' # one time
  [ "$output" = $'2126-03-05T00:00:00+00:00\ta\tx' ] || fails "$output"
  run -2 gf-cron check - <<<'@daily GF_FROM=tomorrow x'
  expect_text 'line 1, column 16'
}

@test "next: a start that GF_FROM and GF_UNTIL bound is told with its bounds" {
  run gf-cron next --tz UTC --table - <<<$'@start GF_ID=a GF_FROM=2126-01-01 x\n@start GF_ID=b GF_FROM=2001-01-01 GF_UNTIL=2126-02-01T12:00 GF_TZ=Asia/Tokyo y'
  [ "$output" = $'at start from 2126-01-01T00:00:00+00:00\ta\tx\nat start until 2126-02-01T12:00:00+09:00\tb\ty' ] || fails "$output"
  run gf-cron next --format json --tz UTC --table - <<<'@start GF_ID=a GF_FROM=2126-01-01 GF_UNTIL=2126-02-01 x'
  expect_text '"at":"start","from":"2126-01-01T00:00:00Z","until":"2126-02-01T00:00:00Z","id":"a"'
  run gf-cron next --table - <<<'@start GF_UNTIL=2001-01-01 x'
  [ "$status $output" = '1 NEVER' ] || fails "$output"
}

@test "GF_UNTIL: run ends behind the last run; status goes by the bounds" {
  printf '* * * * * * | @start GF_ID=a GF_UNTIL=@%d echo ran >>ran\n' $(($(date +%s) + 1)) | sed '1iGF_FIELDS=6' >t
  run -0 timeout 10 gf-cron run -q t
  between 1 "$(wc -l <ran)" 3
  printf '@daily GF_ID=a GF_FROM=2126-03-05T12:00Z true\n@start GF_ID=b true\n' >t
  gf-cron run -q -S ./s --tz UTC t &
  pid=$!
  until_true gf-cron status -S ./s
  run -0 gf-cron status -S ./s
  kill "$pid"
  wait "$pid"
  [[ $output == *$'a\t'*$'\t2126-03-06T00:00:00Z'* ]] || fails "$output"
}
