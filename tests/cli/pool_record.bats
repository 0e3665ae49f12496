#!/usr/bin/env bats
# pool_record.bats - what gf-pool writes down of a run, and what it makes of it in the next one.

load helper

# ran: what the jobs have left behind, sorted, on one line.
ran() { sort ran 2>/dev/null | tr '\n' ' '; }

gone() { ! kill -0 "$1" 2>/dev/null; }

# ---- --retry-failed ------------------------------------------------------------------------------

@test "retry-failed runs the logged words of what failed, and no other" {
  seq 4 | gf-pool -q --joblog log -s 'echo "$1 $GF_SEQ" >>ran; [ -e fixed ] || [ $(($1 % 2)) -eq 0 ]' || [ $? -eq 123 ]
  rm ran
  touch fixed
  gf-pool --joblog log --retry-failed
  [ "$(ran)" = '1 1 3 3 ' ]
  run gf-pool --joblog log --retry-failed
  expect_status 0
  expect_text "no job failed in joblog 'log'"
  [ "$(ran)" = '1 1 3 3 ' ]
  seq 4 | gf-pool -q --joblog log --resume -s 'echo "$1 $GF_SEQ" >>ran; [ -e fixed ] || [ $(($1 % 2)) -eq 0 ]'
  [ "$(ran)" = '1 1 3 3 ' ]
}

@test "retry-failed: what a later run of the log did under another number is done" {
  job='echo "$1" >>ran; [ -e ok ] || [ "$1" = a ]'
  run -123 gf-pool -q -j1 --joblog log --failed bad -s "$job" ::: a b c
  : >ok
  run -0 gf-pool -q -j1 --joblog +log -a <(head -n 1 bad) -s "$job" # b, as job 1
  : >ran
  run -0 gf-pool --dry-run --joblog log --retry-failed
  [ "${#lines[@]}" -eq 1 ]
  run -0 gf-pool -q --joblog log --retry-failed
  [ "$(<ran)" = c ]
  # Equal jobs of one run are two jobs, and one that was done later stands for one.
  rm ok ran log
  job='[ "$GF_SEQ" = 2 ] || { echo "$1" >>ran; [ -e ok ]; }'
  run -123 gf-pool -q -j1 --joblog log -s "$job" ::: a a a
  : >ok
  : >ran
  run -0 gf-pool -q -j1 --joblog +log -s "$job" ::: x x x a
  : >ran
  run -0 gf-pool -q --joblog log --retry-failed
  [ "$(<ran)" = a ]
}

@test "retry-failed reads no input" {
  echo x | gf-pool -q --joblog log false || [ $? -eq 123 ]
  run bash -c 'echo y | { gf-pool --joblog log --retry-failed; cat; }'
  expect_text y
  [ "$(wc -l <log)" -eq 3 ]
  run gf-pool --joblog log --retry-failed <&-
  expect_status 123
}

@test "retry-failed gives back every byte of the words" {
  printf '%s\0' "it's" 'a b' $'a\nb\tc' '$(touch pwn)' '*' '' $'\377\201' '\' | tee in |
    gf-pool -q -0 -k --joblog log -s 'printf "%s\0" "$1"; exit 1' >/dev/null || [ $? -eq 123 ]
  gf-pool -k -q --joblog log --retry-failed >out || [ $? -eq 123 ]
  sort -z in >want
  sort -z out | cmp - want
  [ ! -e pwn ]
  [ "$(wc -l <log)" -eq 17 ]
}

@test "retry-failed runs a plain command of GNU parallel, and refuses what needs a shell" {
  printf 'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n' >log
  printf '1\t:\t1700000000.000\t     0.002\t0\t0\t1\t0\techo a\\ \\ b\n' >>log
  printf '2\t:\t1700000000.000\t     0.002\t0\t0\t1\t0\techo a | touch pwn\n' >>log
  printf "3\t:\t1700000000.000\t     0.002\t0\t0\t0\t9\tprintf %%s 'a\0b'\n" >>log
  run gf-pool -k --joblog log --retry-failed
  expect_status 123
  expect_text 'a  b'
  expect_text $'a\nb'
  expect_text 'job 2 could not start: only a shell could run the command as it was logged'
  [ ! -e pwn ]
  [ "$(tail -3 log | cut -f 1,7 | sort | tr '\n\t' ' :')" = '1:0 2:126 3:0 ' ]
}

