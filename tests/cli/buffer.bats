#!/usr/bin/env bats
# buffer.bats - gf-buffer between a writer and a reader: what becomes of records that have no room, when output
# begins, signals, copies. Files are in buffer_file.bats, buffer_log.bats, buffer_atomic.bats, buffer_spool.bats.

# shellcheck disable=SC2154 # run sets stderr
load helper

# numbers FILTER: of --stats=json in `stats`.
numbers() { jq -c "$1" stats; }

# adds_up: every record and byte that came is out, dropped, or held.
adds_up() {
  [ "$(numbers '.in + .found == .out + .dropped + .held')" = true ] || fails "$(cat stats)"
  [ "$(numbers '.in_bytes + .found_bytes + .added_bytes == .out_bytes + .dropped_bytes + .held_bytes')" = true ] ||
    fails "$(cat stats)"
}

# ---- all of it, in order -------------------------------------------------------------------------

@test "buffer: what comes goes, in order, whatever the policy" {
  seq 200000 >in
  for how in '' '-m 4K' '-m 1' '--records 1' '--bytes' '--bytes -m 3' '--when-full drop-oldest' \
    '--when-full drop-newest' '--when-full error' '--start-at 100%' '--flush-size 1'; do
    case $how in '-m 1' | '--bytes -m 3') head -n 2000 in ;; *) cat in ;; esac >some
    # shellcheck disable=SC2086
    gf-buffer $how <some >out || fails "$how"
    cmp some out || fails "$how"
    # shellcheck disable=SC2086
    [ "${how#*--bytes}" = "$how" ] || continue
    cat some | gf-buffer ${how/--flush-size 1/} | cmp - some || fails "$how, pipes"
  done
}

@test "buffer: NUL, CR, bytes that are no UTF-8 and a last record without its end pass as they are" {
  printf 'a\0b\r\n\377\n\nlast' >in
  gf-buffer <in | cmp - in
  gf-buffer --when-full drop-oldest <in | cmp - in
  gf-buffer -0 --stats=json --stats-file stats <in | cmp - in
  [ "$(numbers '[.in, .out, .in_bytes]')" = '[2,2,12]' ]
  gf-buffer --stats=json --stats-file stats <in | cmp - in
  [ "$(numbers '[.in, .out]')" = '[4,4]' ]
  : | gf-buffer --stats=json --stats-file stats | cmp - /dev/null
  [ "$(numbers '[.in, .out, .held_most]')" = '[0,0,0]' ]
}

@test "buffer: a record is there as soon as it came" {
  mkfifo held
  gf-buffer <held >out 3>&- &
  exec 7>held
  echo a >&7
  until_true has_lines out 1 # a file, within --flush-interval
  exec 7>&-
  wait $!
  mkfifo again
  gf-buffer <again 3>&- | cat >seen &
  exec 7>again
  printf half >&7
  until_true grep -q half seen # the beginning of a record, when nothing is dropped
  exec 7>&-
  wait
}

# ---- when it is full -----------------------------------------------------------------------------

@test "buffer: drop-newest, drop-oldest and error: what is left, what is said, the status" { # BU002 BU004
  run --separate-stderr gf-buffer --when-full drop-newest --records 3 --start-at 100% < <(seq 5)
  expect_status 123
  [ "$output" = $'1\n2\n3' ]
  case $stderr in *'2 of 5 records were dropped, 4 bytes'*) ;; *) fails "$stderr" ;; esac
  run --separate-stderr gf-buffer --when-full drop-oldest --records 3 --start-at 100% < <(seq 5)
  expect_status 123
  [ "$output" = $'3\n4\n5' ]
  run --separate-stderr gf-buffer --when-full error -m 6 --start-at 100% < <(seq 5)
  expect_status 75
  [ "$output" = $'1\n2\n3' ]
  case $stderr in *'buffer is full'*) ;; *) fails "$stderr" ;; esac
}

@test "buffer: --drop-marker stands where records are missing" {
  run gf-buffer --when-full drop-oldest -m 6 --start-at 100% --drop-marker -q < <(seq 9)
  expect_status 123
  [ "$output" = $'gf-buffer: 6 records dropped\n7\n8\n9' ]
  run gf-buffer --when-full drop-newest -m 6 --start-at 100% --drop-marker -q < <(seq 9)
  [ "$output" = $'1\n2\n3\ngf-buffer: 6 records dropped' ]
}

