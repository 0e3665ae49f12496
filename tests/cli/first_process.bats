#!/usr/bin/env bats
# first_process.bats - a tool as the first process of a container, whose default actions the kernel
# withholds: a signal ends it as anywhere else, before its loop, in it, and while it waits.

load helper

teardown() {
  [ -z "${outside:-}" ] || kill -KILL "$outside" 2>/dev/null || :
}

# begin CMD...: runs it as PID 1; `outside` is the process that waits for it, `first` the tool. Standard
# input has a writer and no bytes.
begin() {
  [ -p no-writer ] || mkfifo no-writer quiet
  exec 7<>quiet
  unshare -Urpf --kill-child --mount-proc "$@" <quiet >out 2>err 3>&- &
  outside=$!
  until_true has_begun "${1##*/}"
}

has_begun() {
  first=$(pgrep -P "$outside") && [[ $(cat "/proc/$first/comm") = "${1:0:15}" ]] && is_asleep "$first"
}

# ends SIGNAL STATUS: the signal ends it, and nothing that it started is left.
ends() {
  local code=0
  sleep 0.1
  kill -"$1" "$first"
  until_true gone || return 1
  wait "$outside" || code=$?
  outside=
  [ "$code" -eq "$2" ] || fails "$1: status $code, not $2; $(cat err)"
}

gone() { [[ ! -e /proc/$first || $(cat "/proc/$first/stat") = *') Z '* ]]; }

# all STATUS-OF-TERM CMD...: by each signal that a background job of a shell does not ignore.
all() {
  local term=$1
  shift
  begin "$@" && ends TERM "$term" && begin "$@" && ends HUP 129 || fails "not so: $*"
}

@test "before its loop" {
  needs_namespaces
  mkfifo no-writer quiet
  all 143 gf-ratelimit --reject no-writer 1/s
  all 143 gf-ratelimit 1/s no-writer
  all 143 gf-pool -a no-writer true
  all 143 gf-pipeline --chain no-writer
  all 143 gf-buffer --tee no-writer
  all 143 gf-queue put ./q no-writer
  ! has_fetch || all 143 gf-fetch -a no-writer
  all 143 gf-stream --from no-writer collect
  all 143 gf-stream --chain no-writer
  all 143 gf-cron check no-writer
  all 143 gf-cron run no-writer
}

@test "in its loop" {
  needs_namespaces
  all 143 gf-ratelimit 1/s
  all 143 gf-pool true
  all 143 gf-buffer --drain 100ms
  all 143 gf-buffer --drain 100ms --log-dir ./log
  all 143 gf-buffer --atomic whole --commit-on-eof
  all 143 gf-buffer --atomic whole -- sleep 60
  all 143 gf-pipeline --stage s -- cat
  all 143 gf-stream collect
  ! has_fetch || all 143 gf-fetch
  all 143 gf-sem -j1 -- sleep 60
  all 143 gf-queue put ./q
  all 143 gf-queue take -w 1m ./q
  all 143 gf-pool --queue ./q true
  begin gf-cron run -e @daily -- true
  until_true grep -q . err
  ends TERM 0
}

@test "gf-sem that waits for a permit, and gf-ratelimit that waits for its turn" {
  needs_namespaces
  gf-sem -j1 -S ./s -- sleep 60 3>&- 7>&- &
  holder=$!
  held() { gf-sem -S ./s --status | grep -q '1 of 1'; }
  until_true held
  all 143 gf-sem -j1 -S ./s -- true
  kill "$holder"
  gf-ratelimit -S ./r 1/h -- true
  all 143 gf-ratelimit -S ./r 1/h -- true
}

@test "a reader that leaves ends it quietly by SIGPIPE" {
  needs_namespaces
  run bash -c 'yes | unshare -Urpf --kill-child --mount-proc gf-ratelimit unlimited | head -n1; echo "${PIPESTATUS[1]}"'
  [ "$output" = $'y\n141' ]
}

@test "what was ignored stays ignored" {
  needs_namespaces
  begin gf-ratelimit --reject no-writer 1/s
  kill -INT "$first" # a shell's background job ignores it
  sleep 0.3
  is_asleep "$first"
  ends TERM 143
}
