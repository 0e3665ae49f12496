# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-ratelimit.
FILTER=(gf-ratelimit unlimited)
USAGE_GOOD=('gf-ratelimit @ 10/s')
USAGE_BAD=('gf-ratelimit 10/parsec' 'gf-ratelimit' 'gf-ratelimit 0/s' 'gf-ratelimit --stats=xml 1/s')
# shellcheck disable=SC2034
ALLOC=(gf-ratelimit -K '/^(.)/' --jitter 1 1000/s)
