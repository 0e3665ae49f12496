#!/usr/bin/env bats
# cron_waits.bats - gf-cron run: what waits for its jitter, its next try or in the queue, and what happens
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
  until_true has_lines ran 2
  until_true has_lines out 1
  stops
  ! grep skipped err || fails 'a due time was skipped'
  [ "$(jq -s '[.[] | select(.event == "ended").seconds] | length > 1 and max < 0.9' err)" = true ] || fails "$(cat err)"
  grep -qx 'x: late' out
}

@test "waits: with -j1, a run keeps its slot while what it left holds its pipes" {
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
  wait "$pid" || :
}

# ---- what status and history say -----------------------------------------------------------------

# says COLUMNS TEXT [WORD]: the line of status for the job x has this; history has the word as its outcome.
says() {
  local line
  line=$(gf-cron status -S ./db | grep "^x$(printf '\t')" | cut -f"$1")
  # shellcheck disable=SC2053 # the text is a pattern
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

@test "waits: status and history say that a run waits for its next try, runs, waits in the queue" {
  echo '@start GF_ID=x GF_RETRIES=1 GF_RETRY_DELAY=1h false' >t
  scheduler -S ./db t
  until_true says 2,6 $'waiting\tretry at 20*Z'
  [ "$(as_json .waits_for)" = retry ]
  stops
  rm -f db*
  printf '@start GF_ID=first GF_JITTER=1ms until [ -e go ]; do sleep 0.02; done\n@start GF_ID=x GF_JITTER=fixed:300ms until [ -e gone ]; do sleep 0.02; done\n' >t
  scheduler -S ./db -j1 t
  until_true says 2,6 $'waiting\tqueued'
  [ "$(as_json '"\(.waits_for) \(.until)"')" = 'queue null' ]
  touch go
  until_true says 2,6 $'running\t-'
  [ "$(as_json '"\(.state) \(.waits_for)"')" = 'running null' ]
  [[ $(gf-cron history -S ./db --job x | cut -f3) == 20*Z ]]
  touch gone
  until_true says 2,4 $'idle\tok' ok
}

# ---- by hand, and at a stop ----------------------------------------------------------------------

@test "waits: a run that waits for its jitter or in the queue is skipped while its job is paused" {
  printf '%s\n' '@start GF_ID=x GF_JITTER=fixed:2s GF_OVERLAP=replace echo >>ran' \
    '@start GF_ID=first until [ -e go ]; do sleep 0.02; done' \
    '@start GF_ID=queued echo >>ran' '@start GF_ID=resumed echo >>resumed' >t
  scheduler -S ./db -j1 --log=text t
  until_true grep -q 'first started' err
  for id in x queued resumed; do gf-cron pause -S ./db "$id"; done
  [ "$(gf-cron status -S ./db | grep ^x | cut -f2)" = paused ]
  gf-cron resume -S ./db resumed
  until_true grep -q 'x skipped, due .*: paused$' err
  touch go
  until_true grep -q 'queued skipped, due .*: paused$' err
  until_true test -s resumed
  wait "$pid"
  [ ! -e ran ]
  [ "$(gf-cron history -S ./db | cut -f1,5 | sort | tr '\t\n' '  ')" = 'first ok queued skipped resumed ok x skipped ' ]
}

@test "waits: a run by hand has no jitter, and starts though its job is paused" {
  echo '0 0 1 1 * GF_ID=x GF_JITTER=fixed:1h echo >>ran' >t
  scheduler -S ./db t
  until_true gf-cron pause -S ./db x
  gf-cron trigger -S ./db x
  until_true has_lines ran 1
  stops
}

@test "waits: a run that waits for its next try at a stop ends as its last try did, with an event" {
  echo '@start GF_ID=x GF_RETRIES=1 GF_RETRY_DELAY=1h exit 3' >t
  for form in text json; do
    rm -f db* err
    scheduler -S ./db --log=$form t
    until_true grep -q retried err
    stops
    [ "$(gf-cron history -S ./db | cut -f5,6)" = $'failed\t3' ]
    [ "$form" = json ] || grep -q 'x failed, due .*: exit 3 after .*: the scheduler stops: it is not tried again$' err
  done
  [ "$(events err)" = 'planned started retried failed ' ] || fails "$(cat err)"
  [ "$(jq -r 'select(.event == "failed") | "\(.exit) \(.detail)"' err)" = '3 the scheduler stops: it is not tried again' ]
}

# ---- what a later scheduler does with it ---------------------------------------------------------

# in_jitter: a scheduler whose job x, due at $at, waits for its jitter.
in_jitter() {
  at=$(($(date +%s) + 2))
  echo "@at @$at GF_ID=x GF_JITTER=fixed:1h :" >t
  scheduler -S ./db --log=text t
  until_true says 2 waiting
}

# later OPTION... [COMMAND]: another scheduler has the job, to its end.
later() {
  echo "@at @$at GF_ID=x $*" >t
  gf-cron run -q -S ./db t
}

# outcomes: of all rows of x.
outcomes() {
  gf-cron history -S ./db --job x | cut -f5 | tr '\n' ' '
}

@test "waits: what had not started when its scheduler was stopped is missed, and caught up once" {
  in_jitter
  stops
  grep -q 'x missed, due .*: the scheduler stops$' err
  [ "$(outcomes)" = 'missed ' ]
  later 'echo >>ran'
  [ ! -e ran ]
  [ "$(outcomes)" = 'missed ' ]
  later GF_CATCHUP=1h 'echo >>ran'
  [ "$(outcomes)" = 'ok ' ] || fails "$(gf-cron history -S ./db)"
  later GF_CATCHUP=1h 'echo >>ran'
  [ "$(wc -l <ran)" = 1 ]
}

@test "waits: what waited when its scheduler was killed is interrupted, and caught up once on demand" {
  in_jitter
  kill -9 "$pid"
  wait "$pid" || :
  later GF_CATCHUP=1h 'echo >>ran'
  [ ! -e ran ]
  [ "$(outcomes)" = 'interrupted ' ]
  echo "@at @$at GF_ID=x GF_CATCHUP=1h GF_CATCHUP_INTERRUPTED=1 echo >>ran; exec sleep 30" >t
  scheduler -S ./db t
  until_true has_lines ran 1
  kill -9 "$pid"
  wait "$pid" || :
  later GF_CATCHUP=1h GF_CATCHUP_INTERRUPTED=1 'echo >>ran'
  [ "$(wc -l <ran)" = 1 ]
  [ "$(outcomes)" = 'interrupted ' ]
}

@test "waits: what was asked for by hand and had not started at a stop is asked for again" {
  printf '@start GF_ID=first until [ -e go ]; do sleep 0.02; done\n0 0 1 1 * GF_ID=x echo >>ran\n' >t
  scheduler -S ./db -j1 t
  until_true gf-cron trigger -S ./db x
  until_true says 6 queued waiting
  kill "$pid"
  until_true says 2 requested ''
  touch go
  wait "$pid"
  [ ! -e ran ]
  scheduler -S ./db t
  until_true has_lines ran 1
  until_true says 2 idle ok
  stops
}

@test "waits: GF_CATCHUP_INTERRUPTED needs GF_CATCHUP" {
  run gf-cron check - <<<'0 3 * * * GF_ID=x GF_CATCHUP_INTERRUPTED=1 true'
  expect_text 'no effect without GF_CATCHUP'
  run -0 gf-cron check - <<<$'GF_CATCHUP_INTERRUPTED=1\n0 3 * * * GF_ID=x true\n0 4 * * * GF_ID=y GF_CATCHUP=1h GF_CATCHUP_INTERRUPTED=1 true'
  [[ $output != *effect* ]]
}