@test "retry-failed goes with -j, -k, --retries and --halt" {
  seq 4 | gf-pool -q -j1 --joblog log -s 'echo "$1:$GF_ATTEMPT" >>ran; exit 3' || [ $? -eq 123 ]
  rm ran
  run gf-pool -q -j1 -k --retries 1 --halt soon,fail=1 --joblog log --retry-failed
  expect_status 3
  [ "$(ran)" = '1:1 1:2 ' ]
}

@test "retry-failed: what does not go together is usage" {
  : >log
  for args in '--joblog log --retry-failed echo' '--retry-failed' '--joblog log --resume --retry-failed' \
    '--joblog log --retry-failed -s true' '--joblog log --retry-failed --resume-failed' \
    '--joblog log --retry-failed -a in' '--joblog log --retry-failed -n 2' '--joblog log --retry-failed ::: x'; do
    # shellcheck disable=SC2086
    run gf-pool $args </dev/null
    expect_status 2
    expect_text 'hint: '
  done
}

# ---- GNU parallel ----------------------------------------------------------------------------------

gnu() {
  PARALLEL_HOME=$PWD SHELL=/bin/bash parallel --will-cite "$@"
}

@test "GNU parallel resumes our log" {
  seq 4 | gf-pool -q --joblog log sh -c 'test $1 != 3' sh || [ $? -eq 123 ]
  cp log log2
  [ "$(seq 6 | gnu -k --joblog log --resume echo)" = $'5\n6' ]
  [ "$(seq 6 | gnu -k --joblog log2 --resume-failed echo)" = $'3\n5\n6' ]
}

@test "GNU parallel runs again what failed in our log" {
  printf 'a b\0c\nd\0' | gf-pool -q -0 -k --joblog log -s 'echo "<$1>" >>ran; exit 1' || [ $? -eq 123 ]
  rm ran
  gnu --joblog log --retry-failed </dev/null || true
  [ "$(sort ran)" = $'<a b>\n<c\nd>' ] || [ "$(cat ran)" = $'<a b>\n<c\nd>' ] || fails "$(cat ran)"
}

@test "we resume GNU parallel's log by number, and run again what failed there" {
  seq 4 | gnu --joblog log sh -c "'"'echo $0 >>ran; test $0 != 3'"'" || true
  [ "$(ran)" = '1 2 3 4 ' ]
  [ "$(seq 6 | gf-pool -q -k --joblog log --resume=seq echo || [ $? -eq 123 ])" = $'5\n6' ]
  gf-pool -q --joblog log --retry-failed || [ $? -eq 123 ]
  [ "$(ran)" = '1 2 3 3 4 ' ]
}

# ---- what was left behind ----------------------------------------------------------------------------

@test "what a killed run left behind is named by the next one" {
  echo 7 >in
  gf-pool -s 'setsid sleep 61.5 & exec sleep 60' --joblog log <in 3>&- &
  pool=$!
  for ((i = 0; i < 500; i++)); do
    left=$(pgrep -f '^sleep 61\.5$' || true)
    [ -n "$left" ] && break
    sleep 0.02
  done
  kill -9 "$pool"
  wait "$pool" || true
  run bash -c 'gf-pool --joblog log --resume true </dev/null'
  kill "$left"
  expect_status 0
  expect_text "process $left, 'sleep 61.5', which job 1 of an earlier run left behind, still runs"
  run bash -c 'gf-pool --joblog log --resume true </dev/null'
  [ -z "$output" ] || fails "$output"
}

