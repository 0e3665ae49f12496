/*
 * journal.c - what becomes of due times.
 *
 * A claim is a row without an end, written before the run starts; its end is written when the run
 * is over. A claim whose run has not started when the scheduler stops is given back. A missed due
 * time is a row of its own. Thousands that were missed (after a night's sleep) are one transaction.
 */
#include "journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cron.h"

#include "base/msg.h"
#include "base/sat.h"

enum {
    LAST_WAIT_MS = 5000 /* for a lock on the state, at the end */
};

/* How a row is written: gf_state_end and the like; less than 0: the row is not written. */
typedef int write_row(struct gf_state *s, const struct gf_run_row *row);

struct owed {
    struct owed *next;
    write_row *write;
    struct gf_run_row row; /* row.job is set to `job` when the row is written */
    char job[sizeof(struct gf_state_name)];
};

/* A lock is no failure, since it goes away. */
void journal_trouble(struct journal *j)
{
    const char *why = gf_state_error(j->state);
    if (gf_state_may_pass(j->state)) {
        if (!j->locked && gf_state_has_leases(j->state))
            cron_state_is_away(j->state);
        else if (!j->locked)
            gf_note("another process has the state locked: what is due waits for it");
        j->locked = true;
        return;
    }
    j->failed = true;
    if (strcmp(j->told, why) != 0)
        cron_state_failed(j->state, "write");
    snprintf(j->told, sizeof j->told, "%s", why);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void owe(struct journal *j, write_row *write, const struct gf_run_row *row)
{
    struct owed *o = calloc(1, sizeof *o);
    if (!o) {
        gf_error("job '%s' is not on record: out of memory", row->job);
        return;
    }
    o->write = write;
    o->row = *row;
    memcpy(o->job, row->job, strlen(row->job) + 1);
    if (!j->owed)
        j->owed_end = &j->owed;
    *j->owed_end = o;
    j->owed_end = &o->next;
    j->owes(j->owner);
}

bool journal_settle(struct journal *j)
{
    while (j->owed) {
        struct owed *o = j->owed;
        o->row.job = o->job;
        if (o->write(j->state, &o->row) < 0)
            return false;
        j->owed = o->next;
        free(o);
        j->told[0] = '\0';
    }
    return true;
}

static void put(struct journal *j, write_row *write, const struct gf_run_row *row)
{
    if (!j->state)
        return;
    if (!j->owed) {
        if (write(j->state, row) >= 0) {
            j->told[0] = '\0'; /* the state can be written: what comes next is told anew */
            return;
        }
        journal_trouble(j);
    }
    owe(j, write, row);
}

bool journal_close(struct journal *j)
{
    if (j->state)
        gf_state_patience(j->state, LAST_WAIT_MS);
    bool settled = journal_settle(j) && (!j->state || gf_state_check(j->state) == 0);
    if (!settled)
        journal_trouble(j);
    while (j->owed) {
        struct owed *o = j->owed;
        gf_error("job '%s' is not on record: %s", o->job, gf_run_word(&o->row));
        j->owed = o->next;
        free(o);
    }
    return settled;
}

/* ---- due times ------------------------------------------------------------------------------- */

static void say_missed(struct journal *j, const struct gf_job *job, const struct gf_plan_event *e)
{
    char many[48];
    snprintf(many, sizeof many, "%llu times up to then", (unsigned long long)e->times);
    j->count.missed += e->times;
    log_event(j->log, "missed", job, e->due, NULL, e->times > 1 ? many : NULL);
}

static struct gf_run_row missed_row(const struct gf_job *job, const struct gf_plan_event *e)
{
    return (struct gf_run_row){
        .job = run_state_id(job), .due = e->due, .outcome = GF_OUTCOME_MISSED, .times = e->times};
}

/* Records missed due times one by one; a row that cannot be written is owed. */
static void put_missed(struct journal *j, const struct loaded *l, const struct gf_plan_event *e,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct gf_job *job = &l->table.jobs[e[i].job];
        struct gf_run_row row = missed_row(job, &e[i]);
        int got = j->state && !j->owed ? gf_state_record(j->state, &row) : -1;
        if (got != 1) /* 1: another scheduler on this file has recorded it */
            say_missed(j, job, &e[i]);
        if (got == -1)
            put(j, gf_state_record, &row);
    }
}

