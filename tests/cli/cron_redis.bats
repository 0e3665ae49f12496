#!/usr/bin/env bats
# cron_redis.bats - schedulers of one table with their state on a server.

load helper
load redis

teardown() {
  kill -KILL "${pids[@]}" 2>/dev/null || true
  redis_stop
}

# scheduler NAME WORD...: one more, in the background, with what it says in NAME.err.
scheduler() {
  local name=$1
  shift
  AS=$name gf-cron run --log=text -S "$REDIS_URL#t" --lease "${LEASE:-3s}" "$@" >"$name.out" 2>"$name.err" 3>&- &
  pids+=("$!")
  until_true grep -q ' jobs\? ' "$name.err"
}

history() { gf-cron history -S "$REDIS_URL#t" "$@"; }
lines() { [ "$(wc -l <"$1" 2>/dev/null)" -ge "$2" ]; }
has_run() { history 2>/dev/null | cut -f5 | grep -qx "$1"; }

@test "three schedulers, one killed: each due time by one of them" {
  redis_start
  printf '%s\n' 'GF_FIELDS=6' '* * * * * * GF_ID=tick GF_OVERLAP=allow echo "$GF_DUE $AS" >>ran' >tab
  for name in a b c; do scheduler $name tab; done
  until_true lines ran 4
  kill -KILL "${pids[1]}"
  wait "${pids[1]}" || true
  until_true lines ran 8
  kill "${pids[0]}" "${pids[2]}"
  wait "${pids[0]}" "${pids[2]}"
  cut -d' ' -f1 ran | sort | uniq -d >twice
  [ ! -s twice ]
  # Each due time from the first to the last is on record, once.
  history --job tick | cut -f2 | sort >due
  uniq -d due >twice
  [ ! -s twice ]
  first=$(date -d "$(head -n 1 due)" +%s)
  final=$(date -d "$(tail -n 1 due)" +%s)
  [ "$(wc -l <due)" = $((final - first + 1)) ]
}

@test "killed while it runs: after the lease the table's rule applies" {
  redis_start
  cat >tab <<'T'
@in 1s GF_ID=again GF_CATCHUP=1h GF_CATCHUP_INTERRUPTED=1 echo "$AS" >>ran; [ "$AS" = b ] || sleep 60
@in 1s GF_ID=once GF_CATCHUP=1h echo "$AS" >>once; sleep 60
@in 1s GF_ID=late GF_CATCHUP=1h GF_JITTER=fixed:1h echo "$AS" >>late
0 0 1 1 * GF_ID=stay true
T
  scheduler a tab
  until_true lines ran 1
  until_true lines once 1
  printf '%s\n' '0 0 1 1 * GF_ID=stay true' >>two
  sed 's/GF_JITTER=[^ ]*//; s/@in 1s/0 0 1 1 */' tab >two
  scheduler b two
  kill -KILL "${pids[0]}"
  wait "${pids[0]}" || true
  until_true lines ran 2
  until_true lines late 1
  [ "$(cat ran)" = "$(printf 'a\nb')" ]
  [ "$(cat late)" = b ]
  [ "$(cat once)" = a ]
  history --job once | cut -f5 >how
  [ "$(cat how)" = interrupted ]
  grep -q 'runs were interrupted when another scheduler ended' b.err
}

@test "the server is killed and started: what was due meanwhile was missed, and is caught up" {
  redis_start --appendonly yes --appendfsync always
  printf '%s\n' 'GF_FIELDS=6' '* * * * * * GF_ID=tick GF_CATCHUP=1h GF_OVERLAP=allow echo "$GF_DUE" >>ran' >tab
  scheduler a tab
  scheduler b tab
  until_true lines ran 2
  redis_kill
  until_true grep -q 'the state is away: ' a.err
  n=$(wc -l <ran)
  until_true said_four_times 'the state was away' a.err
  redis_again
  until_true grep -q 'the state is back after' a.err
  until_true lines ran $((n + 3))
  kill "${pids[@]}"
  wait "${pids[@]}"
  [ "$(grep -c 'the state is away: ' a.err)" = 1 ]
  sort ran | uniq -d >twice
  [ ! -s twice ]
  history | cut -f2 | sort | uniq -d >twice
  [ ! -s twice ]
  has_run missed
}

said_four_times() { [ "$(grep -c "$1" "$2")" -ge 4 ]; }

# One job ends when it is told to, the other has to be killed.
@test "without an answer the runs end before the lease does" {
  local from
  redis_start
  printf '%s\n' '@start GF_ID=long trap "echo TERM >>got; exit 1" TERM; touch up; sleep 60 & wait' \
    '@start GF_ID=deaf trap "" TERM; while date +\%s\%N >>beats; do sleep 0.05; done' >tab
  LEASE=10s scheduler a tab
  until_true [ -e up ]
  until_true [ -s beats ]
  kill -STOP "$REDIS_PID"
  from=$(date +%s%N)
  until_true grep -q 'the lease cannot be renewed: the runs of this scheduler are ended' a.err
  until_true lines got 1
  until_true quiet
  [ "$(tail -n 1 beats)" -lt $((from + 10000000000)) ]
  [ "$(tail -n 1 beats)" -gt $((from + 6000000000)) ] # nor at the first question without an answer
  kill -CONT "$REDIS_PID"
  until_true has_run interrupted
}

