# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-ratelimit.
FILTER=(gf-ratelimit unlimited)
READS_STDIN=1
USAGE_BAD=(gf-ratelimit 10/parsec)
