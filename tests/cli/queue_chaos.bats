#!/usr/bin/env bats
# gf-queue and gf-pool --queue under kill -9, on a file, on a server that is killed too, and with connections that are
# cut. Only in the plain build: a run that starts as slowly as a sanitized one meets fewer moments.
# bats file_tags=plain

load helper
load redis

# The records are those of the seed, which is printed; the moments are not. `make chaos T=queue` goes on for minutes.
chaos() {
  local seed
  seed=$(date +%s)
  [ "$1" = file ] || command -v redis-server >/dev/null || skip 'no redis-server'
  mkdir chaos
  run timeout 200 "$GF_AID/queuechaos" "$GF_BIN" chaos "$1" 4 "$seed"
  [ "$status" -eq 0 ] || fails "seed $seed: $output"
  expect_text "$1: killed "
}

@test "queue: killed at random moments: nothing lost, nothing twice, run again for a reason alone" { chaos file; }
@test "queue: the same where the server is killed (always)" { chaos always; }
@test "queue: the same where the server is killed (everysec)" { chaos everysec; }
@test "queue: the same where connections are cut in the middle" { chaos cut; }
