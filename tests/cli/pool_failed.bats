#!/usr/bin/env bats
# pool_failed.bats - gf-pool --failed FILE: the records that failed are the input of another run.

load helper

@test "failed: the records whose job failed in the end, and -a FILE runs just those" {
  printf '%s\n' a '' ' b c ' "it's" '-x' '$(touch pwn)' ok |
    gf-pool -q --failed bad -s '[ "$1" = ok ]' || [ $? -eq 123 ]
  printf '%s\n' a '' ' b c ' "it's" '-x' '$(touch pwn)' | sort | cmp - <(sort bad)
  run -0 gf-pool -k -a bad -s 'printf "<%s>" "$1"'
  [ "${output//[^<]/}" = '<<<<<<' ]
  # It is emptied first; what succeeds leaves it empty.
  run -0 gf-pool --failed bad true <<<x
  [ ! -s bad ]
}

@test "failed: what could not start and what was too slow are there, what a retry mended is not" {
  head -c 200000 /dev/zero | tr '\0' x >long
  printf '%s\n' 1 2 3 | cat - long | gf-pool -q --failed bad --retries 1 -t 0.2s -s '
    case $1 in 1) sleep 9 ;; 2) [ "$GF_ATTEMPT" = 2 ] ;; 3) ;; esac' || [ $? -eq 123 ]
  { echo 1; cat long; echo; } | cmp - <(sort bad)
  # A NUL byte cannot be a word; the record is there as it was.
  printf 'a\0b\nc\n' >in
  run -123 gf-pool -q --failed bad -a in echo
  printf 'a\0b\n' | cmp - bad
}

@test "failed: all records of a job of several, and the block of --pipe" {
  seq 6 | gf-pool -q -n 2 -j1 --failed bad -s '[ "$1" != 3 ]' || [ $? -eq 123 ]
  [ "$(<bad)" = $'3\n4' ]
  printf '%s,' 1 2 3 >in
  run -123 gf-pool -q --delimiter , -X --failed bad -a in false
  cmp in bad
  # The last record of the input has no separator; in the file each has one.
  printf '1\n2\n3' >in
  run -123 gf-pool -q --pipe -n 1 -j1 --failed bad -a in -s 'read -r n; [ "$n" = 1 ]'
  [ "$(od -An -c bad)" = "$(printf '2\n3\n' | od -An -c)" ]
}

@test "failed: the header comes along, once" {
  printf '%s\n' n,w 1,a 2,b 3,c >in
  run -123 gf-pool -q --header -d, -j1 --failed bad -a in test '{n}' = 2
  [ "$(<bad)" = $'n,w\n1,a\n3,c' ]
  run -0 gf-pool --header -d, -k -a bad echo '{w}{n}'
  [ "$output" = $'a1\nc3' ]
  run -123 gf-pool -q --header --pipe -n 1 -j1 --failed bad -a in grep -q b
  [ "$(<bad)" = $'n,w\n1,a\n3,c' ]
  run -0 gf-pool -q --header -d, --failed bad -a in true '{n}'
  [ ! -s bad ]
}

@test "failed: lines that ended with CR LF still do" {
  printf 'n,w\r\n1,a\r\n2,b\r\n3,"c\r\n"' >in
  run -123 gf-pool -q --header --csv -j1 --failed bad -a in test '{n}' = 2
  printf 'n,w\r\n1,a\r\n3,"c\r\n"\r\n' | cmp - bad
  run -123 gf-pool -q --csv -j1 --failed bad -a in test '{1}' = 3
  printf 'n,w\r\n1,a\r\n2,b\r\n' | cmp - bad
  run -123 gf-pool -q --header -d, -j1 --failed bad -a <(printf '\357\273\277n,w\r\n1,a\r\n2,b\r\n') test '{n}' = 2
  printf 'n,w\r\n1,a\r\n' | cmp - bad
}

@test "failed: a list is kept, several are refused, an item with a newline is told" {
  run -123 gf-pool -q --failed bad false ::: a b
  [ "$(sort bad)" = $'a\nb' ]
  run -2 gf-pool --failed bad false ::: a ::: b
  expect_text '--failed keeps the records of one list'
  run -123 gf-pool --failed bad false ::: $'a\nb' c
  expect_text "'bad' cannot keep the record of job 1, which holds a newline"
  [ "$(<bad)" = c ]
  run -123 gf-pool --worker --failed bad cat ::: $'a\nb' c
  expect_text "'bad' cannot keep record 1, which holds a newline"
}

@test "failed: what was interrupted is there, what never started is not" {
  run -1 gf-pool -j2 --failed bad --halt now,fail=1 -s 'case $1 in 1) sleep 9 ;; 2) exit 1 ;; esac' ::: 1 2 3
  [ "$(sort bad)" = $'1\n2' ]
}

@test "failed: dry-run writes nothing, an input is refused, a full disk is 125" {
  echo a >in
  echo keep >bad
  run -0 gf-pool --dry-run --failed bad -a in false
  [ "$(<bad)" = keep ]
  run -2 gf-pool --failed in -a in false
  [ "$(<in)" = a ]
  run -125 gf-pool --failed /dev/full -a in false
  expect_text "cannot write to '/dev/full': No space left on device"
  run -125 gf-pool --failed ./none/bad -a in false
  run -2 gf-pool --failed bad --joblog log --retry-failed
  expect_text '--failed'
}

@test "failed: the file is read as the input was, whatever parts its records" {
  # ARGS | INPUT | what the file then holds
  while IFS='|' read -r args input want; do
    # shellcheck disable=SC2059
    printf "$input" >in
    # shellcheck disable=SC2086
    run gf-pool -q -j1 $args -a in --failed file false
    expect_status 123
    # shellcheck disable=SC2059
    cmp file <(printf "$want") || fails "$args: $(od -c file | head -n 5)"
    # shellcheck disable=SC2086
    [ "$(gf-pool -k $args -a in echo | od -c)" = "$(gf-pool -k $args -a file echo | od -c)" ] || fails "$args: read again it differs"
  done <<'END'
--paragraph|\n\na\n\nb\n\n|a\n\nb\n\n
--recend EE|aEEbEE|aEEbEE
--recstart >|x>a>b|x>a>b
--csv|"1\n2",3\n4,5\n|"1\n2",3\n4,5\n
END
}
