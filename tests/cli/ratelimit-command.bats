#!/usr/bin/env bats
# gf-ratelimit ... -- COMMAND: how long it waits, and that it starts when the machine has room.

load helper

teardown() {
  [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || :
}

@test "a command that would wait too long for its turn is not run, and takes nothing" {
  gf-ratelimit -S ./s 1/h -- true
  run -75 gf-ratelimit -S ./s -w 1m 1/h -- touch ran
  [ "$output" = 'gf-ratelimit: the command was not run: the limit has no turn for it in time' ]
  [ ! -e ran ]
  gf-ratelimit -S ./s --status --format json | jq -e '.passed == 1 and .wait <= 3600'
  gf-ratelimit -S ./t 10/s -- true
  run -0 gf-ratelimit -S ./t -w 1m 10/s -- echo ran
  [ "$output" = ran ]
}

@test "a machine with room runs the command at once" {
  run -0 gf-ratelimit --load 100000 --memfree 1M -- echo ran
  [ "$output" = ran ]
  run -7 gf-ratelimit --load 100000% -- sh -c 'exit 7'
  run -0 gf-ratelimit --memfree 0 -- echo ran
  [ "$output" = ran ]
}

@test "without room the command waits, no longer than -w" {
  run -75 gf-ratelimit --memfree 100000G -w 300ms -- touch ran
  [ "$output" = 'gf-ratelimit: the command was not run: the machine had no room for it in time' ]
  [ ! -e ran ]
  run -75 gf-ratelimit -v --memfree 100000G -w 0 -- touch ran
  expect_text 'the command waits for more free memory'
  gf-ratelimit -v --memfree 100000G -- touch ran 2>err 3>&- &
  pid=$!
  until_true grep -q 'waits for more free memory' err
  kill -TERM "$pid"
  wait "$pid" || status=$?
  pid=
  [ "$status" = 143 ]
  [ ! -e ran ]
}

@test "a turn that comes while the machine has no room is given back" {
  run -75 gf-ratelimit -S ./s --memfree 100000G -w 300ms 1/h -- touch ran
  [ ! -e ran ]
  gf-ratelimit -S ./s --check 1/h
}

# with_loadavg CMD...: run where the file `loadavg` stands for the kernel's.
with_loadavg() {
  unshare -rm sh -c 'mount --bind loadavg /proc/loadavg && exec "$@"' sh "$@"
}

@test "the command starts when enough tasks have ended" {
  needs_namespaces
  echo '0.00 0.00 0.00 5/99 1' >loadavg # four and gf-ratelimit itself
  run -75 with_loadavg gf-ratelimit --load 4 -w 0 -- echo ran
  run -0 with_loadavg gf-ratelimit --load 5 -w 0 -- echo ran
  with_loadavg gf-ratelimit -v --load 4 -- touch ran 2>err 3>&- &
  pid=$!
  until_true grep -q 'waits for fewer tasks that run' err
  [ ! -e ran ]
  echo '9.00 9.00 9.00 4/99 1' >loadavg
  wait "$pid"
  pid=
  [ -e ran ]
}

@test "a turn is taken again when the machine is busy at its time" {
  needs_namespaces
  gf-ratelimit -S ./s 2/s -- true
  echo '0.00 0.00 0.00 1/99 1' >loadavg
  with_loadavg gf-ratelimit -v -S ./s --load 4 2/s -- touch ran 2>err 3>&- &
  pid=$!
  until_true grep -q 'for its turn' err # half a second from now
  echo '0.00 0.00 0.00 9/99 1' >loadavg
  until_true grep -q 'waits for fewer tasks that run' err
  gf-ratelimit -S ./s --check
  [ ! -e ran ]
  echo '0.00 0.00 0.00 1/99 1' >loadavg
  wait "$pid"
  pid=
  [ -e ran ]
}

@test "what belongs to a filter does not go with a command, and the other way round" {
  local words
  for words in '--load 2 1/s' '--memfree 1G' '--load 2 --pause 1s -- true' '--load 2 -r 1/s -- true' \
    '--load 2 -b 3 -- true' '--load 2 -K 1 -- true' '--load 0 -- true' '--load 2 -S ./s -- true' \
    '--load 2 1/s -- true' '-S ./s --load 2 --status -- true'; do
    # shellcheck disable=SC2086
    run -2 gf-ratelimit $words </dev/null
  done
}
