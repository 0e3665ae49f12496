#!/usr/bin/env bash
# numbers.sh - gf-stream: random columns of numbers against exact fractions (exact_numbers.py), for
# three minutes. SEED= repeats a run, SECONDS_OF= makes it longer.
set -u
PATH=$PWD/${GF_BIN:-build/bin}:$PATH
SEED=${SEED:-$RANDOM}
echo "numbers.sh: SEED=$SEED"
if python3 tests/long/exact_numbers.py "$SEED" 0 "${SECONDS_OF:-180}"; then echo 'ok - exact numbers'
else
  echo 'not ok - exact numbers'
  exit 1
fi