void journal_missed(struct journal *j, const struct loaded *l, const struct gf_plan_event *e,
                    size_t n)
{
    /* One transaction, since a night's sleep can make thousands of missed due times. When its
     * commit fails, every row of it is owed. */
    bool is_batch = j->state && n > 1 && journal_settle(j) && gf_state_begin(j->state) == 0;
    put_missed(j, l, e, n);
    if (!is_batch)
        return;
    if (gf_state_commit(j->state) == 0)
        return;
    journal_trouble(j);
    for (size_t i = 0; i < n; i++) {
        struct gf_run_row row = missed_row(&l->table.jobs[e[i].job], &e[i]);
        owe(j, gf_state_record, &row);
    }
}

bool journal_is_start(const struct gf_job *job, int64_t due)
{
    int64_t named;
    if (!gf_cron_will_start(&job->when, INT64_MIN))
        return false;
    return gf_cron_next(&job->when, job->zone, GF_DST_DEBIAN, due - 1, &named) != GF_CRON_FOUND ||
           named != due;
}

/* Claims *due. An @start job may start twice in one second, and a job that follows another one may
 * have been run by hand in the second that is its due time: then the last second before that is
 * free is claimed. */
static int claim(struct journal *j, const struct gf_job *job, int64_t *due, bool *paused)
{
    bool starts = journal_is_start(job, *due) || job->when.kind == GF_CRON_AFTER;
    if (!journal_settle(j) || gf_state_paused(j->state, run_state_id(job), paused) != 0)
        return -1;
    bool again = !starts && job->opt.catchup_interrupted;
    int got = gf_state_claim(j->state, run_state_id(job), *due, again, gf_now_wall());
    while (got == 1 && starts)
        got = gf_state_claim(j->state, run_state_id(job), --*due, again, gf_now_wall());
    return got;
}

void journal_unclaimed(struct journal *j, const struct gf_job *job, int64_t due, const char *why)
{
    struct gf_run_row row = {.job = run_state_id(job),
                             .due = due,
                             .outcome = GF_OUTCOME_MISSED,
                             .times = 1,
                             .wait = GF_WAIT_SCHEDULER};
    j->count.missed++;
    log_event(j->log, "missed", job, due, NULL, why);
    owe(j, gf_state_record, &row);
}

void journal_not_followed(struct journal *j, const struct gf_job *job, int64_t due)
{
    struct gf_run_row row = {
        .job = run_state_id(job), .due = due, .outcome = GF_OUTCOME_MISSED, .times = 1};
    j->count.missed++;
    log_event(j->log, "missed", job, due, NULL, "the scheduler stops");
    put(j, gf_state_record, &row);
}

enum claim journal_claim(struct journal *j, const struct gf_job *job, int64_t *due)
{
    bool paused = false;
    if (!j->state)
        return CLAIM_OURS;
    int got = claim(j, job, due, &paused);
    if (got == 1)
        return CLAIM_NOT; /* another scheduler on this file has the due time */
    if (got < 0) {
        journal_trouble(j);
        if (gf_state_may_pass(j->state))
            return CLAIM_LATER;
        journal_unclaimed(j, job, *due, "its claim is not on record");
        return CLAIM_NOT;
    }
    if (paused)
        journal_skipped(j, job, *due, "paused");
    return paused ? CLAIM_NOT : CLAIM_OURS;
}

enum claim journal_count(struct journal *j, const struct gf_job *job, bool *last)
{
    uint64_t starts = 0;
    int got = j->state ? gf_state_count(j->state, run_state_id(job), job->opt.times, &starts) : 1;
    if (got < 0)
        journal_trouble(j);
    if (got < 0 && gf_state_may_pass(j->state))
        return CLAIM_LATER;
    *last = starts >= job->opt.times;
    return got == 0 ? CLAIM_OURS : CLAIM_NOT;
}

