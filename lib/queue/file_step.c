/*
 * file_step.c - ends, renews and takes, in one transaction.
 *
 * A token is ID.FENCE; the fence goes up with each delivery, so the token of an earlier one is that
 * of none any more. What is to be delivered is read first and written then: rows that change under
 * a statement that reads them may be seen twice.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sat.h"
#include "base/num.h"
#include "queue/file_parts.h"

struct token {
    int64_t id, fence;
};

static bool read_token(const char *text, struct token *t)
{
    const char *dot = strchr(text, '.');
    return dot && gf_parse_int(text, (size_t)(dot - text), 0, INT64_MAX, &t->id, NULL) == 0 &&
           gf_parse_int(dot + 1, strlen(dot + 1), 0, INT64_MAX, &t->fence, NULL) == 0;
}

/* ---- ends ------------------------------------------------------------------------------------ */

/* It is over: kept until `until` (0: for ever). */
static int keep(struct gf_queue_file *f, const struct token *t, const struct gf_queue_end *e,
                enum gf_queue_state state, gf_ns ended_wall, gf_ns until_wall, int *changed)
{
    sqlite3_stmt *q = gf_db_get(&f->db, "UPDATE job SET state = ?3, due = ?4, until = ?5, status = "
                                        "?6, took = iif(?7 < 0, ?4 - due, ?7), tail = ?8,"
                                        " lease = NULL WHERE id = ?1 AND fence = ?2 AND state = 2");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, t->id);
    sqlite3_bind_int64(q, 2, t->fence);
    sqlite3_bind_int(q, 3, (int)state);
    sqlite3_bind_int64(q, 4, ended_wall);
    if (until_wall)
        sqlite3_bind_int64(q, 5, until_wall);
    if (e->status != -1)
        sqlite3_bind_int(q, 6, e->status);
    sqlite3_bind_int64(q, 7, e->took);
    if (e->tail.len)
        sqlite3_bind_blob64(q, 8, e->tail.data, e->tail.len, SQLITE_STATIC);
    int r = gf_db_finish(&f->db, q);
    *changed = sqlite3_changes(f->db.sqlite);
    return r;
}

/* How often it was delivered; 0: it is not ours. */
static int deliveries_of(struct gf_queue_file *f, const struct token *t, unsigned *n)
{
    sqlite3_stmt *q =
        gf_db_get(&f->db, "SELECT delivery FROM job WHERE id = ?1 AND fence = ?2 AND state = 2");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, t->id);
    sqlite3_bind_int64(q, 2, t->fence);
    int got = gf_db_row(&f->db, q);
    *n = got == 1 ? (unsigned)sqlite3_column_int64(q, 0) : 0;
    gf_db_done(q);
    return got < 0 ? -1 : 0;
}

static int bury(struct gf_queue_file *f, const struct token *t, const struct gf_queue_end *e,
                const struct gf_queue_now *now, struct gf_queue_counts *c, int *changed)
{
    int r = keep(f, t, e, GF_QUEUE_DEAD, now->wall, 0, changed);
    c->failed += r == 0 && *changed;
    return r;
}

static int finish(struct gf_queue_file *f, const struct token *t, const struct gf_queue_end *e,
                  const struct gf_queue_step *step, const struct gf_queue_now *now,
                  struct gf_queue_counts *c, int *changed)
{
    const int64_t numbers[] = {t->id, t->fence};
    int r = step->keep
                ? keep(f, t, e, GF_QUEUE_DONE, now->wall, gf_sat_add_i64(now->wall, step->keep),
                       changed)
                : gf_queue_file_run(f, "DELETE FROM job WHERE id = ?1 AND fence = ?2 AND state = 2",
                                    numbers, 2, changed);
    c->finished += r == 0 && *changed;
    return r;
}

