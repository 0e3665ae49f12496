/*
 * runs.c - the life of runs.
 *
 * A run enters the queue when its jitter is over, and the queue is gone through, the oldest first,
 * whenever a slot is free. The end of a child is an event of its task (run/task.h): then the run
 * retries, or is over and freed, or stays while something it left behind still writes.
 */
#include "runs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "environment.h"
#include "run_list.h"
#include "times.h"

#include "base/msg.h"
#include "base/random.h"
#include "base/sat.h"
#include "cron/hash.h"
#include "proc/backoff.h"

/* ---- the end of a try ------------------------------------------------------------------------ */

static bool wants_retry(const struct run *run)
{
    const struct runs *r = run->owner;
    return !r->stopping && !run->interrupted && !run->passed && run_outcome(run) != GF_OUTCOME_OK &&
           run->tries <= run->job->opt.retries && run->seat->runs[PHASE_QUEUED] == 0;
}

/* Full jitter below a wait that doubles, an hour at most: jobs that failed together do not retry
 * together (proc/backoff.h). */
static void retry_later(struct run *run)
{
    struct runs *r = run->owner;
    const struct gf_backoff b = {
        .first = run->job->opt.retry_delay, .factor = 2, .max = 3600 * GF_S, .jitter = true};
    r->journal->count.retried++;
    log_event(r->log, "retried", run->job, run->due, run, NULL);
    runlist_set_phase(run, PHASE_RETRYING);
    runlist_wait(run, GF_WAIT_RETRY, gf_backoff_wait(&b, run->tries, gf_random()));
}

/* The run has no child, or its child is over. */
static void end_try(struct run *run)
{
    struct runs *r = run->owner;
    run->ended = true;
    gf_slots_give(&r->slots, run->slot);
    if (wants_retry(run)) {
        gf_task_finish_reading(&run->task);
        retry_later(run);
    } else {
        const char *event = gf_outcome_words[run_outcome(run)];
        log_event(r->log, strcmp(event, "ok") == 0 ? "ended" : event, run->job, run->due, run,
                  NULL);
        journal_end(r->journal, run);
        runlist_set_phase(run, PHASE_LINGERING);
    }
}

static void on_over(struct gf_task *t)
{
    struct run *run = t->owner;
    struct runs *r = run->owner;
    run->ending = gf_task_ending(t);
    run->took = t->end_mono - t->start_mono;
    end_try(run);
    runs_start_queued(r);
}

/* The process has ended: for GF_OVERLAP the run is over, unless what it wrote is still to be read.
 * That run counts on, so that no more than one run of a job waits for a reader that has stalled. */
