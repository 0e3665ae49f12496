#!/usr/bin/env bats
# gf-pool: how many jobs run at once, make's jobserver, processes that leave their job's group.

load helper

# peak: on standard input + and - for starts and ends, one a line; the most at once.
peak() { awk '/^\+/ { if (++n > most) most = n } /^-/ { n-- } END { print most + 0 }'; }
job='echo + >>marks; sleep 0.15; echo - >>marks'

@test "jobs at once: from a file, also while running" {
  echo 1 >n
  : >marks
  (until [ "$(grep -c -e - marks)" -ge 2 ]; do sleep 0.02; done; echo 4 >n.new; mv n.new n) &
  run -0 gf-pool -j @n -s "$job" ::: 1 2 3 4 5 6 7 8 9 10 11 12
  wait
  [ "$(head -4 marks | tr '\n' ' ')" = '+ - + - ' ]
  [ "$(peak <marks)" = 4 ]
}

@test "jobs at once: less in the file lets what runs go on, and starts no more" {
  echo 4 >n
  : >marks
  (until [ "$(grep -c + marks)" -ge 4 ]; do sleep 0.02; done; echo 1 >n) &
  run -0 gf-pool -j @n -s "$job" ::: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18
  wait
  [ "$(peak <marks)" = 4 ]
  [ "$(grep -c + marks)" = 18 ]
  [ "$(tail -6 marks | tr '\n' ' ')" = '+ - + - + - ' ]
}

@test "jobs at once: a file that says nothing sensible" {
  run -125 gf-pool -j @nosuch true ::: 1
  [[ "$output" == *"number of jobs from 'nosuch'"* ]]
  echo 0 >n
  run -2 gf-pool -j @n true ::: 1
  [[ "$output" == *'number of jobs'* ]]
  run -2 gf-pool -j @ true ::: 1
  # While running, what was said before stays.
  echo 2 >n
  run -0 gf-pool -j @n -s 'echo nonsense >n; sleep "$1"' ::: 0.4 0.4 0.4 0.4
  [[ "$output" == *nonsense* ]]
}

@test "load: one job always runs, more only while the machine is not busy" {
  : >marks
  for _ in 1 2 3; do timeout 20 sh -c 'while :; do :; done' & pids="$pids $!"; done
  run -0 gf-pool -j4 --load 2 -s "$job" ::: 1 2 3 4 5
  kill $pids
  wait || true
  [ "$(peak <marks)" = 1 ]
  run -2 gf-pool --load 0 true ::: 1
  run -2 gf-pool --load x true ::: 1
  run -0 gf-pool -j2 --load 100000 true ::: 1 2 3
}

@test "memfree: nothing starts while there is less" {
  run -0 gf-pool --memfree 1M echo ::: a
  [ "$output" = a ]
  run -124 timeout 1 gf-pool --memfree 100000G echo ::: a
  [ -z "$output" ]
}

@test "--ci: folds for GitHub" {
  run -123 bash -c "gf-pool -j1 --ci=github -s 'test \$1 = 2 || echo out \$1; printf err >&2; test \$1 != 3' ::: 1 2 3 2>/dev/null"
  [ "${lines[0]%(*}" = '::group::job 1 ' ]
  [[ "${lines[0]}" == *'(ok, '*"): sh -c "* ]]
  [[ "${lines[1]}" =~ ^::stop-commands::[0-9a-f]{32}$ ]]
  [ "${lines[2]}" = 'out 1' ]
  [ "${lines[3]}" = err ] # in the fold, although standard error goes nowhere
  [ "${lines[4]}" = "::${lines[1]#::stop-commands::}::" ]
  [ "${lines[5]}" = '::endgroup::' ]
  [[ "${lines[6]}" == '::group::job 2 '* ]]
  [ "${lines[7]}" != "${lines[1]}" ]
  [[ "$output" == *$'out 3\nerr\n::'*$'::\n::endgroup::\n::error title=gf-pool::job 3 (exit status 1, '* ]] || {
    printf '%q\n' "$output"
    false
  }
  [ "$(grep -c ^::group <<<"$output")" = 3 ]
  [ "$(grep -c ^::endgroup <<<"$output")" = 3 ]
}

