#!/usr/bin/env bats
# pool_resume.bats - gf-pool goes on where an earlier run ended: what its job log lets it pass by.

load helper

pool() { gf-pool -k --joblog log "$@"; }

# ran: how often the job has run, by what it left behind.
ran() { cat ran 2>/dev/null | sort | tr '\n' ' '; }
note_it() { printf 'echo "$1" >>ran; %s' "${1:-:}"; }

# interrupted SCRIPT ARG...: jobs that run SCRIPT, told to end when the file `go` is there; 143.
interrupted() {
  gf-pool -j3 --joblog log -s "$@" 2>err 3>&- &
  until_true [ -e go ]
  stop_twice $!
}
stop_twice() {
  kill "$1"
  until_true grep -q stopping err
  kill "$1"
  status=0
  wait "$1" || status=$?
  expect_status 143
}
rows() { sed 1d log | sort -n | cut -f 1,7,8 | tr '\t\n' ': '; }

@test "what a second signal ended is interrupted, and runs again" {
  job='echo "$1" >>ran; [ -e again ] || case $1 in ok) : ;; bad) exit 3 ;; clean) trap "exit 0" TERM ;; caught) trap "exit 6" TERM ;; esac
    case $1 in ok | bad) ;; *) [ -e again ] || { sleep 30 & echo >>up; has=$(wc -l <up); [ "$has" -lt 3 ] || : >go; wait; } ;; esac'
  interrupted "$job" ::: ok bad clean caught plain
  [ "$(rows)" = '1:0:0 2:3:0 3:0:0 4:-2:15 5:-2:15 ' ] || fails "$(cat log)"
  grep -qx 'gf-pool: interrupted: 2 of 5 jobs; --resume runs them again' err
  grep -q '1 of 5 jobs failed' err
  cp log first
  touch again
  rm ran
  run -123 gf-pool -j1 --joblog log --resume -s "$job" ::: plain ok bad clean caught
  expect_text '3 of 5 jobs were done already'
  expect_text '1 of those failed then'
  [ "$(ran)" = 'caught plain ' ]
  rm ran
  cp first log
  run -0 gf-pool -j1 --joblog log --resume-failed -s "$job" ::: ok bad clean caught plain
  [ "$(ran)" = 'bad caught plain ' ]
  rm ran
  cp first log
  run -0 gf-pool -j1 --joblog log --retry-failed
  [ "$(ran)" = 'bad caught plain ' ]
  [ "$(sed 1d log | tail -3 | sort -n | cut -f 1,7 | tr '\t\n' ': ')" = '2:0 4:0 5:0 ' ]
  run -0 gf-pool --joblog log --retry-failed
  expect_text 'no job failed'
}

@test "what --halt now ended is interrupted, by number too, and equal jobs are counted" {
  job='echo x >>ran; [ -e again ] || case $GF_SEQ in 1) : ;; 2) until [ -e up ]; do sleep 0.02; done; exit 3 ;; 3) : >up; sleep 30 ;; esac'
  run -3 gf-pool -j2 --halt now,fail=1 --joblog log -s "$job" ::: same same same
  [ "$(rows)" = '1:0:0 2:3:0 3:-2:15 ' ] || fails "$(cat log)"
  expect_text 'gf-pool: interrupted: 1 of 3 jobs; --resume runs them again'
  expect_text 'gf-pool: 1 of 3 jobs failed'
  cp log first
  touch again
  for resume in --resume --resume=seq; do
    rm ran
    cp first log
    run -123 gf-pool -j1 --joblog log "$resume" -s "$job" ::: same same same
    [ "$(wc -l <ran)" = 1 ] || fails "$resume: $output"
    [ "$(sed 1d log | tail -1 | cut -f 1,7)" = $'3\t0' ]
    run -123 gf-pool -j1 --joblog log "$resume" -s "$job" ::: same same same
    [ "$(wc -l <ran)" = 1 ] || fails "$resume: once more"
  done
}

