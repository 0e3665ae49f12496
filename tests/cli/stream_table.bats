#!/usr/bin/env bats
# stream_table.bats - gf-stream: tables (--csv, --tsv) and columns by their names (--header).

# shellcheck disable=SC2154 # run sets stderr
load helper

# people: a table with all that CSV has.
people() {
  cat >people.csv <<'END'
name,age,city,note
alice,30,Paris,"hi, there"
bob,25,"Berlin",x
carol,41,Rome,"two
lines"
dave,7,Oslo,"say ""yes"""
END
}

table() { gf-stream --csv --header --from people.csv "$@"; }

@test "stream: CSV is read by the columns' names, and written with quotes where they are needed" {
  people
  run -0 table where age -gt 20
  [ "$output" = $'name,age,city,note\nalice,30,Paris,"hi, there"\nbob,25,Berlin,x\ncarol,41,Rome,"two\nlines"' ]
  run -0 table fields note,name limit 2
  [ "$output" = $'note,name\n"hi, there",alice\nx,bob' ]
  run -0 table sort -f age:n fields name-city
  [ "$output" = $'name,age,city\ndave,7,Oslo\nbob,25,Berlin\nalice,30,Paris\ncarol,41,Rome' ]
  run -0 table sort -f '{age}nr' fields name,-1 first
  [ "$output" = $'name,note\ncarol,"two\nlines"' ]
  run -0 table filter -f note , fields name
  [ "$output" = $'name\nalice' ]
  run -0 table where note eq $'two\nlines' fields name
  [ "$output" = $'name\ncarol' ]
  run -0 table template '{name} is {age}' limit 1
  [ "$output" = 'alice is 30' ]
  run -0 table sum -f age
  [ "$output" = 103 ]
  run -0 table count
  [ "$output" = 4 ]
  run -0 gf-stream --csv --from people.csv count
  [ "$output" = 5 ]
}

@test "stream: the header of the output is that of its columns" {
  people
  run -0 table limit 0
  [ "$output" = name,age,city,note ]
  run -0 table group city count,sum:age,p99.9:age,mean:2 sort limit 1
  [ "$output" = $'city,count,age_sum,age_p99.9,age_mean\nBerlin,1,25,25,25' ]
  run -0 table enumerate limit 1
  [ "$output" = $'n,name,age,city,note\n1,alice,30,Paris,"hi, there"' ]
  run -0 table distinct -c -f city fields count,city limit 1
  [ "$output" = $'count,city\n1,Paris' ]
  run -0 table fields -1,2- limit 1
  [ "$output" = $'note,age,city,note\n"hi, there",30,Paris,"hi, there"' ]
  run -0 table filter bob upper
  [ "$output" = $'name,age,city,note\nBOB,25,BERLIN,X' ]
  run -0 table split x limit 1
  [[ $output != name* ]]
  run -0 table any bob
  [ -z "$output" ]
  run -2 table fields name,city where age -gt 1
  expect_text "there is no column 'age'" 'the columns are: name city'
  run -2 table template '{age}' where age -gt 1
  expect_text "behind 'template' the columns have no names"
}

@test "stream: a name that is none, or is there twice, is told with the names there are" {
  people
  run -2 --separate-stderr table where agee -gt 20
  [ -z "$output" ]
  [[ $stderr == *"there is no column 'agee'"*'hint: the columns are: name age city note'* ]]
  [ "$(grep -c hint <<<"$stderr")" = 1 ]
  run -2 table -o out group city sum:agee
  expect_text "there is no column 'agee'"
  [ ! -e out ]
  printf 'a,b,a\n1,2,3\n' >twice.csv
  run -2 gf-stream --csv --header --from twice.csv fields a
  expect_text "2 columns are called 'a'" 'say it by its number'
  run -0 gf-stream --csv --header --from twice.csv fields 3,b
  [ "$output" = $'a,b\n3,2' ]
  # What looks like a list is one, but in braces.
  printf '2024,x-y,"a,b",1-2\n1,2,3,4\n' >odd.csv
  run -0 gf-stream --csv --header --from odd.csv fields '{2024},x-y,{a,b},{1-2}'
  [ "$output" = $'2024,x-y,"a,b",1-2\n1,2,3,4' ]
  run -0 gf-stream --csv --header --from odd.csv fields 1-2
  [ "$output" = $'2024,x-y\n1,2' ]
}

