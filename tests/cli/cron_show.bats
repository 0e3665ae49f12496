#!/usr/bin/env bats
# cron_show.bats - gf-cron show.

load helper

week() {
  gf-cron show --tz Europe/Berlin --from 2026-11-30 "$@"
}

table() {
  printf '%s\n' '0 0 * * * GF_ID=rotate a' '0 0 1 * * GF_ID=invoice b' \
    '*/5 9-17 * * MON-FRI GF_ID=poll c' '@hourly GF_ID=sync d' >t
}

@test "show: text, a lane a job, what starts at once, the fullest minutes" {
  table
  run week t
  expect_status 0
  [ "${lines[0]}" = 't: 7 days from Monday 2026-11-30, a column is 3h00m' ]
  expect_text 'rotate           |1.......|1.......|1.......|1.......|1.......|1.......|1.......|'
  expect_text 'invoice          |........|1.......|........|........|........|........|........|'
  expect_text 'poll             |...***..|...***..|...***..|...***..|...***..|........|........|'
  expect_text 'at once          |21122211|31122211|'
  expect_text '2026-12-01T00:00+01:00  3 jobs: rotate, invoice, sync'
}

@test "show: the hours of a night of change" {
  run gf-cron show --tz Europe/Berlin --from 2026-10-25 --days 1 - <<<'@hourly GF_ID=x y'
  expect_text '|1.1.2.1.' # two is shown twice: two starts
  run gf-cron show --tz Europe/Berlin --from 2026-03-29 --days 1 - <<<'@hourly GF_ID=x y'
  expect_text '|1.1...1.'
}

@test "show: an SVG that is well-formed, with what names hold escaped" {
  table
  cp t 'a<b&c"d'
  week -o week.svg 'a<b&c"d'
  grep -q 'a&lt;b&amp;c"d: 7 days from Monday 2026-11-30, Europe/Berlin' week.svg
  grep -q '3 jobs: rotate, invoice, sync' week.svg
  [ "$(grep -c '<g><title>' week.svg)" -eq 4 ]
  python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("week.svg")'
}

@test "show: more jobs than lanes, as many days as there may be, nothing at all" {
  for i in $(seq 150); do echo "$((i % 60)) 3 * * * GF_ID=j$i x"; done >t
  run week t
  expect_status 0
  expect_text 'and 51 more'
  expect_text '3 jobs: j1, j61, j121'
  run week --days 366 t
  expect_status 0
  run week --days 367 t
  expect_status 2
  run week - <<<'@start GF_ID=once x'
  expect_status 0
  expect_text 'at once          |....'
}

@test "show: a bad table draws nothing; a file that cannot be written is 125" {
  echo '61 * * * * x' >t
  run week -o week.svg t
  expect_status 2
  [ ! -e week.svg ]
  table
  run week -o none/week.svg t
  expect_status 125
  run week
  expect_status 2
}
