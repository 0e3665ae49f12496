/*
 * state_schema.c - what a state file holds, by version, and whether a file holds just that.
 *
 * Three tables: job (id, since, paused, starts, and the schedule it has where), run (job, due,
 * ...), whose primary key is the claim, with what the run waits for (enum gf_wait), and request
 * (job): what is to run once, asked for by hand. Ours are told by application_id, and by
 * user_version. A new file goes through all versions.
 *
 * A view or a trigger in a file would be obeyed by statements that name a table, and an index can
 * call functions. So a file is ours only when its tables and indexes are to the letter those that
 * the statements of its version make: they are run in a database in memory, and both are compared.
 *
 * A new file can give space back (gf_state_shrink). An older one cannot until it is rewritten by
 * VACUUM, which is left to its owner: it takes the disk space of the file a second time, and time
 * before the first job, and without it the space is used again for new rows.
 */
#include <string.h>

#include "cron/state_db.h"

enum {
    APPLICATION = 0x67666372, /* gfcr */
};

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

enum {
    VERSION = sizeof versions / sizeof versions[0]
};

int gf_db_ask(struct gf_state *s, const char *sql, int64_t *v)
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(s->db, sql, -1, &q, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(q);
        *v = code == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;
    }
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        code = gf_db_code(s);
    else
        code = SQLITE_OK;
    sqlite3_finalize(q);
    return code;
}

/* ---- to the letter --------------------------------------------------------------------------- */

static bool is_same_row(sqlite3_stmt *a, sqlite3_stmt *b)
{
    for (int i = 0; i < 4; i++) {
        const void *x = sqlite3_column_blob(a, i), *y = sqlite3_column_blob(b, i);
        int n = sqlite3_column_bytes(a, i);
        if (n != sqlite3_column_bytes(b, i) || (n && (!x || !y || memcmp(x, y, (size_t)n) != 0)))
            return false;
    }
    return true;
}

/* Steps through both as long as they are alike. SQLITE_OK: *same is the answer. */
static int compare_rows(sqlite3_stmt *theirs, sqlite3_stmt *ours, bool *same)
{
    int a, b;
    do {
        a = sqlite3_step(theirs);
        b = sqlite3_step(ours);
        *same = a == b && (a == SQLITE_DONE || (a == SQLITE_ROW && is_same_row(theirs, ours)));
    } while (*same && a == SQLITE_ROW);
    if (a != SQLITE_ROW && a != SQLITE_DONE)
        return a;
    return b == SQLITE_ROW || b == SQLITE_DONE ? SQLITE_OK : b;
}

/* Compares the tables, indexes, views and triggers of the file with what `model` has. */
static int compare(struct gf_state *s, sqlite3 *model, bool *same)
{
    sqlite3 *file = s->db;
    static const char sql[] =
        "SELECT type, name, tbl_name, sql FROM main.sqlite_master ORDER BY name";
    sqlite3_stmt *theirs = NULL, *ours = NULL;
    int code = sqlite3_prepare_v2(file, sql, -1, &theirs, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(model, sql, -1, &ours, NULL);
    if (code == SQLITE_OK)
        code = compare_rows(theirs, ours, same);
    bool unread = sqlite3_errcode(file) == SQLITE_NOMEM || sqlite3_errcode(model) == SQLITE_NOMEM;
    if (code == SQLITE_OK && !*same && unread)
        code = SQLITE_NOMEM; /* a column that there was no memory for is no other column */
    if (code != SQLITE_OK && sqlite3_errcode(file) == (code & 0xff))
        code = gf_db_code(s);
    sqlite3_finalize(theirs);
    sqlite3_finalize(ours);
    return code;
}

/* Whether the file has what its version has, no less and no more. SQLITE_OK, or SQLite's code. */
static int is_to_the_letter(struct gf_state *s, int64_t version, bool *same)
{
    sqlite3 *model = NULL;
    int code = sqlite3_open(":memory:", &model);
    for (int64_t i = 0; i < version && code == SQLITE_OK; i++)
        code = sqlite3_exec(model, versions[i], NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = compare(s, model, same);
    sqlite3_close(model);
    return code;
}

/* Within one transaction, so that all is of one version. 0, or as gf_state_open. */
static int look_whose(struct gf_state *s, int64_t *version, const char **why)
{
    int64_t mark = 0;
    bool same = false;
    int code = gf_db_ask(s, "PRAGMA application_id", &mark);
    if (code == SQLITE_OK)
        code = gf_db_ask(s, "PRAGMA user_version", version);
    if (code != SQLITE_OK)
        return gf_db_refuse_code(s, code, why);
    if (*version < 0 || (mark != APPLICATION && (mark != 0 || *version != 0)))
        return gf_db_refuse(why, GF_STATE_FOREIGN, "it is a database of something else");
    if (*version > VERSION)
        return gf_db_refuse(why, GF_STATE_LATER, "it is of a later version");
    code = is_to_the_letter(s, *version, &same);
    if (code != SQLITE_OK)
        return gf_db_refuse_code(s, code, why);
    if (same)
        return 0;
    return gf_db_refuse(why, GF_STATE_FOREIGN,
                        mark == APPLICATION
                            ? "it has tables, views or triggers that gf-cron did not make"
                            : "it is a database of something else");
}

int gf_db_look(struct gf_state *s, int64_t *version, const char **why)
{
    if (sqlite3_exec(s->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        return gf_db_refuse_code(s, gf_db_code(s), why);
    int got = look_whose(s, version, why);
    gf_state_undo(s);
    return got;
}

bool gf_db_is_current(int64_t version)
{
    return version == VERSION;
}

/* ---- up to our version ----------------------------------------------------------------------- */

int gf_db_bring_up(struct gf_state *s, int64_t is)
{
    int code = SQLITE_OK;
    for (int64_t was = -1; is < VERSION && is != was;) {
        was = is;
        code = sqlite3_exec(s->db, versions[is], NULL, NULL, NULL);
        if (code != SQLITE_OK) {
            code = gf_db_code(s);
            gf_state_undo(s);
        }
        int got = gf_db_ask(s, "PRAGMA user_version", &is);
        if (got != SQLITE_OK)
            return got;
    }
    return is == VERSION ? SQLITE_OK : code;
}

/* ---- whether it is whole --------------------------------------------------------------------- */

/* To the check a page that cannot be read is a fault like any other: only the file knows. */
static int ask_whole(struct gf_state *s)
{
    sqlite3_stmt *q = NULL;
    int code = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &q, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(q);
    const char *text = code == SQLITE_ROW ? (const char *)sqlite3_column_text(q, 0) : NULL;
    if (code != SQLITE_ROW)
        code = gf_db_code(s);
    else if (!text)
        code = SQLITE_NOMEM;
    else if (strcmp(text, "ok") == 0)
        code = SQLITE_OK;
    else {
        s->reason = gf_db_errno(s->db);
        code = s->reason ? SQLITE_IOERR : SQLITE_CORRUPT;
    }
    sqlite3_finalize(q);
    return code;
}

/* A byte that was overwritten within a row is no fault to SQLite. */
int gf_db_look_whole(struct gf_state *s, int64_t version, const char **why)
{
    int64_t odd = 0;
    int code = ask_whole(s);
    if (code == SQLITE_OK && version > 0)
        code = gf_db_ask(s, "SELECT count(*) FROM run WHERE outcome NOT BETWEEN 0 AND 6", &odd);
    if (code != SQLITE_OK)
        return gf_db_refuse_code(s, code, why);
    return odd ? gf_db_refuse(why, GF_STATE_DAMAGED, GF_DB_ODD_OUTCOME) : 0;
}
