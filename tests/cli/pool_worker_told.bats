#!/usr/bin/env bats
# gf-pool --worker: what is told of each record, and what has a say in it: log, events, files, tags,
# --halt, --rate, --retries, the page. One command that stays has them as one command a record has.

load helper

# answers SCRIPT: a worker in the file `w` that runs SCRIPT for each record, which is $r.
answers() { printf 'while IFS= read -r r; do\n%s\ndone\n' "$1" >w; }

@test "worker: the job log has a row a record, and --resume goes on behind it" {
  answers '[ "$r" != 3 ] || exit 4; echo "$r"'
  run bash -c 'seq 5 | gf-pool --worker -j1 -k --joblog log sh w 2>err'
  expect_status 123
  [ "$output" = $'1\n2\n4\n5' ]
  [ "$(sed 1d log | sort -n | cut -f 1,7,8,9)" = "$(printf '%s\n' $'1\t0\t0\tsh w <<<1' $'2\t0\t0\tsh w <<<2' $'3\t4\t0\tsh w <<<3' $'4\t0\t0\tsh w <<<4' $'5\t0\t0\tsh w <<<5')" ]
  # What is done passes by, whatever its number is now; what failed only with --resume-failed.
  run bash -c 'printf "%s\n" 5 4 3 new 2 1 | gf-pool --worker -j1 -k --joblog log --resume cat 2>err'
  [ "$output" = $'5\n4\n3\nnew\n2\n1' ] # another command has done none of it
  run bash -c 'printf "%s\n" 5 4 3 new 2 1 | gf-pool --worker -j1 -k --joblog log --resume sh w 2>err'
  [ "$output" = new ]
  answers 'echo "$r"'
  run -0 bash -c 'seq 5 | gf-pool --worker -k --joblog log --resume-failed sh w 2>err'
  [ "$output" = 3 ]
  # A log of records is no list of commands.
  run gf-pool --joblog log --retry-failed
  [[ "$output" == *'only a shell could run'* ]] || [[ "$output" == *'no job failed'* ]]
  # What was made before the log is refused is released: under sanitizers a leak is another status.
  run -2 gf-pool --worker --joblog log cat
}

@test "worker: a record that a signal or the time limit ended has its row" {
  answers 'case $r in a) kill -9 $$ ;; b) sleep 30 ;; esac; echo "$r"'
  run bash -c 'printf "%s\n" a b c | gf-pool --worker -j1 -k -t 0.5 --joblog log sh w 2>err'
  expect_status 123
  [ "$(sed 1d log | sort -n | cut -f 1,7,8 | tr '\t\n' ',;')" = '1,0,9;2,-1,15;3,0,0;' ]
  run bash -c 'printf "%s\n" a b c | gf-pool --worker -j1 -k -t 0.5 --events ev sh w 2>err'
  [ "$(jq -r 'select(.event == "timed-out" or .event == "signalled") | "\(.event) \(.job)"' ev | tr '\n' ' ')" = 'timed-out 2 signalled 2 ' ]
}

@test "worker: the log survives a kill, and nothing is run twice" {
  answers 'echo "$r" >>ran; echo "$r"; sleep 0.02'
  seq 200 >in
  gf-pool --worker -j2 --joblog log sh w <in >out 3>&- &
  pid=$!
  until_true has_lines ran 20
  kill -9 "$pid"
  wait "$pid" || true
  run -0 bash -c 'gf-pool --worker -j2 --joblog log --resume sh w <in >>out 2>err'
  sed 1d log | cut -f 9 | sort | uniq -d | cmp - /dev/null
  [ "$(sed 1d log | wc -l)" = 200 ]
  # What had a row was not run again; what ran without one may have been, at most what was under way.
  [ "$(sort ran | uniq | wc -l)" = 200 ]
}

@test "worker: --events tells each record" {
  run -0 bash -c 'seq 3 | gf-pool --worker -j1 --events ev cat'
  [ "$(jq -r 'select(.event == "queued") | .job' ev | tr '\n' ' ')" = '1 2 3 ' ]
  [ "$(jq -r 'select(.event == "ended") | "\(.job):\(.exit)"' ev | tr '\n' ' ')" = '1:0 2:0 3:0 ' ]
  [ "$(jq -r 'select(.event == "started") | .pid' ev | sort -u | wc -l)" = 1 ]
  [ "$(jq -r 'select(.event == "end") | [.status, .jobs, .failed] | join(" ")' ev)" = '0 3 0' ]
}

