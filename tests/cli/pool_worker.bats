#!/usr/bin/env bats
# gf-pool --worker: commands that stay, one record in, one record out.

# shellcheck disable=SC2154
load helper

# answers SCRIPT: a worker in the file `w` that runs SCRIPT for each record, which is $r.
answers() { printf 'while IFS= read -r r; do\n%s\ndone\n' "$1" >w; }

@test "each record has one answer, in order with -k" {
  seq 1000 >in
  gf-pool --worker -j3 -k cat <in | cmp - in
  gf-pool --worker -j3 cat <in | sort -n | cmp - in
  answers 'echo "$GF_SLOT:$r"'
  gf-pool --worker -j3 -k sh w <in >out
  [ "$(cut -d : -f 2 out | cmp - in)" = '' ]
  [ "$(cut -d : -f 1 out | sort -u | tr '\n' ' ')" = '1 2 3 ' ]
  run -0 gf-pool --worker cat </dev/null
  [ -z "$output" ]
}

@test "ten thousand lines through three that buffer their output" {
  seq 10000 >in
  gf-pool --worker -j3 tr 0-9 0-9 <in | sort -n | cmp - in # pool-108
  gf-pool --worker -j3 -k sed -n p <in | cmp - in
  gf-pool --worker -j2 -k awk '{ print $1 * 2 }' <in | awk '$1 != 2 * NR { exit 1 }'
}

@test "records may be empty, hold anything, lack their end, and end with NUL" {
  printf '\n a b \n\\x\n$(id)\n\xff\xfe\nlast' >in
  gf-pool --worker -j2 -k cat <in | cmp - <(cat in; echo)
  printf 'a\nb\0\0c' | gf-pool --worker -0 -j2 -k cat | cmp - <(printf 'a\nb\0\0c\0')
  head -c 3000000 /dev/zero | tr '\0' x >in
  echo >>in
  gf-pool --worker -k cat <in | cmp - in
  gf-pool --worker -k cat ::: 'a b' c >out
  [ "$(cat out)" = $'a b\nc' ]
  [ "$(gf-pool --worker -s 'while read -r r; do echo "<$r>"; done' ::: x)" = '<x>' ]
}

@test "the last answer may lack its end" {
  [ "$(echo a | gf-pool --worker -s 'read -r r; printf %s "$r"')" = a ]
}

@test "few slow records are shared out evenly" {
  answers 'sleep 0.3; echo "$GF_SLOT $r"'
  seq 8 | gf-pool --worker -j4 -k sh w >out
  [ "$(cut -d ' ' -f 1 out | sort | uniq -c | awk '{ print $1 }' | tr '\n' ' ')" = '2 2 2 2 ' ]
}

@test "a worker that dies fails the record it worked on, and no other" {
  answers 'if [ "$r" = 7 ]; then kill -9 $$; fi; echo "$r"'
  run bash -c 'seq 20 | gf-pool --worker -j2 -k --failed bad --stats=json --stats-file stats sh w 2>err'
  expect_status 123
  [ "$output" = "$(seq 20 | grep -vx 7)" ]
  [ "$(cat bad)" = 7 ]
  grep -q 'first: record 7, signal 9 ended worker [12]: 7' err
  [ "$(jq -r '[.records, .failed, .restarts] | join(" ")' stats)" = '19 1 1' ]
  answers '[ "$r" != 3 ] || exit 4; echo "$r"'
  run bash -c 'seq 5 | gf-pool --worker -j1 -k sh w 2>err'
  expect_status 123
  grep -q 'first: record 3, worker 1 ended with exit status 4: 3' err
}