@test "what other users left is not said to be of a job: any of them can tell the mark of the log" {
  [ "$(id -u)" = 0 ] || return 0 # nobody else reads what they say
  gf-pool --joblog log -s 'echo "$GF_JOBLOG" >mark' ::: 7
  GF_JOBLOG=$(<mark) GF_SEQ=7 setpriv --reuid 65534 --clear-groups sleep 30 3>&- &
  other=$!
  until grep -qx sleep "/proc/$other/comm"; do sleep 0.02; done
  run gf-pool --joblog log --resume true ::: 7
  kill "$other"
  expect_text "left them behind: 1, of them process $other of user 65534;"
  case $output in *'which job'*) fails "$output" ;; esac
}

@test "another log's processes are not named" {
  echo x | gf-pool --joblog other -s 'sleep 30 >/dev/null 2>&1 & echo $!' >pid
  : >log
  run bash -c 'echo x | gf-pool --joblog +log true; echo x | gf-pool --joblog +log true'
  kill "$(cat pid)"
  [ -z "$output" ] || fails "$output"
}

# ---- --events --------------------------------------------------------------------------------------

# events FILTER: of the file `ev`, compact.
events() { jq -c "$@" ev; }

# every NAME CONDITION: there are such events, and it is true of each.
every() {
  jq -se --arg name "$1" "map(select(.event == \$name)) | length > 0 and all($2)" ev >/dev/null || fails "$(cat ev)"
}

@test "events: the life of a job, in order" {
  echo x | gf-pool --events ev -s 'echo out; echo err >&2; exit 3' >out 2>err || [ $? -eq 123 ]
  [ "$(jq -r .event ev | tr '\n' ' ')" = 'begin queued started output output ended end ' ]
  [ "$(jq -r .v ev | sort -u)" = 1 ]
  every started '.job == 1 and .attempt == 1 and .slot == 1 and .pid > 1'
  [ "$(jq -r 'select(.event == "started").command' ev)" = "sh -c 'echo out; echo err >&2; exit 3' sh x" ]
  every ended '.reason == "exit" and .exit == 3 and .signal == null and .seconds > 0'
  every ended '.cpu_seconds >= 0 and .max_rss_bytes > 100000 and .output_bytes == 8'
  every end '.status == 123 and .jobs == 1 and .failed == 1'
  [ "$(jq -r 'select(.event == "output").stream' ev | sort | tr '\n' ' ')" = 'stderr stdout ' ]
  jq -e '.time | test("^20[0-9-]+T[0-9:.]+Z$")' ev >/dev/null
}

@test "events: attempts, retries and what is given up" {
  echo x | gf-pool --events ev --retries 2 --retry-delay 10ms -s 'exit 3' || [ $? -eq 123 ]
  [ "$(jq -r 'select(.attempt) | "\(.event)\(.attempt)"' ev | tr '\n' ' ')" = \
    'started1 ended1 retried1 started2 ended2 retried2 started3 ended3 ' ]
  [ "$(jq -r 'select(.event == "retried").wait_seconds' ev | sort -u)" = 0.01 ]
  rm ev
  printf '0\n1\n' | gf-pool -j1 -q --events ev --retries 2 --retry-delay 30s --halt soon,success=1 -s 'exit $((1 - $1))' || [ $? -eq 0 ]
  [ "$(jq -r 'select(.job == 1).event' ev | tail -2 | tr '\n' ' ')" = 'retried given-up ' ]
}

@test "events: a time limit, a signal, a halt, a stop and a start that failed have reasons" {
  echo 30 | gf-pool --events ev -t 0.1 sleep || true
  [ "$(jq -r 'select(.attempt) | .event + " " + (.reason // .signal // "" | tostring)' ev)" = \
    $'started \ntimed-out \nsignalled 15\nended timeout' ]
  rm ev
  echo x | gf-pool --events ev -s 'kill -9 $$' || true
  [ "$(events 'select(.event == "ended") | [.reason, .exit, .signal]')" = '["signal",null,9]' ]
  rm ev
  printf '30\n0\n' | gf-pool -j2 -q --events ev --halt now,success=1 sleep
  [ "$(jq -r 'select(.event == "ended") | "\(.job) \(.reason)"' ev | sort)" = $'1 halt\n2 exit' ]
  rm ev
  printf 'true\n/no/such\n' | gf-pool -k -q --events ev {} || true
  [ "$(events 'select(.reason == "start") | [.job, .exit, .signal]')" = '[2,127,null]' ]
}

