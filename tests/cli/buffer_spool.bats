#!/usr/bin/env bats
# buffer_spool.bats - gf-buffer --spool: what has no room in memory, or everything, waits on disk, and outlives the
# process. Damage to its files: tests/unit/buffer_spool.c and its fuzzer; kills: buffer_chaos.bats.

# shellcheck disable=SC2154 # run sets stderr
load helper

numbers() { jq -c "$1" stats; }

# stall: a fifo `out` whose reader does not read; catch_up: it reads on, to `got`, until the writer closes.
stall() {
  mkfifo out
  exec 7<>out
}
catch_up() {
  cat <out >got 7>&- 3>&- &
  exec 7>&-
}

@test "buffer_spool: what has no room goes through the disk, in order, and the files are gone then" { # BU005 BU008
  seq 500000 >in
  stall
  gf-buffer -m 64K --spool sp --stats=json --stats-file stats <in >out 3>&- 7>&- &
  pid=$!
  until_true has_read "$pid" in
  until_true eval '[ -n "$(find sp -name "*.seg")" ]'
  catch_up
  wait "$pid"
  wait
  cmp in got
  [ -z "$(find sp -name '*.seg')" ]
  [ "$(numbers '.spilled > 100000 and .in == 500000 and .out == 500000 and .held == 0 and .dropped == 0')" = true ]
  [ "$(numbers '.held_bytes_most <= 65536')" = true ]
}

@test "buffer_spool: --durable: everything goes through it" {
  seq 100000 >in
  gf-buffer --spool sp --durable --stats=json --stats-file stats <in | cmp in
  [ "$(numbers '[.in, .spilled, .out]')" = '[100000,100000,100000]' ]
  [ -z "$(find sp -name '*.seg')" ]
  gf-buffer --spool sp --durable --append f <in
  cmp in f
  printf 'a\nb' | gf-buffer --spool sp --durable >out # a queue: the last record gets its end
  [ "$(cat -A out)" = $'a$\nb$' ]
  gf-buffer --spool sp --durable --bytes <in | cmp in
}

@test "buffer_spool: what a run leaves comes first in the next one" {
  seq 300000 >in
  stall
  gf-buffer --spool sp --durable <in >out 3>&- 7>&- &
  pid=$!
  until_true has_read "$pid" in
  until_true eval 'gf-buffer --status sp | grep -qx "records 300000"'
  run gf-buffer --status sp --format json
  [ "$(jq -c '[.records, .bytes, .pid == '"$pid"', .oldest_seconds < 60]' <<<"$output")" = '[300000,1988895,true,true]' ] ||
    fails "$output"
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
  exec 7>&-
  rm out
  run --separate-stderr gf-buffer --spool sp < <(echo behind)
  expect_status 0
  [ "$output" = "$(cat in && echo behind)" ]
  case $stderr in *'300000 records of an earlier run come first'*) ;; *) fails "$stderr" ;; esac
  [ "$(gf-buffer --status sp | head -n 1)" = 'records 0' ]
}

@test "buffer_spool: what is in a pipe counts as out when the pipe is empty" {
  seq 1000 >in
  stall
  gf-buffer --spool sp --durable <in >out 3>&- 7>&- & # all of it has room in the pipe
  pid=$!
  until_true has_read "$pid" in
  sleep 0.5
  kill -0 "$pid" # it waits for the reader
  [ "$(gf-buffer --status sp | head -n 1)" = 'records 1000' ]
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
  exec 7>&- # and with the pipe what was in it is gone
  rm out
  : | gf-buffer --spool sp | cmp in
}

@test "buffer_spool: a second one is refused with 75, and names the first" {
  mkfifo in
  gf-buffer --spool sp <in >out 3>&- &
  pid=$!
  exec 7>in
  until_true [ -s sp/lock ]
  run --separate-stderr gf-buffer --spool sp < <(echo x)
  expect_status 75
  case $stderr in *"in use by process $pid"*) ;; *) fails "$stderr" ;; esac
  exec 7>&-
  wait "$pid"
}

@test "buffer_spool: --spool-max is never exceeded; then it blocks, drops, or ends" { # BU054
  seq 400000 >in
  for policy in block drop-newest drop-oldest error; do
    rm -rf sp got
    stall
    gf-buffer -m 16K --spool sp --spool-max 512K --then $policy --stats=json --stats-file stats <in >out 2>err 3>&- 7>&- &
    pid=$!
    case $policy in
      block) until_true eval '[ "$(du -sb sp | cut -f 1)" -gt 400000 ]' && sleep 0.3 ;;
      drop*) until_true has_read "$pid" in ;;
      error) until_true grep -q 'is full' err ;;
    esac
    [ "$(find sp -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" -le $((512 * 1024)) ]
    catch_up
    status=0
    wait "$pid" || status=$?
    wait
    rm out
    case $policy in
      block) [ "$status" -eq 0 ] && cmp in got ;;
      drop*) [ "$status" -eq 123 ] ;;
      error) [ "$status" -eq 75 ] && cmp got <(head -c "$(stat -c %s got)" in) ;;
    esac || fails "$policy: $status, $(cat err)"
    sort -nc got # in order
    [ "$(awk 'length($0) > 6 || $0 !~ /^[0-9]+$/' got | wc -l)" -eq 0 ]
    [ "$(numbers '.in == .out + .dropped + .held and .in_bytes + .added_bytes == .out_bytes + .dropped_bytes + .held_bytes')" = true ] ||
      fails "$policy: $(cat stats)"
    [ "$(wc -l <got)" -eq "$(numbers .out)" ]
  done
}

