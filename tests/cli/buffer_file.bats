#!/usr/bin/env bats
# buffer_file.bats - gf-buffer --append: a file that is written to, is synced, is moved aside, cannot be written.
# A disk that is full: buffer_trouble.bats.

# shellcheck disable=SC2154 # run sets stderr
load helper

numbers() { jq -c "$1" stats; }

@test "buffer_file: --append adds to what is there; a last record without its end gets one" {
  echo first >f
  printf 'second\nthird' | gf-buffer --append f
  [ "$(cat f)" = $'first\nsecond\nthird' ]
  echo fourth | gf-buffer --append f
  [ "$(cat f)" = $'first\nsecond\nthird\nfourth' ]
  printf x | gf-buffer --append f --bytes
  printf y | gf-buffer --append f --bytes
  [ "$(tail -n 1 f)" = xy ]
}

@test "buffer_file: --append: a link, a directory, a file that others may write to are refused" {
  echo keep >real
  ln -s real link
  ln real other
  mkdir dir
  for f in link other dir; do
    run --separate-stderr gf-buffer --append "$f" < <(echo x)
    expect_status 125
    [ -n "$stderr" ]
  done
  [ "$(cat real)" = keep ]
}

@test "buffer_file: blocks of --flush-size, or what has waited for --flush-interval" {
  not_sanitized 'calls are counted'
  needs_ptrace
  mkfifo in
  strace -f -o trace -e trace=write gf-buffer --append out --flush-size 4K --flush-interval 60s <in 3>&- &
  exec 7>in
  for i in $(seq 50); do printf '%099d\n' "$i" >&7; done
  until_true has_lines out 40 # a block, long before the interval
  for i in $(seq 51 100); do printf '%099d\n' "$i" >&7; done
  exec 7>&-
  wait $!
  [ "$(wc -l <out)" -eq 100 ]
  between 2 "$(grep -c '^[0-9]* *write([0-9]*, "0000' trace)" 3 # a number of few digits has blanks behind it
}

@test "buffer_file: --fsync record syncs each block that is written, --fsync DUR now and then, never at no time" {
  not_sanitized 'calls are counted'
  needs_ptrace
  for how in 'never --flush-interval 0' '20ms --flush-interval 0' record; do
    rm -f out
    # shellcheck disable=SC2086
    { for i in 1 2 3 4 5; do
      echo "$i"
      sleep 0.1
    done; } | strace -f -o trace -e trace=fdatasync gf-buffer --append out --fsync $how
    [ "$(cat out)" = $'1\n2\n3\n4\n5' ]
    n=$(grep -c 'fdatasync(' trace || true)
    case $how in never*) [ "$n" -eq 0 ] ;; *) [ "$n" -ge 4 ] && [ "$n" -le 8 ] ;; esac || fails "$how: $n"
  done
}

@test "buffer_file: a file that was moved aside or removed is opened anew by its name" {
  mkfifo in
  gf-buffer --append f --flush-interval 0 <in 3>&- &
  pid=$!
  exec 7>in
  echo a >&7
  until_true has_lines f 1
  mv f f.1
  until_true [ -e f ]
  echo b >&7
  until_true has_lines f 1
  exec 7>&-
  wait "$pid"
  [ "$(cat f.1 f)" = $'a\nb' ]
}

@test "buffer_file: an output that is the input, or two outputs that are one file, are refused" {
  seq 3 >f
  for line in 'gf-buffer --append f <f' 'gf-buffer --tee f <f' 'gf-buffer <f >>f' 'seq 3 | gf-buffer --append g --tee g' \
    'seq 3 | gf-buffer --tee g --tee g' 'seq 3 | gf-buffer --tee g >g'; do
    run bash -c "$line"
    expect_status 2
  done
  [ "$(cat f)" = $'1\n2\n3' ]
}

@test "buffer_file: --append to a pipe: the bytes go there and not to standard output, with --bytes too" {
  mkfifo to
  for how in '' --bytes; do
    cat to >got 3>&- &
    # shellcheck disable=SC2086
    printf 'abc\n' | gf-buffer $how --append to | cat >other
    wait $!
    [ "$(cat got)" = abc ] || fails "'$how': $(cat got)"
    [ ! -s other ] || fails "'$how': $(cat other)"
  done
}

@test "buffer_file: a sink that takes a byte at a time gets all of them, in order" { # BU015
  not_sanitized 'the shim comes before the sanitizer'
  seq 3000 >in
  one=("env" "LD_PRELOAD=$GF_AID/onebyte.so" gf-buffer)
  "${one[@]}" --append out <in
  cmp in out
  "${one[@]}" --log-dir log --rotate-size 2K --keep 100 <in
  cat log/*Z-* log/current | cmp in -
  "${one[@]}" --spool sp --durable --append spooled <in
  cmp in spooled
  "${one[@]}" --atomic whole --commit-on-eof <in
  cmp in whole
}

@test "buffer_file: flushes by size and by interval at once keep the order" { # BU016
  local n=1000000
  [ -z "${GF_SAN:-}" ] || n=100000
  python3 - "$n" <<'EOF' | gf-buffer --append out --flush-size 4K --flush-interval 1ms
import random, sys, time
random.seed(16)
at, n = 1, int(sys.argv[1])
while at <= n:
    some = min(random.choice((1, 30, 700, 3000)), n + 1 - at)
    sys.stdout.write(''.join(f'{i}\n' for i in range(at, at + some)))
    sys.stdout.flush()
    at += some
    time.sleep(random.random() * 0.003)
EOF
  seq "$n" | cmp - out
}
