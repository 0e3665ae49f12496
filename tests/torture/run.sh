#!/usr/bin/env bash
# run.sh - `make torture`: each command line of tests/torture/*.cases with every call of the system
# failing in turn (cli/aid/torture.c says what must hold). T narrows to a tool; two run at once.
set -u
cd "$(dirname "$0")/../.." || exit 1
T=${T:-}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# serve: the server that the command lines of gf-fetch ask, as HTTP; it ends with this script.
serve() {
  local i
  mkdir "$work/origin" || return 1
  python3 tests/cli/aid/origin.py "$work/origin" >"$work/origin/ports" &
  for ((i = 0; i < 500; i++)); do
    [ ! -s "$work/origin/ports" ] || break
    sleep 0.02
  done
  HTTP=http://127.0.0.1:$(sed 's/http=//' "$work/origin/ports")
  export HTTP
  unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
}

# torture TOOL OPTION...
torture() {
  build/tests/aid/torture "${@:2}" -b "$PWD/build/bin" -l "$PWD/build/tests/aid/callfail.so" -d "$work/$1" "tests/torture/$1.cases"
}

# one TOOL: what it found, in one piece. Of what libcurl calls, a few of each command line fail; SEED chooses others.
one() {
  mkdir "$work/$1" || return 1
  torture "$1" >"$work/$1.report" 2>&1
  local status=$?
  [ "$1" != gf-fetch ] || torture "$1" -x -n 20 -s "${SEED:-1}" >>"$work/$1.report" 2>&1 || status=1
  cat "$work/$1.report"
  return "$status"
}

status=0 running=0 found=
for file in tests/torture/*"$T"*.cases; do
  [ -e "$file" ] || continue
  found=1
  [ "$file" != tests/torture/gf-fetch.cases ] || [ -x build/bin/gf-fetch ] || continue
  [ "$file" != tests/torture/gf-fetch.cases ] || serve || exit 1
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
