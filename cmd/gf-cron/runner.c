/* runner.c - a run from its due time to its start: jitter, overlap, the cap. See runner.h. */
#include "runner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/msg.h"
#include "cron/hash.h"
#include "env.h"
#include "start.h"

static const gf_ns linger = GF_S;

/* ---- lists ----------------------------------------------------------------------------------- */

void run_set_phase(struct run *run, enum phase phase)
{
    run->seat->runs[run->phase]--;
    run->phase = phase;
    run->seat->runs[phase]++;
}

static struct run *new_run(struct runner *r, struct loaded *from, const struct gf_job *job,
                           int64_t due)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    *run = (struct run){.r = r, .from = from, .job = job, .due = due, .prev = r->last};
    run->seat = from->seats[job - from->table.jobs];
    run->seat->runs[PHASE_WAITING]++;
    run->out[0].fd = run->out[1].fd = -1;
    run->limits = (struct gf_child_limits){job->opt.timeout, job->opt.kill_after, linger};
    from->runs++;
    *(r->last ? &r->last->next : &r->first) = run;
    r->last = run;
    return run;
}

void run_drop(struct run *run)
{
    struct runner *r = run->r;
    *(run->prev ? &run->prev->next : &r->first) = run->next;
    *(run->next ? &run->next->prev : &r->last) = run->prev;
    run->seat->runs[run->phase]--;
    ev_timer_stop(r->loop, &run->timer);
    stream_close(&run->out[0]);
    stream_close(&run->out[1]);
    gf_buf_release(&run->tail);
    run->from->runs--;
    free(run);
    r->changed(r);
}

/* 0 .. most, evenly: full jitter, so that jobs that failed together do not retry together. */
gf_ns runner_random(gf_ns most)
{
    uint64_t x = 0;
    if (most <= 0 || getrandom(&x, sizeof x, 0) != sizeof x)
        return 0;
    return (gf_ns)(x % ((uint64_t)most + 1));
}

/* ---- starting -------------------------------------------------------------------------------- */

/* No descriptor or process is left for it: as many as run now are what fits. */
static bool lower_cap(struct runner *r, int err)
{
    if (r->running == 0 || (err != EMFILE && err != ENFILE && err != EAGAIN && err != ENOMEM))
        return false;
    if (r->running < r->max_running)
        gf_note("jobs at once lowered to %zu: %s", r->running, strerror(err));
    r->max_running = r->running;
    return true;
}

static void start(struct run *run)
{
    struct runner *r = run->r;
    gf_buf_clear(&run->tail);
    int err = run_start_child(run);
    if (err != 0 && lower_cap(r, err))
        return; /* it stays in the queue */
    if (run->tries++ == 0)
        aside_ping(r, "/start");
    run_set_phase(run, PHASE_RUNNING);
    r->running++;
    gf_child_init(&run->life, &run->limits, run->started_mono);
    if (err == 0) {
        log_event(r, "started", run->job, run->due, run, NULL);
        run_arm_life(run);
        return;
    }
    gf_error("cannot start job '%s' by %s: %s", run->job->id, run_shell(run), strerror(err));
    run->wait_status = (err == ENOENT ? 127 : 126) << 8;
    run_told(run, GF_CHILD_EXIT);
}

/* Whether there is a place, and the job's last run leaves room for this one now. */
static bool may_start(const struct run *run)
{
    return run->phase == PHASE_QUEUED && run->r->running < run->r->max_running &&
           (run->job->opt.overlap == GF_OVERLAP_ALLOW || run->seat->runs[PHASE_RUNNING] == 0);
}

static struct run *first_to_start(const struct runner *r)
{
    struct run *run = r->stopping || r->running >= r->max_running ? NULL : r->first;
    while (run && !may_start(run))
        run = run->next;
    return run;
}

/* Starts what waits for a place, the oldest first. A start that fails frees its place at once,
 * and comes here again. */
void runner_place(struct runner *r)
{
    if (r->placing)
        return;
    r->placing = true;
    for (struct run *run; (run = first_to_start(r));)
        start(run);
    r->placing = false;
}

/* A newer run replaces what goes on and what waits. */
static void replace(struct run *run)
{
    for (struct run *old = run->r->first, *next; old; old = next) {
        next = old->next;
        if (old == run || old->seat != run->seat)
            continue;
        if (old->phase == PHASE_RUNNING) {
            old->interrupted = old->replaced = true;
            run_told(old, GF_CHILD_END);
        } else if (old->phase == PHASE_QUEUED) {
            record_unstarted(run->r, old->job, old->due, GF_OUTCOME_SKIPPED, "replaced");
            run_drop(old);
        }
    }
}