static void on_held(struct gf_task *t)
{
    struct run *run = t->owner;
    if (gf_task_is_paused(t))
        return;
    runlist_set_phase(run, PHASE_HELD);
    runs_start_queued(run->owner);
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

static const struct gf_task_events task_events = {.output = on_output,
                                                  .closed = on_closed,
                                                  .held = on_held,
                                                  .over = on_over,
                                                  .drained = on_drained};

/* ---- starting -------------------------------------------------------------------------------- */

/* No start for a moment: what is in the queue is tried again then. */
static void pause_starts(struct runs *r)
{
    ev_now_update(r->tasks.loop);
    ev_timer_set(&r->shortage, (double)GF_SLOTS_PAUSE / 1e9, 0);
    ev_timer_start(r->tasks.loop, &r->shortage);
}

/* Whether the run stays in the queue after a start that failed: the system has no room for another
 * process or descriptor, and a run goes on whose end could help. */
static bool is_put_off(struct runs *r, int err)
{
    if (gf_command_fault(err, false) != GF_FAULT_MOMENT)
        return false;
    if (!gf_slots_short(&r->slots, gf_now_mono()))
        return false;
    pause_starts(r);
    return true;
}

/* Whether the run may start, as far as the number of runs goes; else it is given up, or stays in
 * the queue while the state is locked. */
static bool is_let_go(struct run *run)
{
    const char *why = NULL;
    switch (times_take(run, &why)) {
    case TIMES_GO:
        return true;
    case TIMES_LATER:
        pause_starts(run->owner);
        runlist_set_wait(run, GF_WAIT_QUEUE, 0);
        return false;
    case TIMES_NOT:
        break;
    }
    runs_give_up(run, why);
    return false;
}

/* Whether the job was paused while the run waited; a run that starts at once has just been claimed.
 * A run that was asked for by hand starts all the same, and is not tried again. */
static bool is_held_back(const struct run *run)
{
    const struct runs *r = run->owner;
    return run->wait != GF_WAIT_NONE && (run->tries || !run->by_hand) &&
           journal_is_paused(r->journal, run->job);
}

/* With GF_OVERLAP=skip: why the run does not start beside one that another scheduler has; NULL:
 * none goes on. */
static const char *beside_another(const struct run *run)
{
    const struct runs *r = run->owner;
    if (run->job->opt.overlap != GF_OVERLAP_SKIP || !journal_runs_elsewhere(r->journal, run->job))
        return NULL;
    return run->tries ? "its next run goes on in another scheduler"
                      : "its last run goes on in another scheduler";
}

static void start(struct run *run)
{
    struct runs *r = run->owner;
    const char *why = is_held_back(run)           ? "paused"
                      : run->wait != GF_WAIT_NONE ? beside_another(run)
                                                  : NULL;
    if (why) {
        runs_give_up(run, why);
        return;
    }
    if (!is_let_go(run))
        return;
    gf_tail_clear(&run->tail);
    run->ended = false;
    run->task.id = ++r->started;
    int err = child_start(run, &r->tasks, &r->shell, r->nofile);
    if (err != 0 && is_put_off(r, err)) {
        runlist_set_wait(run, GF_WAIT_QUEUE, 0);
        return;
    }
    run->slot = (unsigned)gf_slots_next(&r->slots);
    gf_slots_take(&r->slots, run->slot);
    if (run->tries++ == 0)
        hook_ping(r->hooks, "/start");
    runlist_set_phase(run, PHASE_RUNNING);
    if (err == 0) {
        runlist_set_wait(run, GF_WAIT_NONE, 0);
        log_event(r->log, "started", run->job, run->due, run, NULL);
        return;
    }
    gf_error("cannot start job '%s' by %s: %s", run->job->id, environment_shell(run),
             strerror(err));
    run->ending = gf_ending_unstarted(err);
    run->took = 0;
    end_try(run);
    if (run->phase == PHASE_LINGERING)
        runlist_drop(run);
}

/* Whether the run may start now: there is a slot, and the job's last run does not go on or may go
 * on beside it. */
static bool may_start(const struct run *run)
{
    const struct runs *r = run->owner;
    return run->phase == PHASE_QUEUED && !ev_is_active(&r->shortage) &&
           r->slots.used < r->slots.most &&
           (run->job->opt.overlap == GF_OVERLAP_ALLOW || run->seat->runs[PHASE_RUNNING] == 0);
}

static struct run *first_to_start(const struct runs *r)
{
    bool may = !r->stopping && r->slots.used < r->slots.most && !ev_is_active(&r->shortage);
    struct run *run = may ? r->first : NULL;
    while (run && !may_start(run))
        run = run->next;
    return run;
}

/* A start that fails frees its slot and calls this again; `starting` ends that recursion. */
void runs_start_queued(struct runs *r)
{
    if (r->starting)
        return;
    r->starting = true;
    for (struct run *run; (run = first_to_start(r));)
        start(run);
    r->starting = false;
}

static void on_shortage_over(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop;
    (void)events;
    runs_start_queued(w->data);
}

/* Starts a run that has entered the queue, or has it wait there. No look at the queue: runs before
 * this one that could start have started already. */
static void start_or_wait(struct run *run)
{
    const struct runs *r = run->owner;
    if (!r->stopping && may_start(run))
        start(run);
    else
        runlist_set_wait(run, GF_WAIT_QUEUE, 0);
}

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
    const char *why = is_held_back(run) ? "paused"
                      : full            ? "its last run goes on"
                                        : beside_another(run);
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
    r->orphans = (struct gf_orphans){.run = "GF_CRON", .run_value = r->pid, .task = "GF_RUN"};
    r->tasks.orphans = &r->orphans;
    r->shell.search = NULL;
    ev_timer_init(&r->shortage, on_shortage_over, 0, 0);
    r->shortage.data = r;
    gf_timers_open(&r->timers, loop);
    gf_orphans_adopt();
    return gf_slots_allow(&r->slots, most) == 0 ? gf_tasks_open(&r->tasks, loop) : -1;
}

void runs_close(struct runs *r)
{
    if (r->tasks.loop)
        ev_timer_stop(r->tasks.loop, &r->shortage);
    gf_tasks_close(&r->tasks);
    gf_timers_close(&r->timers);
    gf_slots_release(&r->slots);
    gf_orphans_release(&r->orphans);
    gf_command_release(&r->shell);
}
