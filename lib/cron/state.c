/*
 * state.c - see state.h.
 *
 * Three tables: job (id, since, paused), run (job, due, ...), whose primary key is the claim, and
 * request (job): what is to run once, asked for by hand.
 * Ours are told by application_id, and by user_version.
 */
#include "cron/state.h"

#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/statepath.h"

enum {
    APPLICATION = 0x67666372, /* gfcr */
    VERSION = 2,
    BUSY_MS = 5000,
    OWNER_SIZE = 64,
};

struct gf_state {
    sqlite3 *db;
    char owner[OWNER_SIZE];
    char error[160];
};

const char *const gf_outcome_words[] = {"running", "ok",     "failed",      "timeout",
                                        "skipped", "missed", "interrupted", NULL};

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE job(id TEXT PRIMARY KEY, since INTEGER NOT NULL, paused INTEGER NOT NULL DEFAULT "
    "0)"
    " WITHOUT ROWID;"
    "CREATE TABLE run(job TEXT NOT NULL, due INTEGER NOT NULL, started INTEGER, ended INTEGER,"
    " outcome INTEGER NOT NULL, status INTEGER, signal INTEGER, owner TEXT,"
    " PRIMARY KEY(job, due)) WITHOUT ROWID;"
    "CREATE INDEX run_due ON run(due);"
    "PRAGMA application_id = 1734763378;"
    "CREATE TABLE request(job TEXT PRIMARY KEY) WITHOUT ROWID;"
    "PRAGMA user_version = 2;"
    "COMMIT;";

/* Version 1 knew no requests. */
static const char from_version_1[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS request(job TEXT PRIMARY KEY) WITHOUT ROWID;"
    "PRAGMA user_version = 2;"
    "COMMIT;";

const char *gf_state_error(const struct gf_state *s)
{
    return s->error;
}

static int fail(struct gf_state *s)
{
    snprintf(s->error, sizeof s->error, "%s", sqlite3_errmsg(s->db));
    return -1;
}

/* ---- statements ------------------------------------------------------------------------------ */

static sqlite3_stmt *prepare(struct gf_state *s, const char *sql)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) == SQLITE_OK)
        return q;
    fail(s);
    return NULL;
}

static void bind_text(sqlite3_stmt *q, int i, const char *text)
{
    sqlite3_bind_text(q, i, text, -1, SQLITE_TRANSIENT);
}

/* Runs a statement that yields no rows. */
static int finish(struct gf_state *s, sqlite3_stmt *q)
{
    int r = sqlite3_step(q);
    int status = r == SQLITE_DONE || r == SQLITE_ROW ? 0 : fail(s);
    sqlite3_finalize(q);
    return status;
}

static int64_t one_number(struct gf_state *s, const char *sql, int64_t otherwise)
{
    sqlite3_stmt *q = prepare(s, sql);
    int64_t v = otherwise;
    if (q && sqlite3_step(q) == SQLITE_ROW)
        v = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    return v;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The process and when it was started, from field 22 of /proc/PID/stat: a number that was used
 * again is somebody else. */
static bool describe(pid_t pid, char out[OWNER_SIZE])
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
    snprintf(out, OWNER_SIZE, "%ld:%.*s", (long)pid, (int)strcspn(p + 1, " "), p + 1);
    return true;
}

static bool is_alive(const char *owner)
{
    char now[OWNER_SIZE];
    pid_t pid = (pid_t)strtol(owner, NULL, 10);
    return pid > 0 && describe(pid, now) && strcmp(now, owner) == 0;
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

static int set_up(struct gf_state *s, const char **why)
{
    sqlite3_busy_timeout(s->db, BUSY_MS);
    int64_t tables = one_number(s, "SELECT count(*) FROM sqlite_master", -1);
    if (tables == 0 && sqlite3_exec(s->db, schema, NULL, NULL, NULL) != SQLITE_OK) {
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* another may have made it meanwhile */
        tables = one_number(s, "SELECT count(*) FROM sqlite_master", -1);
    }
    if (tables < 0)
        *why = "it is not a database, or a damaged one";
    else if (one_number(s, "PRAGMA application_id", 0) != APPLICATION)
        *why = "it is a database of something else";
    else if (one_number(s, "PRAGMA user_version", 0) == 1 &&
             sqlite3_exec(s->db, from_version_1, NULL, NULL, NULL) != SQLITE_OK)
        *why = "it is of an older version, and cannot be changed";
    else if (one_number(s, "PRAGMA user_version", 0) != VERSION)
        *why = "it is of another version";
    else if (one_number(s, "SELECT count(*) FROM pragma_quick_check WHERE quick_check != 'ok'", 1))
        *why = "the database is damaged";
    else if (use_wal(s) != SQLITE_OK)
        *why = "write-ahead mode is not possible there";
    else
        return 0;
    return -1;
}

int gf_state_open(struct gf_state **out, const char *path, bool create, const char **why)
{
    struct gf_state *s = calloc(1, sizeof *s);
    *why = s ? prepare_file(path, create) : "out of memory";
    if (*why)
        goto fail;
    if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL) !=
        SQLITE_OK) {
        *why = "it cannot be opened as a database";
        goto fail;
    }
    if (set_up(s, why) != 0)
        goto fail;
    if (!describe(getpid(), s->owner))
        snprintf(s->owner, sizeof s->owner, "%ld:?", (long)getpid());
    *out = s;
    return 0;
