/*
 * file.c - opens a queue in a file, and puts jobs into it.
 *
 * One table has all jobs, and a partial index for each question that is asked often: who is next
 * (job_waiting), whose time has come (job_delayed), whose lease is over (job_running), which key is
 * taken (job_key), what can be forgotten (job_expires, job_until). The one row of `queue` has the
 * counts, and the turn that the next job gets: jobs of one priority are taken by their turns.
 * `tick` counts the last minute in pieces of ten seconds.
 *
 * Every call is one transaction that begins by taking the write lock (BEGIN IMMEDIATE): one that
 * reads first and writes then would be refused when another has written in between, whatever the
 * patience.
 *
 * Leases are on the clock of this boot. When the file is opened after another boot all leases are
 * over, as all workers are gone.
 */
#include "queue/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sat.h"
#include "queue/file_parts.h"

enum {
    APPLICATION = 0x67667175, /* gfqu */
    PATIENCE_MS = 60 * 1000,
};

static const char *const versions[] = {
    "PRAGMA auto_vacuum = INCREMENTAL;" /* counts before the first table alone */
    "BEGIN IMMEDIATE;"
    "CREATE TABLE job(id INTEGER PRIMARY KEY AUTOINCREMENT, state INTEGER NOT NULL,"
    " priority INTEGER NOT NULL, turn INTEGER NOT NULL, record BLOB NOT NULL, key BLOB,"
    " put INTEGER NOT NULL, due INTEGER NOT NULL, expires INTEGER,"
    " delivery INTEGER NOT NULL DEFAULT 0, fence INTEGER NOT NULL DEFAULT 0, lease INTEGER,"
    " worker TEXT, status INTEGER, took INTEGER, tail BLOB, until INTEGER);"
    "CREATE INDEX job_waiting ON job(priority, turn) WHERE state = 0;"
    "CREATE INDEX job_delayed ON job(due) WHERE state = 1;"
    "CREATE INDEX job_running ON job(lease) WHERE state = 2;"
    "CREATE INDEX job_over ON job(state, due) WHERE state > 2;"
    "CREATE UNIQUE INDEX job_key ON job(key) WHERE key IS NOT NULL AND state < 3;"
    "CREATE INDEX job_expires ON job(expires) WHERE expires IS NOT NULL AND state < 2;"
    "CREATE INDEX job_until ON job(until) WHERE until IS NOT NULL;"
    "CREATE TABLE queue(one INTEGER PRIMARY KEY, turn INTEGER NOT NULL, boot TEXT NOT NULL,"
    " put INTEGER NOT NULL, finished INTEGER NOT NULL, failed INTEGER NOT NULL,"
    " expired INTEGER NOT NULL);"
    "INSERT INTO queue VALUES(0, 1, '', 0, 0, 0, 0);"
    "CREATE TABLE tick(slot INTEGER PRIMARY KEY, at INTEGER NOT NULL, put INTEGER NOT NULL,"
    " finished INTEGER NOT NULL);"
    "PRAGMA application_id = 1734766965;"
    "PRAGMA user_version = 1;"
    "COMMIT;",
};

static const struct gf_db_kind kind = {
    .application = APPLICATION,
    .tool = "gf-queue",
    .versions = versions,
    .nversions = sizeof versions / sizeof versions[0],
    .odd =
        "SELECT count(*) FROM job WHERE state NOT BETWEEN 0 AND 4 OR priority NOT BETWEEN 0 AND 2",
    .odd_words = "the database is damaged: a job in it has no such state",
    .longest = GF_QUEUE_RECORD_MAX + GF_QUEUE_KEY_MAX + (1 << 20),
};

/* ---- putting --------------------------------------------------------------------------------- */

