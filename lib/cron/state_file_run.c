/*
 * state_file_run.c - runs in the state file, from the claim to the history.
 *
 * A claim is an INSERT OR IGNORE on the primary key (job, due): who inserts the row has it, so two
 * schedulers never run one due time. An outcome of 0 is a run that goes on; one whose owner is gone
 * is set to interrupted. A row that waits for a scheduler is free to be claimed, and so is, once,
 * an interrupted one whose job asks for that: `again` notes that it was.
 *
 * The next scheduler begins behind the last row of a job. So whoever leaves earlier due times to
 * another scheduler, and goes on, puts rows there first: missed ones that wait for a scheduler and
 * have an owner. They count when that owner is gone; until then the owner's word replaces them.
 */
#include <stdio.h>
#include <string.h>

#include "cron/state_file.h"

/* NULL where there is none. */
static void bind_time(sqlite3_stmt *q, int i, gf_ns t)
{
    if (t)
        sqlite3_bind_int64(q, i, t);
}

int gf_state_file_claim(struct gf_state *state, const char *job, int64_t due, bool again,
                        gf_ns now_wall)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(
        &s->db, "INSERT INTO run(job, due, started, outcome, owner) VALUES(?, ?, ?, 0, ?)"
                " ON CONFLICT(job, due) DO UPDATE SET started = excluded.started, ended = NULL,"
                " outcome = 0, status = NULL, signal = NULL, owner = excluded.owner, times = 1,"
                " again = again OR outcome = 6, wait = 0, until = NULL"
                " WHERE wait = 4 OR (? AND outcome = 6 AND again = 0)");
    if (!q)
        return -1;
    gf_db_text(q, 1, job);
    sqlite3_bind_int64(q, 2, due);
    sqlite3_bind_int64(q, 3, now_wall);
    gf_db_text(q, 4, s->base.owner);
    sqlite3_bind_int(q, 5, again);
    return gf_db_finish(&s->db, q) != 0 ? -1 : sqlite3_changes(s->db.sqlite) == 0;
}

int gf_state_file_runs_elsewhere(struct gf_state *state, const char *job, bool *yes)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q =
        gf_db_get(&s->db, "SELECT EXISTS(SELECT 1 FROM run INDEXED BY run_open WHERE job = ?"
                          " AND outcome = 0 AND wait = 0 AND owner != ? AND gf_alive(owner))");
    if (!q)
        return -1;
    gf_db_text(q, 1, job);
    gf_db_text(q, 2, s->base.owner);
    int known = gf_db_row(&s->db, q);
    *yes = known == 1 && sqlite3_column_int(q, 0);
    gf_db_done(q);
    return known < 0 ? -1 : 0;
}

int gf_state_file_give_back(struct gf_state *state, const struct gf_run_row *row)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(&s->db, "UPDATE run SET started = NULL, outcome = 5, status = -1,"
                                        " owner = NULL, wait = 4, until = NULL"
                                        " WHERE job = ? AND due = ? AND outcome = 0 AND owner = ?");
    if (!q)
        return -1;
    gf_db_text(q, 1, row->job);
    sqlite3_bind_int64(q, 2, row->due);
    gf_db_text(q, 3, s->base.owner);
    return gf_db_finish(&s->db, q);
}

int gf_state_file_wait(struct gf_state *state, const struct gf_run_row *row)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(&s->db, "UPDATE run SET started = ?, wait = ?, until = ?"
                                        " WHERE job = ? AND due = ? AND outcome = 0 AND owner = ?");
    if (!q)
        return -1;
    bind_time(q, 1, row->started);
    sqlite3_bind_int(q, 2, (int)row->wait);
    bind_time(q, 3, row->until);
    gf_db_text(q, 4, row->job);
    sqlite3_bind_int64(q, 5, row->due);
    gf_db_text(q, 6, s->base.owner);
    return gf_db_finish(&s->db, q);
}

int gf_state_file_end(struct gf_state *state, const struct gf_run_row *row)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q =
        gf_db_get(&s->db, "UPDATE run SET started = ?, ended = ?, outcome = ?, status = ?,"
                          " signal = ?, owner = NULL, wait = 0, until = NULL"
                          " WHERE job = ? AND due = ?");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, row->started);
    sqlite3_bind_int64(q, 2, row->ended);
    sqlite3_bind_int(q, 3, (int)row->outcome);
    sqlite3_bind_int(q, 4, row->status);
    sqlite3_bind_int(q, 5, row->signal);
    gf_db_text(q, 6, row->job);
    sqlite3_bind_int64(q, 7, row->due);
    return gf_db_finish(&s->db, q);
}

