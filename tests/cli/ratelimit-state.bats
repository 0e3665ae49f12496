#!/usr/bin/env bats
# gf-ratelimit -S: one limit for several processes.

load helper

json() { gf-ratelimit -S ./s --status --format json "$@"; }

# reserved_ahead: somebody waits for a turn of the state.
reserved_ahead() { [ "$(json | jq .tokens)" -lt 0 ]; }

@test "a state is kept from one process to the next" {
  run gf-ratelimit -S ./s --check 1/h
  expect_status 0
  run gf-ratelimit -S ./s --check 1/h
  expect_status 75
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]]
  run gf-ratelimit -S ./s --check --take 2 1/h
  expect_status 75
  [ "$output" = never ]
}

@test "two filters share a budget and lose nothing" {
  start=$(date +%s%N)
  seq 10 | gf-ratelimit -S ./s 50/s >a &
  seq 10 | gf-ratelimit -S ./s 50/s >b
  wait
  [ $(($(date +%s%N) - start)) -ge 380000000 ]
  cmp a <(seq 10)
  cmp b <(seq 10)
}

@test "a state file that is no such thing is refused" {
  echo junk >s
  run gf-ratelimit -S ./s --check 1/s
  expect_status 125
  head -c 4096 /dev/zero >s
  run gf-ratelimit -S ./s --check 1/s
  expect_status 125
  rm s
  ln -s elsewhere s
  run gf-ratelimit -S ./s --check 1/s
  expect_status 125
}

@test "a command waits for its turn, then runs in our place" {
  start=$(date +%s%N)
  for i in 1 2 3; do
    gf-ratelimit -S ./s 5/s -- sh -c 'echo "$1 $PPID"' sh "$i"
  done >out
  [ $(($(date +%s%N) - start)) -ge 380000000 ]
  [ "$(cut -d ' ' -f 1 out | tr '\n' ' ')" = '1 2 3 ' ]
  [ "$(cut -d ' ' -f 2 out | sort -u)" = "$BASHPID" ]
  run gf-ratelimit -S ./s unlimited -- sh -c 'exit 7'
  expect_status 7
  run -127 gf-ratelimit -S ./s unlimited -- nosuch
  expect_status 127
  [ "$(gf-ratelimit -r 100/s -S ./s -- echo --stats)" = --stats ]
}

@test "a command that is stopped while it waits never runs, and gives its turn back" {
  gf-ratelimit -S ./s 1/h -- true
  gf-ratelimit -S ./s 1/h -- touch ran 3>&- &
  pid=$!
  until_true reserved_ahead
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  expect_status 143
  [ ! -e ran ]
  run gf-ratelimit -S ./s --check 1/h
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]]
}

@test "what does not go together is usage" {
  while read -r words; do
    # shellcheck disable=SC2086
    run gf-ratelimit $words
    expect_status 2
    [[ "$output" == *hint:* ]]
  done <<'END'
-S ./s 1/s f -- true
-S ./s --check 1/s -- true
-S ./s 1MiB/s -- true
-S ./s --stats 1/s -- true
-S ./s -r 1/s -r 2/s
-S ./s --initial 0 1/s
-S ./s --status 1/s
-S ./s --status --reset
-S ./s --set 1/s 2/s
-S ./s --check 1/s --drop
-S ./s --check 1/s -K 1
-S ./s --for a 1/s
-S ./s --take 2 1/s
-S ./s --format json 1/s
--check 1/s
--status
--set 1/s
--reset
END
  [ ! -e s ]
}

# ---- one budget for all: looked at, changed, kept ----------------------------------------------


@test "the status shows tokens, the next free time, the rate and the counts" {
  gf-ratelimit -S ./s -b 5 1/h --check --take 3
  run gf-ratelimit -S ./s --status
  expect_status 0
  [ "${lines[0]}" = './s: 1/h, burst 5' ]
  [ "${lines[1]}" = '2 free' ]
  [ "${lines[2]}" = '3 passed, 0 refused' ]
  [ "${#lines[@]}" -eq 3 ]
  gf-ratelimit -S ./s --check --take 2
  run -75 gf-ratelimit -S ./s --check
  json >out
  [ "$(jq -r '[.v, .rate, .burst, .tokens, .passed, .refused, .unit] | join(" ")' out)" = '1 1/h 5 0 5 1 record' ]
  jq -e '.wait > 3500 and .wait <= 3600' out
  next=$(date -d "$(jq -r .next out)" +%s)
  [ $((next - $(date +%s))) -gt 3500 ]
}