@test "buffer_spool: damaged records are passed by, told, counted, and kept beside; no others are missing" {
  seq -f '%099.0f' 20000 >in
  stall
  gf-buffer --spool sp --durable <in >out 3>&- 7>&- &
  pid=$!
  until_true has_read "$pid" in
  until_true eval 'gf-buffer --status sp | grep -qx "records 20000"'
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
  exec 7>&-
  rm out
  seg=$(find sp -name '*.seg' | sort | head -n 1)
  printf '\377' | dd of="$seg" bs=1 seek=500000 conv=notrunc status=none
  run --separate-stderr gf-buffer --spool sp </dev/null
  expect_status 123
  printf '%s\n' "$output" >got
  [ -z "$(comm -13 in got)" ]
  comm -23 in got >lost
  [ "$(wc -l <lost)" -eq 163 ] || fails "$(wc -l <lost) are missing" # those of one frame
  [ "$(stat -c %s sp/damaged)" -eq 16308 ]
  [ "$(grep -acxFf lost sp/damaged)" -ge 161 ] # but the changed one, and what is behind the head
  case $stderr in *"spool 'sp': 1 damaged places were passed by, with about 163 records; they are in 'sp/damaged'"*) ;; *) fails "$stderr" ;; esac
}

@test "buffer_spool: one of another version is refused, with the way out, and stays as it is" {
  mkdir -m 700 sp
  # a checkpoint of the first form: its magic, six zeros of 8 bytes, and their XXH3
  { printf gfspool1; head -c 48 /dev/zero; printf '\000\342\105\206\115\362\075\007'; } >sp/checkpoint
  chmod 600 sp/checkpoint
  echo kept >sp/0000000000000001.seg
  chmod 600 sp/*.seg
  run --separate-stderr gf-buffer --spool sp < <(echo x)
  expect_status 125
  case $stderr in *"cannot open spool 'sp': is of another version of gf-buffer"*hint:*) ;; *) fails "$stderr" ;; esac
  run --separate-stderr gf-buffer --status sp
  expect_status 125
  case $stderr in *'is of another version of gf-buffer'*) ;; *) fails "$stderr" ;; esac
  [ "$(cat sp/*.seg)" = kept ] && [ ! -e sp/damaged ]
}

@test "buffer_spool: a directory that others may write to is refused, with the way out" {
  mkdir -m 777 sp
  run --separate-stderr gf-buffer --spool sp < <(echo x)
  expect_status 125
  case $stderr in *hint:*) ;; *) fails "$stderr" ;; esac
  run --separate-stderr gf-buffer --status none
  expect_status 125
}

@test "buffer_spool: SIGTERM: what is not out stays for the next run" {
  seq 300000 >in
  stall
  gf-buffer --spool sp --durable --drain 200ms <in >out 2>err 3>&- 7>&- &
  pid=$!
  until_true has_read "$pid" in
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  exec 7>&-
  rm out
  [ "$status" -eq 143 ] || fails "$status $(cat err)"
  grep -q "stay in spool 'sp'" err
  : | gf-buffer --spool sp | cmp in
}

@test "buffer_spool: a pipe of --append is asked, not standard output, whether it is empty" {
  mkfifo in
  stall
  gf-buffer --spool sp --durable --append out <in >/dev/null 3>&- 7>&- &
  pid=$!
  exec 8>in
  seq 3 >&8
  until_true eval '[ "$(gf-buffer --status sp | head -n 1)" = "records 3" ]'
  sleep 0.5 # that it is in the pipe is noted five times a second
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null || true
  exec 7>&- 8>&- # nobody has read
  [ "$(gf-buffer --status sp | head -n 1)" = 'records 3' ]
}

@test "buffer_spool: a socket: what its peer has not taken is not out, and what that sends does not matter" {
  cat >peer.py <<'END'
import socket, subprocess, sys
ours, its = socket.socketpair()
ours.send(b"nobody reads that")
tool = subprocess.Popen(["gf-buffer", "--spool", "sp", "--durable"], stdin=subprocess.PIPE, stdout=its)
its.close()
tool.stdin.write(b"1\n2\n3\n")
tool.stdin.close()
try: tool.wait(1)
except subprocess.TimeoutExpired: pass
status = subprocess.run(["gf-buffer", "--status", "sp"], stdout=subprocess.PIPE).stdout
print(status.split(b"\n")[0].decode(), ours.recv(6, socket.MSG_WAITALL).split())
tool.wait(20)
print(tool.returncode)
END
  run --separate-stderr timeout 40 python3 peer.py
  [ "$output" = $'records 3 [b\'1\', b\'2\', b\'3\']\n0' ] || fails "$output $stderr"
}

@test "buffer_spool: a terminal: what somebody types meanwhile does not hold up the end" {
  mkfifo in
  cat >tool <<'END'
gf-buffer --spool sp --durable --progress=never <in
echo "ended $?"
END
  printf '%s\n' 'wait first' $'type typed ahead\r' 'wait ahead' 'wait ended 0' |
    "$GF_AID/typist" 10 sh tool >seen 3>&- &
  typist=$!
  exec 8>in
  echo first >&8
  sleep 0.5 # it is typed then
  exec 8>&-
  wait "$typist" || fails "$(cat seen)"
}
