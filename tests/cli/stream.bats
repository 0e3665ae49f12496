#!/usr/bin/env bats
# shellcheck disable=SC2016
# stream.bats - gf-stream: the grammar, what each operation does, what it refuses.

load helper

# same WANT ARGS...: standard input through gf-stream gives WANT (printf %b).
same() {
  local want=$1 got
  shift
  got=$(gf-stream "$@"; echo "=$?")
  [ "$got" = "$(printf '%b=0' "$want")" ] || fails "gf-stream $*: $got"
}

# ---- the grammar

@test "an operand slot always consumes" {
  printf 'sort\nb\n' | same 'sort\n' filter sort
  printf 'b\na\nc\n' | same 'a\nb\n' reject c 'then' sort
}

@test "a pattern that begins with a dash follows -- or -e" {
  printf -- '-x\ny\n' | same '-x\n' filter -- -x
  printf -- '-x\ny\n' | same '-x\n' filter -e -x
}

@test "a misspelt operation shows where and offers the right one" {
  run -2 gf-stream filter x srot </dev/null
  expect_text "unknown operation 'srot'"
  expect_text "did you mean 'sort'?"
  expect_text '         ^~~~'
}

@test "a bad pattern shows the column" {
  run -2 gf-stream filter 'a(b' </dev/null
  expect_text "bad pattern 'a(b'"
}

@test "a chain has a thousand operations, and is refused beyond" {
  yes enumerate | head -n 1000 >most
  [ "$(seq 3 | gf-stream --chain most | awk -F '\t' '{ print NF, $1001 }')" = $'1001 1\n1001 2\n1001 3' ]
  yes 'sort distinct' | head -n 500 >held
  [ "$(seq 3 | gf-stream --no-fuse --chain held)" = $'1\n2\n3' ]
  echo enumerate >>most
  run -2 --separate-stderr gf-stream --chain most </dev/null
  # shellcheck disable=SC2154
  [ "${stderr##*$'\n'}" = 'hint: another gf-stream behind a pipe can do the rest' ] || fails "$stderr"
  [[ $stderr = *': a chain has 1000 operations at most'* ]] || fails "$stderr"
}

@test "a chain from a file, with comments and quotes" {
  printf '# the first\nfilter "a b"   # keep\nmap '"'s/a b/x/'"'\n' >chain
  printf 'a b\nc\n' | same 'x\n' --chain chain
  printf '%s\n' 'filter "a\$" \' '  map s/a/x/' >chain
  printf 'a\na$\n' | same 'x\n' --chain chain
  printf 'filter a\n  map "s/a/x/\n' >chain
  run -2 gf-stream --chain chain </dev/null
  expect_text 'line 2 of the chain file: the quote that begins there is not closed'
}

@test "an option of an operation shows its help" {
  run -0 gf-stream sort --help
  expect_text 'usage: gf-stream sort'
}

@test "several inputs, standard input among them" {
  echo one >./1
  printf two >./2
  echo in | same 'one\nin\ntwo\n' --from 1 --from - --from 2 collect
}

@test "everything is opened before the first read" {
  mkfifo never
  exec 9<>never
  for chain in 'except nosuch' 'peek no/such' '--from nosuch collect' 'filter --patterns nosuch' \
    '-T /nosuch sort'; do
    # shellcheck disable=SC2086
    run -125 timeout 5 gf-stream $chain <never
    expect_text 'o such'
  done
  exec 9>&-
}

# ---- operations

@test "filter: fixed, whole words, whole records, many, one field" {
  printf 'a.b\naxb\n' | same 'a.b\n' filter -F a.b
  printf 'cat\nconcat\n' | same 'cat\n' filter -w cat
  printf 'ab\nabc\n' | same 'ab\n' filter -x 'ab?'
  printf 'a\nc\n' >many
  printf 'a\nb\nc\n' | same 'a\nc\n' filter --patterns many
  printf 'a b\nb a\n' | same 'b a\n' filter -f 2 a
  : >none
  printf 'a\n' | same '' filter --patterns none
}

@test "bytes that are no text pass" {
  printf '\377b\na\n' | gf-stream filter -F $'\377' | cmp - <(printf '\377b\n')
  printf 'a\0b\nc\r\n' | gf-stream sort | cmp - <(printf 'a\0b\nc\r\n')
}