@test "the first user's rate holds, and another one is told of" {
  gf-ratelimit -S ./s 10/s --check
  run gf-ratelimit -S ./s 20/s --check
  [[ "${lines[0]}" == "gf-ratelimit: './s' has the limit 10/s, burst 1" ]]
  [[ "${lines[1]}" == 'hint: --set and --set-burst'* ]]
  run gf-ratelimit -q -S ./s 20/s -- true
  [ -z "$output" ]
  gf-ratelimit -S ./s --set 7/s
  for rate in 7/s 10/s; do # what holds, and what was said at first
    run gf-ratelimit -S ./s "$rate" -- true
    expect_status 0
    [ -z "$output" ]
  done
  [ "$(json | jq -r '.rate + " " + .declared')" = '7/s 10/s' ]
}

@test "--set makes a state, --set-burst and the others need one" {
  for words in --set-burst\ 3 --status --reset --check; do
    # shellcheck disable=SC2086
    run gf-ratelimit -S ./s $words
    expect_status 125
    [[ "$output" == *'No such file'* ]]
    [[ "$output" == *"hint: its first user says the rate"* ]]
    [ ! -e s ]
  done
  gf-ratelimit -S ./s --set 100/h --set-burst 4
  gf-ratelimit -S ./s --check --take 4
  run -75 gf-ratelimit -S ./s --check
  gf-ratelimit -S ./s --reset
  gf-ratelimit -S ./s --check --take 4
  [ "$(json | jq -r '[.passed, .refused] | join(" ")')" = '4 0' ]
}

@test "a raised rate wakes those who wait, a lowered one holds within an interval" {
  gf-ratelimit -S ./s 1/h --check
  seq 3 | gf-ratelimit -S ./s 1/h >out 3>&- &
  until_true reserved_ahead
  gf-ratelimit -S ./s --set 50/s
  until_true has_lines out 3
  wait
  cmp out <(seq 3)

  seq 1000 | gf-ratelimit -S ./s 1/h >out 2>/dev/null 3>&- &
  pid=$!
  until_true test -s out
  gf-ratelimit -S ./s --set 1/h
  until_true is_still out
  [ "$(wc -l <out)" -lt 1000 ]
  kill "$pid"
}

@test "what cannot be changed is said, and nothing is changed" {
  gf-ratelimit -S ./s 10/s --check
  cp s before
  run -2 gf-ratelimit -S ./s --set 1MiB/s
  [[ "$output" == *'counts records, not bytes'* ]]
  run -2 gf-ratelimit -S ./s --set 1/h --set-burst 1000000000
  run -2 gf-ratelimit -S ./s --set-burst 0
  run -2 gf-ratelimit -S ./s --set 10/parsec
  cmp s before
}

@test "keys have budgets of their own, in a filter and in a question" {
  gf-ratelimit -S ./s 1/h --check --for a
  run gf-ratelimit -S ./s 1/h --check --for a
  expect_status 75
  [[ "$output" =~ ^3[56][0-9]{5}ms$ ]]
  gf-ratelimit -S ./s 1/h --check --for b
  printf 'a 1\nb 1\nc 1\nc 2\n' | gf-ratelimit -S ./s 1/h -K 1 --drop >out
  [ "$(cat out)" = 'c 1' ]
  gf-ratelimit -S ./s 1/h --check # the budget of all is another one
  [ "$(json --for a | jq -r '[.key, .tokens, .keys] | join(" ")')" = 'a 0 3' ]
}

