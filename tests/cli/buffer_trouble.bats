#!/usr/bin/env bats
# buffer_trouble.bats - gf-buffer and files that cannot be written for a while: a full disk, errors of a device, a
# quota, a file system that is read-only, no descriptor, a directory that is moved or removed. Nothing is lost, doubled
# or put out of order; one message when it begins and one when it is over. (aid/trouble.so.c)

load helper

teardown() { [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || :; }

# begin WORD...: gf-buffer, fed by descriptor 7; with a number in `number` that is its trouble while the file
# `trouble` is there.
begin() {
  rm -rf in out err log sp file
  mkfifo in
  timeout 300 env ${number:+LD_PRELOAD="$GF_AID/trouble.so"} GF_TROUBLE="$PWD/trouble" GF_TROUBLE_ERRNO="${number:-}" \
    gf-buffer "$@" <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
}

# feed FROM TO
feed() { seq "$1" "$2" >&7; }

# all_out: what came out, wherever the words of begin put it.
all_out() {
  cat out 2>/dev/null
  [ ! -e file ] || cat file
  [ ! -d log ] || find log -name '*Z-*' -o -name current | sort | xargs cat
}
last_out() { [ "$(all_out | tail -n 1)" = "$1" ]; }

messages() { grep -c "$1" err; }
has_messages() { [ "$(messages 'tried again')" -eq "$1" ] && [ "$(messages 'is written again')" -eq "$2" ]; }

# troubles TIMES WORD...: so many times trouble while lines come.
troubles() {
  local times=$1 i
  shift
  begin "$@"
  feed 1 2000
  until_true last_out 2000
  for ((i = 1; i <= times; i++)); do
    : >trouble
    feed $((i * 2000 + 1)) $((i * 2000 + 1000))
    until_true has_messages "$i" $((i - 1)) || fails "$* $number: $(cat err)"
    feed $((i * 2000 + 1001)) $((i * 2000 + 2000))
    sleep 0.3
    rm trouble
    until_true has_messages "$i" "$i" || fails "$* $number: $(cat err)"
    until_true last_out $((i * 2000 + 2000))
  done
  exec 7>&-
  wait "$pid" || fails "$* $number: $? $(cat err)"
  pid=
  all_out | cmp - <(seq $((times * 2000 + 2000))) || fails "$* $number: $(cat err)"
  has_messages "$times" "$times"
}

@test "buffer: a full disk, an error of the device, a quota, a read-only file system: all goes on by itself" { # BU020
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  local number
  for number in 28 5 122 30; do # ENOSPC EIO EDQUOT EROFS
    troubles 1 -m 64K --append file --flush-interval 5ms
    troubles 1 -m 64K --log-dir log --rotate-size 3K --flush-interval 5ms
    troubles 1 -m 1K --spool sp --durable
  done
  troubles 2 -m 64K --append file --fsync record
  troubles 2 -m 1K --spool sp --durable --fsync record
}

@test "buffer: no descriptor is left: a rotation waits for one" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  number=24 # EMFILE
  troubles 2 -m 64K --log-dir log --rotate-size 3K --flush-interval 5ms
  troubles 1 -m 64K --spool sp --durable
}

@test "buffer: a sync that fails is tried again, and what waits for it is not lost" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  number=5
  export GF_TROUBLE_SYNC=1
  troubles 2 -m 64K --append file --fsync record
}

@test "buffer: a log file that cannot be synced is not put away before it is" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  number=5
  export GF_TROUBLE_SYNC=1
  begin --log-dir log --rotate-size 1K --fsync 60s --flush-interval 5ms
  feed 1 100
  until_true last_out 100
  : >trouble
  feed 101 1000
  until_true has_messages 1 0 || fails "$(cat err)"
  [ -z "$(find log -name '*Z-*')" ] || fails "$(ls log)"
  rm trouble
  until_true has_messages 1 1 || fails "$(cat err)"
  exec 7>&-
  wait "$pid" || fails "$? $(cat err)"
  pid=
  all_out | cmp - <(seq 1000)
}

