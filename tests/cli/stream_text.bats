#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154
# gf-stream reads what other systems write: lines that end with CR LF, and byte order marks.

load helper

# is GOT WANT
is() {
  [ "$1" = "$2" ] || fails "got '$1', not '$2'"
}

# ends WAY: standard input with the CR of each line end, of every other one, or without any.
ends() {
  case $1 in
  lf) tr -d '\r' ;;
  crlf) tr -d '\r' | sed 's/$/\r/' ;;
  mixed) tr -d '\r' | sed 's/$/\r/;n' ;;
  esac
}

records() {
  printf '%s\n' '10 b x' '9 a y' '10 b x' '100 c' '' '9 a  z '
}

# What each chain makes of a record ends as the record did (line); what it makes of all of them ends as
# the first did (first), or with newline alone (answer).
chains() {
  cat <<'EOF'
line	collect
line	where 1 -gt 9
line	where 1 -eq 9
line	where 2 eq a
line	where -1 eq x
line	where -1 ~ ^[xy]$
line	filter -f -1 ^y$
line	filter -f 2 -x c
line	filter 10
line	reject a
line	take-while 0|9
line	drop-while 10
line	take-while -v c
line	between 1 2
line	between --inner 1 2
line	context -A 1 10
line	context -B 1 10
line	sample 100%
line	skip 1
line	limit 3
line	tail 3
line	every 2
line	fields 3
line	fields -1
line	fields 1
line	fields 3,1
line	fields 2-
line	template <{-1}>
line	template {0}
line	fill-down 2
line	upper
line	trim
line	enumerate
line	map s/b/BB/
line	split SPACE
bytes	uniq
line	uniq -c
line	uniq -f 2
line	uniq --group -f 1
bytes	distinct
line	distinct -f -1
bytes	distinct --only-dup
line	distinct --any-field-order
bytes	distinct --only-unique
bytes	sort
bytes	sort -r
line	sort -n
bytes	sort -u
line	sort -f -1
line	sort -k 2
line	sort -k 1,1n
line	sort -V
line	top -n 2
line	bottom 2
line	reverse
line	batch 1
line	window 2
line	except -f 1 other
line	intersect -f 1 other
line	intersect -f -1 other
bytes	distinct -c
first	group 2 count,join:3,distinct:3
first	where 1 -gt 0 group 2 sum:1,median:1,max:1
first	group -1 first:1,last:1
first	group 1 join:3,count
first	group 3 last:1
first	group 1- count
first	transpose
answer	count
answer	where 1 -gt 0 sum -f 1
answer	where 1 -gt 0 max -f 1
answer	where 1 -gt 0 fields 1 sum
answer	where 1 -gt 0 fields 1 median
answer	where 1 -gt 0 fields 1 mean
answer	join ,
answer	join -f -1 ,
answer	matches [0-9]+
answer	group 1 count count
EOF
}

@test "each operation reads lines that end with CR LF as it reads others" {
  local kind line word words
  records >in
  records | ends crlf >in.crlf
  records | ends mixed >in.mixed
  printf '9 a y\r\n100 c\nx\r\n' >other
  while IFS=$'\t' read -r kind line; do
    words=()
    for word in $line; do words+=("${word/SPACE/ }"); done
    gf-stream --from in "${words[@]}" >want
    gf-stream --from in.crlf -q "${words[@]}" >got || fails "$line"
    case $kind in
    answer) cp want must ;;
    *) ends crlf <want >must ;;
    esac
    cmp must got || fails "$line: $(cat -A got)"
    [ $kind != bytes ] || continue # a whole record is its bytes
    # Which of equal records is given depends on the order alone, so the text is the same.
    gf-stream --from in.mixed -q "${words[@]}" >got || fails "$line, mixed"
    tr -d '\r' <got | cmp want || fails "$line, mixed: $(cat -A got)"
    [ $kind = answer ] && { cmp want got || fails "$line, mixed: $(cat -A got)"; }
    gf-stream --from in.mixed --crlf=strip "${words[@]}" | cmp want || fails "$line, strip"
  done < <(chains)
}

@test "a record that is passed on or changed keeps its own line end" {
  printf 'a 1\r\nb 2\nc 3\r\nd 4' >in
  for chain in collect 'where 2 -ge 1' 'fields 1-' 'template {0}' 'sort' 'fields 1,2' 'distinct' 'split ,' 'trim'; do
    # shellcheck disable=SC2086
    gf-stream -q --from in $chain | cmp - <(cat in; echo) || fails "$chain"
  done
}

