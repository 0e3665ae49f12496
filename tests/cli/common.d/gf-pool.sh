# shellcheck shell=bash disable=SC2034
# How common.bats calls gf-pool.
FILTER=(gf-pool -k printf '%s\n')
USAGE_BAD=(gf-pool -j x true)
