# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-sem.
USAGE_GOOD=('gf-sem @ -j1 -S ./s -- true')
USAGE_BAD=('gf-sem -j 0 -- true' 'gf-sem -j 1' 'gf-sem -j 2 --weight 3 -- true' 'gf-sem -S .. -j1 -- true'
  'gf-sem --status --set 3' 'gf-sem --status true' 'gf-sem -j 1 -n -w 1 -- true' 'gf-sem --set 1000001'
  'gf-sem -j 1 -E 256 -- true' 'gf-sem --status --format xml' "gf-sem -j 1 -w 1parsec -- true")
ALLOC=(gf-sem -j 2 -- true)
before() { gf-sem -S ./sem -j 2 -- true; }
PRINTS=('gf-sem --status -S ./sem' 'gf-sem --status -S ./sem --format json')