bool journal_has_lease(const struct journal *j)
{
    return !j->state || gf_state_lease_end(j->state) > gf_now_boot();
}

bool journal_is_paused(struct journal *j, const struct gf_job *job)
{
    bool paused = false;
    return j->state && gf_state_paused(j->state, run_state_id(job), &paused) == 0 && paused;
}

bool journal_runs_elsewhere(struct journal *j, const struct gf_job *job, int64_t due)
{
    bool yes = false;
    if (!j->state || (gf_state_has_leases(j->state) && journal_is_start(job, due)))
        return false;
    return gf_state_runs_elsewhere(j->state, run_state_id(job), &yes) == 0 && yes;
}

void journal_skipped(struct journal *j, const struct gf_job *job, int64_t due, const char *why)
{
    struct gf_run_row row = {.job = run_state_id(job),
                             .due = due,
                             .outcome = GF_OUTCOME_SKIPPED,
                             .status = -1,
                             .times = 1};
    log_event(j->log, "skipped", job, due, NULL, why);
    j->count.skipped++;
    put(j, gf_state_end, &row);
}

void journal_give_back(struct journal *j, const struct run *run, const char *why)
{
    struct gf_run_row row = {
        .job = run_state_id(run->job), .due = run->due, .outcome = GF_OUTCOME_MISSED, .times = 1};
    log_event(j->log, "missed", run->job, run->due, NULL, why);
    j->count.missed++;
    put(j, run->by_hand ? gf_state_ask_again : gf_state_give_back, &row);
}

void journal_wait(struct journal *j, const struct run *run)
{
    struct gf_run_row row = {
        .job = run_state_id(run->job),
        .due = run->due,
        .started = run->tries ? run->task.start_wall : 0,
        .wait = run->wait,
        .until = run->until,
    };
    put(j, gf_state_wait, &row);
}

/* ---- the end of a run ------------------------------------------------------------------------ */

static void add_failure(struct journal *j, const struct run *run, enum gf_outcome outcome)
{
    char due[GF_STAMP_SIZE], how[GF_ENDING_SIZE];
    const struct gf_ending *e = &run->ending;
    gf_stamp_format(run->due, 0, true, due);
    snprintf(how, sizeof how, "%s %d", e->signal ? "signal" : "exit status",
             e->signal ? e->signal : e->code);
    gf_failures_add(&j->failures, 0, "job %s due %s: %s", run->job->id, due,
                    outcome == GF_OUTCOME_FAILED ? how : gf_outcome_words[outcome]);
}

void journal_end(struct journal *j, const struct run *run)
{
    enum gf_outcome outcome = run_outcome(run);
    struct gf_run_row row = {
        .job = run_state_id(run->job),
        .due = run->due,
        .started = run->task.start_wall,
        .ended = run->task.start_wall ? gf_sat_add_i64(run->task.start_wall, run->took)
                                      : gf_now_wall(), /* it could not be started */
        .outcome = outcome,
        .status = run->ending.signal ? -1 : run->ending.code,
        .signal = run->ending.signal,
        .times = 1,
    };
    uint64_t *const counts[] = {
        [GF_OUTCOME_OK] = &j->count.ok,
        [GF_OUTCOME_FAILED] = &j->count.failed,
        [GF_OUTCOME_TIMEOUT] = &j->count.timeout,
        [GF_OUTCOME_INTERRUPTED] = &j->count.interrupted,
    };
    ++*counts[outcome];
    if (outcome == GF_OUTCOME_FAILED || outcome == GF_OUTCOME_TIMEOUT)
        hook_failure(j->hooks, run, gf_outcome_words[outcome]);
    if (!run->replaced) {
        hook_ping(j->hooks, outcome == GF_OUTCOME_OK ? "" : "/fail");
        if (outcome != GF_OUTCOME_OK)
            add_failure(j, run, outcome);
    }
    put(j, gf_state_end, &row);
}