/* Its time has come: into the queue, as the job's policy has it. */
static void enter_queue(struct run *run)
{
    struct runner *r = run->r;
    const struct gf_job_options *o = &run->job->opt;
    size_t waiting = run->seat->runs[PHASE_QUEUED];
    bool busy = waiting || run->seat->runs[PHASE_RUNNING];
    if ((busy && o->overlap == GF_OVERLAP_SKIP) ||
        (o->overlap == GF_OVERLAP_QUEUE && waiting >= o->queue)) {
        record_unstarted(r, run->job, run->due, GF_OUTCOME_SKIPPED, "its last run goes on");
        run_drop(run);
        return;
    }
    run_set_phase(run, PHASE_QUEUED);
    if (busy && o->overlap == GF_OVERLAP_REPLACE)
        replace(run);
    /* What waits longer waits for something else, or had been started. */
    if (!r->stopping && may_start(run))
        start(run);
}

static void end_retry(struct run *run, const char *why)
{
    log_event(run->r, gf_outcome_words[run_outcome(run)], run->job, run->due, run, why);
    record_end(run);
    run_drop(run);
}

static void retry(struct run *run)
{
    if (record_is_paused(run->r, run->job)) {
        end_retry(run, "paused: it is not tried again");
        return;
    }
    run_set_phase(run, PHASE_QUEUED);
    runner_place(run->r);
}

static void timer_fired(struct ev_loop *loop, ev_timer *w, int events)
{
    struct run *run = w->data;
    (void)loop;
    (void)events;
    if (run->phase == PHASE_WAITING) {
        enter_queue(run);
    } else if (run->phase == PHASE_RETRYING) {
        retry(run);
    } else if (run->phase == PHASE_RUNNING && run->life.wake_mono <= gf_now_mono()) {
        run_told(run, GF_CHILD_TIME);
    } else if (run->phase == PHASE_RUNNING) {
        run_arm_life(run);
        run_look_at_group(run);
    }
}

/* Retries that are still to come, or wait for a place, give way to the job's next run. */
static void merge_retries(struct runner *r, const struct seat *seat)
{
    struct run *run = seat->runs[PHASE_RETRYING] || seat->runs[PHASE_QUEUED] ? r->first : NULL;
    for (struct run *next; run; run = next) {
        next = run->next;
        if (run->seat == seat &&
            (run->phase == PHASE_RETRYING || (run->phase == PHASE_QUEUED && run->tries)))
            end_retry(run, "its next run comes first");
    }
}

/* Fixed: the same for each run of the job, by its id. */
static gf_ns jitter_of(const struct gf_job *job)
{
    if (!job->opt.jitter_fixed)
        return runner_random(job->opt.jitter);
    return (gf_ns)(gf_cron_hash(job->id, strlen(job->id)) % ((uint64_t)job->opt.jitter + 1));
}

void runner_due(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due)
{
    if (r->stopping)
        return;
    merge_retries(r, from->seats[job - from->table.jobs]);
    enum claim got = r->late ? CLAIM_LATER : record_claim(r, job, &due);
    if (got == CLAIM_OURS)
        runner_begin(r, from, job, due);
    else if (got == CLAIM_LATER && !late_add(r, from, job, due))
        record_unclaimed(r, job, due, "out of memory");
}

void runner_begin(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due)
{
    merge_retries(r, from->seats[job - from->table.jobs]);
    log_event(r, "planned", job, due, NULL, NULL);
    struct run *run = new_run(r, from, job, due);
    if (!run) {
        gf_error_nomem();
        record_unstarted(r, job, due, GF_OUTCOME_SKIPPED, "out of memory");
        r->failed = true;
        return;
    }
    ev_init(&run->timer, timer_fired);
    run->timer.data = run;
    gf_ns jitter = jitter_of(job);
    if (jitter > 0)
        run_arm(run, jitter);
    else
        enter_queue(run);
}

void runner_open(struct runner *r)
{
    late_open(r);
    outlets_open(r);
}

/* ---- stopping -------------------------------------------------------------------------------- */

bool runner_is_busy(const struct runner *r)
{
    return r->running || asides_busy(r);
}

void runner_stop(struct runner *r)
{
    r->stopping = true;
    late_give_up(r);
    for (struct run *run = r->first, *next; run; run = next) {
        next = run->next;
        if (run->phase == PHASE_RETRYING)
            record_end(run);
        else if (run->phase == PHASE_WAITING || run->phase == PHASE_QUEUED)
            record_unstarted(r, run->job, run->due, GF_OUTCOME_INTERRUPTED, "the scheduler stops");
        else
            continue;
        run_drop(run);
    }
}

void runner_end(struct runner *r, bool at_once)
{
    if (at_once)
        aside_end(r);
    for (struct run *run = r->first, *next; run; run = next) {
        next = run->next;
        if (run->phase != PHASE_RUNNING)
            continue;
        run->interrupted = true;
        run_told(run, at_once ? GF_CHILD_KILL : GF_CHILD_END);
    }
}

void runner_release(struct runner *r)
{
    while (r->first)
        run_drop(r->first);
}