@test "worker: --halt stops at the failures that it counts" {
  answers '[ "$r" -lt 5 ] || exit 7; echo "$r"'
  run bash -c 'seq 1000 | gf-pool --worker -j1 -k --max-items 1 --halt soon,fail=1 sh w 2>err'
  expect_status 7
  [ "$output" = $'1\n2\n3\n4' ]
  grep -q 'record 5 was the last\|job 5 was the last' err
  run bash -c 'seq 1000 | gf-pool --worker -j2 --max-items 1 --halt soon,done=3 cat 2>err'
  expect_status 0
  [ "$(printf '%s\n' "$output" | wc -l)" -lt 100 ]
}

@test "worker: --rate gives no more than that" {
  answers 'date +%s%N'
  seq 6 | gf-pool --worker -j3 --rate 10/s sh w | sort -n >moments
  [ "$(wc -l <moments)" = 6 ]
  [ $((($(tail -1 moments) - $(head -1 moments)) / 1000000)) -ge 400 ]
}

@test "worker: --retry-delay waits, --retry-on chooses" {
  answers 'echo "$(date +%s%N) $r" >>tries; [ "$r" != 2 ] || exit 9; echo "$r"'
  run bash -c 'seq 3 | gf-pool --worker -j1 -k --retries 2 --retry-delay 300ms --events ev sh w 2>err'
  expect_status 123
  [ "$output" = $'1\n3' ]
  grep ' 2$' tries | cut -d ' ' -f 1 >moments
  [ "$(wc -l <moments)" = 3 ]
  [ $((($(sed -n 2p moments) - $(sed -n 1p moments)) / 1000000)) -ge 290 ]
  [ "$(jq -r 'select(.event == "retried") | .job' ev | tr '\n' ' ')" = '2 2 ' ]
  rm tries
  run bash -c 'seq 3 | gf-pool --worker -j1 -k --retries 2 --retry-on 5 sh w 2>err'
  expect_status 123
  [ "$(grep -c ' 2$' tries)" = 1 ]
  rm tries
  run bash -c 'seq 3 | gf-pool --worker -j1 -k --retries 2 --retry-on 9 sh w 2>err'
  [ "$(grep -c ' 2$' tries)" = 3 ]
}

@test "worker: --tag names the record, --tagstring says it otherwise" {
  answers 'echo "<$r>"'
  [ "$(printf 'a b\nc\n' | gf-pool --worker -j1 -k --tag sh w)" = $'a b\t<a b>\nc\t<c>' ]
  [ "$(printf 'a\nc\n' | gf-pool --worker -j1 -k --tagstring '{%}:{}' sh w)" = $'1:a\t<a>\n1:c\t<c>' ]
  # A worker may be given any byte, and the tag spells it out.
  [ "$(printf 'a\0b\n' | gf-pool --worker --tagstring '<{}>{2}' cat | tr '\0' 0)" = '<a\x00b>'$'\ta0b' ]
}

@test "worker: --results has a directory a record" {
  answers '[ "$r" != b ] || exit 3; echo "<$r>"'
  run bash -c 'printf "%s\n" a b c | gf-pool --worker -j1 --results out sh w 2>err'
  expect_status 123
  [ "$(cat out/1/stdout out/3/stdout)" = $'<a>\n<c>' ]
  [ "$(cat out/1/status out/2/status out/3/status | tr '\n' ' ')" = '0 3 0 ' ]
  [ "$(cat out/2/command)" = 'sh w <<<b' ]
}

@test "worker: --report shows the records on the page, --progress counts them" {
  answers '[ "$r" != 2 ] || exit 3; echo "$r"'
  run bash -c 'seq 4 | gf-pool --worker -j1 --report page.html --progress=always sh w 2>err'
  expect_status 123
  grep -q '1 of 4 jobs failed\|1 of 4 records failed' page.html
  grep -q 'sh w &lt;&lt;&lt;2' page.html
  answers 'sleep 0.3; echo "$r"'
  seq 4 >in
  run -0 bash -c 'gf-pool --worker --progress=always -j1 sh w <in 2>err'
  grep -q '/4 done' err
}