@test "whole records are compared with all their bytes, unless an order reads them" {
  for op in distinct uniq 'sort -u'; do
    # shellcheck disable=SC2086
    is "$(printf 'a\na\r\na\r\n' | gf-stream -q $op | od -c)" "$(printf 'a\na\r\n' | od -c)"
  done
  is "$(printf 'a\r\na\n' | gf-stream -q distinct -c | od -c)" "$(printf '1\ta\r\n1\ta\n' | od -c)"
  is "$(printf '2\r\n10\n1\r\n' | gf-stream -q sort -n | od -c)" "$(printf '1\r\n2\r\n10\n' | od -c)"
  printf 'a\r\nb\r\n' | gf-stream -q sort --check -u
  printf 'a\r\nc\r\n' >one
  printf 'b\n' >two
  is "$(gf-stream -q --from one --from two sort --merge | od -c)" "$(printf 'a\r\nb\nc\r\n' | od -c)"
}

@test "lines that end with CR LF are told once" {
  printf '1\r\n' >in
  run -0 --separate-stderr gf-stream --from in --from in where 1 -gt 0
  is "$stderr" "gf-stream: lines of 'in' end with CR LF: fields, numbers and keys are read without the CR, \
patterns with it (--crlf says otherwise)"
  for how in -q --crlf=auto --crlf=keep --crlf=strip -0; do
    run -0 --separate-stderr gf-stream $how --from in collect
    is "$how$stderr" "$how"
  done
  # However slowly the first record comes.
  run -0 --separate-stderr gf-stream collect < <(printf 'abc'; sleep .1; printf '\r'; sleep .1; printf '\nb\n')
  [[ $stderr = *'standard input'* ]] || fails "$stderr"
  run -0 --separate-stderr gf-stream collect < <(printf 'a\nb\r\n')
  is "$stderr" ''
}

@test "--crlf=keep, -0 and a separator that ends in CR leave the CR in the data" {
  is "$(printf '2 5\r\n' | gf-stream --crlf=keep where 2 -gt 3)" ''
  is "$(printf '2 5\r\n' | gf-stream --crlf=keep template '<{2}>')" "$(printf '<5\r>')"
  is "$(printf '2 5\r\0' | gf-stream -0 template '<{2}>' | tr -d '\0')" "$(printf '<5\r>')"
  is "$(printf '1\r2\r\n' | gf-stream -d '\r' template '{1}+{2}+{3}')" '1+2+'
  is "$(printf '1\r2\r\n' | gf-stream -q split '\r' | od -c)" "$(printf '1\n2\n\n' | od -c)"
}

@test "a pattern sees the CR, and with --crlf=strip it does not" {
  is "$(printf 'ax\r\n' | gf-stream -q filter 'x$')" ''
  is "$(printf 'ax\r\n' | gf-stream --crlf=strip filter 'x$')" 'ax'
  is "$(printf 'a\r\r\nb' | gf-stream --crlf=strip collect | od -c)" "$(printf 'a\r\nb\n' | od -c)"
  printf 'b\r\n' >other
  is "$(printf 'a\r\nb\r\n' | gf-stream --crlf=strip except other | od -c)" "$(printf 'a\n' | od -c)"
}

@test "CR LF in many blocks, with one thread and with three" {
  seq 400000 | awk '{ print $1 % 1000, $1 % 7, $1 }' >in
  ends crlf <in >in.crlf
  while read -r chain; do
    gf-stream --from in -j1 $chain >want
    for j in 1 3; do
      # shellcheck disable=SC2086
      gf-stream -q --from in.crlf -j$j $chain | ends lf | cmp - want || fails "-j$j $chain"
      gf-stream --crlf=strip -j$j $chain <in.crlf | cmp - want || fails "-j$j strip $chain"
      gf-stream --crlf=strip -j$j $chain < <(cat in.crlf) | cmp - want || fails "-j$j strip $chain, of a pipe"
    done
  done <<'EOF'
filter 9.3
where 3 -gt 250000 fields 3,1
where -1 -eq 12345
fields 1,3 sort -n limit 9
template {3}:{1} filter 5:
filter 77 count
EOF
  for j in 1 3; do
    gf-stream -q --from in.crlf -j$j fields 1- | cmp - <(gf-stream --from in fields 1- | ends crlf)
    gf-stream -q --from in.crlf -j$j filter 1 | cmp - <(gf-stream --from in filter 1 | ends crlf)
  done
}