@test "what was killed, and what the end of the reader ended, is interrupted; a time limit is a failure" {
  gf-pool -j1 --joblog log -s 'trap "" TERM; : >go; while :; do sleep 0.05; done' ::: a 2>err 3>&- &
  until_true [ -e go ]
  kill $!
  until_true grep -q stopping err
  kill $!
  kill $!
  wait $! || [ $? -eq 143 ]
  [ "$(rows)" = '1:-2:9 ' ]
  rm log
  gf-pool -j2 --joblog log --events ev -s 'sleep "$1"; echo' ::: 0 30 2>err | head -n 1 >first
  [ "$(rows)" = '1:0:0 2:-2:15 ' ] || fails "$(cat log)"
  [ "$(jq -r 'select(.job == 2 and .event == "ended").reason' ev)" = pipe ]
  rm log
  run -124 gf-pool -t 100ms --joblog log sleep ::: 30
  [ "$(rows)" = '1:-1:15 ' ]
  run -123 gf-pool -t 100ms --joblog log --resume sleep ::: 30
}

@test "rows of a job that is to run again are rows of this input" {
  run -123 gf-pool --joblog log -s 'exit 3' ::: a
  run -123 gf-pool --joblog log --resume-failed -s 'exit 3' ::: a
  [[ $output != *'no row of joblog'* ]] || fails "$output"
}

@test "what has a row is passed by, in any order and among new input" {
  seq 3 | pool -s "$(note_it)"
  run bash -c "printf '%s\n' 9 3 1 8 2 | gf-pool --joblog log --resume -s '$(note_it)'"
  expect_status 0
  expect_text 'gf-pool: 3 of 5 jobs were done already'
  [ "$(ran)" = '1 2 3 8 9 ' ]
  [ "$(tail -n +2 log | wc -l)" -eq 5 ]
}

@test "what failed stays a failure, until --resume-failed runs it again" {
  seq 0 2 | pool -s "$(note_it 'exit $1')" || [ $? -eq 123 ]
  run bash -c "seq 0 2 | gf-pool --joblog log --resume -s '$(note_it 'exit $1')'"
  expect_status 123
  expect_text '2 of those failed then; --resume-failed runs them again'
  [ "$(ran)" = '0 1 2 ' ]
  run bash -c "seq 0 2 | gf-pool --joblog log --resume-failed -s '$(note_it 'exit $1')'"
  expect_status 123
  expect_text '1 of 3 jobs were done already'
  [ "$(ran)" = '0 1 1 2 2 ' ]
}

@test "the last row of a job counts" {
  echo x | pool -s '[ -e fixed ]' || [ $? -eq 123 ]
  touch fixed
  echo x | pool --resume-failed -s '[ -e fixed ]'
  rm fixed
  echo x | pool --resume-failed -s '[ -e fixed ]'
  echo x | pool --resume -s '[ -e fixed ]'
}

@test "equal jobs are counted, not merged" {
  printf 'a\na\n' | pool -s "$(note_it)"
  printf 'a\na\na\na\nb\n' | pool --resume -s "$(note_it)"
  [ "$(ran)" = 'a a a a b ' ]
}

@test "a word with a newline or a TAB is one row and is known again" {
  printf 'a\nb\tc\0d\0' | pool -0 -s "$(note_it)"
  [ "$(wc -l <log)" -eq 3 ]
  printf 'd\0a\nb\tc\0' | pool -0 --resume -s 'echo again'
}

@test "other words are another job" {
  echo x | pool true
  run bash -c 'echo x | gf-pool --joblog log --resume echo'
  expect_status 0
  expect_text "no row of joblog 'log' is about a job of this input"
  expect_text x
}

@test "by number, with a log as GNU parallel writes it" {
  printf 'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n' >log
  printf '1\t:\t1700000000.000\t     0.002\t0\t0\t0\t0\techo a\\ b\n' >>log
  printf '3\t:\t1700000000.000\t     0.002\t0\t0\t1\t0\techo c\n' >>log
  cp log log2
  [ "$(seq 11 14 | gf-pool -k --joblog log --resume=seq echo {#} || :)" = $'2\n4' ]
  [ "$(seq 11 14 | gf-pool -k --joblog log2 --resume=seq --resume-failed echo)" = $'12\n13\n14' ]
}

@test "a last row that a crash cut off is taken off, and its job runs" {
  seq 2 | pool -j1 -s "$(note_it)"
  truncate -s -2 log # now it ends in `sh `, as if the word were empty
  run bash -c "seq 2 | gf-pool --joblog log --resume -s '$(note_it)'"
  expect_status 0
  expect_text "joblog 'log' ended within a row, which was taken off: that job may have run"
  [ "$(ran)" = '1 2 2 ' ]
  [ "$(tail -n +2 log | cut -f 1 | sort | tr '\n' ' ')" = '1 2 ' ]
}

