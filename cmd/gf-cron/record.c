/*
 * record.c - what becomes of due times: counted, said, and written into the state. See runner.h.
 *
 * What cannot be written now (the disk is full) is owed: kept in order, and tried again before the
 * next row and at the end. Nothing is claimed while something is owed, since a later claim would
 * hide from the next scheduler that an earlier due time is not on record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "aside.h"
#include "runner.h"

#include "base/msg.h"
#include "base/sat.h"

struct owed {
    struct owed *next;
    struct gf_run_row row; /* its job is `job` */
    char job[GF_JOB_ID_MAX + 1];
};

static void trouble(struct runner *r)
{
    gf_error("cannot write the state: %s", gf_state_error(r->state));
    r->failed = true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* A missed due time is a new row, all others were claimed. */
static int write_row(struct runner *r, const struct gf_run_row *row)
{
    return row->outcome == GF_OUTCOME_MISSED ? gf_state_record(r->state, row)
                                             : gf_state_end(r->state, row);
}

static void owe(struct runner *r, const struct gf_run_row *row)
{
    struct owed **at = &r->owed, *o = calloc(1, sizeof *o);
    if (!o) {
        gf_error("job '%s' is not on record: out of memory", row->job);
        return;
    }
    while (*at)
        at = &(*at)->next;
    o->row = *row;
    memcpy(o->job, row->job, strlen(row->job) + 1);
    *at = o;
}

/* Whether nothing is owed any more. */
static bool settle(struct runner *r)
{
    while (r->owed) {
        struct owed *o = r->owed;
        o->row.job = o->job;
        if (write_row(r, &o->row) != 0)
            return false;
        r->owed = o->next;
        free(o);
    }
    return true;
}

static void put(struct runner *r, const struct gf_run_row *row)
{
    if (!r->state || (settle(r) && write_row(r, row) == 0))
        return;
    trouble(r);
    owe(r, row);
}

bool record_close(struct runner *r)
{
    bool settled = settle(r);
    if (!settled)
        trouble(r);
    while (r->owed) {
        struct owed *o = r->owed;
        gf_error("job '%s' is not on record: %s", o->job, gf_outcome_words[o->row.outcome]);
        r->owed = o->next;
        free(o);
    }
    return settled;
}

/* ---- due times ------------------------------------------------------------------------------- */

static void say_missed(struct runner *r, const struct gf_job *job, const struct gf_plan_event *e)
{
    char many[48];
    snprintf(many, sizeof many, "%llu times up to then", (unsigned long long)e->times);
    r->count.missed += e->times;
    log_event(r, "missed", job, e->due, NULL, e->times > 1 ? many : NULL);
}

void record_missed(struct runner *r, const struct loaded *l, const struct gf_plan_event *e,
                   size_t n)
{
    /* One transaction: after a night's sleep they are thousands. */
    bool is_batch = r->state && n > 1 && settle(r) && gf_state_begin(r->state) == 0, ok = is_batch;
    for (size_t i = 0; i < n; i++) {
        const struct gf_job *job = &l->table.jobs[e[i].job];
        struct gf_run_row row = {
            .job = job->id, .due = e[i].due, .outcome = GF_OUTCOME_MISSED, .times = e[i].times};
        say_missed(r, job, &e[i]);
        if (is_batch)
            ok = ok && gf_state_record(r->state, &row) == 0;
        else
            put(r, &row);
    }
    if (!is_batch || (ok && gf_state_commit(r->state) == 0))
        return;
    trouble(r);
    gf_state_undo(r->state);
    for (size_t i = 0; i < n; i++) {
        struct gf_run_row row = {.job = l->table.jobs[e[i].job].id,
                                 .due = e[i].due,
                                 .outcome = GF_OUTCOME_MISSED,
                                 .times = e[i].times};
        owe(r, &row);
    }
}

/* A job of each start may start twice in a second: the second run takes the last one that is free.
 */
static int claim(struct runner *r, const struct gf_job *job, int64_t *due)
{
    if (!settle(r))
        return -1;
    int got = gf_state_claim(r->state, job->id, *due, gf_now_wall());
    while (got == 1 && job->when.kind == GF_CRON_START)
        got = gf_state_claim(r->state, job->id, --*due, gf_now_wall());
    return got;
}

bool record_claim(struct runner *r, const struct gf_job *job, int64_t *due)
{
    bool paused = false;
    if (!r->state)
        return true;
    int got = claim(r, job, due);
    if (got < 0 || gf_state_paused(r->state, job->id, &paused) != 0) {
        struct gf_run_row row = {
            .job = job->id, .due = *due, .outcome = GF_OUTCOME_MISSED, .times = 1};
        trouble(r);
        r->count.missed++;
        log_event(r, "missed", job, *due, NULL, "its claim is not on record");
        owe(r, &row);
        return false;
    }
    if (got == 1)
        return false; /* another scheduler on this file has it */
    if (paused)
        record_unstarted(r, job, *due, GF_OUTCOME_SKIPPED, "paused");
    return !paused;
}

void record_unstarted(struct runner *r, const struct gf_job *job, int64_t due,
                      enum gf_outcome outcome, const char *why)
{
    struct gf_run_row row = {
        .job = job->id, .due = due, .outcome = outcome, .status = -1, .times = 1};
    log_event(r, gf_outcome_words[outcome], job, due, NULL, why);
    if (outcome == GF_OUTCOME_SKIPPED)
        r->count.skipped++;
    else
        r->count.interrupted++;
    put(r, &row);
}

/* ---- the end of a run ------------------------------------------------------------------------ */

enum gf_outcome run_outcome(const struct run *run)
{
    if (run->interrupted)
        return GF_OUTCOME_INTERRUPTED;
    if (run->life.timed_out)
        return GF_OUTCOME_TIMEOUT;
    return WIFEXITED(run->wait_status) && WEXITSTATUS(run->wait_status) == 0 ? GF_OUTCOME_OK
                                                                             : GF_OUTCOME_FAILED;
}

void record_end(struct run *run)
{
    struct runner *r = run->r;
    enum gf_outcome outcome = run_outcome(run);
    struct gf_run_row row = {
        .job = run->job->id,
        .due = run->due,
        .started = run->started_wall,
        .ended = gf_sat_add_i64(run->started_wall, gf_now_mono() - run->started_mono),
        .outcome = outcome,
        .status = WIFEXITED(run->wait_status) ? WEXITSTATUS(run->wait_status) : -1,
        .signal = WIFSIGNALED(run->wait_status) ? WTERMSIG(run->wait_status) : 0,
        .times = 1,
    };
    uint64_t *const counts[] = {
        [GF_OUTCOME_OK] = &r->count.ok,
        [GF_OUTCOME_FAILED] = &r->count.failed,
        [GF_OUTCOME_TIMEOUT] = &r->count.timeout,
        [GF_OUTCOME_INTERRUPTED] = &r->count.interrupted,
    };
    ++*counts[outcome];
    if (outcome == GF_OUTCOME_FAILED || outcome == GF_OUTCOME_TIMEOUT)
        aside_failure(run, gf_outcome_words[outcome]);
    aside_ping(r, outcome == GF_OUTCOME_OK ? "" : "/fail");
    r->failed |= outcome != GF_OUTCOME_OK;
    put(r, &row);
}