# No beat for two seconds.
quiet() { [ "$(tail -n 1 beats)" -lt $(($(date +%s%N) - 2000000000)) ]; }

@test "pause, resume and trigger from elsewhere, status and history" {
  redis_start
  printf '%s\n' '0 0 1 1 * GF_ID=job echo "$AS" >>ran' >tab
  run gf-cron pause -S "$REDIS_URL#t" job
  expect_status 125
  expect_text 'there is no state there'
  scheduler a tab
  scheduler b tab
  gf-cron trigger -S "$REDIS_URL#t" job
  until_true lines ran 1
  until_true has_run ok
  gf-cron pause -S "$REDIS_URL#t" job
  run gf-cron status -S "$REDIS_URL#t"
  [[ $output == job$'\t'paused$'\t'*$'\t'ok$'\t'*-01-01T00:00:00* ]]
  gf-cron resume -S "$REDIS_URL#t" job
  run gf-cron status -S "$REDIS_URL#t" --format json
  [ "$(jq -r .state <<<"$output")" = idle ]
  run gf-cron trigger -S "$REDIS_URL#t" nobody
  expect_status 1
  expect_text "no job 'nobody' is known there"
  [ "$(wc -l <ran)" = 1 ]
}

@test "a run that a stopped scheduler gives back goes on elsewhere" {
  redis_start
  printf '%s\n' '@in 1s GF_ID=job GF_CATCHUP=1h GF_JITTER=fixed:1h echo "$AS" >>ran' >tab
  sed 's/GF_JITTER=[^ ]*//; s/@in 1s/0 0 1 1 */' tab >two
  scheduler a tab
  until_true has_run waiting
  scheduler b two
  kill "${pids[0]}"
  until_true lines ran 1
  [ "$(cat ran)" = b ]
}

@test "GF_EACH_HOST: each host runs the job, and one of them the others" {
  needs_namespaces
  redis_start
  printf '%s\n' 'GF_FIELDS=6' '* * * * * * GF_ID=all GF_EACH_HOST=1 echo "$GF_DUE" >>"all.$AS"' \
    '* * * * * * GF_ID=one echo "$GF_DUE" >>one' '@start GF_ID=start echo "$AS" >>starts; until [ -e go ]; do sleep 0.1; done' >tab
  for name in a b; do
    AS=$name unshare -Ur -u sh -c 'hostname "host-$AS" && exec "$@"' - \
      gf-cron run -S "$REDIS_URL#t" --lease 3s tab 2>$name.err 3>&- &
    pids+=("$!")
  done
  until_true lines all.a 4
  until_true lines all.b 4
  until_true lines starts 2
  touch go
  sort one | uniq -d >twice
  [ ! -s twice ]
  sort all.a all.b | uniq -d >both
  [ -s both ]
  history --job all@host-a | cut -f1 | sort -u >ids
  [ "$(cat ids)" = all@host-a ]
  n=$(wc -l <all.b)
  gf-cron pause -S "$REDIS_URL#t" all@host-a
  gf-cron trigger -S "$REDIS_URL#t" start
  until_true lines starts 3
  until_true lines all.b $((n + 4))
  gf-cron status -S "$REDIS_URL#t" | cut -f1,2 | grep -q "^all@host-a$(printf '\t')paused$"
  ! grep -q 'has another' a.err b.err
}

@test "tables and zones that differ" {
  redis_start
  printf '%s\n' '0 0 1 1 * GF_ID=job true' >tab
  printf '%s\n' '0 0 1 1 * GF_ID=job false' >two
  scheduler a --tz UTC tab
  scheduler b --tz UTC tab
  [ "$(wc -l <b.err)" = 1 ]
  scheduler c --tz Asia/Tokyo tab
  grep -q 'the scheduler .*:[0-9]* goes by the zone UTC, and this one by Asia/Tokyo' c.err
  kill "${pids[2]}"
  wait "${pids[2]}"
  scheduler d --tz UTC two
  grep -q 'the scheduler .*:[0-9]* has another table on this state' d.err
}

@test "--lease, bad addresses, and a server that forgets" {
  redis_start --maxmemory-policy allkeys-lru
  run gf-cron run --lease 5s -S ./file -e @start -- true
  expect_status 2
  expect_text '--lease needs a state on a server: -S redis://...'
  run gf-cron run --lease 1s -S redis://h#t -e @start -- true
  expect_status 2
  expect_text '--lease is from 2s to 1d'
  run gf-cron history -S redis://:secret@host
  expect_status 2
  [[ $output != *secret* ]]
  run gf-cron run -S "$REDIS_URL#t" -e @start -- true
  expect_status 125
  expect_text 'maxmemory-policy allkeys-lru'
  run gf-cron status -S "redis+unix://$PWD/nothing#t"
  expect_status 125
}
