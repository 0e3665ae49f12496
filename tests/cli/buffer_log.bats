#!/usr/bin/env bats
# buffer_log.bats - gf-buffer --log-dir: when `current` is put away, what is kept, what --on-rotate does.

# shellcheck disable=SC2154 # run sets stderr
load helper

archives() { find log -name '[0-9]*' | sort; }
# all: the log from its first record on.
all() { archives | xargs -r cat && cat log/current; }

@test "buffer_log: all that came is in the archives and current, in order, cut at the ends of records" {
  seq 50000 >in
  gf-buffer --log-dir log --rotate-size 10K <in
  cmp in <(all)
  [ "$(archives | wc -l)" -gt 20 ]
  for f in $(archives); do
    [ "$(stat -c %s "$f")" -le 10240 ]
    [ -z "$(tail -c 1 "$f" | tr -d '\n')" ]
  done
  seq 50001 50100 | gf-buffer --log-dir log --rotate-size 10K # taken up
  cmp <(seq 50100) <(all)
}

@test "buffer_log: the last record gets its end, also one that a crash has left without" { # BU019
  printf 'a\nb' | gf-buffer --log-dir log
  [ "$(cat -A log/current)" = $'a$\nb$' ]
  printf torn >>log/current
  echo next | gf-buffer --log-dir log
  [ "$(cat log/current)" = $'a\nb\ntorn\nnext' ]
}

@test "buffer_log: a record that is longer than a file has one to itself" { # BU029
  {
    echo a
    head -c 9000 /dev/zero | tr '\0' x
    echo
    echo b
  } >in
  gf-buffer --log-dir log --rotate-size 1K <in
  cmp in <(all)
  [ "$(archives | wc -l)" -eq 2 ]
  [ "$(stat -c %s "$(archives | tail -n 1)")" -eq 9001 ]
  rm -r log
  gf-buffer --log-dir log --rotate-size 1K -m 100 <in # in pieces
  cmp in <(all)
  [ "$(archives | wc -l)" -ge 1 ]
  [ "$(cat log/current)" = b ]
}

@test "buffer_log: a second one is refused with 75, and names the first" { # BU022
  mkfifo in
  gf-buffer --log-dir log <in 3>&- &
  pid=$!
  exec 7>in
  until_true [ -e log/current ]
  until_true [ -s log/lock ]
  run --separate-stderr gf-buffer --log-dir log < <(echo x)
  expect_status 75
  case $stderr in *"in use by process $pid"*) ;; *) fails "$stderr" ;; esac
  echo first >&7
  exec 7>&-
  wait "$pid"
  [ "$(cat log/current)" = first ]
}

@test "buffer_log: --keep, --keep-bytes and --keep-age remove the oldest" { # BU025
  seq 20000 | gf-buffer --log-dir log --rotate-size 1K --keep 3
  [ "$(archives | wc -l)" -eq 3 ]
  cmp <(all) <(seq 20000 | tail -c "$(all | wc -c)")
  rm -r log
  seq 20000 | gf-buffer --log-dir log --rotate-size 1K --keep-bytes 10K
  [ "$(all | wc -c)" -le 10240 ]
  [ "$(all | wc -c)" -gt 8000 ]
  cmp <(all) <(seq 20000 | tail -c "$(all | wc -c)")
  rm -r log
  seq 2000 | gf-buffer --log-dir log --rotate-size 1K
  n=$(archives | wc -l)
  sleep 2.1 # names have whole seconds
  seq 2000 | gf-buffer --log-dir log --rotate-size 1K --keep-age 1s
  [ "$(archives | wc -l)" -le $((n + 1)) ]
}

