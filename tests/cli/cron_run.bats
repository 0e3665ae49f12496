#!/usr/bin/env bats
# cron_run.bats - gf-cron run, once, emit.

load helper

# wait_for FILE: until it is there and not empty, at most 10 s.
wait_for() {
  for _ in $(seq 200); do
    [ -s "$1" ] && return
    sleep 0.05
  done
  fails "no $1"
}

# scheduler ARG...: gf-cron run in the background; its pid is $pid, its outputs out and err. The
# descriptor bats waits for is not passed on.
scheduler() {
  gf-cron run "$@" <&0 >out 2>err 3>&- &
  pid=$!
}

# A test that fails leaves no scheduler behind.
teardown() {
  if [ -n "${pid-}" ]; then
    kill -9 "$pid" 2>/dev/null || :
    wait "$pid" 2>/dev/null || :
  fi
}

@test "run -e: one job, its output line by line, the end when nothing is left" {
  run gf-cron run -q -e '@start' -- printf 'a\nb c'
  expect_status 0
  [ "$output" = $'job: a\njob: b c' ]
}

# shellcheck disable=SC2016
@test "run -e: words reach the command as they are" {
  run gf-cron run -q --output=raw -e @start -- printf '%s|' "it's" 'a  b' '$HOME' ''
  [ "$output" = "it's|a  b|\$HOME||" ]
}

@test "run -: a table on standard input, its variables, GF_ID and GF_DUE" {
  run gf-cron run -q --output=raw - <<<$'A=table\n@start GF_ID=x echo $A $GF_ID ${GF_DUE%T*}'
  expect_status 0
  [ "$output" = "table x $(date -u +%F)" ]
}

@test "run: GF_ENV_CLEAN=1 strips the environment" {
  SECRET=1 run gf-cron run -q --output=raw - <<<$'@start GF_ENV_CLEAN=1 echo "${SECRET-none} $PATH"'
  [ "$output" = 'none /usr/bin:/bin' ]
}

@test "run: an impossible schedule is refused before anything starts" {
  run gf-cron run - <<<$'@start touch ran\n0 0 30 2 * x'
  expect_status 2
  expect_text 'this day never comes'
  [ ! -e ran ]
}

@test "run: --output=json, standard error too" {
  gf-cron run --output=json - <<<$'@start GF_ID=x echo o; echo e >&2' >json
  [ "$(jq -r 'select(.stream == "stderr").line' json)" = e ]
  [ "$(jq -r 'select(.stream == "stdout").job' json)" = x ]
}

@test "run: --log=json tells exit, seconds and memory" {
  gf-cron run --log=json - <<<$'@start GF_ID=x exit 3' 2>log
  [ "$(jq -r 'select(.event == "failed") | "\(.job) \(.exit)"' log)" = 'x 3' ]
  jq -e 'select(.event == "failed").max_rss_bytes > 0' log
  [ "$(jq -r .event log | tr '\n' ' ')" = 'begin planned started failed ' ]
}

@test "run: --fail-on-error" {
  run gf-cron run - <<<'@start false'
  expect_status 0
  expect_text failed
  run gf-cron run -q --fail-on-error - <<<'@start false'
  expect_status 123
  [ -z "$output" ]
}

@test "run: --fail-on-error says at the end how many runs failed, and the first" {
  printf '@start GF_ID=%s %s\n' a true b 'exit 3' c true >t
  echo '@start GF_ID=d GF_TIMEOUT=2s sleep 30' >>t
  run -123 gf-cron run --fail-on-error t
  [ "${lines[-1]}" = 'hint: -S FILE keeps a history; gf-cron history -S FILE --failed shows it' ] || fails "$output"
  [[ ${lines[-2]} =~ ^'gf-cron: 2 of 4 runs failed; first: job b due '20[0-9TZ:-]+': exit status 3'$ ]] || fails "$output"
  run -123 gf-cron run -S ./db --fail-on-error - <<<'@start GF_ID=x kill -9 $$'
  [[ ${lines[-1]} == 'gf-cron: 1 of 1 runs failed; first: job x due '*': signal 9' ]] || fails "$output"
  run -123 gf-cron run -S ./db2 --fail-on-error - <<<'@start GF_ID=x GF_TIMEOUT=100ms sleep 30'
  [[ ${lines[-1]} == 'gf-cron: 1 of 1 runs failed; first: job x due '*': timeout' ]] || fails "$output"
  sed -i /GF_TIMEOUT/d t # a limit is waited for once
  run -0 gf-cron run t
  [[ $output != *'of 3 runs'* ]] || fails "$output"
  run -123 gf-cron run -q --fail-on-error t
  [ -z "$output" ] || fails "$output"
  gf-cron run --log=json --fail-on-error t 2>log || [ $? = 123 ]
  jq -e .event log
}

