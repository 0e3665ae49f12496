/* runner.c - a run from its due time to its start: jitter, overlap, the cap. See runner.h. */
#include "runner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "aside.h"
#include "base/msg.h"
#include "cron/hash.h"
#include "start.h"

static const gf_ns linger = GF_S;

/* ---- lists ----------------------------------------------------------------------------------- */

static bool is_same_job(const struct run *a, const struct gf_job *job)
{
    return a->job == job || strcmp(a->job->id, job->id) == 0;
}

size_t runner_count(const struct runner *r, const struct gf_job *job, enum phase phase)
{
    size_t n = 0;
    for (const struct run *run = r->runs; run; run = run->next)
        n += run->phase == phase && is_same_job(run, job);
    return n;
}

static struct run *new_run(struct runner *r, struct loaded *from, const struct gf_job *job,
                           int64_t due)
{
    struct run **at = &r->runs, *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    *run = (struct run){.r = r, .from = from, .job = job, .due = due};
    run->out[0].fd = run->out[1].fd = -1;
    run->limits = (struct gf_child_limits){job->opt.timeout, job->opt.kill_after, linger};
    from->runs++;
    while (*at)
        at = &(*at)->next;
    *at = run;
    return run;
}

void run_drop(struct run *run)
{
    struct runner *r = run->r;
    struct run **at = &r->runs;
    while (*at != run)
        at = &(*at)->next;
    *at = run->next;
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

static void start(struct run *run)
{
    struct runner *r = run->r;
    if (run->tries++ == 0)
        aside_ping(r, "/start");
    gf_buf_clear(&run->tail);
    run->phase = PHASE_RUNNING;
    r->running++;
    int err = run_start_child(run);
    gf_child_init(&run->life, &run->limits, run->started_mono);
    if (err == 0) {
        log_event(r, "started", run->job, run->due, run, NULL);
        run_arm_life(run);
        return;
    }
    gf_error("cannot start job '%s': %s", run->job->id, strerror(err));
    run->wait_status = (err == ENOENT ? 127 : 126) << 8;
    run_told(run, GF_CHILD_EXIT);
}

/* Whether the job's last run leaves room for this one now. */
static bool may_start(const struct run *run)
{
    return run->r->running < run->r->max_running &&
           (run->job->opt.overlap == GF_OVERLAP_ALLOW ||
            runner_count(run->r, run->job, PHASE_RUNNING) == 0);
}

/* Starts what waits for a place, the oldest first. */
void runner_place(struct runner *r)
{
    struct run *run = r->runs;
    while (run && !r->stopping) {
        if (run->phase == PHASE_QUEUED && may_start(run)) {
            start(run);
            run = r->runs; /* the list may have changed */
        } else {
            run = run->next;
        }
    }
}

/* A newer run replaces what goes on and what waits. */
static void replace(struct run *run)
{
    for (struct run *old = run->r->runs, *next; old; old = next) {
        next = old->next;
        if (old == run || !is_same_job(old, run->job))
            continue;
        if (old->phase == PHASE_RUNNING) {
            old->interrupted = true;
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
    size_t waiting = runner_count(r, run->job, PHASE_QUEUED);
    bool busy = waiting || runner_count(r, run->job, PHASE_RUNNING);
    if ((busy && o->overlap == GF_OVERLAP_SKIP) ||
        (o->overlap == GF_OVERLAP_QUEUE && waiting >= o->queue)) {
        record_unstarted(r, run->job, run->due, GF_OUTCOME_SKIPPED, "its last run goes on");
        run_drop(run);
        return;
    }
    run->phase = PHASE_QUEUED;
    if (busy && o->overlap == GF_OVERLAP_REPLACE)
        replace(run);
    runner_place(r);
}

static void timer_fired(struct ev_loop *loop, ev_timer *w, int events)
{
    struct run *run = w->data;
    (void)loop;
    (void)events;
    if (run->phase == PHASE_WAITING) {
        enter_queue(run);
    } else if (run->phase == PHASE_RETRYING) {
        run->phase = PHASE_QUEUED;
        runner_place(run->r);
    } else if (run->phase == PHASE_RUNNING && run->life.wake_mono <= gf_now_mono()) {
        run_told(run, GF_CHILD_TIME);
    } else if (run->phase == PHASE_RUNNING) {
        run_arm_life(run);
        run_look_at_group(run);
    }
}

/* A retry that is still to come gives way to the job's next run. */
static void merge_retry(struct runner *r, const struct gf_job *job)
{
    for (struct run *run = r->runs; run; run = run->next) {
        if (run->phase != PHASE_RETRYING || !is_same_job(run, job))
            continue;
        log_event(r, gf_outcome_words[run_outcome(run)], run->job, run->due, run,
                  "its next run comes first");
        record_end(run);
        run_drop(run);
        return;
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
    if (!r->stopping && record_claim(r, job, &due))
        runner_begin(r, from, job, due);
}

void runner_begin(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due)
{
    merge_retry(r, job);
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

/* ---- stopping -------------------------------------------------------------------------------- */

bool runner_is_busy(const struct runner *r)
{
    return r->running || r->asides;
}

void runner_stop(struct runner *r)
{
    r->stopping = true;
    for (struct run *run = r->runs, *next; run; run = next) {
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
    for (struct run *run = r->runs, *next; run; run = next) {
        next = run->next;
        if (run->phase != PHASE_RUNNING)
            continue;
        run->interrupted = true;
        run_told(run, at_once ? GF_CHILD_KILL : GF_CHILD_END);
    }
}

void runner_release(struct runner *r)
{
    while (r->runs)
        run_drop(r->runs);
}
