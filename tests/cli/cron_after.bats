#!/usr/bin/env bats
# cron_after.bats - gf-cron: @after, jobs that run when another job went well.
# shellcheck disable=SC2154 # $stderr is of run --separate-stderr

load helper

scheduler() {
  gf-cron run "$@" </dev/null >out 2>err 3>&- &
  pid=$!
}

teardown() {
  [ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || :
}

# outcomes JOB: of all its runs.
outcomes() {
  gf-cron history -S ./db --job "$1" | cut -f5 | tr '\n' ' '
}

@test "@after: a chain runs when the job before went well in the end, with one due time" {
  printf '%s\n' '@after b GF_ID=c echo c $GF_DUE >>ran' \
    '@start GF_ID=a GF_RETRIES=1 GF_RETRY_DELAY=1ms echo a $GF_DUE >>ran; [ -e again ] || { touch again; exit 1; }' \
    '@after a GF_ID=b echo b $GF_DUE >>ran' '@after a GF_ID=bad echo bad >>ran; false' '@after bad GF_ID=never echo never >>ran' >t
  run -0 --separate-stderr timeout 10 gf-cron run -S ./db t
  [ "$(cut -d' ' -f1 ran | sort | tr '\n' ' ')" = 'a a b bad c ' ] || fails "$(cat ran)"
  [ "$(cut -d' ' -f2 ran | grep Z | sort -u | wc -l)" = 1 ] || fails "$(cat ran)"
  [ "$(gf-cron history -S ./db | cut -f1,5 | sort | tr '\t\n' '  ')" = 'a ok b ok bad failed c ok ' ]
  [ "$(gf-cron history -S ./db | cut -f2 | sort -u | wc -l)" = 1 ]
  [ "$(gf-cron status -S ./db | cut -f5 | sort -u)" = - ]
}

@test "@after: it follows a run by hand too, and a run of its own by hand in that second is in nobody's way" {
  printf '0 0 1 1 * GF_ID=a :\n@after a GF_ID=b GF_OVERLAP=queue echo >>ran\n' >t
  gf-cron run -S ./db t 2>/dev/null </dev/null 3>&- &
  pid=$!
  until_true gf-cron trigger -S ./db b
  gf-cron trigger -S ./db a
  until_true has_lines ran 2
  until_true eval '[ "$(outcomes b)" = "ok ok " ]'
  kill "$pid"
  wait "$pid"
}

@test "@after: when the scheduler stops in between, it is missed and not caught up" {
  printf 'GF_CATCHUP=1h\n@start GF_ID=a until [ -e go ]; do sleep 0.02; done\n@after a GF_ID=b echo >>ran\n@after b GF_ID=c echo >>ran\n' >t
  scheduler -S ./db --log=text t
  until_true grep -q 'a started' err
  kill "$pid"
  sleep 0.1
  touch go
  wait "$pid"
  grep -q 'b missed, due .*: the scheduler stops$' err || fails "$(cat err)"
  [ "$(outcomes a)$(outcomes b)$(outcomes c)" = 'ok missed ' ]
  sed 's/@start/0 0 1 1 */' t >later
  scheduler -S ./db --log=text later
  until_true grep -q ' jobs ' err
  sleep 0.2
  kill "$pid"
  wait "$pid"
  [ ! -e ran ]
  [ "$(outcomes b)" = 'missed ' ]
}

@test "@after: a run that goes on is followed by the crontab that is in force at its end" {
  printf '@start GF_ID=a until [ -e go ]; do sleep 0.02; done\n@after a GF_ID=b echo old >>ran\n' >t
  scheduler --log=text t
  until_true grep -q 'a started' err
  sed -i 's/@start/0 0 1 1 */; s/old/new/' t
  kill -HUP "$pid"
  until_true grep -q 'read again' err
  touch go
  until_true test -s ran
  [ "$(cat ran)" = new ]
  kill "$pid"
  wait "$pid"
}

@test "@after: pause, GF_OVERLAP and GF_UNTIL are those of the job that follows" {
  printf '%s\n' '@start | @every 1s GF_ID=a :' '@after a GF_ID=b until [ -e go ]; do sleep 0.02; done' \
    '@after a GF_ID=over GF_UNTIL=2001-01-01 echo >>ran' '@after a GF_ID=paused echo >>ran' >t
  gf-cron run -q -S ./db - <<<'@at 2001-01-01 GF_ID=paused :'
  gf-cron pause -S ./db paused
  scheduler -S ./db --log=text t
  until_true grep -q 'b skipped, due .*: its last run goes on' err
  grep -q 'paused skipped, due .*: paused' err
  kill "$pid"
  touch go
  wait "$pid"
  [ ! -e ran ]
}

@test "@after: check names an unknown id with the nearest, and a circle" {
  run -2 gf-cron check - <<<$'@daily GF_ID=backup x\n  @after bakup y'
  expect_text 'line 2, column 10'
  expect_text 'no job here has this id: did you mean backup?'
  run -2 gf-cron check - <<<$'@after b GF_ID=a x\n@after c GF_ID=b x\n@after a GF_ID=c x\n@after c GF_ID=d x'
  expect_text 'a circle: a after b after c after a'
  [ "$(grep -c circle <<<"$output")" = 1 ]
  run -2 gf-cron check - <<<'@after a GF_ID=a x'
  expect_text 'a circle: a after a'
  run -2 gf-cron check - <<<'@daily | @after a x'
  expect_text '@after stands alone'
  run -0 gf-cron check - <<<$'@daily GF_ID=a x\n@after a x | y'
  [ -z "$output" ]
}

@test "@after: explain and next say it, next --table has no line, emit notes it, show has no start" {
  run -0 gf-cron explain '@after backup'
  [ "${lines[0]}" = 'after job backup went well' ]
  run -0 gf-cron next '@after backup'
  [ "$output" = 'after job backup went well' ]
  [ "$(gf-cron next --format json '@after backup' | jq -r '"\(.time) \(.after)"')" = 'null backup' ]
  printf '@in 1s GF_ID=a x\n@after a GF_ID=b y\n' >t
  run -0 gf-cron next -n 9 --table t
  [ "${#lines[@]}" = 1 ]
  run -0 --separate-stderr gf-cron emit t
  [ "${#lines[@]}" = 1 ]
  [[ $stderr == *"line 2 of t: job 'b' is not printed: it follows 'a', and nothing runs here"* ]] || fails "$stderr"
  run -0 gf-cron show t
  grep -qx 'b *|[.|]*' <<<"$output" || fails "$output"
  run -2 gf-cron once '@after backup' -- true
  expect_text 'follows a job of a crontab'
}
