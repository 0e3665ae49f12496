/*
 * runs.c - the life of runs.
 *
 * A run enters the queue when its jitter is over, and start.c takes it from there. The end of a
 * child is an event of its task (run/task.h): then the run retries, or is over and freed, or stays
 * while something it left behind still writes.
 */
#include "runs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "run_list.h"
#include "start.h"
#include "try.h"

#include "base/msg.h"
#include "base/random.h"
#include "cron/hash.h"

/* ---- the child ------------------------------------------------------------------------------- */

static void on_over(struct gf_task *t)
{
    struct run *run = t->owner;
    struct runs *r = run->owner;
    run->ending = gf_task_ending(t);
    run->took = t->end_mono - t->start_mono;
    try_end(run);
    if (run->phase == PHASE_LINGERING && run_outcome(run) == GF_OUTCOME_OK)
        r->went_well(r->owner, run);
    start_queued(r);
}

/* The process has ended: for GF_OVERLAP the run is over, unless what it wrote is still to be read.
 * That run counts on, so that no more than one run of a job waits for a reader that has stalled. */
static void on_held(struct gf_task *t)
{
    struct run *run = t->owner;
    if (gf_task_is_paused(t))
        return;
    runlist_set_phase(run, PHASE_HELD);
    start_queued(run->owner);
}

static void on_drained(struct gf_task *t)
{
    struct run *run = t->owner;
    if (run->phase == PHASE_LINGERING)
        runlist_drop(run);
}

static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct run *run = t->owner;
    struct runs *r = run->owner;
    output_take(r->output, run, stream, data, len);
    if (output_is_full(r->output, stream))
        gf_task_pause(t, stream);
}

static void on_closed(struct gf_task *t, int stream)
{
    struct run *run = t->owner;
    struct runs *r = run->owner;
    output_end(r->output, run, stream);
}

static void on_broken(struct gf_task *t, int stream, int err)
{
    const struct run *run = t->owner;
    struct runs *r = run->owner;
    (void)stream;
    errno = err;
    gf_error_errno("cannot read what job %s writes", run->job->id);
    r->output->lost = true;
}

static const struct gf_task_events task_events = {.output = on_output,
                                                  .closed = on_closed,
                                                  .broken = on_broken,
                                                  .held = on_held,
                                                  .over = on_over,
                                                  .drained = on_drained};

/* ---- the queue ------------------------------------------------------------------------------- */

/* Ends the job's run that goes on, and drops its runs that wait, for the sake of `run`. */
static void replace(struct run *run)
{
    struct runs *r = run->owner;
    for (struct run *old = r->first, *next; old; old = next) {
        next = old->next;
        if (old == run || old->seat != run->seat)
            continue;
        if (old->phase == PHASE_RUNNING) {
            old->interrupted = old->replaced = true;
            gf_task_end(&old->task);
        } else if (old->phase == PHASE_QUEUED) {
            runs_give_up(old, "replaced");
        }
    }
}

/* Puts a run whose jitter is over into the queue, or skips it, as GF_OVERLAP of the job says. */
static void enter_queue(struct run *run)
{
    const struct gf_job_options *o = &run->job->opt;
    size_t waiting = run->seat->runs[PHASE_QUEUED];
    bool busy = waiting || run->seat->runs[PHASE_RUNNING];
    bool full = busy && (o->overlap == GF_OVERLAP_SKIP ||
                         (o->overlap == GF_OVERLAP_QUEUE && waiting >= o->queue));
    const char *why = start_is_held_back(run) ? "paused"
                      : full                  ? "its last run goes on"
                                              : start_beside_another(run);
    if (why) {
        runs_give_up(run, why);
        return;
    }
    runlist_set_phase(run, PHASE_QUEUED);
    if (busy && o->overlap == GF_OVERLAP_REPLACE)
        replace(run);
    start_or_wait(run);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static void on_timer(struct gf_timer *t)
{
    struct run *run = t->owner;
    if (run->phase == PHASE_WAITING) {
        enter_queue(run);
    } else if (run->phase == PHASE_RETRYING) {
        runlist_set_phase(run, PHASE_QUEUED);
        start_or_wait(run);
    }
}

/* Retries that are still to come, or wait for a slot, give way to the job's next run. */
static void merge_retries(struct runs *r, const struct seat *seat)
{
    const size_t *n = seat->runs;
    bool any = n[PHASE_RETRYING] || n[PHASE_QUEUED] || n[PHASE_HELD];
    for (struct run *run = any ? r->first : NULL, *next; run; run = next) {
        next = run->next;
        if (run->seat != seat)
            continue;
        run->passed |= run->phase == PHASE_HELD;
        if (run->phase == PHASE_RETRYING || (run->phase == PHASE_QUEUED && run->tries))
            runs_give_up(run, "its next run comes first");
    }
}

/* How long a run is put off: a random time, or with fixed jitter a time by the hash of the id,
 * which is the same for each run of the job. */
static gf_ns jitter_of(const struct gf_job *job)
{
    uint64_t most = job->opt.jitter > 0 ? (uint64_t)job->opt.jitter : 0;
    if (!job->opt.jitter_fixed)
        return (gf_ns)gf_random_upto(most);
    return (gf_ns)(gf_cron_hash(job->id, strlen(job->id)) % (most + 1));
}

void runs_due(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due)
{
    if (r->stopping)
        return;
    merge_retries(r, from->seats[job - from->table.jobs]);
    enum claim got = r->deferred->first ? CLAIM_LATER : journal_claim(r->journal, job, &due);
    if (got == CLAIM_OURS)
        runs_begin(r, from, job, due, false);
    else if (got == CLAIM_LATER && !deferred_add(r->deferred, from, job, due))
        journal_unclaimed(r->journal, job, due, "out of memory");
}

void runs_follow(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due)
{
    const struct gf_cron *c = &job->when;
    if (c->bounded && (due < c->since || due > c->upto))
        return;
    if (r->stopping)
        journal_not_followed(r->journal, job, due);
    else
        runs_due(r, from, job, due);
}

void runs_begin(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due,
                bool by_hand)
{
    merge_retries(r, from->seats[job - from->table.jobs]);
    log_event(r->log, "planned", job, due, NULL, NULL);
    struct run *run = runlist_new(r, from, job, due, &task_events);
    if (!run) {
        gf_error_nomem();
        journal_skipped(r->journal, job, due, "out of memory");
        r->journal->failed = true;
        return;
    }
    run->timer.due = on_timer;
    run->timer.owner = run;
    run->by_hand = by_hand;
    gf_ns jitter = by_hand ? 0 : jitter_of(job);
    if (jitter > 0)
        runlist_wait(run, GF_WAIT_JITTER, jitter);
    else
        enter_queue(run);
}

int runs_open(struct runs *r, struct ev_loop *loop, size_t most)
{
    snprintf(r->pid, sizeof r->pid, "%ld", (long)getpid());
    r->orphans = (struct gf_orphans){.run = "GF_CRON", .run_value = r->pid};
    r->tasks.orphans = &r->orphans;
    r->shell.search = NULL;
    start_open(r, loop);
    gf_timers_open(&r->timers, loop);
    gf_orphans_adopt();
    return gf_slots_allow(&r->slots, most) == 0 ? gf_tasks_open(&r->tasks, loop) : -1;
}

void runs_close(struct runs *r)
{
    start_close(r, r->tasks.loop);
    gf_tasks_close(&r->tasks);
    gf_timers_close(&r->timers);
    gf_slots_release(&r->slots);
    gf_orphans_release(&r->orphans);
    gf_command_release(&r->shell);
}