@test "buffer: a record that is longer than the buffer" { # BU010
  {
    echo before
    head -c 100000 /dev/zero | tr '\0' x
    printf '\nbehind\n'
  } >in
  gf-buffer -m 4K <in | cmp - in
  for policy in drop-newest drop-oldest; do
    run gf-buffer -m 4K --when-full $policy --drop-marker -q <in
    expect_status 123
    [ "$output" = $'before\ngf-buffer: 1 records dropped\nbehind' ] || fails "$policy: $output"
  done
  run -75 gf-buffer -m 4K --when-full error -q <in
  mkdir sp && chmod 700 sp
  gf-buffer -m 4K --spool sp <in | cmp - in
}

@test "buffer: full, and then the output fails: what was inside did not go out, so the status is 125" {
  seq 2000 >in
  run --separate-stderr bash -c 'gf-buffer -m 4K --when-full error --start-at 100% <in >/dev/full'
  expect_status 125
  case $stderr in *'the buffer is full'*'write error: No space left on device'*) ;; *) fails "$stderr" ;; esac
}

@test "buffer: a reader that stalls: nothing is cut, and what is missing is known to the record" { # BU009
  seq -f '%09.0f and something behind it' 400000 >in
  for policy in drop-newest drop-oldest; do
    mkfifo stalled
    exec 7<>stalled
    gf-buffer -m 64K --when-full $policy --drop-marker -q --stats=json --stats-file stats <in >stalled 3>&- 7>&- &
    pid=$!
    until_true has_read "$pid" in
    sleep 0.2
    cat <stalled >out 7>&- 3>&- &
    cat=$!
    exec 7>&-
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 123 ]
    wait "$cat"
    rm stalled
    adds_up
    # a number that is not due: so many were said to be missing
    mawk '/^gf-buffer: / { missing += $2; next }
      { if (length($0) != 33 || $1 + 0 != due + 1 + missing) { print "at", NR ":", $0, missing; bad = 1; exit 1 }
        due = $1 + 0; missing = 0; n++ }
      END { if (!bad) print due + missing, n }' out >sum || fails "$policy: $(cat sum)"
    [ "$(cut -d ' ' -f 1 sum)" -eq 400000 ] || fails "$policy: $(cat sum)"
    [ "$(cut -d ' ' -f 2 sum)" -eq "$(numbers .out)" ]
    [ "$(numbers '.dropped > 100000')" = true ]
  done
}

@test "buffer: what one read brings is not dropped while the output takes it, however small the buffer is" {
  seq 200000 >in
  for policy in drop-newest drop-oldest error; do
    for how in '-m 64K' '-m 1K' '-m 4K --timestamp=epoch'; do
      # shellcheck disable=SC2086
      gf-buffer $how --when-full $policy <in >out || fails "$policy $how"
      sed 's/.* //' out | cmp - in || fails "$policy $how"
    done
  done
}

@test "buffer: --start-at: a drop says that the buffer is full, though a few bytes of it are free" {
  mkfifo in
  for policy in drop-newest drop-oldest; do
    gf-buffer -m 15 --when-full $policy --start-at 100% -q <in >out 3>&- &
    pid=$!
    exec 7>in
    printf '123456789\n%.0s' 1 2 3 >&7
    until_true has_lines out 1
    exec 7>&-
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 123 ] || fails "$policy: $status"
    [ "$(cat out)" = 123456789 ]
  done
}

@test "buffer: error: nothing of what was read with the record that has no room goes out" {
  yes '' | head -n 20000 >in # with times one read is more than the buffer and a read have room for
  run -75 bash -c 'gf-buffer -m 100K --timestamp --when-full error --start-at 100% --stats=json --stats-file stats <in 2>err | cat >out
    exit ${PIPESTATUS[0]}'
  adds_up
  [ "$(grep -c 'records wait' err)" -eq 1 ] || fails "$(cat err)"
  between 1 "$(wc -c <out)" 102400
}

@test "buffer: --bytes: drops are told while it runs, in bytes" {
  mkfifo in
  # shellcheck disable=SC2216 # it is one that does not read
  gf-buffer -m 1K --bytes --when-full drop-newest --start-at 100% <in 2>err 3>&- | sleep 100 3>&- &
  exec 7>in
  head -c 4M /dev/zero >&7
  until_true grep -q 'bytes dropped so far' err
  kill %%
  exec 7>&-
}