static int again(struct gf_queue_file *f, const struct token *t, const struct gf_queue_end *e,
                 const struct gf_queue_step *step, const struct gf_queue_now *now,
                 struct gf_queue_counts *c, int *changed)
{
    unsigned delivery;
    if (deliveries_of(f, t, &delivery) != 0)
        return -1;
    if (step->deliveries && delivery >= step->deliveries)
        return bury(f, t, e, now, c, changed);
    const int64_t numbers[] = {t->id, t->fence, e->delay ? GF_QUEUE_DELAYED : GF_QUEUE_WAITING,
                               c->turn, gf_sat_add_i64(now->wall, e->delay)};
    int r = gf_queue_file_run(f,
                              "UPDATE job SET state = ?3, turn = ?4, due = ?5, lease = NULL,"
                              " worker = NULL WHERE id = ?1 AND fence = ?2 AND state = 2",
                              numbers, 5, changed);
    c->turn += r == 0 && *changed;
    return r;
}

static int end_one(struct gf_queue_file *f, struct gf_queue_end *e,
                   const struct gf_queue_step *step, const struct gf_queue_now *now,
                   struct gf_queue_counts *c)
{
    struct token t;
    int changed = 0, r = 0;
    e->accepted = false;
    if (!read_token(e->token, &t))
        return 0;
    const int64_t numbers[] = {t.id, t.fence};
    switch (e->what) {
    case GF_QUEUE_ACK:
        r = finish(f, &t, e, step, now, c, &changed);
        break;
    case GF_QUEUE_AGAIN:
        r = again(f, &t, e, step, now, c, &changed);
        break;
    case GF_QUEUE_BURY:
        r = bury(f, &t, e, now, c, &changed);
        break;
    case GF_QUEUE_BACK:
        r = gf_queue_file_run(f,
                              "UPDATE job SET state = 0, delivery = delivery - 1, lease = NULL,"
                              " worker = NULL WHERE id = ?1 AND fence = ?2 AND state = 2",
                              numbers, 2, &changed);
        break;
    }
    e->accepted = changed == 1;
    return r;
}

static int renew_one(struct gf_queue_file *f, struct gf_queue_lease *l, gf_ns until_boot)
{
    struct token t;
    int changed = 0;
    l->held = false;
    if (!read_token(l->token, &t))
        return 0;
    const int64_t numbers[] = {t.id, t.fence, until_boot};
    int r =
        gf_queue_file_run(f, "UPDATE job SET lease = ?3 WHERE id = ?1 AND fence = ?2 AND state = 2",
                          numbers, 3, &changed);
    l->held = changed == 1;
    return r;
}

/* ---- what is due ----------------------------------------------------------------------------- */

enum {
    PIECE = 64
};

/* Ids of delayed jobs whose time has come; how many, or -1. */
static int read_due(struct gf_queue_file *f, const struct gf_queue_now *now, int64_t ids[PIECE])
{
    int n = 0, got;
    sqlite3_stmt *q = gf_db_get(
        &f->db, "SELECT id FROM job WHERE state = 1 AND due <= ? ORDER BY due, id LIMIT 64");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, now->wall);
    while ((got = gf_db_row(&f->db, q)) == 1 && n < PIECE)
        ids[n++] = sqlite3_column_int64(q, 0);
    gf_db_done(q);
    return got < 0 ? -1 : n;
}

/* They wait from now on, behind the others, by their times. */
static int let_wait(struct gf_queue_file *f, const struct gf_queue_now *now,
                    struct gf_queue_counts *c)
{
    int64_t ids[PIECE];
    int n;
    do {
        n = read_due(f, now, ids);
        for (int i = 0; i < n; i++) {
            const int64_t numbers[] = {ids[i], c->turn++};
            if (gf_queue_file_run(f, "UPDATE job SET state = 0, turn = ?2 WHERE id = ?1", numbers,
                                  2, NULL) != 0)
                return -1;
        }
    } while (n == PIECE);
    return n < 0 ? -1 : 0;
}

/* ---- taking ---------------------------------------------------------------------------------- */

