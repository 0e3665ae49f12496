#!/usr/bin/env bash
# queue.sh - gf-queue and gf-pool --queue: puts and workers killed at random moments for a minute each (SECONDS_EACH=N for
# another time, SEED=N for other records): on a file, on a server that is killed itself, with appendfsync always and
# everysec, and behind a proxy that cuts connections. make chaos builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
aid=$PWD/${GF_AID:-build/tests/aid}/queuechaos
bin=$PWD/${GF_BIN:-build/bin}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
seed=${SEED:-$RANDOM}
status=0
for place in file always everysec cut; do
  mkdir "$dir/$place"
  printf 'gf-queue, seed %s, ' "$seed"
  "$aid" "$bin" "$dir/$place" "$place" "${SECONDS_EACH:-60}" "$seed" || status=1
done
exit "$status"
