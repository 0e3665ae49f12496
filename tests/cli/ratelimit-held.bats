#!/usr/bin/env bats
# gf-ratelimit: records that are held for their turn (-K, --leaky): what refusals, signals, stops and
# changed terms do to them.
# bats file_tags=timing

load helper

@test "held: what passed before a refusal is written" {
  run -75 bash -c "printf 'a 1\nb 1\na 2\n' | gf-ratelimit -K 1 --fail 1/s 2>err"
  [ "$output" = $'a 1\nb 1' ]
  run -75 bash -c "seq 10 | sed 's/^/a /' | gf-ratelimit -K 1 -w 700ms 5/s 2>err"
  [ "$output" = $'a 1\na 2\na 3\na 4' ]
  run -75 bash -c "seq 20 | gf-ratelimit --leaky --buffer 5 5/s 2>err"
  [ "$output" = "$(seq 6)" ]
  grep -q 'record 7 is over the limit' err
}

@test "held: a record that is too long is told of behind what is held" {
  run -125 bash -c "(printf 'a 1\na 2\n'; head -c 70000000 /dev/zero | tr '\0' x) | gf-ratelimit -K 1 5/s 2>err"
  [ "$output" = $'a 1\na 2' ]
}

@test "held: a status line changes nothing in the pace" {
  mkfifo in
  gf-ratelimit -K 1 2/s <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
  printf 'a 1\na 2\na 3\n' >&7
  until_true test -s out
  kill -USR1 "$pid"
  until_true has_lines out 3 # while more input may come
  exec 7>&-
  wait "$pid"
  [ "$(wc -l <err)" = 1 ]
}

@test "held: after a stop no more comes than the slack lets" {
  for how in '-K 1' --leaky '-K 1 -S ./s' '-K 1 -S ./s2 --slack 0'; do
    # shellcheck disable=SC2086
    seq 400 | sed 's/^/a /' | gf-ratelimit $how 20/s >out 3>&- &
    pid=$!
    until_true has_lines out 3
    kill -STOP "$pid"
    sleep 2
    before=$(wc -l <out)
    start=$(date +%s%N)
    kill -CONT "$pid"
    until_true has_lines out $((before + 3))
    after=$(wc -l <out)
    took=$((($(date +%s%N) - start) / 1000000))
    kill "$pid"
    wait "$pid" || true
    between 3 $((after - before)) $((took / 50 + 6)) # one in 50 ms, and not the 40 of the stop
  done
}

@test "held: turns of a shared limit that were missed are not counted, and others do not wait for them" {
  seq 4 | sed 's/^/a /' | gf-ratelimit -S ./s -K 1 4/s >out 3>&- &
  pid=$!
  until_true test -s out
  kill -STOP "$pid"
  sleep 2
  [ "$(gf-ratelimit -S ./s --check --for a; echo $?)" = 0 ] # all turns are in the past
  kill -CONT "$pid"
  wait "$pid"
  [ "$(cat out)" = $'a 1\na 2\na 3\na 4' ]
  [ "$(gf-ratelimit -S ./s --status --format json | jq .passed)" = 5 ]

  seq 9 | sed 's/^/a /' | gf-ratelimit -S ./s3 -K 1 4/s >out 3>&- & # a turn that is to come is used
  pid=$!
  until_true test -s out
  kill -STOP "$pid"
  sleep 1.1
  kill -CONT "$pid"
  wait "$pid"
  [ "$(cat out)" = "$(seq 9 | sed 's/^/a /')" ]
  [ "$(gf-ratelimit -S ./s3 --status --format json | jq .passed)" = 9 ]
}

@test "held: costs of a shared limit keep the order and the count, with a stop and new terms" {
  awk 'BEGIN { for (i = 0; i < 60; i++) printf "a %d %d\nb %d %d\n", i % 4, i, i % 2, i }' >costs
  gf-ratelimit -S ./s -K 1 -c 2 30/s <costs >out 3>&- &
  pid=$!
  until_true has_lines out 10
  kill -STOP "$pid"
  sleep 0.5
  kill -CONT "$pid"
  until_true has_lines out 40 # the records have moved along
  gf-ratelimit -S ./s --set 90/s
  wait "$pid"
  for key in a b; do
    cmp <(grep "^$key" costs) <(grep "^$key" out)
  done
  [ "$(gf-ratelimit -S ./s --status --format json | jq .passed)" -eq $((15 * 6 + 30)) ]
}

@test "held: a signal gives back the turns of a shared limit" {
  mkfifo in
  gf-ratelimit -S ./s -K 1 1/h <in >out 3>&- &
  pid=$!
  exec 7>in
  printf 'a 1\na 2\nb 1\na 3\n' >&7
  until_true has_lines out 2
  passed() { [ "$(gf-ratelimit -S ./s --status --format json | jq .passed)" -eq "$1" ]; }
  until_true passed 4
  kill "$pid"
  wait "$pid" || true
  exec 7>&-
  passed 2
  run -75 gf-ratelimit -S ./s --check --for a
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]] # in one hour, not in three
}

