#!/usr/bin/env bats
# cron.bats - gf-cron next, explain, check.

load helper

next() { run gf-cron next "$@"; }

@test "next: one line with the zone's offset, after a gap" {
  next --tz Europe/Berlin --from 2026-03-28T12:00 '30 2 * * *'
  expect_status 0
  [ "$output" = 2026-03-29T03:00:00+02:00 ]
}

@test "next: --dst=skip leaves the gap out" {
  next --tz Europe/Berlin --dst=skip --from 2026-03-28T12:00 '30 2 * * *'
  [ "$output" = 2026-03-30T02:30:00+02:00 ]
}

@test "next: a repeated hour, fixed and real time" {
  next --tz America/New_York --from 2025-11-02T05:30:00Z '30 1 * * *'
  [ "$output" = 2025-11-03T01:30:00-05:00 ]
  next --tz America/New_York --from 2025-11-02T05:30:00Z '30 * * * *'
  [ "$output" = 2025-11-02T01:30:00-05:00 ]
}

@test "next, explain: one second in front keeps the class of the five fields, several follow real time" {
  for form in '' '0 '; do
    next --tz America/New_York --from 2025-03-08T12:00 -n 2 "${form}30 2 * * *"
    [ "$output" = $'2025-03-09T03:00:00-04:00\n2025-03-10T02:30:00-04:00' ] || fails "$form: $output"
    next --tz America/New_York --from 2025-11-01T12:00 -n 2 "${form}30 1 * * *"
    [ "$output" = $'2025-11-02T01:30:00-04:00\n2025-11-03T01:30:00-05:00' ] || fails "$form: $output"
    next --tz America/New_York --from 2025-11-02T00:30 -n 2 "${form}30 * * * *"
    [ "$output" = $'2025-11-02T01:30:00-04:00\n2025-11-02T01:30:00-05:00' ] || fails "$form: $output"
    run -0 gf-cron explain --tz America/New_York --from 2025-03-08T12:00 "${form}30 2 * * *"
    expect_text 'class: fixed'
    expect_text 'what is due in the gap runs once, right after it'
    run -0 gf-cron explain --tz America/New_York --from 2025-10-30 "${form}30 1 * * *"
    expect_text 'runs in the first pass of the repeated time only'
  done
  next --tz America/New_York --from 2025-03-08T12:00 '0,30 30 2 * * *'
  [ "$output" = 2025-03-10T02:30:00-04:00 ]
  next --tz America/New_York --from 2025-11-02T00:30 -n 2 '0/40 30 1 * * *'
  [ "$output" = $'2025-11-02T01:30:00-04:00\n2025-11-02T01:30:40-04:00' ]
  for several in '*' '*/60' 0-1; do
    run -0 gf-cron explain "$several 30 2 * * *"
    expect_text 'class: follows real time'
  done
}

@test "next: an impossible date is NEVER and status 1" {
  next '0 0 30 2 *'
  expect_status 1
  [ "$output" = NEVER ]
}

@test "next: @reboot and @start fire at start, alone and in a table without times" {
  for word in @reboot @start; do
    next -n 3 "$word"
    expect_status 0
    [ "$output" = 'at start' ] || fails "$output"
    next --until 2000-01-01 --format epoch "$word"
    [ "$output" = 'at start' ] || fails "$output"
    next --format json "$word"
    expect_status 0
    [ "$(jq -c '[.time, .at, .expression]' <<<"$output")" = "[null,\"start\",\"$word\"]" ] || fails "$output"
    run -0 gf-cron explain "$word"
    [ "$output" = $'once, when the scheduler starts\nnext: when the scheduler starts' ] || fails "$output"
  done
  next --format json '0 0 30 2 *'
  [ "$(jq -c '[.time, has("at")]' <<<"$output")" = '[null,false]' ] || fails "$output"
  next --table - <<<$'@reboot GF_ID=a one\n@start GF_ID=b two'
  expect_status 0
  [ "$output" = $'at start\ta\tone\nat start\tb\ttwo' ] || fails "$output"
  next --tz UTC --from 2026-01-01 --table - <<<$'@reboot GF_ID=a one\n@daily GF_ID=b two'
  [ "$output" = $'2026-01-02T00:00:00+00:00\tb\ttwo' ] || fails "$output"
  run -1 gf-cron next --table - <<<''
  [ "$output" = NEVER ]
}

