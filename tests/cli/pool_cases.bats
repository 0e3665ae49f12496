#!/usr/bin/env bats
# gf-pool against what the suites and the threads of others expect of such a tool, a test a row. The
# number is the row's in the list that was gathered from xe, uutils, rust-parallel, GNU parallel,
# rush, pueue, jobflow and nq.
#
# Left out, because the tool says otherwise:
#   010  replacement switched off: -I STR makes {} text, and -I of a word that is not there appends
#   020 021  255 ends with 124, a kill with 125: a job's own end is 123 here, whatever it was
#   024  a worker count that is no number is 1: usage is 2
#   034  rules by pattern: out of scope
#   037 044  words that are quoted: a record is a line, and quotes are data
#   049  exit when a command is too long: that record fails alone, 123, and the others run
#   065  the exit status counts failures: 123
#   071  a newline in the log is a NUL byte: it is written $'\n', and read either way
#   098  255 stops all: --halt says when

load helper

# is_gone FILE: the process whose number is in it, or it goes within moments.
is_gone() {
  for _ in $(seq 60); do
    kill -0 "$(cat "$1")" 2>/dev/null || return 0
    sleep 0.05
  done
  return 1
}

@test "case 003: as many items as fit into a command" {
  [ "$(seq 5 | gf-pool -X echo)" = '1 2 3 4 5' ]
}
@test "case 012, 013: items on the command line, and none" {
  [ "$(gf-pool -k echo ::: 1 2 3)" = $'1\n2\n3' ]
  run -0 gf-pool echo :::
  [ -z "$output" ]
}
@test "case 014: a script gets the item as a parameter" {
  [ "$(seq 3 | gf-pool -k -s 'echo x$1')" = $'x1\nx2\nx3' ]
}
@test "case 017, 019: a job that fails, also with 127, is 123" {
  for code in 42 127 255; do
    run -123 gf-pool -s "exit $code" ::: a
  done
}
@test "case 025: one of three fails, the others' output is there" {
  run -123 bash -c "printf '%s\n' a b c | gf-pool -q -j1 -s 'test \$1 != b && echo \$1'"
  [ "$output" = $'a\nc' ]
}
@test "case 031: a slow producer's first item starts at once" {
  { echo 1; sleep 1.5; echo 2; } | gf-pool -s 'date +%s%N' >starts
  [ $((($(sed -n 2p starts) - $(sed -n 1p starts)) / 1000000)) -gt 700 ]
}
@test "case 038: blanks and tabs in NUL records are data" {
  [ "$(printf 'ab c\0d\tef\0' | gf-pool -0 -k echo)" = $'ab c\nd\tef' ]
}
@test "case 045: a batch of none is a usage error" {
  run -2 gf-pool -n 0 echo
}
@test "case 050: in order, and not one behind the other" {
  [ "$(gf-pool -j3 -k -s 'sleep $1; echo $1' ::: 0.3 0.2 0.1)" = $'0.3\n0.2\n0.1' ]
}
@test "case 052: -j 0 is as many as there are records, no percents are a usage error, and neither hangs" {
  run -0 timeout 5 gf-pool -j0 true ::: a
  [ -z "$output" ]
  run -2 timeout 5 gf-pool -j0% true ::: a
}
@test "case 056, 090: two lists are every combination, numbered" {
  [ "$(gf-pool -j1 echo {#} {1} {2} ::: a b ::: c d)" = $'1 a c\n2 a d\n3 b c\n4 b d' ]
}
@test "case 057: other braces survive" {
  [ "$(printf '1,2,3\nfoo,bar,baz\n' | gf-pool -k -d , echo '{"id": 123, "a": "{1}", "b": "{2}"}')" = \
    $'{"id": 123, "a": "1", "b": "2"}\n{"id": 123, "a": "foo", "b": "bar"}' ]
}
@test "case 059: a command that is not there" {
  run -127 gf-pool gf-no-such-thing ::: A B C
  [[ "$output" == *'not found'* ]]
}
@test "case 064: at the first success the others are ended" {
  local from=$SECONDS
  run -0 gf-pool -j3 --halt now,success=1 sleep ::: 0.2 13 14
  [ $((SECONDS - from)) -lt 8 ]
}
@test "case 068, 070: rows of the job log" {
  run -123 gf-pool -j1 --joblog log -s 'exit $1' ::: 0 3
  [ "$(head -1 log)" = $'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand' ]
  [ "$(awk -F'\t' 'NR > 1 { print $1, $2, $7, $8 }' log)" = $'1 : 0 0\n2 : 3 0' ]
  run -124 gf-pool --joblog log2 -t 500ms sleep ::: 0.1 15
  [ "$(awk -F'\t' '$1 == 2 { print $7, $8 }' log2)" = '-1 15' ]
}
@test "case 072: a dry run leaves no row" {
  [ "$(gf-pool --dry-run --joblog log echo ::: Only_this)" = 'echo Only_this' ]
  [ ! -s log ]
}
@test "case 073: stopped at a failure, then resumed: only what has not run runs" {
  run -1 gf-pool -j1 --joblog log --halt now,fail=1 -s 'echo ran $2; exit $1' ::: 0 0 0 1 0 0 :::+ 1 2 3 4 5 6
  [ "$(grep -c ^ran <<<"$output")" = 4 ]
  run -123 gf-pool -j1 --joblog log --resume -s 'echo ran $2; exit $1' ::: 0 0 0 1 0 0 :::+ 1 2 3 4 5 6
  [ "$(grep ^ran <<<"$output")" = $'ran 5\nran 6' ]
}
@test "case 078: the first line names the columns" {
  [ "$(printf 'h1,h2\n1,2\n' | gf-pool -d , --header echo {h2}-{h1})" = 2-1 ]
}
@test "case 079, 080: parts of a path" {
  [ "$(gf-pool echo {#} {/} {//} {/.} {.} ::: d.x/f.tar.gz)" = '1 f.tar.gz d.x f.tar d.x/f.tar' ]
  [ "$(gf-pool -k echo {.} ::: foo.jpg subdir/foo.jpg sub.dir/foo.jpg sub.dir/bar | tr '\n' ' ')" = \
    'foo subdir/foo sub.dir/foo sub.dir/bar ' ]
}
@test "case 086: a directory of results" {
  gf-pool --results r echo ::: q
  [ "$(cat r/1/stdout)" = q ]
  [ -e r/1/stderr ]
}
@test "case 091, 100: slots are distinct among what runs, and used again" {
  gf-pool -j2 -s 'mkdir slot$GF_SLOT && sleep 0.1 && rmdir slot$GF_SLOT && echo $GF_SLOT' ::: 1 2 3 4 5 6 | sort -u >slots
  [ "$(tr '\n' ' ' <slots)" = '1 2 ' ]
}
@test "case 093, 094, 095: no descendant in the group survives a time limit or two TERMs" {
  run -124 gf-pool -t 500ms -s 'sleep 31 & echo $! >bg; sleep 20' ::: a
  is_gone bg
  run -124 gf-pool -t 500ms -s '(trap "" TERM; sleep 32 & echo $! >bg2; wait) & sleep 20' ::: a
  is_gone bg2
  gf-pool -s 'sh -c "sh -c \"echo \\\$\\\$ >deep; sleep 33\"; :"; :' ::: a 3>&- &
  for _ in $(seq 100); do [ -s deep ] && break; sleep 0.05; done
  kill $!; sleep 0.2; kill $!
  wait $! || true
  is_gone deep
}
@test "case 101: long lines written in pieces come whole" {
  gf-pool -j8 -s 'for i in 1 2 3 4 5 6 7 8 9 10; do printf "%04000d" "$1"; done; echo' ::: $(seq 40) >out
  [ "$(awk 'length != 40000 { n++ } END { print n + 0, NR }' out)" = '0 40' ]
}
@test "case 102: resumed by words, whatever the order" {
  gf-pool --joblog log echo ::: a b c
  [ "$(gf-pool -q --joblog log --resume -s '' ::: 2>/dev/null; gf-pool -q -k --joblog log --resume echo ::: c d b a)" = d ]
}
@test "case 108: workers answer each line once" {
  seq 10000 | gf-pool --worker -j3 cat | sort -n | cmp - <(seq 10000)
}
@test "case 109: a job that was killed from outside is a row, the rest goes on" {
  run -123 gf-pool -q -j1 --joblog log -s 'test $1 != 2 || kill -TERM $$; echo $1' ::: 1 2 3
  [ "$output" = $'1\n3' ]
  [ "$(awk -F'\t' '$1 == 2 { print $7, $8 }' log)" = '0 15' ]
}

# ---- what a job may do to its time limit ------------------------------------------------------

@test "limit: a job that closes its output, forks, or stops itself is ended in time" {
  local from=$SECONDS
  run -124 gf-pool -t 400ms --kill-after 400ms -j4 -s 'eval "$1"' ::: 'exec >&- 2>&-; sleep 21' \
    'sleep 22 & sleep 22' 'kill -STOP $$' "trap '' TERM; while :; do sleep 0.1; done"
  [ $((SECONDS - from)) -lt 10 ]
}
@test "limit: one that floods both streams is ended, within the memory that holds it" {
  not_sanitized 'the sanitizer reserves addresses'
  run -124 bash -c 'ulimit -v 300000
    gf-pool -t 8s -s "yes out | head -c 100M & yes err | head -c 100M >&2 & wait; sleep 60" ::: a >o 2>e'
  [ "$(wc -c <o)" = 104857600 ]
  [ "$(head -c 104857600 e | sort -u | head -2 | tr -d '\n')" = err ]
}
