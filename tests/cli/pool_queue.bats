#!/usr/bin/env bats
# pool_queue.bats - gf-pool --queue: the same tests on a file and on a server.

load helper
load redis

teardown() { redis_stop; }

places() {
  redis_start
  places=(./work "$REDIS_URL#work")
}

count() { gf-queue status "$1" --format json | jq -r ".$2"; }
runs() { [ "$(count "$1" running)" = "$2" ]; }
is_done() { [ "$(count "$1" done_total)" = "$2" ]; }

@test "--until-empty: all jobs are done, once, and their results are kept" {
  places
  for q in "${places[@]}"; do
    seq 20 | gf-queue put "$q"
    gf-pool -j3 --queue "$q" --until-empty -s 'echo "job $1"; echo "err $1" >&2' >out 2>err
    [ "$(sort -u out | wc -l)" = 20 ]
    [ "$(wc -l <out)" = 20 ]
    [ "$(count "$q" 'done')" = 20 ]
    [ "$(gf-queue list --done --format json "$q" | jq -r 'select(.record=="7").stderr')" = 'err 7' ]
    run gf-pool --queue "$q" --until-empty false # nothing is there
    expect_status 0
  done
}

@test "a job that fails is delivered again, and dead in the end: 123, and others are done" {
  places
  for q in "${places[@]}"; do
    seq 4 | gf-queue put "$q"
    run gf-pool -j2 --queue "$q" --until-empty --retry-delay 50ms --max-deliveries 3 \
      -s 'echo "$1" >>ran; [ "$1" != 2 ]'
    expect_status 123
    [ "$(grep -c '^2$' ran)" = 3 ]
    expect_text '1 of 4 jobs failed'
    expect_text 'hint: gf-queue dead lists'
    [[ $output != *--resume* ]] || fails "$output"
    [ "$(gf-queue dead "$q" | cut -f4,7)" = $'3\t1' ]
    [ "$(count "$q" 'done')" = 3 ]
    rm ran
  done
}

@test "a job that succeeds when it is delivered again has not failed" {
  places
  for q in "${places[@]}"; do
    echo x | gf-queue put "$q"
    run gf-pool --queue "$q" --until-empty --retry-delay 50ms -s '[ -e seen ] || { touch seen; exit 1; }'
    expect_status 0
    rm seen
  done
}

@test "--retries and --retry-on say what is delivered again" {
  places
  for q in "${places[@]}"; do
    printf '1\n7\n' | gf-queue put "$q"
    run gf-pool -j1 --queue "$q" --until-empty --retries 2 --retry-delay 10ms --retry-on 7 \
      -s 'echo "$1" >>ran; exit "$1"'
    expect_status 123
    [ "$(sort ran | uniq -c | awk '{print $2 ":" $1}' | xargs)" = '1:1 7:3' ]
    [ "$(count "$q" dead)" = 2 ]
    rm ran
  done
}

@test "no more is taken than there are free slots" {
  places
  for q in "${places[@]}"; do
    seq 10 | gf-queue put "$q"
    gf-pool -j3 --queue "$q" -s 'until [ -e go ]; do sleep 0.05; done' 3>&- &
    until_true runs "$q" 3
    sleep 0.2
    [ "$(count "$q" waiting.normal)" = 7 ]
    touch go
    until_true is_done "$q" 10
    kill $!
    wait $! || true
    rm go
  done
}

@test "it goes on when the queue is empty, and is woken by what is put" {
  places
  for q in "${places[@]}"; do
    echo 1 | gf-queue put "$q"
    gf-pool --queue "$q" -s 'echo "$1" >>ran' 3>&- &
    until_true is_done "$q" 1
    until_true is_asleep $!
    echo 2 | gf-queue put "$q"
    until_true is_done "$q" 2
    kill $!
    wait $! || true
    rm ran
  done
}

@test "when it has nothing to do, it runs what is delayed at its time, and what a shorter lease frees" {
  places
  for q in "${places[@]}"; do
    echo held | gf-queue put "$q"
    token=$(gf-queue take --lease 1h "$q" | cut -f1)
    gf-pool --queue "$q" -s 'echo "$1" >>ran' 3>&- &
    echo 1 | gf-queue put "$q"
    until_true is_done "$q" 1
    until_true is_asleep $!
    echo 2 | gf-queue put --delay 500ms "$q"
    until_true is_done "$q" 2
    until_true is_asleep $!
    gf-queue renew --lease 1s "$q" "$token"
    until_true is_done "$q" 3
    kill $!
    wait $! || true
    [ "$(xargs <ran)" = '1 2 held' ]
    rm ran
  done
}

