/*
 * state_file_job.c - jobs in the state file, and what is done to them by hand.
 *
 * Every function is one statement, or a few in one transaction. A job is inserted if it is new,
 * then read with its last run, and with its owner if that is alive and not us. A request is a row
 * that exists; taking it deletes the row and claims a run, and a claim that is taken already is
 * tried one second earlier.
 */
#include <stdio.h>
#include <string.h>

#include "cron/state_file.h"

int gf_state_file_job(struct gf_state *state, const char *job, int64_t now, bool again,
                      struct gf_state_found *found)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(&s->db, "INSERT OR IGNORE INTO job(id, since) VALUES(?, ?)");
    if (!q)
        return -1;
    gf_db_text(q, 1, job);
    sqlite3_bind_int64(q, 2, now);
    if (gf_db_finish(&s->db, q) != 0)
        return -1;
    q = gf_db_get(&s->db, "SELECT max(since, coalesce((SELECT due -"
                          " (wait = 4 OR (? AND outcome = 6 AND again = 0))"
                          " FROM run WHERE job = id ORDER BY due DESC LIMIT 1), since)),"
                          " CASE WHEN owner != ? AND gf_alive(owner) THEN owner END, starts"
                          " FROM job WHERE id = ?");
    if (!q)
        return -1;
    sqlite3_bind_int(q, 1, again);
    gf_db_text(q, 2, s->base.owner);
    gf_db_text(q, 3, job);
    int known = gf_db_row(&s->db, q);
    bool failed = known < 0;
    const char *owner = known == 1 ? gf_db_column(q, 1, &failed) : NULL;
    found->starts = known == 1 ? (uint64_t)sqlite3_column_int64(q, 2) : 0;
    found->since = known == 1 ? sqlite3_column_int64(q, 0) : now;
    snprintf(found->owner, sizeof found->owner, "%s", owner ? owner : "");
    int status = failed ? gf_db_fail(&s->db) : 0;
    gf_db_done(q);
    return status;
}

int gf_state_file_count(struct gf_state *state, const char *job, uint64_t most, uint64_t *starts)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(
        &s->db, "UPDATE job SET starts = starts + 1, schedule ="
                " CASE WHEN starts + 1 < ?1 THEN schedule END WHERE id = ?2 AND starts < ?1");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, (int64_t)most);
    gf_db_text(q, 2, job);
    if (gf_db_finish(&s->db, q) != 0)
        return -1;
    int got = sqlite3_changes(s->db.sqlite) == 0;
    q = gf_db_get(&s->db, "SELECT starts FROM job WHERE id = ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, job);
    int known = gf_db_row(&s->db, q);
    *starts = known == 1 ? (uint64_t)sqlite3_column_int64(q, 0) : most;
    gf_db_done(q);
    return known < 0 ? -1 : got;
}

int gf_state_file_schedule(struct gf_state *state, const char *job,
                           const struct gf_state_schedule *w)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(
        &s->db, "UPDATE job SET schedule = ?, zone = ?, dst = ?, owner = ?, lock = ? WHERE id = ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, w->text);
    gf_db_text(q, 2, w->zone);
    sqlite3_bind_int(q, 3, w->dst);
    gf_db_text(q, 4, s->base.owner);
    gf_db_text(q, 5, w->lock);
    gf_db_text(q, 6, job);
    return gf_db_finish(&s->db, q);
}

int gf_state_file_unschedule(struct gf_state *state)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(&s->db, "UPDATE job SET owner = NULL WHERE owner = ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, s->base.owner);
    return gf_db_finish(&s->db, q);
}

/* ---- by hand --------------------------------------------------------------------------------- */

int gf_state_file_pause(struct gf_state *state, const char *job, bool paused)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(&s->db, "UPDATE job SET paused = ? WHERE id = ?");
    if (!q)
        return -1;
    sqlite3_bind_int(q, 1, paused);
    gf_db_text(q, 2, job);
    return gf_db_finish(&s->db, q) != 0 ? -1 : sqlite3_changes(s->db.sqlite) == 0;
}

int gf_state_file_paused(struct gf_state *state, const char *job, bool *paused)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(&s->db, "SELECT paused FROM job WHERE id = ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, job);
    int known = gf_db_row(&s->db, q);
    *paused = known == 1 && sqlite3_column_int(q, 0);
    gf_db_done(q);
    return known < 0 ? -1 : 0;
}

int gf_state_file_request(struct gf_state *state, const char *job)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q =
        gf_db_get(&s->db, "INSERT OR REPLACE INTO request(job) SELECT id FROM job WHERE id = ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, job);
    return gf_db_finish(&s->db, q) != 0 ? -1 : sqlite3_changes(s->db.sqlite) == 0;
}

int gf_state_file_requested(struct gf_state *state, struct gf_state_name *at)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(&s->db, "SELECT min(job) FROM request WHERE job > ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, at->text);
    int known = gf_db_row(&s->db, q);
    bool failed = known < 0;
    const char *job = known == 1 ? gf_db_column(q, 0, &failed) : NULL;
    if (job)
        snprintf(at->text, sizeof at->text, "%s", job);
    int status = failed ? gf_db_fail(&s->db) : job == NULL;
    gf_db_done(q);
    return status;
}

