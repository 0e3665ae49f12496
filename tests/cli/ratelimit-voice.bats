#!/usr/bin/env bats
# gf-ratelimit: what it says of a command line, of its limits, of records that failed, of its input.

load helper

@test "a command without -S is told the form that works" {
  run --separate-stderr gf-ratelimit 5/s -- echo 'hi there'
  expect_status 2
  [ -z "$output" ]
  [ "$stderr" = "gf-ratelimit: a command needs -S NAME, the limit that its calls share
hint: gf-ratelimit -S NAME 5/s -- echo 'hi there'; to pace lines, pipe them in or name files before --" ]
  run gf-ratelimit -r 7/m -- true
  expect_status 2
  expect_text 'hint: gf-ratelimit -S NAME 7/m -- true;'
  [ "$(gf-ratelimit -S ./s 5/s -- echo ran)" = ran ]
}

@test "the word help alone is --help" {
  [ "$(gf-ratelimit help)" = "$(gf-ratelimit --help)" ]
  echo x >help
  [ "$(gf-ratelimit 10/s help)" = x ]
  run gf-ratelimit help help
  expect_status 2
  expect_text "bad rate 'help'"
}

@test "-h is a screen of main options, --help has all under headings" {
  run gf-ratelimit -h
  expect_status 0
  [ "${#lines[@]}" -le 24 ]
  expect_text '--drop'
  [[ $output != *--jitter* ]]
  run gf-ratelimit --help
  expect_text '--jitter'
  for heading in limits records keys 'over the limit' 'shared limits' feedback statistics general; do
    grep -qx "$heading:" <<<"$output" || fails "no heading $heading"
  done
}

@test "what no record would make use of is refused" {
  local words
  for words in '-d , -c bytes' '-d , -K /a/' '-d , -c bytes -K /a/'; do
    run gf-ratelimit $words 10/s </dev/null
    expect_status 2
    expect_text "-d needs 'FIELD': bytes and /regex/ look at no field"
  done
  for words in '--drop' '--reject over' '--fail'; do
    run gf-ratelimit --jitter 10 $words 10/s </dev/null
    expect_status 2
    expect_text '--jitter delays records that wait, and none does'
    run gf-ratelimit --jitter 10 -w 1 $words 10/s </dev/null
    expect_status 0
  done
  for words in '-d , -c 1' '-d , -c bytes -K 1' '--jitter 10' '--jitter 10 --leaky --drop'; do
    run gf-ratelimit $words 10/s </dev/null
    expect_status 0
  done
}

@test "words of other tools for a rate are told" {
  for word in -L --bwlimit --limit-rate --qps --rps -rate --interval --delay; do
    run gf-ratelimit "$word" 5 </dev/null
    expect_status 2
    expect_text ' is the operand here: '
  done
  [ "$(seq 2 | gf-ratelimit 2/100ms)" = $'1\n2' ]
}

# ---- the terminal --------------------------------------------------------------------------------

# on_terminal CMD: runs it in a terminal where `one` and Ctrl-D are typed; the screen is in $output.
on_terminal() {
  output=$(printf 'one\n\004' | NO_COLOR=1 SHELL=$BASH timeout 20 script -qec "$1" typescript)
}

@test "who reads a terminal is told so, and what else there is" {
  echo file >file
  says='gf-ratelimit: reading records from the terminal; end with Ctrl-D'
  on_terminal 'gf-ratelimit unlimited'
  expect_text "$says, or name files after the rate"
  on_terminal 'gf-ratelimit unlimited file -'
  expect_text "$says"
  [[ $output != *'or name files'* ]]
  for quiet in 'gf-ratelimit unlimited file' 'gf-ratelimit -q unlimited' 'gf-ratelimit unlimited <file'; do
    on_terminal "$quiet"
    [[ $output != *reading* ]] || fails "$quiet: $output"
  done
}

# ---- records that failed -------------------------------------------------------------------------

@test "records that failed are told in one line, the first with its reason" {
  run --separate-stderr bash -c 'printf "x 1\ny\nz -3\n" | gf-ratelimit -c 2 -b 9 1/h'
  expect_status 123
  [ "$stderr" = 'gf-ratelimit: 2 of 3 records failed; first: record 2: no whole number in field 2, counted as 1' ]
  run --separate-stderr bash -c 'printf "x 1\ny\nz -3\n" | gf-ratelimit -q -c 2 -b 9 1/h'
  expect_status 123
  [ -z "$stderr" ]
}

@test "a record that failed twice over counts once" {
  export slow='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'
  run --separate-stderr bash -c 'printf "1\n%s\n2\n" $slow | gf-ratelimit -K "/^(a+)+\$/" -c 1 1000/s'
  expect_status 123
  [[ $stderr == 'gf-ratelimit: 1 of 3 records failed; first: record 2: no whole number'* ]]
  run --separate-stderr bash -c 'printf "1\n%s\n2\n" $slow | gf-ratelimit -K "/^(a+)+\$/" 1000/s'
  expect_status 123
  [ "$stderr" = 'gf-ratelimit: 1 of 3 records failed; first: record 2: the pattern of -K takes too many steps, so there is no key' ]
}

@test "records that failed are told when a signal ends the run, too" {
  mkfifo in
  gf-ratelimit -c 1 1000/s <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
  echo x >&7
  until_true test -s out
  kill -TERM $pid
  wait $pid || true
  exec 7>&-
  [ "$(cat err)" = 'gf-ratelimit: 1 of 1 records failed; first: record 1: no whole number in field 1, counted as 1' ]
}

# ---- -v ------------------------------------------------------------------------------------------

# limits_of ARG...: what -v says of the limits.
limits_of() { gf-ratelimit -v "$@" </dev/null 2>&1 | grep limit | grep -v ' waited '; }

@test "-v tells the limits as they are understood" {
  [ "$(limits_of 10)" = 'gf-ratelimit: limit 10/s, burst 1' ]
  [ "$(limits_of -K 2 -b 3 10/s)" = 'gf-ratelimit: limit 10/s, burst 3, for each key of field 2' ]
  [ "$(limits_of -K '/^(.)/' 10/s)" = 'gf-ratelimit: limit 10/s, burst 1, for each key of /^(.)/' ]
  [ "$(limits_of -b 4096 1MiB/s)" = 'gf-ratelimit: limit 1MiB/s, burst 4.00KiB' ]
  [ "$(limits_of --strict 600/m)" = 'gf-ratelimit: limit 600/m in any window of 1m00s' ]
  [ "$(limits_of unlimited)" = 'gf-ratelimit: no limit' ]
  [ "$(limits_of -r 10/s -r 100/h -b 5)" = 'gf-ratelimit: limit 10/s, burst 1
gf-ratelimit: limit 100/h, burst 5' ]
  echo 'a 1/s' >rates
  [ "$(limits_of -K 1 --key-rates rates 10/s)" = \
    "gf-ratelimit: limit 10/s, burst 1, for each key of field 1, with the rates of 'rates'" ]
}

@test "-v tells the limit of the state, not that of the command line" {
  gf-ratelimit -S ./s --set 3/s
  [ "$(limits_of -S ./s 8/s | grep -v 'has the limit')" = "gf-ratelimit: limit 3/s, burst 1, shared as './s'" ]
  gf-ratelimit -S ./s --set 10/s
  gf-ratelimit -S ./s --check || true
  run gf-ratelimit -v -S ./s 10/s -- true
  expect_status 0
  [ "${lines[0]}" = "gf-ratelimit: limit 10/s, burst 1, shared as './s'" ]
}

@test "-v tells how long a command waits" {
  gf-ratelimit -S ./s 1/h --check
  gf-ratelimit -v -S ./s 1/h -- true 2>err 3>&- &
  pid=$!
  until_true has_lines err 2
  kill $pid
  wait $pid || true
  [[ $(tail -n 1 err) =~ ^"gf-ratelimit: the command waits "(59m|1h).*" for its turn"$ ]]
}

@test "-v sums up at the end, also without a limit" {
  for rate in unlimited 1000/s; do
    run --separate-stderr bash -c 'printf "a\nb" | gf-ratelimit -v "$1"' x $rate
    expect_status 0
    [[ ${stderr##*$'\n'} =~ ^"gf-ratelimit: 2 records, 3B in "[^,]*", "[^,]*"/s, waited "[^,]*" for the limit"$ ]]
  done
  run --separate-stderr bash -c 'seq 5 | gf-ratelimit -v --drop -b 2 1/h'
  [[ $stderr == *'2 records, 4B in '*' for the limit, 3 over the limit' ]]
}

@test "-v tells once of a wait longer than a second, and why -w gave up" {
  for way in '-r 40/m' '-K 1 -r 40/m' '--strict -r 1/1500ms'; do
    # shellcheck disable=SC2086
    run -0 --separate-stderr gf-ratelimit -v $way <<<$'a 1\na 2'
    [ "$(grep -c ' waits 1[.0-9]*s for the limit' <<<"$stderr")" -eq 1 ] || fails "$way: $stderr"
    run -0 --separate-stderr gf-ratelimit $way <<<$'a 1\na 2'
    [ -z "$stderr" ]
  done
  run -0 --separate-stderr gf-ratelimit -v -K 1 -r 40/m <<<$'a\e 1\na\e 2'
  output=$stderr expect_text "a record of the key 'a\x1b' waits 1"
  for way in '' '-K 1'; do
    # shellcheck disable=SC2086
    run -75 --separate-stderr gf-ratelimit -v -w 1 $way 30/m <<<$'a 1\na 2'
    output=$stderr expect_text 'record 2 would wait '
  done
}
