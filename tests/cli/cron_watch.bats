#!/usr/bin/env bats
# cron_watch.bats - gf-cron run --watch: by which ways a crontab changes, and when it is whole.
# bats file_tags=plain

load helper

# scheduler FILE: watches it, in the background; its pid is $pid.
scheduler() {
  gf-cron run -S ./db --watch "$1" </dev/null >out 2>err 3>&- &
  pid=$!
  until_true test -s err
}

teardown() {
  if [ -n "${pid-}" ]; then
    kill -9 "$pid" 2>/dev/null || :
    wait "$pid" 2>/dev/null || :
  fi
}

# table WORD: a crontab whose job writes to the file WORD each second.
table() { echo "@every 1s GF_ID=$1 echo >>$1"; }

@test "watch: a crontab that is written by another name of it" {
  mkdir a b
  table one >a/t
  ln a/t b/other
  scheduler a/t
  table two >b/other
  until_true grep -q 'read again: 1 jobs' err
  until_true test -s two
}

# Runs in a name space of its own, with ./a/t mounted on ./b/t, as one file of a container's.
mounted() {
  : >b/t
  mount --bind a/t b/t || exit 99
  gf-cron run --watch b/t </dev/null 2>err 3>&- &
  pid=$!
  echo $pid >pid
  wait $pid
}

@test "watch: a crontab that is mounted, written where it comes from, and replaced there" {
  needs_namespaces
  mkdir a b
  table one >a/t
  export -f mounted
  unshare -Urm bash -c mounted 3>&- &
  pid2=$!
  until_true test -s err
  pid=$(cat pid)
  table two >a/t
  until_true test -s two
  table three >new
  mv new a/t
  until_true grep -q 'mount the directory' err
  grep -q "the crontab 'b/t' was replaced outside of this mount: the old table stays in force" err
  kill "$pid"
  wait "$pid2"
}

@test "watch: a file that is not closed yet is not taken, and the old table goes on" {
  table one >t
  scheduler t
  until_true test -s one
  exec 4>t # truncated
  table two >&4
  n=$(wc -l <one)
  until_true has_lines one $((n + 1))
  [ "$(grep -c 'read again' err)" -eq 0 ] || fails "$(cat err)"
  exec 4>&-
  until_true test -s two
  # Removed, and made anew.
  rm t
  exec 4>t
  touch other # an event of the directory
  n=$(wc -l <two)
  until_true has_lines two $((n + 1))
  table three >&4
  exec 4>&-
  until_true test -s three
  [ "$(grep -c 'read again' err)" -eq 2 ] || fails "$(cat err)"
  kill "$pid"
  wait "$pid"
  # One row for each second, from the first to the last: none vanished.
  first=$(date -u -d "$(gf-cron history -S ./db | head -n 1 | cut -f2)" +%s)
  last=$(date -u -d "$(gf-cron history -S ./db | tail -n 1 | cut -f2)" +%s)
  [ "$(gf-cron history -S ./db | cut -f2 | sort -u | wc -l)" -eq $((last - first + 1)) ] || fails "$(gf-cron history -S ./db)"
}

@test "watch: a second link is whole when it is made, and so is a link of a ConfigMap" {
  mkdir v1 v2
  echo '0 0 1 1 * GF_ID=one true' >v1/t
  echo '0 0 1 1 * GF_ID=two true' >v2/t
  ln -s v1 ..data
  ln -s ..data/t t
  scheduler t
  exec 4>>v1/t
  echo '#' >&4 # the old file is being written for good
  ln -s v2 ..data_tmp
  mv -T ..data_tmp ..data
  until_true grep -q 'read again' err
  gf-cron status -S ./db | grep -q '^two'
  exec 4>&-
  kill "$pid" && wait "$pid"
  echo '0 0 1 1 * GF_ID=three true' >made
  : >err
  scheduler made
  echo '0 0 1 1 * GF_ID=four true' >v1/new
  rm made
  ln v1/new made
  until_true grep -q 'read again' err
  gf-cron status -S ./db | grep -q '^four'
}

@test "watch: as many links one behind the other as the kernel follows, on a small stack" {
  mkdir $(seq 39)
  for i in $(seq 38); do ln -s "../$((i + 1))/t" "$i/t"; done
  echo '0 0 1 1 * GF_ID=one true' >39/t
  ln -s 1/t t
  ulimit -s 256
  scheduler t
  echo '0 0 1 1 * GF_ID=two true' >39/u
  mv 39/u 39/t
  until_true grep -q 'read again: 1 jobs' err
  gf-cron status -S ./db | grep -q '^two'
  # One on the way leads elsewhere.
  echo '0 0 1 1 * GF_ID=three true' >30/u
  : >err
  ln -s ../30/u 20/new
  mv -T 20/new 20/t
  until_true grep -q 'read again: 1 jobs' err
  gf-cron status -S ./db | grep -q '^three'
  # Too many, and all of it is as before when they are fewer again.
  ln -s ../1/t 20/new
  mv -T 20/new 20/t
  : >err
  echo '0 0 1 1 * GF_ID=four true' >30/u
  ln -s ../30/u 20/new
  mv -T 20/new 20/t
  until_true grep -q 'read again: 1 jobs' err
  gf-cron status -S ./db | grep -q '^four'
}

@test "watch: SIGHUP takes the file as it is" {
  table one >t
  scheduler t
  exec 4>t
  kill -HUP "$pid"
  until_true grep -q 'read again: 0 jobs' err
  exec 4>&-
}