@test "next: -n, --until, --format" {
  next --tz UTC --from 2026-01-01 -n 2 --format epoch @daily
  [ "$output" = $'1767312000\n1767398400' ]
  next --tz UTC --from 2026-01-01 --until 2026-01-03 @daily
  [ "${#lines[@]}" -eq 2 ]
  next --tz Asia/Tokyo --from 2026-01-01 --format json @daily
  [ "$(jq -r .time <<<"$output")" = 2026-01-01T15:00:00Z ]
  [ "$(jq -r .local <<<"$output")" = 2026-01-02T00:00:00+09:00 ]
}

@test "next: a table, in order of time, with id and command" {
  printf '0 3 * * * GF_ID=b late\n0 2 * * * GF_ID=a early\n' >t
  next --tz UTC --from 2026-01-01 -n 3 --table t
  expect_status 0
  [ "${lines[0]}" = $'2026-01-01T02:00:00+00:00\ta\tearly' ]
  [ "${lines[1]}" = $'2026-01-01T03:00:00+00:00\tb\tlate' ]
  [ "${lines[2]}" = $'2026-01-02T02:00:00+00:00\ta\tearly' ]
}

@test "next: schedules on standard input; a bad one is said, the others are answered" {
  run gf-cron next --tz UTC --from 2026-01-01 <<<$'@daily\n61 * * * *\nCRON_TZ=Asia/Tokyo 0 1 * * *'
  expect_status 2
  expect_text 2026-01-02T00:00:00+00:00
  expect_text 'minute is 0 to 59'
  expect_text 2026-01-01T01:00:00+09:00
}

@test "next: answers at once on a slow input" {
  mkfifo in
  (echo @daily; sleep 5) >in &
  read -r line < <(gf-cron next --tz UTC --from 2026-01-01 <in)
  [ "$line" = 2026-01-02T00:00:00+00:00 ]
  kill $! 2>/dev/null || true
}

@test "next: an unknown zone is an error, by option and by TZ" {
  next --tz Mars/Base @daily
  expect_status 2
  TZ=Europe/Pariss run gf-cron next @daily
  expect_status 2
  next 'CRON_TZ=Nowhere @daily'
  expect_status 2
}

@test "next, check: where no zone is, a name is not unknown: tzdata is missing" {
  mkdir empty zones
  for none in "$PWD/none" "$PWD/empty"; do
    TZDIR=$none next --tz Europe/Berlin @daily
    expect_status 2
    expect_text 'tzdata is missing: the directory in TZDIR has no time zones'
    TZDIR=$none run -2 gf-cron check - <<<'CRON_TZ=Europe/Berlin'
    expect_text 'tzdata is missing'
    TZDIR=$none next --tz UTC @daily
    expect_status 0
  done
  cp "$(realpath /usr/share/zoneinfo/Asia/Tokyo)" zones/Here
  TZDIR=$PWD/zones next --tz Europe/Berlin @daily
  expect_text 'unknown time zone'
  expect_text 'names are those under the directory in TZDIR'
}

@test "next: a machine without tzdata says so" {
  needs_namespaces
  cat >look <<'EOF'
mount -t tmpfs none /usr/share/zoneinfo && exec gf-cron next --tz Europe/Berlin @daily
EOF
  run -2 unshare -rm sh ./look
  expect_text 'tzdata is missing: this machine has no time zones'
  expect_text 'hint: they come with the package tzdata'
}

@test "next: six fields with a year say so" {
  next '0 0 1 1 * 2026'
  expect_status 2
  expect_text 'not a year at the end'
}

@test "next: H is the same each time and differs by id" {
  a=$(gf-cron next --tz UTC --from 2026-01-01 --id one 'H H * * *')
  [ "$a" = "$(gf-cron next --tz UTC --from 2026-01-01 --id one 'H H * * *')" ]
  [ "$a" != "$(gf-cron next --tz UTC --from 2026-01-01 --id two 'H H * * *')" ]
}