@test "run: a time limit ends the whole group, KILL where TERM is not heard" {
  run gf-cron run - <<<$'@start GF_ID=x GF_TIMEOUT=200ms GF_KILL_AFTER=200ms trap "" TERM; sleep 30 & sleep 30; sleep 30'
  expect_status 0
  expect_text 'x timeout'
  ! pgrep -f 'sleep 3[0]' -P $$ || fails 'something is left'
}

@test "run: retries, and success in the end" {
  run gf-cron run --log=text - <<<$'@start GF_ID=x GF_RETRIES=3 GF_RETRY_DELAY=10ms echo . >>n; [ $(wc -l <n) -ge 3 ]'
  expect_status 0
  [ "$(wc -l <n)" -eq 3 ]
  expect_text 'x retried'
  expect_text 'x ended'
}

@test "run: overlap skip, allow, queue, replace" {
  for policy in skip allow queue replace; do
    echo "@every 1s GF_ID=$policy GF_OVERLAP=$policy echo go >>$policy; sleep 2.5"
  done >t
  scheduler --log=text t
  sleep 3.2
  kill -KILL "$pid"
  wait "$pid" || true
  [ "$(wc -l <skip)" -le 2 ]
  [ "$(wc -l <allow)" -ge 3 ]
  [ "$(wc -l <queue)" -le 2 ]
  [ "$(wc -l <replace)" -ge 2 ]
}

@test "run: -j caps all jobs" {
  run gf-cron run -q -j1 --output=raw - <<<$'@start GF_ID=a echo a; sleep 0.2; echo a\n@start GF_ID=b echo b; sleep 0.2; echo b'
  [ "$output" = $'a\na\nb\nb' ]
}

@test "run: two jobs at once append to one GF_LOG, and nothing is lost" {
  printf '@start GF_ID=%s GF_LOG=log for i in $(seq 1000); do echo %s; done; seq 20000\n' a a b b >t
  gf-cron run -q t
  { seq 20000; seq 20000; yes x | head -n 2000; } >want # a line may be torn, so the bytes are counted
  [ "$(wc -lc <log)" = "$(wc -lc <want)" ] || fails "$(wc -lc log want)"
}

@test "run: GF_LOG gets the output" {
  gf-cron run - <<<$'@start GF_LOG=log echo into it' >out
  [ "$(cat log)" = 'into it' ]
  [ ! -s out ]
}

@test "run: a GF_LOG that was moved aside is made anew by the next run" {
  scheduler - <<<'@every 1s GF_LOG=log echo line'
  until_true [ -s log ]
  mv log log.1
  until_true [ -s log ]
  kill -TERM "$pid"
  wait "$pid"
  [ "$(sort -u log log.1)" = line ]
}

@test "run: TERM waits for jobs and exits 0; nothing new starts" {
  scheduler - <<<$'@start GF_ID=x echo >up; sleep 1; echo done >end\n@every 1s GF_ID=y echo >>ticks'
  wait_for up
  kill -TERM "$pid"
  wait "$pid"
  [ "$(cat end)" = "done" ]
}

@test "run: --drain ends what is left, and we die by the signal" {
  scheduler --drain=200ms - <<<$'@start GF_ID=x echo >up; sleep 30'
  wait_for up
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  expect_status 143
  grep -q 'x interrupted' err
}