fail:
    gf_state_close(s);
    return -1;
}

void gf_state_close(struct gf_state *s)
{
    if (!s)
        return;
    sqlite3_close(s->db);
    free(s);
}

/* ---- runs ------------------------------------------------------------------------------------ */

int gf_state_job(struct gf_state *s, const char *job, int64_t now, int64_t *since)
{
    sqlite3_stmt *q = prepare(s, "INSERT OR IGNORE INTO job(id, since) VALUES(?, ?)");
    if (!q)
        return -1;
    bind_text(q, 1, job);
    sqlite3_bind_int64(q, 2, now);
    if (finish(s, q) != 0)
        return -1;
    q = prepare(s, "SELECT max(since, coalesce((SELECT max(due) FROM run WHERE job = id), since))"
                   " FROM job WHERE id = ?");
    if (!q)
        return -1;
    bind_text(q, 1, job);
    *since = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : now;
    sqlite3_finalize(q);
    return 0;
}

int gf_state_claim(struct gf_state *s, const char *job, int64_t due, gf_ns now_wall)
{
    sqlite3_stmt *q = prepare(
        s, "INSERT OR IGNORE INTO run(job, due, started, outcome, owner) VALUES(?, ?, ?, 0, ?)");
    if (!q)
        return -1;
    bind_text(q, 1, job);
    sqlite3_bind_int64(q, 2, due);
    sqlite3_bind_int64(q, 3, now_wall);
    bind_text(q, 4, s->owner);
    return finish(s, q) != 0 ? -1 : sqlite3_changes(s->db) == 0;
}

int gf_state_end(struct gf_state *s, const struct gf_run_row *row)
{
    sqlite3_stmt *q = prepare(s, "UPDATE run SET started = ?, ended = ?, outcome = ?, status = ?,"
                                 " signal = ?, owner = NULL WHERE job = ? AND due = ?");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, row->started);
    sqlite3_bind_int64(q, 2, row->ended);
    sqlite3_bind_int(q, 3, (int)row->outcome);
    sqlite3_bind_int(q, 4, row->status);
    sqlite3_bind_int(q, 5, row->signal);
    bind_text(q, 6, row->job);
    sqlite3_bind_int64(q, 7, row->due);
    return finish(s, q);
}

int gf_state_record(struct gf_state *s, const char *job, int64_t due, enum gf_outcome outcome)
{
    sqlite3_stmt *q =
        prepare(s, "INSERT OR IGNORE INTO run(job, due, outcome, status) VALUES(?, ?, ?, -1)");
    if (!q)
        return -1;
    bind_text(q, 1, job);
    sqlite3_bind_int64(q, 2, due);
    sqlite3_bind_int(q, 3, (int)outcome);
    return finish(s, q);
}

int gf_state_recover(struct gf_state *s, gf_ns now_wall, int *n)
{
    *n = 0;
    for (;;) {
        char owner[OWNER_SIZE] = "";
        sqlite3_stmt *q = prepare(s, "SELECT DISTINCT owner FROM run WHERE outcome = 0");
        if (!q)
            return -1;
        while (!owner[0] && sqlite3_step(q) == SQLITE_ROW) {
            const char *text = (const char *)sqlite3_column_text(q, 0);
            if (text && strcmp(text, s->owner) != 0 && !is_alive(text))
                snprintf(owner, sizeof owner, "%s", text);
        }
        sqlite3_finalize(q);
        if (!owner[0])
            return 0;
        q = prepare(s, "UPDATE run SET outcome = ?, ended = ?, status = -1, owner = NULL"
                       " WHERE outcome = 0 AND owner = ?");
        if (!q)
            return -1;
        sqlite3_bind_int(q, 1, GF_OUTCOME_INTERRUPTED);
        sqlite3_bind_int64(q, 2, now_wall);
        bind_text(q, 3, owner);
        if (finish(s, q) != 0)
            return -1;
        *n += sqlite3_changes(s->db);
    }
}

/* The last run of each job stays: it says where to go on after a restart. */
int gf_state_forget(struct gf_state *s, int64_t before)
{
    sqlite3_stmt *q = prepare(s, "DELETE FROM run WHERE due < ? AND outcome != 0 AND due <"
                                 " (SELECT max(r.due) FROM run r WHERE r.job = run.job)");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, before);
    return finish(s, q);
}

/* ---- by hand --------------------------------------------------------------------------------- */

int gf_state_pause(struct gf_state *s, const char *job, bool paused)
{
    sqlite3_stmt *q = prepare(s, "UPDATE job SET paused = ? WHERE id = ?");
    if (!q)
        return -1;
    sqlite3_bind_int(q, 1, paused);
    bind_text(q, 2, job);
    return finish(s, q) != 0 ? -1 : sqlite3_changes(s->db) == 0;
}