@test "worker: the place for the worker, and what it finds around it" {
  [ "$(echo x | gf-pool --worker -j1 sed 's/$/ {%}/')" = 'x 1' ]
  answers 'env | grep ^GF_ | cut -d = -f 1 | grep -xE "GF_(POOL|SLOT|WORKER|SEQ|ATTEMPT|JOBLOG|TOKEN)" | sort | tr "\n" " "; echo'
  [ "$(echo x | gf-pool --worker -j1 sh w)" = 'GF_POOL GF_SLOT GF_TOKEN GF_WORKER ' ]
  answers 'echo "$GF_WORKER"'
  [ "$(seq 3 | gf-pool --worker -j1 --max-items 1 -k sh w | tr '\n' ' ')" = '1 2 3 ' ]
}

@test "worker: with -k, more than memory holds waits for its turn in a file" {
  mkdir spill
  cat >w.py <<'END'
import sys, time
big = 'x' * 100000
for line in sys.stdin:
    if line == '1\n':
        time.sleep(2)
    print(line[:-1] + big, flush=True)
END
  seq 2000 >in
  gf-pool --worker -j2 -k -T spill python3 w.py <in >out 3>&- &
  pid=$!
  peak=0
  while kill -0 "$pid" 2>/dev/null; do
    kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" 2>/dev/null) || true
    [ "${kib:-0}" -le "$peak" ] || peak=$kib
    sleep 0.05
  done
  wait "$pid"
  cut -c 1-8 out | tr -d x | cmp - in
  [ -n "${GF_SAN:-}" ] || [ "$peak" -lt 120000 ] # 200 MB of answers
  run -125 bash -c 'gf-pool --worker -j2 -k -T nosuch python3 w.py <in >out2'
  [[ "$output" == *nosuch* ]]
}

@test "worker: a reader that stalls holds up neither memory nor signals" {
  mkfifo pipe
  (exec <pipe && exec sleep 30) 3>&- &
  reader=$!
  yes | gf-pool --worker -j2 cat >pipe 2>err 3>&- &
  pid=$!
  sleep 0.7
  [ "$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")" -lt 400000 ]
  kill "$pid"
  sleep 0.2
  kill "$pid"
  sleep 0.2
  kill "$pid"
  kill "$reader"
  status=0
  wait "$pid" || status=$?
  [ "$status" -gt 128 ]
}

@test "worker: stopped and continued with the pool, and the time does not count" {
  answers 'echo $$ >>pids; sleep 0.4; echo "$r"'
  seq 3 | gf-pool --worker -j1 -k -t 1.5s sh w >out 2>err 3>&- &
  until_true has_lines pids 1
  pid=$(ps -o ppid= -p "$(head -1 pids)" | tr -d ' ')
  kill -TSTP "$pid"
  stopped() { grep -q '^State:.T' "/proc/$1/status"; }
  until_true stopped "$pid"
  stopped "$(head -1 pids)"
  sleep 2
  kill -CONT "$pid"
  wait
  [ "$(tr '\n' ' ' <out)" = '1 2 3 ' ]
}

@test "worker: what no worker came to has no row, and --resume gives it" {
  seq 5 >in
  run -126 gf-pool --worker -j1 --joblog log /etc/passwd <in
  [ "$(wc -l <log)" -eq 1 ]
  run -0 gf-pool --worker -j1 --joblog log --resume cat <in
  [ "$output" = "$(cat in)" ]
}

@test "worker: --halt now ends the run, whatever was given" {
  answers '[ "$r" != 60 ] || exit 9; [ "$r" -lt 50 ] || sleep 0.1; echo "$r"'
  run -9 bash -c 'seq 5000 | timeout 20 gf-pool --worker -j1 --halt now,fail=1 --joblog log sh w 2>err'
  [ "$(sed 1d log | cut -f 7 | sort | uniq -c | tr -s " ")" = $' 59 0\n 1 9' ]
  ! grep -q 'given again' err
}

