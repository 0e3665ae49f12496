#!/usr/bin/env bats
# children.bats - one table: what can happen to a child, and how each of those that run children answers it:
# job (gf-pool), worker (gf-pool --worker), cron (gf-cron run), and map, each and filter (the stages of
# gf-pipeline; a filter is one process, without limits for a record).
#
# A row is a function that says what must be true in the end, whichever runs the child, and a test
# that names the ways it is asked of. `$way` is the way of the cell, which has a directory of its own.
# The rows speak by few words:
#
#   child SCRIPT       what each child does; $n is its record, $$ the first process of the child
#   runs [N [K]]       N children run, K at once, to the end of the tool: $rc is its status
#   runs_into FILE     one child runs into a time limit, after it has written FILE
#   begins [N [K]]     the same, and the tool runs on; its process is $tool
#   told_is TEXT       every voice of the tool tells each end so: exit 3, signal 15, timeout
#   status_is J W C S  the status of the tool, as job, as worker, as cron, as a stage
#
# `limit`, `grace`, `patience` and `under` are a row's to set: the time limit of a child, the time from
# SIGTERM to SIGKILL, the seconds after which the tool is said to hang, the command in front of the tool.

load helper

# Cells that do not hold today. One that begins to hold fails until its line is taken out.
known_bad='
'

# ---- the ways ------------------------------------------------------------------------------------

# As the child of each way: the first process is the shell that reads `it`.
in_job() {
  seq -f 'c%.0f' "$children" >in
  cmd=(gf-pool -j "$at_once" --kill-after "$grace" --ci=github --joblog log --events events
    --report page ${limit:+-t "$limit"} -s 'n=$1; . ./it')
}

# All records, or those of the workers that are to begin; `more` gives the rest.
in_worker() {
  seq -f 'c%.0f' "$children" >in
  cmd=(gf-pool --worker -j "$at_once" --kill-after "$grace" ${limit:+-t "$limit"}
    -s 'while read -r n; do . ./it; echo "$n"; done')
}

in_cron() {
  seq -f "@start GF_ID=c%.0f GF_KILL_AFTER=$grace ${limit:+GF_TIMEOUT=$limit }n=\$GF_ID; . ./it" "$children" >in
  cmd=(gf-cron run -j "$at_once" --fail-on-error --log=json -S ./db -)
}

in_stage() {
  seq -f 'c%.0f' "$children" >in
  cmd=(gf-pipeline --kill-after "$grace" --dead dead --events events --stage s --mode "$@")
}

in_map() {
  in_stage map -j "$at_once" --window 1 ${limit:+-t "$limit"} -- sh -c 'while read -r n; do . ./it; echo "$n"; done'
}

in_each() { in_stage each -j "$at_once" ${limit:+-t "$limit"} -- sh -c 'read -r n; . ./it; echo "$n"'; }

in_filter() { in_stage filter -- sh -c 'while read -r n; do . ./it; echo "$n"; done'; }

# What each says of the ends, one a line.
told_by_job() {
  awk -F '\t' 'NR > 1 { print $7 == -1 ? "timeout" : $8 ? "signal " $8 : "exit " $7 }' log
  jq -r 'select(.event == "ended") |
    if .reason == "exit" then "exit \(.exit)" elif .reason == "signal" then "signal \(.signal)" else .reason end' events
  sed -n -e 's/^::group::job [0-9]* (\([^,]*\),.*/\1/p' -e 's/^::error title=gf-pool::job [0-9]* (\([^,]*\),.*/\1/p' out
  sed -n 's/.* title="job [0-9]*: \([^,]*\),.*/\1/p; s/.*<td class="n">\([a-z].*\) after .*/\1/p' page
  sed -n 's/.*; first: job [0-9]*, \([^:]*\): .*/\1/p' err
}

told_by_worker() {
  [ "$(wc -l <out)" != "$children" ] || echo ok
  sed -n 's/.*; first: record [0-9]*, \(.*\): c[0-9]*$/\1/p' err |
    sed 's/^worker [0-9]* ended with //; s/ ended worker [0-9]*$//'
}

