#!/usr/bin/env bash
# buffer.sh - gf-buffer: records of 0 to 8 MiB with checksums in each way of tests/cli/buffer_check.bash and with
# -m of 1K to 16M, for three minutes. SEED= repeats a run, SECONDS_OF= makes it longer.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$ROOT/${GF_BIN:-build/bin}:$PATH
GF_AID=$ROOT/${GF_AID:-build/tests/aid}
# shellcheck source=tests/cli/buffer_check.bash
. "$ROOT/tests/cli/buffer_check.bash"
seed=${SEED:-$RANDOM}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
echo "buffer.sh: SEED=$seed"
end=$((SECONDS + ${SECONDS_OF:-180}))
runs=0
while [ "$SECONDS" -lt "$end" ]; do
  for memory in 1K 64K 1M 16M; do
    while read -r how statuses words; do
      # shellcheck disable=SC2086
      one_way "$seed" 400 "$memory" "$how" "$statuses" $words || {
        echo "not ok - records with checksums"
        exit 1
      }
      seed=$((seed + 1)) runs=$((runs + 1))
    done <<<"$WAYS"
  done
done
echo "ok - records with checksums, $runs runs"
