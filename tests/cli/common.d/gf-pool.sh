# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-pool.
FILTER=(gf-pool -k printf '%s\n')
FILTER_NUL=() # no argument of a command can hold one
ALLOC=(gf-pool -k --joblog /dev/null --events /dev/null --retries 1 printf '%s\n')
RECORDS=300   # each is a process
USAGE_GOOD=('gf-pool @ true')
USAGE_BAD=('gf-pool -j x true' 'gf-pool' 'gf-pool -t 5parsec true' 'gf-pool --rate 1MiB/s true'
  "gf-pool sh -c 'echo {}'" 'gf-pool -k -u true')