@test "@every with a time of day: the local time stays, in every command" {
  next --tz Europe/Berlin --from 2026-03-01 -n 3 '@every 2w at Mon 09:00 from 2026-03-02'
  [ "$output" = $'2026-03-02T09:00:00+01:00\n2026-03-16T09:00:00+01:00\n2026-03-30T09:00:00+02:00' ] || fails "$output"
  next --tz Europe/Berlin --from 2026-03-28 -n 2 '@every 2w at Sun 02:30 from 2026-03-29'
  [ "$output" = $'2026-03-29T03:00:00+02:00\n2026-04-12T02:30:00+02:00' ] || fails "$output"
  next --tz Europe/Berlin --from 2026-10-24 -n 2 '@every 2w at Sun 02:30 from 2026-10-25'
  [ "$output" = $'2026-10-25T02:30:00+02:00\n2026-11-08T02:30:00+01:00' ] || fails "$output"
  next --tz UTC --from 2026-01-01T06:30 '@every 10d at 06:30 from 2026-01-01'
  [ "$output" = 2026-01-11T06:30:00+00:00 ] || fails "$output"
  run -0 gf-cron explain --tz Europe/Berlin --from 2026-03-01 '@every 2w at Mon 09:00 from 2026-03-02'
  [ "${lines[0]}" = 'every second week on Monday at 09:00, counted from 2026-03-02' ]
  expect_text 'class: fixed'
  printf '@every 2w at Mon 09:00 from 2026-03-02 GF_ID=pay run it\n@every 2d at 10:00 GF_ID=x y\n' >t
  run -0 gf-cron check t
  [ -z "$output" ] || fails "$output"
  next --tz UTC --from 2026-03-01T20:00 --table t
  [ "$output" = $'2026-03-02T09:00:00+00:00\tpay\trun it' ] || fails "$output"
  COLUMNS=80 run -0 gf-cron show --tz UTC --from 2026-03-02 --days 15 t
  [[ $output =~ $'\npay '[^1]*1[^1]*1 ]] || fails "$output"
  run -2 gf-cron check - <<<'@every 10d at Mon 09:00 x'
  expect_text 'line 1, column 15'
  expect_text 'count in weeks'
  run -2 gf-cron check - <<<'@every 1d at now -f job'
  expect_text 'a command called at is written with its directory'
}

@test "@every with a time of day: run, emit and once wait for it" {
  read -r day at < <(TZ=UTC date -d '+2 seconds' '+%F %T')
  gf-cron run -q --output raw --tz UTC -e "@every 2d at $at from $day" -- echo ran >ran &
  pid=$!
  gf-cron emit -q -n 1 --tz UTC - <<<"@every 1d at $at GF_ID=x true" >emitted &
  gf-cron once --tz UTC "@every 24h at $at" -- echo once >once
  until_true has_lines ran 1
  kill "$pid"
  wait
  [ "$(cat ran once)" = $'ran\nonce' ]
  [[ $(cat emitted) == *"T$at+00:00"$'\tx\ttrue' ]]
}

@test "several schedules of one job: next merges them, explain and check look at each" {
  next --tz UTC --from 2026-03-06 -n 4 '0 9 * * 1-5 | 0 12 * * 6,0 | 0 9 * * 1'
  [ "$output" = $'2026-03-06T09:00:00+00:00\n2026-03-07T12:00:00+00:00\n2026-03-08T12:00:00+00:00\n2026-03-09T09:00:00+00:00' ] || fails "$output"
  next --tz UTC --from 2026-03-06 --format json '@daily | 0 9 * * *'
  [ "$(jq -c '[.time, .expression]' <<<"$output")" = '["2026-03-06T09:00:00Z","@daily | 0 9 * * *"]' ] || fails "$output"
  next --tz UTC --from 2026-03-06 -n 2 '@start | 0 3 * * *'
  [ "$output" = $'2026-03-06T03:00:00+00:00\n2026-03-07T03:00:00+00:00' ] || fails "$output"
  next -n 2 '@start | 0 0 30 2 *'
  [ "$output" = 'at start' ] || fails "$output"
  next '0 0 31 2 * | 0 0 30 2 *'
  expect_status 1
  [ "$output" = NEVER ]
  run -0 gf-cron explain --tz UTC --from 2026-03-06 'CRON_TZ=Asia/Tokyo 0 9 * * 1-5 | */5 12 * * 6,0'
  [ "${lines[0]}" = '0 9 * * 1-5' ] || fails "$output"
  expect_text $'*/5 12 * * 6,0\nevery 5 minutes of hour 12, on Sunday and Saturday\nclass: follows real time\nzone: Asia/Tokyo'
  [ "${lines[-1]}" = 'next of all: 2026-03-06T09:00:00+09:00' ] || fails "$output"
  printf '0 9 13 * 1-5 | */45 12 * * 6,0 GF_ID=b x | y\n' >t
  run -0 gf-cron check t
  expect_text 'either the day of month'
  expect_text 'does not divide 60'
  next --tz UTC --from 2026-03-06T10:00 -n 2 --table t
  [ "$output" = $'2026-03-07T12:00:00+00:00\tb\tx | y\n2026-03-07T12:45:00+00:00\tb\tx | y' ] || fails "$output"
  COLUMNS=80 run -0 gf-cron show --tz UTC --from 2026-03-07 --days 1 - <<<'0 3 * * * | 0 9 * * * GF_ID=two x'
  [[ $output =~ $'\ntwo '[^1]*1[^1]*1 ]] || fails "$output"
  run -2 gf-cron check - <<<'0 9 * * 1-5|0 12 * * 6 x'
  expect_text 'line 1, column 12'
  expect_text 'blanks around it'
}