@test "stream: what is wrong with a chain is told before anything is read" {
  mkfifo never
  run -2 timeout 20 gf-stream --header --from never where nobody -gg 3
  expect_text "unknown comparison '-gg'"
  run -2 timeout 20 gf-stream --header --from never filtre x
  expect_text "unknown operation 'filtre'"
  run -2 timeout 20 gf-stream --csv --tsv --from never count
  run -2 timeout 20 gf-stream --csv -0 --from never count
  run -2 timeout 20 gf-stream --csv -d '""' --from never count
  expect_text 'a separator of --csv is one byte'
  run -0 timeout 20 gf-stream --header --explain --from never where name eq x
  [[ $output == '1 where name eq x' ]]
}

@test "stream: --header names the fields of any lines" {
  printf 'user   bytes\nann 5\nbob 7\nann 1\n' >log
  run -0 gf-stream --header --from log where bytes -ge 5
  [ "$output" = $'user   bytes\nann 5\nbob 7' ]
  run -0 gf-stream --header --from log group user sum:bytes
  [ "$output" = $'user bytes_sum\nann 6\nbob 7' ]
  printf 'a:b\r\n1:2\r\n' >crlf
  run -0 --separate-stderr --keep-empty-lines gf-stream -d : --header --from crlf fields b,a
  [ "$output" = $'b:a\r\n2:1\r\n' ]
  run -0 --separate-stderr gf-stream --header -d : --from crlf where b -eq 2
  [ "$output" = $'a:b\r\n1:2\r' ]
  run -0 gf-stream --header --from /dev/null sort -f x count
  [ "$output" = 0 ]
  run -0 gf-stream --header --from /dev/null where x -gt 1
  [ -z "$output" ]
}

@test "stream: each file begins with the same names" {
  printf 'a,b\n1,2\n' >one.csv
  printf 'a,b\r\n3,4' >two.csv
  printf 'a,c\n5,6\n' >three.csv
  printf 'a\n5\n' >four.csv
  : >none.csv
  run -0 gf-stream --csv --header --from none.csv --from one.csv --from none.csv --from two.csv reverse
  [ "$output" = $'a,b\n3,4\n1,2' ]
  run -0 gf-stream --csv --header --from one.csv --from two.csv sort --merge -f a
  [ "$output" = $'a,b\n1,2\n3,4' ]
  run -123 gf-stream --csv --header --from one.csv --from three.csv fields b
  expect_text "column 2 is 'c' in 'three.csv', and 'b' in 'one.csv'"
  run -123 gf-stream --csv --header --from one.csv --from four.csv sum -f a
  expect_text "'four.csv' has 1 columns, and 'one.csv' has 2"
}

@test "stream: records with more or fewer fields are told, and lead to 123" {
  printf 'a,b,c\n1,2,3\n4,5\n\n6,7,8,9\n' >ragged.csv
  run -123 --separate-stderr gf-stream --csv --header --from ragged.csv fields c,a
  [ "$output" = $'c,a\n3,1\n,4\n8,6' ]
  [ "$stderr" = "gf-stream: 'ragged.csv': 2 of 4 records have another number of fields than the first: line 3 has 2, not 3" ]
  printf 'a,b\n1,"2\n3,4\n' >open.csv
  run -123 --separate-stderr gf-stream --csv --header --from open.csv fields b
  [[ $stderr == *"'open.csv' ends in quotes that begin in line 2"* ]]
  run -0 gf-stream --csv --header --from ragged.csv limit 1
}

@test "stream: TSV has escapes and no quotes" {
  printf 'a\tb\n1\tx\\ty\\n\\\\z\n"2"\t\n' >t.tsv
  run -0 gf-stream --tsv --header --from t.tsv fields b,a
  [ "$output" = $'b\ta\nx\\ty\\n\\\\z\t1\n\t"2"' ]
  run -0 gf-stream --tsv --header --from t.tsv where b eq $'x\ty\n\\z' count
  [ "$output" = 1 ]
}