@test "--retries gives the record again, and only that one" {
  answers 'echo "$r" >>tries
if [ "$r" = 5 ] && ! [ -e died ]; then touch died; exit 1; fi; echo "$r"'
  run -0 bash -c 'seq 9 | gf-pool --worker -j1 -k --retries 2 sh w 2>/dev/null'
  [ "$output" = "$(seq 9)" ]
  [ "$(grep -cx 5 tries)" -eq 2 ]
  answers 'echo "$r" >>tries2; [ "$r" != 5 ] || exit 1; echo "$r"'
  run bash -c 'seq 9 | gf-pool --worker -j1 -k --retries 2 sh w 2>/dev/null'
  expect_status 123
  [ "$(grep -cx 5 tries2)" -eq 3 ]
}

@test "-t is the time of one record; the worker is ended and another goes on" {
  answers 'if [ "$r" = 3 ]; then sleep 30; fi; echo "$r"'
  start=$(date +%s%N)
  run bash -c 'seq 6 | gf-pool --worker -j2 -k -t 0.4s --failed bad sh w 2>err'
  expect_status 124
  [ $((($(date +%s%N) - start) / 1000000)) -lt 5000 ]
  [ "$output" = "$(seq 6 | grep -vx 3)" ]
  [ "$(cat bad)" = 3 ]
  grep -q 'first: record 3, timed out: 3' err
}

@test "-t does not count the time of the records in front" {
  answers 'sleep 0.2; echo "$r"'
  run -0 bash -c 'seq 8 | gf-pool --worker -j1 -k -t 2s sh w'
  [ "$output" = "$(seq 8)" ]
}

@test "a worker that ignores SIGTERM is killed" {
  printf 'trap "" TERM\nread -r r\nwhile :; do sleep 0.1; done\n' >w
  start=$(date +%s%N)
  run bash -c 'echo a | gf-pool --worker -t 0.2 --kill-after 0.2 sh w 2>/dev/null'
  expect_status 124
  [ $((($(date +%s%N) - start) / 1000000)) -lt 5000 ]
}

@test "--max-items makes a new worker after so many" {
  answers 'echo "$$ $r"'
  seq 10 | gf-pool --worker -j1 -k --max-items 4 sh w >out
  [ "$(cut -d ' ' -f 2 out | tr '\n' ' ')" = '1 2 3 4 5 6 7 8 9 10 ' ]
  [ "$(cut -d ' ' -f 1 out | uniq -c | awk '{ print $1 }' | tr '\n' ' ')" = '4 4 2 ' ]
  seq 100 | gf-pool --worker -j3 -k --max-items 7 tr a a | cmp - <(seq 100)
}

@test "--max-items: a worker that ends without an answer makes room for the next record" {
  run -123 timeout 10 gf-pool --worker -j1 --max-items 1 -s 'read -r r; [ "$r" != b ] || exit 3; echo "$r"' ::: a b c
  [[ "$output" == $'a\nc\n'*'1 of 3 records failed'* ]]
  run -123 timeout 10 gf-pool --worker -j2 --max-items 1 -s 'exit 3' ::: a b c d
  [[ "$output" == *'4 of 4 records failed'* ]]
}

@test "a worker that leaves records out is found out" {
  run bash -c 'seq 20 | gf-pool --worker -j1 -k grep 1 2>err'
  expect_status 123
  grep -q 'without an answer for 9 records' err
  run bash -c 'seq 3 | gf-pool --worker -j1 true 2>/dev/null'
  expect_status 123
}

@test "a worker that answers too much ends the run" {
  answers 'echo "$r"; echo "$r"'
  run timeout 20 bash -c 'seq 1000 | gf-pool --worker -j2 sh w'
  expect_status 125
  [[ "$output" == *'more than it was given'* ]]
}

@test "a command that never answers is given up on, and its records are kept" {
  run timeout 60 bash -c 'seq 2000 | gf-pool --worker -j2 --failed bad false 2>err'
  expect_status 123
  grep -q 'without one answer' err
  [ "$(wc -l <bad)" -ge 100 ]
  run -127 bash -c 'echo a | gf-pool --worker gf-no-such-command'
  run -126 bash -c 'echo a | gf-pool --worker /etc/passwd'
}

