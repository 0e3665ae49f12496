# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-cron.
USAGE_GOOD=('gf-cron next @ @daily' 'gf-cron check @ -' 'gf-cron run @ -e @start -- true')
USAGE_BAD=("gf-cron next '61 * * * *'")
ALLOC=(gf-cron next --from 2026-11-24T00:00:00Z '30 2 * * *')
