/*
 * state.c - opening the file, and what all that reads and writes it needs.
 *
 * Three tables: job (id, since, paused, and the schedule it has where), run (job, due, ...), whose
 * primary key is the claim, with what the run waits for (enum gf_wait), and request (job): what is
 * to run once, asked for by hand. Ours are told by application_id, and by user_version. A new file
 * goes through all versions.
 */
#include "cron/state.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/statepath.h"
#include "cron/state_db.h"

enum {
    APPLICATION = 0x67666372, /* gfcr */
    BUSY_MS = 5000,
};

/* versions[n] makes version n + 1 out of version n. */
static const char *const versions[] = {
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
    "PRAGMA user_version = 4;"
    "COMMIT;",
};

enum {
    VERSION = sizeof versions / sizeof versions[0]
};

const char *gf_state_error(const struct gf_state *s)
{
    return s->error;
}

void gf_state_patience(struct gf_state *s, int ms)
{
    sqlite3_busy_timeout(s->db, ms);
}

bool gf_state_is_locked(const struct gf_state *s)
{
    return s->locked;
}

/* ---- statements ------------------------------------------------------------------------------ */

int gf_db_fail(struct gf_state *s)
{
    snprintf(s->error, sizeof s->error, "%s", sqlite3_errmsg(s->db));
    int code = sqlite3_errcode(s->db) & 0xff;
    s->locked = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    return -1;
}

sqlite3_stmt *gf_db_get(struct gf_state *s, const char *sql)
{
    size_t i = 0;
    while (i < GF_DB_KEPT - 1 && s->kept[i].sql && s->kept[i].sql != sql)
        i++;
    if (s->kept[i].sql == sql)
        return s->kept[i].q;
    sqlite3_finalize(s->kept[i].q);
    s->kept[i].sql = NULL;
    s->kept[i].q = NULL;
    if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->kept[i].q, NULL) !=
        SQLITE_OK) {
        gf_db_fail(s);
        return NULL;
    }
    s->kept[i].sql = sql;
    return s->kept[i].q;
}

void gf_db_text(sqlite3_stmt *q, int i, const char *text)
{
    sqlite3_bind_text(q, i, text, -1, SQLITE_TRANSIENT);
}

void gf_db_done(sqlite3_stmt *q)
{
    sqlite3_reset(q);
    sqlite3_clear_bindings(q);
}

int gf_db_finish(struct gf_state *s, sqlite3_stmt *q)
{
    int r = sqlite3_step(q);
    int status = r == SQLITE_DONE || r == SQLITE_ROW ? 0 : gf_db_fail(s);
    gf_db_done(q);
    return status;
}

int gf_state_begin(struct gf_state *s)
{
    return sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ? 0
                                                                                 : gf_db_fail(s);
}

void gf_state_undo(struct gf_state *s)
{
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL,
                 NULL); /* nothing to do where it is undone already */
}

int gf_state_commit(struct gf_state *s)
{
    if (sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    gf_db_fail(s);
    gf_state_undo(s);
    return -1;
}

/* ---- processes ------------------------------------------------------------------------------- */

/* The process and when it was started, from field 22 of /proc/PID/stat: a number that was used
 * again is somebody else. */
static bool describe(pid_t pid, char out[GF_STATE_OWNER_SIZE])
{
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof text - 1);
    if (fd != -1)
        close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    const char *p = strrchr(text, ')'); /* the name may hold blanks and brackets */
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    if (!p)
        return false;
    snprintf(out, GF_STATE_OWNER_SIZE, "%ld:%.*s", (long)pid, (int)strcspn(p + 1, " "), p + 1);
    return true;
}

bool gf_state_is_alive(const char *owner)
{
    char now[GF_STATE_OWNER_SIZE];
    pid_t pid = (pid_t)strtol(owner, NULL, 10);
    return pid > 0 && describe(pid, now) && strcmp(now, owner) == 0;
}

static void sql_alive(sqlite3_context *out, int n, sqlite3_value **owner)
{
    const char *text = n ? (const char *)sqlite3_value_text(owner[0]) : NULL;
    sqlite3_result_int(out, text && gf_state_is_alive(text));
}

static const char seen[] =
    "CREATE TEMP VIEW seen AS SELECT job, due, started, ended,"
    " CASE WHEN outcome = 0 AND NOT gf_alive(owner) THEN 6 ELSE outcome END AS outcome,"
    " status, signal, times, wait, until FROM run";

/* What statements use beside the tables. */
static bool add_words(struct gf_state *s)
{
    return sqlite3_create_function(s->db, "gf_alive", 1, SQLITE_UTF8, NULL, sql_alive, NULL,
                                   NULL) == SQLITE_OK &&
           sqlite3_exec(s->db, seen, NULL, NULL, NULL) == SQLITE_OK;
}