told_by_map() {
  [ "$(wc -l <out)" != "$children" ] || echo ok
  jq -r 'if .reason == "exit" then "exit \(.exit)" elif .reason == "signal" then "signal \(.signal)" else .reason end' dead
  jq -r 'select(.event == "dead") |
    if .reason == "exit" then "exit \(.exit)" elif .reason == "signal" then "signal \(.signal)" else .reason end' events
  sed -n "s/.*; first: record [0-9]*, stage 's', \(.*\): c[0-9]*\$/\1/p" err
}
told_by_each() { told_by_map; }

told_by_filter() {
  [ "$(wc -l <out)" != "$children" ] || echo ok
  sed -n "s/.*stage 's' failed: //p" err
}

# Lines of children are among them.
events_of_cron() { grep '^{' err; }

told_by_cron() {
  events_of_cron | jq -r 'select(.due and .event != "planned" and .event != "started") |
    if .event == "timeout" or .event == "interrupted" then .event
    elif .signal then "signal \(.signal)" else "exit \(.exit)" end'
  gf-cron history -S ./db |
    awk -F '\t' '{ print $5 == "timeout" || $5 == "interrupted" ? $5 : $7 != "-" ? "signal " $7 : "exit " $6 }'
}

# ---- the words of a row --------------------------------------------------------------------------

child() {
  cat >it <<'END'
wait_for() { i=0; until "$@" 2>/dev/null; do i=$((i + 1)); [ $i -lt 300 ] || return; sleep 0.03; done; }
four_up() { set -- up.*; [ $# -ge 4 ]; }
END
  printf '%s\n' "$1" >>it
}

prepares() {
  children=${1:-1} at_once=${2:-${1:-1}}
  "in_$way"
}

runs() {
  prepares "$@"
  rc=0
  timeout -s KILL "$patience" "${under[@]}" "${cmd[@]}" <in >out 2>err || rc=$? # 137: it hangs
}

# Once more with a longer limit, where a busy machine had not come so far.
runs_into() {
  for limit in 700ms 3s 12s; do
    rm -rf log events db* "$1"
    runs
    [ ! -s "$1" ] || return 0
  done
  fails "no $1"
}

begins() {
  prepares "$@"
  if reads_late; then
    mkfifo late
    "${cmd[@]}" <late >out 2>err &
    tool=$!
    exec 5>late
    head -n "$at_once" in >&5
  else
    "${cmd[@]}" <in >out 2>err &
    tool=$!
  fi
  echo "$tool" >tool.pid
}

# reads_late: its children have no more records than run at once, until the others come.
reads_late() { [[ $way = @(worker|map|each|filter) ]]; }

# more: the records that come later. Jobs and crontabs had all of them; what is too many waits.
more() {
  reads_late || return 0
  tail -n "+$((at_once + 1))" in >&5
  exec 5>&-
}

# ends: the tool does, of its own accord; $rc is its status.
ends() {
  rc=0
  until_true is_over "$tool"
  wait "$tool" || rc=$?
}

told_is() {
  local told
  told=$("told_by_$way" | sed 's/^exit status/exit/; s/^ok$/exit 0/; s/^timed out$/timeout/' | sort -u)
  [ "$told" = "$1" ] || fails "told is '$told', not '$1'"
}

status_is() {
  local want
  case $way in job) want=$1 ;; worker) want=${2-$1} ;; cron) want=${3-$1} ;; *) want=${4-$1} ;; esac
  [ "$rc" = "$want" ] || fails "status $rc, not $want"
}

