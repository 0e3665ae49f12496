# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-stream.
FILTER=(gf-stream collect)
USAGE_GOOD=('gf-stream @ collect')
USAGE_BAD=('gf-stream srot' 'gf-stream' 'gf-stream limit' 'gf-stream limit x' "gf-stream filter '('"
  "gf-stream map 's/a/\$1/'" 'gf-stream fields 0' 'gf-stream sort -ng' 'gf-stream sort -k 0'
  'gf-stream collect limit 1' 'gf-stream where 1 =~ 2' 'gf-stream group 1 sum' 'gf-stream --memory 1K sort'
  'gf-stream limit 1 sort --merge' 'gf-stream distinct --last --max 2' 'gf-stream -d "" fields 1')
PRINTS=('gf-stream collect' 'gf-stream sort' 'gf-stream count' 'gf-stream filter a'
  'gf-stream --explain collect' 'gf-stream -v --explain sort' 'gf-stream --stats collect' 'gf-stream -v sort' 'gf-stream help sort'
  'gf-stream --from in -o - sort' 'gf-stream peek /dev/null')
PRINTS_NAMED=('gf-stream -o /dev/stdout collect' 'gf-stream -o /dev/fd/1 sort' 'gf-stream -o /proc/self/fd/1 collect'
  'gf-stream peek /dev/stdout tail 1' 'gf-stream --stats --stats-file /dev/stdout -o out collect')
