#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154
# gf-stream and compressed inputs: they are told, and --decompress reads them.

load helper

# is GOT WANT
is() {
  [ "$1" = "$2" ] || fails "got '$1', not '$2'"
}

programs() {
  printf '%s\n' gzip zstd xz bzip2
}

# The file `in`, and it compressed by each program.
inputs() {
  seq 60000 >in
  programs | while read -r p; do $p -c in >in.$p; done
}

@test "compressed data is read through the right program, of a file, a pipe, and FILE" {
  inputs
  programs | while read -r p; do
    for j in 1 3; do
      gf-stream --decompress -j$j --from in.$p filter '' | cmp - in || fails "$p: file"
      gf-stream --decompress -j$j filter '' <in.$p | cmp - in || fails "$p: standard input"
      gf-stream --decompress -j$j filter '' < <(cat in.$p) | cmp - in || fails "$p: pipe"
    done
    gf-stream --decompress --from in.$p sort -r | cmp - <(LC_ALL=C sort -r in) || fails "$p: sort"
    is "$(seq 59999 60003 | gf-stream --decompress except in.$p join ,)" 60001,60002,60003
    is "$(seq 59999 60003 | gf-stream --decompress intersect in.$p join ,)" 59999,60000
  done
}

@test "what is not compressed is read as it is" {
  inputs
  gf-stream --decompress --from in filter '' | cmp - in
  gf-stream --decompress filter '' < <(cat in) | cmp - in
  gf-stream --decompress count </dev/null
  is "$(printf 'BZh9' | gf-stream --decompress collect)" BZh9
  is "$(gf-stream --decompress collect < <(printf B; sleep .1; printf 'Zh\nx\n'))" "$(printf 'BZh\nx')"
  is "$(gf-stream --decompress --from in.gzip --from in --from - --from in.xz count <in.zstd)" 240000
  printf 'b\n' >two
  printf 'a\nc\n' | gzip >one
  is "$(gf-stream --decompress --from one --from two sort --merge join ,)" a,b,c
}

@test "data that ends too early is an error behind its records, and no result is printed" {
  inputs
  programs | while read -r p; do
    head -c $(($(wc -c <in.$p) - 9)) in.$p >trunc
    run -125 --separate-stderr gf-stream --decompress --from trunc count
    is "$output" ''
    [[ $stderr = *"cannot decompress 'trunc': $p ended with exit status"* ]] || fails "$stderr"
    run -125 --separate-stderr gf-stream --decompress count < <(cat trunc)
    [[ $stderr = *"cannot decompress 'standard input': $p ended with exit status"* ]] || fails "$stderr"
    run -125 --separate-stderr gf-stream --decompress --from in except trunc
    is "$output" ''
    [[ $stderr = *"cannot decompress 'trunc'"* ]] || fails "$stderr"
    echo before >out
    run -125 gf-stream --decompress -o out --from trunc collect
    is "$(cat out)" before
  done
  head -c 30000 in.gzip >trunc
  run -125 --separate-stderr gf-stream --decompress --from trunc --from in sort --merge
}

@test "an end before that of the data is no error, and waits for nobody" {
  inputs
  programs | while read -r p; do
    is "$(gf-stream --decompress --from in.$p limit 1)" 1
    gf-stream --decompress --from in.$p any '^7$'
  done
  # gzip reads 256K before it writes.
  seq 700000 | gzip >long
  # Who feeds it stays until it has ended, and holds nothing that bats waits for.
  exec 5< <(exec 3>&-; cat long; exec sleep 50)
  feeder=$!
  run -0 timeout 30 "$GF_BIN/gf-stream" --decompress limit 1 <&5
  is "$output" 1
  kill -0 "$feeder"
  kill "$feeder"
}

@test "a program that is missing is told with its package" {
  inputs
  mkdir empty
  run -125 env PATH="$PWD/empty" "$GF_BIN/gf-stream" --decompress --from in.xz count
  expect_text "cannot decompress 'in.xz': xz: command not found"
  expect_text 'hint: the Debian package xz-utils has it'
}

@test "compressed data is told once, unless -q" {
  inputs
  programs | while read -r p; do
    run -0 --separate-stderr gf-stream --from in.$p --from in.$p count
    is "$stderr" "gf-stream: 'in.$p' is compressed, and its bytes are taken as they are (--decompress reads it)"
    for how in -0 --crlf=keep; do
      run -0 --separate-stderr gf-stream $how --from in.$p count
      [[ $stderr = *compressed* ]] || fails "$how: $stderr"
    done
    run -0 --separate-stderr gf-stream --from in except in.$p count
    [[ $stderr = *"'in.$p' is compressed"* ]] || fails "$stderr"
    run -0 --separate-stderr gf-stream -q --from in.$p count
    is "$stderr" ''
    gf-stream -q --from in.$p collect | head -c 100 | cmp - <(head -c 100 in.$p)
  done
  run -0 --separate-stderr gf-stream collect < <(printf 'BZh9 is text\n')
  is "$stderr" ''
}

@test "CR LF and a byte order mark in compressed data" {
  inputs
  printf '\357\273\2775 a\r\n' | gzip >x
  is "$(gf-stream -q --decompress --from x where 2 eq a template '{1}' | od -c)" "$(printf '5\r\n' | od -c)"
}

@test "what decompresses is given none of our descriptors" {
  echo x | gzip >in.gz
  mkdir bin
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nls -l /proc/$$/fd >seen\nPATH=${PATH#*:} exec gzip "$@"\n' >bin/gzip
  chmod +x bin/gzip
  echo x >held
  is "$(PATH=$PWD/bin:$PATH gf-stream --decompress --from in.gz collect 5<held 9<held)" x
  grep -q pipe seen
  ! grep held seen
}

@test "stream: a table that is compressed is told, as lines are" {
  printf 'a,b\n1,2\n' | gzip -c >t.gz
  run -2 gf-stream --csv --header --from t.gz fields b
  expect_text "'t.gz' is compressed, and its bytes are taken as they are"
  run -0 gf-stream --csv --header --decompress --from t.gz fields b
  [ "$output" = $'b\n2' ]
}
