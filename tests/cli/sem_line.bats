#!/usr/bin/env bats
# sem_line.bats - gf-sem: the order of those who wait, and what changes it.

load helper

status_of() { gf-sem -S "$1" --status --format json | jq -c "$2"; }
holding() { [ "$(status_of "$1" .held)" = "$2" ]; }
waiting() { [ "$(status_of "$1" .waiting)" = "$2" ]; }
ran() { [ "$(tr '\n' ' ' <log)" = "$1" ]; }

# hold NAME ARG...: a holder in the background that stays until its pid ($holder) is ended.
hold() {
  local name=$1
  shift
  gf-sem -S "$name" "$@" -- sleep 60 3>&- &
  holder=$!
  until_true holding "$name" "${expect:-1}"
}

release() {
  kill "$holder"
  wait "$holder" || true
}

# queue N ARG...: one more in line that writes its label into log; N wait then.
queue() {
  local n=$1 label=$2
  shift 2
  gf-sem -S s --label "$label" "$@" -- sh -c 'echo "$0" >>log' "$label" 3>&- &
  until_true waiting s "$n"
}

@test "a burst is served in the order in which --status shows it" {
  hold s -j 1
  for i in $(seq 150); do
    gf-sem -S s --label "$i" -- sh -c 'echo "$0" >>log' "$i" 3>&- &
  done
  until_true waiting s 150
  status_of s '.waiters[].label' | tr -d '"' >want
  release
  wait
  diff want log
}

@test "what dies in line does not hold up those behind it" {
  hold s -j 1
  queue 1 a
  queue 2 b
  dead=$!
  queue 3 c
  kill -9 "$dead"
  until_true waiting s 2
  release
  wait
  ran 'a c '
}

@test "a first in line that is stopped loses its turn within moments, is shown, and is told" {
  hold s -j 1
  gf-sem -S s --label first -- sh -c 'echo first >>log' 2>err 3>&- &
  first=$!
  until_true waiting s 1
  queue 2 second
  second=$!
  kill -STOP $first
  until_true eval '[ "$(status_of s ".waiters[0].stopped")" = true ]'
  run gf-sem -S s --status
  expect_text 'stopped '
  release
  wait $second
  ran 'second '
  kill -CONT $first
  wait $first
  ran 'second first '
  grep -q '^gf-sem: did not run when its turn came' err
}

@test "^Z at the gate stops no other: it is let in where one sleeps" {
  needs_ptrace
  not_sanitized 'it is traced'
  hold s -j 1
  cat >job.sh <<'EOF'
set -m # the group of the job has a parent in its session, so SIGTSTP stops it
strace -o trace -e inject=fcntl:delay_exit=40000 gf-sem -S s -- true &
echo $! >pid
wait
EOF
  setsid bash job.sh 3>&- &
  until_true eval 'pgrep -P "$(<pid)" -x gf-sem >waiter'
  waiter=$(<waiter)
  for after in 0.3 0.35 0.4 0.45; do
    sleep "$after"
    kill -TSTP "$waiter"
    timeout 20 gf-sem -S s --status >status || fails "stopped at the gate: $after"
    kill -CONT "$waiter"
  done
  until_true waiting s 1
  kill -TSTP "$waiter"
  until_true eval 'grep -q "^State:.T" "/proc/$waiter/status" || grep -q "^State:.t" "/proc/$waiter/status"'
  kill -CONT "$waiter"
  release
  wait
}

@test "several stopped ones, wherever they stand, are passed by" {
  hold s -j 1
  for i in 1 2 3 4 5 6; do
    queue "$i" "$i"
    pids[i]=$!
  done
  kill -STOP "${pids[1]}" "${pids[2]}" "${pids[4]}"
  release
  until_true ran '3 5 6 '
  kill -CONT "${pids[1]}" "${pids[2]}" "${pids[4]}"
  wait
  [ "$(sort log | tr -d '\n')" = 123456 ]
}

@test "--priority 0 comes before 9, and equal ones in the order they came" {
  hold s -j 1
  queue 1 last --priority 9
  queue 2 normal1
  queue 3 urgent --priority 0
  queue 4 normal2 --priority 5
  [ "$(status_of s '[.waiters[].label]')" = '["urgent","normal1","normal2","last"]' ]
  release
  wait
  ran 'urgent normal1 normal2 last '
  run gf-sem -S s --priority 10 -- true
  expect_status 2
}

@test "--eager passes one that wants more than is free, at most so often" {
  expect=2 hold s -j 3 --weight 2
  queue 1 large --weight 3
  for i in 1 2; do
    run timeout 20 gf-sem -S s --eager 2 -- echo "passed $i"
    expect_status 0
  done
  run gf-sem -S s --eager 2 -w 1.2 -- echo passed
  expect_status 124
  run gf-sem -S s -w 0.2 -- echo passed
  expect_status 124
  release
  wait
  ran 'large '
}

