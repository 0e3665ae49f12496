#!/usr/bin/env bats
# gf-pool: what surrounds a job: environment, directory, limits, tags, files of results.

load helper

@test "--tag puts the record in front of each line, --tagstring a text" {
  [ "$(gf-pool -k --tag -s 'echo 1; echo; printf 2' ::: a b)" = $'a\t1\na\t\na\t2b\t1\nb\t\nb\t2' ]
  [ "$(gf-pool --tag --line-buffer -s 'printf "x\ny"' ::: a)" = $'a\tx\na\ty' ]
  [ "$(gf-pool -k --tagstring '{#}:{.}' echo hi ::: a.c b.c | tr '\t' '|')" = $'1:a|hi a.c\n2:b|hi b.c' ]
  [ "$(gf-pool --tagstring fixed echo ::: a | tr '\t' '|')" = 'fixed|a' ]
  [ "$(gf-pool --tagstring '{2}{1} {}' echo ::: a ::: b | tr '\t' '|')" = 'ba a ba b|a b' ]
  [ "$(gf-pool -n2 --tagstring '<{}>' echo ::: a b | tr '\t' '|')" = '<a> <b>|a b' ]
  # Without input the record is the command of the row.
  run -123 gf-pool -q --joblog log ls -- ::: ./none
  run -123 gf-pool -q --joblog log --retry-failed --tagstring '{#}:{}{2}'
  [[ "$output" == $'1:ls -- ./none\t'* ]]
  [ "$(seq 2 | gf-pool --tag -n 2 echo | tr '\t' '|')" = '1 2|1 2' ]
  [ "$(printf 'a\tb\n' | gf-pool --tag echo hi | cut -f 1)" = 'a b' ]
  gf-pool --tag -s 'echo out; echo err >&2' ::: a >out 2>err
  [ "$(cat err)" = $'a\terr' ]
  [ -z "$(gf-pool --tag true ::: a)" ]
  run -2 gf-pool --tag -u echo ::: a
}