@test "redis: a job that comes when its lease is over already is not started" {
  redis_start
  seq 1 | gf-queue put "$REDIS_URL#w"
  # The answer to the first worker is 4 s late, and the job another's by then.
  touch slow
  python3 "$ROOT/tests/cli/aid/hostile.py" late --behind redis/sock --while slow --delay 4 3>&- &
  until_true test -S late
  gf-pool --queue "redis+unix://$PWD/late#w" --lease 2s --until-empty -s 'echo late >>ran' 2>err 3>&- &
  until_true runs "$REDIS_URL#w" 1
  rm slow
  gf-pool --queue "$REDIS_URL#w" --until-empty -s 'echo other >>ran; sleep 4'
  wait $! || fails "$? $(<err)"
  [ "$(<ran)" = other ]
  [ ! -s err ] || fails "$(<err)"
}

@test "a job that waits for its start, and loses its lease meanwhile, is not started" {
  places
  for q in "${places[@]}"; do
    seq 2 | gf-queue put "$q"
    gf-pool --queue "$q" --lease 2s --rate 1/8s --stop-after 2 -s 'echo "$1 here" >>ran' 2>err 3>&- &
    until_true is_done "$q" 1
    until_true runs "$q" 1 # the second one waits
    kill -STOP $!
    gf-pool --queue "$q" --until-empty -s 'echo "$1 there" >>ran'
    kill -CONT $!
    until_true grep -q 'job 2: its lease is over before it could start; it is not started here' err
    echo 3 | gf-queue put "$q"
    wait $! || fails "$? $(<err)"
    [ "$(cat ran)" = $'1 here\n2 there\n3 here' ] || fails "$(<ran)"
    rm ran
  done
}

@test "--stop-after N: so many, and what is left stays" {
  places
  for q in "${places[@]}"; do
    seq 10 | gf-queue put "$q"
    gf-pool -j2 --queue "$q" --stop-after 4 true
    [ "$(count "$q" 'done')" = 4 ]
    [ "$(count "$q" waiting.normal)" = 6 ]
  done
}

@test "SIGTERM: what runs is finished; the second one ends it, and it waits in front, undelivered" {
  places
  for q in "${places[@]}"; do
    seq 4 | gf-queue put "$q"
    gf-pool -j2 --queue "$q" -s 'until [ -e go ]; do sleep 0.05; done' 2>err 3>&- &
    until_true runs "$q" 2
    kill $!
    until_true grep -q stopping err
    touch go
    wait $! || status=$?
    [ "$status" = 143 ]
    [ "$(count "$q" 'done')" = 2 ]
    rm go
    gf-pool -j2 --queue "$q" sleep 60 2>err 3>&- &
    until_true runs "$q" 2
    kill $!
    until_true grep -q stopping err
    kill $!
    wait $! || status=$?
    [ "$status" = 143 ]
    [ "$(count "$q" waiting.normal)" = 2 ]
    [ "$(gf-queue list --waiting "$q" | cut -f4 | xargs)" = '0 0' ]
  done
}

@test "a worker that is killed: another has its jobs after the lease" {
  places
  for q in "${places[@]}"; do
    seq 3 | gf-queue put "$q"
    gf-pool -j3 --lease 1s --queue "$q" sleep 60 3>&- &
    until_true runs "$q" 3
    kill -KILL $!
    wait $! || true
    gf-pool -j3 --queue "$q" --until-empty -s 'echo "$1" >>ran'
    [ "$(sort ran | xargs)" = '1 2 3' ]
    [ "$(gf-queue list --done "$q" | cut -f4 | xargs)" = '2 2 2' ]
    rm ran
  done
}

@test "a job that kills its worker is dead after N deliveries, and those that were with it are done" {
  places
  for q in "${places[@]}"; do
    printf '%s\n' a b poison c | gf-queue put "$q"
    for _ in 1 2 3; do
      gf-pool -j4 --lease 1s --max-deliveries 3 --queue "$q" --until-empty \
        -s '[ "$1" = poison ] || { sleep 1; exit; }; sleep 0.3; kill -KILL $PPID' || true
    done
    run gf-pool -j4 --lease 1s --max-deliveries 3 --queue "$q" --until-empty -s 'exit 0'
    expect_status 123 # it found the dead one
    expect_text '1 jobs are dead'
    [ "$(gf-queue dead "$q" | cut -f4,10)" = $'3\tpoison' ]
    [ "$(gf-queue list --done "$q" | cut -f10 | sort | xargs)" = 'a b c' ]
  done
}