/* Reads up to `most` rows of the statement into *t; those from `first` on are new. */
static int read_jobs(struct gf_queue_file *f, sqlite3_stmt *q, struct gf_queue_taken *t)
{
    int got = 0;
    while (t->bytes.len < GF_QUEUE_BATCH_BYTES && (got = gf_db_row(&f->db, q)) == 1) {
        const char *record = sqlite3_column_blob(q, 1);
        size_t len = (size_t)sqlite3_column_bytes(q, 1);
        if (len && !record) {
            got = gf_db_fail(&f->db);
            break;
        }
        struct gf_queue_job *j = gf_queue_add_taken(&f->q, t, record ? record : "", len);
        if (!j) {
            got = -1;
            break;
        }
        int64_t id = sqlite3_column_int64(q, 0), fence = sqlite3_column_int64(q, 3) + 1;
        snprintf(j->id, sizeof j->id, "%" PRId64, id);
        snprintf(j->token, sizeof j->token, "%" PRId64 ".%" PRId64, id, fence);
        j->delivery = (unsigned)sqlite3_column_int64(q, 2) + 1;
        j->priority = (enum gf_queue_priority)sqlite3_column_int(q, 4);
        j->put_wall = sqlite3_column_int64(q, 5);
    }
    gf_db_done(q);
    return got;
}

static int deliver(struct gf_queue_file *f, const struct gf_queue_job *j,
                   const struct gf_queue_step *step, const struct gf_queue_now *now)
{
    sqlite3_stmt *q = gf_db_get(
        &f->db, "UPDATE job SET state = 2, delivery = delivery + 1, fence = fence + 1, lease = ?2,"
                " worker = ?3, due = ?4, expires = NULL WHERE id = ?1");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, strtoll(j->id, NULL, 10));
    sqlite3_bind_int64(q, 2, gf_sat_add_i64(now->boot, step->lease));
    gf_db_text(q, 3, step->worker);
    sqlite3_bind_int64(q, 4, now->wall);
    return gf_db_finish(&f->db, q);
}

/* Jobs that were delivered too often and whose last lease is over. */
static int bury_spent(struct gf_queue_file *f, const struct gf_queue_step *step,
                      const struct gf_queue_now *now, struct gf_queue_taken *t,
                      struct gf_queue_counts *c)
{
    const int64_t numbers[] = {now->boot, step->deliveries, now->wall};
    int n = 0;
    if (!step->deliveries)
        return 0;
    if (gf_queue_file_run(f,
                          "UPDATE job SET state = 3, due = ?3, lease = NULL, status = NULL"
                          " WHERE state = 2 AND lease <= ?1 AND delivery >= ?2",
                          numbers, 3, &n) != 0)
        return -1;
    t->buried = (uint64_t)n;
    c->failed += (uint64_t)n;
    return 0;
}

#define JOB "SELECT id, record, delivery, fence, priority, put FROM job "

/* Of those whose lease is over: those that may be delivered once more after this time, or one that
 * may not. */
static int read_over(struct gf_queue_file *f, const struct gf_queue_step *step,
                     const struct gf_queue_now *now, struct gf_queue_taken *t, bool last)
{
    sqlite3_stmt *q = gf_db_get(
        &f->db, last ? JOB
                    "WHERE state = 2 AND lease <= ?2 AND delivery >= ?3 ORDER BY lease LIMIT 1"
                     : JOB "WHERE state = 2 AND lease <= ?2 AND delivery < ?3 ORDER BY lease"
                           " LIMIT ?1");
    if (!q)
        return -1;
    if (!last)
        sqlite3_bind_int64(q, 1, step->want);
    sqlite3_bind_int64(q, 2, now->boot);
    sqlite3_bind_int64(q, 3, step->deliveries ? (int64_t)step->deliveries - 1 : INT64_MAX);
    if (read_jobs(f, q, t) < 0)
        return -1;
    for (size_t i = 0; i < t->n; i++)
        t->jobs[i].over = true;
    return 0;
}

/* The jobs of workers who did not come back. */
static int take_over(struct gf_queue_file *f, const struct gf_queue_step *step,
                     const struct gf_queue_now *now, struct gf_queue_taken *t)
{
    if (step->has_last)
        return 0;
    if (read_over(f, step, now, t, false) != 0)
        return -1;
    return t->n || step->has_over || !step->deliveries ? 0 : read_over(f, step, now, t, true);
}

