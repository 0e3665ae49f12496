# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-pool.
FILTER=(gf-pool -k printf '%s\n')
FILTER_NUL=() # no argument of a command can hold one
ALLOC=(gf-pool -k --joblog /dev/null --events /dev/null --retries 1 printf '%s\n')
RECORDS=300   # each is a process
USAGE_GOOD=('gf-pool @ true')
USAGE_BAD=('gf-pool -j x true' 'gf-pool' 'gf-pool -t 5parsec true' 'gf-pool --rate 1MiB/s true'
  "gf-pool sh -c 'echo {}'" 'gf-pool -k -u true')
before() { gf-pool -q --joblog log false <in || [ $? -eq 123 ]; }
PRINTS=('gf-pool --dry-run echo' 'gf-pool --dry-run --worker cat' 'gf-pool --dry-run --joblog log --retry-failed'
  'gf-pool --dry-run --joblog log --resume echo' 'gf-pool echo' 'gf-pool -k echo' 'gf-pool --tag echo'
  'gf-pool --ci=github echo' 'gf-pool --ci=gitlab echo' 'gf-pool --worker cat' 'gf-pool --worker -k cat' 'gf-pool --pipe cat'
  'gf-pool --pipe -k cat' 'gf-pool --progress=always echo' 'gf-pool --stats echo' 'gf-pool --retries 1 --joblog +log2 echo')
PRINTS_NAMED=('gf-pool --events /dev/stdout true' 'gf-pool --joblog /dev/stdout true' 'gf-pool --failed /dev/stdout false'
  'gf-pool --stats --stats-file /dev/stdout true' 'gf-pool --report /dev/stdout true')