# state PID: $state is the letter of the kernel, X where there is none.
state() {
  { read -r state <"/proc/$1/stat"; } 2>/dev/null || state=') X'
  state=${state##*) }
  state=${state%% *}
}
is_over() { state "$1" && [[ $state == [ZX] ]]; }
lives() { state "$1" && [[ $state != [ZX] ]]; }
is_stopped() { state "$1" && [ "$state" = T ]; }

# Stopped, or waiting for a child that was stopped between vfork and exec: a shell is D then.
is_held() { state "$1" && [[ $state = [TD] ]]; }

# until_soon CMD: what must follow at once, given a busy machine.
until_soon() {
  local i
  for ((i = 0; i < 100; i++)); do
    "$@" 2>/dev/null && return 0
    sleep 0.02
  done
  fails "not true soon: $*"
}

# many N: a filter is one process.
many() { if [ "$way" = filter ]; then echo 1; else echo "$1"; fi; }

# count N PREFIX: so many files are there.
count() { [ "$(find . -maxdepth 1 -name "$2*" -size +0 | wc -l)" -eq "$1" ]; }

# has_taken: the tool has acted on the signals that it was sent, and waits again.
has_taken() { grep -q '^ShdPnd:.0*$' "/proc/$tool/status" && is_asleep "$tool"; }
tells() {
  kill "-$1" "$tool"
  until_true has_taken
}

# A cell leaves no process behind: neither the tool nor what wrote its number to a file *.pid.
clean_up() {
  local pid
  while read -r pid; do
    [ "$(readlink "/proc/$pid/cwd")" != "$PWD" ] || kill -KILL "$pid" || :
  done < <(cat -- *.pid 2>/dev/null)
}

# row FUNCTION WAY...: the cells of a row, each in a shell of its own. In the foreground: one in the
# background would ignore SIGINT, and its children too.
row() {
  local way rc state wrong=''
  for way in "${@:2}"; do
    mkdir "$way"
    set +eET
    (
      trap - ERR DEBUG
      trap clean_up EXIT
      set -e
      cd "$way"
      limit='' grace=60s patience=40 under=() rc=0
      "$1"
    ) >"$way.told" 2>&1 3>&-
    rc=$?
    set -eET
    if ! grep -qx "$1 $way" <<<"$known_bad"; then
      [ "$rc" -eq 0 ] || wrong+="$1 $way: $(cat "$way.told" "$way/out" "$way/err" 2>&1)"$'\n'
    elif [ "$rc" -eq 0 ]; then
      wrong+="$1 $way holds now: unmark it"$'\n'
    fi
  done
  [ -z "$wrong" ] || fails "$wrong"
}

# ---- how it ends ---------------------------------------------------------------------------------

exit_0() {
  child ':'
  runs
  told_is 'exit 0'
  status_is 0
}
@test "children: exit 0" { row exit_0 job worker cron map each filter; }

exit_3() {
  child 'exit 3'
  runs
  told_is 'exit 3'
  status_is 123
}
@test "children: exit 3" { row exit_3 job worker cron map each filter; }

# As a shell tells that SIGINT ended its child; of the child itself it is an exit status.
exit_130() {
  child 'exit 130'
  runs
  told_is 'exit 130'
  ! grep -i 'signal' out err || fails 'a signal is told'
  status_is 123
}
@test "children: exit 130 is an exit status" { row exit_130 job worker cron map each filter; }

ended_by() {
  ulimit -c 0
  child "kill -$1 \$\$; sleep 20"
  runs
  told_is "signal $2"
  status_is 123
}
sigterm() { ended_by TERM 15; }
sigkill() { ended_by KILL 9; }
sigsegv() { ended_by SEGV 11; }
sigint() { ended_by INT 2; }
@test "children: ended by SIGTERM" { row sigterm job worker cron map each filter; }
@test "children: ended by SIGKILL" { row sigkill job worker cron map each filter; }
@test "children: ended by SIGSEGV" { row sigsegv job worker cron map each filter; }
@test "children: ended by SIGINT" { row sigint job worker cron map each filter; }

# ---- the command ---------------------------------------------------------------------------------

# asks COMMAND: it is the command itself; $answer is the status by which that is told.
asks() {
  rc=0
  case $way in
    job) gf-pool "$1" ::: a >out 2>err || rc=$? ;;
    worker) gf-pool --worker "$1" ::: a >out 2>err || rc=$? ;;
    cron) gf-cron run --log=json -e @start -- "$1" >out 2>err || rc=$? ;;
    *) gf-pipeline --stage s --mode "$way" -- "$1" <<<a >out 2>err || rc=$? ;;
  esac
  answer=$rc
  [ "$way" != cron ] || answer=$(events_of_cron | jq -r 'select(.event == "failed").exit')
}

not_found() {
  asks sedd
  [ "$answer" = 127 ] || fails "$answer"
  cat out err | grep 'sedd.*not found\|not found.*sedd'
}
@test "children: the command is not found" { row not_found job worker cron map each filter; }