# ---- byte order marks

@test "a byte order mark in front of the first record of an input is no part of it" {
  printf '\357\273\2775 a\r\n6 b\r\n' >in
  printf '\357\273\277x\n' >one
  for j in 1 3; do
    is "$(gf-stream -q -j$j --from in where 1 -eq 5 fields 2,1 | od -c)" "$(printf 'a 5\r\n' | od -c)"
    is "$(gf-stream -q -j$j --from in --from one filter '' | od -c)" "$(printf '5 a\r\n6 b\r\nx\n' | od -c)"
    is "$(gf-stream -j$j --crlf=strip --from one --from in filter '^[5x]')" "$(printf 'x\n5 a\n')"
  done
  is "$(gf-stream -q --from one --from in sort --merge)" "$(printf '5 a\r\n6 b\r\nx\n')"
  is "$(printf 'x\n' | gf-stream -q except one)" ''
  is "$(gf-stream -q --from one intersect one)" x
  is "$(printf 'a\n\357\273\277b\n' | gf-stream collect | od -c)" "$(printf 'a\n\357\273\277b\n' | od -c)"
}

@test "a byte order mark is told once, and --crlf=keep keeps it" {
  printf '\357\273\277x\n' >one
  run -0 --separate-stderr gf-stream --from one --from one collect
  is "$stderr" "gf-stream: 'one' begins with a byte order mark, which is left out (--crlf=keep keeps it)"
  run -0 --separate-stderr gf-stream --crlf=keep --from one --from one collect
  is "$output$stderr" "$(cat one one)"
  gf-stream -0 --from one collect | tr -d '\0' | cmp - one
}

@test "a byte order mark that comes slowly, alone, or in part" {
  is "$(gf-stream -q collect < <(for b in '\357' '\273' '\277' 'x\r' '\n'; do printf "$b"; sleep .05; done) | od -c)" \
    "$(printf 'x\r\n' | od -c)"
  is "$(printf '\357\273\277' | gf-stream -q count)" 0
  is "$(printf '\357\273\277\n' | gf-stream -q count)" 1
  is "$(printf '\357\273' | gf-stream collect)" "$(printf '\357\273')"
  is "$(printf '\357\273\n' | gf-stream collect)" "$(printf '\357\273')"
}

# ---- the FILE of except and intersect

@test "except - and intersect - read standard input" {
  seq 5 >in
  is "$(seq 4 9 | gf-stream --from in except - join ,)" 1,2,3
  is "$(seq 4 9 | gf-stream --from in intersect - join ,)" 4,5
  is "$(seq 4 9 | gzip | gf-stream --decompress --from in except - join ,)" 1,2,3
  run -125 bash -c 'exec gf-stream --from in except - <&-'
  expect_text "cannot read 'standard input'"
}

@test "standard input is read by one alone" {
  seq 5 >in
  run -2 gf-stream except - </dev/null
  expect_text 'standard input is the FILE of except, and cannot be the records to read too'
  expect_text 'hint: name the records to read with --from'
  run -2 gf-stream --from in --from - intersect - </dev/null
  run -2 gf-stream --from in except - intersect - </dev/null
  expect_text 'the FILE of another operation'
  run -2 gf-stream --from in --chain - <<<'except -'
  expect_text 'the chain too'
}

@test "--max-record holds for the FILE of except and names the record" {
  { seq 3; printf '%0300000d\n' 1; } >long
  seq 5 >in
  run -125 gf-stream --from in --max-record 200K except long
  expect_text "record 4 of 'long' is longer than 200KiB"
  run -125 gf-stream --from in --max-record 1K intersect - <long
  expect_text "record 4 of 'standard input' is longer than 1.00KiB"
  printf '1\n12\n123\n1\n' >long
  run -125 gf-stream --from in --max-record 2 except long # it was read in one piece
  expect_text "record 3 of 'long' is longer than 2"
  is "$(gf-stream --from in --max-record 3 except long join ,)" 2,3,4,5
}