@test "--utf8 sees characters, and bytes that are none match nothing" {
  printf '\303\251\n\377\n' | same '\0303\0251\n' --utf8 filter '^.$'
  printf '\303\251\n' | same '' filter '^.$'
}

@test "map: groups, names, flags, delimiters" {
  echo 'John Smith' | same 'Smith, John\n' map 's/(\w+) (?<last>\w+)/${last}, $1/'
  echo aAa | same 'xxx\n' map 's|a|x|gi'
  echo abc | same 'a[b]c\n' map 's/b/[$&]/'
  echo abc | same 'a$c\n' map 's/b/$$/'
  echo hello | same 'HEllO\n' map 'y/heo/HEO/'
  echo a/b | same 'a-b\n' map 's/\//-/'
  run -2 gf-stream map 's/(a)/$2/' </dev/null
  expect_text "no group '2'"
}

@test "where: numbers, bytes, patterns, strict" {
  printf 'a 10\nb 9\nc x\nd 1e1\n' >in
  same 'a 10\nd 1e1\n' where 2 -ge 10 <in
  same 'b 9\n' where 2 '<' 10 <in
  same 'c x\n' where 2 eq x <in
  same 'a 10\nb 9\n' where 2 '~' '^[0-9]+$' <in
  run -123 gf-stream where --strict 2 '>' 1 <in
  expect_text 'record 3'
}

@test "fields, template, enumerate, split, batch, window" {
  printf 'a b c\n' | same 'c a\n' fields 3,1
  printf 'a:b:c\n' | same 'c:a:b:c\n' -d : fields -1,1-
  printf 'a b c\n' | same 'c,a\n' -D , fields 3,1
  printf 'k v\n' | same 'v={k}\n' template '{2}={{{1}}}'
  printf '  a b\tc  \n\nd\n' | same 'a\nb\nc\nd\n' split ' '
  printf '1\n2\n3\n' | same '1 2\n3\n' batch --join ' ' 2
  printf '1\n2\n3\n' | same '1\t2\n2\t3\n' window 2
}

@test "distinct and uniq: counts, last, max, only" {
  printf 'a\nb\na\nc\na\nb\n' >in
  same '3\ta\n2\tb\n1\tc\n' distinct -c <in
  same 'c\na\nb\n' distinct --last <in
  same 'a\nb\na\nc\nb\n' distinct --max 2 <in
  same 'a\nb\n' distinct --only-dup <in
  same 'c\n' distinct --only-unique <in
  printf 'a\nA\nb\n' | same 'a\nb\n' distinct -i
  printf 'a\na\nb\n' | same 'a\na\n\nb\n' uniq --group
  printf 'b\na\nb\nc\nb\na\n' | same '3\tb\n2\ta\n' sort uniq -c sort -f 1nr limit 2
}

@test "except and intersect" {
  printf 'a\nb\n' >./set
  printf 'a\nc\nb\na\n' | same 'c\n' except set
  printf 'a\nc\nb\na\n' | same 'a\nb\na\n' intersect set
  printf 'x a\ny q\n' >./set
  printf '1 a\n2 c\n' | same '2 c\n' except -f 2 set
}

@test "group: every aggregate" {
  printf 'a 1\nb 5\na 2\na 4\n' >in
  same 'a 3 7 1 4 1\nb 1 5 5 5 5\n' group 1 count,sum:2,min:2,max:2,first:2 <in
  same 'a 2 1,2,4 3 2\nb 5 5 1 5\n' group 1 median:2,join:2,distinct:2,p50:2 <in
  same 'a 1.5275252316519468\nb \n' group 1 stddev:2 <in
  same '7\n' filter a sum -f 2 <in
}

@test "answers: exact, with nothing, with what is no number" {
  printf '170141183460469231731687303715884105726\n1\n' |
    same '170141183460469231731687303715884105727\n' sum
  printf '0.1\n0.2\n' | same '0.3\n' sum
  printf '1\n2\n3\n4\n' | same '2.5\n' mean
  printf '1\n2\n3\n4\n' | same '2.5\n3.7\n' percentile 50,90
  printf 'b\na\n' | same 'ba\n' reduce concat
  printf '' | same '0\n' sum
  for op in min max mean median first; do run -1 gf-stream "$op" </dev/null; done
  run -123 gf-stream sum <<<$'1\nNA\n3'
  expect_text "record 2 is no number: 'NA'"
}

