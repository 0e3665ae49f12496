# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-pipeline.
FILTER=(gf-pipeline --stage a -- cat ::: --stage b --window 64 -- cat)
ALLOC=(gf-pipeline --dead /dev/null --events /dev/null --stage a -- cat ::: --stage b --window 1 -- cat ::: --stage c --mode each -- cat ::: --stage d --mode batch=2 -- cat)
USAGE_GOOD=('gf-pipeline @ --stage a -- cat' 'gf-pipeline @ --stage b --mode filter -- cat')
USAGE_BAD=('gf-pipeline cat' 'gf-pipeline --stage a cat' 'gf-pipeline --stage a' 'gf-pipeline --stage a --'
  'gf-pipeline --stage a -j x -- cat' 'gf-pipeline --stage a -t 5parsec -- cat' 'gf-pipeline --stage "" -- cat'
  'gf-pipeline --stage a -- cat ::: --stage a -- cat' 'gf-pipeline --stage a -- cat :::' 'gf-pipeline -t 1'
  'gf-pipeline --stage a --mode batch -- cat' 'gf-pipeline --stage a --mode filter -t 1 -- cat'
  'gf-pipeline --commit f --stage a -- cat' 'gf-pipeline --tee f --stage a -- cat' 'gf-pipeline --report - --stage a -- cat')
before() { printf -- '--stage a -- cat\n' >chain; }
# A last filter that nobody watches writes to standard output itself: what it says of a full disk is its own.
PRINTS=('gf-pipeline' 'gf-pipeline --stage a -- cat' 'gf-pipeline --stats --stage a --mode filter -- cat'
  'gf-pipeline --stage a --mode filter -- cat ::: --stage b -- cat' 'gf-pipeline --stage a --mode each -- cat'
  'gf-pipeline --stage a --mode batch=2 -- cat' 'gf-pipeline --unordered --stage a -j 2 -- cat'
  'gf-pipeline --stage a --on-error pass -- false' 'gf-pipeline --print --stage a -- cat'
  'gf-pipeline --print --chain chain' 'gf-pipeline --chain chain')
PRINTS_NAMED=('gf-pipeline --events /dev/stdout --stage a --mode each --on-error drop -- false'
  'gf-pipeline --dead /dev/stdout --stage a --mode each -- false'
  'gf-pipeline --stage a --tee /dev/stdout --mode each -- cat')
