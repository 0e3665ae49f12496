#!/usr/bin/env bats
# buffer_moved.bats - files of gf-buffer that somebody, --on-rotate too, moves aside or removes while it runs.

load helper

teardown() { [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || :; }

# begin OPTION...: gf-buffer reads from descriptor 7 of ours.
begin() {
  mkfifo in
  gf-buffer --flush-interval 10ms "$@" <in 2>err 3>&- &
  pid=$!
  exec 7>in
  rm in
}

# ends: the input ends, and then the tool, well.
ends() {
  exec 7>&-
  until_true eval '[ ! -e "/proc/$pid/exe" ]' # it is there no more, or only until it is waited for
  wait "$pid"
  pid=
}

@test "buffer: a file of --append that is moved aside is made anew, behind the wall too" {
  begin --append f
  echo before >&7
  until_true grep -qs before f
  mv f aside
  until_true test -e f
  echo behind >&7
  until_true grep -q behind f
  ends
  [ "$(cat aside f)" = $'before\nbehind' ]
  [ ! -s err ] || fails "$(cat err)"
}

@test "buffer: a file of --append that cannot be made anew is tried again, and told once" {
  begin --append f
  echo before >&7
  until_true grep -qs before f
  mv f aside
  ln -s elsewhere f
  until_true grep -q "cannot open 'f': .*; what comes goes to the file that it was" err
  echo meanwhile >&7
  until_true grep -q meanwhile aside
  sleep 1.1 # another look
  rm f
  until_true test -e f
  echo behind >&7
  ends
  [ "$(cat aside f)" = $'before\nmeanwhile\nbehind' ]
  [ "$(wc -l <err)" = 1 ] || fails "$(cat err)"
  [ ! -e elsewhere ]
}

@test "buffer: a current of --log-dir that is moved aside or removed is made again, and told" {
  begin --log-dir d --rotate-size 1M
  echo before >&7
  until_true grep -qs before d/current
  mv d/current aside
  until_true test -e d/current
  echo behind >&7
  until_true grep -q behind d/current
  rm d/current
  until_true test -e d/current
  echo last >&7
  ends
  [ "$(cat aside d/current)" = $'before\nlast' ]
  [ "$(grep -c "'d/current' was moved or removed by somebody, and is made again" err)" = 2 ] || fails "$(cat err)"
}

@test "buffer: an archive that --on-rotate replaced is done, also when the directory was read meanwhile" {
  begin --log-dir d --on-rotate 'gzip "$1"; until [ -e go ]; do sleep 0.05; done'
  echo first >&7
  until_true grep -qs first d/current
  kill -ALRM "$pid"
  until_true eval '[ -n "$(ls d | grep -E "01\.gz$")" ] && [ -z "$(ls d | grep -E "01$")" ]'
  echo second >&7
  until_true grep -qs second d/current
  kill -ALRM "$pid" # the rotation looks what there is
  until_true eval 'ls d | grep -qE "02$"'
  sleep 0.2
  touch go
  ends
  [ ! -s err ] || fails "$(cat err)"
  [ "$(zcat d/*.gz)" = $'first\nsecond' ]
}

@test "buffer: a rotation that finds no current goes on at once" {
  begin --log-dir d --rotate-size 1K
  echo before >&7
  until_true grep -qs before d/current
  rm d/current
  seq 2000 >&7
  ends
  cat d/*Z-* d/current >got
  [ "$(tail -n 1 got)" = 2000 ]
  [ "$(wc -l <got)" -gt 1700 ] || fails "$(wc -l <got)" # at most the file that was removed is gone
  ! grep -q 'tried again' err || fails "$(cat err)"
}

@test "buffer: a file of --append whose directory was removed: what comes waits, and is not written where nobody finds it" {
  mkdir d
  begin --append d/f --no-sandbox # behind the wall a directory that is made anew is another one
  echo before >&7
  until_true grep -qs before d/f
  rm -r d
  sleep 1.5 # the name is looked at each second
  echo meanwhile >&7
  until_true grep -q "cannot write to 'd/f', which is tried again: No such file or directory" err
  mkdir d
  until_true grep -qs meanwhile d/f
  ends
  grep -q "'d/f' is written again" err
  [ "$(cat d/f)" = meanwhile ]
  begin --append d/f --retry-for 300ms
  echo before >&7
  until_true grep -qs before d/f
  rm -r d
  sleep 1.5
  echo lost >&7
  status=0
  wait "$pid" || status=$?
  pid=
  exec 7>&-
  [ "$status" -eq 125 ]
  grep -q '1 records (5 bytes) were not written' err || fails "$(cat err)"
}
