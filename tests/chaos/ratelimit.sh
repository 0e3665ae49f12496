#!/usr/bin/env bash
# ratelimit.sh - gf-ratelimit -S: eight processes at 2,000 records a second, one of them killed every
# 25 ms for 26 s, which makes 1,000; never over the budget, and no more lost than the killed ones had reserved. make
# chaos builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
aid=${GF_AID:-build/tests/aid}/ratechaos
tool=${GF_BIN:-build/bin}/gf-ratelimit
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
printf 'gf-ratelimit, '
"$aid" "$tool" "$dir/state" 8 2000 26 25
