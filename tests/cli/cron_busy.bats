#!/usr/bin/env bats
# gf-cron run when something holds it up: a reader, a lock on the state, another scheduler, limits.

# bats file_tags=timing
load helper

gone() { ! kill -0 "$1" 2>/dev/null; }

# lines_in FILE N: whether it has that many.
lines_in() { [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }

# has_row DB WORD
has_row() { gf-cron history -S "$1" 2>/dev/null | grep -q "$2"; }

# stalled_reader: opens the fifo `pipe`, and reads nothing; its process is $reader.
stalled_reader() {
  mkfifo pipe
  (exec <pipe && exec sleep 30) 3>&- &
  reader=$!
}

# ended_with PID STATUS: it ends, with that status; its reader is let go.
ended_with() {
  local got=0
  until_true gone "$1"
  kill "$reader"
  wait "$1" || got=$?
  [ "$got" = "$2" ]
}

# lock_state DB SECONDS: another process has it for so long.
lock_state() {
  python3 -c 'import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("begin exclusive")
open("locked", "w").close()
time.sleep(float(sys.argv[2]))
c.execute("commit")' "$1" "$2"
}

@test "busy: a reader that stalls stops neither other jobs nor signals" {
  stalled_reader
  printf '@start GF_ID=x seq 200000\n@every 1s GF_ID=y echo >>y\n' >t
  gf-cron run -q t >pipe 2>err 3>&- &
  pid=$!
  until_true lines_in y 2
  kill "$pid"
  sleep 0.3
  kill -0 "$pid" # it drains, and x has not been read
  kill "$pid"
  ended_with "$pid" 143
}

@test "busy: a slow reader gets every line, also of runs that are over" {
  for i in 1 2 3; do echo "@start GF_ID=j$i seq -f '%.0f line' 60000"; done >t
  gf-cron run -q t 3>&- | (sleep 1.5; cat) >out
  [ "$(wc -l <out)" = 180000 ]
  for i in 1 2 3; do
    grep "^j$i: " out | cut -d ' ' -f2 | cmp - <(seq 60000)
  done
  # Both descriptors are one pipe: lines stay whole.
  echo "@start GF_ID=a seq 60000; seq 60000 >&2" >t
  gf-cron run --log=text t 3>&- 2>&1 | (sleep 1; cat) >out
  [ "$(grep -cxE 'a: [0-9]+' out)" = 120000 ]
  [ "$(grep -vxE 'a: [0-9]+' out | grep -vcE '^gf-cron: (a|1 job) ')" = 0 ]
}

@test "busy: told to stop, what runs that are over have written is waited for" {
  mkfifo pipe
  (sleep 3.5; exec cat) <pipe >out 3>&- &
  reader=$!
  gf-cron run -q -e @start -- seq 38000 >pipe 3>&- &
  pid=$!
  sleep 2.2 # it has ended, its last lines are in its pipe
  kill "$pid"
  wait "$pid"
  wait "$reader"
  sed 's/job: //' out | cmp - <(seq 38000)
}

@test "busy: --drain bounds what a stalled reader may take" {
  stalled_reader
  gf-cron run -q --drain 500ms -e @start -- seq 200000 >pipe 2>err 3>&- &
  pid=$!
  sleep 0.7
  kill "$pid"
  ended_with "$pid" 143
}

@test "busy: a lock on the state puts runs off and loses none" {
  printf '@every 1s GF_ID=x echo >>ran\n' >t
  gf-cron run -S ./db t >out 2>err 3>&- &
  pid=$!
  until_true lines_in ran 1
  lock_state db 3.5 3>&- &
  until_true test -e locked
  sleep 1.2
  kill -USR1 "$pid" # the loop goes on
  until_true grep -q 'next at' err
  wait $!
  n=$(wc -l <ran)
  until_true lines_in ran $((n + 2))
  kill "$pid"
  wait "$pid"
  grep -q 'has the state locked' err
  [ "$(grep -c 'has the state locked' err)" = 1 ]
  run ! grep -q 'not on record' err
  gf-cron history -S ./db >rows
  [ "$(grep -c ok rows)" = "$(wc -l <ran)" ]
  first=$(date -u -d "$(head -n 1 rows | cut -f2)" +%s)
  last=$(date -u -d "$(tail -n 1 rows | cut -f2)" +%s)
  [ "$(wc -l <rows)" -eq $((last - first + 1)) ] || fails "$(cat rows)"
}

@test "busy: a table that changes while the state is locked is read when it is free" {
  echo '@every 1s GF_ID=x true' >t
  gf-cron run -S ./db --watch t >out 2>err 3>&- &
  pid=$!
  until_true has_row ./db ok
  lock_state db 1.5 3>&- &
  until_true test -e locked
  echo '@every 1s GF_ID=new echo new' >t2
  mv t2 t
  wait $!
  until_true grep -q 'new: new' out
  kill "$pid"
  wait "$pid"
}

@test "busy: what a live scheduler was late for is its own, not missed" {
  not_sanitized 'waits for seconds of the clock'
  for i in $(seq 20); do echo "*/5 * * * * * GF_ID=j$i :"; done | sed '1i GF_FIELDS=6' >t
  gf-cron run -q -S ./db t 3>&- &
  a=$!
  until_true has_row ./db ok
  sleep 0.3
  kill -STOP "$a"
  due=$((($(date +%s) / 5 + 1) * 5))
  while [ "$(date +%s%N)" -lt $((due * 1000000000 + 300000000)) ]; do sleep 0.05; done
  gf-cron run -q -S ./db t 3>&- &
  b=$!
  sleep 0.8
  kill -CONT "$a"
  all_ran() { [ "$(gf-cron history -S ./db --since "@$due" | grep -c ok)" -ge 20 ]; }
  until_true all_ran
  kill "$a" "$b"
  wait "$a" "$b"
  run ! has_row ./db missed
}

@test "busy: what a scheduler that died was late for is missed in the end" {
  not_sanitized 'waits for seconds of the clock'
  echo '*/2 * * * * * GF_ID=x :' | sed '1i GF_FIELDS=6' >t
  gf-cron run -q -S ./db t 3>&- &
  a=$!
  until_true has_row ./db ok
  kill -STOP "$a"
  n=$(gf-cron history -S ./db | wc -l)
  sleep 2.5
  gf-cron run -q -S ./db t 3>&- &
  b=$!
  sleep 0.5
  run ! has_row ./db missed
  kill -KILL "$a"
  for _ in $(seq 240); do has_row ./db missed && break; sleep 0.05; done
  kill "$b"
  wait "$b"
  gf-cron history -S ./db >rows
  first=$(date -u -d "$(head -n 1 rows | cut -f2)" +%s)
  last=$(date -u -d "$(tail -n 1 rows | cut -f2)" +%s)
  [ "$(wc -l <rows)" -eq $(((last - first) / 2 + 1)) ] || fails "$(cat rows)"
}

@test "busy: a job that is paused is not tried again" {
  echo '@start GF_ID=x GF_RETRIES=50 GF_RETRY_DELAY=300ms echo >>ran; false' >t
  gf-cron run -S ./db t 2>err 3>&- &
  pid=$!
  until_true lines_in ran 2
  gf-cron pause -S ./db x
  until_true gone "$pid"
  wait "$pid"
  grep -q 'paused: it is not tried again' err
  run -0 gf-cron history -S ./db --failed
  [ "$(wc -l <<<"$output")" = 1 ]
}

@test "busy: more jobs at once than open files allow wait for one another" {
  for i in $(seq 300); do echo "@start GF_ID=j$i sleep 0.1; ulimit -Sn; echo >>ran"; done >t
  (
    ulimit -Sn 128
    ulimit -Hn 256
    gf-cron run -q --fail-on-error t
  ) >out 2>err 3>&-
  [ "$(wc -l <ran)" = 300 ]
  [ "$(grep -c ': 128$' out)" = 300 ]
  [ ! -s err ]
}

@test "busy: each failure has its GF_ON_FAILURE, a hundred at once too" {
  for i in $(seq 100); do echo "@start GF_ID=j$i GF_ON_FAILURE='sleep 0.2; echo \$GF_ID >>told' false"; done >t
  gf-cron run -q t 3>&-
  [ "$(sort told | uniq | wc -l)" = 100 ]
}

@test "busy: --drain bounds GF_ON_FAILURE, which is no job that was ended" {
  echo "@start GF_ID=x GF_ON_FAILURE='echo >began; sleep 30' false" >t
  gf-cron run -q --drain 500ms t 3>&- &
  pid=$!
  until_true lines_in began 1
  kill "$pid"
  until_true gone "$pid"
  wait "$pid"
}

@test "busy: a run that is replaced is no failure" {
  printf 'GF_FIELDS=6\n* * * * * * GF_ID=x GF_OVERLAP=replace echo >>ran; sleep 1.3\n' >t
  gf-cron run -q --fail-on-error -S ./db t 3>&- &
  pid=$!
  until_true lines_in ran 3
  kill "$pid"
  wait "$pid"
  has_row ./db interrupted
}

@test "busy: --watch sees a directory on the way that is a link and is swapped" {
  mkdir -p rel/1 rel/2
  echo '@every 1s echo one' >rel/1/t
  echo '@every 1s echo two' >rel/2/t
  ln -s 1 rel/current
  gf-cron run -q --watch rel/current/t >out 3>&- &
  pid=$!
  until_true grep -q one out
  ln -s 2 rel/next
  mv -T rel/next rel/current
  until_true grep -q two out
  ln -s 1 rel/next
  mv -T rel/next rel/current
  : >out
  until_true grep -q one out
  kill "$pid"
  wait "$pid"
}
