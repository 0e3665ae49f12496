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
  seq 4 | gf-pool -q --joblog log -s 'echo "$1:$GF_ATTEMPT" >>ran; exit 3' || [ $? -eq 123 ]
  rm ran
  run gf-pool -q -j1 -k --retries 1 --halt soon,fail=1 --joblog log --retry-failed
  expect_status 3
  [ "$(ran)" = '1:1 1:2 ' ]
}

@test "retry-failed: what does not go together is usage" {
  : >log
  for args in '--joblog log --retry-failed echo' '--retry-failed' '--joblog log --resume --retry-failed' \
    '--joblog log --retry-failed -s true' '--joblog log --retry-failed --dry-run'; do
    # shellcheck disable=SC2086
    run gf-pool $args </dev/null
    expect_status 2
    expect_text 'hint: '
  done
}

# ---- GNU parallel ----------------------------------------------------------------------------------

gnu() {
  command -v parallel >/dev/null && parallel --version 2>/dev/null | grep -q 'GNU parallel' || skip 'no GNU parallel here'
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

@test "another log's processes are not named" {
  echo x | gf-pool --joblog other -s 'sleep 30 >/dev/null 2>&1 & echo $!' >pid
  : >log
  run bash -c 'echo x | gf-pool --joblog +log true; echo x | gf-pool --joblog +log true'
  kill "$(cat pid)"
  [ -z "$output" ] || fails "$output"
}

# ---- --durable -----------------------------------------------------------------------------------------

@test "durable: rows reach the disk before the next start, and at the end" {
  [ -z "${GF_SAN:-}" ] || skip 'traced'
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
  [ -z "${GF_SAN:-}" ] || skip 'traced'
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