# obeyed: of a log of GitHub on standard input, the commands that a runner obeys.
obeyed() {
  awk -F :: '
    stop != "" { if ($0 == "::" stop "::") stop = ""; next }
    /^::stop-commands::/ { stop = $3; next }
    /^::[a-z-]+/ { split($2, word, " "); print word[1] }' | tr '\n' ' '
}

@test "--ci: no message of ours gives a command to GitHub's runner" {
  run gf-pool --ci=github -k -v --progress=always false ::: '##[add-mask]evil'
  expect_status 123
  [[ $output == *"first: job 1, exit status 1: false '##(add-mask]evil'"* ]] || fails "$output"
  ! grep -v '^::' <<<"$output" | grep -F '##[' || fails "$output"
  run gf-pool -k false ::: '##[add-mask]evil'
  [[ $output == *"false '##[add-mask]evil'"* ]]
}

@test "--ci: jobs give no commands to GitHub, unless --ci-commands lets them" {
  local job='printf "::endgroup::\n::add-path::/x\n::stop-commands::mine\n::mine::\n::error file=a.c::no"; exit 1'
  run -123 bash -c 'gf-pool -q -j1 --ci=github -s "$0" ::: 1 2' "$job"
  [ "$(obeyed <<<"$output")" = 'group endgroup error group endgroup error ' ] || fails "$output"
  [ "$(grep -c '^::error file=a.c::no' <<<"$output")" = 2 ] # it is in the log all the same
  run -123 bash -c 'gf-pool -q -j1 --ci=github --ci-commands -s "$0" ::: 1' "$job"
  [ "$(obeyed <<<"$output")" = 'group endgroup add-path error endgroup error ' ] || fails "$output"
  run -0 gf-pool -q --ci=gitlab --ci-commands echo ::: a
  run -2 gf-pool --ci-commands echo ::: a
}

@test "--ci: no job can name its section in the log of GitLab" {
  run -0 bash -c 'gf-pool -q -j1 -k --ci=gitlab echo ::: a b | grep -o "section_[a-z]*:[0-9]*:[a-zA-Z0-9_.-]*" | cut -d : -f 3'
  [ "${lines[0]}" = "${lines[1]}" ] && [ "${lines[2]}" = "${lines[3]}" ]
  [[ ${lines[0]} =~ ^gf_job_1_[0-9a-f]{32}$ ]] || fails "$output"
  [ "${lines[0]#gf_job_1}" != "${lines[2]#gf_job_2}" ]
}

@test "--ci: a command with direction marks and controls is shown with their bytes" {
  run -0 gf-pool -q --ci=github echo ::: $'a\342\200\256b\302\233c'
  [[ "${lines[0]}" == *'\xe2\x80\xae'*'\xc2\x9b'* ]] || fails "$output"
}

@test "--ci: an interrupted job is shown, and is no error" {
  run -3 gf-pool -q -k -j2 --ci=github --halt now,fail=1 -s 'case $1 in a) until [ -e up ]; do sleep 0.02; done; exit 3 ;; esac; : >up; exec sleep 30' ::: a b
  [[ $output == *'::group::job 2 (interrupted, '* ]] || fails "$output"
  [ "$(grep -c '^::error' <<<"$output")" = 1 ]
}

@test "--ci: a record cannot give commands to the log, and a silent success has no fold" {
  run -0 gf-pool --ci=github echo ::: $'x\n::error::100%'
  [ "$(grep -c ^::group:: <<<"$output")" = 1 ]
  [[ "${lines[0]}" == *'100%25'* ]]
  run -0 gf-pool --ci=github true ::: 1 2
  [ -z "$output" ]
}

@test "--ci: folds for GitLab, and by what is around" {
  run -0 gf-pool --ci=gitlab echo ::: a
  [[ "${lines[0]}" == $'\033[0Ksection_start:'*':gf_job_1_'*'[collapsed=true]'$'\r\033[0Kjob 1 (ok, '*'): echo a' ]]
  [ "${lines[1]}" = a ]
  [[ "${lines[2]}" == $'\033[0Ksection_end:'*':gf_job_1_'*$'\r\033[0K' ]]
  GITLAB_CI=true run -0 env -u GITHUB_ACTIONS gf-pool --ci echo ::: a
  [[ "$output" == *section_start* ]]
  run -0 env GITHUB_ACTIONS=true gf-pool --ci echo ::: a
  [[ "$output" == ::group::* ]]
  run -0 env -u GITHUB_ACTIONS -u GITLAB_CI gf-pool --ci echo ::: a
  [ "$output" = a ]
  run -0 env GITHUB_ACTIONS=true gf-pool echo ::: a # never by itself
  [ "$output" = a ]
  run -2 gf-pool --ci=jenkins echo ::: a
  run -2 gf-pool --ci -u echo ::: a
}

