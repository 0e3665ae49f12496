#!/usr/bin/env bats
# cron_waits.bats - gf-cron run: what waits for its jitter, its next try or a free place, and what happens
# to it meanwhile.

load helper

# scheduler ARG...: gf-cron run in the background; its pid is $pid, its outputs out and err.
scheduler() {
  gf-cron run "$@" </dev/null >out 2>err 3>&- &
  pid=$!
}

# stops: SIGTERM, and the scheduler ends in order.
stops() {
  kill "$pid"
  wait "$pid"
  pid=
}

teardown() {
  [ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || :
}

# events FILE: of --log=json, without the first.
events() {
  jq -r 'select(.event != "begin") | .event' "$1" | tr '\n' ' '
}

@test "waits: a stop while several runs wait for jitter ends in order, with --stats" {
  printf 'GF_JITTER=fixed:1h\n@start GF_ID=a :\n@start GF_ID=b :\n@start GF_ID=c :\n' >t
  scheduler --stats --log=text t
  until_true grep -q 'c planned' err
  stops
  [ "$(grep -c 'the scheduler stops' err)" = 3 ] || fails "$(cat err)"
  grep -qx 'running *0' err || fails "$(cat err)"
}

@test "waits: a stop while several runs wait for their next try ends in order" {
  printf 'GF_RETRIES=9\nGF_RETRY_DELAY=1h\n@start GF_ID=a false\n@start GF_ID=b false\n@start GF_ID=c false\n' >t
  scheduler --stats --log=text t
  until_true eval '[ "$(grep -c retried err)" = 3 ]'
  stops
  grep -qx 'running *0' err || fails "$(cat err)"
}

@test "waits: a retry that gives way to the last run of all does not end the scheduler before that run" {
  echo '@start GF_ID=x GF_RETRIES=1 GF_RETRY_DELAY=1h echo >>began; sleep 0.1; echo >>ran; false' >t
  scheduler -S ./db --log=text t
  until_true grep -q 'x retried' err
  gf-cron trigger -S ./db x
  until_true has_lines began 2
  until_true has_lines ran 2
  stops
}

# ---- a process that a job leaves in the background ------------------------------------------------

@test "waits: a run is over for GF_OVERLAP when its process has ended, whoever holds its pipes" {
  echo '@every 1s GF_ID=x echo >>ran; (sleep 0.3; echo late; exec sleep 20) & exit 0' >t
  scheduler -S ./db --log=json t
  until_true has_lines ran 3
  until_true has_lines out 2
  stops
  ! grep skipped err || fails 'a due time was skipped'
  [ "$(jq -s '[.[] | select(.event == "ended").seconds] | length > 1 and max < 0.9' err)" = true ] || fails "$(cat err)"
  grep -qx 'x: late' out
}

@test "waits: with -j1, a run keeps its place while what it left holds its pipes" {
  printf '@start GF_ID=a sleep 0.2 & exit 0\n@start GF_ID=b :\n' >t
  gf-cron run -j1 --log=json t 2>err
  [ "$(events err)" = 'planned started planned ended started ended ' ] || fails "$(cat err)"
}

@test "waits: a run whose output its reader does not take goes on for GF_OVERLAP" {
  mkfifo pipe
  (exec <pipe && exec sleep 30) 3>&- &
  reader=$!
  printf '@start GF_ID=flood seq 200000\n@every 1s GF_ID=x sleep 0.2; echo line\n' >t
  gf-cron run --log=text t >pipe 2>err </dev/null 3>&- &
  pid=$!
  until_true grep -q 'x skipped' err
  kill "$reader"
  kill -9 "$pid"
}

# ---- what status and history say -----------------------------------------------------------------

# says COLUMNS TEXT [WORD]: the line of status for the job x has this; history has the word as its outcome.
says() {
  local line
  line=$(gf-cron status -S ./db | grep "^x$(printf '\t')" | cut -f"$1")
  [[ $line == $2 ]] && [ "$(gf-cron history -S ./db --job x | tail -n 1 | cut -f5)" = "${3-$(cut -f1 <<<"$line")}" ]
}

# as_json EXPR: of the job x, in what status prints as JSON.
as_json() {
  gf-cron status -S ./db --format json | jq -r "select(.job == \"x\") | $1"
}

@test "waits: status and history say that a run waits for its jitter, and until when" {
  echo '@start GF_ID=x GF_JITTER=fixed:1h :' >t
  scheduler -S ./db t
  until_true says 2,6 $'waiting\tjitter until 20*Z'
  [ "$(gf-cron history -S ./db | cut -f3)" = - ]
  [ "$(as_json '"\(.state) \(.waits_for) \(.until)"')" = "waiting jitter $(gf-cron status -S ./db | sed 's/.* //')" ]
  kill -9 "$pid"
  wait "$pid" || :
  says 2,6 $'idle\t-' interrupted
}

@test "waits: status and history say that a run waits for its next try, runs, waits for a place" {
  echo '@start GF_ID=x GF_RETRIES=1 GF_RETRY_DELAY=1h false' >t
  scheduler -S ./db t
  until_true says 2,6 $'waiting\tretry at 20*Z'
  [ "$(as_json .waits_for)" = retry ]
  stops
  rm -f db*
  printf '@start GF_ID=first GF_JITTER=1ms until [ -e go ]; do sleep 0.02; done\n@start GF_ID=x GF_JITTER=fixed:1s until [ -e gone ]; do sleep 0.02; done\n' >t
  scheduler -S ./db -j1 t
  until_true says 2,6 $'waiting\tqueued'
  [ "$(as_json '"\(.waits_for) \(.until)"')" = 'place null' ]
  touch go
  until_true says 2,6 $'running\t-'
  [ "$(as_json '"\(.state) \(.waits_for)"')" = 'running null' ]
  [[ $(gf-cron history -S ./db --job x | cut -f3) == 20*Z ]]
  touch gone
  until_true says 2,4 $'idle\tok' ok
}