@test "buffer: trouble at the end of the input, with nothing more to write: the run waits for its end, and ends" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  number=5
  for words in '--append file --fsync record' '--append file --fsync 50ms' '--log-dir log --rotate-size 1K --flush-interval 5ms' \
    '--log-dir log --rotate-age 600ms --flush-interval 5ms'; do
    # shellcheck disable=SC2086
    (
      case $words in *--fsync*) export GF_TROUBLE_SYNC=1 ;; esac
      begin $words
      feed 1 230 || fails "$words: $(cat err)"
      until_true last_out 230
      : >trouble
      feed 231 300 || fails "$words: $(cat err)"
      until_true grep -q 'tried again' err || fails "$words: $(cat err)"
      exec 7>&-
      sleep 0.3
      kill -0 "$pid"
      rm trouble
      wait "$pid" || fails "$words: $? $(cat err)"
      has_messages 1 1 || fails "$words: $(cat err)"
      all_out | cmp - <(seq 300)
    )
  done
}

@test "buffer: meanwhile the policy decides, and markers say what is missing" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  number=28
  for policy in drop-newest drop-oldest; do
    begin -m 4K --when-full "$policy" --drop-marker --append file --flush-interval 5ms --stats=json --stats-file stats
    feed 1 100
    until_true last_out 100
    : >trouble
    feed 101 200
    until_true grep -q 'tried again' err
    feed 201 20000
    until_true eval '[ ! -s in ]'
    sleep 0.5
    rm trouble
    until_true grep -q 'is written again' err
    exec 7>&-
    got=0
    wait "$pid" || got=$?
    pid=
    [ "$got" -eq 123 ] || fails "$policy: $got: $(cat err)"
    [ "$(jq '[.in, .in == .out + .dropped, .in_bytes + .added_bytes == .out_bytes + .dropped_bytes, .dropped > 10000] ==
      [20000, true, true, true]' stats)" = true ] || fails "$(cat stats)"
    mawk '/^gf-buffer: / { missing += $2; next }
      $1 + 0 != due + 1 + missing { print "at", NR, $0, missing; exit bad = 1 }
      { due = $1 + 0; missing = 0 }
      END { if (!bad && due + missing != 20000) { print "end", due, missing; exit 1 } }' file || fails "$policy"
  done
}

@test "buffer: --retries and --retry-for give up with 125, and count what is lost" {
  not_sanitized 'the shim comes before the sanitizer'
  needs_glibc
  number=5
  for words in '--retries 2' '--retry-for 300ms'; do
    for to in '--append file' '--log-dir log'; do
      # shellcheck disable=SC2086
      begin -m 64K $to --flush-interval 5ms $words --stats=json --stats-file stats
      feed 1 100
      until_true last_out 100
      : >trouble
      feed 101 200
      got=0
      wait "$pid" || got=$?
      pid=
      rm trouble
      exec 7>&-
      [ "$got" -eq 125 ] || fails "$words $to: $got: $(cat err)"
      [ "$(messages 'tried again')" -eq 1 ]
      grep -q "cannot write to '\(file\|log\)': Input/output error" err || fails "$(cat err)"
      grep -q '100 records (400 bytes) were not written' err || fails "$words $to: $(cat err)"
      all_out | cmp - <(seq 100) || fails "$words $to: $(all_out | tail -n 3) $(cat stats err; ls . log)"
    done
  done
}