@test "records held for a key go as soon as a raised rate lets them" {
  printf 'a 1\na 2\na 3\n' | gf-ratelimit -S ./s 1/h -K 1 >out 3>&- &
  until_true test -s out
  gf-ratelimit -S ./s --set 100/s
  wait
  [ "$(cat out)" = $'a 1\na 2\na 3' ]
}

@test "over the limit with a state: dropped, rejected, refused, as without" {
  run -0 bash -c 'seq 5 | gf-ratelimit -S ./s -b 2 1/h --drop --stats=json 2>stats'
  [ "$output" = $'1\n2' ]
  [ "$(jq -r .refused stats)" = 3 ]
  gf-ratelimit -S ./s --reset
  seq 5 | gf-ratelimit -S ./s -b 2 1/h --reject no >yes
  [ "$(cat yes no | tr '\n' ' ')" = '1 2 3 4 5 ' ]
  run -75 bash -c 'seq 5 | gf-ratelimit -S ./s -b 2 1/h -w 10ms'
}

@test "a NAME lies in the state directory, the same from everywhere" {
  mkdir home
  XDG_STATE_HOME=$PWD/xdg gf-ratelimit -S api 1/h --check
  [ -f xdg/gf/api.rate ]
  env -u XDG_STATE_HOME HOME="$PWD/home" gf-ratelimit -S api 1/h --check
  [ -f home/.local/state/gf/api.rate ]
  [ "$(stat -c %a home/.local/state/gf/api.rate)" = 600 ]
}

@test "a state that others could write to, or that is another name of a file, is refused" {
  gf-ratelimit -S ./s 1/h --check
  ln s twice
  run -125 gf-ratelimit -S ./s 1/h --check
  rm twice
  chmod 666 s
  run -125 gf-ratelimit -S ./s 1/h --check
  mkfifo pipe
  run -125 gf-ratelimit -S ./pipe 1/h --check
}

@test "a state that is cut short under a process ends it with a message" {
  not_sanitized 'the sanitizer reports SIGBUS itself'
  seq 100 | gf-ratelimit -S ./s 10/s >out 2>err 3>&- &
  pid=$!
  until_true test -s out
  truncate -s 0 s
  status=0
  wait "$pid" || status=$?
  expect_status 125
  grep -q 'state file was cut short' err
}

@test "a state that the disk has no room for is an error, and no half of one is left" {
  run -125 bash -c 'ulimit -f 0; gf-ratelimit -S ./s 1/h --check'
  [[ "$output" == *'File too large'* ]]
  [ ! -s s ]
  gf-ratelimit -S ./s 1/h --check
  run -125 bash -c 'ulimit -f 64; gf-ratelimit -S ./s 1/h --check --for a'
  run -75 gf-ratelimit -S ./s 1/h --check
  gf-ratelimit -S ./s 1/h --check --for a
}

@test "above ten thousand a second a budget is used up, not more and not much less" {
  start=$(date +%s%N)
  seq 15000 | gf-ratelimit -S ./s 50000/s >a 3>&- &
  seq 15000 | gf-ratelimit -S ./s 50000/s >b
  wait
  took=$(($(date +%s%N) - start))
  [ "$took" -ge 599000000 ]
  cmp a <(seq 15000)
  cmp b <(seq 15000)
}

@test "processes that are killed at random lose a turn each, and the budget holds" {
  run timeout 60 "$GF_AID/ratechaos" "$GF_BIN/gf-ratelimit" ./chaos 8 500 2 25
  echo "$output"
  expect_status 0
}

@test "commands that were stopped while they waited do not start together" {
  gf-ratelimit -S ./s 2/s -- true
  pids=
  for i in 1 2 3 4 5 6; do
    gf-ratelimit -S ./s 2/s -- sh -c 'date +%s%N >>ran' 3>&- &
    pids="$pids $!"
  done
  waiting() { [ "$(json | jq .tokens)" -le -5 ]; }
  until_true waiting
  # shellcheck disable=SC2086
  kill -STOP $pids
  sleep 3.5
  # shellcheck disable=SC2086
  kill -CONT $pids
  # shellcheck disable=SC2086
  wait $pids
  sort -n ran >sorted
  # Of those that waited at the stop, no two in much less than an interval.
  [ "$(tail -n 5 sorted | awk 'NR > 1 && $1 - last < 200e6 { n++ } { last = $1 } END { print n + 0 }')" = 0 ]
}

