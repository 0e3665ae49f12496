/*
 * state_file_schema.c - what a state file holds, by version.
 *
 * Three tables: job (id, since, paused, starts, and the schedule it has where), run (job, due,
 * ...), whose primary key is the claim, with what the run waits for (enum gf_wait), and request
 * (job): what is to run once, asked for by hand.
 *
 * A new file can give space back (gf_state_shrink). An older one cannot until it is rewritten by
 * VACUUM, which is left to its owner: it takes the disk space of the file a second time, and time
 * before the first job, and without it the space is used again for new rows.
 */
#include "cron/state_file.h"

/* versions[n] makes version n + 1 out of version n. */
static const char *const versions[] = {
    "PRAGMA auto_vacuum = INCREMENTAL;" /* counts before the first table alone */
    "BEGIN IMMEDIATE;"
    "CREATE TABLE job(id TEXT PRIMARY KEY, since INTEGER NOT NULL, paused INTEGER NOT NULL DEFAULT "
    "0)"
    " WITHOUT ROWID;"
    "CREATE TABLE run(job TEXT NOT NULL, due INTEGER NOT NULL, started INTEGER, ended INTEGER,"
    " outcome INTEGER NOT NULL, status INTEGER, signal INTEGER, owner TEXT,"
    " PRIMARY KEY(job, due)) WITHOUT ROWID;"
    "CREATE INDEX run_due ON run(due);"
    "PRAGMA application_id = 1734763378;"
    "PRAGMA user_version = 1;"
    "COMMIT;",
    "BEGIN IMMEDIATE;"
    "CREATE TABLE request(job TEXT PRIMARY KEY) WITHOUT ROWID;"
    "PRAGMA user_version = 2;"
    "COMMIT;",
    "BEGIN IMMEDIATE;"
    "ALTER TABLE run ADD COLUMN times INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE job ADD COLUMN schedule TEXT;"
    "ALTER TABLE job ADD COLUMN zone TEXT;"
    "ALTER TABLE job ADD COLUMN dst INTEGER;"
    "ALTER TABLE job ADD COLUMN owner TEXT;"
    "PRAGMA user_version = 3;"
    "COMMIT;",
    "BEGIN IMMEDIATE;"
    "ALTER TABLE run ADD COLUMN wait INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN until INTEGER;"
    "ALTER TABLE run ADD COLUMN again INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE job ADD COLUMN lock TEXT;"
    "ALTER TABLE job ADD COLUMN starts INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX run_open ON run(job) WHERE outcome = 0;"
    "PRAGMA user_version = 4;"
    "COMMIT;",
};

const struct gf_db_kind gf_state_kind = {
    .application = 0x67666372, /* gfcr */
    .tool = "gf-cron",
    .versions = versions,
    .nversions = sizeof versions / sizeof versions[0],
    .odd = "SELECT count(*) FROM run WHERE outcome NOT BETWEEN 0 AND 6",
    .odd_words = "the database is damaged: an outcome in it is none",
    .add_words = gf_state_add_words,
    .in_use = gf_state_has_owner,
    .in_use_words = "a scheduler has it, whose -wal file is not to be seen from here",
};
