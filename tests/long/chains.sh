#!/usr/bin/env bash
# chains.sh - gf-stream: random chains against a model, and in every way that must not matter
# (random_chains.py), for three minutes. SEED= repeats a run, SECONDS_OF= makes it longer.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$ROOT/${GF_BIN:-build/bin}:$PATH
SEED=${SEED:-$RANDOM}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
echo "chains.sh: SEED=$SEED"
if python3 "$ROOT/tests/long/random_chains.py" "$SEED" 0 "${SECONDS_OF:-180}"; then echo 'ok - random chains'
else
  echo 'not ok - random chains'
  exit 1
fi
