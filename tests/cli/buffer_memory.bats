#!/usr/bin/env bats
# buffer_memory.bats - gf-buffer when its reader falls behind and catches up: memory comes and goes with the burst, and
# what waited goes out in large pieces.

# shellcheck disable=SC2154 # run sets stderr
load helper

# stalled OPTION...: gf-buffer with 48 MiB in it and a reader that takes nothing; its input is 7, the reader's end 9.
stalled() {
  mkfifo in out
  gf-buffer -m 64M "$@" <in >out 3>&- &
  exec 7>in 9<out
  head -c 48M /dev/zero >&7
}
# took: how much of it the reader got, which takes large pieces now.
took() { dd bs=1M count=48 iflag=fullblock <&9 2>dd.err | wc -c; }
anonymous() { awk '$1 == "RssAnon:" { print $2 }' "/proc/$1/status"; }
is_large() { [ "$(anonymous "$1")" -gt 40000 ]; }
is_small() { [ "$(anonymous "$1")" -lt 3000 ]; }
# writes PID: how often it has called the system to write.
writes() { awk '$1 == "syscw:" { print $2 }' "/proc/$1/io"; }

@test "buffer: memory that a burst took is given back when it is over, also when nothing more comes" {
  not_sanitized 'measures memory'
  stalled
  until_true is_large $!
  [ "$(took)" = 50331648 ]
  until_true is_small $!
  exec 7>&-
  wait $!
}

@test "buffer: what waited for the reader goes out in large pieces, to a named pipe, and with --bytes" {
  [ -r /proc/self/io ] || skip 'the system counts no calls'
  for how in '' --bytes; do
    # shellcheck disable=SC2086
    stalled $how
    [ "$(took)" = 50331648 ]
    [ "$(writes $!)" -lt 3000 ] || fails "$how: $(writes $!) writes" # 12288 of 4 KiB
    exec 7>&-
    wait $!
    rm in out
  done
}
