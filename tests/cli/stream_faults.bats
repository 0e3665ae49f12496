#!/usr/bin/env bats
# stream_faults.bats - gf-stream when memory or the disk gives out, and under signals: it says so and
# ends with 125, or the result is the same; no record is ever printed in part.
# bats file_tags=plain

load helper
load torture

records() {
  awk -v n="$1" 'BEGIN { srand(7); for (i = 0; i < n; i++)
    printf "%d k%d %s\n", rand() * n / 3, rand() * 1000000, substr("abcdefghijklmnop", 1 + rand() * 8) }'
}

glibc_only() {
  needs_glibc
}

# shellcheck disable=SC2086 # chains are words
all_tortured() {
  local mode=$1 chain
  shift
  for chain; do torture "$mode" gf-stream $chain || fails "$chain"; done
}

@test "each allocation of the operations fails once" {
  glibc_only
  records 40 >in
  printf 'k1\nk22\n' >few
  printf 'filter k # all\nsort\n' >chain
  all_tortured once '--chain chain' 'filter -w k.* reject -f 2 0$ where 1 -gt 2 where 2 ~ k' \
    'filter --patterns few' 'reject -xi --patterns few matches -e (k).*\1 -e [k] -e k' 'except few' 'intersect -f 2 few' 'map s/(k)(?<d>.)/${d}$1/g fields 2,-1' \
    'map y/k-m/K-M/ template {2}:{0} upper enumerate' 'split k matches [0-9]+' 'batch 3 window 2' \
    'peek seen take-while . drop-while x' '--utf8 upper uniq -i --only-dup' \
    'between 1 2 context -B 2 -A 1 7' 'between --not --inner -f 2 ^k[1-3] [5-9]$ sample --seed 1 50%'
}

@test "each allocation of what holds data fails once" {
  glibc_only
  records 40 >in
  all_tortured once 'distinct -f 1 sort -k 2,2nr' 'distinct -c top 3' 'distinct --last uniq -c' \
    'sort -V -u tail 5 skip -1' 'shuffle --seed 1 sample --seed 1 9 reverse' 'median -f 1' \
    'group 3 count,sum:1,median:1,join:2,distinct:2,first:2' 'percentile -f 1 5,50' 'join ,' 'transpose' '-d k fill-down 1,2' \
    'pivot 2 3 max:1' '--separator-re [k4] group 2 join:1 fields 2,1' 'lookup -f 2 in' 'lookup --outer -f 2=1 in' \
    'distinct --any-field-order -c' 'percentile --nearest -f 1 5,50' \
    '--from in --from in sort --merge' 'any k'
}

@test "each allocation of numbers that are long fails once" {
  glibc_only
  printf '%s a\n' 1e300 -1e-300 0.12345678901234567890123456789 18446744073709551617 0x1.8p-99 >in
  all_tortured once 'sum -f 1' 'mean -f 1' 'max -f 1' 'sort -k 1g' 'where 1 -gt 1e-400' \
    'percentile -f 1 37.5' 'group 2 sum:1,mean:1,stddev:1,min:1,p12.5:1'
}

@test "memory gives out for good" {
  glibc_only
  records 40 >in
  all_tortured more 'filter k map s/(k)/$1/ distinct sort -n limit 5' \
    'group 3 median:1,join:2 sort' 'distinct --last reverse'
}

@test "each allocation of what goes on beyond the budget fails once" {
  glibc_only
  records 60000 >in
  records 90000 | tail -n 50000 >known
  all_tortured once '--memory 1M sort' '--memory 1M distinct' '--memory 1M -j2 except known' \
    '--memory 1M intersect -f 2,3 known' '--memory 1M tail 50000' '--memory 1M skip -50000' \
    '--memory 1M between ^1 nosuch' '--memory 1M context -B 50000 nosuch'
}

