#!/usr/bin/env bats
# gf-cron: what is odd and must not pass in silence: zones, state files, words, pipes, reloads.

# bats file_tags=timing
load helper

@test "odd: a zone that libc would take for UTC is refused" {
  head -c 100 /usr/share/zoneinfo/Europe/Berlin >badzone
  for tz in "$PWD/badzone" ABC5: ABC:::: EST5EDT,M13.9.9,M11.1.0 ABC99 '<+03>-3:99' EST5EDT,M3.2.0 EST5EDT,M3.2.0/x,M11.1.0; do
    run -2 gf-cron next --tz "$tz" --from 2026-01-01 @daily
    [[ "$output" == *zone* ]] || fails "$tz: $output"
  done
  for tz in EST5EDT,M3.2.0,M11.1.0 EST5EDT,M3.2.0/2,M11.1.0/-1 '<+0330>-3:30' UTC0 ABC-3 CET-1CEST,J60/2,J300/26 Europe/Berlin; do
    run -0 gf-cron next --tz "$tz" --from 2026-01-01 @daily
  done
}

@test "odd: a state file with an outcome that is none, or of somebody else" {
  gf-cron run -q -S ./s -e @start -- true
  sqlite3 s 'update run set outcome = 100000' 2>/dev/null ||
    python3 -c 'import sqlite3; c = sqlite3.connect("s"); c.execute("update run set outcome = 100000"); c.commit()' || skip 'no sqlite3'
  for what in history status; do
    run -125 gf-cron $what -S ./s
    [[ "$output" == *damaged* ]]
  done
  python3 -c 'import sqlite3; c = sqlite3.connect("f"); c.execute("pragma application_id = 77"); c.commit()' || skip 'no python3'
  run -125 gf-cron run -q -S ./f -e @start -- true
  [[ "$output" == *'something else'* ]]
}

@test "odd: words of -e reach the command as they are, newlines too" {
  run -0 gf-cron run -q -e @start -- printf '<%s>' $'x\n@start touch injected ' $'\n' "it's" 'a %b $c'
  [ "$output" = $'job: <x\njob: @start touch injected ><\njob: ><it\'s><a %b $c>' ]
  [ ! -e injected ]
  run -0 gf-cron run -q -e @start -- sh -c $'echo a\nenv | grep -c gf_newline || echo b'
  [ "$output" = $'job: a\njob: 0\njob: b' ]
}

@test "odd: -e with a zone in front of fields" {
  run -0 gf-cron run --help
  timeout 3 gf-cron run -q -e 'CRON_TZ=Asia/Tokyo * * * * * *' -- echo hi >out || [ $? = 124 ]
  grep -q hi out
}

@test "odd: @in comes once, whatever is read again" {
  echo '@in 1s GF_ID=x echo ran >>in' >t
  gf-cron run -q --watch t 3>&- 2>err &
  pid=$!
  sleep 0.5
  kill -HUP "$pid"
  sleep 1.2
  [ "$(cat in)" = ran ]
  kill -HUP "$pid"
  sleep 1.6
  [ "$(cat in)" = ran ]
  kill "$pid"
  wait "$pid" || true
}

@test "odd: where SIGPIPE is ignored a reader that left is an error, not a spin" {
  echo '0 0 1 1 * y' >far
  (
    trap '' PIPE
    set +e
    timeout 10 gf-cron emit far 2>err
    echo $? >status
  ) | true
  [ "$(cat status)" = 125 ]
  (
    trap '' PIPE
    set +e
    echo '@every 1s echo hi' | timeout 10 gf-cron run -q - 2>err
    echo $? >status
  ) | true
  [ "$(cat status)" = 125 ]
  grep -q 'write error' err
}

@test "odd: events that are lost are no success" {
  run -125 bash -c "echo '@start echo hi' | gf-cron run --log=json - 2>/dev/full"
  run -0 bash -c "echo '@start echo hi' | gf-cron run --log=json - 2>/dev/null"
}

@test "odd: a log that is a fifo without a reader stops one job, not the scheduler" {
  mkfifo ff
  printf '@start GF_ID=x GF_LOG=ff echo hi\n@start GF_ID=y echo other\n' >t
  run timeout 10 gf-cron run t
  [ "$status" != 124 ]
  [[ "$output" == *other* ]]
  [[ "$output" == *x* ]]
}

@test "odd: what never fires, by its zone or its year, is refused" {
  run -2 bash -c "printf 'CRON_TZ=Europe/Berlin\n0 0 1 1 * ok\nGF_FIELDS=7\n0 0 0 1 1 * 2020 y\n' | gf-cron check -"
  [[ "$output" == *'no time is left'* ]]
  run -2 bash -c "printf 'GF_FIELDS=7\n0 0 0 1 1 * 2020 y\n' | gf-cron run -"
  run -0 bash -c "printf '@at 2020-01-01T00:00:00Z y\n0 0 1 1 * ok\n' | gf-cron check -"
}