static int put_one(struct gf_queue_file *f, const struct gf_queue_how *how,
                   const struct gf_queue_record *r, const struct gf_queue_now *now,
                   struct gf_queue_counts *c)
{
    sqlite3_stmt *q =
        gf_db_get(&f->db, "INSERT OR IGNORE INTO job(state, priority, turn, record, key, put, due,"
                          " expires) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    if (!q)
        return -1;
    sqlite3_bind_int(q, 1, how->delay ? GF_QUEUE_DELAYED : GF_QUEUE_WAITING);
    sqlite3_bind_int(q, 2, (int)how->priority);
    sqlite3_bind_int64(q, 3, c->turn);
    sqlite3_bind_blob64(q, 4, r->data.len ? r->data.data : "", r->data.len, SQLITE_STATIC);
    if (how->unique)
        sqlite3_bind_blob64(q, 5, r->key.len ? r->key.data : "", r->key.len, SQLITE_STATIC);
    sqlite3_bind_int64(q, 6, now->wall);
    sqlite3_bind_int64(q, 7, gf_sat_add_i64(now->wall, how->delay));
    if (how->ttl)
        sqlite3_bind_int64(q, 8, gf_sat_add_i64(now->wall, how->ttl));
    if (gf_db_finish(&f->db, q) != 0)
        return -1;
    if (sqlite3_changes(f->db.sqlite)) {
        c->put++;
        c->turn++;
    }
    return 0;
}

static int put(struct gf_queue *q, const struct gf_queue_how *how, const struct gf_queue_record *r,
               size_t n, const struct gf_queue_now *now, uint64_t *count)
{
    struct gf_queue_file *f = (struct gf_queue_file *)q;
    struct gf_queue_counts c;
    if (gf_queue_file_begin(f, now, &c) != 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        if (put_one(f, how, &r[i], now, &c) != 0)
            return gf_queue_file_fail(f);
    if (gf_queue_file_commit(f, now, &c) != 0)
        return -1;
    *count = c.put;
    return 0;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static int listen_(struct gf_queue *q)
{
    struct gf_queue_file *f = (struct gf_queue_file *)q;
    if (f->watch == -1)
        f->watch = gf_db_watch(&f->db);
    return f->watch;
}

static void heard(struct gf_queue *q)
{
    struct gf_queue_file *f = (struct gf_queue_file *)q;
    char events[4096];
    while (f->watch != -1 && read(f->watch, events, sizeof events) > 0)
        continue;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void patience(struct gf_queue *q, gf_ns most)
{
    gf_ns by_itself = PATIENCE_MS * GF_MS;
    gf_db_patience(&((struct gf_queue_file *)q)->db,
                   (int)((most < by_itself ? most : by_itself) / GF_MS));
}

static void close_(struct gf_queue *q)
{
    struct gf_queue_file *f = (struct gf_queue_file *)q;
    if (f->watch != -1)
        close(f->watch);
    gf_db_close(&f->db);
    free(f);
}

static const struct gf_queue_place place = {
    .close = close_,
    .patience = patience,
    .put = put,
    .step = gf_queue_file_step,
    .listen = listen_,
    .heard = heard,
    .status = gf_queue_file_status,
    .list = gf_queue_file_list,
    .retry = gf_queue_file_retry,
    .drop = gf_queue_file_drop,
    .purge = gf_queue_file_purge,
};

static bool is_boot(struct gf_queue_file *f, int *got)
{
    bool failed = false;
    sqlite3_stmt *q = gf_db_get(&f->db, "SELECT boot FROM queue");
    *got = q ? gf_db_row(&f->db, q) : -1;
    const char *boot = *got == 1 ? gf_db_column(q, 0, &failed) : NULL;
    bool same = boot && strcmp(boot, f->boot) == 0;
    gf_db_done(q);
    if (failed)
        *got = gf_db_fail(&f->db);
    return same;
}

/* Leases of another boot are over. */
static int take_over_boot(struct gf_queue_file *f)
{
    int got;
    if (is_boot(f, &got) || got < 0)
        return got < 0 ? -1 : 0;
    if (gf_db_begin(&f->db) != 0)
        return -1;
    int r = is_boot(f, &got) || got < 0
                ? got
                : gf_queue_file_run(f, "UPDATE job SET lease = 0 WHERE state = 2", NULL, 0, NULL);
    sqlite3_stmt *q = r < 0 ? NULL : gf_db_get(&f->db, "UPDATE queue SET boot = ?");
    if (!q)
        return gf_queue_file_fail(f);
    gf_db_text(q, 1, f->boot);
    if (gf_db_finish(&f->db, q) != 0 || gf_db_commit(&f->db) != 0)
        return gf_queue_file_fail(f);
    return 0;
}

/* What the last failure was, for who opens it; of this thread, as the file is closed then. */
static const char *why_not(const struct gf_queue_file *f)
{
    static _Thread_local char words[sizeof f->db.error];
    snprintf(words, sizeof words, "%s", f->db.error);
    return words[0] ? words : "it cannot be written";
}

static int prepare(struct gf_queue_file *f, enum gf_db_use use, bool synced, const char **why)
{
    gf_db_patience(&f->db, PATIENCE_MS);
    if (synced && sqlite3_exec(f->db.sqlite, "PRAGMA synchronous = FULL", NULL, NULL, NULL) != 0) {
        gf_db_fail(&f->db);
        *why = why_not(f);
        return f->db.trouble;
    }
    if (use == GF_DB_READ || gf_machine_boot(f->boot) != 0 || take_over_boot(f) == 0)
        return 0;
    *why = why_not(f);
    return f->db.trouble;
}

int gf_queue_open_file(struct gf_queue **out, const char *path, enum gf_db_use use, bool synced,
                       const char **why)
{
    struct gf_queue_file *f = calloc(1, sizeof *f);
    if (!f) {
        *why = "out of memory";
        return GF_DB_MEMORY;
    }
    f->q.place = &place;
    f->watch = -1;
    int got = gf_db_open(&f->db, path, use, &kind, why);
    if (got != 0) {
        int code = errno;
        free(f);
        errno = code;
        return got;
    }
    got = prepare(f, use, synced, why);
    if (got != 0) {
        close_(&f->q);
        errno = 0; /* as gf_db_open: the file is there */
    } else
        *out = &f->q;
    return got;
}