@test "several schedules of one job: one run at a time that two name, by run, emit and once" {
  printf '@start | @in 1s | @in 1s | 0 0 1 1 * GF_ID=a echo ran >>ran\n' >t
  gf-cron run -q -S ./s --tz UTC t &
  pid=$!
  until_true has_lines ran 2
  run -0 gf-cron status -S ./s
  [[ $output =~ $'\t'20[0-9][0-9]-01-01T00:00:00Z ]] || fails "$output"
  kill "$pid"
  wait "$pid"
  [ "$(gf-cron history -S ./s | cut -f 1,5)" = $'a\tok\na\tok' ]
  run -0 gf-cron emit -q -n 2 - <<<'@in 1s | @start GF_ID=x y'
  [ "$(cut -f 2,3 <<<"$output")" = $'x\ty\nx\ty' ] || fails "$output"
  run -0 timeout 5 gf-cron once '0 0 1 1 * | @start' -- echo now
  [ "$output" = now ]
  run -0 timeout 5 gf-cron run --output raw -q -e '@in 1s | @start' -- echo ran
  [ "$output" = $'ran\nran' ]
}

@test "explain: words, class, and the next two changes" {
  run gf-cron explain --tz Europe/Berlin --from 2026-03-01 '30 2 * * *'
  expect_status 0
  expect_text 'at 02:30'
  expect_text '2026-03-29T03:00:00+02:00: the clock goes forward by 1h00m: what is due in the gap runs once'
  expect_text '2026-10-25T02:00:00+01:00: the clock goes back by 1h00m: runs in the first pass'
}

@test "check: all faults, with line and column; warnings are no fault" {
  printf '61 * * * * x\n0 0 13 * 5 y\n0 0 30 2 * z\n' >t
  run gf-cron check t
  expect_status 2
  expect_text 'line 1, column 1'
  expect_text 'line 3, column 1'
  expect_text 'either the day of month'
  printf '0 0 13 * 5 y' >t
  run gf-cron check t
  expect_status 0
  expect_text 'line 1 of t'
  run gf-cron check -q t
  [ -z "$output" ]
}

@test "check: a column of users is an error, a command that is called like a user is none" {
  for line in 'root /usr/local/bin/backup' 'root cd / && run-parts /etc/cron.hourly' 'games true'; do
    run -2 gf-cron check - <<<"17 * * * * $line"
    expect_text "a user's name"
    expect_text 'delete the name'
  done
  for line in 'games --all' 'games daily' games 'sync -f .' 'true x'; do
    run -0 gf-cron check - <<<"17 * * * * $line"
    [ -z "$output" ] || fails "$line: $output"
  done
}

@test "check, run: accounts are asked for one at a time, and only where a second command stands" {
  not_sanitized 'strace'
  needs_ptrace
  accounts() { # CMD...: none, or how often their file is opened
    strace -f -o trace -e trace=openat "$@"
    grep -v O_PATH trace | grep -c '"/etc/passwd"' || :
  }
  printf '@daily echo --root\n@daily true\n@daily /bin/echo true\n' >t
  [ "$(accounts gf-cron check t)" = 0 ]
  [ "$(accounts gf-cron run -q -n 1 -e @start -- true cat)" = 0 ]
  printf '@daily true true\n@daily true cat\n' >t
  [ "$(accounts gf-cron check t)" = 1 ]
}