@test "a row that was damaged says nothing, and its job runs again" {
  printf '1\n2\n4\n' | pool -s "$(note_it)"
  sed -i 's/sh 2$/sh 3/' log # job 2 would be lost, and job 3 never run
  run bash -c "seq 4 | gf-pool -q --joblog log --resume -s '$(note_it)'; \
    seq 4 | gf-pool --joblog log --resume -s '$(note_it)'"
  expect_status 0
  expect_text "damaged rows in joblog 'log': 1; their jobs may have run"
  [ "$(ran)" = '1 2 2 3 4 ' ]
}

@test "one run at a time writes a log" {
  echo 30 >in
  gf-pool --joblog log sleep <in 3>&- &
  pid=$!
  for ((i = 0; i < 500; i++)); do
    [ -s log ] && break
    sleep 0.02
  done
  run bash -c 'echo 1 | gf-pool --joblog log --resume touch ran'
  expect_status 75
  expect_text "joblog 'log' is written by another run, process "
  [ ! -e ran ]
  kill -9 "$pid"
  wait "$pid" || true
  echo 1 | pool --resume true
}

@test "what is no job log is left as it is" {
  printf 'precious\nbytes' >log
  cp log before
  run bash -c 'echo 1 | gf-pool --joblog log --resume touch ran'
  expect_status 125
  expect_text "cannot use joblog 'log': it does not begin as a job log"
  cmp log before
  [ ! -e ran ]
}

@test "--dry-run shows what is left, and touches no log" {
  seq 3 | pool -j1 -s 'exit $(($1 == 2))' || :
  cp log before
  [ "$(seq 5 | gf-pool --joblog log --resume --dry-run -s 'exit $(($1 == 2))' | sed 's/.* //')" = $'4\n5' ]
  [ "$(seq 5 | gf-pool --joblog log --resume-failed --dry-run -s 'exit $(($1 == 2))' | sed 's/.* //')" = $'2\n4\n5' ]
  [ "$(seq 4 | gf-pool --joblog log --resume=seq --dry-run echo)" = 'echo 4' ]
  [ "$(gf-pool --joblog log --retry-failed --dry-run | sed 's/.* //')" = 2 ]
  cmp log before
  [ "$(seq 2 | gf-pool --joblog none --resume --dry-run echo)" = $'echo 1\necho 2' ]
  [ ! -e none ]
  run gf-pool --joblog none --retry-failed --dry-run
  expect_status 125
  expect_text "cannot open joblog 'none'"
}

@test "--dry-run shows what a worker is given" {
  [ "$(printf 'a\nb c\n' | gf-pool --worker --dry-run cat -u)" = $'cat -u <<<a\ncat -u <<<\'b c\'' ]
  printf 'a\nb\n' | gf-pool --worker --joblog log cat -u >/dev/null
  [ "$(printf 'a\nb\nc\n' | gf-pool --worker --joblog log --resume --dry-run cat -u)" = 'cat -u <<<c' ]
}

@test "what cannot be resumed is usage" {
  for words in 'echo {#}' 'echo {%}'; do
    run bash -c "echo 1 | gf-pool --joblog log --resume $words"
    expect_status 2
    expect_text 'hint: the job finds its number in GF_SEQ, its slot in GF_SLOT'
  done
  run gf-pool --resume echo </dev/null
  expect_status 2
  expect_text "--resume needs --joblog: it goes by the rows of an earlier run"
  run gf-pool --joblog log --resume=name echo </dev/null
  expect_status 2
}

@test "killed at any moment and resumed, each job ends once" {
  seq 400 >in
  for round in 1 2 3 4 5 6; do
    gf-pool -j4 --joblog log --resume sh -c 'sleep 0.01; echo "$1" >>ended' sh <in 2>>err 3>&- &
    pid=$!
    sleep "0.$((round * 7 % 3 + 1))"
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" || true
  done
  gf-pool -j4 -q --joblog log --resume sh -c 'sleep 0.01; echo "$1" >>ended' sh <in
  # No row twice, none missing; a job may only have ended without a row when the kill came between.
  diff <(seq 400) <(tail -n +2 log | sed "s/.* //" | sort -n)
  [ "$(sort -nu ended)" = "$(seq 400)" ]
  [ "$(wc -l <ended)" -le $((400 + 6 * 4)) ]
}