# In a name space of its own, with a small file system in ./d: full for five seconds.
full_disk() {
  mount -t tmpfs -o size=1m,mode=755 none d || exit 99
  mkfifo 1.in 2.in 3.in
  gf-buffer -m 256K --append d/file --flush-interval 5ms <1.in 2>1.err &
  gf-buffer -m 256K --log-dir d/log --rotate-size 20K --flush-interval 5ms <2.in 2>2.err &
  gf-buffer -m 256K --spool d/sp --durable <3.in >3.out 2>3.err &
  exec 7>1.in 8>2.in 9>3.in
  for i in 7 8 9; do seq 3000 >&$i; done
  sleep 0.5
  cat /dev/zero >d/fill 2>/dev/null
  for i in 7 8 9; do seq 3001 9000 >&$i & done
  sleep 2.5
  for i in 7 8 9; do seq 9001 12000 >&$i & done
  sleep 2.5
  rm d/fill
  sleep 1.5 # an eighth of the time that it has lasted, at most
  grep -c 'tried again' [123].err >begun
  grep -c 'is written again' [123].err >over
  exec 7>&- 8>&- 9>&-
  wait
  cp -r d/file d/log .
}

@test "buffer: a disk that is full for five seconds: nothing lost, and it goes on within a second" { # BU020
  needs_namespaces
  mkdir d
  export -f full_disk
  run timeout 60 unshare -Urm bash -c full_disk
  expect_status 0
  [ "$(cat begun)" = $'1.err:1\n2.err:1\n3.err:1' ] || fails "$(cat begun ./*.err)"
  [ "$(cat over)" = $'1.err:1\n2.err:1\n3.err:1' ] || fails "$(cat over ./*.err)"
  # The lines behind a `&` may come in any order of the two; each once, and none cut.
  sort -n file | cmp - <(seq 12000)
  cat log/*Z-* log/current | sort -n | cmp - <(seq 12000)
  sort -n 3.out | cmp - <(seq 12000)
}

@test "buffer: a log directory that is renamed is written on; of one that is removed it is told what is lost" {
  number=
  begin --log-dir log --rotate-size 1K --flush-interval 5ms
  feed 1 1000
  until_true last_out 1000
  mv log moved
  feed 1001 2000
  exec 7>&-
  wait "$pid"
  pid=
  cat moved/*Z-* moved/current | cmp - <(seq 2000)
  begin --log-dir log --rotate-size 1K --flush-interval 5ms --retry-for 300ms
  feed 1 1000
  until_true last_out 1000
  rm -r log
  feed 1001 2000
  exec 7>&-
  got=0
  wait "$pid" || got=$?
  pid=
  [ "$got" -eq 125 ] || fails "$got: $(cat err)"
  grep -q 'records (.* bytes) were not written' err
}

# remove_spool: feeds `fed` thousands more, until the tool is caught, by SIGSTOP, with a segment open; then the spool
# goes. One that is done with is closed within a quarter of a second, and its successor could not be made.
remove_spool() {
  local tool
  until_true pgrep -P "$pid" -x gf-buffer # it is env until then
  tool=$(pgrep -P "$pid" -x gf-buffer)
  for ((fed = 0; fed < 100; fed++)); do
    feed $((fed * 1000 + 1)) $((fed * 1000 + 1000))
    until_true last_out $((fed * 1000 + 1000)) || return 1
    kill -STOP "$tool"
    until_true grep -q '^State:.T' "/proc/$tool/status" || return 1
    [ -z "$(find sp -name '*.seg')" ] || break
    kill -CONT "$tool"
  done
  rm -r sp
  kill -CONT "$tool"
}

@test "buffer: a spool that is moved aside or removed: what came goes out, and one message" {
  number=
  begin --spool sp --durable
  feed 1 1000
  until_true last_out 1000
  mv sp moved
  feed 1001 2000
  until_true last_out 2000
  exec 7>&-
  wait "$pid"
  [ ! -s err ] || fails "$(cat err)"
  begin --spool sp --durable
  remove_spool
  for i in 1 2 3 4 5 6; do
    feed $(((fed + i) * 1000 + 1)) $(((fed + i) * 1000 + 1000))
    sleep 0.25
  done
  until_true last_out $((fed * 1000 + 7000))
  exec 7>&-
  got=0
  wait "$pid" || got=$?
  pid=
  [ "$got" -eq 125 ]
  cmp out <(seq $((fed * 1000 + 7000)))
  [ "$(messages 'tried again')" -eq 1 ] || fails "$(cat err)"
}
