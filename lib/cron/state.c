/*
 * state.c - what both places share: words, and the way to the functions of the place.
 */
#include "cron/state.h"

#include "cron/state_place.h"

const char *const gf_outcome_words[] = {"running", "ok",     "failed",      "timeout",
                                        "skipped", "missed", "interrupted", NULL};

const char *gf_run_word(const struct gf_run_row *row)
{
    bool waits = row->outcome == GF_OUTCOME_RUNNING && row->wait != GF_WAIT_NONE;
    return waits ? "waiting" : gf_outcome_words[row->outcome];
}

bool gf_state_is_outcome(int outcome)
{
    return outcome >= GF_OUTCOME_RUNNING && outcome <= GF_OUTCOME_INTERRUPTED;
}

const char *gf_state_owner(const struct gf_state *s)
{
    return s->owner;
}

/* ---- to the place ---------------------------------------------------------------------------- */

void gf_state_close(struct gf_state *s)
{
    if (s)
        s->place->close(s);
}

const char *gf_state_error(const struct gf_state *s)
{
    return s->place->error(s);
}

int gf_state_trouble(const struct gf_state *s)
{
    return s->place->trouble(s);
}

const char *gf_state_cure(const struct gf_state *s)
{
    return s->place->cure ? s->place->cure(s) : NULL;
}

bool gf_state_may_pass(const struct gf_state *s)
{
    return s->place->may_pass(s);
}

int gf_state_check(struct gf_state *s)
{
    return s->place->check(s);
}

int gf_state_begin(struct gf_state *s)
{
    return s->place->begin(s);
}

int gf_state_commit(struct gf_state *s)
{
    return s->place->commit(s);
}

void gf_state_undo(struct gf_state *s)
{
    s->place->undo(s);
}

void gf_state_patience(struct gf_state *s, int ms)
{
    s->place->patience(s, ms);
}

int gf_state_job(struct gf_state *s, const char *job, int64_t now, bool again,
                 struct gf_state_found *found)
{
    return s->place->job(s, job, now, again, found);
}

bool gf_state_is_alive(const struct gf_state *s, const char *owner)
{
    return s->place->is_alive(s, owner);
}

int gf_state_schedule(struct gf_state *s, const char *job, const struct gf_state_schedule *w)
{
    return s->place->schedule(s, job, w);
}

int gf_state_unschedule(struct gf_state *s)
{
    return s->place->unschedule(s);
}

int gf_state_claim(struct gf_state *s, const char *job, int64_t due, bool again, gf_ns now_wall)
{
    return s->place->claim(s, job, due, again, now_wall);
}

int gf_state_runs_elsewhere(struct gf_state *s, const char *job, bool *yes)
{
    return s->place->runs_elsewhere(s, job, yes);
}

int gf_state_count(struct gf_state *s, const char *job, uint64_t most, uint64_t *starts)
{
    return s->place->count(s, job, most, starts);
}

int gf_state_give_back(struct gf_state *s, const struct gf_run_row *row)
{
    return s->place->give_back(s, row);
}

int gf_state_ask_again(struct gf_state *s, const struct gf_run_row *row)
{
    return s->place->ask_again(s, row);
}

int gf_state_wait(struct gf_state *s, const struct gf_run_row *row)
{
    return s->place->wait(s, row);
}

int gf_state_end(struct gf_state *s, const struct gf_run_row *row)
{
    return s->place->end(s, row);
}

int gf_state_record(struct gf_state *s, const struct gf_run_row *row)
{
    return s->place->record(s, row);
}

int gf_state_leave(struct gf_state *s, const struct gf_run_row *row, const char *owner)
{
    return s->place->leave(s, row, owner);
}

int gf_state_recover(struct gf_state *s, int *n)
{
    return s->place->recover(s, n);
}

int gf_state_forget(struct gf_state *s, int64_t before, int most, int *n)
{
    return s->place->forget(s, before, most, n);
}

int gf_state_due_of(struct gf_state *s, int64_t nth, int64_t *due)
{
    return s->place->due_of(s, nth, due);
}

int gf_state_shrink(struct gf_state *s, int pages, bool *more)
{
    return s->place->shrink(s, pages, more);
}

int gf_state_pause(struct gf_state *s, const char *job, bool paused)
{
    return s->place->pause(s, job, paused);
}

int gf_state_paused(struct gf_state *s, const char *job, bool *paused)
{
    return s->place->paused(s, job, paused);
}

int gf_state_request(struct gf_state *s, const char *job)
{
    return s->place->request(s, job);
}

int gf_state_requested(struct gf_state *s, struct gf_state_name *at)
{
    return s->place->requested(s, at);
}

int gf_state_take(struct gf_state *s, const char *job, int64_t *due, gf_ns now_wall)
{
    return s->place->take(s, job, due, now_wall);
}

int gf_state_watch(const struct gf_state *s)
{
    return s->place->watch(s);
}

int gf_state_status(struct gf_state *s,
                    int (*each)(void *arg, const struct gf_state_status_row *row), void *arg)
{
    return s->place->status(s, each, arg);
}

int gf_state_history(struct gf_state *s, const struct gf_state_filter *f,
                     int (*each)(void *arg, const struct gf_run_row *row), void *arg)
{
    return s->place->history(s, f, each, arg);
}

/* ---- where owners have leases ---------------------------------------------------------------- */

bool gf_state_has_leases(const struct gf_state *s)
{
    return s->place->tick != NULL;
}

int gf_state_tick(struct gf_state *s, struct gf_state_tick *t)
{
    *t = (struct gf_state_tick){0};
    return s->place->tick ? s->place->tick(s, t) : 0;
}

gf_ns gf_state_lease_end(const struct gf_state *s)
{
    return s->place->lease_end ? s->place->lease_end(s) : GF_NEVER;
}

int gf_state_left(struct gf_state *s, int (*each)(void *arg, const struct gf_state_left_row *row),
                  void *arg)
{
    return s->place->left ? s->place->left(s, each, arg) : 0;
}

int gf_state_goes_by(struct gf_state *s, const char *digest, const char *zone,
                     struct gf_state_other *other)
{
    *other = (struct gf_state_other){0};
    return s->place->goes_by ? s->place->goes_by(s, digest, zone, other) : 0;
}