# ---- make's jobserver ------------------------------------------------------------------------

# tokens FIFO: how many are in it.
tokens() { timeout 0.5 cat <>"$1" | wc -c; }
with_fifo() { mkfifo f; exec 7<>f; printf "%.${1}s" ++++++++++ >&7; export MAKEFLAGS=" -j$(($1 + 1)) --jobserver-auth=fifo:$PWD/f"; }

@test "jobserver: as many jobs as make has tokens for, and one" {
  with_fifo 2
  : >marks
  run -0 gf-pool -s "$job" ::: 1 2 3 4 5 6 7 8 9
  [ "$(peak <marks)" = 3 ]
  [ "$(tokens f)" = 2 ]
}

@test "jobserver: without a token one job runs at a time" {
  with_fifo 0
  : >marks
  run -0 gf-pool -s "$job" ::: 1 2 3
  [ "$(peak <marks)" = 1 ]
}

@test "jobserver: a token that comes later is used" {
  with_fifo 0
  : >marks
  (sleep 0.3; printf + >&7) &
  run -0 gf-pool -s "$job" ::: 1 2 3 4 5 6 7 8
  wait
  [ "$(peak <marks)" = 2 ]
  [ "$(tokens f)" = 1 ]
}

@test "jobserver: tokens go back when jobs fail, when we are stopped, and when a signal ends us" {
  with_fifo 3
  run -123 gf-pool false ::: 1 2 3 4 5 6
  [ "$(tokens f)" = 3 ]
  for sig in TERM INT QUIT ABRT USR2 XCPU; do
    printf +++ >&7
    (ulimit -c 0; exec env -u SHELL gf-pool sleep ::: 20 20 20 20 3>&- 7>&- 2>/dev/null) &
    pid=$!
    for _ in $(seq 100); do
      [ "$(ps --ppid "$pid" -o pid= | wc -l)" = 4 ] && break
      sleep 0.05
    done
    kill -"$sig" "$pid"
    [ "$sig" != TERM ] && [ "$sig" != INT ] || { sleep 0.1; kill -TERM "$pid"; }
    wait "$pid" || true
    [ "$(tokens f)" = 3 ]
  done
}

@test "jobserver: -j N leaves it alone, and one that cannot be reached is said" {
  with_fifo 1
  : >marks
  run -0 gf-pool -j4 -s "$job" ::: 1 2 3 4 5 6 7 8
  [ "$(peak <marks)" = 4 ]
  [ "$(tokens f)" = 1 ]
  MAKEFLAGS='--jobserver-auth=998,999' run -0 gf-pool echo ::: a
  [[ "$output" == *jobserver*+* ]]
  MAKEFLAGS='--jobserver-auth=what' run -0 gf-pool echo ::: a
  [[ "$output" == *'not known'* ]]
  MAKEFLAGS='--jobserver-auth=-2,-2' run -0 gf-pool echo ::: a
  [ "$output" = a ]
}

@test "jobserver: make's own, by a pipe" {
  : >marks
  cat >Makefile <<'END'
all: a b
a b: ; +@gf-pool -s 'echo + >>marks; sleep 0.15; echo - >>marks' ::: 1 2 3 4 5 6
END
  run -0 env -u MAKEFLAGS make -j3
  [ "$(grep -c + marks)" = 12 ]
  [ "$(peak <marks)" = 3 ]
}

# ---- who leaves the group of the job ---------------------------------------------------------

# Each leaves a process that would write `late`, were it not ended.
gone() { sleep 0.2; ! kill -0 "$(cat "$1")" 2>/dev/null; }

@test "escape: what left the group of a job that timed out is ended" {
  run -124 timeout 20 gf-pool -t 300ms -s 'setsid sh -c "echo \$\$ >pid; exec sleep 15" & wait' ::: 1
  gone pid
}

