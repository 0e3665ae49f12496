#!/usr/bin/env bats
# shellcheck disable=SC2016
# stream_line.bats - gf-stream's command line for somebody who is new to it: hints, help, notes.

load helper

# hints WANT ARGS...: gf-stream refuses the line, and its last line is the hint WANT.
hints() {
  local want=$1
  shift
  run -2 --separate-stderr gf-stream "$@" </dev/null
  # shellcheck disable=SC2154
  [ "${stderr##*$'\n'}" = "hint: $want" ] || fails "gf-stream $*: $stderr"
}

setup_files() {
  printf 'foo 1\nbar 2\n' >access.log
  printf '2\n10\n' >numbers
  echo a >'a b'
}

@test "a file behind the chain, or in place of it, belongs to --from" {
  local named='files are named before the chain: gf-stream'
  setup_files
  hints "$named --from access.log filter foo" filter foo access.log
  hints "$named --from numbers sort -n" sort -n numbers
  hints "$named --from numbers --from 'a b' distinct" distinct numbers 'a b'
  hints "$named --from access.log filter 'f|o'" access.log filter 'f|o'
  hints "$named --from access.log OP ..." access.log
  hints "$named --from access.log --from numbers --from 'a b' sort" --from access.log numbers 'a b' sort
  hints "$named --from - sort" sort -
  hints "$named -d , --from numbers --from access.log fields 1 limit 2" -d , --from numbers -- \
    fields 1 access.log limit 2
}

