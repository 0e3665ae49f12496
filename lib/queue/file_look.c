/*
 * file_look.c - what is in a queue, and what people change in it by hand.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "queue/file_parts.h"

#define IS_NOT_EXPIRED(now) " (expires IS NULL OR expires > " now ")"

/* ---- counts ---------------------------------------------------------------------------------- */

/* What is over, and is forgotten by the next step, does not count. It is counted by itself, since
 * when it expires is behind the record in a row. */
static int count_states(struct gf_queue_file *f, const struct gf_queue_now *now,
                        struct gf_queue_status *out)
{
    sqlite3_stmt *q =
        gf_db_get(&f->db, "SELECT state, priority, count(*) FROM job GROUP BY 1, 2"
                          " UNION ALL SELECT state, priority, -count(*) FROM job"
                          " WHERE expires IS NOT NULL AND state < 2 AND expires <= ?1 GROUP BY 1, 2"
                          " UNION ALL SELECT state, priority, -count(*) FROM job"
                          " WHERE until IS NOT NULL AND until <= ?1 GROUP BY 1, 2");
    int got = q ? 1 : -1;
    if (q)
        sqlite3_bind_int64(q, 1, now->wall);
    while (got == 1 && (got = gf_db_row(&f->db, q)) == 1) {
        int state = sqlite3_column_int(q, 0), priority = sqlite3_column_int(q, 1);
        uint64_t n = (uint64_t)sqlite3_column_int64(q, 2),
                 *of[GF_QUEUE_STATES] = {priority >= 0 && priority < GF_QUEUE_PRIORITIES
                                             ? &out->waiting[priority]
                                             : NULL,
                                         &out->delayed, &out->running, &out->dead, &out->done};
        if (state < 0 || state >= GF_QUEUE_STATES || !of[state])
            got = gf_db_fail_odd(&f->db);
        else
            *of[state] += n;
    }
    gf_db_done(q);
    return got < 0 ? -1 : 0;
}

/* Of each priority the one that is next came first, but for those that came again. */
static int find_oldest(struct gf_queue_file *f, const struct gf_queue_now *now,
                       struct gf_queue_status *out)
{
    int got = 1;
    for (int p = 0; p < GF_QUEUE_PRIORITIES && got >= 0; p++) {
        sqlite3_stmt *q = gf_db_get(
            &f->db, "SELECT put FROM job WHERE state = 0 AND priority = ?1 AND" IS_NOT_EXPIRED(
                        "?2") " ORDER BY turn LIMIT 1");
        if (!q)
            return -1;
        sqlite3_bind_int(q, 1, p);
        sqlite3_bind_int64(q, 2, now->wall);
        got = gf_db_row(&f->db, q);
        gf_ns put = got == 1 ? sqlite3_column_int64(q, 0) : 0;
        if (got == 1 && (!out->oldest_wall || put < out->oldest_wall))
            out->oldest_wall = put;
        gf_db_done(q);
    }
    return got < 0 ? -1 : 0;
}

static int read_totals(struct gf_queue_file *f, const struct gf_queue_now *now,
                       struct gf_queue_status *out)
{
    sqlite3_stmt *q =
        gf_db_get(&f->db, "SELECT put, finished, failed, expired,"
                          " (SELECT total(put) FROM tick WHERE at BETWEEN ?1 - 6 AND ?1),"
                          " (SELECT total(finished) FROM tick WHERE at BETWEEN ?1 - 6 AND ?1)"
                          " FROM queue");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, now->wall / (10 * GF_S));
    int got = gf_db_row(&f->db, q);
    uint64_t *to[] = {&out->put,     &out->finished,   &out->failed,
                      &out->expired, &out->put_minute, &out->finished_minute};
    for (int i = 0; i < 6 && got == 1; i++)
        *to[i] = (uint64_t)sqlite3_column_int64(q, i);
    gf_db_done(q);
    return got < 0 ? -1 : 0;
}

