#!/usr/bin/env bats
# stream_separator.bats - gf-stream --separator-re: fields are what is between matches of a pattern.

load helper

@test "stream: fields between matches are those of awk" {
  local re
  awk 'BEGIN { for (i = 0; i < 5000; i++) print "k" i % 7 ", " i ";;x" i * 7919 % 101 " |" i % 3 "," }' >in
  for re in '[,;]' ' *[,;|] *' '[0-9]+' 'x' ';;' ' '; do
    gf-stream --separator-re "$re" --from in fields 2,1 >got
    awk -F "${re/#' '/[ ]}" '{ print $2, $1 }' in | cmp - got || fails "$re"
    gf-stream --separator-re "$re" --from in template '{3}:{-1}' >got
    awk -F "${re/#' '/[ ]}" '{ print $3 ":" $NF }' in | cmp - got || fails "$re"
    gf-stream --separator-re "$re" --from in group 1 count,distinct:2 >got
    awk -F "${re/#' '/[ ]}" '!($1 in n) { row[++rows] = $1 } { n[$1]++; if (!(($1, $2) in had)) { had[$1, $2]; d[$1]++ } }
      END { for (i = 1; i <= rows; i++) print row[i], n[row[i]], d[row[i]] }' in | cmp - got || fails "$re"
  done
}

@test "stream: records that pass are not changed, and counts stand behind a TAB" {
  run -0 gf-stream --separator-re ' *[,;] *' filter -f 2 b <<<$'a ,b; c\nb,a'
  [ "$output" = 'a ,b; c' ]
  run -0 gf-stream --separator-re '[,;]' sort -f 2,1r <<<$'a;2,x\nb,1\nc,2'
  [ "$output" = $'b,1\nc,2\na;2,x' ]
  run -0 gf-stream --separator-re '[,;]' distinct -c -f 1 <<<$'a;1\na,2'
  [ "$output" = $'2\ta;1' ]
  run -0 gf-stream --separator-re ' {2,}' --header where size -gt 1 fields 'file name' <<<$'file name  size\na b    5\nc  1'
  [ "$output" = $'file name\na b' ]
  run -0 --keep-empty-lines gf-stream -q --separator-re , fields 2 <<<$'a,b\r'
  [ "$output" = $'b\r\n' ]
  run -0 gf-stream --separator-re '(?i)AND' fields 2,1 <<<'x and y'
  [ "$output" = ' y x ' ]
  run -0 gf-stream --utf8 --separator-re '\p{Lu}' fields 1,2 <<<'aÄbÖc'
  [ "$output" = 'a b' ]
  # What matches nothing separates nothing.
  run -0 gf-stream --separator-re 'x*' fields 1,2 <<<'abxxc'
  [ "$output" = 'ab c' ]
}

@test "stream: a bad pattern of --separator-re, or one that is too hard" {
  run -2 gf-stream --separator-re '[0-9' fields 1 </dev/null
  expect_text "bad pattern of --separator-re '[0-9': missing terminating ]"
  run -2 gf-stream --separator-re , -d , fields 1 </dev/null
  run -2 gf-stream --separator-re , --csv fields 1 </dev/null
  run -2 gf-stream --separator-re , sort -k 2 </dev/null
  expect_text '--separator-re does not go with -k'
  run -2 gf-stream --separator-re , count </dev/null
  expect_text 'no record is cut into fields'
  for words in 'fields 2' 'sort -f 2' 'group 2 count' 'where 2 -gt 1' 'lookup -f 2=1 in' 'template {2}' 'distinct -f 2,1'; do
    { echo ok && head -c 100 /dev/zero | tr '\0' a && echo; } >in
    # shellcheck disable=SC2086
    run -125 gf-stream --separator-re '(a|aa)+[bc]|(?:a|a)+d' --from in $words
    expect_text 'is too hard for the pattern of --separator-re'
  done
}