@test "any, all, none answer by exit status, an error is no answer" {
  run -0 gf-stream any b <<<$'a\nb'
  run -1 gf-stream any c <<<$'a\nb'
  run -1 gf-stream all a <<<$'a\nb'
  run -0 gf-stream none c <<<$'a\nb'
  run -0 gf-stream all x </dev/null
  run -0 gf-stream none x </dev/null
  run -1 gf-stream any x </dev/null
  run -125 bash -c 'gf-stream none x <&-'
}

@test "sort --merge and --check" {
  printf 'a\nc\n' >./1
  printf 'b\nd\n' >./2
  same 'a\nb\nc\nd\n' --from 1 --from 2 sort --merge
  same 'a\nb\nc\n' --from 1 --from 2 sort --merge limit 3
  printf 'a\na\n' >./3
  same 'a\nb\nc\nd\n' --from 1 --from 2 --from 3 sort --merge -u
  run -1 gf-stream sort --check <<<$'b\na'
  expect_text 'record 2 is out of order'
  run -0 gf-stream sort --check <<<$'a\na'
  run -1 gf-stream sort --check -u <<<$'a\na'
}

# ---- what holds

@test "limit stops reading right after the last it gives" {
  mkfifo open
  exec 9<>open
  printf '1\n2\n' >&9
  timeout 10 gf-stream limit 2 <open >out
  printf '1\n2\n' | cmp - out
  timeout 10 gf-stream limit 0 <open
  exec 9>&-
  timeout 10 gf-stream limit 5 < <(yes) >/dev/null
  timeout 10 gf-stream any y < <(yes)
  timeout 10 gf-stream distinct limit 1 < <(yes) >/dev/null
}

@test "peek sees exactly the records pulled" {
  seq 1000 | gf-stream peek seen filter '0$' limit 3 >/dev/null
  seq 30 | cmp - seen
  seq 1000 | gf-stream peek seen limit 7 >/dev/null
  seq 7 | cmp - seen
  seq 100 | gf-stream peek seen window 3 limit 2 >/dev/null
  seq 4 | cmp - seen
}

@test "an error behind the limit is none" {
  printf '1\n2\nx\n' | same '1\n2\n' where --strict 1 '>' 0 limit 2
}

@test "slow input comes out at once" {
  mkfifo in out
  exec 8<>in 9<>out
  gf-stream filter . <in >out 3>&- 8>&- 9>&- &
  echo a >&8
  read -t 10 -r line <&9
  [ "$line" = a ]
  kill $!
  exec 8>&- 9>&-
}

@test "a pattern that is too hard is an error that names the record, never no match" {
  awk 'BEGIN { print "x"; for (i = 0; i < 40; i++) printf "a"; print "b" }' >in
  run -125 gf-stream filter '(a|aa)+(?=c)$' <in
  expect_text 'record 2 is too hard'
  run -125 gf-stream none '(a|aa)+(?=c)$' <in
}

@test "nothing behind a record that is too hard comes out" {
  awk 'BEGIN { print "a"; for (i = 0; i < 60; i++) printf "a"; print "b"; print "aa" }' >in
  run -125 --separate-stderr gf-stream filter '^(a|aa)+$' <in
  [ "$output" = a ]
  # shellcheck disable=SC2154
  [[ $stderr == *'record 2 is too hard'* ]]
  run -125 --separate-stderr gf-stream reject '^(a|aa)+$' <in
  [ "$output" = '' ]
}

@test "a record over the limit names it; under a higher limit it passes" {
  head -c 100000 /dev/zero | tr '\0' a >in
  run -125 gf-stream --max-record 50K collect <in
  expect_text "record 1"
  gf-stream --max-record 200K count <in
  run -125 gf-stream --max-record 3 collect <<<$'abc\nabcd'
  expect_text 'record 2'
}

@test "a full disk for output or temporary files is 125" {
  run -125 bash -c 'seq 10 | gf-stream collect >/dev/full'
  expect_text 'No space left'
}

