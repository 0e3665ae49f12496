#!/usr/bin/env bats
# pipes.bats - a pipe that a filter reads, and one that it writes, holds more than the 64 KiB that it is born with; a
# program is not put to sleep and woken for each of these.

load helper

# holds SIZES COMMAND...: KiB of its input and its output.
holds() {
  local sizes
  sizes=$(python3 "$BATS_TEST_DIRNAME/aid/pipe_sizes.py" "${@:2}") || fails "$*: $?"
  [ "$sizes" = narrow ] || [ "$sizes" = "$1" ] || fails "$*: $sizes"
}

@test "pipes: of filters they are wide" {
  holds '256 256' gf-stream filter 1
  holds '256 256' gf-pipeline --stage s -- cat
  holds '256 256' gf-pipeline --stage s --mode filter -- sed -u p
  holds '256 256' gf-pool echo
  holds '1024 1024' gf-buffer
  holds '1024 1024' gf-buffer --bytes
}

@test "pipes: what gf-ratelimit has let pass does not pile up behind it" {
  holds '256 64' gf-ratelimit 1000/s
}

@test "pipes: of many processes of a pipeline they stay as they are" {
  # shellcheck disable=SC2016 # for the commands
  size='import fcntl, sys; sys.stdin.readline(); print(fcntl.fcntl(0, 1032) // 1024, fcntl.fcntl(1, 1032) // 1024)'
  few=$(echo 1 | gf-pipeline --stage s -j16 -- python3 -c "$size")
  many=$(echo 1 | gf-pipeline --stage s -j17 -- python3 -c "$size")
  [ "$few" = '256 256' ] || [ "$few" = '64 64' ] || fails "$few"
  [ "$many" = '64 64' ] || fails "$many"
}
