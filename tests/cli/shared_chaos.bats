#!/usr/bin/env bats
# gf-ratelimit, gf-sem and gf-cron run on one server under kill -9, while the server is killed too, connections are cut, bytes
# are held for longer than a lease, and clocks are apart. Only in the plain build: a run that starts as slowly as a
# sanitized one meets fewer moments.
# bats file_tags=plain

load helper
load redis

# chaos PROGRAM SECONDS MODE...: all modes at once, since they mostly wait. The moments are not those of the seed
# alone. `make chaos T=shared` goes on for minutes.
chaos() {
  local program=$1 seconds=$2 seed mode pids=() bad=0
  needs_glibc
  command -v redis-server >/dev/null || skip 'no redis-server'
  ldd "$GF_BIN/gf-sem" | grep -q hiredis || skip 'no redis-server' # a build without
  seed=$(date +%s)
  shift 2
  for mode; do
    mkdir "$mode"
    timeout 200 "$GF_AID/$program" "$GF_BIN" "$mode" "$mode" "$seconds" "$seed" "$GF_AID/ownclock.so" >"$mode.out" 2>&1 3>&- &
    pids+=($!)
  done
  for mode in "${pids[@]}"; do wait "$mode" || bad=1; done
  [ "$bad" -eq 0 ] || fails "seed $seed: $(cat ./*.out)"
  for mode; do grep -q ", $mode: killed [1-9]" "$mode.out" || fails "$mode: $(cat "$mode.out")"; done
}

@test "budgets: never over the rate, and a kill costs a batch, whoever is killed" {
  chaos budgetchaos 4 kill always forgets cut
}

@test "permits: never more than there are, each gets its turn, fences grow" {
  chaos permitchaos 5 kill always cut apart
}

@test "claims: no due time runs twice, none is missing" {
  chaos claimchaos 6 kill always cut apart clocks
}