@test "--explain shows the plan and runs nothing" {
  run -0 gf-stream --explain sort limit 3
  expect_text 'keeps 3'
  run -0 gf-stream --explain --no-fuse sort limit 3
  expect_text '2 limit 3'
}

@test "--stats counts what went in and out of each operation" {
  seq 10 | gf-stream --stats=json filter 1 limit 1 2>err >/dev/null
  grep -q '"filter_1_in":' err
  grep -q '"limit_2_out":1' err
}

@test "a brace that is no quantifier is a byte, and hides no alternative" {
  printf 'y\nfox{\nz\n' | same 'y\nfox{\n' filter 'fox{|y'
  printf 'a{b\nc}d\nd\n' | same 'a{b\nc}d\n' filter 'a{b|c}d'
  printf 'aab\nab\nb\n' | same 'aab\nab\n' filter 'a{1,}b'
  printf 'ab\nb\nc\n' | same 'c\n' reject 'a{0,1}b'
}

@test "what is needed is read no further than it is understood" {
  printf 'warn\nerror\nerr\n' | same 'warn\nerr\n' filter 'err(?!or)|(warn)'
  printf 'foo1\nbar]\n' | same 'foo1\nbar]\n' filter 'foo[[:digit:]]|bar[]]'
  printf 'ab\ncd\n' | same 'ab\ncd\n' filter 'ab(?=)|(c)d()'
}

@test "sort -b counts the end of a key without blanks too, as sort does" {
  printf 'a b   xz\na b y\na b  xa\n' | same 'a b   xz\na b  xa\na b y\n' sort -b -k 3,3.1
}

@test "a count or number in front is joined by -D, else by -d, else by a TAB" {
  printf 'a\na\nb\n' >in
  [ "$(gf-stream -d , --from in distinct -c where 1 -gt 1)" = 2,a ]
  [ "$(gf-stream -d , -D : --from in uniq -c limit 1)" = 2:a ]
  [ "$(gf-stream -D '' --from in enumerate limit 1)" = 1a ]
  [ "$(gf-stream -d ';' --from in enumerate fields 2 limit 1)" = a ]
  [ "$(gf-stream --from in distinct -c limit 1)" = $'2\ta' ]
}

@test "what means more elsewhere is no text in a replacement" {
  local expr
  for expr in 's/a/[&]/' 's/a/\U&/' 's/a/\L$&/' 's/a/\q/' 'y/[:lower:]/[:upper:]/'; do
    run -2 --separate-stderr gf-stream map "$expr" <<<a
    # shellcheck disable=SC2154
    [[ ${stderr##*$'\n'} == "hint: "* ]] || fails "$expr: $stderr"
  done
  [ "$(gf-stream map 's/b/[$&\&]/' <<<abc)" = 'a[b&]c' ]
  [ "$(gf-stream map 'y/a-c/A-C/' <<<a-d)" = A-d ]
}

@test "a pattern may begin with verbs" {
  printf 'a\344b\n' >in
  gf-stream --from in filter -x '(*UCP)a\wb' | cmp - in
  [ "$(gf-stream map 's/(*NOTEMPTY)b*/-/g' <<<abb)" = a- ]
  run -2 gf-stream filter '(*UTF)a' </dev/null
  expect_text 'hint: --utf8'
}

@test "--utf8: upper, lower and keys have the letters that filter -i has" {
  [ "$(gf-stream --utf8 upper <<<'äß-ſμ')" = 'Äß-SΜ' ]
  [ "$(gf-stream --utf8 lower <<<'ÄẞΣ')" = 'äßσ' ]
  [ "$(gf-stream lower <<<'Ä')" = 'Ä' ]
  [ "$(printf 'Ä\nä\nB\n' | gf-stream --utf8 distinct -ic)" = $'2\tÄ\n1\tB' ]
  [ "$(printf 'ä 1\nÄ 2\n' | gf-stream --utf8 uniq -i -k 1,1)" = 'ä 1' ]
  [ "$(printf 'ö\nÖ\nÄ\n' | gf-stream --utf8 sort -u --ignore-case)" = $'Ä\nö' ]
  [ "$(printf 'Ä\nä\n' | gf-stream distinct -i count)" = 2 ]
  printf '\377\303\n' >in
  gf-stream --utf8 --from in upper | cmp - in
}