@test "stream: --separator and --output-separator are those of CSV" {
  printf 'a;b\n"x;y";2,5\n' >semi.csv
  run -0 gf-stream --csv -d ';' --header --from semi.csv fields b,a
  [ "$output" = $'b;a\n2,5;"x;y"' ]
  run -0 gf-stream --csv -d ';' -D , --header --from semi.csv fields b,a
  [ "$output" = $'b,a\n"2,5",x;y' ]
}

@test "stream: files of other operations are tables too, and peek writes one" {
  people
  printf 'name,age,city,note\nx,1,Paris,\ny,2,Oslo,\n' >cities.csv
  run -0 table except -f city cities.csv fields name
  [ "$output" = $'name\nbob\ncarol' ]
  run -0 table peek copy fields name limit 1
  [ "$(cat copy)" = 'alice,30,Paris,"hi, there"' ]
}

@test "stream: lookup puts the fields of another file behind" {
  printf 'id,city,zip\n1,Paris,75\n2,Rome,00\n2,"Oslo, N",01\n9,Bonn,53\n' >cities.csv
  printf 'user,cid\nann,2\nbob,3\ncat,1\n' >users.csv
  users() { gf-stream --csv --header --from users.csv lookup -f cid=id "$@" cities.csv; }
  run -0 users
  [ "$output" = $'user,cid,city,zip\nann,2,Rome,00\nann,2,"Oslo, N",01\ncat,1,Paris,75' ]
  run -0 users --left
  [ "$output" = $'user,cid,city,zip\nann,2,Rome,00\nann,2,"Oslo, N",01\nbob,3,,\ncat,1,Paris,75' ]
  run -0 users --anti
  [ "$output" = $'user,cid\nbob,3' ]
  run -0 users --outer
  [ "$output" = $'user,cid,city,zip\nann,2,Rome,00\nann,2,"Oslo, N",01\nbob,3,,\ncat,1,Paris,75\n,9,Bonn,53' ]
  run -0 gf-stream --csv --header --from users.csv lookup -f cid=id cities.csv where zip -gt 10 fields user,city
  [ "$output" = $'user,city\ncat,Paris' ]
  run -2 gf-stream --csv --header --from users.csv lookup -f cid=idd cities.csv
  expect_text "there is no column 'idd'" 'the columns are: id city zip'
  run -2 users --left --outer
  run -2 gf-stream --from users.csv lookup -f 1=-1 cities.csv
  run -125 gf-stream --csv --header --from users.csv lookup -f cid=id nowhere.csv
  expect_text "cannot open 'nowhere.csv'"
}

@test "stream: lookup in a file that the budget has no room for is the same" {
  local file how
  awk 'BEGIN { for (i = 0; i < 60000; i++) print "u" i, "k" i * 7919 % 60013 % 50000 }' >left
  # Most keys once or twice, and one key often, in the table and behind it.
  awk 'BEGIN { for (i = 0; i < 60000; i++) print "k" i * 104729 % 70001, "some text " i }' >few
  awk 'BEGIN { for (i = 0; i < 60000; i++) print "k" (i % 50 ? i * 7 % 9001 : 17), "v" i }' >many
  for file in few many; do
    for how in '' --left --anti --outer; do
      # shellcheck disable=SC2086
      gf-stream --from left lookup -f 2=1 $how $file >want
      # shellcheck disable=SC2086
      gf-stream --memory 1M --from left lookup -f 2=1 $how $file | cmp - want || fails "$file $how"
    done
  done
  gf-stream --memory 1M --from left lookup -f 2=1 few limit 5 | cmp - <(gf-stream --from left lookup -f 2=1 few limit 5)
  # Nothing of the stream is in it, and the stream is empty.
  gf-stream --memory 1M lookup --outer few </dev/null | wc -l | grep -qx 60000
  # The records of one key have to fit.
  yes 'k some text' | head -n 100000 >same
  run -125 gf-stream --memory 1M lookup same <<<k
  expect_text "lookup: the records of 'same' with one key, from record" '--memory sets the budget'
  { awk 'BEGIN { for (i = 0; i < 60000; i++) print "k" i, i }' && head -c 600000 /dev/zero | tr '\0' x; } >long
  run -125 gf-stream --memory 1M lookup long <<<k
  expect_text "lookup: record 60001 of 'long' is larger than the memory it may use"
}