int gf_queue_file_status(struct gf_queue *q, const struct gf_queue_now *now,
                         struct gf_queue_status *out)
{
    struct gf_queue_file *f = (struct gf_queue_file *)q;
    if (count_states(f, now, out) != 0 || find_oldest(f, now, out) != 0 ||
        read_totals(f, now, out) != 0)
        return gf_queue_file_fail(f);
    return 0;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static struct gf_queue_bytes bytes_of(sqlite3_stmt *q, int i)
{
    const char *data = sqlite3_column_blob(q, i);
    return (struct gf_queue_bytes){data ? data : "", (size_t)sqlite3_column_bytes(q, i)};
}

static int show(sqlite3_stmt *q, enum gf_queue_state state,
                int (*each)(void *arg, const struct gf_queue_row *row), void *arg)
{
    char id[GF_QUEUE_TOKEN];
    const char *worker = (const char *)sqlite3_column_text(q, 4);
    snprintf(id, sizeof id, "%" PRId64, (int64_t)sqlite3_column_int64(q, 0));
    struct gf_queue_row row = {
        .id = id,
        .state = state,
        .priority = (enum gf_queue_priority)sqlite3_column_int(q, 1),
        .delivery = (unsigned)sqlite3_column_int64(q, 2),
        .record = bytes_of(q, 3),
        .worker = worker ? worker : "",
        .put_wall = sqlite3_column_int64(q, 5),
        .due_wall = sqlite3_column_int64(q, 6),
        .status = sqlite3_column_type(q, 7) == SQLITE_NULL ? -1 : sqlite3_column_int(q, 7),
        .took = sqlite3_column_int64(q, 8),
        .tail = bytes_of(q, 9),
    };
    return each(arg, &row);
}

#define ROW "SELECT id, priority, delivery, record, worker, put, due, status, took, tail FROM job "

int gf_queue_file_list(struct gf_queue *queue, enum gf_queue_state state,
                       const struct gf_queue_now *now,
                       int (*each)(void *arg, const struct gf_queue_row *row), void *arg)
{
    static const char *const sql[GF_QUEUE_STATES] = {
        ROW "WHERE state = 0 AND" IS_NOT_EXPIRED("?1") " ORDER BY priority, turn",
        ROW "WHERE state = 1 AND" IS_NOT_EXPIRED("?1") " ORDER BY due, id",
        ROW "WHERE state = 2 ORDER BY due, id", ROW "WHERE state = 3 ORDER BY due, id",
        ROW "WHERE state = 4 AND (until IS NULL OR until > ?1) ORDER BY due, id"};
    struct gf_queue_file *f = (struct gf_queue_file *)queue;
    sqlite3_stmt *q = gf_db_get(&f->db, sql[state]);
    int got = q ? 1 : -1, stopped = 0;
    if (q && sqlite3_bind_parameter_count(q))
        sqlite3_bind_int64(q, 1, now->wall);
    while (!stopped && got == 1 && (got = gf_db_row(&f->db, q)) == 1)
        stopped = show(q, state, each, arg);
    gf_db_done(q);
    return got < 0 ? gf_queue_file_fail(f) : stopped;
}

/* ---- changes --------------------------------------------------------------------------------- */

static int64_t read_id(const char *id)
{
    int64_t n;
    return gf_parse_int(id, strlen(id), 0, INT64_MAX, &n, NULL) == 0 ? n : -1;
}

/* One statement that changes rows, as a transaction. */
static int change(struct gf_queue_file *f, const char *sql, const int64_t *numbers, int n,
                  const struct gf_queue_now *now, uint64_t *count)
{
    struct gf_queue_counts c;
    int changed = 0;
    if (gf_queue_file_begin(f, now, &c) != 0)
        return -1;
    if (gf_queue_file_run(f, sql, numbers, n, &changed) != 0)
        return gf_queue_file_fail(f);
    c.turn += changed > 0;
    if (gf_queue_file_commit(f, now, &c) != 0)
        return -1;
    *count = (uint64_t)changed;
    return 0;
}

/* One whose key another job has by now stays dead. Those with one turn go by their ids. */
#define WAIT_AGAIN                                                                                 \
    "UPDATE OR IGNORE job SET state = 0, delivery = 0, until = NULL, status = NULL, took = NULL,"  \
    " tail = NULL, worker = NULL, turn = (SELECT turn FROM queue) WHERE state = 3"

/* Who has the key of a dead job, if that is there. */
static int find_rival(struct gf_queue_file *f, int64_t id, char rival[GF_QUEUE_TOKEN])
{
    sqlite3_stmt *s = gf_db_get(&f->db, "SELECT o.id FROM job d JOIN job o ON o.key = d.key"
                                        " AND o.state < 3 WHERE d.id = ? AND d.state = 3");
    if (s)
        sqlite3_bind_int64(s, 1, id);
    int got = s ? gf_db_row(&f->db, s) : -1;
    if (got == 1)
        snprintf(rival, GF_QUEUE_TOKEN, "%lld", (long long)sqlite3_column_int64(s, 0));
    gf_db_done(s);
    return got < 0 ? gf_queue_file_fail(f) : 0;
}

int gf_queue_file_retry(struct gf_queue *q, const char *id, const struct gf_queue_now *now,
                        uint64_t *n, char rival[GF_QUEUE_TOKEN])
{
    struct gf_queue_file *f = (struct gf_queue_file *)q;
    const int64_t numbers[] = {id ? read_id(id) : 0};
    if (!id)
        return change(f, WAIT_AGAIN, NULL, 0, now, n);
    if (change(f, WAIT_AGAIN " AND id = ?", numbers, 1, now, n) != 0)
        return -1;
    return *n ? 0 : find_rival(f, numbers[0], rival);
}

int gf_queue_file_drop(struct gf_queue *q, const char *id, const struct gf_queue_now *now,
                       uint64_t *n)
{
    const int64_t numbers[] = {read_id(id)};
    return change((struct gf_queue_file *)q, "DELETE FROM job WHERE id = ?", numbers, 1, now, n);
}

int gf_queue_file_purge(struct gf_queue *q, unsigned states, const struct gf_queue_now *now,
                        uint64_t *n)
{
    struct gf_queue_file *f = (struct gf_queue_file *)q;
    const int64_t numbers[] = {states};
    /* What is over does not count, however much there is of it. */
    if (change(f, "DELETE FROM job WHERE until IS NOT NULL AND until <= ?1", &now->wall, 1, now,
               n) != 0)
        return -1;
    if (change(f, "DELETE FROM job WHERE (?1 >> state) & 1", numbers, 1, now, n) != 0)
        return -1;
    /* What is free is given back to the disk; when that cannot be, it is used again. */
    (void)sqlite3_exec(f->db.sqlite, "PRAGMA incremental_vacuum", NULL, NULL, NULL);
    return 0;
}
