#!/usr/bin/env bats
# bats file_tags=timing
# gf-ratelimit: the pace itself, with bounds that a busy machine can keep.

load helper

@test "a hundred lines at 50/s take 1.98 s" {
  took=$(seconds_of sh -c 'seq 100 | gf-ratelimit 50/s >out')
  seq 100 | cmp - out
  between 1.97 "$took" 3.9
}

@test "the burst passes at once, then it paces" {
  took=$(seconds_of sh -c 'seq 30 | gf-ratelimit -b 20 5/s >/dev/null')
  between 1.99 "$took" 5.7 # without a burst 5.8 s
}

@test "--initial 0 makes the first one wait" {
  took=$(seconds_of sh -c 'echo one | gf-ratelimit --initial 0 5/s >out')
  [ "$(cat out)" = one ]
  between 0.19 "$took" 10
}

@test "idle time banks no more than the burst" {
  { sleep 0.5; seq 11; } | gf-ratelimit --stats=json 50/s 2>stats >/dev/null
  # 11 paced lines are 0.2 s apart from first to last, so the rate says that none came early.
  between 0 "$(jq .rate stats)" 50.5
}

@test "a slow byte rate is as slow as it says" {
  head -c 30000 /dev/zero >in
  took=$(seconds_of sh -c 'gf-ratelimit 100kB/s in | cmp - in')
  between 0.28 "$took" 10
}

@test "by bytes, records that fit in the burst pass whole" {
  not_sanitized 'traced'
  needs_ptrace
  for i in 1 2 3 4 5 6 7 8; do printf '%099d\n' "$i"; done >in
  strace -o trace -e trace=write gf-ratelimit -b 300 4kB/s in >out
  cmp in out
  # 300 at once, then one of 100 at a time.
  run grep -c '^write(1,.*= \(100\|200\|300\)$' trace
  [ "$output" -ge 2 ]
  run grep -vc '= \(100\|200\|300\)$\|exited' trace
  [ "$output" -eq 0 ]
}

@test "SIGUSR1 prints one line and it goes on" {
  mkfifo in
  gf-ratelimit 50/s <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
  seq 5 >&7
  until_true has_lines out 5
  kill -USR1 $pid
  until_true test -s err
  echo 6 >&7
  exec 7>&-
  wait $pid
  [ "$(wc -l <err)" -eq 1 ]
  grep -q '^gf-ratelimit: 5 records, 10B in ' err
  [ "$(tail -n 1 out)" = 6 ]
}

@test "SIGSTOP for a while, then no more than the burst and the slack at once" {
  gf-ratelimit 100/s -0 </dev/zero >out 3>&- &
  pid=$!
  until_true test -s out
  kill -STOP $pid
  until_true grep -q '^State:.T' /proc/$pid/status
  before=$(stat -c %s out)
  sleep 0.5
  start=$(date +%s%N)
  kill -CONT $pid
  sleep 0.1
  after=$(stat -c %s out)
  took=$((($(date +%s%N) - start) / 1000000))
  kill $pid
  # One in 10 ms, the burst, the slack, and one that was due: far under the 50 of the stop.
  between 0 $((after - before)) $((took / 10 + 5))
}