@test "events, files, page, statistics: an interrupted job is one everywhere" {
  run -3 gf-pool -j3 --halt now,fail=1 --events ev --results out --report page.html --stats=json --stats-file st \
    -s 'trap "exit $1" TERM; echo up >>up; case $2 in 1) until [ "$(wc -l <up)" = 3 ]; do sleep 0.02; done; exit 3 ;; esac; sleep 30 & wait' \
    ::: 0 6 0 :::+ 1 2 3
  [ "$(jq -c 'select(.event == "ended") | [.job, .reason, .exit, .signal]' ev | sort | tr '\n' ' ')" = \
    '[1,"exit",3,null] [2,"halt",6,null] [3,"exit",0,null] ' ] || fails "$(cat ev)"
  [ "$(jq -c 'select(.event == "end") | [.status, .jobs, .failed, .interrupted]' ev)" = '[3,3,1,1]' ]
  [ "$(cat out/1/status out/3/status | tr '\n' ' ')" = '3 0 ' ]
  [ -e out/2/stdout ]
  [ ! -e out/2/status ]
  jq -e '.jobs == 3 and .ok == 1 and .failed == 1 and .interrupted == 1' st >/dev/null || fails "$(cat st)"
  grep -q '<h1>gf-pool: 1 of 3 jobs failed' page.html
  grep -q '<dt>interrupted</dt><dd>1</dd>' page.html
  grep -q '<i class="cut".*title="job 2: interrupted, ' page.html
  [ "$(grep -c '<tr><td class="n">' page.html)" = 1 ]
}

@test "events: to a descriptor, a file that is there, and what was resumed" {
  echo x | gf-pool --events fd:7 --joblog log true 7>ev
  [ "$(jq -r .event ev | tail -1)" = end ]
  echo x | gf-pool -q --events ev --joblog log --resume true
  [ "$(jq -r .event ev | tail -3 | tr '\n' ' ')" = 'begin skipped end ' ]
  [ "$(jq -r .event ev | head -1)" = begin ]
  rm ev
  echo x | gf-pool --events ev true
  [ "$(stat -c %a ev)" = 600 ]
}

@test "events: bytes that are no UTF-8 and a job's pid" {
  printf '\377\n' | gf-pool --events ev -s 'echo $PPID' >out
  [ "$(jq -r 'select(.event == "started").command_b64 | @base64d | length > 0' ev)" = true ]
  [ "$(jq -r 'select(.event == "begin").pid' ev)" = "$(cat out)" ]
}

@test "events: a reader that is slow holds up the starts and loses nothing, one that is gone is an error" {
  word=$(printf '%03000d' 0)
  mkfifo pipe
  (sleep 1; cat) <pipe >ev &
  seq 1500 | gf-pool -j4 --events pipe -u true "$word"
  wait
  [ "$(jq -r .event ev | sort | uniq -c | tr -s ' \n' ' ')" = ' 1 begin 1 end 1500 ended 1500 queued 1500 started ' ]
  run bash -c 'seq 2000 | gf-pool -j1 --events fd:7 -s "echo; sleep 0.02" 7> >(exec true)'
  expect_status 125
  expect_text "cannot write events to 'fd:7': Broken pipe"
}

@test "events: what cannot be written is refused before anything runs" {
  for to in /no/such/dir/ev fd:99 .; do
    run gf-pool --events "$to" touch ran < <(echo)
    expect_status 125
    expect_text "'$to' for events"
  done
  run gf-pool --events fd:7 touch ran < <(echo) 7</dev/null
  expect_text 'it is not open for writing'
  ln -s ev link
  run gf-pool --events link touch ran < <(echo)
  expect_text 'is a symbolic link'
  echo x | gf-pool --events /dev/full touch || [ $? -eq 125 ]
  [ ! -e ran ]
}