@test "check: where the user is a command too, it is a warning, which run repeats" {
  mkdir bin
  printf '#!/bin/sh\necho games "$@"\n' >bin/games
  chmod +x bin/games
  printf 'PATH=%s:/bin:/usr/bin\n@start GF_ID=x games true\n' "$PWD/bin" >t
  run -0 gf-cron check t
  expect_text "line 2 of t: the command's name is a user's name too"
  run -0 gf-cron run t
  expect_text "line 2 of t: the command's name is a user's name too"
  expect_text 'x: games true'
  run -0 gf-cron run -q t
  [ "$output" = 'x: games true' ]
}

@test "check: crontabs with MAILTO and what goes with it are taken" {
  for none in 'MAILTO=""' MAILTO= "MAILTO=''"; do
    run -0 gf-cron check - <<<"$none"
    [ -z "$output" ] || fails "$none: $output"
  done
  for some in MAILTO=me@example.com MAILFROM=me CONTENT_TYPE=text/plain CONTENT_TRANSFER_ENCODING=8bit; do
    run -0 gf-cron check - <<<"$some"
    expect_text 'line 1 of -: no mail is sent'
    expect_text GF_ON_FAILURE
  done
  printf 'MAILTO=me\n@start GF_ID=x echo to "$MAILTO"\n' >t
  gf-cron run t >out 2>err
  [ "$(cat out)" = 'x: to me' ]
  grep -q 'line 1 of t: no mail is sent' err
}

@test "check: a file that is not there is 125" {
  run gf-cron check nothing
  expect_status 125
}

@test "help: no line of a command is wider than a terminal, -h of run is a screen" {
  gf-cron --gf-dump | awk -F '\t' '$1 == "command" && $2 != "gf-cron" { sub(/^gf-cron /, "", $2); print $2 }' >commands
  [ "$(wc -l <commands)" -ge 12 ]
  while read -r command; do
    for help in -h --help; do
      gf-cron "$command" "$help" >shown </dev/null
      ! LC_ALL=C awk 'length > 80 { print; bad = 1 } END { exit !bad }' shown || fails "$command $help"
    done
  done <commands
  gf-cron run -h >short
  [ "$(wc -l <short)" -le 24 ]
  grep -q -- '--fail-on-error' short
  ! grep -q -- '--drain' short || fails 'all options in the short help'
}

@test "next, explain, show -v: each zone, who named it, and where its data comes from" {
  run --separate-stderr gf-cron next -v --tz Asia/Tokyo --from 2025-12-31T12:00 'CRON_TZ=Europe/Berlin @daily'
  [ "$output" = 2026-01-01T00:00:00+01:00 ]
  [[ $stderr == 'gf-cron: zone Asia/Tokyo, set by --tz: data from /'*/Tokyo$'\n'* ]] || fails "$stderr"
  [[ $stderr == *$'\ngf-cron: zone Europe/Berlin, set by CRON_TZ or GF_TZ: data from /'*/Berlin ]] || fails "$stderr"
  mkdir zones
  cp "$(realpath /usr/share/zoneinfo/Asia/Tokyo)" zones/Here
  TZDIR=$PWD/zones TZ=Here run -0 --separate-stderr gf-cron explain -v @daily
  [ "$stderr" = "gf-cron: zone Here, set by TZ: data from $(realpath zones/Here)" ] || fails "$stderr"
  TZ=EST5EDT,M3.2.0,M11.1.0 run -0 --separate-stderr gf-cron show -v - <<<'@daily true'
  [ "$stderr" = 'gf-cron: zone EST5EDT,M3.2.0,M11.1.0, set by TZ: needs no zone file' ] || fails "$stderr"
  run -0 --separate-stderr gf-cron next --tz Asia/Tokyo @daily
  [ -z "$stderr" ] || fails "$stderr"
}

@test "what is read from a terminal is said, by every command that reads" {
  printf '@daily true\n\004' >keys
  for command in 'check -' 'show --days 1 -' 'next --table -' 'emit -n 1 -'; do
    [[ $command != emit* ]] || printf '@in 1s true\n\004' >keys
    run env TERM=dumb timeout 20 script -qec "gf-cron $command" /dev/null <keys
    expect_text 'gf-cron: reading a crontab from the terminal; end with Ctrl-D'
  done
  printf '@daily\n\004' >keys
  run -0 env TERM=dumb timeout 20 script -qec 'gf-cron next' /dev/null <keys
  expect_text 'gf-cron: reading schedules from the terminal; end with Ctrl-D, or give one as a word'
  run -0 env TERM=dumb timeout 20 script -qec 'gf-cron next -q' /dev/null <keys
  [[ $output != *reading* ]] || fails "$output"
}