int gf_state_paused(struct gf_state *s, const char *job, bool *paused)
{
    sqlite3_stmt *q = prepare(s, "SELECT paused FROM job WHERE id = ?");
    if (!q)
        return -1;
    bind_text(q, 1, job);
    *paused = sqlite3_step(q) == SQLITE_ROW && sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    return 0;
}

int gf_state_request(struct gf_state *s, const char *job)
{
    sqlite3_stmt *q =
        prepare(s, "INSERT OR REPLACE INTO request(job) SELECT id FROM job WHERE id = ?");
    if (!q)
        return -1;
    bind_text(q, 1, job);
    return finish(s, q) != 0 ? -1 : sqlite3_changes(s->db) == 0;
}

int gf_state_requested(struct gf_state *s, struct gf_state_name *at)
{
    sqlite3_stmt *q = prepare(s, "SELECT min(job) FROM request WHERE job > ?");
    if (!q)
        return -1;
    bind_text(q, 1, at->text);
    int r = sqlite3_step(q);
    const char *job = r == SQLITE_ROW ? (const char *)sqlite3_column_text(q, 0) : NULL;
    if (job)
        snprintf(at->text, sizeof at->text, "%s", job);
    int status = r == SQLITE_ROW ? job == NULL : fail(s);
    sqlite3_finalize(q);
    return status;
}

/* Takes the request and claims, within a transaction. */
static int take_request(struct gf_state *s, const char *job, int64_t *due, gf_ns now_wall)
{
    sqlite3_stmt *q = prepare(s, "DELETE FROM request WHERE job = ?");
    if (!q)
        return -1;
    bind_text(q, 1, job);
    if (finish(s, q) != 0)
        return -1;
    int got = sqlite3_changes(s->db) == 0;
    while (got == 0 && (got = gf_state_claim(s, job, *due, now_wall)) == 1) {
        --*due; /* what was due in this second ran already; a past one is nobody's any more */
        got = 0;
    }
    return got;
}

int gf_state_take(struct gf_state *s, const char *job, int64_t *due, gf_ns now_wall)
{
    if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        return fail(s);
    int got = take_request(s, job, due, now_wall);
    if (got >= 0 && sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return got;
    fail(s);
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
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

/* ---- looking back ---------------------------------------------------------------------------- */

static struct gf_run_row row_of(sqlite3_stmt *q)
{
    return (struct gf_run_row){
        .job = (const char *)sqlite3_column_text(q, 0),
        .due = sqlite3_column_int64(q, 1),
        .started = sqlite3_column_int64(q, 2),
        .ended = sqlite3_column_int64(q, 3),
        .outcome = (enum gf_outcome)sqlite3_column_int(q, 4),
        .status = sqlite3_column_int(q, 5),
        .signal = sqlite3_column_int(q, 6),
    };
}

int gf_state_history(struct gf_state *s, const struct gf_state_filter *f,
                     int (*each)(void *arg, const struct gf_run_row *row), void *arg)
{
    sqlite3_stmt *q =
        prepare(s, "SELECT job, due, started, ended, outcome, status, signal FROM run"
                   " WHERE due >= ? AND (? IS NULL OR job = ?) AND (? = 0 OR outcome IN (2, 3, 6))"
                   " ORDER BY due, job");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, f->since);
    bind_text(q, 2, f->job);
    bind_text(q, 3, f->job);
    sqlite3_bind_int(q, 4, f->failed);
    int r, status = 0;
    while (status == 0 && (r = sqlite3_step(q)) == SQLITE_ROW) {
        struct gf_run_row row = row_of(q);
        status = each(arg, &row);
    }
    if (status == 0 && r != SQLITE_DONE)
        status = fail(s);
    sqlite3_finalize(q);
    return status;
}

int gf_state_status(struct gf_state *s,
                    int (*each)(void *arg, const struct gf_state_status_row *row), void *arg)
{
    sqlite3_stmt *q =
        prepare(s, "SELECT id, paused, EXISTS(SELECT 1 FROM request WHERE job = id),"
                   " (SELECT count(*) FROM run WHERE job = id AND outcome = 0), r.due, r.outcome"
                   " FROM job LEFT JOIN run r ON r.job = id AND r.due ="
                   " (SELECT max(due) FROM run WHERE job = id AND outcome != 0) ORDER BY id");
    int r = SQLITE_DONE, status = q ? 0 : -1;
    while (status == 0 && (r = sqlite3_step(q)) == SQLITE_ROW) {
        struct gf_state_status_row row = {
            .job = (const char *)sqlite3_column_text(q, 0),
            .paused = sqlite3_column_int(q, 1),
            .requested = sqlite3_column_int(q, 2),
            .running = sqlite3_column_int(q, 3),
            .has_last = sqlite3_column_type(q, 4) != SQLITE_NULL,
            .last_due = sqlite3_column_int64(q, 4),
            .last_outcome = (enum gf_outcome)sqlite3_column_int(q, 5),
        };
        status = each(arg, &row);
    }
    if (status == 0 && r != SQLITE_DONE)
        status = fail(s);
    sqlite3_finalize(q);
    return status;
}