# ---- --stats ---------------------------------------------------------------------------------------------

@test "stats: counts, processor time and how busy the slots were" {
  printf '0.3\n0\n' | gf-pool -j2 --stats=json --stats-file st -s 'sleep $1; [ $1 != 0 ]' || [ $? -eq 123 ]
  jq -e '.jobs == 2 and .ok == 1 and .failed == 1 and .timed_out == 0 and .retried == 0' st >/dev/null
  jq -e '.cpu_seconds > 0 and .cpu_seconds < 1 and .job_seconds.max >= 0.3' st >/dev/null
  jq -e '.slot_utilisation > 0.3 and .slot_utilisation < 0.9' st >/dev/null || fails "$(cat st)"
  seq 2 | gf-pool -j1 --stats=json --stats-file st2 -s 'i=0; while [ $i -lt 40000 ]; do i=$((i + 1)); done'
  jq -e '.slot_utilisation > 0.8 and .cpu_seconds > 0.01' st2 >/dev/null || fails "$(cat st2)"
}

# ---- the log ------------------------------------------------------------------------------------------------

@test "joblog: a dry run leaves none" {
  run gf-pool --dry-run --joblog log echo < <(echo x)
  [ "$output" = 'echo x' ]
  [ ! -e log ]
}

@test "joblog: halted by a failure, resumed behind it" {
  printf '%s\n' a b c FAIL e f >in
  run gf-pool -q -j1 --halt now,fail=1 --joblog log -s 'echo "$1" >>ran; [ "$1" != FAIL ]' <in
  expect_status 1
  [ "$(ran)" = 'FAIL a b c ' ]
  rm ran
  gf-pool -q -j1 --joblog log --resume -s 'echo "$1" >>ran; [ "$1" != FAIL ]' <in || [ $? -eq 123 ]
  [ "$(ran)" = 'e f ' ]
}

@test "joblog: a job that somebody ends has that signal, and the rest runs" {
  printf 'x\ny\n' | gf-pool -j1 --joblog log -s '[ "$1" = y ] || kill -TERM $$' || [ $? -eq 123 ]
  [ "$(tail -n +2 log | cut -f 1,7,8 | tr '\t\n' ': ')" = '1:0:15 2:0:0 ' ]
}

# ---- --durable -----------------------------------------------------------------------------------------

@test "durable: rows reach the disk before the next start, and at the end" {
  not_sanitized 'traced'
  seq 3 >in
  strace -f -o trace -e trace=write,fdatasync,execve gf-pool -j1 --durable --joblog log true <in
  # After each row's write comes a sync, before anything is executed.
  awk '/write\([0-9]+, "[0-9]+\\t:/ { rows++; wait = 1 }
    /fdatasync/ { wait = 0 }
    /execve/ && wait { bad = 1 }
    END { exit !(rows == 3 && !wait && !bad) }' trace || fails "$(grep -v 'execve.*ENOENT' trace)"
  strace -f -o trace -e trace=fdatasync gf-pool -j1 --joblog log2 true <in
  ! grep -q fdatasync trace
}

@test "durable: a disk that fails is an error" {
  not_sanitized 'traced'
  seq 3 >in
  run strace -f -o trace -e inject=fdatasync:error=EIO gf-pool -j1 --durable --joblog log -s 'echo >>ran' <in
  expect_status 125
  expect_text "cannot bring joblog 'log' to the disk"
  [ "$(wc -l <ran)" -eq 1 ]
  run gf-pool --durable true </dev/null
  expect_status 2
  run gf-pool --durable --joblog /dev/stderr true </dev/null
  expect_status 125
}

# ---- killed and cut ------------------------------------------------------------------------------------------