near_name() {
  asks sedd
  grep "did you mean 'sed'?" err
}
# Not cron: the shell looks for the command, and says so in words of its own.
@test "children: the command is not found, and the near name is a hint" { row near_name job worker map each filter; }

not_executable() {
  echo true >plain
  asks ./plain
  [ "$answer" = 126 ] || fails "$answer"
}
@test "children: the command is not executable" { row not_executable job worker cron map each filter; }

# ---- the time limit ------------------------------------------------------------------------------

time_limit() {
  child 'exec sleep 60'
  limit=300ms
  runs
  told_is timeout
  status_is 124 124 123 123
}
@test "children: time limit" { row time_limit job worker cron map each; }

# Its processes stay deaf until SIGKILL.
deaf() {
  child 'trap "" TERM; echo $$ >leader.pid; while :; do sleep 0.1; done'
  grace=300ms
  runs_into leader.pid
  told_is timeout
  status_is 124 124 123 123
  is_over "$(cat leader.pid)"
}
@test "children: time limit, SIGTERM is ignored" { row deaf job worker cron map each; }

clean_helper='sh -c "trap \"sleep 0.5; echo >cleaned; exit\" TERM; echo >ready; while :; do sleep 0.05; done" & wait'

# The leader obeys at once; a helper in its group has half a second to do.
helper_cleans() {
  child "$clean_helper"
  runs_into ready
  told_is timeout
  [ -e cleaned ] || fails 'the helper was not let finish'
}
@test "children: time limit, a helper in the group cleans up" { row helper_cleans job worker cron map each; }

# It holds no pipe: what that does is a row of its own.
far_child='setsid sh -c "echo \$\$ >far.pid; exec sleep 60" >/dev/null 2>&1 & wait'

setsid() {
  child "$far_child"
  runs_into far.pid
  told_is timeout
  until_soon is_over "$(cat far.pid)"
}
@test "children: time limit, a descendant left the group" { row setsid job worker cron map each; }

stopped() {
  child 'kill -STOP $$; sleep 60'
  limit=500ms
  runs
  told_is timeout
  status_is 124 124 123 123
}
@test "children: time limit, it was stopped by SIGSTOP" { row stopped job worker cron map each; }

# ---- what it leaves ------------------------------------------------------------------------------

holds_pipe() {
  child 'sleep 60 & echo $! >held.pid'
  patience=15
  runs
  [ "$rc" != 137 ] || fails 'it waits for the sleeper'
  told_is 'exit 0'
  lives "$(cat held.pid)"
}
@test "children: a background process that holds the pipe" { row holds_pipe job worker cron map each filter; }

# ---- stopped and continued -----------------------------------------------------------------------

suspended() {
  child 'echo $$ >leader.pid; wait_for test -e go'
  limit=3s
  begins
  more
  until_true test -s leader.pid
  kill -TSTP "$tool"
  until_true is_stopped "$tool"
  until_soon is_held "$(cat leader.pid)"
  sleep 3.2 # longer than the limit
  touch go
  kill -CONT "$tool"
  ends
  told_is 'exit 0'
  status_is 0
}
@test "children: SIGTSTP stops them too, SIGCONT lets all go on, and the time does not count" {
  row suspended job worker cron map each filter
}

# ---- little to be had ----------------------------------------------------------------------------

few_descriptors() {
  child 'echo "$n" >>ran; sleep 0.05'
  under=(bash -c 'ulimit -n 40; exec "$@"' few)
  runs 60 60
  [ "$(sort -u ran | wc -l)" = 60 ] || fails "$(sort -u ran | wc -l) of 60 are run"
  status_is 0
}
@test "children: few descriptors" { row few_descriptors job worker cron map each; }

# unspawned FROM-TO: these calls for a process fail.
unspawned() { under=(env "LD_PRELOAD=$GF_AID/spawnfail.so" "GF_SPAWN_FAIL=$1" GF_SPAWN_MARK=refused); }

no_process() {
  child 'echo "$n" >>ran'
  unspawned 1-3
  runs 4 2
  has_lines refused 3
  [ "$(sort -u ran | wc -l)" = 4 ] || fails "$(sort -u ran | wc -l) of 4 are run"
  status_is 0
}
@test "children: no process is to be had for a while" {
  not_sanitized 'a library that is loaded first'
  needs_glibc
  row no_process job worker cron map each filter
}