@test "stream: pivot makes a table of two columns" {
  printf 'host,method,ms\na,GET,1.5\nb,GET,2\na,POST,7\nc,"P,T",0\na,GET,3\n' >t.csv
  run -0 gf-stream --csv --header --from t.csv pivot host method sum:ms
  [ "$output" = $'host,GET,POST,"P,T"\na,4.5,7,0\nb,2,0,0\nc,0,0,0' ]
  run -0 gf-stream --csv --header --from t.csv pivot host method count
  [ "$output" = $'host,GET,POST,"P,T"\na,2,1,0\nb,1,0,0\nc,0,0,1' ]
  run -0 gf-stream --csv --header --from t.csv pivot host method max:ms
  [ "$output" = $'host,GET,POST,"P,T"\na,3,7,\nb,2,,\nc,,,0' ]
  run -0 gf-stream --csv --header --from t.csv group host,method median:ms pivot host method first:3
  [ "${lines[1]}" = 'a,2.25,7,' ]
  run -0 gf-stream pivot 1,2 3 count <<<$'a b x\na b y\na c x\nab  x'
  [ "$output" = $'1 2 x y\na b 1 1\na c 1 0\nab x 0 0 1' ] || [ "$output" = $'1 2 x y \na b 1 1 0\na c 1 0 0\nab x 0 0 1' ]
  run -0 gf-stream --csv pivot 1 2 count </dev/null
  [ -z "$output" ]
  run -123 gf-stream pivot 1 2 sum:3 <<<$'a b 1\na b x'
  expect_text "pivot: record 2 is no number: 'x'"
  run -0 gf-stream -q pivot --skip-bad 1 2 sum:3 <<<$'a b 1\na b x\na b 2'
  [ "$output" = $'1 b\na 3' ]
  run -2 gf-stream --csv --header --from t.csv pivot host metod count
  expect_text "there is no column 'metod'"
  run -2 gf-stream pivot 1 2 median:3 </dev/null
  expect_text 'group works it out in front'
  run -2 gf-stream pivot 1 2 count,sum:3 </dev/null
  run -2 gf-stream pivot 1- 2 count </dev/null
  run -2 gf-stream pivot --skip-bad 1 2 count </dev/null
  run -2 gf-stream --csv --header --from t.csv pivot host method count fields a
  expect_text "behind 'pivot' the columns have no names"
  run -125 gf-stream --memory 1M pivot 1 1 count < <(seq 100000)
  expect_text 'pivot: the records to hold are larger than the memory they may use'
  # Against awk, at random.
  awk 'BEGIN { for (i = 0; i < 20000; i++) print i * 7919 % 101, i * 31 % 7, i % 13 - 6 }' >in
  gf-stream --from in pivot 1 2 sum:3 >got
  awk '{ r[$1]; if (!($1 in seen)) { seen[$1]; row[++n] = $1 } if (!($2 in had)) { had[$2]; col[++m] = $2 } v[$1, $2] += $3 }
       END { line = 1; for (j = 1; j <= m; j++) line = line " " col[j]; print line
             for (i = 1; i <= n; i++) { line = row[i]; for (j = 1; j <= m; j++) line = line " " v[row[i], col[j]] + 0; print line } }' in |
    cmp - got
}