# `make chaos T=pool` kills a thousand times.
@test "killed at random moments and resumed: nothing lost, nothing unexplained" {
  kills=100
  [ -z "${GF_SAN:-}" ] || kills=25
  mkdir chaos
  run timeout 100 "$GF_AID/poolchaos" "$GF_BIN/gf-pool" chaos "$kills"
  expect_status 0
  expect_text "kills $kills, "
}

@test "the log cut at any byte: exactly the jobs whose rows were cut run again" {
  seq 3 >in
  note=$PWD/note
  printf '#!/bin/sh\necho "$1" >>ran\n' >note
  chmod +x note
  gf-pool -q -j1 --joblog log "$note" <in
  cp log whole
  step=1
  [ -z "${GF_SAN:-}" ] || step=7
  # Words of the shell do what programs would: it is some two hundred cuts.
  IFS= read -r -d '' all <whole || true
  for ((cut = 0; cut < ${#all}; cut += step)); do
    part=${all:0:cut}
    printf %s "$part" >log
    : >ran
    gf-pool -q -j1 --joblog log --resume "$note" <in || fails "cut at $cut: status $?"
    ends=${part//[!$'\n']/} # the header is one; a row without its newline is none
    case ${#ends} in 0 | 1) want=$'1\n2\n3' ;; 2) want=$'2\n3' ;; 3) want=3 ;; *) want='' ;; esac
    [ "$(<ran)" = "$want" ] || fails "cut at $cut: ran $(<ran)"
    mapfile -t rows <log
    [ "${#rows[@]} ${rows[1]##* } ${rows[2]##* } ${rows[3]##* }" = '4 1 2 3' ] || fails "cut at $cut: $(<log)"
  done
}

# ---- --progress ------------------------------------------------------------------------------------------------

# shows ARG...: $stderr is what --progress=always writes of a run with standard input from `in`.
shows() { run --separate-stderr gf-pool --progress=always "$@" <in; }
stderr=

@test "progress: of a file, how many there are, the time left and the slowest" {
  printf '0\n0\n0\n1.5' >in
  shows -j1 sleep
  [[ $stderr =~ ^'gf-pool: 3/4 done, 0 failed, 1 run, '[0-9.]+'/s, '[0-9.]+m?s' left, elapsed 1'[0-9.]*s', slowest '[0-9.]+m?s': job 4, sleep 1.5' ]] || fails "$stderr"
  printf '0\n1.5\n' >in # all are taken
  shows -j2 sleep
  [[ $stderr == 'gf-pool: 1/2 done, 0 failed, 1 run, '* ]] || fails "$stderr"
}

@test "progress: of lists, of files, and with several records a job" {
  shows_of() {
    run --separate-stderr gf-pool -j1 --progress=always "${@:2}"
    [[ $stderr == "gf-pool: $1 done, "* ]] || fails "$*: $stderr"
  }
  printf 't\n1.2\n0\n0\n' >in
  shows_of 2/6 sleep {1} ::: 0 1.2 0 ::: 0 0 &
  shows_of 0/3 -a in -d , --header -s '[ $GF_SEQ != 1 ] || sleep 1.2' &
  shows_of 0/2 -a in -n 2 -s '[ $GF_SEQ != 1 ] || sleep 1.2' &
  shows_of 0 -a in -a in -s '[ $GF_SEQ != 1 ] || sleep 1.2' &
  shows_of 0 -a in --csv -s '[ $GF_SEQ != 1 ] || sleep 1.2' & # a line need not be a record
  wait -n && wait -n && wait -n && wait -n && wait -n
}

@test "progress: from a pipe the number is known when it has ended" {
  run --separate-stderr bash -c '{ echo 1.2; sleep 1.5; echo 1.2; } | gf-pool -j2 --progress=always sleep'
  [[ $stderr == 'gf-pool: 0 done, 0 failed, 1 run, '* ]] || fails "$stderr"
  [[ $stderr == *'gf-pool: 1/2 done, 0 failed, 1 run, '* ]] || fails "$stderr"
}

@test "progress: what was done before counts as done; NUL records and failures" {
  printf 'a\0b\0' >in
  gf-pool -0 -q --joblog log -s 'sleep ${GF_T:-0}' <in
  printf 'x\0a\0c\0b\0' >in
  GF_T=1.3 shows -j1 -0 --joblog log --resume -s 'sleep ${GF_T:-0}'
  [[ $stderr == *'/4 done, 0 failed, 1 run'* ]] || fails "$stderr"
  [[ $stderr == *'gf-pool: 2/4 done, '* ]] || fails "$stderr"
}

@test "progress: on a terminal one line that is cleared at the end" {
  seq 3 >in
  TERM=xterm script -qec "gf-pool -j1 --progress -s 'sleep 0.5' <in" tty >/dev/null </dev/null
  grep -q '2/3 done, 0 failed, 1 run' tty
  grep -aqE $'\r\033\\[K' tty
}

@test "progress: by itself on a terminal that the jobs do not print on" {
  seq 3 >in
  shown() { TERM=xterm script -qec "$1" tty >/dev/null </dev/null; }
  shown "gf-pool -j1 -s 'sleep 0.6' <in >out"
  grep -q '/3 done, 0 failed, 1 run' tty
  shown "gf-pool -j1 -s 'sleep 0.6' <in" # their output is there
  ! grep -q '/3 done' tty || fails 'on the terminal of the output'
  shown "gf-pool -u -j1 -s 'sleep 0.6' <in >out" # and here their standard error
  ! grep -q '/3 done' tty || fails 'with -u'
  shown "gf-pool --progress=never -j1 -s 'sleep 0.6' <in >out"
  ! grep -q '/3 done' tty || fails 'with never'
}

@test "progress: what failed is in colour, where there are colours" {
  run --separate-stderr gf-pool -j1 --color=always --progress=always -s 'sleep "$1"; exit 7' ::: 0 1.5
  [[ $stderr == *$'1/2 done, \033[31m1 failed\033[0m, 1 run, '* ]] || fails "$stderr"
  run --separate-stderr gf-pool -j1 --color=always --progress=always sleep ::: 1.2 # none has failed
  [[ $stderr == *'0/1 done, 0 failed, 1 run, '* ]] || fails "$stderr"
}

# ---- hints -------------------------------------------------------------------------------------------------------

# hint_of ARG...: of a pool with the record x, or $item.
hint_of() { run gf-pool "$@" < <(printf '%s\n' "${item:-x}"); }

# not_found ARG...: the same, where the command is not found.
not_found() { run -127 gf-pool "$@" < <(echo x); }

@test "hint: a command that is not found, with the nearest name on PATH" {
  mkdir bin
  printf '#!/bin/sh\n' >bin/frobnicate
  printf '#!/bin/sh\n' >bin/frobnicat # not executable
  chmod +x bin/frobnicate
  PATH=$PWD/bin:$PATH not_found frobnicta
  expect_text "hint: did you mean 'frobnicate'?"
  not_found 'echo hello'
  expect_text "hint: this is one word, and no shell reads it; with one: -s 'echo hello \"\$1\"'"
  not_found ulimit -n
  expect_text "hint: only a shell knows this word: -s 'ulimit ...'"
  printf '#!/no/such/interpreter\n' >script
  chmod +x script
  not_found ./script
  expect_text 'hint: the file is there; what its first line names to run it is not'
  hint_of
  expect_status 2
  expect_text 'hint: gf-pool echo prints each record'
}

@test "hint: a record that was taken for an option, once" {
  run gf-pool -j1 ls < <(printf -- '-/x\n-/y\n')
  expect_status 123
  expect_text "job 1 failed; its record begins with '-' and may have been taken for an option: 'ls -- {}' would prevent that"
  [[ $output != *'job 2'* ]]
  for words in 'ls --' 'ls -- {}' 'test x{}'; do
    item=-/x
    # shellcheck disable=SC2086
    hint_of -q $words
    [[ $output != *'for an option'* ]] || fails "$words"
    # shellcheck disable=SC2086
    hint_of $words
    [[ $output != *'for an option'* ]] || fails "$words"
  done
}
