#!/usr/bin/env bats
# gf-buffer under kill -9: a spool, a log directory, a file as a whole. Only in the plain build: what is looked for is
# lost or doubled between runs, and a run that starts as slowly as a sanitized one meets fewer moments.
# bats file_tags=plain

load helper

# The lists and words are those of the seed, which is printed; the moments are not. `make chaos T=buffer` kills a
# thousand times.
@test "buffer: killed at random moments: nothing lost that was promised, nothing torn, twice only what was not out" {
  mkdir chaos
  run timeout 200 "$GF_AID/bufferchaos" "$GF_BIN/gf-buffer" chaos 100 "$(date +%s)" "$GF_AID/fulldisk.so"
  expect_status 0
  expect_text "spool   kills 34, "
  expect_text "log     kills 33, "
  expect_text "atomic  kills 33, "
}

# ---- what it has found ---------------------------------------------------------------------------

@test "buffer: an archive that --on-rotate removes before it ends is processed" {
  for _ in 1 2 3 4 5 6; do
    seq 1000
    sleep 0.1
  done | gf-buffer --log-dir log --rotate-size 1K --flush-interval 1ms --on-rotate 'mv "$1" "$1.done"; sleep 0.01' 2>err ||
    fails "$? $(cat err)"
  [ -z "$(find log -name '2*' ! -name '*.done')" ]
  cat log/*.done log/current | cmp - <(for _ in 1 2 3 4 5 6; do seq 1000; done)
}