@test "a state that is removed while it is used ends its users" {
  seq 100 | gf-ratelimit -S ./s 20/s >out 2>err 3>&- &
  filter=$!
  seq 100 | sed 's/^/a /' | gf-ratelimit -S ./s -K 1 20/s >/dev/null 2>err2 3>&- &
  keyed=$!
  until_true test -s out
  gf-ratelimit -S ./s 20/s -- touch ran
  rm s ran
  for pid in $filter $keyed; do
    status=0
    wait "$pid" || status=$?
    expect_status 125
  done
  for said in err err2; do
    grep -qx "gf-ratelimit: the state './s' was removed or replaced while in use" $said
    grep -q '^hint: ' $said
  done
  [ ! -e s ]

  gf-ratelimit -S ./s 1/s -- true
  gf-ratelimit -S ./s 1/s -- touch ran 3>&- & # a command that waits
  until_true reserved_ahead
  rm s
  status=0
  wait $! || status=$?
  expect_status 125
  [ ! -e ran ]
}

# ahead COMMAND...: with a clock that has run 30 years ahead.
ahead() {
  local up
  up=$(($(cut -d . -f 1 /proc/uptime) * 1000000000))
  LD_PRELOAD=$GF_AID/ownclock.so GF_CLOCK="0 $((up - 1000000000)) 900000000" "$@"
}

@test "a clock that was ahead, or a damaged word, shuts a state for nobody" {
  not_sanitized 'the sanitizer wants to be loaded first'
  gf-ratelimit -S ./s -b 2 10/s --check
  ahead gf-ratelimit -S ./s --check
  [ "$(json | jq '.wait > 86400 * 365')" = true ]
  seq 5 | gf-ratelimit -S ./s 10/s --stats=json >out 2>err
  cmp out <(seq 5)
  [ "$(grep -c "the state './s' was further ahead than it can be" err)" = 1 ]
  [ "$(grep '^{' err | jq .clock_cuts)" = 1 ]
  [ "$(json | jq .clock_cuts)" = 1 ]
  gf-ratelimit -S ./s --status | grep -qx '1 budgets were too far ahead, and were emptied'

  # The word of the time lies behind the terms and the turn, on a cache line of its own.
  printf '\377\377\377\377\377\377\377\177' | dd of=s bs=1 seek=$((256 + 8)) conv=notrunc status=none
  run -0 gf-ratelimit -S ./s 10/s -- echo ran
  [[ "$output" == *'was further ahead'*$'\n'hint:*$'\n'ran ]]
  [ "$(json | jq .clock_cuts)" = 2 ]
  gf-ratelimit -S ./s --reset
  [ "$(json | jq .clock_cuts)" = 0 ]
}

@test "a look at a state changes nothing: no key is added, and nobody's is thrown out" {
  for key in $(seq 400); do echo "$key"; done | gf-ratelimit -S ./s -K 1 --max-keys 32 --drop 1/h >/dev/null
  cp s before
  for key in $(seq 401 410); do
    [ "$(json --for "$key" | jq .tokens)" = 1 ]
  done
  run -75 gf-ratelimit -S ./s --check --take 2 --for new
  cmp s before
}

# Runs in a name space of its own, with ./w mounted on ./r for reading only.
reading() {
  mount --bind w r && mount -o remount,ro,bind r || exit 99
  cd r && eval "$1"
}

@test "a look at a state needs no leave to write" {
  mkdir w r
  gf-ratelimit -S ./w/s 1/h --check --for a
  chmod 444 w/s
  [ "$(gf-ratelimit -S ./w/s --status --for a | head -n 1)" = './w/s, a: 1/h, burst 1' ]
  needs_namespaces
  export -f reading
  # shellcheck disable=SC2016
  run -0 unshare -Urm bash -c 'reading "$1"' - 'gf-ratelimit -S ./s --status --format json --for a'
  [ "$(jq .tokens <<<"$output")" = 0 ]
  # shellcheck disable=SC2016
  run -125 unshare -Urm bash -c 'reading "$1"' - 'gf-ratelimit -S ./s --check'
  [ "${lines[0]}" = "gf-ratelimit: cannot use the state './s': Read-only file system" ]
  [ "${lines[1]}" = 'hint: name a path that you may write to; --status needs to read only' ]
}

