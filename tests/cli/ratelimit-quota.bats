#!/usr/bin/env bats
# gf-ratelimit with windows of the calendar: 1000/d@Europe/Berlin. Clocks are of their own
# (aid/ownclock.so.c).
# bats file_tags=plain,timing

load helper

# clock TIME [SPEED [AT BY]]: what the clock of `limit` shows now, how fast it goes, and that it is
# set by BY seconds when it has gone AT.
clock() {
  needs_glibc
  GF_CLOCK="$(date -u -d "$1" +%s) $(awk '{ printf "%.0f", $1 * 1e9 }' /proc/uptime) ${2-1} ${*:3}"
  export GF_CLOCK
}

limit() { timeout 30 env "LD_PRELOAD=$GF_AID/ownclock.so" gf-ratelimit "$@"; }

# The same for the background: $! is then what a signal goes to.
limit_aside() { exec timeout 30 env "LD_PRELOAD=$GF_AID/ownclock.so" gf-ratelimit "$@"; }

# wait_of LEAST MOST: the milliseconds that --check printed.
wait_of() { between "$1" "${output%ms}" "$2"; }

@test "all of a window passes at once, and the next one at the border" {
  clock 2026-05-01T21:59:58Z
  seq 5 | limit -v 2/d@Europe/Berlin >out 2>err & # a border after 2 s, the next after a day
  until_true has_lines out 4
  [ "$(tr '\n' ' ' <out)" = '1 2 3 4 ' ]
  grep -q 'limit 2/d@Europe/Berlin, this window until 2026-05-02T00:00:00+02:00' err
  kill %1
}

@test "nothing is carried over, and nothing passes before the border" {
  clock 2026-05-01T12:00:00Z
  seq 9 | limit --drop 3/d@UTC >out
  cmp out <(seq 3)
  limit -S ./s --check 5/d@UTC
  clock 2026-05-02T12:00:00Z
  seq 9 | limit -S ./s --drop 5/d@UTC >out
  cmp out <(seq 5)
}

@test "a day of 23 hours and one of 25" {
  clock 2026-03-28T23:00:10Z
  limit -S ./s --check 1/d@Europe/Berlin
  run -75 limit -S ./s --check 1/d@Europe/Berlin
  wait_of $((23 * 3600000 - 40000)) $((23 * 3600000 - 10000))
  clock 2026-10-24T22:00:10Z
  limit -S ./s --check 1/d@Europe/Berlin
  run -75 limit -S ./s --check 1/d@Europe/Berlin
  wait_of $((25 * 3600000 - 40000)) $((25 * 3600000 - 10000))
}

@test "hours, weeks and months" {
  clock 2026-05-31T10:29:50Z # a Sunday
  while read -r rate end; do
    limit -S "./$end" --check "$rate"
    run -0 limit -S "./$end" --status
    [[ "$output" == *"this window until $end"* ]]
    [[ "$(limit -S "./$end" --status --format json)" == *"\"window_end\":\"$end\""* ]]
  done <<'END'
5/h@:30 2026-05-31T10:30:00Z
5/h@:00 2026-05-31T11:00:00Z
5/w@UTC 2026-06-01T00:00:00Z
5/month@America/New_York 2026-06-01T00:00:00-04:00
END
}

@test "a clock that is put back fills no window again" {
  clock 2026-05-02T00:00:10Z
  limit -S ./s --check --take 2 2/d@UTC
  clock 2026-05-01T12:00:00Z
  run -75 limit -S ./s --check 2/d@UTC
  wait_of 86000000 86400000 # the time of the state stands still until the clock is there again
  clock 2026-05-02T12:00:00Z
  run -75 limit -S ./s --check 2/d@UTC
  clock 2026-05-03T00:00:00Z
  limit -S ./s --check 2/d@UTC
}

@test "keys that were forgotten are not filled again by a clock that is put back" {
  clock 2026-05-02T12:00:00Z
  limit -S ./s -K 1 --max-keys 32 --drop 1/d@UTC <<<'a' >out
  clock 2026-05-03T12:00:00Z
  seq 500 | limit -S ./s -K 1 --drop 1/d@UTC >out
  clock 2026-05-02T13:00:00Z
  [ -z "$(limit -S ./s -K 1 --drop 1/d@UTC <<<'500')" ]
}

@test "a wait ends when the clock is set beyond the border" {
  for options in '' '-K 1' '-S ./s' '-S ./k -K 1'; do
    clock 2026-05-01T12:00:00Z 1 1 86400
    # shellcheck disable=SC2086
    printf 'a\na\n' | limit $options 1/d@UTC >out
    [ "$(wc -l <out)" -eq 2 ]
  done
}

@test "what waits for a window counts in a later one when the clock is set beyond it" {
  for options in '' '-K 1' '-S ./s' '-S ./k -K 1'; do
    clock 2026-05-01T12:00:00Z 1 1 864000
    # shellcheck disable=SC2086
    printf 'a\na\na\na\na\n' | limit_aside $options 1/d@UTC >out 3>&- &
    until_true has_lines out 2
    sleep 1.5 # a look at the clock each second
    [ "$(wc -l <out)" -eq 2 ] || fails "$options: $(wc -l <out) passed"
    kill $!
    wait $! || true
  done
}

