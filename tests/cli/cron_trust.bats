#!/usr/bin/env bats
# cron_trust.bats - whose state file gf-cron believes: its directory, what is beside it, and what it
# holds. And how long it keeps what is in it.

load helper

# database FILE SQL: what another program left.
database() {
  python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()' "$@"
}

# number FILE SQL: what it yields.
number() {
  python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])' "$@"
}

# refused WHERE WHY HINT: every command says so of the state, and nothing runs.
refused() {
  local words
  for words in 'run -S STATE -e @start -- touch ran' 'history -S STATE' 'status -S STATE' 'pause -S STATE job'; do
    # shellcheck disable=SC2086
    run gf-cron ${words//STATE/"$state"}
    expect_status 125
    [ "${lines[0]}" = "gf-cron: cannot use the state '$1': $2" ] || fails "$words: $output"
    [[ ${lines[1]} == 'hint: '*"$3"* ]] || fails "$words: $output"
  done
  [ ! -e ran ]
}

@test "state: a directory that others may write to is refused, with a sticky bit too, before a file is made" {
  state=./d/db
  mkdir d
  for mode in 0777 1777 0775 0757; do
    chmod "$mode" d
    refused "$state" 'others may write to its directory' "chmod go-w './d'"
    [ -z "$(ls d)" ]
  done
  chmod 0755 d
  run -0 gf-cron run -q -S ./d/db -e @start -- true
  chmod 1777 d
  refused "$state" 'others may write to its directory' 'mkdir -m 0700'
  chmod 0755 d
  run -0 gf-cron status -S ./d/db
}

@test "state: what another user planted beside the file is not believed" {
  [ "$(id -u)" -eq 0 ] || return 0 # a file of another user is root's to make
  state=./d/db
  mkdir d
  gf-cron run -q -S ./d/db -e @start -- true
  : >d/db-wal
  chown 65534 d/db-wal
  refused './d/db-wal' 'belongs to another user' 'move it away'
  rm d/db-wal
  chown 65534 d
  refused "$state" 'its directory belongs to another user' 'mkdir -m 0700'
}

@test "state: a link, a second name, no file and an open one beside it are refused, and stay" {
  state=./db
  gf-cron run -q -S ./db -e @start -- true
  echo mine >other
  for end in -wal -shm -journal; do
    ln -s other "db$end"
    refused "./db$end" 'is a symbolic link' 'move it away'
    rm "db$end"
    ln other "db$end"
    refused "./db$end" 'has a second name (a hard link)' 'move it away'
    rm "db$end"
    mkfifo "db$end"
    refused "./db$end" 'is not a regular file' 'move it away'
    rm "db$end"
    (umask 0 && : >"db$end")
    refused "./db$end" 'group or others may write to it' 'move it away'
    rm "db$end"
  done
  [ "$(cat other)" = mine ]
  run -0 gf-cron status -S ./db
}

@test "state: a directory that a symbolic link leads to is used, and is the one that counts" {
  mkdir real
  ln -s real link
  run -0 gf-cron run -q -S ./link/db -e @start -- true
  [ "$(gf-cron history -S ./real/db | cut -f5)" = ok ]
  state=./link/db
  chmod 0777 real
  refused "$state" 'others may write to its directory' "./link'"
}

@test "state: tables, views, triggers and indexes that are not ours to the letter are refused" {
  gf-cron run -q -S ./sound -e @start -- true
  state=./db
  while IFS= read -r sql; do
    cp sound db
    database db "$sql"
    cp db was
    refused ./db 'it has tables, views or triggers that gf-cron did not make' 'name another file'
    cmp db was
  done <<'END'
CREATE VIEW seen AS SELECT * FROM run
CREATE VIEW pragma_quick_check AS SELECT 'ok' AS quick_check
CREATE TRIGGER t AFTER UPDATE ON job BEGIN INSERT OR IGNORE INTO request SELECT id FROM job; END
CREATE TRIGGER t AFTER INSERT ON job BEGIN DELETE FROM run; END
DROP TABLE request; CREATE VIEW request AS SELECT id AS job FROM job
CREATE INDEX mine ON run(abs(outcome))
CREATE TABLE mine(x)
DROP INDEX run_open
DROP TABLE request; CREATE TABLE request(job TEXT PRIMARY KEY)
ALTER TABLE job ADD COLUMN mine
ANALYZE
PRAGMA user_version = 3
END
  cp sound db
  database db 'PRAGMA application_id = 0'
  refused ./db 'it is a database of something else' 'name another file'
}

# many FILE COUNT AGE: so many runs, of ten jobs, one a second, the latest AGE seconds ago.
many() {
  database "$1" "PRAGMA journal_mode = WAL;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $2 - 1)
    INSERT INTO run(job, due, started, ended, outcome, status)
      SELECT 'j' || (i % 10), $(date +%s) - $3 - i, 1, 2, 1, 0 FROM n;"
}

@test "state: without --keep the 100,000 latest runs are kept, of 400 days, and the space comes back" {
  gf-cron run -q -S ./db -e @start -- true
  many db 110000 1000
  before=$(stat -c %s db)
  gf-cron run -q -S ./db -e @start -- true
  # And the one that it ran.
  [ "$(number db 'SELECT count(*) FROM run')" -eq 100001 ]
  [ "$(number db "SELECT count(*) FROM run WHERE job = 'job'")" -eq 2 ]
  [ "$(number db 'PRAGMA freelist_count')" -eq 0 ]
  [ "$(stat -c %s db)" -lt "$before" ]
  gf-cron run -q -S ./old -e @start -- true
  many old 5000 $((401 * 86400))
  many old 20 $((399 * 86400))
  gf-cron run -q -S ./old -e @start -- true
  # Of the 5000 none is the last of its job.
  [ "$(number old 'SELECT count(*) FROM run')" -eq 22 ]
}

@test "state: with --keep, the time counts alone" {
  gf-cron run -q -S ./db -e @start -- true
  many db 101000 1000
  many db 3000 $((500 * 86400))
  gf-cron run -q -S ./db --keep 450d -e @start -- true
  [ "$(number db 'SELECT count(*) FROM run')" -eq 101002 ]
}

@test "state: a file of an earlier version cannot shrink, and uses its space again" {
  gf-cron run -q -S ./db -e @start -- true
  database db 'PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM'
  many db 20000 1000
  run -0 timeout 60 gf-cron run -q -S ./db --keep 1s -e @start -- true
  [ "$(number db 'SELECT count(*) FROM run')" -lt 20 ]
  [ "$(number db 'PRAGMA freelist_count')" -gt 10 ]
}