@test "--eager is woken by a release while the large one waits on" {
  expect=2 hold s -j 3 --weight 2
  first=$holder
  expect=3 hold s
  second=$holder
  queue 1 large --weight 3
  gf-sem -S s --eager 1 -- sh -c 'echo small >>log' 3>&- &
  until_true waiting s 2
  release
  until_true ran 'small '
  holder=$first
  release
  wait "$second" || true
  wait
  ran 'small large '
}

@test "--replace: the one that waits gives up with 75, and says why" {
  hold s -j 1
  gf-sem -S s -- echo old 2>err >out 3>&- &
  old=$!
  until_true waiting s 1
  queue 2 newest --replace
  status=0
  wait $old || status=$?
  [ $status -eq 75 ]
  [ ! -s out ]
  [ "$(<err)" = "gf-sem: another gf-sem --replace took the place of this one in 's'" ]
  release
  wait
  ran 'newest '
}

@test "--cancel-running ends the command that holds, and runs then" {
  gf-sem -S s -j 1 --label old -- sh -c 'trap "echo ended >>log; exit 3" TERM; echo up >>log; while :; do sleep 0.05; done' 3>&- &
  old=$!
  until_true eval 'ran "up "'
  run timeout 20 gf-sem -S s --cancel-running -- sh -c 'echo new >>log'
  expect_status 0
  expect_text "gf-sem: ends 'old' (process "
  status=0
  wait $old || status=$?
  [ $status -eq 3 ]
  ran 'up ended new '
}

@test "--cancel-running kills what does not end, after --kill-after" {
  gf-sem -S s -j 1 -- sh -c 'trap "" TERM; echo up >>log; while :; do sleep 0.05; done' 3>&- &
  until_true eval 'ran "up "'
  run timeout 20 gf-sem -S s --cancel-running --kill-after 200ms -- sh -c 'echo new >>log'
  expect_status 0
  expect_text 'did not end within --kill-after: killed'
  ran 'up new '
}

@test "--cancel-running names what keeps the permit when the command has gone" {
  gf-sem -S s -j 1 --label old -- sh -c 'sleep 61 >/dev/null 2>&1 3>&- & echo $! >kept; echo up >>log; wait' 3>&- &
  until_true eval 'ran "up "'
  run timeout 20 gf-sem -S s --cancel-running -w 4 -- true
  expect_status 124
  expect_text "'old' left process $(<kept) ('sleep 61') behind, which keeps a permit of 's'"
  run gf-sem -S s --status
  expect_text "(has ended; process $(<kept) 'sleep 61' keeps the permit)"
  [ "$(status_of s .holders[0].kept_by)" = "[$(<kept)]" ]
  kill "$(<kept)"
}

@test "--cancel-running sends SIGTERM to all before it waits for any" {
  for i in 1 2 3; do
    gf-sem -S s -j 3 -- sh -c 'trap "" TERM; echo up >>log; while :; do sleep 0.05; done' 3>&- &
  done
  until_true eval 'ran "up up up "'
  run timeout 20 gf-sem -S s --cancel-running --kill-after 300ms -- true
  expect_status 0
  said=$(sed -n 's/.*: \(ends\) .*/\1/p; s/.*: \(killed\)$/\1/p' <<<"$output" | tr '\n' ' ')
  [ "$said" = 'ends ends ends killed killed killed ' ] || fails "$output"
}

@test "--cancel-running keeps its turn while one does not end, and runs when all have ended" {
  gf-sem -S s -j 2 -- sleep 60 3>&- &
  until_true holding s 1
  gf-sem -S s -- sh -c 'trap "" TERM; echo up >>log; while :; do sleep 0.05; done' 3>&- &
  until_true eval 'ran "up "'
  gf-sem -S s --cancel-running --kill-after 3s -- sh -c \
    'grep -q killed err || echo early >>log; echo new >>log' 2>err 3>&- &
  until_true grep ends err
  gf-sem -S s -- sh -c 'echo behind >>log' 3>&- &
  wait
  ran 'up behind new ' || ran 'up new behind ' || fails "$(<log)"
  ! grep 'did not run' err
}

@test "--cancel-running that is replaced goes at once, not when the holder has ended" {
  gf-sem -S s -j 1 -- sh -c 'trap "" TERM; echo up >>log; while :; do sleep 0.05; done' 3>&- &
  until_true eval 'ran "up "'
  timeout 20 gf-sem -S s --cancel-running --kill-after 60s -- true 2>err 3>&- &
  old=$!
  until_true waiting s 1
  timeout 20 gf-sem -S s --replace --cancel-running --kill-after 60s -- true 3>&- &
  status=0
  wait $old || status=$?
  [ $status -eq 75 ] || fails "$status $(<err)"
  kill $!
  kill -KILL "$(status_of s '.holders[0].pid')"
  wait
}

