#!/usr/bin/env bats
# cron_notify.bats - gf-cron run tells a service manager how it is.

load helper

# manager N: a notify socket that notes N datagrams in the file told.
manager() {
  python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.settimeout(10)
s.bind("sock")
open("up", "w").close()
for i in range(int(sys.argv[1])):
    t = s.recv(100).decode()
    with open("told", "a") as f: f.write(t + "\n")' "$1" </dev/null 3>&- &
  manager=$!
  for _ in $(seq 100); do
    [ -e up ] && break
    sleep 0.05
  done
}

@test "notify: ready, alive, stopping; not for jobs" {
  manager 4
  # shellcheck disable=SC2016
  printf '@start GF_ID=x echo "${NOTIFY_SOCKET-none}" >seen\n@daily true\n' >t
  NOTIFY_SOCKET=$PWD/sock WATCHDOG_USEC=400000 gf-cron run t </dev/null 3>&- &
  pid=$!
  for _ in $(seq 100); do
    [ "$(grep -c WATCHDOG=1 told)" -ge 2 ] && break
    sleep 0.05
  done
  kill "$pid"
  wait "$pid"
  wait "$manager"
  [ "$(uniq told | head -n 2)" = $'READY=1\nWATCHDOG=1' ]
  [ "$(cat seen)" = none ]
}

@test "notify: a watchdog of another process is not ours" {
  manager 2
  NOTIFY_SOCKET=$PWD/sock WATCHDOG_USEC=100000 WATCHDOG_PID=1 gf-cron run -e @daily -- true </dev/null 3>&- &
  pid=$!
  sleep 0.6
  kill "$pid"
  wait "$pid"
  wait "$manager"
  [ "$(cat told)" = $'READY=1\nSTOPPING=1' ]
}