# Afterwards four run at once again: each waits for four.
cap_returns() {
  child '[ ! -e alone ] || exit 9
[ "$n" != c1 ] || { wait_for test -s refused; return 0; }
: >"up.$n"
wait_for four_up || { : >alone; exit 9; }'
  unspawned 2-3
  runs 9 4
  has_lines refused 2
  told_is 'exit 0'
  status_is 0
}
@test "children: no process was to be had, and then as many run at once as before" {
  not_sanitized 'a library that is loaded first'
  needs_glibc
  row cap_returns job worker cron map each
}

# ---- the tool is told to end ---------------------------------------------------------------------

first_term() {
  child 'echo "$n" >"began.$n"; wait_for test -e go; echo "$n" >"ended.$n"'
  begins 4 2
  until_true count 2 began.
  tells TERM
  more
  touch go
  ends
  count 2 began. || fails 'more were begun'
  count 2 ended. || fails 'not all ended'
  status_is 143 143 0
}
@test "children: first SIGTERM to the tool: nothing new starts, what runs finishes" { row first_term job worker cron map each filter; }

second_term() {
  child 'echo $$ >"$n.pid"; exec sleep 60'
  begins "$(many 2)"
  until_true count "$(many 2)" c
  tells TERM
  lives "$(cat c1.pid)"
  lives "$(cat "c$(many 2).pid")"
  kill -TERM "$tool"
  ends
  is_over "$(cat c1.pid)"
  is_over "$(cat "c$(many 2).pid")"
  status_is 143
}
@test "children: second SIGTERM to the tool: what runs is ended" { row second_term job worker cron map each filter; }

second_term_cleans() {
  child "$clean_helper"
  begins
  until_true test -s ready
  tells TERM
  kill -TERM "$tool"
  ends
  [ -e cleaned ] || fails 'it was not let finish'
}
@test "children: second SIGTERM to the tool: who obeys may clean up" { row second_term_cleans job worker cron map each filter; }

second_term_setsid() {
  child "$far_child"
  begins
  until_true test -s far.pid
  tells TERM
  kill -TERM "$tool"
  ends
  until_soon is_over "$(cat far.pid)"
}
@test "children: second SIGTERM to the tool: a descendant that left the group is ended" { row second_term_setsid job worker cron map each filter; }

second_term_stopped() {
  child 'echo $$ >leader.pid; kill -STOP $$; sleep 60'
  begins
  until_true is_stopped_leader
  tells TERM
  kill -TERM "$tool"
  ends
  is_over "$(cat leader.pid)"
}
is_stopped_leader() { is_stopped "$(cat leader.pid)"; }
@test "children: second SIGTERM to the tool: a child that SIGSTOP stopped is ended" { row second_term_stopped job worker cron map each filter; }

# By the third at the latest, long before the time to SIGKILL is over.
third_term() {
  child 'trap "" TERM; echo $$ >leader.pid; while :; do sleep 0.1; done'
  begins
  until_true test -s leader.pid
  tells TERM
  kill -TERM "$tool"
  until_true was_taken
  is_over "$tool" || kill -TERM "$tool"
  ends
  is_over "$(cat leader.pid)"
  status_is 143
}
was_taken() { is_over "$tool" || has_taken; }
@test "children: third SIGTERM to the tool: who ignores it is killed" { row third_term job worker cron map each filter; }

tool_killed() {
  child 'trap "" TERM; echo $$ >"$n.pid"; exec sleep 60'
  begins "$(many 2)"
  until_true count "$(many 2)" c
  kill -KILL "$tool"
  ends
  until_true is_over "$(cat c1.pid)"
  until_true is_over "$(cat "c$(many 2).pid")"
}
@test "children: the tool is killed" { row tool_killed job worker cron map each filter; }

# ---- the table itself ----------------------------------------------------------------------------

@test "children: each cell that is known bad is one of the table" {
  while read -r name where; do
    [ -z "$name" ] || grep -q "row $name .*\b$where\b" "$BATS_TEST_FILENAME" || fails "no cell '$name $where'"
  done <<<"$known_bad"
}
