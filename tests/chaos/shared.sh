#!/usr/bin/env bash
# shared.sh - budgets, permits and claims on a server: gf-ratelimit, gf-sem and gf-cron run with -S redis+unix://...,
# killed at random moments for a minute each (SECONDS_EACH=N for another time, SEED=N for other moments, GAME=permits for one
# of them): by themselves, with a server that is killed too, with connections that are cut, with bytes that are held for
# longer than a lease, and with clocks that are apart. make chaos builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
aid=$PWD/${GF_AID:-build/tests/aid}
bin=$PWD/${GF_BIN:-build/bin}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
seed=${SEED:-$RANDOM}
status=0
while read -r game program modes; do
  [ "${GAME:-$game}" = "$game" ] || continue
  for mode in $modes; do
    mkdir "$dir/$game.$mode"
    printf 'seed %s, ' "$seed"
    "$aid/$program" "$bin" "$dir/$game.$mode" "$mode" "${SECONDS_EACH:-60}" "$seed" "$aid/ownclock.so" || status=1
  done
done <<'GAMES'
budgets budgetchaos kill always forgets cut
permits permitchaos kill always cut apart
claims claimchaos kill always cut apart clocks
GAMES
exit "$status"
