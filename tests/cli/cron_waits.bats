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