@test "buffer_log: --keep-bytes: a next run removes nothing, and waits for nothing, while all together has room" {
  mkdir log
  head -c 4000 /dev/zero | tr '\0' a | fold -w 99 >log/20260101T000000Z-0000000001
  cp log/20260101T000000Z-0000000001 log/current
  echo one | gf-buffer --log-dir log --rotate-size 5K --keep-bytes 10K
  [ "$(archives)" = log/20260101T000000Z-0000000001 ]
  : | gf-buffer --log-dir log --rotate-size 5K --keep-bytes 8K # with room for a whole file
  [ -z "$(archives)" ]
  rm -r log/*
  mkdir -p log
  head -c 4000 /dev/zero | tr '\0' a | fold -w 99 >log/20260101T000000Z-0000000001
  cp log/20260101T000000Z-0000000001 log/current
  run gf-buffer --log-dir log --rotate-size 5K --keep-bytes 10K --on-rotate 'gzip "$1"' < <(echo one)
  expect_status 0
  [ -z "$output" ] || fails "$output"
}

@test "buffer_log: what lies beside an archive goes with it" {
  seq 2000 | gf-buffer --log-dir log --rotate-size 1K
  first=$(archives | head -n 1)
  touch "$first.note"
  seq 3000 | gf-buffer --log-dir log --rotate-size 1K --keep 2
  [ ! -e "$first" ] && [ ! -e "$first.note" ]
}

@test "buffer_log: --rotate-age, SIGALRM and SIGUSR2; an empty current stays" { # BU026
  mkfifo in
  gf-buffer --log-dir log --rotate-age 400ms --flush-interval 0 <in 3>&- &
  pid=$!
  exec 7>in
  echo a >&7
  until_true eval '[ "$(archives | wc -l)" -eq 1 ]'
  sleep 0.6
  [ "$(archives | wc -l)" -eq 1 ]
  [ ! -s log/current ]
  exec 7>&-
  wait "$pid"
  for sig in ALRM USR2; do
    rm -r log
    gf-buffer --log-dir log --flush-interval 0 <in 3>&- &
    pid=$!
    exec 7>in
    until_true [ -e log/current ]
    kill -"$sig" "$pid" # nothing to put away
    sleep 0.1
    echo a >&7
    until_true has_lines log/current 1
    sleep 0.1
    [ -z "$(archives)" ]
    kill -"$sig" "$pid"
    until_true eval '[ "$(archives | wc -l)" -eq 1 ]'
    echo b >&7
    exec 7>&-
    wait "$pid"
    [ "$(cat log/current)" = b ]
  done
}

@test "buffer_log: --on-rotate has each archive once, in order, and is tried again while it fails" { # BU032
  cat >work <<'END'
#!/bin/sh
echo "$1" >>tries
if [ -e broken ]; then rm broken; exit 3; fi
gzip "$1"
END
  chmod +x work
  touch broken
  seq 2000 >in
  mkfifo pipe
  gf-buffer --log-dir log --rotate-size 2K --on-rotate './work "$1"' --flush-size 1 <pipe 2>err 3>&- &
  exec 7>pipe
  cat in >&7
  until_true eval '[ "$(find log -name "*.gz" | wc -l)" -ge 4 ]'
  exec 7>&-
  wait $!
  grep -q "exit status 3 for 'log/" err
  grep -q 'has succeeded' err
  [ "$(head -n 2 tries | sort -u | wc -l)" -eq 1 ] # the first one again
  [ "$(sed 1d tries | sort | uniq -d | wc -l)" -eq 0 ]
  sed 1d tries | sort -c
  cmp in <({ archives | xargs zcat; cat log/current; })
}

@test "buffer_log: an archive that --on-rotate has not done is not removed, and stops the writing at --keep-bytes" {
  seq 5000 >in
  mkfifo pipe
  gf-buffer --log-dir log --rotate-size 1K --keep-bytes 8K --on-rotate '[ -e ready ] && mv "$1" "$1.done"' \
    <pipe 2>err 3>&- &
  pid=$!
  cat in >pipe 3>&- &
  until_true grep -q 'nothing is written' err
  [ "$(find log -name '2*' ! -name '*.done' | wc -l)" -ge 7 ]
  touch ready
  wait "$pid"
  wait
  [ "$(cat log/2*.done log/current | tail -n 1)" = 5000 ]
  rm -r log ready
  run gf-buffer --log-dir log --rotate-size 1K --keep-bytes 8K --keep-force --on-rotate false --stats=json --stats-file n <in
  expect_status 123
  # all are told of, and not one by one
  told=$(grep -oE '[0-9]+ archives? of .log. w[a-z]+ removed that --on-rotate had not done' <<<"$output")
  [ "$(awk '{ n += $1 } END { print n }' <<<"$told")" -eq "$(jq .removed n)" ]
  [ "$(jq .removed n)" -gt 5 ]
  [ "$(wc -l <<<"$told")" -lt "$(jq .removed n)" ]
  [ "$(all | wc -c)" -le 8192 ]
}

@test "buffer_log: what waits for --on-rotate at the end waits for the next run" {
  seq 2000 >in
  run gf-buffer --log-dir log --rotate-size 2K --on-rotate false <in
  expect_status 123
  expect_text 'has not succeeded for'
  n=$(archives | wc -l)
  : | gf-buffer --log-dir log --on-rotate 'mv "$1" "$1.done"'
  [ "$(archives | grep -c 'done$')" -eq "$n" ]
}

@test "buffer_log: a command that fails and takes the archive away: 123, and nothing is said of a next try" {
  seq 2 >in
  run gf-buffer --log-dir log --rotate-size 3 --on-rotate 'mv "$1" away; exit 3' <in
  expect_status 123
  expect_text 'which is not there any more'
}

@test "buffer_log: a directory whose name begins with a dash is no option of the command" {
  seq 3 >in
  gf-buffer --log-dir=-log --rotate-size 2 --on-rotate 'gzip "$1"' <in
  [ "$(zcat ./-log/*.gz | cat - ./-log/current | tr -d '\n')" = 123 ]
}

@test "buffer_log: a refusal of a file in the directory names that file, also as the way out" {
  mkdir log
  mkfifo log/current
  run gf-buffer --log-dir log < <(echo x)
  expect_status 125
  expect_text "remove 'log/current'"
  rm log/current
  ln -s elsewhere log/current
  run gf-buffer --log-dir log < <(echo x)
  expect_status 125
  expect_text "name what 'log/current' points to"
}

@test "buffer_log: current is removed by somebody: a new one is made, and nothing hangs" { # BU034
  mkfifo in
  gf-buffer --log-dir log --flush-interval 0 <in 2>err 3>&- &
  pid=$!
  exec 7>in
  echo a >&7
  until_true has_lines log/current 1
  rm log/current
  until_true [ -e log/current ]
  echo b >&7
  until_true has_lines log/current 1
  exec 7>&-
  wait "$pid"
  [ "$(cat log/current)" = b ]
}

@test "buffer_log: --mode and --group" {
  echo a | gf-buffer --log-dir log
  [ "$(stat -c %a log/current)" = 640 ]
  seq 2000 | gf-buffer --log-dir log --mode 0600 --group "$(id -g)" --rotate-size 1K
  [ "$(stat -c %a%g log/current)" = "600$(id -g)" ]
  run --separate-stderr gf-buffer --log-dir log --group no-such-group < <(echo x)
  expect_status 2
}

@test "buffer_log: rotation while somebody follows with tail -F: every line once" {
  mkdir log
  mkfifo in
  gf-buffer --log-dir log --rotate-size 20K --flush-size 1 <in 2>err 3>&- &
  pid=$!
  exec 7>in
  until_true [ -e log/current ]
  tail -n +1 -F --sleep-interval=0.01 log/current >seen 2>/dev/null 3>&- 7>&- &
  tail=$!
  for i in 1 2 3 4 5; do
    seq $((i * 2000 - 1999)) $((i * 2000)) >&7
    until_true eval '[ "$(tail -n 1 seen)" = '$((i * 2000))' ]'
  done
  exec 7>&-
  wait "$pid"
  kill "$tail"
  wait "$tail" 2>/dev/null || true
  cmp <(sort -n seen) <(seq 10000)
  [ "$(archives | wc -l)" -ge 2 ]
}
