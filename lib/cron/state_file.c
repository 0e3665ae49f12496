/*
 * state_file.c - the state file as one of lib/db, with an owner.
 *
 * A writer becomes an owner once the file is open, since the lock by which it is known is on that
 * file (state_file_owner.c).
 */
#include <errno.h>
#include <stdlib.h>

#include "cron/state_file.h"

static void close_(struct gf_state *state)
{
    struct gf_state_file *s = gf_state_file_of(state);
    if (!s)
        return;
    gf_db_close(&s->db);
    free(s);
}

static const char *error(const struct gf_state *state)
{
    const struct gf_state_file *s = (const struct gf_state_file *)state;
    return s->db.error;
}

static int trouble(const struct gf_state *state)
{
    const struct gf_state_file *s = (const struct gf_state_file *)state;
    return s->db.trouble;
}

static bool may_pass(const struct gf_state *state)
{
    const struct gf_state_file *s = (const struct gf_state_file *)state;
    return s->db.trouble == GF_DB_LOCKED;
}

static void patience(struct gf_state *state, int ms)
{
    struct gf_state_file *s = gf_state_file_of(state);
    gf_db_patience(&s->db, ms);
}

static int check(struct gf_state *state)
{
    struct gf_state_file *s = gf_state_file_of(state);
    return gf_db_check(&s->db);
}

static int watch(const struct gf_state *state)
{
    const struct gf_state_file *s = (const struct gf_state_file *)state;
    return gf_db_watch(&s->db);
}

static int begin(struct gf_state *state)
{
    struct gf_state_file *s = gf_state_file_of(state);
    return gf_db_begin(&s->db);
}

static int commit(struct gf_state *state)
{
    struct gf_state_file *s = gf_state_file_of(state);
    return gf_db_commit(&s->db);
}

static void undo(struct gf_state *state)
{
    struct gf_state_file *s = gf_state_file_of(state);
    gf_db_undo(&s->db);
}

static const struct gf_state_place place = {
    .close = close_,
    .error = error,
    .trouble = trouble,
    .may_pass = may_pass,
    .check = check,
    .begin = begin,
    .commit = commit,
    .undo = undo,
    .patience = patience,
    .job = gf_state_file_job,
    .is_alive = gf_state_file_is_alive,
    .schedule = gf_state_file_schedule,
    .unschedule = gf_state_file_unschedule,
    .claim = gf_state_file_claim,
    .runs_elsewhere = gf_state_file_runs_elsewhere,
    .count = gf_state_file_count,
    .give_back = gf_state_file_give_back,
    .ask_again = gf_state_file_ask_again,
    .wait = gf_state_file_wait,
    .end = gf_state_file_end,
    .record = gf_state_file_record,
    .leave = gf_state_file_leave,
    .recover = gf_state_file_recover,
    .forget = gf_state_file_forget,
    .due_of = gf_state_file_due_of,
    .shrink = gf_state_file_shrink,
    .pause = gf_state_file_pause,
    .paused = gf_state_file_paused,
    .request = gf_state_file_request,
    .requested = gf_state_file_requested,
    .take = gf_state_file_take,
    .watch = watch,
    .status = gf_state_file_status,
    .history = gf_state_file_history,
};

int gf_state_open(struct gf_state **out, const char *path, enum gf_db_use use, const char **why)
{
    struct gf_state_file *s = calloc(1, sizeof *s);
    if (!s) {
        *why = "out of memory";
        return GF_DB_MEMORY;
    }
    int got = gf_db_open(&s->db, path, use, &gf_state_kind, why);
    if (got != 0) {
        int code = errno;
        free(s);
        errno = code;
        return got;
    }
    if (use != GF_DB_READ)
        gf_state_make_owner(s);
    s->base.place = &place;
    *out = &s->base;
    return 0;
}
