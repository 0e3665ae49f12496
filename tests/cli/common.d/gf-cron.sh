# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-cron.
USAGE_GOOD=('gf-cron next @ @daily' 'gf-cron check @ -' 'gf-cron run @ -e @start -- true')
USAGE_BAD=("gf-cron next '61 * * * *'")
ALLOC=(gf-cron next --from 2026-11-24T00:00:00Z '30 2 * * *')
before() {
  printf '@start GF_ID=hi echo hi\n' >start
  printf '0 3 * * * backup\n' >tab
  gf-cron run -q -S ./st start >ran
}
PRINTS=('gf-cron next @daily' 'gf-cron next --format json @daily' 'gf-cron next --format epoch @daily'
  'gf-cron next -n 5000 @daily' 'gf-cron next --table tab' 'gf-cron next --table start' 'echo @daily | gf-cron next'
  'gf-cron explain @daily' "gf-cron explain '@daily | @hourly'" 'gf-cron show tab' 'gf-cron show --format svg tab'
  'gf-cron show -o - tab' 'gf-cron emit start' 'gf-cron emit -n 1 start' 'gf-cron history -S ./st'
  'gf-cron history -S ./st --format json' 'gf-cron status -S ./st' 'gf-cron status -S ./st --format json'
  'gf-cron run start' 'gf-cron run --output raw start' 'gf-cron run --output json start' 'gf-cron help next')
PRINTS_NAMED=('gf-cron show -o /dev/stdout tab' 'gf-cron show -o /dev/fd/1 tab'
  "gf-cron run --stats --stats-file /dev/stdout -e @start -- true")