/* ---- opening --------------------------------------------------------------------------------- */

static int64_t one_number(struct gf_state *s, const char *sql, int64_t otherwise)
{
    sqlite3_stmt *q = NULL;
    int64_t v = otherwise;
    if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
        v = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    return v;
}

/* Makes the file when it may; refuses what cannot be trusted. NULL: good. */
static const char *prepare_file(const char *path, bool create)
{
    const char *why = NULL;
    int fd = gf_state_openat(AT_FDCWD, path, O_RDWR | (create ? O_CREAT : 0), &why);
    if (fd == -1)
        return why;
    close(fd);
    return NULL;
}

/* The busy handler is not asked when the mode is changed, so another that opens the file at this
 * moment is waited for here. */
static int use_wal(struct gf_state *s)
{
    static const char sql[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";
    int r = SQLITE_BUSY;
    for (int waited = 0; r == SQLITE_BUSY && waited < BUSY_MS; waited += 20) {
        if (waited)
            sqlite3_sleep(20);
        r = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    }
    return r;
}

/* From whatever version to ours. Another process may do the same at this moment: what counts is
 * that the version has gone on. */
static bool bring_up(struct gf_state *s)
{
    int64_t is, was = -1;
    while ((is = one_number(s, "PRAGMA user_version", -1)) >= 0 && is < VERSION && is != was) {
        was = is;
        if (sqlite3_exec(s->db, versions[is], NULL, NULL, NULL) != SQLITE_OK)
            gf_state_undo(s);
    }
    return is == VERSION;
}

/* An empty file, without a mark of somebody else, becomes ours. */
static bool is_ours(struct gf_state *s, int64_t tables)
{
    int64_t mark = one_number(s, "PRAGMA application_id", -1);
    return mark == APPLICATION || (mark == 0 && tables == 0);
}

/* Whether the file may be written: it is a whole database, ours, and not of a later version. 0, or
 * as gf_state_open. */
static int look_at(struct gf_state *s, const char **why)
{
    int64_t tables = one_number(s, "SELECT count(*) FROM sqlite_master", -1);
    if (tables < 0) {
        *why = "it is not a database, or a damaged one";
        return GF_STATE_FOREIGN;
    }
    if (!is_ours(s, tables)) {
        *why = "it is a database of something else";
        return GF_STATE_FOREIGN;
    }
    if (one_number(s, "SELECT count(*) FROM pragma_quick_check WHERE quick_check != 'ok'", 1)) {
        *why = "the database is damaged";
        return GF_STATE_DAMAGED;
    }
    if (one_number(s, "PRAGMA user_version", 0) > VERSION) {
        *why = "it is of a later version";
        return GF_STATE_LATER;
    }
    return 0;
}

static int set_up(struct gf_state *s, const char **why)
{
    sqlite3_busy_timeout(s->db, BUSY_MS);
    int got = look_at(s, why);
    if (got != 0)
        return got;
    if (!bring_up(s)) {
        *why = "its tables cannot be made";
    } else if (one_number(s, "SELECT count(*) FROM run WHERE outcome NOT BETWEEN 0 AND 6", 1)) {
        *why = "the database is damaged: an outcome in it is none";
        return GF_STATE_DAMAGED;
    } else if (use_wal(s) != SQLITE_OK) {
        *why = "write-ahead mode is not possible there";
    } else if (!add_words(s)) {
        *why = "out of memory";
    } else {
        return 0;
    }
    return -1;
}

int gf_state_open(struct gf_state **out, const char *path, bool create, const char **why)
{
    int got = -1;
    struct gf_state *s = calloc(1, sizeof *s);
    *why = s ? prepare_file(path, create) : "out of memory";
    if (*why)
        goto fail;
    if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL) !=
        SQLITE_OK) {
        *why = "it cannot be opened as a database";
        goto fail;
    }
    got = set_up(s, why);
    if (got != 0)
        goto fail;
    if (!describe(getpid(), s->owner))
        snprintf(s->owner, sizeof s->owner, "%ld:?", (long)getpid());
    *out = s;
    return 0;
fail:
    gf_state_close(s);
    return got;
}

void gf_state_close(struct gf_state *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < GF_DB_KEPT; i++)
        sqlite3_finalize(s->kept[i].q);
    sqlite3_close(s->db);
    free(s);
}

int gf_state_watch(const struct gf_state *s)
{
    char path[4096];
    const char *file = sqlite3_db_filename(s->db, "main");
    int n = snprintf(path, sizeof path, "%s", file ? file : "");
    int fd = n > 0 && (size_t)n < sizeof path ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
    /* The log beside the database may be made anew, so the directory is watched. */
    if (fd == -1 || inotify_add_watch(fd, dirname(path), IN_MODIFY | IN_CREATE) != -1)
        return fd;
    close(fd);
    return -1;
}
