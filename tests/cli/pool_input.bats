#!/usr/bin/env bats
# gf-pool: where records come from, and what of them goes into a command.

load helper

# words CMD...: each argument in brackets, one line a job.
words() { gf-pool -k "$@"; }
show='printf "[%s]" "$@"; echo'

@test "lists: words behind ::: are the records" {
  [ "$(gf-pool -k echo ::: 1 2 3)" = $'1\n2\n3' ] # pool-012
  run -0 gf-pool echo :::                         # pool-013
  [ -z "$output" ]
  [ "$(gf-pool echo x{}y ::: 'a b')" = 'xa by' ]
  [ "$(gf-pool -s 'echo "$1"' ::: '$(date)')" = '$(date)' ]
  [ "$(echo ignored | gf-pool echo ::: a)" = a ]
}

@test "lists: several are every combination, the last one first" {
  [ "$(gf-pool -j1 echo {1} {2} ::: a b ::: c d)" = $'a c\na d\nb c\nb d' ] # pool-056
  [ "$(gf-pool -k echo ::: a b ::: c d)" = $'a c\na d\nb c\nb d' ]
  [ "$(gf-pool -j1 echo {#} ::: a b ::: c d | tr '\n' ' ')" = '1 2 3 4 ' ] # pool-090
  [ "$(gf-pool -k echo {3}{-1}{2} ::: a b ::: 1 2 3 ::: x | tail -1)" = xx3 ]
  [ -z "$(gf-pool echo ::: a b :::)" ]
}

@test "lists: linked ones go side by side and end with the shortest" {
  [ "$(gf-pool -k echo {1}{2} ::: a b c :::+ 1 2)" = $'a1\nb2' ]
  [ "$(gf-pool -k echo {1}{2}{3} ::: a b :::+ 1 2 ::: x y)" = $'a1x\na1y\nb2x\nb2y' ]
  [ "$(gf-pool -k echo {1}{2}{3} ::: x y ::: a b :::+ 1 2)" = $'xa1\nxb2\nya1\nyb2' ]
  run -2 gf-pool echo :::+ a
}

@test "lists: a file's records, and standard input's" {
  printf 'a\nb' >f
  [ "$(gf-pool -k echo {1}{2} :::: f ::: 1 2)" = $'a1\na2\nb1\nb2' ]
  [ "$(seq 2 | gf-pool -k echo {2}{1} ::: a ::::+ -)" = 1a ]
  printf 'x\0y z' >g
  [ "$(gf-pool -0 -k echo '<{}>' :::: g)" = $'<x>\n<y z>' ]
  run -125 gf-pool echo :::: nosuch
  [[ "$output" == *"cannot open 'nosuch'"* ]]
  run -2 gf-pool echo :::: f g
}

@test "files: one behind the other, - is standard input" {
  seq 2 >f
  printf '3\n4' >g # no newline at its end: it ends there all the same
  [ "$(echo in | gf-pool -k -a f -a g -a - -a f echo | tr '\n' ' ')" = '1 2 3 4 in 1 2 ' ]
  run -125 gf-pool -k -a f -a nosuch echo
  [[ "$output" == *"cannot open 'nosuch'"* ]]
  run -2 gf-pool -a f echo ::: a
}

@test "records may end with any byte" {
  [ "$(printf 'a b,c\nd,' | gf-pool -k --delimiter , echo | od -An -c | tr -d ' ')" = 'ab\nc\nd\n' ]
  [ "$(printf 'a\x1eb' | gf-pool -k --delimiter '\x1e' echo)" = $'a\nb' ]
  run -2 gf-pool --delimiter ab echo
  run -2 gf-pool --delimiter '' echo
}

@test "columns: by number, from the end, and their parts" {
  [ "$(printf '1,2,3\nx,y\n' | gf-pool -k -d , echo {2}-{1}-{-1}-{3})" = $'2-1-3-3\ny-x-y-' ]
  [ "$(echo 'd.x/f.tar.gz:b' | gf-pool -d : echo {1.} {1/} {1//} {1/.} {2.})" = 'd.x/f.tar f.tar.gz d.x f.tar b' ]
  [ "$(echo 'a,b c' | gf-pool -d , echo {})" = 'a,b c' ]
  [ "$(echo 'a,b c' | gf-pool -d , -s "$show")" = '[a][b c]' ]
  [ "$(echo 'a--b' | gf-pool -d -- printf '%s+')" = 'a+b+' ]
  [ "$(printf 'a\tb\n' | gf-pool -d '\t' echo {2}{1})" = ba ]
}

