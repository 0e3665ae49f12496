#!/usr/bin/env bash
# pipeline.sh - gf-pipeline: 1,000 kills at random moments (KILLS=N for another number, SEED=N for
# other lists and chains), each followed by a resumed run; nothing is lost, and twice comes only what
# was in flight. make chaos builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
aid=$PWD/${GF_AID:-build/tests/aid}/pipechaos
pipeline=$PWD/${GF_BIN:-build/bin}/gf-pipeline
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
printf 'gf-pipeline: '
"$aid" "$pipeline" "$dir" "${KILLS:-1000}" ${SEED:+"$SEED"}