@test "run: the second signal ends jobs at once" {
  scheduler - <<<$'@start GF_ID=x GF_KILL_AFTER=1s trap "" TERM; echo >up; while :; do sleep 1; done'
  wait_for up
  kill -TERM "$pid"
  sleep 0.2
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  expect_status 143
}

@test "run: HUP reads the table again; a bad one leaves the old one" {
  echo '@start GF_ID=a echo >up; sleep 20' >t
  scheduler t
  wait_for up
  echo 'rubbish' >t2 && mv t2 t
  kill -HUP "$pid"
  for _ in $(seq 100); do grep -q 'old table' err && break; sleep 0.05; done
  grep -q 'the old table stays in force' err
  echo '@every 1s GF_ID=b echo >new' >t2 && mv t2 t
  kill -HUP "$pid"
  wait_for new
  kill -TERM "$pid"
  sleep 0.2 # two signals at once are one
  kill -TERM "$pid"
  wait "$pid" || true
}

@test "run: USR1 says how it stands" {
  scheduler - <<<$'@start GF_ID=x echo >up; sleep 20\n0 0 1 1 * GF_ID=y true'
  wait_for up
  kill -USR1 "$pid"
  for _ in $(seq 200); do grep -q running err && break; sleep 0.05; done
  grep -q "2 jobs, 1 running, next at $(($(date +%Y) + 1))-01-01T" err || fails "$(cat err)"
  kill -TERM "$pid"
  sleep 0.2
  kill -TERM "$pid"
  wait "$pid" || true
}

@test "run, emit: one line at the start: jobs, zones, what is next; -q stops it" {
  printf '%s\n' '0 3 1 1 * GF_ID=a true' 'CRON_TZ=Asia/Tokyo' '0 0 1 1 * GF_ID=b true' \
    'CRON_TZ=UTC' '0 3 2 1 * GF_ID=c true' '0 3 2 1 * GF_ID=d true' >t
  want="gf-cron: 4 jobs (a, b, c and 1 more), zone Europe/Berlin, Asia/Tokyo, UTC;"
  want+=" next: b at $(($(date +%Y) + 1))-01-01T00:00:00+09:00"
  scheduler --tz Europe/Berlin t
  wait_for err
  kill -TERM "$pid"
  wait "$pid"
  [ "$(cat err)" = "$want" ] || fails "$(cat err)"
  scheduler -q --tz Europe/Berlin t
  sleep 0.3
  kill -TERM "$pid"
  wait "$pid"
  [ ! -s err ] || fails "$(cat err)"
  run -124 timeout 1 gf-cron emit --tz Europe/Berlin t
  [ "$output" = "$want" ] || fails "$output"
  run -124 timeout 1 gf-cron emit -q --tz Europe/Berlin t
  [ -z "$output" ] || fails "$output"
}

@test "run: the line at the start where a job is due now, and where none is" {
  run -0 gf-cron run --tz UTC - <<<'@start GF_ID=x true'
  [ "$output" = 'gf-cron: 1 job (x), zone UTC; next: x now' ]
  run -0 gf-cron run --tz UTC - <<<'@at 2020-01-01 GF_ID=x true'
  [ "$output" = 'gf-cron: 1 job (x), zone UTC; no due time is left' ]
  TZ='' run -0 gf-cron run - <<<'@start GF_ID=x true'
  [ "$output" = 'gf-cron: 1 job (x), zone UTC; next: x now' ]
  run -0 gf-cron run - </dev/null
  [ "$output" = 'gf-cron: 0 jobs; no due time is left' ]
}

