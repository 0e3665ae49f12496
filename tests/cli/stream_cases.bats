#!/usr/bin/env bats
# stream_cases.bats - gf-stream against what other tools' suites expect: stream_cases.tsv.

load helper

text() { [ "$1" = - ] || printf %b "${1//\\0/\\0000}"; }

@test "every case of the table" {
  local id args input want status_want got bad=
  while IFS=$'\t' read -r id args input want status_want; do
    case $id in '#'*) continue ;; esac
    text "$input" >in
    text "$want" >want
    got=0
    read -ra words <<<"$args"
    gf-stream "${words[@]}" <in >out 2>err || got=$?
    if [ "$got" -ne "$status_want" ] || ! cmp -s out want; then
      bad+=" $id"
      printf '%s: gf-stream %s: status %s, not %s\n' "$id" "$args" "$got" "$status_want"
      diff want out || cat err
    fi
  done <"$ROOT/tests/cli/stream_cases.tsv"
  [ -z "$bad" ] || fails "not so:$bad"
}