int gf_state_file_record(struct gf_state *state, const struct gf_run_row *row)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(
        &s->db, "INSERT INTO run(job, due, outcome, status, times, wait)"
                " VALUES(?, ?, ?, -1, ?, ?) ON CONFLICT(job, due) DO UPDATE"
                " SET outcome = excluded.outcome, times = excluded.times,"
                " wait = excluded.wait, owner = NULL WHERE wait = 4 AND owner IS NOT NULL");
    if (!q)
        return -1;
    gf_db_text(q, 1, row->job);
    sqlite3_bind_int64(q, 2, row->due);
    sqlite3_bind_int(q, 3, (int)row->outcome);
    sqlite3_bind_int64(q, 4, (int64_t)row->times);
    sqlite3_bind_int(q, 5, (int)row->wait);
    return gf_db_finish(&s->db, q) != 0 ? -1 : sqlite3_changes(s->db.sqlite) == 0;
}

int gf_state_file_leave(struct gf_state *state, const struct gf_run_row *row, const char *owner)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q =
        gf_db_get(&s->db, "INSERT OR IGNORE INTO run(job, due, outcome, status, times, wait, owner)"
                          " VALUES(?, ?, 5, -1, ?, 4, ?)");
    if (!q)
        return -1;
    gf_db_text(q, 1, row->job);
    sqlite3_bind_int64(q, 2, row->due);
    sqlite3_bind_int64(q, 3, (int64_t)row->times);
    gf_db_text(q, 4, owner);
    return gf_db_finish(&s->db, q) != 0 ? -1 : sqlite3_changes(s->db.sqlite) == 0;
}

int gf_state_file_recover(struct gf_state *state, int *n)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(
        &s->db, "UPDATE run INDEXED BY run_open SET outcome = ?, status = -1, owner = NULL,"
                " wait = 0, until = NULL"
                " WHERE outcome = 0 AND NOT gf_alive(owner)");
    if (!q)
        return -1;
    sqlite3_bind_int(q, 1, GF_OUTCOME_INTERRUPTED);
    if (gf_db_finish(&s->db, q) != 0)
        return -1;
    *n = sqlite3_changes(s->db.sqlite);
    return 0;
}

/* ---- looking back ---------------------------------------------------------------------------- */

static struct gf_run_row row_of(sqlite3_stmt *q, bool *failed)
{
    return (struct gf_run_row){
        .job = gf_db_column(q, 0, failed),
        .due = sqlite3_column_int64(q, 1),
        .started = sqlite3_column_int64(q, 2),
        .ended = sqlite3_column_int64(q, 3),
        .outcome = (enum gf_outcome)sqlite3_column_int(q, 4),
        .status = sqlite3_column_int(q, 5),
        .signal = sqlite3_column_int(q, 6),
        .times = (uint64_t)sqlite3_column_int64(q, 7),
        .wait = (enum gf_wait)sqlite3_column_int(q, 8),
        .until = sqlite3_column_int64(q, 9),
    };
}

int gf_state_file_history(struct gf_state *state, const struct gf_state_filter *f,
                          int (*each)(void *arg, const struct gf_run_row *row), void *arg)
{
    struct gf_state_file *s = gf_state_file_of(state);
    sqlite3_stmt *q = gf_db_get(
        &s->db, "SELECT job, due, started, ended, outcome, status, signal, times, wait, until"
                " FROM " GF_STATE_SEEN
                " WHERE due >= ? AND (? IS NULL OR job = ?) AND (? = 0 OR outcome IN (2, 3, 6))"
                " ORDER BY due, job");
    if (!q)
        return -1;
    sqlite3_bind_int64(q, 1, f->since);
    gf_db_text(q, 2, f->job);
    gf_db_text(q, 3, f->job);
    sqlite3_bind_int(q, 4, f->failed);
    int known = 0, status = 0;
    bool failed = false;
    while (status == 0 && (known = gf_db_row(&s->db, q)) == 1) {
        struct gf_run_row row = row_of(q, &failed);
        status = failed                                  ? gf_db_fail(&s->db)
                 : gf_state_is_outcome((int)row.outcome) ? each(arg, &row)
                                                         : gf_db_fail_odd(&s->db);
    }
    gf_db_done(q);
    return known < 0 ? -1 : status;
}