@test "buffer: --start-at and --resume-at" { # BU045
  mkfifo in
  gf-buffer -m 1000 --start-at 80% <in 3>&- | cat >out &
  exec 7>in
  head -c 700 /dev/zero | tr '\0' '\n' >&7
  sleep 0.3
  [ ! -s out ]
  head -c 200 /dev/zero | tr '\0' '\n' >&7
  until_true has_lines out 900
  head -c 100 /dev/zero | tr '\0' '\n' >&7 # from an empty buffer on, it waits again
  sleep 0.3
  [ "$(wc -l <out)" -eq 900 ]
  exec 7>&-
  wait
  [ "$(wc -l <out)" -eq 1000 ] # at the end of the input everything goes
  # Full once, it is read again at 20 %: so it was not read while more waited.
  seq 100000 | gf-buffer -m 4K --resume-at 20% --stats=json --stats-file stats | cat >out
  cmp out <(seq 100000)
  adds_up
}

# at FILE: how far the process has read its standard input.
at() { awk '$1 == "pos:" { print $2 }' "/proc/$1/fdinfo/0"; }

@test "buffer: once it was full it is not read before --resume-at, with times in front of records too" { # BU045
  seq 1000000 >in
  for how in '' --timestamp=elapsed; do
    mkfifo slow
    exec 7<>slow
    gf-buffer -m 2M --resume-at 5% $how <in >slow 3>&- 7>&- &
    pid=$!
    until_true is_asleep "$pid"
    sleep 0.3
    before=$(at "$pid")
    [ "$before" -gt 1000 ]
    head -c 500000 <&7 >out # it has room now, but more than 5 % wait
    sleep 0.3
    [ "$(at "$pid")" = "$before" ] || fails "'$how': from $before to $(at "$pid")"
    cat <slow >>out 7>&- 3>&- &
    cat=$!
    exec 7>&-
    wait "$pid" "$cat"
    sed 's/.* //' out | cmp - in || fails "$how"
    rm slow
  done
}

# ---- what is counted -----------------------------------------------------------------------------

@test "buffer: --stats, in each form; while it runs, too" { # BU046 BU059
  seq 1000 | gf-buffer --stats=json --stats-file stats >/dev/null
  [ "$(numbers '[.in, .out, .in_bytes, .out_bytes, .dropped]')" = '[1000,1000,3893,3893,0]' ]
  adds_up
  run --separate-stderr gf-buffer --stats < <(seq 3)
  case $stderr in *$'\nout 3'*) ;; *) fails "$stderr" ;; esac
  seq 3 | gf-buffer --stats=prom --stats-file stats >/dev/null
  grep -q '^gf_buffer_in_total 3$' stats
  mkfifo stalled # the reader stalls, and the numbers come
  exec 7<>stalled
  seq 400000 | gf-buffer --stats=json --stats-file stats --stats-interval 50ms >stalled 3>&- 7>&- &
  until_true eval '[ "$(numbers ".held_bytes > 0 and .waited_seconds > 0.1")" = true ]'
  until_true eval '[ "$(numbers ".oldest_seconds > 0.2")" = true ]'
  cat <stalled >/dev/null 7>&- 3>&- &
  exec 7>&-
  wait
}

@test "buffer: SIGUSR1 says how it stands, and the run goes on" {
  mkfifo in
  gf-buffer <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
  echo a >&7
  until_true has_lines out 1
  kill -USR1 "$pid"
  until_true grep -q 'held, in' err
  echo b >&7
  exec 7>&-
  wait "$pid"
  [ "$(cat out)" = $'a\nb' ]
}

# ---- signals -------------------------------------------------------------------------------------

@test "buffer: SIGTERM: the last words of who writes are not lost" {
  mkfifo in
  gf-buffer <in >out 3>&- &
  pid=$!
  exec 7>in
  echo first >&7
  until_true has_lines out 1
  kill -TERM "$pid"
  sleep 0.2
  echo last words >&7
  exec 7>&-
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 143 ]
  [ "$(cat out)" = $'first\nlast words' ]
}

@test "buffer: SIGTERM and a writer that goes on: what is in the pipe is taken, when --drain is over" {
  mkfifo in
  gf-buffer --drain 300ms <in >out 3>&- &
  pid=$!
  exec 7>in
  echo first >&7
  until_true has_lines out 1
  kill -TERM "$pid"
  echo second >&7
  status=0
  wait "$pid" || status=$?
  exec 7>&-
  [ "$status" -eq 143 ]
  [ "$(cat out)" = $'first\nsecond' ]
}

