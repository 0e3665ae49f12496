#!/usr/bin/env bats
# zones.bats - time zones of gf-cron and gf-ratelimit: what TZ means is what it means to libc, and a
# zone that cannot be read is an error, never UTC in silence.

load helper

ZONES=/usr/share/zoneinfo

# A scheduler that a failed test leaves behind is ended.
teardown() {
  if [ -n "${pid-}" ]; then
    kill -9 "$pid" 2>/dev/null || :
    wait "$pid" 2>/dev/null || :
  fi
}

# Whether gf-cron shows two instants, one in winter and one in summer, as date does in the same
# environment.
as_date() {
  local t want got
  for t in 1768435200 1784073600; do
    want=$("$@" date -d "@$t" +%Y-%m-%dT%H:%M:%S%z)
    got=$("$@" gf-cron next --from "@$((t - 60))" '* * * * *' | sed 's/:\([0-9][0-9]\)$/\1/')
    [ "$want" = "$got" ] || fails "$*: $got, not $want"
  done
}

@test "zones: TZ means what it means to libc" {
  mkdir dir
  cp "$(realpath $ZONES/Asia/Kolkata)" dir/Here
  as_date env -u TZ
  for tz in '' UTC :Europe/Berlin Europe/Dublin "$ZONES/Asia/Tokyo" ":$ZONES/Asia/Tokyo" Etc/GMT+5 \
    CET-1CEST,M3.5.0,M10.5.0/3 ':CET-1CEST,M3.5.0,M10.5.0/3' '<+05>-5' '<-0330>3:30' \
    'IST-1GMT0,M10.5.0,M3.5.0/1' EST5EDT Africa/Casablanca Australia/Lord_Howe; do
    as_date env TZ="$tz"
  done
  as_date env TZDIR="$PWD/dir" TZ=Here
  as_date env TZDIR=dir TZ=Here
}

# Makes a directory of what is no zone, or is one that cannot be read.
make_odd() {
  mkdir odd odd/Dir
  mkfifo odd/Fifo
  : >odd/Empty
  echo Europe/Berlin >odd/Text
  truncate -s 1048577 odd/Big
  head -c 1000 $ZONES/Europe/Berlin >odd/Cut
  ln -s Loop odd/Loop
}

# refused STATUS NAME TEXT: by an option, in a schedule, in a table, in a rate; the file is named.
refused() {
  local cmd
  for cmd in "next --tz $2 @daily" 'next @daily' "explain @daily" "once @daily true" "run -e @daily true"; do
    # shellcheck disable=SC2086 # words
    TZ=$2 TZDIR=$PWD/odd run timeout 10 gf-cron $cmd
    expect_status "$1"
    expect_text "'$PWD/odd/$2': $3"
    expect_text "'$2'"
  done
  for cmd in next explain; do
    TZDIR=$PWD/odd run timeout 10 gf-cron $cmd --tz UTC "CRON_TZ=$2 @daily"
    expect_status "$1"
    expect_text "'$PWD/odd/$2': $3"
  done
  for cmd in "CRON_TZ=$2" "CRON_TZ=$2 @daily true" "@daily GF_TZ=$2 true"; do
    TZ=UTC TZDIR=$PWD/odd run timeout 10 gf-cron check - <<<"$cmd"
    expect_status "$1"
    expect_text "'$PWD/odd/$2': $3"
  done
  for cmd in '' '-r '; do
    # shellcheck disable=SC2086 # an option, or none
    TZDIR=$PWD/odd run timeout 10 gf-ratelimit ${cmd}5/d@"$2" </dev/null
    expect_status "$1"
    expect_text "'$PWD/odd/$2': $3"
  done
}

@test "zones: what is no time zone is bad usage, and a fifo is not waited for" {
  make_odd
  refused 2 Dir 'a directory, not a time zone'
  refused 2 Fifo 'not a regular file'
  refused 2 Empty 'not a time zone'
  refused 2 Text 'not a time zone'
  refused 2 Big 'larger than 1 MiB'
}

@test "zones: a zone that cannot be read is a failure, with file and reason" {
  make_odd
  refused 125 Cut 'the file ends too early'
  refused 125 Loop ''
}

@test "zones: so is the machine's own" {
  needs_namespaces
  head -c 1000 $ZONES/Europe/Berlin >part
  cat >look <<'EOF'
mount --bind part "$(realpath /etc/localtime)" && exec env -u TZ "$@"
EOF
  run -125 unshare -rm sh ./look gf-cron next @daily
  expect_text "cannot read the time zone of the machine: '/etc/localtime': the file ends too early"
  expect_text 'hint: --tz, or TZ, names another zone'
  run -125 unshare -rm sh ./look gf-cron run -e @daily true
  run -0 unshare -rm sh ./look gf-cron next --tz Asia/Tokyo @daily
}

@test "zones: a reload that cannot read a zone leaves the old table in force" {
  make_odd
  cp $ZONES/Asia/Tokyo odd/Good
  printf 'CRON_TZ=Good\n@start GF_ID=a echo >up; sleep 20\n' >t
  TZ=UTC TZDIR=$PWD/odd gf-cron run t </dev/null >out 2>err 3>&- &
  pid=$!
  for _ in $(seq 200); do [ -s up ] && break; sleep 0.05; done
  printf 'CRON_TZ=Cut\n@every 1s GF_ID=b echo >new\n' >t2 && mv t2 t
  kill -HUP "$pid"
  for _ in $(seq 200); do grep -q 'old table' err && break; sleep 0.05; done
  grep -q "line 1, column 9 of t 'CRON_TZ=Cut': '$PWD/odd/Cut': the file ends too early" err
  grep -q 'the old table stays in force' err
  [ ! -e new ]
  kill -0 "$pid"
}

# With one descriptor less than status needs, the state can be opened and the zone cannot.
@test "zones: without descriptors no time is left out, nor that of another zone" {
  local n want good='' bad=''
  printf 'CRON_TZ=Asia/Tokyo\n0 0 1 1 * GF_ID=a true\n' >t
  TZ=UTC gf-cron run -q -S ./db t </dev/null >out 2>err 3>&- &
  pid=$!
  for _ in $(seq 200); do
    gf-cron status -S ./db 2>/dev/null | grep -q 15:00 && break
    sleep 0.05
  done
  want=$(gf-cron status -S ./db)
  [[ "$want" == *12-31T15:00:00Z* ]] || fails "$want"
  for n in $(seq 4 20); do
    run bash -c "exec 3>&-; ulimit -n $n; exec gf-cron status -S ./db"
    if [ "$status" -eq 0 ]; then
      [ "$output" = "$want" ] || fails "$n: $output"
      good=1
    elif [[ "$output" == *"cannot read the time zone 'Asia/Tokyo'"*'Too many open files'* ]]; then
      expect_status 125
      bad=1
    fi
  done
  [ -n "$good" ] && [ -n "$bad" ]
}