/* Whether any lease is over: 1 or 0. */
static int is_any_over(struct gf_queue_file *f, const struct gf_queue_now *now)
{
    sqlite3_stmt *q = gf_db_get(&f->db, "SELECT 1 FROM job WHERE state = 2 AND lease <= ? LIMIT 1");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, now->boot);
    int got = gf_db_row(&f->db, q);
    gf_db_done(q);
    return got;
}

static int take(struct gf_queue_file *f, const struct gf_queue_step *step,
                const struct gf_queue_now *now, struct gf_queue_taken *t, bool any_over)
{
    if (any_over && take_over(f, step, now, t) != 0)
        return -1;
    sqlite3_stmt *q = gf_db_get(&f->db, JOB "WHERE state = 0 ORDER BY priority, turn LIMIT ?1");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, (int64_t)(step->want - t->n));
    if (read_jobs(f, q, t) < 0)
        return -1;
    for (size_t i = 0; i < t->n; i++)
        if (deliver(f, &t->jobs[i], step, now) != 0)
            return -1;
    return 0;
}

/* What a worker who has not got all that he wanted wants to know. */
static int look_ahead(struct gf_queue_file *f, const struct gf_queue_now *now,
                      struct gf_queue_taken *t)
{
    sqlite3_stmt *q = gf_db_get(&f->db, "SELECT (SELECT min(due) FROM job WHERE state = 1),"
                                        " (SELECT min(lease) FROM job WHERE state = 2),"
                                        " EXISTS(SELECT 1 FROM job WHERE state = 0)");
    int got = q ? gf_db_row(&f->db, q) : -1;
    if (got == 1) {
        bool delayed = sqlite3_column_type(q, 0) != SQLITE_NULL;
        bool running = sqlite3_column_type(q, 1) != SQLITE_NULL;
        gf_ns due = delayed ? gf_sat_sub_i64(sqlite3_column_int64(q, 0), now->wall) : GF_NEVER;
        gf_ns lease = running ? gf_sat_sub_i64(sqlite3_column_int64(q, 1), now->boot) : GF_NEVER;
        t->next = due < lease ? due : lease;
        t->next = t->next < 0 ? 0 : t->next;
        t->is_empty = !delayed && !running && !sqlite3_column_int(q, 2);
    }
    gf_db_done(q);
    return got < 0 ? -1 : 0;
}

/* ---------------------------------------------------------------------------------------------- */

static int do_all(struct gf_queue_file *f, struct gf_queue_step *step,
                  const struct gf_queue_now *now, struct gf_queue_taken *t,
                  struct gf_queue_counts *c)
{
    for (size_t i = 0; i < step->nends; i++)
        if (end_one(f, &step->ends[i], step, now, c) != 0)
            return -1;
    gf_ns until = gf_sat_add_i64(now->boot, step->lease);
    for (size_t i = 0; i < step->nleases; i++)
        if (renew_one(f, &step->leases[i], until) != 0)
            return -1;
    int over = let_wait(f, now, c) != 0 ? -1 : is_any_over(f, now);
    if (over < 0 || (over && bury_spent(f, step, now, t, c) != 0))
        return -1;
    if (step->want && take(f, step, now, t, over) != 0)
        return -1;
    return t->n < step->want || !step->want ? look_ahead(f, now, t) : 0;
}

int gf_queue_file_step(struct gf_queue *q, struct gf_queue_step *step,
                       const struct gf_queue_now *now, struct gf_queue_taken *t)
{
    struct gf_queue_file *f = (struct gf_queue_file *)q;
    struct gf_queue_counts c;
    if (gf_queue_file_begin(f, now, &c) != 0)
        return -1;
    f->db.error[0] = '\0';
    if (do_all(f, step, now, t, &c) != 0) {
        t->n = 0;
        if (f->db.error[0])
            return gf_queue_file_fail(f);
        gf_db_undo(&f->db); /* memory was out, which was said */
        return -1;
    }
    return gf_queue_file_commit(f, now, &c);
}