@test "the lease is renewed for as long as the job runs" {
  places
  for q in "${places[@]}"; do
    echo 1 | gf-queue put "$q"
    gf-pool --lease 3s --queue "$q" --until-empty -s 'echo "$1" >>ran; sleep 4.5' 3>&- &
    until_true runs "$q" 1
    gf-pool --queue "$q" --until-empty -s 'echo "$1" >>ran'
    wait $!
    [ "$(wc -l <ran)" = 1 ]
    rm ran
  done
}

@test "a job that is dropped while it runs is ended, and it is said: 123" {
  places
  for q in "${places[@]}"; do
    echo 1 | gf-queue put "$q"
    gf-pool --lease 1s --queue "$q" --stop-after 1 sleep 60 2>err 3>&- &
    until_true runs "$q" 1
    gf-queue drop "$q" "$(gf-queue list --running "$q" | cut -f1)"
    wait $! || status=$?
    [ "$status" = 123 ]
    grep -q 'its lease is over, and it may run elsewhere' err
  done
}

@test "a record that cannot be a word of a command is dead, with the reason" {
  places
  for q in "${places[@]}"; do
    printf 'a\0b' | tr '\0' '\001' | tr '\001' '\0' >in
    gf-queue put "$q" in
    run gf-pool --queue "$q" --until-empty echo
    expect_status 123
    [ -n "$(gf-queue dead --format json "$q" | jq -r .stderr)" ]
  done
}

@test "the server is killed and started again in the middle: the run goes on, nothing is lost" {
  redis_start --appendonly yes --appendfsync always
  q=$REDIS_URL#w
  seq 40 | gf-queue put "$q"
  gf-pool -j2 --queue "$q" --until-empty -s 'echo "$1" >>ran; sleep 0.05' 2>err 3>&- &
  worker=$!
  until_true test -s ran
  redis_kill
  until_true grep -q 'is away' err
  redis_again
  wait "$worker"
  grep -q 'is back after' err
  [ "$(sort -u ran | wc -l)" = 40 ]
  [ "$(count "$q" done_total)" = 40 ]
}

# ends_while_away SIGNAL: a job does this to its server just before it ends, and its run ends; ms says how long that took.
ends_while_away() {
  echo long | gf-queue put "$REDIS_URL#w"
  gf-pool -j1 --queue "$REDIS_URL#w" --stop-after 1 -s "kill -$1 $REDIS_PID; sleep 0.05; date +%s%3N >ended" 2>err 3>&- &
  worker=$!
}

# expect_untold MOST: the worker of ends_while_away was over so many milliseconds after its job, and said why.
expect_untold() {
  local status=0 ms
  wait "$worker" || status=$?
  ms=$(($(date +%s%3N) - $(cat ended)))
  [ "$status" -eq 125 ] || fails "$status, $(cat err)"
  [ "$ms" -lt "$1" ] || fails "$ms ms: $(cat err)"
  grep -q 'is away' err || fails "$(cat err)"
  grep -q 'was not told what became of 1 jobs' err || fails "$(cat err)"
}

@test "a run that ends while its server has just been killed waits a second, and says so" {
  redis_start
  ends_while_away KILL
  expect_untold 4000
}

@test "a run that ends while its server does not answer waits a second after that is known" {
  redis_start
  ends_while_away STOP
  expect_untold 12000 # an answer may take 5 s
  kill -CONT "$REDIS_PID"
}

@test "a run that ends while its server does not answer: a second signal ends the wait" {
  redis_start
  ends_while_away STOP
  until_true test -s ended
  sleep 0.3
  kill -TERM "$worker"
  until_true grep -q 'again to end that' err
  started=$(date +%s%3N)
  kill -TERM "$worker"
  status=0
  wait "$worker" || status=$?
  ms=$(($(date +%s%3N) - started))
  [ "$status" -eq 143 ] || fails "$status: $(cat err)"
  [ "$ms" -lt 3000 ] || fails "$ms ms: $(cat err)"
  grep -q "was not told what became of 1 jobs" err
  kill -CONT "$REDIS_PID"
}

@test "a run that ends while its file is locked by another: a second signal ends the wait" {
  command -v sqlite3 >/dev/null || skip 'no sqlite3'
  echo long | gf-queue put ./work
  gf-pool -j1 --queue ./work --stop-after 1 -s 'until [ -e go ]; do sleep 0.05; done; touch ended' 2>err 3>&- &
  worker=$!
  until_true runs ./work 1
  mkfifo hold
  sqlite3 ./work <hold 3>&- &
  holder=$!
  exec 4>hold
  echo 'BEGIN EXCLUSIVE; SELECT 1;' >&4
  until_true locked
  touch go
  until_true test -e ended
  sleep 0.3
  kill -TERM "$worker"
  until_true grep -q 'again to end that' err
  kill -TERM "$worker"
  status=0
  wait "$worker" || status=$?
  exec 4>&-
  wait "$holder"
  [ "$status" -eq 143 ] || fails "$status: $(cat err)"
  grep -q "was not told what became of 1 jobs" err
}

