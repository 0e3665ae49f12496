#!/usr/bin/env bats
# stream_expr.bats - gf-stream: set and where --expr, fields that are worked out (lib/expr).

# shellcheck disable=SC2154 # run sets stderr
load helper

orders() {
  cat >orders.csv <<'END'
item,price,count,note
pen,1.10,3,
book,12.50,2,"a, b"
lamp,40,0,x
END
}

table() { gf-stream --csv --header --from orders.csv "$@"; }

@test "stream: set works out a column, a new one or one that is there" {
  orders
  run -0 table set total=price*count
  [ "$output" = $'item,price,count,note,total\npen,1.10,3,,3.30\nbook,12.50,2,"a, b",25.00\nlamp,40,0,x,0' ]
  run -0 table set price=price/3 fields item,price
  [ "$output" = $'item,price\npen,0.3666666666666666666666666666666667\nbook,4.166666666666666666666666666666667\nlamp,13.33333333333333333333333333333333' ]
  run -0 table set 'note=concat(item, ", ", coalesce(note, "none"))' fields note
  [ "$output" = $'note\n"pen, none"\n"book, a, b"\n"lamp, x"' ]
  run -0 table set '{a b}=1' set 'c={a b}+1' fields '{a b},c' first
  [ "$output" = $'a b,c\n1,2' ]
  run -0 table set 6=1 first
  [ "$output" = $'item,price,count,note,,6\npen,1.10,3,,,1' ]
  # Nothing of a record changes but the field.
  run -0 gf-stream set '2={2}+1' <<<$'a  5   b'
  [ "$output" = 'a  6   b' ]
  run -0 gf-stream set '4={1}*2' <<<'7'
  [ "$output" = '7   14' ]
  run -0 gf-stream -d : set '1={-1}' <<<'a:b'
  [ "$output" = b:b ]
  run -0 --keep-empty-lines gf-stream -q -d , set '2={2}*2' <<<$'1,2\r'
  [ "$output" = $'1,4\r\n' ]
}

@test "stream: where --expr keeps the records for which an expression is true" {
  orders
  run -0 table where --expr 'price * count >= 3.3 and not note == ""' fields item
  [ "$output" = $'item\nbook' ]
  run -0 table where --expr note fields item
  [ "$output" = $'item\nbook\nlamp' ]
  run -0 gf-stream where --expr '{1} % 2' <<<$'1\n2\n3'
  [ "$output" = $'1\n3' ]
  run -0 gf-stream where --expr 'len({1}) > 3 or {1} == "b"' count <<<$'a\nb\nlong'
  [ "$output" = 2 ]
}

@test "stream: a value that cannot be worked out is told by its column, and can be left out" {
  orders
  run -123 --separate-stderr table set x=10/count
  [ "$output" = $'item,price,count,note,x\npen,1.10,3,,3.333333333333333333333333333333333\nbook,12.50,2,"a, b",5' ]
  [[ $stderr == *'set: record 3: division by zero'* ]]
  run -123 table set x=note+1
  expect_text "set: record 1: column 'note' is empty"
  run -123 table where --expr 'item > 1 and item + 1'
  expect_text "where: record 1: column 'item' is no number: 'pen'"
  run -123 gf-stream set '1={2}*2' <<<'1 x'
  expect_text "set: record 1: field 2 is no number: 'x'"
  run -0 --separate-stderr table set --skip-bad x=1/note count
  [ "$output" = 0 ]
  [[ $stderr == *'set: skipped bad values in 3 of 3 records'* ]]
  run -0 --separate-stderr table where --skip-bad --expr 'note + 1 > 1' count
  [ "$output" = 0 ]
}

@test "stream: what is wrong with an expression is told with its place" {
  orders
  run -2 table set total=prise*count
  expect_text "there is no column 'prise'" 'the columns are: item price count note'
  run -2 table set total
  expect_text 'there is no name with a = behind it'
  run -2 table set 'x=(price'
  run -2 gf-stream set 'x={1}'
  expect_text 'a field is set by its number, from 1 to 1000000' 'with --header columns have names'
  run -2 gf-stream where 1 -gt 2 --expr '{1}'
  expect_text 'what to keep is said twice'
  run -2 gf-stream where --strict --expr '{1}'
  run -2 gf-stream where --skip-bad 1 -gt 2
  run -2 table template '{item}' set x=price
  expect_text "behind 'template' the columns have no names"
}

@test "stream: set in threads is what it is in one" {
  seq 200000 | gf-stream -j1 set '2={1}*{1}+1' >one
  seq 200000 | gf-stream -j2 set '2={1}*{1}+1' | cmp - one
  awk '{ printf "%d %.0f\n", $1, $1 * $1 + 1 }' < <(seq 200000) | cmp - one
  run -123 gf-stream -j2 set '2=1/({1}-150000)' < <(seq 200000)
  expect_text 'set: record 150000: division by zero'
}
