/*
 * record.c - what becomes of due times: counted, said, and written into the state. See runner.h.
 *
 * What cannot be written now (the disk is full, the file is locked) is owed: kept in order, and
 * tried again in a moment and at the end. Nothing is claimed while something is owed, since a later
 * claim would hide from the next scheduler that an earlier due time is not on record.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "aside.h"
#include "runner.h"

#include "base/msg.h"
#include "base/sat.h"

enum {
    LAST_WAIT_MS = 5000 /* for a lock on the state, at the end */
};

struct owed {
    struct owed *next;
    struct gf_run_row row; /* its job is `job` */
    char job[GF_JOB_ID_MAX + 1];
};

/* A lock goes away: that is said once, and is no failure. */
static void trouble(struct runner *r)
{
    if (!gf_state_is_locked(r->state)) {
        gf_error("cannot write the state: %s", gf_state_error(r->state));
        r->failed = true;
    } else if (!r->locked) {
        gf_note("another process has the state locked: what is due waits for it");
        r->locked = true;
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* A missed due time is a new row, all others were claimed. */
static int write_row(struct runner *r, const struct gf_run_row *row)
{
    if (row->outcome == GF_OUTCOME_MISSED)
        return gf_state_record(r->state, row) < 0 ? -1 : 0;
    return gf_state_end(r->state, row);
}

static void owe(struct runner *r, const struct gf_run_row *row)
{
    struct owed *o = calloc(1, sizeof *o);
    if (!o) {
        gf_error("job '%s' is not on record: out of memory", row->job);
        return;
    }
    o->row = *row;
    memcpy(o->job, row->job, strlen(row->job) + 1);
    if (!r->owed)
        r->owed_end = &r->owed;
    *r->owed_end = o;
    r->owed_end = &o->next;
    late_arm(r);
}

bool record_settle(struct runner *r)
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
    if (!r->state)
        return;
    if (!r->owed) {
        if (write_row(r, row) == 0)
            return;
        trouble(r);
    }
    owe(r, row);
}

bool record_close(struct runner *r)
{
    if (r->state)
        gf_state_patience(r->state, LAST_WAIT_MS);
    bool settled = record_settle(r);
    if (!settled)
        gf_error("cannot write the state: %s", gf_state_error(r->state));
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

static struct gf_run_row missed_row(const struct gf_job *job, const struct gf_plan_event *e)
{
    return (struct gf_run_row){
        .job = job->id, .due = e->due, .outcome = GF_OUTCOME_MISSED, .times = e->times};
}

/* One by one: what cannot be written is owed. */
static void put_missed(struct runner *r, const struct loaded *l, const struct gf_plan_event *e,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct gf_job *job = &l->table.jobs[e[i].job];
        struct gf_run_row row = missed_row(job, &e[i]);
        int got = r->state && !r->owed ? gf_state_record(r->state, &row) : -1;
        if (got != 1) /* another scheduler on this file has it */
            say_missed(r, job, &e[i]);
        if (got == -1)
            put(r, &row);
    }
}

void record_missed(struct runner *r, const struct loaded *l, const struct gf_plan_event *e,
                   size_t n)
{
    /* One transaction: after a night's sleep they are thousands. What was done in one that failed
     * is done again. */
    bool is_batch = r->state && n > 1 && record_settle(r) && gf_state_begin(r->state) == 0;
    put_missed(r, l, e, n);
    if (!is_batch)
        return;
    if (gf_state_commit(r->state) == 0)
        return;
    trouble(r);
    for (size_t i = 0; i < n; i++) {
        struct gf_run_row row = missed_row(&l->table.jobs[e[i].job], &e[i]);
        owe(r, &row);
    }
}

/* A job of each start may start twice in a second: the second run takes the last one that is free.
 */
static int claim(struct runner *r, const struct gf_job *job, int64_t *due, bool *paused)
{
    if (!record_settle(r) || gf_state_paused(r->state, job->id, paused) != 0)
        return -1;
    int got = gf_state_claim(r->state, job->id, *due, gf_now_wall());
    while (got == 1 && job->when.kind == GF_CRON_START)
        got = gf_state_claim(r->state, job->id, --*due, gf_now_wall());
    return got;
}

void record_unclaimed(struct runner *r, const struct gf_job *job, int64_t due, const char *why)
{
    struct gf_run_row row = {.job = job->id, .due = due, .outcome = GF_OUTCOME_MISSED, .times = 1};
    r->count.missed++;
    log_event(r, "missed", job, due, NULL, why);
    owe(r, &row);
}

enum claim record_claim(struct runner *r, const struct gf_job *job, int64_t *due)
{
    bool paused = false;
    if (!r->state)
        return CLAIM_OURS;
    int got = claim(r, job, due, &paused);
    if (got == 1)
        return CLAIM_NOT; /* another scheduler on this file has it */
    if (got < 0) {
        trouble(r);
        if (gf_state_is_locked(r->state))
            return CLAIM_LATER;
        record_unclaimed(r, job, *due, "its claim is not on record");
        return CLAIM_NOT;
    }
    if (paused)
        record_unstarted(r, job, *due, GF_OUTCOME_SKIPPED, "paused");
    return paused ? CLAIM_NOT : CLAIM_OURS;
}

bool record_is_paused(struct runner *r, const struct gf_job *job)
{
    bool paused = false;
    return r->state && gf_state_paused(r->state, job->id, &paused) == 0 && paused;
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

static void add_failure(struct run *run, enum gf_outcome outcome)
{
    char due[GF_STAMP_SIZE], why[32];
    bool exited = WIFEXITED(run->wait_status);
    gf_stamp_format(run->due, 0, true, due);
    snprintf(why, sizeof why, "%s %d", exited ? "exit status" : "signal",
             exited ? WEXITSTATUS(run->wait_status) : WTERMSIG(run->wait_status));
    gf_failures_add(&run->r->failures, 0, "job %s due %s: %s", run->job->id, due,
                    outcome == GF_OUTCOME_FAILED ? why : gf_outcome_words[outcome]);
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
    if (!run->replaced) {
        aside_ping(r, outcome == GF_OUTCOME_OK ? "" : "/fail");
        if (outcome != GF_OUTCOME_OK)
            add_failure(run, outcome);
    }
    put(r, &row);
}