@test "stream: lookup is join(1), with several keys and with many records of one" {
  seq 3000 | awk '{ print $1 % 700, "l" $1, $1 % 3 }' >left
  seq 2000 | awk '{ print "r" $1, $1 % 3, $1 % 900 }' >right
  gf-stream --from left lookup -f 1=3 right | sort >got
  join -1 1 -2 3 -o 1.1,1.2,1.3,2.1,2.2 <(sort -k1,1 left) <(sort -k3,3 right) | sort | cmp - got
  gf-stream --from left lookup -f 1=3,3=2 right | sort >got
  awk 'NR == FNR { r[$3 " " $2] = r[$3 " " $2] $1 ","; next } { n = split(r[$1 " " $3], a, ","); for (i = 1; i < n; i++) print $0, a[i] }' \
    right left | sort | cmp - got
  gf-stream --from left lookup -f 1=3 --left right | sort >got
  join -a 1 -e '' -1 1 -2 3 -o 1.1,1.2,1.3,2.1,2.2 <(sort -k1,1 left) <(sort -k3,3 right) | sort | cmp - got
  gf-stream --from left lookup -f 1=3 --anti right | sort >got
  join -v 1 -1 1 -2 3 -o 1.1,1.2,1.3 <(sort -k1,1 left) <(sort -k3,3 right) | sort | cmp - got
  # The order is that of the stream, and of the file for each of its records.
  gf-stream --from left lookup -f 1=3 right limit 5 >got
  awk 'NR == FNR { r[$3] = r[$3] $1 " " $2 ","; next } { n = split(r[$1], a, ","); for (i = 1; i < n; i++) print $0, a[i] }' right left |
    head -n 5 | cmp - got
}

@test "stream: files of patterns are read where columns have names, too" {
  people
  echo bob >patterns
  run -0 table filter --patterns patterns fields name
  [ "$output" = $'name\nbob' ]
  run -0 table filter -f name --patterns <(echo carol) fields name
  [ "$output" = $'name\ncarol' ]
}

@test "stream: CSV reads and writes as Python's csv does" {
  run -0 python3 "$ROOT/tests/cli/aid/csv_tables.py" "${SEED:-$RANDOM}" "${ROUNDS:-40}"
}

@test "stream: tables through every operation, spilled and in threads, are what lines are" {
  seq 60000 | awk '{ print $1 % 977 ",user" $1 % 31 "," $1 * 7919 % 100003 }' >lines
  { echo key,name,value && cat lines; } >table.csv
  while read -r words; do
    # shellcheck disable=SC2086 # words
    gf-stream -d , --from lines $words >want 2>err || gf-stream --from lines $words >want
    for how in '-j1' '-j2' '-j2 --memory 1M' '--no-fuse'; do
      [[ $how != *-j* ]] || has_threads "$words" || continue
      # shellcheck disable=SC2086
      gf-stream --csv --header --from table.csv $how $words >got || [ $? -eq 1 ]
      grep -v '\(^\|,\)\(key\|name\|value\)' got | cmp - want || fails "$how: $words"
    done
  done <<'END'
filter user7
reject user1
where 3 -gt 50000
take-while user
drop-while user1
skip 100 limit 50000
tail 20000
every 7
map s/user/person/
fields 3,1
upper
lower
trim
enumerate
distinct -f 1
distinct -c -f 1
uniq -f 2
sort
sort -f 3n
sort -f 1nr,3n limit 30
top 40 -f 3n
reverse
group 2 count,sum:3,min:1
group 1 median:3,distinct:2
count
sum -f 3
max -f 1
END
  gf-stream --csv --header --from table.csv batch 3 | cmp - <(paste -d , - - - <lines)
  run -0 gf-stream --csv --header --from table.csv any user30
  [ -z "$output" ]
}

# has_threads WORDS: -j may be said of the operations.
has_threads() { gf-stream -j2 --explain "$@" >/dev/null 2>&1 || eval "gf-stream -j2 --explain $1" >/dev/null 2>&1; }

