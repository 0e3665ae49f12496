#!/usr/bin/env bats
# pool_shuf.bats - gf-pool --shuf: the records in random order.

load helper

@test "shuf: every record once, in another order; a seed gives the same order on every machine" {
  seq 200 >in
  gf-pool -k --shuf -a in echo >one
  gf-pool -k --shuf -a in echo >two
  sort -n one | cmp - in
  run ! cmp -s one two
  gf-pool -k --shuf=7 -a in echo >three
  gf-pool -k --shuf=7 -s 'echo "$1"' <in | cmp - three
  run -0 gf-pool -k --shuf=1 echo ::: a b c d e f g h
  [ "${lines[*]}" = 'a d h b c g f e' ]
}

@test "shuf: records, not jobs; lists, headers, workers, empty input" {
  seq 9 >in
  run -0 gf-pool -k --shuf=3 -n 3 -a in echo
  [ "${#lines[@]}" -eq 3 ]
  [ "$(tr ' ' '\n' <<<"$output" | sort | tr '\n' ' ')" = '1 2 3 4 5 6 7 8 9 ' ]
  [ "$output" != $'1 2 3\n4 5 6\n7 8 9' ]
  run -0 gf-pool -k --shuf=3 -r echo '{1}{2}' ::: a b c ::: 1 2 3
  [ "$(sort <<<"$output" | tr '\n' ' ')" = 'a1 a2 a3 b1 b2 b3 c1 c2 c3 ' ]
  [ "${lines[*]}" != 'a1 a2 a3 b1 b2 b3 c1 c2 c3' ]
  printf '%s\n' n,w 1,a '' 2,b >h
  run -0 gf-pool -k --shuf --header -d, -r -a h echo '{w}{n}'
  [ "$(sort <<<"$output")" = $'a1\nb2' ]
  seq 50 | gf-pool -k --shuf=5 --worker -j2 cat >out
  seq 50 | gf-pool -k --shuf=5 echo | cmp - out
  printf 'a\0\0b' | gf-pool -0 --shuf -k -s 'printf "<%s>" "$1"' | grep -q '<>'
  run -0 gf-pool --shuf echo </dev/null
  [ -z "$output" ]
}

@test "shuf: {#} goes by the new order, --resume by the words" {
  run -0 gf-pool -k --shuf=2 echo '{#}' ::: a b c
  [ "$output" = $'1\n2\n3' ]
  seq 9 | gf-pool --shuf --joblog log --resume echo >/dev/null
  run -0 bash -c 'seq 10 | gf-pool -q --shuf --joblog log --resume echo'
  [ "$output" = 10 ]
  run -2 gf-pool --shuf --joblog log --resume=seq echo ::: a
  expect_text '--shuf=SEED gives the same order'
  run -2 gf-pool --shuf=x echo ::: a
  run -2 gf-pool --shuf --pipe cat
  seq 9 | gf-pool -k --shuf=4 --dry-run echo >dry
  seq 9 | gf-pool -k --shuf=4 echo | sed 's/^/echo /' | cmp - dry
}

@test "shuf: an input that does not fit is an error before the first job" {
  not_sanitized 'the address space is capped'
  head -c 3000000 /dev/zero | tr '\0' '\n' >in
  run bash -c 'ulimit -v 60000; gf-pool --shuf -j1 -a in echo ran'
  expect_status 125
  expect_text 'out of memory for the records of --shuf'
  [[ "$output" != *ran* ]]
}
