# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-buffer.
FILTER=(gf-buffer)
ALLOC=(gf-buffer --when-full drop-oldest --drop-marker --start-at 50% --tee copy --stats=json --stats-file numbers)
USAGE_GOOD=('gf-buffer @ ' 'gf-buffer @ --atomic out --commit-on-eof')
USAGE_BAD=('gf-buffer -m 0' 'gf-buffer --when-full=later' 'gf-buffer x' 'gf-buffer --atomic out'
  'gf-buffer --fsync=often' 'gf-buffer --log-dir d --mode 9')
before() { seq 3 | gf-buffer --spool ./sp >/dev/null; }
PRINTS=('gf-buffer' 'gf-buffer -m 4K --when-full drop-oldest' 'gf-buffer --bytes' 'gf-buffer --timestamp'
  'gf-buffer --spool ./sp' 'gf-buffer --spool ./sp --durable' 'gf-buffer --status ./sp'
  'gf-buffer --status ./sp --format json' 'gf-buffer --start-at 50%')
PRINTS_NAMED=('gf-buffer --append /dev/stdout' 'gf-buffer --stats --stats-file /dev/stdout --append out')
