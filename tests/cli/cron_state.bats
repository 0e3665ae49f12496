#!/usr/bin/env bats
# cron_state.bats - gf-cron run -S, history, pause, resume.

load helper

@test "history: outcome, exit status, seconds" {
  gf-cron run -q -S ./db - <<<$'@start GF_ID=a true\n@start GF_ID=b exit 3'
  run gf-cron history -S ./db
  expect_status 0
  [ "$(cut -f1,5,6 <<<"$output")" = $'a\tok\t0\nb\tfailed\t3' ]
  run gf-cron history -S ./db --failed --format json
  [ "$(jq -r .job <<<"$output")" = b ]
  run gf-cron history -S ./db --since 2099-01-01
  [ -z "$output" ]
  run gf-cron history -S ./db --job a
  [ "${#lines[@]}" -eq 1 ]
}

@test "state: what ran when the scheduler was killed was interrupted" {
  gf-cron run -S ./db - <<<$'@start GF_ID=x echo >up; sleep 30' 3>&- <&0 &
  for _ in $(seq 200); do [ -s up ] && break; sleep 0.05; done
  [ -s up ]
  kill -KILL $!
  wait $! || true
  run gf-cron run -S ./db - <<<$'@start GF_ID=y true'
  expect_text '1 runs were interrupted'
  [ "$(gf-cron history -S ./db --job x | cut -f5)" = interrupted ]
}

@test "state: two schedulers on one file run each due time once" {
  printf '@every 1s GF_ID=x echo >>n\n' >t
  gf-cron run -q -S ./db t 3>&- &
  a=$!
  gf-cron run -q -S ./db t 3>&- &
  b=$!
  sleep 3.3
  kill -TERM $a $b
  wait $a $b
  [ "$(wc -l <n)" -eq "$(gf-cron history -S ./db | grep -c ok)" ]
  [ "$(wc -l <n)" -le 4 ]
}

@test "pause: a job is skipped, resume lets it go" {
  gf-cron run -q -S ./db -e @start -- true
  gf-cron pause -S ./db job
  sleep 1.1
  run gf-cron run -S ./db -e @start -- echo no
  expect_text skipped
  gf-cron resume -S ./db job
  sleep 1.1
  run gf-cron run -S ./db -e @start -- echo yes
  expect_text 'job: yes'
  run gf-cron pause -S ./db nobody
  expect_status 1
}

@test "state: a file of something else is refused and stays as it is" {
  echo 'not a database' >db
  run gf-cron run -S ./db -e @start -- touch ran
  expect_status 125
  [ ! -e ran ]
  [ "$(cat db)" = 'not a database' ]
}

@test "state: --keep forgets, but for the last run" {
  gf-cron run -q -S ./db -e @start -- true
  sleep 1.1
  gf-cron run -q -S ./db -e @start -- true
  sleep 2.1
  gf-cron run -q -S ./db --keep 1s -e '@at 2020-01-01' -- true
  [ "$(gf-cron history -S ./db | wc -l)" -eq 1 ]
}

@test "state: @start runs at each start, however quick they follow" {
  for _ in 1 2 3 4; do gf-cron run -q -S ./db -e @start -- sh -c 'echo >>ran'; done
  [ "$(wc -l <ran)" -eq 4 ]
  [ "$(gf-cron history -S ./db | wc -l)" -eq 4 ]
}

@test "state: what a killed scheduler left running is seen as interrupted at once" {
  echo '@start GF_ID=x echo >up; sleep 30' >t
  gf-cron run -S ./db t </dev/null 3>&- &
  for _ in $(seq 200); do [ -s up ] && break; sleep 0.05; done
  [ "$(gf-cron status -S ./db | cut -f1,2)" = $'x\trunning' ]
  [ "$(gf-cron history -S ./db | cut -f5)" = running ]
  [ -z "$(gf-cron history -S ./db --failed)" ]
  kill -KILL $!
  wait $! || true
  [ "$(gf-cron status -S ./db | cut -f1,2,4)" = $'x\tidle\tinterrupted' ]
  [ "$(gf-cron history -S ./db --failed | cut -f4,5)" = $'-\tinterrupted' ]
}