# unusable WHY HINT WORD...
unusable() {
  run -125 gf-ratelimit "${@:3}"
  [ "${lines[0]}" = "gf-ratelimit: cannot use the state $1" ] || fails "$output"
  [ "${lines[1]}" = "hint: $2" ] || fails "$output"
  [ "${#lines[@]}" = 2 ] || fails "$output"
}

@test "a state that cannot be used: which file, why, and what to do" {
  unusable "'./no/s': No such file or directory" "the directory is missing: mkdir -p './no'" -S ./no/s 1/s
  unusable "'./no/s': No such file or directory" "the directory is missing: mkdir -p './no'" -S ./no/s --status
  unusable "'./s': No such file or directory" 'its first user says the rate' -S ./s --check
  echo junk >s
  unusable "'./s': it is damaged, or not a state file of this version" \
    "if it was a state: remove './s'; its next user makes it anew" -S ./s 1/s
  export XDG_STATE_HOME=$PWD/xdg
  mkdir -p xdg/gf
  echo junk >xdg/gf/api.rate
  unusable "'$PWD/xdg/gf/api.rate': it is damaged, or not a state file of this version" \
    "if it was a state: remove '$PWD/xdg/gf/api.rate'; its next user makes it anew" -S api 1/s
  chmod 666 s
  unusable "'./s': group or others may write to it" "if nobody else has changed it: chmod go-w './s'" -S ./s 1/s
  ln -s s link
  unusable "'./link': is a symbolic link" "name what './link' points to" -S ./link 1/s
  mkdir d
  unusable "'./d': Is a directory" "name another path, of a file" -S ./d 1/s
  rm s
  : >s
  unusable "'./s': it is new, so a rate has to be said" 'its first user says the rate' -S ./s --check
}

@test "filters that were stopped for 5 s have no more than burst and slack to make up" {
  gf-ratelimit -0 -S ./s -b 3 20/s </dev/zero >shared 3>&- &
  pids=$!
  gf-ratelimit -0 -b 3 20/s </dev/zero >alone 3>&- &
  pids="$pids $!"
  until_true test -s shared
  until_true test -s alone
  # shellcheck disable=SC2086
  kill -STOP $pids
  sleep 5
  before=$(stat -c %s shared alone | tr '\n' ' ')
  start=$(date +%s%N)
  # shellcheck disable=SC2086
  kill -CONT $pids
  sleep 0.1
  after=$(stat -c %s shared alone | tr '\n' ' ')
  took=$((($(date +%s%N) - start) / 1000000))
  # shellcheck disable=SC2086
  kill $pids
  for i in 1 2; do # the burst, two that were due, and one in 50 ms
    n=$(($(cut -d ' ' -f $i <<<"$after") - $(cut -d ' ' -f $i <<<"$before")))
    between 0 $n $((5 + took / 50))
  done
}

@test "--group: users of a group share a limit" {
  [ "$(id -u)" = 0 ] || skip 'only root can be two users'
  mkdir shared
  chgrp 4242 shared
  chmod 2770 shared
  chmod 711 .
  as() { setpriv --reuid "$1" --regid 4242 --clear-groups "${@:2}"; }
  run as 1201 gf-ratelimit -S ./shared/api --group 4242 1/h --check
  expect_status 0
  [ "$(stat -c '%a %g' shared/api)" = '660 4242' ]
  run as 1202 gf-ratelimit -S ./shared/api --group 4242 --check
  expect_status 75
  run as 1202 gf-ratelimit -S ./shared/api --check
  expect_status 125
  run gf-ratelimit -S api --group 4242 1/h --check
  expect_status 2
}
