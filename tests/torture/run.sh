#!/usr/bin/env bash
# run.sh - `make torture`: each command line of tests/torture/*.cases with every call of the system
# failing in turn (cli/aid/torture.c says what must hold). T narrows to a tool; two run at once.
set -u
cd "$(dirname "$0")/../.." || exit 1
T=${T:-}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# one TOOL: what it found, in one piece.
one() {
  mkdir "$work/$1" || return 1
  build/tests/aid/torture -b "$PWD/build/bin" -l "$PWD/build/tests/aid/callfail.so" -d "$work/$1" "tests/torture/$1.cases" \
    >"$work/$1.report" 2>&1
  local status=$?
  cat "$work/$1.report"
  return "$status"
}

status=0 running=0 found=
for file in tests/torture/*"$T"*.cases; do
  [ -e "$file" ] || continue
  found=1
  if [ "$running" -ge "$(getconf _NPROCESSORS_ONLN)" ]; then
    wait -n || status=1
    running=$((running - 1))
  fi
  one "$(basename "$file" .cases)" &
  running=$((running + 1))
done
[ -n "$found" ] || { echo 'no command lines of that name'; exit 1; }
while [ "$running" -gt 0 ]; do
  wait -n || status=1
  running=$((running - 1))
done
exit "$status"
