# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-cron.
USAGE_BAD=("gf-cron next '61 * * * *'")