@test "stream: what is put behind a ragged record stands in its column" {
  printf 'id,note\n1,x\n2\n2,y,z\n' >s.csv
  printf 'id,tel\n1,11\n2,22\n' >tel.csv
  ragged() { run -123 --separate-stderr gf-stream --csv --header --from s.csv "$@"; }
  ragged lookup -f id tel.csv
  [ "$output" = $'id,note,tel\n1,x,11\n2,,22\n2,y,22,z' ]
  ragged lookup -f id tel.csv fields id,tel
  [ "$output" = $'id,tel\n1,11\n2,22\n2,22' ]
  ragged scan count
  [ "$output" = $'id,note,count\n1,x,1\n2,,2\n2,y,3,z' ]
  ragged window --agg count 2 fields count_2
  [ "$output" = $'count_2\n1\n2\n2' ]
  ragged set c=1
  [ "$output" = $'id,note,c\n1,x,1\n2,,1\n2,y,1,z' ]
  # The FILE has as many fields as names, and is told.
  printf 'id,city\n1,Oslo\n2,Bern,extra\n3\n' >cities.csv
  printf 'id\n1\n2\n3\n' >ids.csv
  run -123 --separate-stderr gf-stream --csv --header --from ids.csv lookup -f id cities.csv lookup --left -f id tel.csv
  [ "$output" = $'id,city,tel\n1,Oslo,11\n2,Bern,22\n3,,' ]
  [[ $stderr == *"'cities.csv': 2 of 4 records have another number of fields"* ]]
  run -123 gf-stream --csv --header --from ids.csv except <(printf 'id\n1,2\n')
  expect_text '1 of 2 records have another number of fields'
}

@test "stream: a record with a quote that is not closed is not printed" {
  local text
  for text in 'a,b\n1,2\n3,"4' 'a,b\n1,2\n"3\n4,5\n'; do
    # shellcheck disable=SC2059
    run -123 --separate-stderr gf-stream --csv --header fields b,a < <(printf "$text")
    [ "$output" = $'b,a\n2,1' ]
  done
  { echo a,b && printf '1,"' && yes | head -c 3000000; } >long.csv
  run -123 --separate-stderr gf-stream --csv --from long.csv collect
  [ "$output" = a,b ]
}

@test "stream: columns that are called like numbers, and several of one name" {
  run -0 gf-stream --csv --header set 'd={2024}-{2023}' <<<$'2023,2024\n5,8'
  [ "$output" = $'2023,2024,d\n5,8,3' ]
  run -0 gf-stream --csv --header set '{2}={2}+1' <<<$'2,1\n5,8'
  [ "$output" = $'2,1\n6,8' ]
  run -0 gf-stream --csv --header template '{2024} {1} {0}' <<<$'2023,2024\n5,8'
  [ "$output" = '8 5 5,8' ]
  run -0 gf-stream --csv --header where --expr '{2} > 7' <<<$'a,b\n5,8\n8,5'
  [ "$output" = $'a,b\n5,8' ]
  run -2 gf-stream --csv --header set d=a <<<$'a,a\n1,2'
  expect_text "several columns are called 'a'"
}

@test "stream: tables without a record, of the input or of lookup" {
  printf 'id,tel\n1,11\n' >tel.csv
  printf 'id\n1\n' >ids.csv
  : >none.csv
  run -0 gf-stream --csv --header --from ids.csv lookup --left -f id none.csv
  [ "$output" = $'id\n1' ]
  run -0 gf-stream --csv --header --from none.csv lookup --outer -f id tel.csv
  [ -z "$output" ]
  run -0 gf-stream --csv --header lookup --outer -f id tel.csv <<<id
  [ "$output" = $'id,tel\n1,11' ]
}

@test "stream: what is no number or time is told with the name of its column" {
  printf 'a,b\n1,2\n3,x\n' >bad.csv
  for words in 'sum -f b' 'group a sum:a,mean:b' 'pivot a a sum:b' 'scan sum:b' 'window --agg mean:b 2' \
    'where --strict b -gt 0' 'set c=b+1' 'percentile -f 2 50'; do
    # shellcheck disable=SC2086
    run -123 gf-stream --csv --header --from bad.csv $words
    expect_text "record 2: column 'b' is no number: 'x'"
  done
  run -123 gf-stream --csv --header --from bad.csv bucket b 5m
  expect_text "record 2: column 'b': no time: 'x'"
  # Behind what changes the columns it is theirs; where none have names, nothing is said of one.
  run -123 gf-stream --csv --header --from bad.csv fields b,a sum -f 1
  expect_text "column 'b' is no number"
  run -123 gf-stream --csv --from bad.csv skip 1 sum -f 2
  expect_text "record 2 is no number: 'x'"
}
