#!/usr/bin/env bash
# sem.sh - gf-sem: 10,000 permits taken while 1,000 processes are killed, for several N; never more
# than N hold one, and all are free at the end. make chaos builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
aid=${GF_AID:-build/tests/aid}/semchaos
sem=${GF_BIN:-build/bin}/gf-sem
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
status=0
for n in 1 3 8; do
  printf 'gf-sem, %d permits: ' "$n"
  "$aid" "$sem" "$dir/$n" "$n" 10000 1000 || status=1
done
exit "$status"
