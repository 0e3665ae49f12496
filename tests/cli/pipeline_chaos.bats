#!/usr/bin/env bats
# gf-pipeline under kill -9, with --commit and --resume. Only in the plain build: what is looked for is
# lost or doubled between runs, and a run that starts as slowly as a sanitized one meets fewer moments.
# bats file_tags=plain

load helper

# The lists and chains are those of the seed, which is printed; the moments are not. `make chaos
# T=pipeline` kills a thousand times.
@test "killed at random moments and resumed: nothing lost, twice only what was in flight" {
  mkdir chaos
  run timeout 200 "$GF_AID/pipechaos" "$GF_BIN/gf-pipeline" chaos 200 "$(date +%s)"
  expect_status 0
  expect_text "kills 200, "
}
