#!/usr/bin/env bash
# buffer.sh - gf-buffer: 1,000 kills at random moments (KILLS=N for another number, SEED=N for other
# lists and words) of runs with a spool, a log directory, a file that is replaced as a whole; nothing is
# lost that was promised. make chaos builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
aid=$PWD/${GF_AID:-build/tests/aid}
buffer=$PWD/${GF_BIN:-build/bin}/gf-buffer
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
printf 'gf-buffer: '
"$aid/bufferchaos" "$buffer" "$dir" "${KILLS:-1000}" "${SEED:-$RANDOM}" "$aid/fulldisk.so"
