#!/usr/bin/env bash
# pool.sh - gf-pool: 1,000 kills at random moments (KILLS=N for another number), each followed by a
# resumed run; nothing is lost, nothing done twice without a reason. make chaos builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
aid=$PWD/${GF_AID:-build/tests/aid}/poolchaos
pool=$PWD/${GF_BIN:-build/bin}/gf-pool
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
printf 'gf-pool: '
"$aid" "$pool" "$dir" "${KILLS:-1000}"