@test "--tag, --tagstring: what a record holds acts on no terminal, what the user wrote may" {
  local record=$'\033[2J\xe2\x80\xae\xc2\x9b\177\tx'
  [ "$(gf-pool --tag -s 'printf "\033[1m"' ::: "$record")" = '\x1b[2J\xe2\x80\xae\xc2\x9b\x7f x'$'\t\033[1m' ]
  [ "$(gf-pool --tagstring $'\033[32m{/}{1}\033[m' echo hi ::: $'a/\033b' | cut -f 1)" = $'\033[32m''\x1bba/\x1bb'$'\033[m' ]
}

# acts: whether a file has bytes that act on a terminal.
acts() { LC_ALL=C grep -Eq $'[\001-\010\013-\037\177]|\xe2\x80\xae|\xc2\x9b' "$1"; }

@test "--dry-run: what a record holds acts on no terminal, and a shell reads the same words" {
  printf '%s\0' $'\033[2J7' $'\xe2\x80\xae\xc2\x9b\xff' $'two\nlines\t\177' "it's" 'plain' >in
  acts in
  gf-pool -0 --dry-run printf '%s\0' <in >lines
  ! acts lines || fails "$(cat -v lines)"
  bash lines | cmp - in
  gf-pool --worker --dry-run cat ::: $'\033' >lines
  [ "$(<lines)" = "cat <<<''\$'\\033'''" ] || fails "$(cat -v lines)"
}

@test "--dry-run --retry-failed: what the log holds acts on no terminal either" {
  run -123 gf-pool -q -j1 --joblog log false ::: $'\033[2J' plain
  # Another tool wrote this row, in quotes of its own; the last is no list of words.
  printf '3\t:\t1.000\t0.001\t0\t0\t1\t0\tfalse "a \033b"\n' >>log
  printf '4\t:\t1.000\t0.001\t0\t0\t1\t0\tfalse "\033\n' >>log
  run -0 --separate-stderr gf-pool -q --dry-run --joblog log --retry-failed
  [ "$output" = "false ''\$'\\033''[2J'
false plain
false 'a '\$'\\033''b'
false \"\\x1b" ] || fails "$(cat -v <<<"$output")"
}

@test "--tag: lines longer than a read keep one tag" {
  gf-pool --tag -s 'head -c 300000 /dev/zero | tr "\0" x; echo' ::: a >out
  [ "$(wc -c <out)" -eq 300003 ]
  [ "$(grep -c "$(printf 'a\t')" out)" -eq 1 ]
}

@test "--results keeps what each job wrote and what became of it" {
  run gf-pool -k --results r -s 'echo "out $1"; echo "err $1" >&2; exit $1' ::: 0 3
  expect_status 123
  [ "$(cat r/1/stdout r/1/stderr r/1/status)" = $'out 0\nerr 0\n0' ]
  [ "$(cat r/2/stdout r/2/stderr r/2/status)" = $'out 3\nerr 3\n3' ]
  [ "$(cat r/2/command)" = "sh -c 'echo \"out \$1\"; echo \"err \$1\" >&2; exit \$1' sh 3" ]
  [[ "$output" == *'out 0'* ]]
  run -124 gf-pool --results t -t 0.2 sleep ::: 30
  [ "$(cat t/1/status)" = 124 ]
  run gf-pool --results k -s 'kill -9 $$' ::: a
  [ "$(cat k/1/status)" = 137 ]
  printf 'a\0b\n' | run ! gf-pool --results n echo
}

@test "--results: a retry begins its files anew, a run that is cut off leaves no status" {
  gf-pool --results r --retries 2 -s 'echo "try $GF_ATTEMPT"; [ "$GF_ATTEMPT" = 3 ]' ::: a
  [ "$(cat r/1/stdout)" = 'try 3' ]
  gf-pool --results c -s 'echo begun; sleep 30' ::: a >/dev/null 3>&- &
  pid=$!
  until [ -s c/1/stdout ]; do sleep 0.02; done
  kill -9 "$pid"
  wait "$pid" || true
  [ ! -e c/1/status ]
  run -125 gf-pool --results /dev/null/x echo ::: a
}

@test "--env, --clean-env" {
  [ "$(A=1 gf-pool --env A=2 --env B=x=y -s 'echo $A $B' ::: a)" = '2 x=y' ]
  [ "$(gf-pool --env A=1 --env A=2 printenv A ::: 2>/dev/null; gf-pool --env A=1 --env A=2 -s 'echo $A' ::: x)" = 2 ]
  A=1 HIDDEN=2 gf-pool --clean-env --env A --env PATH -s env ::: a >out
  [ "$(cut -d = -f 1 out | grep -vE '^(PWD|SHLVL|_|OLDPWD|GF_SAN.*)$' | sort | tr '\n' ' ')" = 'A GF_ATTEMPT GF_POOL GF_SEQ GF_SLOT GF_TOKEN PATH ' ]
  [ "$(gf-pool --env GF_SEQ=x -s 'echo $GF_SEQ' ::: a)" = 1 ]
  run -2 gf-pool --env =x echo ::: a
  run -2 gf-pool --env GF_NO_SUCH_VARIABLE echo ::: a
  [ "$(echo a | gf-pool --worker --env A=7 -s 'read -r r; echo $A')" = 7 ]
}

@test "--chdir: jobs run there, the command is found from here" {
  mkdir there
  printf '#!/bin/sh\npwd\n' >cmd
  chmod +x cmd
  [ "$(gf-pool --chdir there ./cmd ::: a)" = "$PWD/there" ]
  [ "$(gf-pool --chdir there -s pwd ::: a)" = "$PWD/there" ]
  [ "$(echo a | gf-pool --worker --chdir there -s 'read -r r; pwd')" = "$PWD/there" ]
  run -125 gf-pool --chdir nowhere echo ::: a
  [[ "$output" == *"cannot run jobs in 'nowhere'"* ]]
}

@test "--nice" {
  base=$(gf-pool -s 'nice' ::: a)
  [ "$(gf-pool --nice 3 -s 'nice' ::: a)" -eq $((base + 3 > 19 ? 19 : base + 3)) ]
  run -2 gf-pool --nice x echo ::: a
}

@test "limits on memory, processor time and files" {
  [ "$(gf-pool --limit-mem 100M --limit-files 50 -s 'ulimit -v; ulimit -n; ulimit -Hn' ::: a | tr '\n' ' ')" = '102400 50 50 ' ]
  start=$(date +%s%N)
  run -123 gf-pool --limit-cpu 1s -s 'while :; do :; done' ::: a
  [ $((($(date +%s%N) - start) / 1000000)) -lt 15000 ]
  [ "$(gf-pool --limit-cpu 1.5 -s 'ulimit -t' ::: a)" = 2 ]
}

@test "-t 300%: a job far over the median is ended" {
  start=$(date +%s%N)
  run -123 gf-pool -j2 -t 400% --joblog log -s 'sleep "$1"; [ "$1" != 0.11 ]' ::: 60 0.1 0.1 0.1 0.11 0.1
  [ $((($(date +%s%N) - start) / 1000000)) -lt 10000 ]
  [ "$(awk -F '\t' '$1 == 1 { print $7, $8 }' log)" = '-1 15' ]
  run -2 gf-pool -t 100% true ::: a
}