@test "the line of the hint runs as it is shown" {
  setup_files
  run -2 --separate-stderr gf-stream map 's/(o+) /<$1>/' 'a b' access.log filter '^f|r' </dev/null
  [ "$(bash -c "${stderr##*chain: }")" = $'f<oo>1\nbar 2' ] || fails "$stderr"
}

@test "an operation in one word is to be written apart" {
  local apart='write the words apart: gf-stream'
  hints "$apart sort -n" 'sort -n'
  hints "$apart -0 filter 'a b' sort limit 2" -0 'filter "a b"' 'sort  ' limit 2
  hints "$apart limit 3 sort -n filter 'limit 2'" limit 3 'sort -n' filter 'limit 2'
}

@test "options of gf-stream behind an operation: the line of the hint runs" {
  local before='options of gf-stream stand before the chain: gf-stream'
  hints "$before -q sort -n count" sort -n count -q
  hints "$before -0 -q --memory 8M sort limit 3" -0 sort limit -q --memory 8M 3
  hints "$before --separator=: uniq -f 1 count" uniq -f 1 --separator=: count
  hints "$before -0 limit 1" limit 1 -0
  hints '-q of grep is any here' filter a -q
  hints '--help lists the options' sort --nix
  local line
  while IFS= read -r line; do
    run -2 --separate-stderr bash -c "gf-stream $line </dev/null"
    [ "$(seq 3 | bash -c "${stderr##*chain: }")" = $'3\n2\n1' ] || fails "$line: $stderr"
  done <<'END'
sort -nr -q
sort -nr -j 1 -T .
reverse --no-fuse
reverse filter '[1-3]' --utf8
reverse limit 3 --memory=8M
END
}

@test "options of an operation in front of it" {
  hints "options of 'sort' stand behind it: gf-stream sort -r" -r sort
  hints "options of 'sort' stand behind it: gf-stream sort -k" -q -k 2 sort
  hints "options of 'filter' stand behind it: gf-stream filter --ignore-case" --ignore-case filter A sort
  hints "options of 'distinct' stand behind it: gf-stream distinct -f" -f 1 distinct
  hints '-s of sort is not needed here: equal records keep their order' -s sort
  hints '-m of sort is --merge here' -m sort
  hints '-c of grep is count here, behind it: filter PAT count' -c filter a
  hints '-t of sort is -d here: gf-stream -d , sort -k 2n' -t , sort
  hints '--help lists the options' -r count
}

@test "a number with a sign, or behind the letter of an option" {
  hints 'all but the last 2: skip -2' limit -2
  hints 'the number has no sign: tail 2' tail -2
  hints 'skip drops the first records: skip 1 for tail -n +2' tail +2
  hints 'the number has no sign: skip 2' skip +2
  hints 'a number is a word by itself: top -n 2' top -n2
  hints 'a number is a word by itself: bottom -nr 10' bottom -nr10
}

@test "what stands between two operations, and a list in several words" {
  for sign in '|' ',' ';'; do
    hints 'nothing stands between two operations, or the word then' filter a "$sign" count
  done
  hints 'what group counts is one list: count,sum:2,max:3' group 1 count sum:2 max:3 limit 1
  hints 'options of sort stand before its --' sort -- -r
}

@test "an operation in one word with files, pipes and --from: the line of the hint runs" {
  setup_files
  seq 3 >numbers
  local line
  while IFS= read -r line; do
    run -2 --separate-stderr bash -c "gf-stream $line </dev/null"
    [ "$(bash -c "${stderr##*apart: }")" = $'3\n2\n1' ] || fails "$line: $stderr"
  done <<'END'
'sort -nr' numbers
'sort -nr numbers'
'sort -nr' --from numbers
--from numbers 'filter . | sort -nr'
--from numbers 'sort -nr' peek numbers2
END
}

@test "what is neither a file nor an operation gets the nearest name, or the list" {
  mkdir sorted
  hints "did you mean 'sort'?" sorted
  hints 'gf-stream --help lists the operations' 'no such thing'
  echo 'limit 1 access.log' >chain
  setup_files
  hints 'gf-stream --help lists the operations' --chain chain
}

@test "an option that the chain would ignore is refused" {
  local words
  : >nothing
  while read -r -a words; do
    run -2 gf-stream "${words[@]:1}" <nothing
    [[ ${lines[0]} == *"gf-stream: ${words[0]} needs "*": "*[a-z] ]] || fails "${words[*]}: $output"
    [[ ${lines[1]} == "hint: add one of these, or leave ${words[0]} out" ]] || fails "${words[*]}: $output"
  done <<'END'
-d -d : filter a sort
-d -d : split : count
-D -D : where 1 ~ a
--utf8 --utf8 where 1 -gt 2
--utf8 --utf8 distinct
-T -T . filter a
-T -T . sort --check
-T -T . sort --merge
-j -j 1 reverse
END
  echo 'sort' >chain
  run -2 gf-stream -d : --chain chain <nothing
  run -2 gf-stream --explain --stats sort
  run -2 gf-stream --explain --stats-file f sort
}

@test "an option that the chain needs is taken" {
  local words
  : >nothing
  while read -r -a words; do
    run -0 gf-stream "${words[@]}" <nothing
  done <<'END'
-d : fields 1
-d : filter -f 1 a
-d : uniq -k 1,1
-d : except -f 1 nothing
-d : group 1 count
-d : enumerate
-d : distinct -c
-D : fields 1
-D : enumerate
-D : uniq -c
--utf8 map s/a/b/
--utf8 upper
--utf8 distinct -i
--utf8 sort -k 1f
--utf8 where 1 ~ a
-T . reverse
-j 1 distinct
END
}

@test "help is a word too" {
  [ "$(gf-stream help)" = "$(gf-stream --help)" ]
  [ "$(gf-stream -d : help sort)" = "$(gf-stream sort --help)" ]
  hints "did you mean 'sort'?" help srot
  hints 'gf-stream --help shows how to call it' help sort limit
  [ "$(gf-stream filter help <<<$'help\nx')" = help ]
  run -125 bash -c 'gf-stream help >/dev/full'
  run -125 bash -c 'gf-stream help sort >/dev/full'
}

# operations: the names of the operations, in order.
operations() { gf-stream --gf-dump | awk -F '\t' '$1 == "command" && NR > 1 { sub(/.* /, "", $2); print $2 }'; }

# headings: those that stand above operations in --help.
headings() {
  gf-stream --help | awk '/^input and output:/ { exit } /^[a-z][a-z -]*:$/ { sub(/:$/, ""); print }'
}

@test "-h is a screen that names every operation; --help has all options" {
  gf-stream -h >short
  gf-stream --help >long
  [ "$(wc -l <short)" -le 34 ] || fails "$(wc -l <short) lines"
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

@test "the page has the operations in the sections of --help, in that order" {
  [ "$(headings | wc -l)" -ge 5 ]
  awk '/^\.Sh/ { inside = $2 == "OPERATIONS" } inside && /^\.Ss / { print tolower(substr($0, 5)) }' \
    "$ROOT/man/gf-stream.1" >sections
  diff <(headings) sections
  awk '/^\.Sh/ { inside = $2 == "OPERATIONS" }
    inside && /^\.It Cm / { for (i = 3; i <= NF; i++) if ($(i - 1) == "Cm") print $i }' \
    "$ROOT/man/gf-stream.1" >named
  diff <(operations) named
}

# on_terminal COMMAND: what a terminal shows while it runs, with `x` and the end of input typed.
on_terminal() {
  script -qec "$1" /dev/null <<<x | tr -d '\r'
}

@test "a terminal as the input is told, once, unless -q" {
  local told='reading records from the terminal; end with Ctrl-D, or name files with --from'
  [ "$(on_terminal 'gf-stream limit 1' | grep -c "$told")" -eq 1 ]
  [ "$(on_terminal 'gf-stream -q limit 1' | grep -c "$told")" -eq 0 ]
  echo y >in
  [ "$(on_terminal 'gf-stream --from in limit 1' | grep -c "$told")" -eq 0 ]
  [ "$(on_terminal 'gf-stream --explain sort' | grep -c "$told")" -eq 0 ]
  [ "$(on_terminal 'gf-stream --chain -' | grep -c 'reading the chain from the terminal')" -eq 1 ]
  run -125 gf-stream --chain nosuch
  expect_text "cannot open 'nosuch': No such file"
}

@test "a record that is no number is told once, with a way out where there is one" {
  run -123 --separate-stderr gf-stream -q sum <<<$'1\nNA\n3'
  [ "$stderr" = "gf-stream: sum: record 2 is no number: 'NA'
hint: --skip-bad skips such records" ]
  run -123 --separate-stderr gf-stream where --strict 1 -gt 0 <<<$'1\nNA\n3'
  [ "$stderr" = "gf-stream: where: record 2 is no number: 'NA'" ]
}

@test "--skip-bad tells how many of how many, and the first; -q keeps it back" {
  run -0 --separate-stderr gf-stream sum --skip-bad <<<$'1\nNA\n3\n-'
  [ "$output" = 4 ]
  [ "$stderr" = "gf-stream: sum: skipped bad values in 2 of 4 records; first: record 2 is no number: 'NA'" ]
  run -0 --separate-stderr gf-stream group --skip-bad 1 sum:2,mean:2 <<<$'a 1\na x\na 3'
  [ "$stderr" = "gf-stream: group: skipped bad values in 1 of 3 records; first: record 2 is no number: 'x'" ]
  run -0 --separate-stderr gf-stream -q sum --skip-bad <<<$'1\nNA'
  [ -z "$stderr" ]
}

@test "groups that are put aside do not change how many records there were" {
  awk 'BEGIN { for (i = 1; i <= 30000; i++) print i % 15000 "-some-longer-key", i % 100 ? i : "bad" }' >in
  gf-stream --memory 1M --stats=json group --skip-bad 1 sum:2 <in 2>err >/dev/null
  grep -q 'bad values in 300 of 30000 records; first: record 100 ' err || fails "$(cat err)"
  grep -q '"group_1_in":30000,' err || fails "$(cat err)"
}

@test "-v tells the plan, and how many records went in and out" {
  seq 10 | gf-stream -v filter 1 sort -n limit 1 collect 2>err >out
  [ "$(cat out)" = 1 ]
  diff - err <<'END'
gf-stream: plan: 1 filter 1 (plain text '1')
gf-stream: plan: 2 sort (keeps 1) (holds data) - with limit: only so many are kept
gf-stream: plan: 3 collect
gf-stream: 1 filter: records in 10, out 2
gf-stream: 2 sort: records in 2, out 1
gf-stream: 3 collect: records in 1, out 1
END
  run -0 --separate-stderr gf-stream -v filter $'a\nb' </dev/null
  [ "${stderr%%$'\n'*}" = "gf-stream: plan: 1 filter a\nb (plain text 'a\nb')" ]
  run -0 --separate-stderr gf-stream filter a </dev/null
  [ -z "$stderr" ]
}
