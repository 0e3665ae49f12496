# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-ratelimit.
FILTER=(gf-ratelimit unlimited)
USAGE_GOOD=('gf-ratelimit @ 10/s')
USAGE_BAD=('gf-ratelimit 10/parsec' 'gf-ratelimit' 'gf-ratelimit 0/s' 'gf-ratelimit --stats=xml 1/s')
# shellcheck disable=SC2034
ALLOC=(gf-ratelimit -K '/^(.)/' --jitter 1 1000/s)
before() { gf-ratelimit -S ./rl 100/s <in >/dev/null && gf-ratelimit -S ./full 1/d --check; }
PRINTS=('gf-ratelimit unlimited' 'gf-ratelimit 100/s' 'gf-ratelimit -K 1 100/s' 'gf-ratelimit --leaky 100/s'
  'gf-ratelimit --strict 100/s' 'gf-ratelimit --pause 1ms' 'gf-ratelimit --drop 1/d' 'gf-ratelimit -S ./rl 100/s'
  'gf-ratelimit -b 2 --drop --drop-marker x --report-drops 1s 1/d' 'gf-ratelimit -S ./full 1/d --check'
  'gf-ratelimit -S ./rl --status' 'gf-ratelimit -S ./rl --status --format json' 'gf-ratelimit -v 100/s'
  'gf-ratelimit --stats 100/s')
PRINTS_NAMED=('gf-ratelimit -o /dev/stdout unlimited' 'gf-ratelimit -o /proc/self/fd/1 unlimited'
  'gf-ratelimit --stats --stats-file /dev/stdout -o out 100/s')