@test "buffer: when --drain is over, all that is in the pipe is read, though it is more than the buffer" {
  for how in '' '--resume-at 5%'; do
    rm -f in stalled
    mkfifo in stalled
    exec 8<>stalled
    # shellcheck disable=SC2086
    gf-buffer -m 4K --drain 1s $how <in >stalled 3>&- 8>&- &
    pid=$!
    exec 7<>in
    seq 200000 >&7 8>&- 3>&- & # what is behind a full pipe has room in an empty one
    writer=$!
    until_true is_asleep "$pid"
    sleep 0.5 # the writer ends, or waits
    kill -TERM "$pid"
    until_true is_asleep "$pid"
    kill -STOP "$pid"
    kill -KILL "$writer" 2>/dev/null || true
    cat <stalled >out 7>&- 8>&- 3>&- &
    cat=$!
    exec 8>&-
    until_true is_asleep "$cat" # all that is in the pipe is read, so there is room
    sleep 1.2
    kill -CONT "$pid"
    status=0
    wait "$pid" || status=$?
    wait "$cat"
    [ "$status" -gt 128 ] || fails "$status"
    left=$(timeout 0.5 cat <&7 | wc -c)
    [ "$left" -eq 0 ] || fails "'$how': $left bytes are left in the pipe"
    exec 7>&-
  done
}

@test "buffer: SIGTERM and a reader that takes nothing: what was left is counted, 125" {
  mkfifo stalled
  exec 7<>stalled
  seq 400000 >in
  gf-buffer --drain 300ms <in >stalled 2>err 3>&- 7>&- &
  pid=$!
  until_true is_asleep "$pid"
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  exec 7>&-
  [ "$status" -eq 125 ]
  grep -q 'records (.* bytes) were not written' err
}

@test "buffer: a reader that leaves ends it, quietly; one that ignores SIGPIPE is told" {
  run --separate-stderr bash -c 'seq 1000000 | { gf-buffer; echo $? >status; } | head -n 1; cat status'
  [ "$output" = $'1\n141' ] || fails "$output"
  [ -z "$stderr" ]
  run --separate-stderr bash -c 'trap "" PIPE; seq 1000000 | { gf-buffer; echo $? >status; } | head -n 1; cat status'
  [ "$output" = $'1\n125' ] || fails "$output"
}

# ---- copies, times -------------------------------------------------------------------------------

@test "buffer: --tee has what the output has; one whose reader leaves is given up, the others go on" { # BU047
  seq 1000 >in
  gf-buffer --tee a --tee b <in >out
  cmp in a && cmp in b && cmp in out
  mkfifo early
  head -n 1 early >/dev/null &
  seq 200000 >in
  run --separate-stderr bash -c 'gf-buffer --tee early --tee late <in >out'
  expect_status 123
  case $stderr in *"cannot write to 'early'"*'that copy ends here'*) ;; *) fails "$stderr" ;; esac
  cmp in late && cmp in out
}

@test "buffer: --timestamp puts a time in front of each record" {
  printf 'a\n\nb' | gf-buffer --timestamp >out
  [ "$(sed -E 's/^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z /T /' out)" = $'T a\nT \nT b' ]
  seq 3 | gf-buffer --timestamp=epoch >out
  between "$(($(date +%s) - 100))" "$(head -n 1 out | cut -d ' ' -f 1)" "$(($(date +%s) + 1))"
  seq 3 | gf-buffer --timestamp=elapsed >out
  between 0 "$(head -n 1 out | cut -d ' ' -f 1)" 60
  seq 100000 | gf-buffer --timestamp --stats=json --stats-file stats | cut -d ' ' -f 2 | cmp - <(seq 100000)
  adds_up
}

# ---- bad input -----------------------------------------------------------------------------------

@test "buffer: options that contradict or would be ignored are refused before anything is read" {
  for line in '--drop-marker' '--when-full spill' '--keep 3' '--spool-max 1M' '--resume-at 20% --when-full error' \
    '--fsync 1s --tee x' '--append x --log-dir y' '--append x --fsync record --flush-size 1K' \
    '--log-dir x --on-rotate : --keep-force' '--atomic x --commit-on-eof --stats' '--atomic x --commit-on-eof --progress' '--bytes -0' '--start-at 20M' '--atomic x --append y --commit-on-eof'; do
    # shellcheck disable=SC2086
    run bash -c 'echo x | { gf-buffer '"$line"'; s=$?; cat; exit $s; } | cat; exit ${PIPESTATUS[1]}'
    expect_status 2
    case $output in *$'\nx') ;; *) fails "$line: $output" ;; esac
  done
  [ -z "$(find . -name x -o -name y)" ]
}