@test "state: a damaged file is refused and stays as it is" {
  for i in $(seq 200); do echo "@start GF_ID=job-with-a-long-name-$i true"; done >t
  gf-cron run -q -S ./db t
  [ "$(stat -c %s db)" -gt 16384 ]
  dd if=/dev/urandom of=db bs=4096 seek=2 count=1 conv=notrunc 2>/dev/null
  cp db was
  run gf-cron run -S ./db -e @start -- touch ran
  expect_status 125
  expect_text damaged
  [ ! -e ran ]
  cmp db was
}

# database FILE SQL: what another program, or another version of gf-cron, left.
database() {
  python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()' "$@"
  chmod 600 "$1"
}

@test "state: a file of version 1 or 2 is upgraded, and has its history and its pauses" {
  # To the letter: anything else is refused.
  first="CREATE TABLE job(id TEXT PRIMARY KEY, since INTEGER NOT NULL, paused INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
    CREATE TABLE run(job TEXT NOT NULL, due INTEGER NOT NULL, started INTEGER, ended INTEGER,"
  first+=" outcome INTEGER NOT NULL, status INTEGER, signal INTEGER, owner TEXT, PRIMARY KEY(job, due)) WITHOUT ROWID;
    CREATE INDEX run_due ON run(due);
    INSERT INTO job VALUES('old', 50, 1);
    INSERT INTO run VALUES('old', 1767225600, 1767225600000000000, 1767225601000000000, 2, 3, 0, NULL);
    PRAGMA application_id = 1734763378; PRAGMA user_version = 1;"
  second="CREATE TABLE request(job TEXT PRIMARY KEY) WITHOUT ROWID; PRAGMA user_version = 2;"
  database v1 "$first"
  database v2 "$first$second"
  for file in v1 v2; do
    run -0 gf-cron history -S "./$file"
    [ "$output" = $'old\t2026-01-01T00:00:00Z\t2026-01-01T00:00:00.000Z\t1\tfailed\t3\t-\t1' ] || fails "$output"
    run -0 gf-cron run -S "./$file" - <<<$'@start GF_ID=old echo no\n@start GF_ID=new echo yes'
    expect_text 'new: yes'
    expect_text 'old skipped'
    [ "$(gf-cron status -S "./$file" | cut -f1,2)" = $'new\tidle\nold\tpaused' ] || fails "$(gf-cron status -S "./$file")"
  done
}

@test "state: a directory that is missing, and a file that cannot be trusted, have a way out" {
  run -125 gf-cron run -S ./no/db -e @start -- true
  [ "${lines[1]}" = "hint: the directory is missing: mkdir -p './no'" ] || fails "$output"
  gf-cron run -q -S ./db -e @start -- true
  chmod 666 db
  for words in 'run -S ./db -e @start -- true' 'history -S ./db'; do
    # shellcheck disable=SC2086
    run -125 gf-cron $words
    [ "${lines[0]}" = "gf-cron: cannot use the state './db': group or others may write to it" ] || fails "$output"
    [ "${lines[1]}" = "hint: if nobody else has changed it: chmod go-w './db'" ] || fails "$output"
  done
}

@test "state: a newer file, a foreign one and a damaged one are refused, with a way out" {
  gf-cron run -q -S ./newer -e @start -- true
  cp newer damaged
  database newer 'PRAGMA user_version = 99'
  database damaged 'UPDATE run SET outcome = 77'
  database foreign 'CREATE TABLE mine(x); PRAGMA user_version = 1'
  while IFS=: read -r file why hint; do
    cp "$file" was
    for command in run history status; do
      case $command in
        run) run gf-cron run -S "./$file" -e @start -- touch ran ;;
        *) run gf-cron "$command" -S "./$file" ;;
      esac
      expect_status 125
      verb="use the state './$file'"
      # That a row is odd is seen by a scheduler at its start, by others as they read the row.
      [ "$file-$command" = damaged-run ] || [ "$file" != damaged ] || verb='read the state'
      [[ ${lines[0]} == "gf-cron: cannot $verb: "*"$why"* ]] || fails "$output"
      [[ ${lines[1]} == 'hint: '*"$hint"* ]] || fails "$output"
    done
    cmp "$file" was
  done <<'END'
newer:of a later version:a newer gf-cron wrote the file
foreign:of something else:name another file
damaged:damaged:move the file away
END
  [ ! -e ran ]
}
