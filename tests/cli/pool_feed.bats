#!/usr/bin/env bats
# gf-pool --pipe: records on the standard input of jobs, in blocks.

load helper

# sizes FILE: the bytes of each block, one line a job, in order.
sizes() { gf-pool --pipe -k "$@" wc -c | tr -d ' '; }

@test "pipe: all bytes of the input arrive once and unchanged" {
  seq 200000 >in
  gf-pool --pipe -k -j3 cat <in >out
  cmp in out
  gf-pool --pipe --block 1 -j4 cat < <(head -500 in) | sort -n | cmp - <(head -500 in)
  head -c 300000 /dev/urandom >bin
  gf-pool --pipe --block 4K -k cat <bin | cmp - bin
  [ "$(gf-pool --pipe wc -l </dev/null)" = '' ] # no input, no job
  [ "$(printf 'no newline' | gf-pool --pipe cat)" = 'no newline' ]
}

@test "pipe: a block ends with a record and is no longer than --block" {
  printf 'a\nbb\nccc\ndddddddddd\ne\n' >in
  [ "$(sizes --block 5 <in | tr '\n' ' ')" = '5 4 11 2 ' ]
  [ "$(sizes --block 6 <in | tr '\n' ' ')" = '5 4 11 2 ' ]
  [ "$(sizes --block 9 <in | tr '\n' ' ')" = '9 11 2 ' ]
  [ "$(sizes <in)" = 22 ]
  [ "$(printf 'a\0b\nc\0d' | gf-pool -0 --pipe --block 3 -k od -An -c | tr -d ' \n')" = 'a\0b\nc\0d' ]
  [ "$(printf 'a\0b\nc\0d' | sizes -0 --block 3 | tr '\n' ' ')" = '2 4 1 ' ]
}

@test "pipe: where blocks end does not depend on how the input comes in" {
  seq 3000 >in
  gf-pool --pipe --block 1000 -k cksum <in >at-once
  { while read -r l; do echo "$l"; done <in; } | gf-pool --pipe --block 1000 -k cksum >by-line
  cmp at-once by-line
  [ "$(wc -l <at-once)" -gt 10 ]
}

@test "pipe: -n counts records" {
  [ "$(seq 7 | gf-pool --pipe -n 3 -k -s 'echo $(cat)')" = $'1 2 3\n4 5 6\n7' ]
  [ "$(printf 'a\n\n\nb' | gf-pool --pipe -n 2 -k wc -c | tr -d ' ' | tr '\n' ' ')" = '3 2 ' ]
}

@test "pipe: two files do not grow together" {
  printf 'x' >f
  printf 'y\nz' >g
  [ "$(gf-pool --pipe -a f -a g -a f od -An -c | tr -d ' \n')" = 'x\ny\nz\nx' ]
  [ "$(gf-pool --pipe -n 2 -k -a f -a g -a f -s 'echo $(cat)')" = $'x y\nz x' ]
}

@test "pipe: --header stands in front of each block" {
  [ "$(printf 'h\n1\n2\n3' | gf-pool --pipe --header -n 2 -k -s 'echo $(cat)')" = $'h 1 2\nh 3' ]
  [ -z "$(printf 'h\n' | gf-pool --pipe --header cat)" ]
}

@test "pipe: another attempt reads the same block from the start" {
  seq 6 | gf-pool --pipe -n 2 -k --retries 2 -s 'head -c1; cat; test $GF_ATTEMPT = 3' >out
  [ "$(tr '\n' ' ' <out)" = '1 2 3 4 5 6 ' ]
  # More that wait than there are slots: none is lost.
  seq 200 | gf-pool --pipe -n 1 -j3 --retries 1 --retry-delay 50ms -s 'cat; test $GF_ATTEMPT = 2' | sort -n | cmp - <(seq 200)
}

@test "pipe: nobody can change a block, and nobody need read it" {
  run -0 bash -c "seq 5 | gf-pool --pipe -n 2 -s '(echo x >&0) 2>/dev/null || echo kept' "
  [ "$output" = $'kept\nkept\nkept' ]
  seq 2000000 >in
  run -0 gf-pool --pipe --block 4M true <in
  [ -z "$output" ]
}

@test "pipe: numbers have places, the record has none" {
  [ "$(seq 3 | gf-pool --pipe -n1 -k echo {#})" = $'1\n2\n3' ]
  [ "$(seq 2 | gf-pool --pipe -n1 -k --tag cat)" = $'1\t1\n2\t2' ]
  [ "$(seq 2 | gf-pool --pipe -n1 -k --tagstring 'b{#}' cat)" = $'b1\t1\nb2\t2' ]
  [ "$(seq 3 | gf-pool --pipe -n1 --dry-run wc -l)" = $'wc -l\nwc -l\nwc -l' ]
  run -2 gf-pool --pipe echo {} </dev/null
  [[ "$output" == *'a place for the record'*'hint: {#}'* ]]
  run -2 gf-pool --pipe echo x{1} </dev/null
}

@test "pipe: a tag has no place for the record either, and --dry-run says so too" {
  local text
  for text in '{}' 'x{1}' '{//}'; do
    run -2 gf-pool --pipe --tagstring "$text" cat <<<a
    [[ "$output" == *'a place for the record in --tagstring'*'hint: {#}'* ]]
    run -2 gf-pool --pipe --tagstring "$text" --dry-run cat <<<a
  done
  [ "$(seq 2 | gf-pool --pipe -n1 -k --tagstring '{{}}{%}' -j1 cat)" = $'{}1\t1\n{}1\t2' ]
}

@test "pipe: the job log tells that there was a block" {
  run -123 bash -c 'seq 5 | gf-pool --pipe -n 2 --joblog log -s "! grep -q 3"'
  [ "$(awk 'NR > 1 { n += / < block$/ } END { print n }' log)" = 3 ]
  run -123 gf-pool --joblog log --retry-failed
  [[ "$output" == *'only a shell could run'* ]]
  # Three rows are there; one of those jobs had failed, which the exit status says again.
  run -123 bash -c 'seq 9 | gf-pool -q -k --pipe -n 2 --joblog log --resume=seq cat'
  [ "$output" = $'7\n8\n9' ]
  run -2 gf-pool --pipe --joblog log --resume cat </dev/null
  [[ "$output" == *'--resume=seq'* ]]
}

@test "pipe: options that say something else are refused" {
  run -2 gf-pool --block 1M cat
  [[ "$output" == *'--pipe'* ]]
  run -2 gf-pool --pipe --block 1M -n 3 cat
  run -2 gf-pool --pipe --block 0 cat
  run -2 gf-pool --pipe -X cat
  run -2 gf-pool --pipe -d , cat
  run -2 gf-pool --pipe cat ::: a
  run -2 gf-pool --pipe --worker cat
}

@test "pipe: with 64 descriptors fewer run, and all is read" {
  not_sanitized 'the sanitizer needs descriptors of its own'
  seq 300 >in
  run -0 bash -c 'ulimit -n 64; gf-pool --pipe -n 1 -q -j200 --retries 1 -s "cat; test \$GF_ATTEMPT = 2" <in | sort -n | cmp - in'
}
