#!/usr/bin/env bats
# cron_aside.bats - gf-cron run: GF_ON_FAILURE, --ping, --stats.

load helper

# A curl that notes the URL it was given.
fake_curl() {
  mkdir bin
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nfor a; do :; done\necho "$a" >>pings\n%s\n' "${1-}" >bin/curl
  chmod +x bin/curl
  PATH=$PWD/bin:$PATH
}

# shellcheck disable=SC2016
@test "GF_ON_FAILURE: runs once, after the last try, knows the run and reads its output" {
  gf-cron run -q - <<<'@start GF_ID=x GF_RETRIES=1 GF_RETRY_DELAY=1ms GF_ON_FAILURE="cat >>tail; echo $GF_ID $GF_EXIT/$GF_SIGNAL $GF_OUTCOME ${GF_DUE%T*} >>told" echo boom; exit 3'
  [ "$(cat told)" = "x 3/ failed $(date -u +%F)" ]
  [ "$(cat tail)" = boom ]
}

# shellcheck disable=SC2016
@test "GF_ON_FAILURE: a signal, a time limit; nothing after a run that went well" {
  gf-cron run -q - <<<'@start GF_ON_FAILURE="echo $GF_EXIT/$GF_SIGNAL >>told" kill -9 $$'
  [ "$(cat told)" = /9 ]
  gf-cron run -q - <<<'@start GF_TIMEOUT=50ms GF_ON_FAILURE="echo $GF_OUTCOME >told" sleep 9'
  [ "$(cat told)" = timeout ]
  gf-cron run -q - <<<'@start GF_ON_FAILURE="touch none" true'
  [ ! -e none ]
}

@test "GF_ON_FAILURE: reads the last 4 KiB" {
  gf-cron run -q - <<<'@start GF_ON_FAILURE="cat >tail" seq 10000; exit 1' >all
  [ "$(wc -l <all)" = 10000 ]
  tail -c 4096 <(seq 10000) | cmp - tail
}

@test "--ping: start and end, /fail after a failure" {
  fake_curl
  gf-cron run -q --ping http://h/id - <<<$'@start false'
  [ "$(sort pings | tr '\n' ' ')" = 'http://h/id/fail http://h/id/start ' ]
  rm pings
  gf-cron run -q --ping http://h/id -e @start -- true
  [ "$(sort pings | tr '\n' ' ')" = 'http://h/id http://h/id/start ' ]
}

@test "--ping: a ping that hangs holds no job up" {
  fake_curl 'sleep 5'
  gf-cron run -q -j1 --ping http://h/id - <<<$'@start GF_ID=a touch a\n@start GF_ID=b touch b' 3>&- &
  pid=$!
  for _ in $(seq 40); do
    [ -e a ] && [ -e b ] && break
    sleep 0.05
  done
  [ -e a ] && [ -e b ]
  kill "$pid"
  sleep 0.3 # two signals at once are one
  kill "$pid"
  wait "$pid" || :
}

@test "--ping: without a curl the jobs run, and a warning says so" {
  ln -s "$(command -v gf-cron)" . && ln -s "$(command -v touch)" .
  PATH=$PWD run gf-cron run --ping http://h/id -e @start -- touch ran
  expect_status 0
  expect_text 'cannot run a ping through curl'
  [ -e ran ]
}

@test "--stats=prom --stats-file: the numbers of the run" {
  gf-cron run -q --stats=prom --stats-file x.prom - <<<$'@start GF_ID=a true\n@start GF_ID=b false'
  grep -qx 'gf_cron_runs_ok_total 1' x.prom
  grep -qx 'gf_cron_runs_failed_total 1' x.prom
  grep -qx 'gf_cron_jobs 2' x.prom
}
