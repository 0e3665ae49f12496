#!/usr/bin/env bats
# cron_shared.bats - one state file and several schedulers, also in containers of their own; a file
# that is removed, locked, on a full disk, or on a disk that is for reading only.
# bats file_tags=plain

load helper

teardown() {
  if [ -n "${place-}" ]; then
    chmod 700 "$place/w" && rm -rf "$place"
  fi
  for pid in "${pid-}" "${pid2-}"; do
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || :
    [ -z "$pid" ] || wait "$pid" 2>/dev/null || :
  done
}

@test "overlap: a run that another scheduler of the state has going is not run beside" {
  echo '@start GF_ID=x echo >up; sleep 30' >a
  gf-cron run -q -S ./db a </dev/null 3>&- &
  pid=$!
  until_true test -s up
  run -0 gf-cron run -S ./db - <<<'@start GF_ID=x touch second'
  expect_text 'skipped'
  expect_text 'its last run goes on in another scheduler'
  [ ! -e second ]
  [ "$(gf-cron history -S ./db | cut -f5 | sort | tr '\n' ' ')" = 'running skipped ' ]
  run -0 gf-cron run -S ./db - <<<'@start GF_ID=x GF_OVERLAP=allow touch second'
  [ -e second ]
}

@test "overlap: nor is one that waited for a slot while the other one started" {
  printf '@start GF_ID=%s %s\n' first 'echo >up; until [ -e go ]; do sleep 0.05; done' x 'touch second' >a
  gf-cron run -j1 -S ./db a </dev/null 2>err 3>&- &
  pid=$!
  until_true test -s up
  echo '@start GF_ID=x echo >up2; sleep 30' >b
  gf-cron run -q -S ./db b </dev/null 3>&- &
  pid2=$!
  until_true test -s up2
  touch go
  wait "$pid"
  grep -q 'x skipped.*in another scheduler' err || fails "$(cat err)"
  [ ! -e second ]
}

# contained CMD...: in name spaces of its own, where numbers of processes mean nothing outside. Called
# in a subshell, which it becomes.
contained() { exec unshare -Urpf --kill-child --mount-proc "$@"; }

@test "state: a run of a scheduler in another process name space goes on, until that one is gone" {
  needs_namespaces
  echo '@start GF_ID=x echo >up; sleep 30' >a
  unshare -Urpf --kill-child --mount-proc gf-cron run -q -S ./db a </dev/null 3>&- &
  pid=$!
  until_true test -s up
  [ "$(contained gf-cron history -S ./db | cut -f5)" = running ]
  [ "$(contained gf-cron status -S ./db | cut -f1,2)" = $'x\trunning' ]
  run -0 contained gf-cron run -S ./db - <<<'@start GF_ID=y true'
  [[ $output != *interrupted* ]] || fails "$output"
  [ "$(gf-cron history -S ./db --job x | cut -f5)" = running ]
  kill -9 "$pid"
  until_true eval '[ "$(contained gf-cron history -S ./db --job x | cut -f5)" = interrupted ]'
  run -0 contained gf-cron run -S ./db - <<<'@start GF_ID=y true'
  expect_text '1 runs were interrupted'
}

@test "state: a process of a job that outlives its scheduler does not stand for it" {
  # The job itself dies with the scheduler; what it has in the background does not.
  echo '@start GF_ID=x sleep 30 & echo $! >up; wait' >a
  gf-cron run -q -S ./db a </dev/null 3>&- &
  pid=$!
  until_true test -s up
  kill -9 "$pid"
  wait "$pid" || :
  job=$(cat up)
  kill -0 "$job"
  [ "$(gf-cron history -S ./db | cut -f5)" = interrupted ]
  kill "$job"
}

# rows_before SECONDS: how many runs on record were due before then.
rows_before() { gf-cron history -S ./db 2>/dev/null | cut -f2 | date -u -f - +%s | awk -v t="$1" '$1 + 0 < t + 0 { n++ } END { print n + 0 }'; }

@test "state: what was left to another scheduler is missed when both are killed" {
  printf 'GF_FIELDS=6\n* * * * * * GF_ID=x true\n' >t
  gf-cron run -q -S ./db t </dev/null 3>&- &
  pid=$!
  until_true eval 'gf-cron history -S ./db 2>/dev/null | grep -q ok'
  kill -STOP "$pid"
  was=$(rows_before 9999999999)
  sleep 2.1
  began=$(date +%s)
  gf-cron run -q -S ./db t </dev/null 3>&- &
  pid2=$!
  until_true eval '[ "$(rows_before 9999999999)" -gt "$was" ]'
  [ "$(rows_before "$began")" -eq "$was" ] # the first one is there, and may still run them
  kill -9 "$pid" "$pid2"
  wait "$pid" "$pid2" || :
  gf-cron history -S ./db >rows
  cut -f2 rows | date -u -f - +%s >due
  [ "$(wc -l <due)" -eq $(($(tail -n 1 due) - $(head -n 1 due) + 1)) ] || fails "$(cat rows)"
  [ "$(rows_before "$began")" -gt "$was" ]
  [ "$(grep -c missed rows)" -ge 1 ]
}