@test "held: a reader that leaves gives back the turns of a shared limit" {
  mkfifo in
  { gf-ratelimit -S ./s -K 1 1/h <in 3>&- || echo $? >status; } | head -n 1 >out &
  exec 7>in
  printf 'a 1\na 2\na 3\na 4\n' >&7
  until_true test -s status
  exec 7>&-
  [ "$(cat status)" = 141 ]
  [ "$(cat out)" = 'a 1' ]
  run -75 gf-ratelimit -S ./s --check --for a
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]] # in one hour, not in four
}

@test "held: --ordered goes by terms that change meanwhile" {
  export XDG_STATE_HOME=$PWD/state
  printf 'a 1\na 2\n' | gf-ratelimit -S or -K 1 --ordered 1/h >out 3>&- &
  pid=$!
  until_true test -s out
  [ "$(cat out)" = 'a 1' ]
  gf-ratelimit -S or --set 100/s
  until_true has_lines out 2
  [ "$(cat out)" = $'a 1\na 2' ]
  wait "$pid"
}

@test "held: --jitter is a part of the key's own interval, and keeps the order in a key" {
  printf 'fast 100/s 50\n' >rates
  seq 120 | sed 's/^/fast /' | gf-ratelimit -K 1 --key-rates rates --jitter 100 2/s >out
  sort -c -k 2n out
  [ "$(wc -l <out)" = 120 ]
  printf 'fast 100/s\n' >rates
  local from=$SECONDS
  seq 10 | sed 's/^/fast /' | gf-ratelimit -K 1 --key-rates rates --jitter 100 1/s >out
  [ $((SECONDS - from)) -le 3 ]
}

@test "held: what weighs nothing does not overtake its key" {
  run -0 bash -c "printf 'a 5 1\na 5 2\na 0 3\n' | gf-ratelimit -K 1 -c 2 20/s"
  [ "$output" = $'a 5 1\na 5 2\na 0 3' ]
}

@test "held: --leaky takes what weighs more than the burst" {
  run -0 bash -c "seq 100000 100003 | gf-ratelimit --leaky 100B/s"
  [ "$output" = "$(seq 100000 100003)" ]
}

@test "state: -S with a key by pattern" {
  export XDG_STATE_HOME=$PWD/state
  run -0 bash -c "printf 'a 1\nb 1\n' | gf-ratelimit -S rx -K '/^(.)/' 10/s"
  [ "$output" = $'a 1\nb 1' ]
}

@test "state: a filter learns of a burst that was raised, also for what was too heavy" {
  export XDG_STATE_HOME=$PWD/state
  mkfifo in
  gf-ratelimit -S sf -c 1 --drop -b 1 100/s <in >out 3>&- &
  exec 7>in
  printf '5\n1\n' >&7
  until_true test -s out
  [ "$(cat out)" = 1 ]
  gf-ratelimit -S sf --set-burst 50
  one_more() { # a record that comes before the burst is saved up is dropped
    echo 5 >&7
    has_lines out 2
  }
  until_true one_more
  exec 7>&-
  wait $!
  [ "$(sed -n 2p out)" = 5 ]
}

@test "feedback: a pause holds where the rate is unlimited, too" {
  : >back
  mkfifo in
  gf-ratelimit --feedback back unlimited <in >out 3>&- &
  pid=$!
  exec 7>in
  echo 1 >&7
  until_true test -s out
  echo '429 3' >>back
  until_true has_read $pid back
  echo 2 >&7
  sleep 0.5
  [ "$(cat out)" = 1 ]
  until_true has_lines out 2
  exec 7>&-
  wait $pid
}

@test "state: a signal shortly before the command does not end it" {
  export XDG_STATE_HOME=$PWD/state
  for _ in $(seq 40); do
    gf-ratelimit -S ex unlimited -- sh -c 'trap : USR1; sleep 0.03; exit 0' 3>&- 2>/dev/null &
    sleep 0.002
    kill -USR1 $! 2>/dev/null || true
    wait $! && continue
    status=$?
    [ "$status" -ne 142 ]
  done
}

@test "feedback: a file that is emptied while it is read is read from its front again" {
  for _ in 1 2 3 4 5 6 7 8 9 10; do echo ok; done >back
  seq 10000 | gf-ratelimit --feedback back 20/s >out 3>&- &
  pid=$!
  until_true has_read $pid back
  echo '429 3600' >back
  until_true has_read $pid back
  n=$(wc -l <out)
  sleep 0.6
  [ "$(wc -l <out)" -le $((n + 1)) ]
  kill $pid
  wait || true
}
