#!/usr/bin/env bash
# run.sh DIRECTORY SECONDS [NAME] - runs the fuzzers in DIRECTORY, each for SECONDS, on the seeds in
# git and what earlier runs found (build/fuzz-corpus/). What crashes is left in build/fuzz-crashes/.
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=0 found=
mkdir -p build/fuzz-crashes
# Files that a fuzzer makes lie in memory, where there is such a place: a run is three times as fast.
if [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi
for fuzzer in "$1"/*"${3:-}"*; do
  [ -x "$fuzzer" ] || continue
  found=1
  name=$(basename "$fuzzer")
  corpus=build/fuzz-corpus/$name
  log=build/fuzz-crashes/$name.log
  mkdir -p "$corpus"
  if "$fuzzer" -max_total_time="$2" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="build/fuzz-crashes/$name-" "$corpus" "tests/fuzz/seeds/$name" >"$log" 2>&1; then
    printf '%s: %s runs, nothing found\n' "$name" \
      "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    printf '%s: FAILED, see %s\n' "$name" "$log"
    tail -n 30 "$log"
    bad=1
  fi
done
[ -n "$found" ] || { echo 'no fuzzer of that name'; exit 1; }
exit "$bad"