@test "run: --log=json begins with an event, warnings are events too, with -q as well" {
  printf 'MAILTO=me\n@start GF_ID=x true\n0 0 1 1 * GF_ID=y true\n' >t
  scheduler --log=json --tz Asia/Tokyo t
  for _ in $(seq 200); do grep -q ended err && break; sleep 0.05; done
  kill -TERM "$pid"
  wait "$pid"
  [ "$(jq -r .event err | tr '\n' ' ')" = 'warning begin planned started ended ' ] || fails "$(cat err)"
  [ "$(jq -r 'select(.event == "warning") | "\(.line) \(.detail)"' err)" = '1 no mail is sent: what jobs write goes to standard output' ]
  [ "$(jq -r 'select(.event == "begin") | "\(.jobs) \(.next.job) \(.next.zone)"' err)" = '2 x Asia/Tokyo' ]
  gf-cron run -q --log=json - <<<$'MAILTO=me\n@start GF_ID=x true' 2>err
  [ "$(jq -r .event err | tr '\n' ' ')" = 'warning begin planned started ended ' ] || fails "$(cat err)"
}

@test "run -v: each start and end, and when the job is due next; not beside --log=json" {
  gf-cron run -v - <<<$'@start GF_ID=x true\n0 0 1 1 * GF_ID=y true' 2>err 3>&- &
  pid=$!
  for _ in $(seq 200); do grep -q 'x ended' err && break; sleep 0.05; done
  kill -TERM "$pid"
  wait "$pid"
  grep -q '^gf-cron: x started, due ' err || fails "$(cat err)"
  grep -q '^gf-cron: x ended, due .*: exit 0 after ' err || fails "$(cat err)"
  grep -q '^gf-cron: x has no due time left$' err || fails "$(cat err)"
  ! grep -q planned err || fails "$(cat err)"
  scheduler -v - <<<'@every 1s GF_ID=z true'
  for _ in $(seq 200); do grep -q 'due next' err && break; sleep 0.05; done
  kill -TERM "$pid"
  wait "$pid"
  grep -q '^gf-cron: z is due next at 20[0-9T:-]*Z$' err || fails "$(cat err)"
  gf-cron run -v --log=json -e @start -- true 2>err
  jq -e .event err
}

@test "run: jitter puts a start off, the fixed one always alike" {
  run gf-cron run --log=json - <<<$'@start GF_ID=x GF_JITTER=100ms echo'
  expect_status 0
  expect_text '"event":"started"'
  for round in 1 2; do
    scheduler --log=json -S ./db - <<<$'@start GF_ID=late GF_JITTER=fixed:1h echo >ran'
    wait_for err
    sleep 0.3
    kill -TERM "$pid"
    wait "$pid"
    [ "$(jq -r .event err | tr '\n' ' ')" = 'begin planned missed ' ] || fails "$round: $(cat err)"
  done
  [ ! -e ran ]
  [ "$(gf-cron history -S ./db | cut -f5 | sort -u)" = missed ]
}

@test "run: as PID 1 it reaps orphans and keeps its exit statuses" {
  needs_namespaces
  run unshare -Urpf --mount-proc gf-cron run --log=text - <<<$'@start GF_ID=x for i in 1 2 3; do (sleep 0.1 &) ; done; sleep 0.5; ps -e -o stat= | grep -c Z; exit 5'
  expect_status 0
  expect_text 'x: 0'
  expect_text 'exit 5'
}

@test "run: a reader that leaves ends it by SIGPIPE" {
  gf-cron run -q - <<<'@every 1s GF_ID=x echo line' 2>err | head -n 1 >out
  [ "${PIPESTATUS[0]}" -eq 141 ]
  [ "$(cat out)" = 'x: line' ]
}

@test "run: standard output that is full is 125" {
  run bash -c "gf-cron run - <<<'@start echo lost' >/dev/full"
  expect_status 125
}