# runs_out CHAIN...: with room for ever more bytes in files, until there is enough.
runs_out() {
  local chain room status
  for chain; do
    # shellcheck disable=SC2086
    gf-stream --memory 1M -T tmp $chain <in >want
    for ((room = 0; ; room = room * 2 + 100000)); do
      # shellcheck disable=SC2086
      status=$(env LD_PRELOAD="$GF_AID/fulldisk.so" GF_DISK_BYTES=$room \
        gf-stream --memory 1M -T tmp $chain <in 2>err | cat >out; echo "${PIPESTATUS[0]}")
      [ "$status" -ne 0 ] || break
      [ "$status" -eq 125 ] || fails "$chain, $room: status $status"
      grep -q "'tmp'.*No space left" err || fails "$chain, $room: $(cat err)"
      grep -q 'hint: .* were written before' err || fails "$chain, $room: $(cat err)"
      head -c "$(stat -c %s out)" want | cmp - out || fails "$chain, $room: other output"
      [ ! -s out ] || [ "$(tail -c 1 out)" = "" ] || fails "$chain, $room: a part of a record"
    done
    cmp want out || fails "$chain"
    [ "$room" -gt 0 ] || fails "$chain: nothing was written"
  done
}

@test "a disk that fills up while data is put aside" {
  glibc_only
  mkdir tmp
  records 60000 >in
  records 90000 | tail -n 60000 >known
  runs_out sort 'sort -u -f 1' distinct 'distinct --last -f 1' reverse 'shuffle --seed 1' 'median -f 1' \
    'group 2 count' 'group 3 join:1' 'except known' 'intersect -f 3,2 known' 'tail 55000' 'skip -40000' 'between k nosuch'
}

@test "no room for a temporary file, a copy, the output or the statistics" {
  glibc_only
  mkdir tmp
  records 40000 >in
  export LD_PRELOAD=$GF_AID/fulldisk.so
  GF_DISK_FILES=0 run -125 gf-stream -T tmp sort <in
  expect_text "cannot make a temporary file in 'tmp': No space left"
  GF_DISK_FILES=1 run -125 gf-stream --memory 1M -T tmp sort <in
  expect_text "cannot write a temporary file in 'tmp': No space left"
  GF_DISK_FILES=0 run -125 gf-stream peek seen <in
  expect_text "'seen': No space left"
  GF_DISK_BYTES=1000 run -125 gf-stream peek seen count <in
  expect_text "'seen': No space left"
  GF_DISK_BYTES=1000 run -125 bash -c 'exec gf-stream sort <in >out'
  expect_text 'write error: No space left'
  GF_DISK_BYTES=0 run -125 gf-stream --stats --stats-file stats count <in
  expect_text "'stats'"
}

# hears PID: it handles SIGUSR1.
hears() {
  local mask
  mask=$(awk '$1 == "SigCgt:" { print $2 }' "/proc/$1/status")
  [ $((0x${mask:-0} & 1 << 9)) -ne 0 ]
}

@test "SIGUSR1 at any time changes nothing" {
  local op pid
  records 60000 >in
  mkfifo never
  for op in 'filter k' 'sort' 'distinct -c' 'peek seen count' 'group 3 median:1' 'reverse'; do
    # shellcheck disable=SC2086
    gf-stream $op <in >want
    exec 9<>never
    # shellcheck disable=SC2086
    gf-stream --memory 1M $op <never >out 2>err 9>&- 3>&- &
    pid=$!
    until_true hears "$pid"
    (while kill -USR1 "$pid" 2>/dev/null; do :; done) 9>&- 3>&- &
    cat in >&9
    exec 9>&-
    wait "$pid" || fails "$op: status $?"
    wait
    cmp want out || fails "$op"
    grep -q 'records out$' err || fails "$op: no status"
  done
}

@test "SIGUSR1 while a fifo has no writer is answered, and the wait goes on" {
  mkfifo late
  gf-stream --from late count >out 2>err 3>&- &
  until_true hears $!
  kill -USR1 $!
  until_true grep -q 'records out$' err
  echo x >late
  wait $!
  [ "$(cat out)" = 1 ]
}