@test "columns: those of several lists stand one behind the other" {
  [ "$(gf-pool -k -d , echo {1} {2} {3} {4} ::: a,b ::: c,d)" = 'a b c d' ]
  [ "$(gf-pool -k -d , echo ::: a,b x :::+ c,d y,z)" = $'a b c d\nx y z' ]
  [ "$(gf-pool -d , echo {} {-1} ::: a,b ::: c,d)" = 'a,b c,d d' ]
  [ "$(gf-pool -d , --header echo {o}{n}{m} ::: n,m a,b ::: o c)" = cab ]
  [ "$(gf-pool -d , --retries 1 -s 'echo "$@"; [ "$GF_ATTEMPT" = 2 ]' ::: a,b ::: c,d)" = 'a b c d' ]
}

@test "columns: the header names them" {
  [ "$(printf 'h1,h2\n1,2\n' | gf-pool -d , --header echo {h2}-{h1})" = 2-1 ] # pool-078
  [ "$(printf 'file,n\na.c,1\n' | gf-pool -d , --header echo {file.}{n} {1} {other})" = 'a1 a.c {other}' ]
  [ "$(gf-pool -k --header echo {who}:{what} ::: who a b ::: what x)" = $'a:x\nb:x' ]
  run -0 gf-pool -d , --header echo {h} </dev/null
  [ -z "$output" ]
  run -2 gf-pool --header echo </dev/null
}

