#!/usr/bin/env bats
# gf-cron: what is odd and must not pass in silence: zones, state files, words, pipes, reloads.

# bats file_tags=timing
load helper

@test "odd: a zone that libc would take for UTC is refused" {
  for tz in ABC5: ABC:::: EST5EDT,M13.9.9,M11.1.0 ABC99 '<+03>-3:99' EST5EDT,M3.2.0 EST5EDT,M3.2.0/x,M11.1.0; do
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
    python3 -c 'import sqlite3; c = sqlite3.connect("s"); c.execute("update run set outcome = 100000"); c.commit()'
  for what in history status; do
    run -125 gf-cron $what -S ./s
    [[ "$output" == *damaged* ]]
  done
  python3 -c 'import sqlite3; c = sqlite3.connect("f"); c.execute("pragma application_id = 77"); c.commit()'
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
  for _ in $(seq 60); do [ -e in ] && break; sleep 0.05; done
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

@test "odd: check says all that is wrong with a line, and how much more there is" {
  run -2 bash -c "echo '61 25 32 13 8 GF_TIMEOUT=x GF_OVERLAP=y x' | gf-cron check -"
  [ "$(grep -c '^gf-cron: bad line 1' <<<"$output")" = 7 ]
  run -2 bash -c "seq 1500 | sed 's/.*/61 * * * * x/' | gf-cron check -"
  [[ "$output" == *'1500 errors and 0 warnings in all, only the first 1000'* ]]
}

@test "odd: a line with seconds or a year among lines of five fields" {
  for line in '0 0 1 1 * 2026 cmd' '*/30 * * * * * cmd' '0 30 4 * * 1-5 cmd' '0 0 12 * * ? cmd'; do
    run -2 bash -c 'echo "$0" | gf-cron check -' "$line"
    [[ "$output" == *'one field too many'*GF_FIELDS=6* ]] || fails "$line: $output"
  done
  run -0 bash -c "printf '0 0 12 * * MON-FRI cmd\n0 0 * * * 7z a\n* * * * * ./2026\n' | gf-cron check -"
  [[ "$output" == *weekday* ]]
  [ "$(grep -c weekday <<<"$output")" = 1 ]
  run -2 bash -c "printf 'GF_FIELDS=6\n0 0 0 1 1 * 2026 cmd\n' | gf-cron check -"
}

@test "odd: the table's PATH tells a command from a user, and so does a function" {
  mkdir bin
  printf '#!/bin/sh\n' >bin/daemon
  chmod +x bin/daemon
  run -2 bash -c "echo '@start daemon /bin/true' | gf-cron check -"
  [[ "$output" == *"a user's name"* ]]
  run -0 bash -c "printf 'PATH=%s\n@start daemon /bin/true\n' '$PWD/bin' | gf-cron check -"
  run -0 bash -c "echo '@start daemon () { echo f; }; daemon' | gf-cron check -"
}

@test "odd: status and next agree about H, with an id that was given or made" {
  printf 'H H * * * one\nH H * * * GF_ID=two two\n0~59 H * * * three\n' >t
  gf-cron run -q -S ./db t 3>&- &
  pid=$!
  for _ in $(seq 100); do gf-cron status -S ./db 2>/dev/null | grep -q three && break; sleep 0.05; done
  gf-cron status -S ./db | cut -f1,5 | sort >status
  TZ=UTC gf-cron next -n 40 --table t | awk -F '\t' '!seen[$2]++ { sub(/\+00:00$/, "Z", $1); print $2 "\t" $1 }' | sort >next
  kill "$pid"
  wait "$pid" || true
  diff status next
  id=$(grep ^one next | cut -f1)
  [ "$(gf-cron next --tz UTC --id "$id" 'H H * * *' | cut -c12-16)" = "$(grep ^one next | cut -c$((${#id} + 13))-$((${#id} + 17)))" ]
}

@test "odd: offsets that have seconds, and how many seconds a day had that never was" {
  run -0 gf-cron next --tz Africa/Monrovia --from 1970-01-01 @daily
  [ "$output" = 1970-01-02T00:00:00-00:44:30 ]
  run -0 gf-cron next --tz UTC --from "$output" --format epoch '* * * * * *'
  [ "$output" = 89071 ]
  run -0 gf-cron explain --tz Pacific/Apia --from 2011-12-01 '* * * * * *'
  [[ "$output" == *'86400 times'* ]]
}

@test "odd: schedules on standard input with a NUL byte, or too long" {
  run -2 bash -c "printf '@daily\n@hou\0rly\n@daily\n' | gf-cron next --tz UTC"
  [ "$(grep -c T00:00:00 <<<"$output")" = 2 ]
  [[ "$output" == *'record 2 holds a NUL'* ]]
  run -125 bash -c "(echo @daily; head -c 200000 /dev/zero | tr '\0' 1; echo) | gf-cron next"
  [[ "$output" == *'record 2 is longer than 65536 bytes'* ]]
}

@test "odd: options that contradict one another, and zones without a name" {
  echo '@start true' >t
  run -2 gf-cron run --keep 1d t
  run -2 gf-cron run -S ./s --keep 0 t
  run -2 gf-cron run --vixie-percent -e @start -- true
  run -2 gf-cron next --table t --id x
  run -2 gf-cron next --vixie-percent @daily
  run -2 gf-cron next --tz '' @daily
  run -2 gf-cron next 'CRON_TZ= @daily'
  run -2 bash -c "printf 'CRON_TZ=\n@daily x\n' | gf-cron check -"
  run -2 bash -c "printf '@daily GF_TZ= x\n' | gf-cron check -"
}

@test "odd: GF_TZ is the zone of one job, SHELL of a table runs its commands" {
  run -0 bash -c "printf '0 0 * * * GF_ID=a GF_TZ=Asia/Tokyo x\n0 0 * * * GF_ID=b y\n' | gf-cron next --tz UTC --from 2026-01-01T00:00:00Z -n 2 --table /dev/stdin"
  [ "$output" = $'2026-01-02T00:00:00+09:00\ta\tx\n2026-01-02T00:00:00+00:00\tb\ty' ]
  printf '#!/bin/sh\necho "mine $1 $2"\n' >sh1
  chmod +x sh1
  run -0 bash -c "printf 'SHELL=%s\n@start GF_ID=x hello\n' '$PWD/sh1' | SHELL=/bin/false gf-cron run -q -"
  [ "$output" = 'x: mine -c hello' ]
}

@test "odd: limits of a table are errors: jobs, variables, a line" {
  run -2 bash -c "seq 10001 | sed 's/.*/@daily GF_ID=j& x/' | gf-cron check -"
  [[ "$output" == *'line 10001'*'more than 10000 jobs'* ]]
  run -0 bash -c "seq 10000 | sed 's/.*/@daily GF_ID=j& x/' | gf-cron check -"
  run -2 bash -c "seq 1001 | sed 's/.*/V&=x/' | gf-cron check -"
  [[ "$output" == *'line 1001'*'more than 1000 variables'* ]]
  run -2 bash -c "(printf '@daily echo '; head -c 70000 /dev/zero | tr '\0' x; echo) | gf-cron check -"
  [[ "$output" == *'64 KiB'* ]]
}

@test "odd: a state file that is a link, or that others may write, is refused" {
  gf-cron run -q -S ./s -e @start -- true
  ln -s s link
  run -125 gf-cron history -S ./link
  run -125 gf-cron run -q -S ./link -e @start -- true
  chmod 666 s
  run -125 gf-cron run -q -S ./s -e @start -- true
  chmod 600 s
  run -0 gf-cron run -q -S ./s -e @start -- true
}