@test "worker: a signal ends the wait for another attempt" {
  answers 'exit 4'
  seq 2 | gf-pool --worker -j1 --retries 3 --retry-delay 1h --joblog log --events ev sh w 2>err 3>&- &
  until_true grep -q '"retried"' ev
  pid=$(sed -n '1s/.*"pid":\([0-9]*\).*/\1/p' ev)
  kill "$pid"
  status=0
  wait $! || status=$?
  [ "$status" -eq 143 ]
  [ "$(sed -n '2p' log | cut -f 1,7)" = $'1\t4' ]
  grep -q '"given-up"' ev
}

@test "worker: one that cannot be started again ends the run, and its record has a row" {
  printf '#!/bin/sh\nread -r x; chmod -x ./once; exit 4\n' >once
  chmod +x once
  run -126 bash -c 'seq 2 | gf-pool --worker -j1 --retries 3 --retry-delay 1ms --joblog log --events ev ./once 2>err'
  grep -q "cannot run './once'" err
  [ "$(sed -n '2p' log | cut -f 1,7)" = $'1\t4' ]
  grep -q '"given-up"' ev
}

@test "worker: one that closes its output, and reads on, is given no more" {
  run -1 bash -c "yes | timeout 20 gf-pool --worker -j1 --halt now,fail=1 sh -c 'read a; echo \$a; exec >&-; cat >/dev/null' 2>err"
  [ "$output" = y ]
}

@test "worker: what the end of the run cut off is interrupted, and is given again" {
  answers 'case $r in 3) : >go; until [ -e never ]; do sleep 0.05; done ;; esac; echo "$r"'
  seq 12 >in
  gf-pool --worker -j1 -k --joblog log --events ev --failed rest sh w <in >out 2>err 3>&- &
  until_true [ -e go ]
  kill $!
  until_true grep -q stopping err
  kill $!
  wait $! || [ $? -eq 143 ]
  [ "$(tr '\n' ' ' <out)" = '1 2 ' ]
  [ "$(sed 1d log | cut -f 1,7,8 | tr '\t\n' ': ')" = '1:0:0 2:0:0 3:-2:15 ' ] || fails "$(cat log)"
  grep -q '^gf-pool: interrupted: ' err
  run ! grep -q failed err
  [ "$(jq -c 'select(.event == "ended" and .job > 2) | [.reason, .exit, .signal]' ev | sort -u | tr '\n' ' ')" = '["stop",null,15] ["stop",null,null] ' ]
  [ "$(head -1 rest)" = 3 ]
  touch never
  run -0 bash -c 'gf-pool --worker -j1 -k --joblog log --resume sh w <in 2>err'
  [ "$output" = "$(seq 3 12)" ]
}

@test "worker: --halt now counts none of what it ended, done=1 takes the first" {
  answers 'case $r in 1) until [ -e go ]; do sleep 0.02; done; exit 9 ;; esac; : >go; sleep 30; echo "$r"'
  run -9 bash -c 'seq 20 | gf-pool --worker -j2 --halt now,fail=1 --joblog log sh w 2>err'
  [ "$(sed 1d log | sort -n | cut -f 7,8 | tr '\t\n' ': ')" = '9:0 -2:15 ' ] || fails "$(cat log)"
  grep -q ': 1 of [0-9]* records failed; first: record 1,' err
  grep -q '^gf-pool: interrupted: ' err
  answers '[ "$r" != 1 ] || exit 4; sleep 30; echo "$r"'
  run -4 bash -c 'seq 2 | gf-pool --worker -q -j2 --halt now,done=1 sh w'
}

@test "worker: a record that none can read counts for --halt" {
  run -123 --separate-stderr gf-pool --worker -q -j1 --joblog log --halt soon,fail=1 cat ::: $'a\nb' c d
  [ -z "$output" ]
  [ "$(sed 1d log | cut -f 1,7)" = $'1\t126' ]
}

@test "worker: a failure of ours interrupts what the others work on" {
  answers 'if [ "$r" = 1 ]; then until [ -e go ]; do sleep 0.02; done; echo 1; echo too much; fi; : >go; sleep 30; echo "$r"'
  run -125 bash -c 'seq 2 | gf-pool --worker -j2 --max-items 1 --joblog log --events ev sh w 2>err'
  [ "$(sed 1d log | sort -n | cut -f 1,7,8 | tail -1 | tr '\t' :)" = '2:-2:15' ] || fails "$(cat log)"
  [ "$(jq -r 'select(.job == 2 and .event == "ended").reason' ev)" = error ]
}
