#!/usr/bin/env bats
# pool_told.bats - what gf-pool says of a run: what failed, what it waits for, and with -v each job.

load helper

HINT='hint: --joblog FILE logs each job; --resume-failed then runs failed jobs again'

# says ARG...: $stderr is what gf-pool says, $output what it prints.
says() { run --separate-stderr gf-pool "$@"; }
stderr=

# on_terminal COMMAND: $output is what it writes on a terminal of its own, with the keys of `keys`.
on_terminal() {
  run -0 env TERM=dumb timeout 20 script -qec "$1" /dev/null <keys
}

# ---- what failed ------------------------------------------------------------------------------

@test "told: how many failed, the first, and how to run them again" {
  says -j1 -s 'exit 3' ::: a b
  expect_status 123
  [ "$stderr" = "gf-pool: 2 of 2 jobs failed; first: job 1, exit status 3: sh -c 'exit 3' sh a
$HINT" ] || fails "$stderr"
  says -q -j1 -s 'exit 3' ::: a b
  expect_status 123
  [ -z "$stderr" ] || fails "$stderr"
  says true ::: a b
  [ -z "$stderr" ] || fails "$stderr"
}

@test "told: a signal, a time limit, and what could not start" {
  says -s 'kill -9 $$' ::: a
  [[ $stderr == "gf-pool: 1 of 1 jobs failed; first: job 1, signal 9: sh -c 'kill -9 \$\$' sh a"* ]] || fails "$stderr"
  says -j1 -t 200ms sleep ::: 0 9
  expect_status 124
  [[ $stderr == 'gf-pool: 1 of 2 jobs failed; first: job 2, timed out: sleep 9'* ]] || fails "$stderr"
  says -j1 {} ::: true gf-no-such-command
  [[ $stderr == *'gf-pool: 1 of 2 jobs failed; first: job 2, could not start: gf-no-such-command'* ]] || fails "$stderr"
  says --dry-run echo < <(printf 'a\0b\nc\n')
  [[ $stderr == *'gf-pool: 1 of 2 jobs failed; first: job 1, could not start' ]] || fails "$stderr"
}

@test "told: with a log, of its failed jobs, of blocks, and of many records a job" {
  says -j1 --joblog log -s 'exit $1' ::: 0 5
  [ "$stderr" = "gf-pool: 1 of 2 jobs failed; first: job 2, exit status 5: sh -c 'exit \$1' sh 5" ] || fails "$stderr"
  says --joblog log --retry-failed
  [[ $stderr == "gf-pool: 1 of 1 jobs failed; first: job 2, exit status 5: sh -c 'exit \$1' sh 5"* ]] || fails "$stderr"
  says -j1 --pipe -n 1 grep -q 2 < <(seq 3)
  [ "$stderr" = $'gf-pool: 2 of 3 jobs failed; first: job 1, exit status 1: grep -q 2 < block\nhint: --failed FILE keeps the records that failed' ] ||
    fails "$stderr"
  says -X false < <(seq 9000)
  [[ $stderr == 'gf-pool: 1 of 1 jobs failed; first: job 1, exit status 1: false 1 2 3 '*'...'$'\n'* ]] || fails "$stderr"
  [ "${#stderr}" -lt 400 ]
}

@test "told: when a signal ends the run, and after --halt" {
  gf-pool -j1 -s 'test "$1" != 1 || exit 4; touch runs; sleep 1' ::: 1 2 3 2>err 3>&- &
  pid=$!
  until [ -e runs ]; do sleep 0.05; done
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  expect_status 143
  grep -q '^gf-pool: 1 of 2 jobs failed; first: job 1, exit status 4: ' err
  says -j1 --halt now,success=1 -s 'exit $1' ::: 1 0 # that one fails is part of the plan
  expect_status 0
  [[ $stderr != *failed* ]] || fails "$stderr"
}

@test "told: nothing when the reader of the output goes away" {
  run bash -c 'seq 2000 | gf-pool -j2 -k -s "echo \$1; exit 1" 2>err | head -n 1; cat err'
  [ "$output" = 1 ] || fails "$output"
}

@test "told: records without an answer, with -v each" {
  echo 'while read -r r; do [ "$r" != 3 ] || exit 4; echo "$r"; done' >w
  says --worker -j1 -k sh w < <(seq 5)
  expect_status 123
  [[ $stderr == *'gf-pool: 1 of 5 records failed; first: record 3, worker 1 ended with exit status 4: 3
hint: --failed FILE keeps the records that failed' ]] || fails "$stderr"
  [[ $stderr != *'record 3 failed'* ]] || fails "twice: $stderr"
  says -v --failed bad --worker -j1 -k sh w < <(seq 5)
  [[ $stderr == *'gf-pool: record 3 failed: worker 1 ended with exit status 4'* ]] || fails "$stderr"
  [[ $stderr != *hint:* ]] || fails "$stderr"
}

# ---- what it waits for ------------------------------------------------------------------------

@test "told: that records are read from the terminal" {
  printf 'a\n\004' >keys
  on_terminal 'gf-pool echo got'
  expect_text 'gf-pool: reading records from the terminal; end with Ctrl-D, or give them after :::'
  expect_text 'got a'
  on_terminal 'gf-pool -q echo got'
  [[ $output != *reading* ]] || fails "$output"
  on_terminal 'gf-pool echo got ::: b'
  [[ $output != *reading* ]] || fails "$output"
  on_terminal 'gf-pool --pipe cat'
  expect_text 'end with Ctrl-D'
  [[ $output != *:::* ]] || fails "$output"
}

# ---- -v ---------------------------------------------------------------------------------------

@test "told: with -v each job as it starts and as it ends" {
  says -v -j1 -s 'exit $1' ::: 0 2
  [[ $stderr =~ ^"gf-pool: jobs at once: 1 at most
gf-pool: job 1 started: sh -c 'exit \$1' sh 0
gf-pool: job 1: ok after "[0-9.]+[mu]?s"
gf-pool: job 2 started: sh -c 'exit \$1' sh 2
gf-pool: job 2: exit status 2 after "[0-9.]+[mu]?s"
gf-pool: 1 of 2 jobs failed;" ]] || fails "$stderr"
  says -v -j1 --retries 1 --retry-delay 10ms -s 'test $GF_ATTEMPT = 2' ::: a
  [[ $stderr == *"job 1, attempt 1: exit status 1 after "*"job 1, attempt 1: the next attempt follows in 10ms
gf-pool: job 1, attempt 2 started: "*"job 1, attempt 2: ok after "* ]] || fails "$stderr"
}

# ---- commands that were written for a shell ------------------------------------------------------

@test "told: a command in quotes is answered once, with the script that was meant" {
  while IFS='|' read -r command hint; do
    run -127 --separate-stderr gf-pool "$command" ::: a b
    [ "$status" = 127 ] || fails "$command: $status"
    [ "$stderr" = "gf-pool: command not found: '$command'
hint: this is one word, and no shell reads it; with one: -s $hint" ] || fails "$stderr"
  done <<'END'
gzip -c {} > {}.gz|'gzip -c "$1" > "$1".gz'
cd {//}; mv {/} {.}.x{#}{%}|'cd "$(dirname "$1")"; mv "${1##*/}" "${1%.*}".x"$GF_SEQ""$GF_SLOT"'
sort -n|'sort -n "$1"'
END
  run -127 --separate-stderr gf-pool -I @ 'cat @; echo' ::: a
  expect_status 127
  [[ $stderr == *"-s 'cat \"\$1\"; echo'"* ]] || fails "$stderr"
  mkdir 'my tools' && printf '#!/bin/sh\necho "got $1"\n' >'my tools/run' && chmod +x 'my tools/run'
  [ "$(gf-pool 'my tools/run' ::: a)" = 'got a' ] # a file of that name is a command
  [ "$(gf-pool 'my tools/{}' a ::: run)" = 'got a' ]
}

@test "told: a shell within a command in quotes gives its script, or is refused" {
  while IFS='|' read -r command hint; do
    run -127 gf-pool "$command" ::: a b
    expect_text "with one: -s $hint"
  done <<'END'
env bash -c 'cat {}'|'cat "$1"'
nice sh -c "gzip {}"|'gzip "$1"'
END
  for command in 'env bash -c {}' 'sh -c "{}"'; do
    run -2 gf-pool "$command" ::: a
    expect_text "hint: if each is meant to be a command: -s 'eval \"\$1\"'"
  done
  run -127 gf-pool A_1=2 cmd ::: a
  expect_text 'hint: only a shell sets a variable so; this does too: env A_1=2 COMMAND ...'
}

@test "told: records that are commands, Perl expressions and functions of bash" {
  run gf-pool sh -c '{}' ::: 'echo hi'
  expect_status 2
  expect_text "hint: if each is meant to be a command: -s 'eval \"\$1\"'"
  [ "$(gf-pool -s 'eval "$1"' ::: 'echo hi | tr h H')" = Hi ]
  run gf-pool echo '{= s/a/b/ =}' ::: a
  expect_status 2
  expect_text "'{= s/a/b/ =}': {= =} is a Perl expression of GNU parallel"
  [ "$(gf-pool echo '{{}= x =}' ::: a)" = '{= x =} a' ]
  greet() { echo "hi $1"; }
  export -f greet
  run -127 --separate-stderr gf-pool greet ::: a
  expect_status 127
  [[ $stderr == *"hint: it is a function of bash, which bash alone can run: bash -c 'greet \"\$@\"' bash"* ]] || fails "$stderr"
  [ "$(gf-pool bash -c 'greet "$@"' bash ::: a)" = 'hi a' ]
  # whatever sh is here: one that does not find the function
  mkdir bin && printf '#!/bin/sh\nexit 127\n' >bin/sh && chmod +x bin/sh
  run -123 --separate-stderr env PATH="$PWD/bin:$PATH" gf-pool -s 'x=1; greet "$1"' ::: a b
  [[ $stderr == *"'greet' is a function of bash, which bash alone can run
hint: bash -c 'greet \"\$@\"' bash"* ]] || fails "$stderr"
  run gf-pool --retries 2 --retry-delay 100ms,x2,max 2s false ::: 1
  expect_status 2
  expect_text "the blank needs quotes: --retry-delay '1s,x2,max 1m'"
}

@test "told: -j 0 and -P 0 are as many as there are records" {
  for option in '-j 0' '-P 0' --jobs=0; do
    rm -f up.*
    # each waits until all sixteen are alive
    # shellcheck disable=SC2086
    run --separate-stderr timeout 20 gf-pool -q $option -s ': >up.$1
      until [ "$(ls up.* | wc -l)" = 16 ]; do sleep 0.05; done; echo $1' ::: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
    expect_status 0
    [ "${#lines[@]}" = 16 ] || fails "$option: $output"
  done
  run gf-pool --worker -j 0 cat ::: a
  expect_status 2
  expect_text '--worker does not go with -j 0'
}