# What would wake it is known without waiting: the time that the one call it sleeps in was given, and that
# of the timer beside it.
@test "run: 1,000 idle jobs make no system call in 30 s" {
  not_sanitized 'traced'
  needs_ptrace
  seq -f '0 0 1 1 * GF_ID=j%.0f true' 1000 >t
  strace -D -f -o trace gf-cron run t >out 2>err 3>&- &
  pid=$!
  until_true grep -q '1000 jobs' err
  sleep 2
  now=$(date +%s)
  kill -TERM "$pid"
  wait "$pid"
  until_true grep -q 'exited with 0' trace
  awk -v now="$now" '
    /write.*\(2, .*"gf-cron: 1000 jobs/ { told = 1; calls = 0; next }
    /--- SIGTERM/ { exit }
    /(setitimer|[^e]timer_settime|alarm)\(/ { other++ }
    /timerfd_settime\(/ { due = $0; sub(/.*tv_sec=/, "", due); due += 0 }
    told { calls++ }
    /epoll_p?wait/ { waits += told; ms = $0; sub(/\) += .*/, "", ms); sub(/.*, /, "", ms); ms += 0 }
    END { exit !(told && waits == 1 && calls <= 4 && ms >= 30000 && (!due || due >= now + 30) && !other) }' trace ||
    fails "$(tail -n 40 trace)"
}

@test "once: waits, then is the command, with its status" {
  run gf-cron once '@in 1s' -- sh -c 'echo out; exit 7'
  expect_status 7
  [ "$output" = out ]
  run -127 gf-cron once @start -- no-such-command-here
  expect_status 127
  run gf-cron once '@at 2020-01-01' -- true
  expect_status 1
}

@test "once: SIGUSR1 ends neither the wait nor the command" {
  gf-cron once '@in 2s' -- echo went >out 3>&- &
  until_true grep -qx gf-cron "/proc/$!/comm"
  until_true is_asleep $!
  kill -USR1 $!
  wait $!
  [ "$(cat out)" = went ]
}

@test "emit: time, id, command; runs nothing" {
  run gf-cron emit -q -n 2 - <<<'@every 1s GF_ID=x touch ran'
  expect_status 0
  [[ ${lines[0]} == 20??-*T*$'\tx\ttouch ran' ]]
  [ "${#lines[@]}" -eq 2 ]
  [ ! -e ran ]
}

@test "emit: ends when nobody reads" {
  echo '@every 1s GF_ID=x y' | timeout 20 gf-cron emit - | head -n 1 >out
  [ "$(cut -f2 out)" = x ]
}

@test "run: no job passes its processes off as another's, or its own as none of its" {
  # The number of a try can be guessed: both jobs name those of all tries to come.
  cat >own <<'END'
for n in 1 2 3; do GF_RUN=$n setsid sh -c 'echo $$ >$0; exec sleep 15' "$1.$n" >/dev/null 2>&1 & done
until [ -s $1.1 ] && [ -s $1.2 ] && [ -s $1.3 ]; do sleep 0.02; done
[ "$1" = short ] || sleep 15
END
  echo '@start GF_ID=a sh own short' >t
  echo '@start GF_ID=b GF_TIMEOUT=600ms sh own long' >>t
  timeout 30 gf-cron run -q t 3>&-
  for n in 1 2 3; do
    kill "$(<"short.$n")" || fails "process $n of the job that ended by itself was ended"
    ! kill "$(<"long.$n")" || fails "process $n of the job that timed out was spared"
  done
}

# open_in FILE: FILE lists the descriptors of a process that should have none of ours.
open_in() {
  [ -s "$1" ] || fails "$1 is empty"
  ! grep -n held "$1" || fails "$1: it was given one of our descriptors"
}

@test "run: descriptors beyond standard error are for no job, hook, ping or command of -e" {
  echo x >held
  mkdir bin
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nls -l /proc/$$/fd >ping\n' >bin/curl
  chmod +x bin/curl
  # shellcheck disable=SC2016
  echo '@start GF_ON_FAILURE="ls -l /proc/$$/fd >hook" ls -l /proc/$$/fd >job; exit 1' >t
  PATH=$PWD/bin:$PATH gf-cron run -q --ping http://h/id t 3<held 4<held 5<held 6<held 7<held 8<held 9<held
  gf-cron run -q -n 1 -e @start -- sh -c 'ls -l /proc/$$/fd >one' 3<held 4<held 5<held 6<held 7<held 8<held 9<held
  for list in job hook ping one; do open_in $list; done
}

@test "once: the command has the descriptors of whoever calls, as behind env" {
  echo x >held
  [ "$(gf-cron once '@in 1s' -- cat /proc/self/fd/7 7<held)" = x ]
}