@test "state: while its file is gone nothing starts, which is told once, and the end is 125" {
  gf-cron run -S ./db -e '@every 1s' -- sh -c 'echo >>ran' </dev/null >out 2>err 3>&- &
  pid=$!
  until_true test -s ran
  gone='cannot write the state: the file was removed while it was in use'
  mv db away
  until_true grep -q "$gone" err
  n=$(wc -l <ran)
  mv away db
  until_true has_lines ran $((n + 1))
  until_true gf-cron history -S ./db --job job
  [ "$(gf-cron history -S ./db | grep -c missed)" -eq "$(grep -c missed err)" ]
  rm db
  until_true eval '[ "$(grep -c "$gone" err)" -ge 2 ]'
  kill "$pid"
  status=0
  wait "$pid" || status=$?
  expect_status 125
  [ "$(grep -c "$gone" err)" -eq 2 ] || fails "$(cat err)"
}

@test "state: a file that was removed in use is made anew by the next scheduler, without its logs" {
  echo '@start GF_ID=x echo >up; exec sleep 30' >t
  gf-cron run -q -S ./db t </dev/null 2>err 3>&- &
  pid=$!
  until_true test -s up
  rm db
  run -0 gf-cron run -q -S ./db -e @start -- true
  [ -z "$output" ] || fails "$output"
  echo '@start GF_ID=y echo >up2; exec sleep 30' >t
  gf-cron run -q -S ./db t </dev/null 3>&- &
  pid2=$!
  until_true test -s up2
  kill "$pid"
  kill "$(pgrep -P "$pid")"
  wait "$pid" || :
  [ "$(gf-cron history -S ./db | cut -f1,5)" = $'job\tok\ny\trunning' ]
}

@test "state: a file that is replaced by another is not written" {
  run -125 gf-cron run -S ./db -e @start -- sh -c 'echo mine >new; mv new db'
  expect_text 'cannot write the state: the file was replaced by another while it was in use'
  expect_text "job 'job' is not on record: ok"
  [ "$(cat db)" = mine ]
}

@test "state: one that another process has locked is said to be locked, not damaged" {
  gf-cron run -q -S ./db -e @start -- true
  python3 -c 'import sqlite3, sys
c = sqlite3.connect("db"); c.execute("PRAGMA locking_mode = EXCLUSIVE"); c.execute("BEGIN EXCLUSIVE")
print(flush=True); sys.stdin.read()' < <(sleep 30) >locked 3>&- &
  pid=$!
  until_true test -s locked
  for words in 'history -S ./db' 'status -S ./db' 'pause -S ./db job' 'run -S ./db -e @start -- touch ran'; do
    # shellcheck disable=SC2086
    run -125 gf-cron $words
    [ "${lines[0]}" = "gf-cron: cannot use the state './db': another process has it locked" ] || fails "$output"
    [ "${lines[1]}" = 'hint: keep the file: end the program that has it open, or try again later' ] || fails "$output"
  done
  [ ! -e ran ]
}

# Runs in a name space of its own, with a small file system in ./d that is full.
full() {
  mount -t tmpfs -o size=200k,mode=755 none d && cd d || exit 99
  gf-cron run -q -S ./db -e @start -- true || exit 98
  head -c 1M /dev/zero >fill 2>/dev/null
  for state in db new; do
    gf-cron run -q -S ./$state -e @start -- touch ../ran 2>>../err
    echo "$state run $?"
  done
  gf-cron history -S ./db | cut -f5
  gf-cron status -S ./db | cut -f1,4
}

@test "state: on a full disk nothing is called damaged, and what is on record can be read" {
  needs_namespaces
  mkdir d
  export -f full
  run -0 unshare -Urm bash -c full
  [ "$output" = $'db run 125\nnew run 125\nok\njob\tok' ] || fails "$output $(cat err)"
  [ "$(cat err)" = "$(printf "gf-cron: cannot use the state './%s': the disk is full\nhint: keep the file: make room on its disk\n" db new)" ] || fails "$(cat err)"
  [ ! -e ran ]
}

# Runs in a name space of its own, with ./w mounted on ./r for reading only.
reading() {
  mount --bind w r && mount -o remount,ro,bind r || exit 99
  cd r && eval "$1"
}

# read_only SCRIPT: there; $output is what it prints.
read_only() {
  export -f reading
  # shellcheck disable=SC2016
  run unshare -Urm bash -c 'reading "$1"' - "$1"
}