@test "escape: also what ignores SIGTERM, and the children of what left" {
  cat >outer <<'END'
trap "" TERM
setsid sh -c 'echo $$ >inner; exec sleep 15' &
echo $$ >pid
while :; do sleep 0.1; done
END
  run -124 timeout 20 gf-pool -t 400ms --kill-after 300ms -s 'setsid sh ./outer & wait' ::: 1
  gone pid
  gone inner
}

@test "escape: its pipes are ours, and the job is over in time" {
  run -124 timeout 20 bash -o pipefail -c 'gf-pool -q -t 300ms -s "setsid sleep 15 & echo started; wait" ::: 1 | cat'
  [[ "$output" == started* ]]
}

@test "escape: at --halt now, and when the run is stopped twice" {
  run -1 timeout 20 gf-pool -j2 --halt now,fail=1 -s 'test $1 = 1 || { sleep 0.3; exit 1; }; setsid sh -c "echo \$\$ >pid; exec sleep 15" & wait' ::: 1 2
  gone pid
  rm pid
  gf-pool -s 'setsid sh -c "echo \$\$ >pid; exec sleep 15" & wait' ::: 1 &
  pool=$!
  for _ in $(seq 100); do [ -s pid ] && break; sleep 0.05; done
  kill "$pool"; sleep 0.2; kill "$pool"
  wait "$pool" || true
  gone pid
}

@test "escape: what a job that ended by itself left behind goes on" {
  run -0 timeout 20 gf-pool -j2 -s '[ $1 = 2 ] && exec sleep 0.1; setsid sh -c "echo \$\$ >pid; exec sleep 5" >/dev/null 2>&1 & while [ ! -s pid ]; do sleep 0.05; done' ::: 1 2
  kill -0 "$(cat pid)"
  kill "$(cat pid)"
}

@test "escape: a job passes its processes off as no other job's" {
  # Job 1 starts a process with the number of job 2, which times out: that one is not job 2's to end.
  # Job 2 gives its own the number of job 1, and that one is ended all the same.
  run -124 timeout 20 gf-pool -j2 -t 600ms -s 'test "$1" = 2 || {
      GF_SEQ=2 setsid sh -c "echo \$\$ >other.pid; exec sleep 15" >/dev/null 2>&1 &
      until [ -s other.pid ]; do sleep 0.02; done; exit 0; }
    GF_SEQ=1 setsid sh -c "echo \$\$ >own.pid; exec sleep 15" >/dev/null 2>&1 &
    wait' ::: 1 2
  kill -0 "$(cat other.pid)" || fails 'a process of job 1 was ended with job 2'
  kill "$(cat other.pid)"
  gone own.pid || fails 'a process of job 2 was spared'
}

@test "escape: what an attempt left that ended by itself is not ended with the next one" {
  run -124 timeout 20 gf-pool -q --retries 1 -t 600ms -s '[ $GF_ATTEMPT = 2 ] && exec sleep 15
    setsid sh -c "echo \$\$ >pid; exec sleep 15" >/dev/null 2>&1 &
    until [ -s pid ]; do sleep 0.02; done; exit 1' ::: 1
  kill "$(<pid)"
}

@test "escape: each attempt has a token of its own, and so has each worker" {
  run -123 gf-pool -q -j2 --retries 1 -s 'echo "$GF_TOKEN" >>tokens; false' ::: 1 2
  seq 2 | gf-pool --worker -j2 --max-items 1 -s 'echo "$GF_TOKEN" >>tokens; while read -r r; do echo "$r"; done'
  [ "$(grep -cxE '[0-9a-f]{32}' tokens)" -eq 6 ] || fails "$(cat tokens)"
  [ -z "$(sort tokens | uniq -d)" ] || fails "$(cat tokens)"
}

@test "escape: a job of a pool in the job is not taken for one of ours" {
  # Number 2 of ours times out; number 2 of the inner one has the same number.
  run -124 timeout 20 gf-pool -j2 -t 600ms -s 'test $1 = 2 && exec sleep 20
    gf-pool -s "test \$1 = 1 || { setsid sh -c \"echo \\\$\\\$ >pid; exec sleep 4\" >/dev/null 2>&1 & sleep 0.1; }" ::: 1 2' ::: 1 2
  kill -0 "$(cat pid)"
  kill "$(cat pid)"
}