@test "output is held in bounds when the first worker is slow" {
  answers 'if [ "$r" = 1 ]; then sleep 1; fi; echo "$r"'
  seq 20000 | gf-pool --worker -j2 -k sh w | cmp - <(seq 20000)
}

@test "a reader that goes away ends it quietly" {
  run bash -c 'set -o pipefail; yes | gf-pool --worker -j2 cat | head -n 3'
  echo "$output"
  [ "${lines[0]} ${lines[1]} ${lines[2]}" = 'y y y' ]
  [ "${#lines[@]}" -eq 3 ]
  expect_status 141
}

@test "the first SIGTERM finishes what was given, then it dies by it" {
  answers 'sleep 0.5; echo "$r"'
  mkfifo in
  gf-pool --worker -j3 -k sh w <in >out 3>&- &
  pid=$!
  exec 5>in
  seq 3 >&5
  sleep 0.3
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  exec 5>&-
  expect_status 143
  [ "$(cat out)" = "$(seq 3)" ]
}

@test "no worker is left behind when the pool is killed" {
  printf 'echo $$ >>pids\nexec cat\n' >w
  mkfifo in
  gf-pool --worker -j2 sh w <in >out 3>&- &
  pid=$!
  exec 5>in
  seq 4 >&5
  until [ "$(wc -l <out)" -eq 4 ]; do sleep 0.02; done
  kill -9 "$pid"
  wait "$pid" || true
  sleep 0.3
  for p in $(cat pids); do
    [ ! -e "/proc/$p" ] || grep -q '^State:.*Z' "/proc/$p/status" # dead, if not yet reaped
  done
  exec 5>&-
}

@test "what --worker does not go with is usage" {
  while read -r args; do
    # shellcheck disable=SC2086
    run gf-pool $args </dev/null
    expect_status 2
    [[ "$output" == *hint:* ]]
  done <<'END'
--worker echo {}
--worker sed s/x/{1}/
--worker echo {#}
--worker -n 2 cat
--worker -X cat
--worker --pipe cat
--worker -d , cat
--worker -u cat
--worker --line-buffer cat
--worker --ci=github cat
--worker -j @f cat
--worker --load 2 cat
--max-items 3 cat
END
  [ "$(echo a | gf-pool --worker sed 's/a/{{}}/')" = '{}' ]
}

@test "worker: one that reads more than a record before it goes on is given more" {
  command -v mawk >/dev/null || fails 'tests/deps.sh installs mawk'
  seq -f 'line %060.0f' 500 >in
  timeout 30 gf-pool --worker -j1 -k mawk '{ print; fflush() }' <in >out
  cmp in out
}

@test "worker: one that does not end when its input has is told to, and named" {
  run --separate-stderr timeout 20 gf-pool --worker -j1 -s 'cat; sleep 30' ::: a b
  expect_status 0
  [ "$output" = $'a\nb' ]
  [[ $stderr =~ 'worker 1, process '[0-9]+', has answered all and did not end when its input had ended: it is told to' ]] ||
    fails "$stderr"
  # one that does not listen is killed
  SECONDS=0
  run --separate-stderr timeout 20 gf-pool --worker -j1 --kill-after 100ms -s 'trap "" TERM; cat; sleep 30' ::: a b
  expect_status 0
  [ "$SECONDS" -lt 15 ]
  # one that ends within a second is left alone
  run --separate-stderr gf-pool --worker -j1 -s 'cat; sleep 0.3; echo bye >&2' ::: a
  expect_status 0
  [ "$stderr" = bye ]
}

@test "worker: one that closes its input has its time limit all the same" {
  SECONDS=0
  run timeout 20 gf-pool -q -j1 --worker -t 300ms sh -c 'exec 0<&-; sleep 10' ::: a b
  expect_status 124
  [ "$SECONDS" -lt 10 ]
}