/* Claims a due time that nobody has, and that waits for no scheduler. */
static int claim_free(struct gf_state_file *s, const char *job, int64_t due, gf_ns now_wall)
{
    sqlite3_stmt *q =
        gf_db_get(&s->db, "INSERT OR IGNORE INTO run(job, due, started, outcome, owner)"
                          " VALUES(?, ?, ?, 0, ?)");
    if (!q)
        return -1;
    gf_db_text(q, 1, job);
    sqlite3_bind_int64(q, 2, due);
    sqlite3_bind_int64(q, 3, now_wall);
    gf_db_text(q, 4, s->base.owner);
    return gf_db_finish(&s->db, q) != 0 ? -1 : sqlite3_changes(s->db.sqlite) == 0;
}

/* Takes the request and claims, within a transaction. */
static int take_request(struct gf_state_file *s, const char *job, int64_t *due, gf_ns now_wall)
{
    sqlite3_stmt *q = gf_db_get(&s->db, "DELETE FROM request WHERE job = ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, job);
    if (gf_db_finish(&s->db, q) != 0)
        return -1;
    int got = sqlite3_changes(s->db.sqlite) == 0;
    while (got == 0 && (got = claim_free(s, job, *due, now_wall)) == 1) {
        --*due; /* what was due in this second ran already; a past one is nobody's any more */
        got = 0;
    }
    return got;
}

static int ask_again(struct gf_state_file *s, const struct gf_run_row *row)
{
    sqlite3_stmt *q = gf_db_get(
        &s->db, "DELETE FROM run WHERE job = ? AND due = ? AND outcome = 0 AND owner = ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, row->job);
    sqlite3_bind_int64(q, 2, row->due);
    gf_db_text(q, 3, s->base.owner);
    return gf_db_finish(&s->db, q) == 0 && gf_state_file_request(&s->base, row->job) >= 0 ? 0 : -1;
}

int gf_state_file_ask_again(struct gf_state *state, const struct gf_run_row *row)
{
    struct gf_state_file *s = gf_state_file_of(state);
    if (gf_db_begin(&s->db) != 0)
        return -1;
    if (ask_again(s, row) == 0)
        return gf_db_commit(&s->db);
    gf_db_undo(&s->db);
    return -1;
}

int gf_state_file_take(struct gf_state *state, const char *job, int64_t *due, gf_ns now_wall)
{
    struct gf_state_file *s = gf_state_file_of(state);
    if (gf_db_begin(&s->db) != 0)
        return -1;
    int got = take_request(s, job, due, now_wall);
    if (got >= 0)
        return gf_db_commit(&s->db) == 0 ? got : -1;
    gf_db_undo(&s->db);
    return -1;
}

/* ---- status ---------------------------------------------------------------------------------- */

/* The runs of a job that go on or wait, whose owner is there: few, and they have an index. */
#define OPEN_RUNS                                                                                  \
    "FROM run INDEXED BY run_open WHERE job = id AND outcome = 0 AND gf_alive(run.owner)"

int gf_state_file_status(struct gf_state *state,
                         int (*each)(void *arg, const struct gf_state_status_row *row), void *arg)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q =
        gf_db_get(&s->db, "SELECT id, paused, EXISTS(SELECT 1 FROM request WHERE job = id),"
                          " (SELECT count(*) " OPEN_RUNS " AND wait = 0),"
                          " r.due, CASE r.outcome WHEN 0 THEN 6 ELSE r.outcome END,"
                          " schedule, zone, dst, gf_alive(job.owner),"
                          " (SELECT count(*) " OPEN_RUNS " AND wait != 0), w.wait, w.until, lock"
                          " FROM job LEFT JOIN run r ON r.job = id AND r.due ="
                          " (SELECT due FROM run WHERE job = id"
                          "  AND NOT ((outcome = 0 OR wait = 4) AND gf_alive(run.owner))"
                          "  ORDER BY due DESC LIMIT 1)"
                          " LEFT JOIN run w ON w.job = id AND w.due ="
                          " (SELECT due " OPEN_RUNS " AND wait != 0"
                          "  ORDER BY coalesce(until, 0), due LIMIT 1)"
                          " ORDER BY id");
    int known = 0, status = q ? 0 : -1;
    bool failed = false;
    while (status == 0 && (known = gf_db_row(&s->db, q)) == 1) {
        struct gf_state_status_row row = {
            .job = gf_db_column(q, 0, &failed),
            .paused = sqlite3_column_int(q, 1),
            .requested = sqlite3_column_int(q, 2),
            .running = sqlite3_column_int(q, 3),
            .has_last = sqlite3_column_type(q, 4) != SQLITE_NULL,
            .last_due = sqlite3_column_int64(q, 4),
            .last_outcome = (enum gf_outcome)sqlite3_column_int(q, 5),
            .waiting = sqlite3_column_int(q, 10),
            .wait = (enum gf_wait)sqlite3_column_int(q, 11),
            .until = sqlite3_column_int64(q, 12),
            .lock = gf_db_column(q, 13, &failed),
        };
        if (sqlite3_column_int(q, 9))
            row.when = (struct gf_state_schedule){
                .text = gf_db_column(q, 6, &failed),
                .zone = gf_db_column(q, 7, &failed),
                .dst = sqlite3_column_int(q, 8),
            };
        status = failed                                       ? gf_db_fail(&s->db)
                 : gf_state_is_outcome((int)row.last_outcome) ? each(arg, &row)
                                                              : gf_db_fail_odd(&s->db);
    }
    gf_db_done(q);
    return known < 0 ? -1 : status;
}