@test "state: the limits on open files and on the size of files are said, not damage" {
  gf-cron run -q -S ./db -e @start -- true
  n=3
  until [ "$n" -eq 20 ] || run bash -c "ulimit -n $n; exec gf-cron status -S ./db" 3>&- && [ "$status" -eq 0 ]; do
    # With less than four the loader fails, not gf-cron.
    [[ $output == *'hint: keep the file: raise the limit (ulimit -n)' ]] || [ "$n" -lt 4 ] || fails "$n: $output"
    n=$((n + 1))
  done
  [ "$n" -gt 5 ] && [ "$n" -lt 20 ]
  # Nothing of the first page, a part of it, or all of it; more, but not all of the file.
  for n in 0 1 512 1536 4095 4096 8192; do
    rm -f new*
    run prlimit --fsize=$n gf-cron run -q -S ./new -e @start -- touch ran
    expect_status 125
    [ "$output" = "gf-cron: cannot use the state './new': the limit on the size of files is reached
hint: keep the file: raise the limit (ulimit -f)" ] || fails "$n: $output"
    cp db copy
    run prlimit --fsize=$n gf-cron pause -S ./copy job
    expect_status 125
    [ "$output" = "gf-cron: cannot use the state './copy': the limit on the size of files is reached
hint: keep the file: raise the limit (ulimit -f)" ] || fails "$n: $output"
    gf-cron history -S ./copy | grep -q $'\tok\t' || fails "$n: $(gf-cron history -S ./copy 2>&1)"
  done
  # There is room for the file, not for what lies beside it.
  run prlimit --fsize="$(stat -c %s db)" gf-cron run -q -S ./new -e @start -- touch ran
  expect_status 125
  [[ $output == "gf-cron: cannot "*": the limit on the size of files is reached
hint: keep the file: raise the limit (ulimit -f)" ]] || fails "$output"
  [ ! -e ran ]
}

@test "history, status: need no disk that can be written" {
  needs_namespaces
  mkdir w r
  gf-cron run -q -S ./w/db -e @start -- true
  read_only 'gf-cron history -S ./db | cut -f5; gf-cron status -S ./db | cut -f1,4; gf-cron pause -S ./db job'
  [ "$output" = $'ok\njob\tok\n'"gf-cron: cannot use the state './db': Read-only file system"$'\nhint: history and status can read it there; to run, pause or trigger jobs, name a file that can be written with -S' ] || fails "$output"
  # A scheduler was killed: its log is beside the file.
  echo '@start GF_ID=x echo >up; exec sleep 30' >t
  gf-cron run -q -S ./w/db t </dev/null 3>&- &
  pid=$!
  until_true test -s up
  read_only 'gf-cron history -S ./db | cut -f5'
  [ "$output" = $'ok\nrunning' ] || fails "$output"
  kill -9 "$pid"
  wait "$pid" || :
  read_only 'gf-cron history -S ./db | cut -f5'
  [ "$output" = $'ok\ninterrupted' ] || fails "$output"
  rm w/db-shm # as in a copy of the two others
  read_only 'gf-cron history -S ./db'
  [ "$status" -eq 125 ]
  expect_text 'what was written last is in a file beside it'
}

# Runs in a name space of its own, with the file alone in ./r, for reading only.
alone() {
  : >r/db
  mount --bind r r && mount --bind w/db r/db && mount -o remount,ro,bind r/db &&
    mount -o remount,ro,bind r || exit 99
  cd r && gf-cron history -S ./db
}

@test "history: a file without the log that a scheduler writes elsewhere is not believed" {
  needs_namespaces
  mkdir w r
  echo '@start GF_ID=x echo >up; exec sleep 30' >t
  gf-cron run -q -S ./w/db t </dev/null 3>&- &
  pid=$!
  until_true test -s up
  export -f alone
  run -125 unshare -Urm bash -c alone
  [ "$output" = "gf-cron: cannot use the state './db': a scheduler has it, whose -wal file is not to be seen from here" ] || fails "$output"
  while kill "$pid" 2>/dev/null; do sleep 0.2; done # again and again: two of a kind may come as one
  wait "$pid" || :
  run -0 unshare -Urm bash -c alone
  [[ $output == *interrupted* ]] || fails "$output"
}

@test "history: by a user who may only read the file and its directory" {
  place=$(mktemp -d /tmp/gf-cron-shared.XXXXXX)
  as=()
  mkdir "$place/w"
  gf-cron run -q -S "$place/w/db" -e @start -- true
  cp "$GF_BIN/gf-cron" "$place"
  if [ "$(id -u)" -eq 0 ]; then
    chown -R 65534 "$place"
    as=(setpriv --reuid 65534 --clear-groups)
  fi
  chmod 400 "$place/w/db"
  chmod 500 "$place/w"
  run -0 "${as[@]}" "$place/gf-cron" history -S "$place/w/db"
  [ "$(cut -f5 <<<"$output")" = ok ]
}