@test "--cancel-running leaves the command alone that it runs in" {
  gf-sem -S s -j 2 -- sleep 60 3>&- &
  until_true holding s 1
  run timeout 20 gf-sem -S s -- sh -c 'gf-sem -S s --cancel-running -- echo inner; echo "outer lives"'
  expect_status 0
  expect_text "outer lives"
  wait
}

@test "--replace and --cancel-running with -w 0, which does not wait, are refused" {
  for option in --replace --cancel-running; do
    run gf-sem -S s -j 1 "$option" -w 0 -- echo ran
    expect_status 2
    expect_text '-w 0 does not go with --replace or --cancel-running'
  done
}

@test "--shared runs beside --shared, and neither beside --exclusive" {
  gf-sem -S rw --shared -- sh -c 'echo r1 >>log; exec sleep 60' 3>&- &
  r1=$!
  until_true ran 'r1 '
  run timeout 10 gf-sem -S rw --shared -- echo beside
  expect_status 0
  run gf-sem -S rw --exclusive -n -- echo beside
  expect_status 75
  run gf-sem -S rw -n -- echo beside # neither word: a writer
  expect_status 75
  gf-sem -S rw --exclusive -- sh -c 'echo w >>log' 3>&- &
  until_true waiting rw 1
  run gf-sem -S rw --shared -n -- echo beside # the writer would never come
  expect_status 75
  kill $r1
  wait
  ran 'r1 w '
}

@test "a weight over what readers and writers share is an error, not a writer" {
  gf-sem -S rw --shared -j 5 -- true
  run timeout 10 gf-sem -S rw --weight 6 -- echo ran
  expect_status 125
  expect_text "a weight of 6 is more than there are permits in 'rw'"
  run timeout 10 gf-sem -S rw --weight 5 -- echo ran
  expect_status 0
  run timeout 10 gf-sem -S rw -- echo ran
  expect_status 0
}

@test "--shared on a semaphore that others use without it is refused" {
  hold s -j 1
  run gf-sem -S s --shared -- true
  expect_status 125
  expect_text "'s' is in use by processes that say neither --shared nor --exclusive"
  release
  run gf-sem -S s --shared -- true
  expect_status 0
}

# count.sh writes a line to `got` for each TERM, and ends a moment after the first.
count_script() {
  cat >count.sh <<'EOF'
trap 'echo term >>got' TERM
echo up >>log
n=0
while [ ! -e got ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n + 1)); done
for n in 1 2 3 4 5 6; do sleep 0.05; done # a second one would come by now
EOF
}

@test "a signal to the whole group reaches the command once" {
  count_script
  for i in 1 2 3 4 5; do
    rm -f log got
    setsid gf-sem -S s -j 1 -- sh count.sh 3>&- &
    until_true ran 'up '
    group=$(status_of s '.holders[0].sem_pid')
    until_true pgrep -g "$group" witness
    kill -TERM -- "-$group"
    wait $! || true
    [ "$(<got)" = term ] || fails "$(<got)"
  done
}

@test "a signal to the processes of a group one by one, a moment apart, reaches the command once" {
  count_script
  setsid gf-sem -S s -j 1 -- sh count.sh 3>&- &
  until_true ran 'up '
  group=$(status_of s '.holders[0].sem_pid')
  until_true pgrep -g "$group" witness
  python3 - "$group" "$(pgrep -g "$group" witness)" "$(pgrep -g "$group" -f '^sh count.sh' | head -n 1)" <<'EOF'
import os, signal, sys, time
for pid in sys.argv[1:]:
    os.kill(int(pid), signal.SIGTERM)
    time.sleep(0.01) # as one who sends them and loses the processor
EOF
  wait $! || true
  [ "$(<got)" = term ] || fails "$(<got)"
}

@test "a signal to gf-sem alone is handed on, each time" {
  cat >count.sh <<'EOF'
trap 'echo term >>got' TERM
echo up >>log
n=0
while [ "$(cat got 2>/dev/null | wc -l)" -lt 3 ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done
EOF
  setsid gf-sem -S s -j 1 -- sh count.sh 3>&- &
  until_true ran 'up '
  group=$(status_of s '.holders[0].sem_pid')
  sleep 0.15
  for i in 1 2 3; do
    kill -TERM "$group"
    until_true eval "[ \"\$(cat got 2>/dev/null | wc -l)\" -ge $i ]"
  done
  wait $! || true
  [ "$(wc -l <got)" = 3 ]
}

@test "a signal to all processes of a name reaches the command once" {
  count_script
  for name in 'gf-sem' '-f label-of-gf-sem' '-f word-of-command'; do
    rm -f log got
    setsid gf-sem -S s -j 1 --label label-of-gf-sem -- sh count.sh word-of-command 3>&- &
    until_true ran 'up '
    group=$(status_of s '.holders[0].sem_pid')
    until_true pgrep -g "$group" witness
    # shellcheck disable=SC2086
    pkill -TERM -g "$group" $name
    wait $! || true
    [ "$(<got)" = term ] || fails "$name: $(<got)"
  done
}
