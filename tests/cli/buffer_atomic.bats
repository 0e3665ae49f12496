#!/usr/bin/env bats
# buffer_atomic.bats - gf-buffer --atomic: FILE is replaced when all of it came, or stays. What -o keeps of a file
# (owner, lists, attributes) is in outfile.bats.

# shellcheck disable=SC2154 # run sets stderr
load helper

# stays COMMAND...: the file keeps what it has, and nothing is left beside it.
stays() {
  printf old >f
  run --separate-stderr "$@"
  [ "$(cat f)" = old ] || fails "$*: it has $(cat f)"
  [ -z "$(find . -name '.gf-*')" ] || fails "$*: litter"
}

@test "buffer_atomic: a command that succeeds replaces it, one that fails does not, and its status is ours" { # BU048
  gf-buffer --atomic f -- seq 3
  [ "$(cat f)" = $'1\n2\n3' ]
  stays gf-buffer --atomic f -- sh -c 'echo new; exit 3'
  expect_status 3
  case $stderr in *"'f' stays as it was: the command ended with exit status 3"*) ;; *) fails "$stderr" ;; esac
  stays bash -c 'gf-buffer --atomic f -- sh -c "echo new; kill -9 \$\$"; echo $?'
  [ "$output" = 137 ]
  stays bash -c 'gf-buffer --atomic f -- no-such-command; echo $?'
  [ "$output" = 127 ]
  stays gf-buffer --atomic f -- /
  expect_status 126
  run gf-buffer --atomic f --ok-status 1,3-5 -- sh -c 'echo new; exit 4'
  expect_status 4
  [ "$(cat f)" = new ]
}

@test "buffer_atomic: in place: the input may be the file" {
  seq 100000 | shuf --random-source=/dev/zero >big
  sort -n big >want
  gf-buffer --atomic big -- sort -n big
  cmp big want
  gf-buffer --atomic big --commit-on-eof <want
  cmp big want
  sort -rn big | gf-buffer --atomic big --commit-on-eof
  cmp big <(sort -rn want)
}

@test "buffer_atomic: the end of the input is no proof by itself" {
  stays gf-buffer --atomic f < <(echo new)
  expect_status 2
  case $stderr in *'hint: gf-buffer --atomic f -- COMMAND'*) ;; *) fails "$stderr" ;; esac
  gf-buffer --atomic f --expect-bytes 4 < <(echo new)
  [ "$(cat f)" = new ]
  stays gf-buffer --atomic f --expect-bytes 5 < <(echo new)
  expect_status 123
  case $stderr in *'4 bytes came, and 5 were expected'*) ;; *) fails "$stderr" ;; esac
  stays gf-buffer --atomic f --expect-bytes 3 -- echo new
  expect_status 123
}

@test "buffer_atomic: --expect-sha256" {
  sum=$(echo new | sha256sum | cut -d ' ' -f 1)
  run gf-buffer --atomic f --expect-sha256 "$sum" < <(echo new)
  case $output in *'built without nettle'*) skip 'gf-buffer is built without nettle here' ;; esac
  expect_status 0
  [ "$(cat f)" = new ]
  gf-buffer --atomic f --expect-sha256 "$(echo "$sum" | tr a-f A-F)" < <(echo new)
  stays gf-buffer --atomic f --expect-sha256 "$sum" < <(echo other)
  expect_status 123
  case $stderr in *"the SHA-256 of what came is $(echo other | sha256sum | cut -d ' ' -f 1)"*) ;; *) fails "$stderr" ;; esac
  stays gf-buffer --atomic f --expect-sha256 "${sum%?}" < <(echo new)
  expect_status 2
}

@test "buffer_atomic: nothing does not replace something, unless --allow-empty" {
  stays gf-buffer --atomic f -- true
  expect_status 123
  case $stderr in *'hint: --allow-empty'*) ;; *) fails "$stderr" ;; esac
  stays gf-buffer --atomic f --commit-on-eof </dev/null
  expect_status 123
  gf-buffer --atomic f --allow-empty -- true
  [ ! -s f ]
  gf-buffer --atomic f -- true # it is empty already
  gf-buffer --atomic new -- true
  [ -e new ] && [ ! -s new ]
}

@test "buffer_atomic: mode and links are kept; --no-follow refuses a link" {
  echo old >real
  chmod 4751 real
  ln -s real link
  gf-buffer --atomic link -- echo new
  [ -L link ] && [ "$(cat real)" = new ] && [ "$(stat -c %a real)" = 751 ]
  run --separate-stderr gf-buffer --atomic link --no-follow -- echo newer
  expect_status 125
  [ "$(cat real)" = new ]
}

