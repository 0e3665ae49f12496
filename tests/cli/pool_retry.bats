#!/usr/bin/env bats
# pool_retry.bats - gf-pool tries failed jobs again: how often, when, and what is shown of it.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper

# tries N: a job that fails N times, then prints its attempt and ends well.
tries() { printf 'echo "$1 $GF_ATTEMPT" >>log; echo try $GF_ATTEMPT; echo err $GF_ATTEMPT >&2; [ "$GF_ATTEMPT" -gt %s ]' "$1"; }

@test "a job that fails is tried again, and only the last attempt is shown and logged" {
  run --separate-stderr bash -c "echo x | gf-pool --retries 3 --joblog rows --stats=json -s '$(tries 2)'"
  expect_status 0
  [ "$output" = 'try 3' ]
  [ "$(head -n 1 <<<"$stderr")" = 'err 3' ]
  [ "$(tail -n 1 <<<"$stderr" | jq -c '[.jobs, .ok, .failed, .retried]')" = '[1,1,0,2]' ]
  [ "$(cat log)" = $'x 1\nx 2\nx 3' ]
  [ "$(tail -n +2 rows | cut -f 1,7)" = $'1\t0' ]
}

@test "the tries have an end" {
  run --separate-stderr bash -c "echo x | gf-pool --retries 2 -s '$(tries 9)'"
  expect_status 123
  [ "$output" = 'try 3' ]
  [ "$(wc -l <log)" -eq 3 ]
}

@test "without --retries there is one try" {
  run --separate-stderr bash -c "echo x | gf-pool -s '$(tries 1)'"
  expect_status 123
  [ "$output" = 'try 1' ]
}

@test "-k keeps the turn of a job that is tried again" {
  out=$(seq 5 | gf-pool -k -j2 --retries 5 --retry-delay 50ms -s 'echo $1.$GF_ATTEMPT; [ $1 != 2 ] || [ $GF_ATTEMPT = 3 ]')
  [ "$out" = $'1.1\n2.3\n3.1\n4.1\n5.1' ]
}

@test "others run while one waits" {
  touch log
  seq 3 | gf-pool -j1 --retries 1 --retry-delay 1s -s 'echo $1.$GF_ATTEMPT >>log; [ $1 != 1 ] || [ $GF_ATTEMPT = 2 ]'
  [ "$(tr '\n' ' ' <log)" = '1.1 2.1 3.1 1.2 ' ]
}

@test "no new job starts while jobs with 64 MiB of records wait" {
  head -c 1000000 /dev/zero | tr '\0' x >record
  for ((i = 0; i < 100; i++)); do cat record && echo; done >in
  gf-pool -j2 --retries 1 --retry-delay 1s --events ev sh -c 'test "$GF_ATTEMPT" = 2' sh {#} <in
  waited=$(jq -r 'select(.event == "retried" or (.event == "started" and .attempt == 2)).event' ev |
    awk '/retried/ { if (++n > most) most = n } /started/ { n-- } END { print most }')
  between 1 "$waited" 70
  [ "$(jq -c 'select(.event == "ended" and .exit == 0)' ev | wc -l)" -eq 100 ]
}

@test "the waits grow" {
  start=$(date +%s%N)
  echo x | gf-pool --retries 3 --retry-delay 100ms,x2 false || [ $? -eq 123 ]
  [ $((($(date +%s%N) - start) / 1000000)) -ge 700 ]
}

@test "--retry-on takes only what it names" {
  seq 3 5 | gf-pool -k --retries 1 --retry-on 4,143,124 -t 5s -s 'echo $1.$GF_ATTEMPT >>log; exit $1' || [ $? -eq 123 ]
  [ "$(sort log | tr '\n' ' ')" = '3.1 4.1 4.2 5.1 ' ]
  echo x | gf-pool --retries 1 --retry-on 143 -s 'echo $GF_ATTEMPT >>log2; kill -TERM $$' || [ $? -eq 123 ]
  [ "$(wc -l <log2)" -eq 2 ]
  echo x | gf-pool --retries 1 --retry-on 124 -t 200ms -s 'echo $GF_ATTEMPT >>log3; sleep 30' || [ $? -eq 124 ]
  [ "$(wc -l <log3)" -eq 2 ]
}

@test "the words are made anew: {%} is the slot of the attempt" {
  out=$(printf 'a\nb\n' | gf-pool -k -j2 --retries 1 --retry-delay 200ms sh -c 'sleep 0.1; [ "$1" = a ] || [ "$GF_ATTEMPT" = 2 ] || exit 1; [ "$2" = "$GF_SLOT" ] && echo "$1 $2"' sh {} {%})
  [ "$out" = $'a 1\nb 1' ]
}

@test "--halt and the end by a signal leave no try to come" {
  run --separate-stderr timeout 2 bash -c "printf 'a\nb\n' | gf-pool -j2 --retries 9 --retry-delay 1h --halt now,fail=1 -s '[ \$1 = a ] || { sleep 0.3; exit 1; }; exit 0'"
  [ "$status" -eq 124 ] # the only failure waits for an hour
  echo x >in
  gf-pool --retries 9 --retry-delay 1h -s 'touch up; exit 3' <in >out 2>err 3>&- &
  pid=$!
  for ((i = 0; i < 500; i++)); do
    [ -e up ] && break
    sleep 0.01
  done
  sleep 0.2
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  expect_status 143
}

@test "a retried job that is resumed later counts once" {
  echo x | gf-pool --retries 1 --joblog rows -s 'exit 1' || [ $? -eq 123 ]
  [ "$(wc -l <rows)" -eq 2 ]
  echo x | gf-pool --joblog rows --resume-failed -s 'exit 1' || [ $? -eq 123 ]
  [ "$(wc -l <rows)" -eq 3 ]
}

@test "bad values are usage" {
  for words in '--retries x' '--retries -1' '--retry-delay 1s,y' '--retry-delay x2' '--retry-on 0' '--retry-on 256' '--retry-on 1,,2' '--retry-on ,'; do
    # shellcheck disable=SC2086
    run gf-pool $words echo </dev/null
    expect_status 2
  done
}
