#!/usr/bin/env bats
# shellcheck disable=SC2016
# stream_line.bats - gf-stream's command line for somebody who is new to it: hints, help, notes.

load helper

# operations: the names of the operations, in order.
operations() { gf-stream --gf-dump | awk -F '\t' '$1 == "command" && NR > 1 { sub(/.* /, "", $2); print $2 }'; }

# headings: those that stand above operations in --help.
headings() {
  gf-stream --help | awk 'NF == 1 && $1 == "input:" { exit } /^[a-z][a-z -]*:$/ { sub(/:$/, ""); print }'
}

@test "-h is a screen that names every operation; --help has all options" {
  gf-stream -h >short
  gf-stream --help >long
  [ "$(wc -l <short)" -le 32 ] || fails "$(wc -l <short) lines"
  operations | while read -r op; do
    grep -qE "^ .* $op( |\$)" short || fails "-h lacks $op"
    grep -qE "^  $op +[a-z]" long || fails "--help lacks $op"
  done
  grep -q -- '--explain' short
  run -1 grep -e '--no-fuse' short
  grep -q -- '--no-fuse' long
}

@test "no help is wider than a terminal" {
  {
    gf-stream -h
    gf-stream --help
    operations | while read -r op; do gf-stream "$op" --help; done
  } >help
  run -1 grep -nE '^.{81,}' help
}
