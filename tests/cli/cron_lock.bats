#!/usr/bin/env bats
# cron_lock.bats - gf-cron run: GF_LOCK, jobs that never run at the same time.

load helper

scheduler() {
  gf-cron run "$@" </dev/null >out 2>err 3>&- &
  pid=$!
}

# holds_sem: gf-sem has the lock ./sem until the file `go` is there.
holds_sem() {
  gf-sem -j1 -S ./sem -- sh -c 'touch held; until [ -e go ]; do sleep 0.02; done' </dev/null 3>&- &
  until_true test -e held
}

teardown() {
  touch go
  [ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || :
}

# state_of JOB: the columns of status that say what it does.
state_of() {
  gf-cron status -S ./db | grep "^$1$(printf '\t')" | cut -f2,6
}

@test "lock: jobs with one NAME run one after the other, also of two schedulers; another NAME is none of theirs" {
  export XDG_STATE_HOME=$PWD/state
  printf '@start GF_ID=%s GF_LOCK=%s mkdir %s || echo >>clash; echo >>ran; sleep 0.1; rmdir %s\n' \
    a db db db b db db db c db db db d other other other >t
  timeout 10 gf-cron run -q t &
  timeout 10 gf-cron run -q -j1 - <<<'@start GF_ID=e GF_LOCK=db mkdir db || echo >>clash; echo >>ran; sleep 0.1; rmdir db'
  wait
  [ ! -e clash ]
  has_lines ran 5
  [ -e state/gf/db.sem/permits ]
}

@test "lock: within one scheduler the next run starts at once, and the order is that of the queue" {
  printf '@start GF_ID=%s GF_LOCK=./sem echo %s >>order\n' a a b b c c d d e e >t
  run -0 timeout 10 gf-cron run -q --log=json t
  [ "$(tr -d '\n' <order)" = abcde ]
  from=$(jq -r 'select(.event == "started").time' <<<"$output" | head -n 1)
  to=$(jq -r 'select(.event == "ended").time' <<<"$output" | tail -n 1)
  [ $(($(date -d "$to" +%s%N) - $(date -d "$from" +%s%N))) -lt 900000000 ]
}

@test "lock: a run that waits for gf-sem takes no place of -j and no time of GF_TIMEOUT, and status says so" {
  holds_sem
  printf '@start GF_ID=x GF_LOCK=./sem GF_TIMEOUT=300ms echo >>ran\n@start GF_ID=y echo >>other; exec sleep 0.3\n' >t
  scheduler -S ./db -j1 t
  until_true has_lines other 1
  until_true eval '[ "$(state_of x)" = "$(printf "waiting\tlock ./sem")" ]'
  [ "$(gf-cron status -S ./db --format json | jq -r 'select(.job == "x") | "\(.state) \(.waits_for) \(.lock) \(.until)"')" = 'waiting lock ./sem null' ]
  [ "$(gf-cron history -S ./db --job x | cut -f3,5)" = $'-\twaiting' ]
  [ ! -e ran ]
  touch go
  wait "$pid"
  [ "$(gf-cron history -S ./db --job x | cut -f5)" = ok ]
}

@test "lock: a run keeps gf-sem out while it goes on, what it leaves behind does not" {
  printf '%s\n' '@start GF_ID=x GF_LOCK=./sem (sleep 20 & echo $! >left) >/dev/null 2>&1; until [ -e go ]; do sleep 0.02; done' >t
  scheduler t
  until_true test -s left
  run -75 gf-sem -n -S ./sem -- true
  run -0 gf-sem --status -S ./sem
  [[ $output == *x* ]] || fails "$output"
  touch go
  wait "$pid"
  run -0 gf-sem -n -S ./sem -- true
  kill "$(cat left)"
}

@test "lock: a run that waits for it is missed at a stop, skipped by a pause, and counts for GF_OVERLAP" {
  holds_sem
  echo '@start | @every 1s GF_ID=x GF_LOCK=./sem echo >>ran' >t
  scheduler -S ./db --log=text t
  until_true grep -q 'x skipped, due .*: its last run goes on' err
  kill "$pid"
  wait "$pid"
  grep -q 'x missed, due .*: the scheduler stops' err
  echo '@start GF_ID=p GF_LOCK=./sem echo >>ran' >t
  scheduler -S ./db --log=text t
  until_true eval '[[ $(state_of p) == waiting* ]]'
  gf-cron pause -S ./db p
  touch go
  wait "$pid"
  grep -q 'p skipped, due .*: paused' err
  [ ! -e ran ]
}

@test "lock: between two tries of a run others may have it" {
  printf '%s\n' '@start GF_ID=x GF_LOCK=./sem GF_RETRIES=1 GF_RETRY_DELAY=1h false' \
    '@start GF_ID=y GF_LOCK=./sem echo >>ran' >t
  scheduler --log=text t
  until_true grep -q 'x retried' err
  until_true has_lines ran 1
  kill "$pid"
  wait "$pid"
}

@test "lock: one that cannot be used fails the run, with a message; a bad name is refused" {
  run -123 gf-cron run --fail-on-error - <<<'@start GF_ID=x GF_LOCK=./no/sem echo >>ran'
  expect_text "cannot start job 'x': its GF_LOCK './no/sem' cannot be used: No such file or directory"
  gf-sem -j2 -S ./sem -- true
  run -123 gf-cron run --fail-on-error - <<<'@start GF_ID=x GF_LOCK=./sem echo >>ran'
  expect_text 'the semaphore has not one permit'
  expect_text "hint: gf-sem -S './sem' --set 1 changes it for all users"
  [ ! -e ran ]
  run -2 gf-cron check - <<<'@start GF_LOCK=.x true'
  expect_text 'a name does not begin with a dot or a dash'
  run -2 gf-cron check - <<<'@start GF_LOCK= true'
  expect_text 'the name is empty'
}