locked() { ! sqlite3 ./work 'BEGIN IMMEDIATE; ROLLBACK;' 2>/dev/null; }

@test "a job whose output cannot be written is not done: it is given back, and that delivery does not count" {
  local how
  places
  for q in "${places[@]}"; do
    for how in '' -k --line-buffer '-k --line-buffer'; do
      seq 3 | gf-queue put "$q"
      status=0
      # shellcheck disable=SC2086
      gf-pool -j1 --queue "$q" --until-empty $how echo >/dev/full 2>err || status=$?
      [ "$status" -eq 125 ] || fails "$q $how: $status, $(cat err)"
      [ "$(count "$q" done_total)" = 0 ] || fails "$q $how: $(gf-queue list --done "$q")"
      [ "$(count "$q" waiting.normal)" = 3 ] || fails "$q $how: $(gf-queue status "$q")"
      [ "$(gf-queue list --format json "$q" | jq .deliveries | sort -u)" = 0 ] || fails "$(gf-queue list "$q")"
      gf-queue purge --all "$q"
    done
    # One that writes nothing is done, whatever becomes of the others.
    printf 'quiet\n1\n' | gf-queue put "$q"
    gf-pool -j1 --queue "$q" --until-empty -s '[ "$1" = quiet ] || echo "$1"' >/dev/full 2>err || true
    [ "$(gf-queue list --done --format json "$q" | jq -r .record)" = quiet ]
    [ "$(gf-queue list --format json "$q" | jq -r .record)" = 1 ]
    gf-queue purge --all "$q"
  done
}

@test "what its reader has not taken is not done, and given back when that goes away" {
  places
  for q in "${places[@]}"; do
    seq 3 | gf-queue put "$q"
    mkfifo pipe
    gf-pool -j3 --queue "$q" --until-empty -s 'echo "$1"; head -c 300000 /dev/zero; touch "over$1"' >pipe 2>err 3>&- &
    worker=$!
    exec 4<pipe
    until_true test -e over1 -a -e over2 -a -e over3
    sleep 0.3
    [ "$(count "$q" done_total)" = 0 ]
    [ "$(count "$q" running)" = 3 ]
    exec 4<&-
    wait "$worker" || true
    [ "$(count "$q" done_total)" = 0 ]
    [ "$(count "$q" waiting.normal)" = 3 ]
    rm -f pipe over*
  done
}

@test "a job whose --results cannot be written is given back" {
  places
  for q in "${places[@]}"; do
    seq 2 | gf-queue put "$q"
    rm -rf res
    status=0
    gf-pool -j1 --queue "$q" --until-empty --results res -s 'mkdir -p res/1/status' 2>err || status=$?
    [ "$status" -eq 125 ] || fails "$q: $status, $(cat err)"
    [ "$(count "$q" done_total)" = 0 ]
    [ "$(count "$q" waiting.normal)" = 2 ]
  done
}

@test "what a server remembers of calls does not grow with their number" {
  redis_start
  seq 30 | gf-queue put "$REDIS_URL#w"
  gf-pool -j2 --queue "$REDIS_URL#w" --until-empty true
  [ "$(redis_cli --scan --pattern '*:once:*' | wc -l)" = 2 ] # of gf-queue, and of gf-pool
}

@test "a password reaches no job" {
  redis_start --requirepass secret
  export GF_REDIS_PASSWORD=secret
  echo 1 | gf-queue put "$REDIS_URL#w"
  run gf-pool --queue "$REDIS_URL#w" --until-empty -s 'env | grep -c GF_REDIS; tr "\0" "\n" </proc/$PPID/environ | grep -c secret'
  [ "${lines[0]}" = 0 ]
  [ "${lines[1]}" = 0 ]
}

@test "joblog, tags and columns as ever" {
  places
  for q in "${places[@]}"; do
    printf 'a b\n' | gf-queue put "$q"
    run gf-pool --queue "$q" --until-empty --joblog log --tag -d ' ' echo '{2}'
    [ "$output" = $'a b\tb' ]
    [ "$(wc -l <log)" = 2 ]
    rm log
  done
}

@test "what does not go together is refused" {
  for words in 'echo ::: a' '-a f echo' '--pipe cat' '-n 2 echo' '--worker cat' '--resume --joblog l echo' \
    '--dry-run echo' '--lease 10ms echo' '-0 echo'; do
    # shellcheck disable=SC2086
    run gf-pool --queue ./w $words
    expect_status 2
  done
  run gf-pool --until-empty echo
  expect_status 2
  expect_text '--queue'
}
