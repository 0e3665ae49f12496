#!/usr/bin/env bats
# cron_trust.bats - whose state file gf-cron believes: its directory, what is beside it, and what it
# holds.

load helper

# database FILE SQL: what another program left.
database() {
  python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()' "$@"
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