@test "columns: a name that is nearly one of the header is refused, other words are told once" {
  local word
  printf 'name,x,home dir\na,b,c\n' >in
  for word in '{nmae}' '{NAME}' 'x{nam/.}' '{home-dir}' '{X}'; do
    run -2 gf-pool -d , --header touch ran "$word" {name} <in
    [[ "$output" == *"is no name of the header"*'hint: did you mean {'* ]] || fails "$word: $output"
    run -2 gf-pool -d , --header --dry-run echo "$word" <in
    run -2 gf-pool -d , --header --tagstring "$word" touch ran <in
  done
  [ ! -e ran ]
  run -2 gf-pool --header echo {whoo} ::: who a
  run -2 gf-pool -d , --header -s 'echo {nmae}' <in
  run -0 gf-pool -d , --header echo '{print}' {name} '{other.}' <in
  [ "$output" = "gf-pool: '{print}' is no name of the header, and stays text
hint: {{}print} is that text, without this message
{print} a {other.}" ] || fails "$output"
  # Neither what is no word, nor what a brace was escaped for, nor what is the shell's.
  run -0 gf-pool -d , --header echo '{{}nmae}' '{{}print}' '{print $1}' '{"nmae"}' '{a,b}' '${nmae}' {q {} <in
  [ "$output" = '{nmae} {print} {print $1} {"nmae"} {a,b} ${nmae} {q a,b,c' ] || fails "$output"
  run -0 gf-pool -d , --header -s 'names=1; echo ${names} {print}' <in
  [ "$output" = '1 {print}' ]
  run -0 gf-pool -d , echo {nmae} <in
}

@test "columns: a name of two columns, blanks around a name, a number that is no column" {
  local template
  printf 'id,n,id, b\n1,2,3,4\n' >in
  for template in '{id}' 'x{id/.}'; do
    run -2 gf-pool -d , --header touch ran "$template" <in
    expect_text "is the name of columns 1 and 3 of the header"
    expect_text 'hint: write {1} or {3}'
  done
  run -2 gf-pool -d , --header --results 'r/{id}' echo <in
  [ "$(gf-pool -d , --header echo {n}{3}'{ b}' <in)" = 234 ]
  run -2 gf-pool -d , --header touch ran {b} <in
  expect_text "that one has blanks around it, ' b'"
  expect_text 'hint: write { b}'
  for template in {99999999999} {-1000001/.}; do
    run -2 gf-pool -d , touch ran "$template" <in
    expect_text 'no record has so many columns'
    run -2 gf-pool -d , --tagstring "$template" touch ran <in
  done
  [ "$(gf-pool -d , -k -s 'echo {99999999999}' <<<a)" = '{99999999999}' ]
  # With --pipe the header names nothing.
  run -2 gf-pool --pipe --header --tagstring '{n}' touch ran <in
  expect_text "'{n}': with --pipe the header is passed on, and names no columns"
  [ "$(gf-pool --pipe --header --tagstring '{i}' head -n1 <in)" = $'{i}\tid,n,id, b' ]
  [ ! -e ran ]
}

@test "places: --env and --chdir have none, and say so" {
  local option
  printf 'n,m\n1,2\n' >in
  for option in --env=A={1} --env='A=x{n.}' --env=A={} --chdir={//} --chdir='x{#}'; do
    run -2 gf-pool -d , --header "$option" touch ran <in
    expect_text 'a placeholder, but all jobs'
    run -2 gf-pool --dry-run -d , --header "$option" touch ran <in
  done
  run -2 gf-pool --worker --env 'A={%}' cat <in
  expect_text "hint: in the command: env A={%} COMMAND ...; A='...' gf-pool --env A takes any text"
  [ ! -e ran ]
  [ "$(gf-pool env A={} sh -c 'echo $A' ::: a)" = a ]
  # What is no place, the mark of -I, a value that is kept, a directory that is there.
  [ "$(gf-pool -I X --env A=X --env 'B={"a":1}' sh -c 'echo "$A$B"' sh X ::: a)" = 'X{"a":1}' ]
  [ "$(A='{}' gf-pool --env A --clean-env /bin/sh -c 'echo "$A"' sh ::: a)" = '{}' ]
  mkdir '{}'
  [ "$(gf-pool --chdir '{}' -s 'basename "$PWD"' ::: a)" = '{}' ]
}

@test "columns: a header from elsewhere may have a mark in front, and lines that end with CR LF" {
  printf '\357\273\277name,x\r\na,b\r\nc,d\n' >in
  [ "$(gf-pool -k -d , --header printf '<%s>' {name} {x} {} <in)" = '<a><b><a,b><c><d><c,d>' ]
  printf 'name\r\na\r\n' >list
  [ "$(gf-pool --header printf '<%s>' {name}{o} :::: list ::: o $'c\r')" = $'<ac\r>' ]
  # Without a CR in the header it is data, and so it is without --header.
  [ "$(printf 'n\na\r\n' | gf-pool -d , --header echo {n})" = $'a\r' ]
  [ "$(printf 'n,x\r\n' | gf-pool -d , echo {2})" = $'x\r' ]
  [ "$(gf-pool --pipe --header cat <in | cmp - in)" = '' ]
}

@test "braces that are no place stay as they are" {
  printf '1,2,3\nfoo,bar,baz\n' >in
  run -0 gf-pool -k -d , echo '{"id": 123, "first": "{1}", "q": {"a{b}": {}}}' -a {0} { } {x} '{1,2}' <in # pool-057
  [ "${lines[1]}" = '{"id": 123, "first": "foo", "q": {"a{b}": foo,bar,baz}} -a {0} { } {x} {1,2}' ]
  [ "$(echo r | gf-pool echo {{}1} {{}} {{}.})" = '{1} {} {.} r' ]
}

@test "-n: so many records a command, {1} {2} are they" {
  [ "$(seq 5 | gf-pool -k -n 2 echo)" = $'1 2\n3 4\n5' ]
  [ "$(seq 5 | gf-pool -k -n 2 echo {2}-{1} {#})" = $'2-1 1\n4-3 2\n-5 3' ]
  [ "$(seq 3 | gf-pool -n 3 echo x{}y {})" = 'x1y x2y x3y 1 2 3' ]
  [ "$(seq 3 | gf-pool -n 3 -s "$show")" = '[1][2][3]' ]
  [ "$(gf-pool -k -n 2 echo ::: a b c)" = $'a b\nc' ]
  [ "$(printf 'a\n\nb\n' | gf-pool -r -n 2 echo)" = 'a b' ]
  [ "$(seq 3 | gf-pool -n 1 -k echo)" = "$(seq 3)" ]
  run -2 gf-pool -n 0 echo # pool-045
}

@test "-n: what is empty" {
  [ "$(printf '\n\n' | gf-pool -n 5 -s "$show")" = '[][]' ]
  run -0 bash -c 'gf-pool -n 3 echo </dev/null'
  [ -z "$output" ]
}

@test "-n, -X: a record that can be in no command fails alone" {
  local options status=0
  printf 'a\nx\0y\nb\nc\n' >nul
  { echo a; head -c 140000 /dev/zero | tr '\0' x; printf '\nb\nc\n'; } >long
  for options in -X -n2 '-n 3 -X' '-n2 --retries 1 --results r'; do
    for input in nul long; do
      rm -f log
      # shellcheck disable=SC2086
      gf-pool $options -k --joblog log echo <$input >out 2>err || status=$?
      [ "$status" = 123 ]
      [ "$(<out)" = $'a\nb c' ] || fails "$options <$input: $(<out)"
      grep -q 'job 2 could not start: .*\(NUL byte\|longer than\)' err
      grep -q '^gf-pool: 1 of 3 jobs failed' err
      [ "$(cut -f 1,7 log | sort | tr '\t\n' ': ')" = '1:0 2:126 3:0 Seq:Exitval ' ]
    done
  done
  # Where it only looks too long, it runs, by itself; --halt counts what failed.
  [ "$({ echo a; head -c 70000 /dev/zero | tr '\0' x; printf '/b\nc\n'; } | gf-pool -k -X echo {/}{/})" = $'aa\nbb\ncc' ]
  run -123 gf-pool -j1 -k -n2 --halt soon,fail=1 echo <nul
  [[ "$output" == *$'\na\n'* || "$output" == a$'\n'* ]]
  [[ "$output" != *b\ c* ]]
  run -123 gf-pool --dry-run -X echo <nul
  [[ "$output" == *'echo b c'* ]]
}

@test "-X: as many as fit, in order, and never too many for the system" {
  [ "$(seq 5 | gf-pool -X echo)" = '1 2 3 4 5' ] # pool-003
  seq 400000 >in
  gf-pool -k -X --joblog log echo <in | tr ' ' '\n' | cmp - in
  [ "$(($(wc -l <log) - 1))" -ge 2 ]
  [ "$(cut -f 7 log | sort -u | tr '\n' ' ')" = '0 Exitval ' ]
  gf-pool -k -X echo x{} <in | tr ' ' '\n' | cmp - <(sed 's/^/x/' in)
  [ "$(seq 7 | gf-pool -k -X -n 3 echo)" = $'1 2 3\n4 5 6\n7' ]
}

@test "-X: records of every length, with an environment that is nearly full" {
  export LARGE
  LARGE=$(head -c 100000 /dev/zero | tr '\0' x)
  awk 'BEGIN { srand(3); for (i = 0; i < 3000; i++) { s = ""; n = rand() * 4000; while (length(s) < n) s = s "abcdefghij"; print i s } }' >in
  for limit in 8192 1024; do
    (ulimit -s "$limit" && gf-pool -k -X printf '%s\n' <in) | cmp - in
  done
}

@test "-X: one record that is too long alone is a failed job, the others run" {
  { echo a; head -c 200000 /dev/zero | tr '\0' x; echo; echo b; } >in
  run gf-pool -k -X echo <in
  expect_status 123
  [[ "$output" == *'longer than the system takes'* ]]
}

@test "a gathered job is tried again, and resumed, with the same words" {
  cat >job <<'END'
echo "$@" >>tries
[ "$1" != 3 ] || [ "$GF_ATTEMPT" -ge 3 ]
END
  seq 5 | gf-pool -k -n 2 --retries 3 --joblog log sh job
  [ "$(sort tries | uniq -c | awk '{ print $1 ":" $2 $3 }' | tr '\n' ' ')" = '1:12 3:34 1:5 ' ]
  rm tries
  seq 7 | gf-pool -k -n 2 --resume --joblog log sh job 2>/dev/null
  [ "$(sort tries | tr '\n' ' ')" = '5 6 7 ' ]
  printf 'a,1\nb,2\n' | gf-pool -d , --retries 1 -s 'echo "$1=$2"; [ "$GF_ATTEMPT" = 2 ]' >out
  [ "$(sort out | tr '\n' ' ')" = 'a=1 b=2 ' ]
}

@test "--dry-run shows the commands of any input" {
  [ "$(gf-pool --dry-run echo {1} {2} ::: 'a b' ::: c d)" = $'echo \'a b\' c\necho \'a b\' d' ]
  [ "$(seq 3 | gf-pool --dry-run -n 2 echo)" = $'echo 1 2\necho 3' ]
  [ "$(printf 'x,y\n1,2\n' | gf-pool --dry-run -d , --header echo {y})" = 'echo 2' ]
}

@test "a slow producer's records are gathered as they come" {
  { echo 1; sleep 0.3; echo 2; echo 3; } | gf-pool -n 2 -k echo >out
  [ "$(cat out)" = $'1 2\n3' ]
}

@test "what does not go together is usage" {
  while read -r args; do
    # shellcheck disable=SC2086
    run gf-pool $args </dev/null
    expect_status 2
    [[ "$output" == *hint:* ]]
  done <<'END'
-a f echo ::: a
-n 2 echo ::: a ::: b
-X -d , echo
-n 2 -d , echo
--header echo
-s true x ::: a
END
}

@test "-X: a command has room beside the environment that jobs get, not ours" {
  # A megabyte of variables that only jobs get: as many words fit as the system then takes.
  mib=()
  for i in $(seq 10); do mib+=(--env "BIG$i=$(head -c 100000 /dev/zero | tr '\0' x)"); done
  seq 300000 >in
  gf-pool -X "${mib[@]}" -k echo <in | tr ' ' '\n' | cmp - in
  # And with a clean one, ours takes no room from them.
  export HUGE
  HUGE=$(head -c 120000 /dev/zero | tr '\0' x)
  with=$(gf-pool -X --clean-env --env PATH="$PATH" echo <in | wc -l)
  unset HUGE
  [ "$with" = "$(gf-pool -X --clean-env --env PATH="$PATH" echo <in | wc -l)" ]
}