@test "many records of a key that wait for a window cost no look at all of them" {
  clock 2026-05-01T12:00:00Z
  # 20000000000 looks take longer than until_true waits, reading so much takes no second
  { yes 'a 123456789 123456789 123456789' | head -n 200000; touch all; } |
    limit_aside --buffer 1000000 -K 1 1/d@UTC >out 3>&- &
  until_true test -e all
  kill $!
  wait $! || true
}

@test "--reset forgets the latest time for those who use the state, too" {
  for options in '' '-K 1'; do
    rm -f s in out
    mkfifo in
    clock 2026-06-01T12:00:00Z 1 3 -2592000 # a clock that is ahead by 30 days, for 3 s
    # shellcheck disable=SC2086
    limit -S ./s $options 1/d@UTC <in >out 3>&- &
    exec 7>in
    echo 'a 1' >&7
    until_true has_lines out 1
    back() { limit -S ./s --reset && limit -S ./s --status | grep -q 'until 2026-05-03'; }
    until_true back
    echo 'a 2' >&7
    until_true has_lines out 2
    limit -S ./s --status | grep 'until 2026-05-03'
    echo 'a 3' >&7
    sleep 1.5
    limit -S ./s --status | grep 'until 2026-05-03'
    [ "$(wc -l <out)" -eq 2 ]
    exec 7>&-
    kill %%
    wait || true
  done
}

@test "two processes share a window" {
  clock 2026-05-01T12:00:00Z
  seq 3000 | limit -S ./s --drop 1000/d@UTC >a 3>&- &
  seq 3000 | limit -S ./s --drop 1000/d@UTC >b 3>&- &
  wait
  [ "$(cat a b | wc -l)" -eq 1000 ]
}

@test "each key has a window, and over it is dropped, rejected or the end" {
  clock 2026-05-01T12:00:00Z
  printf 'a 1\na 2\nb 1\na 3\n' >in
  limit -K 1 --reject over 2/d@UTC <in >out
  [ "$(cat over)" = 'a 3' ]
  [ "$(wc -l <out)" -eq 3 ]
  run -75 limit -w 1h 3/d@UTC <in
  [[ "$output" == *'record 4 is over the limit'* ]]
}

@test "a second rate paces what a window holds" {
  clock 2026-05-01T12:00:00Z
  seq 9 | limit -r 100/s -r 5/d@UTC --reject over -w 1s >out
  cmp out <(seq 5)
  cmp over <(seq 6 9)
}

@test "what weighs more than a window ends the run" {
  for options in '' '-K 1' '-S ./s'; do
    # shellcheck disable=SC2086
    run -75 gf-ratelimit -c 2 $options 10/d@UTC <<<$'a 10\nb 11'
    [[ "$output" == *'record 2 weighs more than any window may hold'* ]]
  done
}

@test "a state changes its window, and keeps what is used" {
  clock 2026-05-01T12:00:00Z
  limit -S ./s --check --take 5 5/d@UTC
  limit -S ./s --set 7/d@UTC
  run -0 limit -S ./s --status
  [[ "$output" == *'7/d@UTC (first said: 5/d@UTC)'*'2 free'* ]]
  limit -S ./s --set 10/s
  run -0 limit -S ./s --status
  [[ "$output" == *'10/s, burst 1 '* ]]
  limit -S ./s --set 9/w@UTC
  limit -S ./s --reset
  run -0 limit -S ./s --status
  [[ "$output" == *'9 free'* ]]
  run -2 limit -S ./s --set-burst 3
}

@test "a window that cannot be is usage, and says why" {
  while read -r words; do
    # shellcheck disable=SC2086
    run -2 gf-ratelimit $words </dev/null
    [[ "$output" == *hint:* || "$output" == *"did you mean"* ]]
  done <<'END'
5/d@Europe/Berlim
5/h@UTC
5/mon@UTC
-b 2 5/d@UTC
-r 5/d@UTC --initial 2
--slack 1s 5/d@UTC
--strict 5/d@UTC
--leaky 5/d@UTC
--ramp 1s 5/d@UTC
--jitter 5 5/d@UTC
--feedback f 5/d@UTC
-K 1 --key-rates f 5/d@UTC
-K 1 -r 5/d@UTC -r 5/s
END
  run -2 env TZDIR=/nowhere gf-ratelimit 5/d@Europe/Paris
  [[ "$output" == *'tzdata is missing'* ]]
  echo 'a 5/d@UTC' >rates
  run -125 gf-ratelimit -K 1 --key-rates rates 5/s </dev/null
  [[ "$output" == *'no window of the calendar'* ]]
  run -2 gf-pool --rate 5/d@UTC true
  [[ "$output" == *'a window of the calendar has no pace'* ]]
}