@test "buffer_atomic: --backup keeps the old file, --if-changed leaves one with the same bytes alone" {
  echo old >f
  gf-buffer --atomic f --backup -- echo new
  [ "$(cat f~ f)" = $'old\nnew' ]
  gf-buffer --atomic f --backup=.bak -- echo newer
  [ "$(cat f.bak f)" = $'new\nnewer' ]
  touch -d '2001-01-01' f
  inode=$(stat -c %i f)
  gf-buffer --atomic f --if-changed -- echo newer
  [ "$(stat -c %i f)" = "$inode" ] && [ "$(stat -c %Y f)" -lt 1000000000 ]
  gf-buffer --atomic f --if-changed -- echo newest
  [ "$(cat f)" = newest ]
  run gf-buffer --atomic f --backup=a/b -- echo x
  expect_status 2
}

@test "buffer_atomic: what is no regular file is refused, and nothing runs" {
  mkfifo p
  for f in p /dev/null . no/such/dir/f; do
    run gf-buffer --atomic "$f" -- touch ran
    expect_status 125
  done
  [ ! -e ran ]
}

@test "buffer_atomic: a signal: the file stays, the command is told, and its end is ours" {
  printf old >f
  gf-buffer --atomic f -- sh -c 'trap "echo stopped >told; exit 7" TERM; echo new; touch ready; while :; do sleep 0.05; done' 3>&- &
  pid=$!
  until_true [ -e ready ]
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 7 ] && [ "$(cat f told)" = oldstopped ]
  mkfifo in
  gf-buffer --atomic f --commit-on-eof <in 2>err 3>&- &
  pid=$!
  exec 7>in
  echo new >&7
  sleep 0.2
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  exec 7>&-
  [ "$status" -eq 143 ] && [ "$(cat f)" = old ]
  grep -q 'stays as it was: a signal came' err
}

# answers STATUS: a command that ends after a signal, in its own way, while gf-buffer cannot look.
answers() {
  rm -f ready told go gone
  printf old >f
  gf-buffer --atomic f -- bash -c 'trap "touch told" TERM; echo new; touch ready
    until [ -e go ]; do sleep 0.05; done; echo end; touch gone; exit '"$1" 3>&- &
  pid=$!
  until_true [ -e ready ]
  kill -TERM "$pid"
  until_true [ -e told ]
  kill -STOP "$pid"
  touch go
  until_true [ -e gone ]
  sleep 0.2
  kill -CONT "$pid"
  status=0
  wait "$pid" || status=$?
  expect_status "$1"
}

@test "buffer_atomic: a command that lives on after a signal decides, and its last words are read" {
  answers 0
  [ "$(cat f)" = $'new\nend' ]
  answers 7
  [ "$(cat f)" = old ]
}

@test "buffer_atomic: what the command has left behind may write until it closes; a signal ends the waiting" {
  gf-buffer --atomic f -- sh -c '(sleep 0.4; echo late) & echo early'
  [ "$(cat f)" = $'early\nlate' ]
  gf-buffer --atomic f -- sh -c 'sleep 60 & echo $! >left; echo new' 2>err 3>&- &
  pid=$!
  until_true grep -q 'something that it left still holds its output' err
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  kill "$(cat left)"
  rm left
  [ "$status" -eq 143 ] && [ "$(cat f)" = $'early\nlate' ]
  gf-buffer --atomic f -- sh -c 'sleep 60 & echo $! >left; echo new' 3>&- & # before that is told
  pid=$!
  until_true [ -s left ]
  sleep 0.2
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  kill "$(cat left)"
  [ "$status" -eq 143 ] && [ "$(cat f)" = $'early\nlate' ]
}

# left_by STATUS WORDS: a command that has ended, what it left behind writes on, and a signal.
left_by() {
  rm -f left
  printf old >f
  timeout --foreground -s KILL 20 gf-buffer --atomic f -- sh -c "$2 & echo \$! >left; exit $1" 3>&- &
  pid=$!
  until_true [ -s left ]
  sleep 0.2 # the command has ended
  kill -TERM "$pid" # timeout hands it on
  status=0
  wait "$pid" || status=$?
  kill "$(cat left)" || :
  [ "$(cat f)" = old ]
}

@test "buffer_atomic: what is left behind writes without a pause: a signal ends the waiting, and a status is kept" {
  left_by 0 yes
  expect_status 143
  left_by 7 'sleep 60'
  expect_status 7
}

@test "buffer_atomic: a full disk: the file stays, 125, and the command does not run on" {
  printf old >f
  run --separate-stderr bash -c 'ulimit -f 8; gf-buffer --atomic f -- yes'
  expect_status 125
  [ "$(cat f)" = old ]
  case $stderr in *"cannot write to 'f'"*hint:*) ;; *) fails "$stderr" ;; esac
}

@test "buffer_atomic: killed at any moment the file is the old one, whole, and the next run leaves nothing behind" {
  printf old >f
  for i in 1 2 3 4 5; do
    gf-buffer --atomic f -- sh -c 'while :; do echo new; done' 3>&- &
    pid=$!
    sleep 0.0$i
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    [ "$(cat f)" = old ]
  done
  gf-buffer --atomic f -- echo new
  [ "$(cat f)" = new ]
  [ -z "$(find . -name '.gf-*')" ]
}
