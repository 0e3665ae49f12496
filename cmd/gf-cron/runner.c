/* runner.c - see runner.h. */
#include "runner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>

#include "aside.h"
#include "base/msg.h"
#include "base/sat.h"
#include "start.h"

enum {
    LOOK_AGAIN_MS = 50 /* at a group whose leader is gone */
};

static const gf_ns linger = GF_S;

static void place_runs(struct runner *r);

/* ---- lists ----------------------------------------------------------------------------------- */

static bool is_same_job(const struct run *a, const struct gf_job *job)
{
    return a->job == job || strcmp(a->job->id, job->id) == 0;
}

static size_t count_phase(const struct runner *r, const struct gf_job *job, enum phase phase)
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

static void drop(struct run *run)
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

/* ---- records --------------------------------------------------------------------------------- */

static void state_trouble(struct runner *r)
{
    gf_error("cannot write the state: %s", gf_state_error(r->state));
}

/* A run that did not start: it was claimed, and is not to be. */
static void record_unstarted(struct runner *r, const struct gf_job *job, int64_t due,
                             enum gf_outcome outcome, const char *why)
{
    struct gf_run_row row = {.job = job->id, .due = due, .outcome = outcome, .status = -1};
    log_event(r, gf_outcome_words[outcome], job, due, NULL, why);
    if (outcome == GF_OUTCOME_SKIPPED)
        r->count.skipped++;
    else
        r->count.interrupted++;
    if (r->state && gf_state_end(r->state, &row) != 0)
        state_trouble(r);
}

static enum gf_outcome outcome_of(const struct run *run)
{
    if (run->interrupted)
        return GF_OUTCOME_INTERRUPTED;
    if (run->life.timed_out)
        return GF_OUTCOME_TIMEOUT;
    return WIFEXITED(run->wait_status) && WEXITSTATUS(run->wait_status) == 0 ? GF_OUTCOME_OK
                                                                             : GF_OUTCOME_FAILED;
}

/* For good: no retry follows. */
static void record_end(struct run *run)
{
    struct runner *r = run->r;
    enum gf_outcome outcome = outcome_of(run);
    struct gf_run_row row = {
        .job = run->job->id,
        .due = run->due,
        .started = run->started_wall,
        .ended = gf_sat_add_i64(run->started_wall, gf_now_mono() - run->started_mono),
        .outcome = outcome,
        .status = WIFEXITED(run->wait_status) ? WEXITSTATUS(run->wait_status) : -1,
        .signal = WIFSIGNALED(run->wait_status) ? WTERMSIG(run->wait_status) : 0,
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
    if (r->state && gf_state_end(r->state, &row) != 0)
        state_trouble(r);
}

void runner_missed(struct runner *r, const struct gf_job *job, int64_t due)
{
    r->count.missed++;
    log_event(r, "missed", job, due, NULL, NULL);
    if (r->state && gf_state_record(r->state, job->id, due, GF_OUTCOME_MISSED) != 0)
        state_trouble(r);
}

/* ---- the end of a child ---------------------------------------------------------------------- */

/* 0 .. most, evenly: full jitter, so that jobs that failed together do not retry together. */
static gf_ns random_span(gf_ns most)
{
    uint64_t x = 0;
    if (most <= 0 || getrandom(&x, sizeof x, 0) != sizeof x)
        return 0;
    return (gf_ns)(x % ((uint64_t)most + 1));
}

static void arm(struct run *run, gf_ns after)
{
    ev_timer_stop(run->r->loop, &run->timer);
    ev_now_update(run->r->loop);
    ev_timer_set(&run->timer, after > 0 ? (double)after / 1e9 : 0., 0.);
    ev_timer_start(run->r->loop, &run->timer);
}

static bool wants_retry(const struct run *run)
{
    return !run->r->stopping && !run->interrupted && outcome_of(run) != GF_OUTCOME_OK &&
           run->tries <= run->job->opt.retries && count_phase(run->r, run->job, PHASE_QUEUED) == 0;
}

static void retry_later(struct run *run)
{
    gf_ns most = run->job->opt.retry_delay;
    for (unsigned i = 1; i < run->tries && most < 3600 * GF_S; i++)
        most *= 2;
    run->r->count.retried++;
    log_event(run->r, "retried", run->job, run->due, run, NULL);
    run->phase = PHASE_RETRYING;
    arm(run, random_span(most));
}

static void run_over(struct run *run)
{
    struct runner *r = run->r;
    r->running--;
    ev_timer_stop(r->loop, &run->timer);
    if (wants_retry(run)) {
        stream_close(&run->out[0]);
        stream_close(&run->out[1]);
        retry_later(run);
    } else {
        const char *event = gf_outcome_words[outcome_of(run)];
        log_event(r, strcmp(event, "ok") == 0 ? "ended" : event, run->job, run->due, run, NULL);
        record_end(run);
        if (run->life.detached)
            run->phase = PHASE_LEFT;
        else
            drop(run);
    }
    place_runs(r);
}

static bool group_lives(const struct run *run)
{
    return run->life.last_signal != 0 && kill(-run->pid, 0) == 0;
}

static void arm_life(struct run *run)
{
    gf_ns now = gf_now_mono(), wake = run->life.wake_mono;
    if (run->life.state == GF_CHILD_CLEARING && wake > now + LOOK_AGAIN_MS * GF_MS)
        wake = now + LOOK_AGAIN_MS * GF_MS;
    if (wake == GF_NEVER)
        ev_timer_stop(run->r->loop, &run->timer);
    else
        arm(run, wake - now);
}

void run_told(struct run *run, enum gf_child_event ev)
{
    if (run->phase == PHASE_LEFT) {
        if (ev == GF_CHILD_EOF)
            drop(run);
        return;
    }
    if (run->phase != PHASE_RUNNING)
        return;
    struct gf_child_step step = gf_child_event(&run->life, ev, gf_now_mono());
    if (step.signal && run->pid) {
        kill(-run->pid, step.signal);
        kill(-run->pid, SIGCONT); /* a stopped job cannot end */
    }
    if (step.over) {
        run->pid = 0;
        run_over(run);
    } else {
        arm_life(run);
    }
}

static bool pipes_open(const struct run *run)
{
    return run->out[0].fd != -1 || run->out[1].fd != -1;
}

static void child_gone(struct run *run)
{
    enum gf_child_event ev = GF_CHILD_EXIT;
    if (group_lives(run))
        ev = GF_CHILD_EXIT_GROUP;
    else if (pipes_open(run))
        ev = GF_CHILD_EXIT_HELD;
    run_told(run, ev);
}

/* A group that was told to end, whose leader is gone: is anybody left? True: it was told so. */
static bool look_at_group(struct run *run)
{
    if (run->phase != PHASE_RUNNING || run->life.state != GF_CHILD_CLEARING || group_lives(run))
        return false;
    run_told(run, pipes_open(run) ? GF_CHILD_EMPTY_HELD : GF_CHILD_EMPTY);
    return true;
}

void runner_reap(struct runner *r)
{
    int status;
    struct rusage usage;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        if (aside_reaped(r, pid)) {
            r->changed(r);
            continue;
        }
        for (struct run *run = r->runs; run; run = run->next) {
            if (run->pid != pid || run->phase != PHASE_RUNNING)
                continue;
            run->wait_status = status;
            run->usage = usage;
            child_gone(run);
            break;
        }
    }
    struct run *run = r->runs;
    while (run)
        run = look_at_group(run) ? r->runs : run->next; /* the list may have changed */
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
        arm_life(run);
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
            count_phase(run->r, run->job, PHASE_RUNNING) == 0);
}

/* Starts what waits for a place, the oldest first. */
static void place_runs(struct runner *r)
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
            drop(old);
        }
    }
}

/* Its time has come: into the queue, as the job's policy has it. */
static void enter_queue(struct run *run)
{
    struct runner *r = run->r;
    const struct gf_job_options *o = &run->job->opt;
    size_t waiting = count_phase(r, run->job, PHASE_QUEUED);
    bool busy = waiting || count_phase(r, run->job, PHASE_RUNNING);
    if ((busy && o->overlap == GF_OVERLAP_SKIP) ||
        (o->overlap == GF_OVERLAP_QUEUE && waiting >= o->queue)) {
        record_unstarted(r, run->job, run->due, GF_OUTCOME_SKIPPED, "its last run goes on");
        drop(run);
        return;
    }
    run->phase = PHASE_QUEUED;
    if (busy && o->overlap == GF_OVERLAP_REPLACE)
        replace(run);
    place_runs(r);
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
        place_runs(run->r);
    } else if (run->phase == PHASE_RUNNING && run->life.wake_mono <= gf_now_mono()) {
        run_told(run, GF_CHILD_TIME);
    } else if (run->phase == PHASE_RUNNING) {
        arm_life(run);
        look_at_group(run);
    }
}

/* A retry that is still to come gives way to the job's next run. */
static void merge_retry(struct runner *r, const struct gf_job *job)
{
    for (struct run *run = r->runs; run; run = run->next) {
        if (run->phase != PHASE_RETRYING || !is_same_job(run, job))
            continue;
        log_event(r, gf_outcome_words[outcome_of(run)], run->job, run->due, run,
                  "its next run comes first");
        record_end(run);
        drop(run);
        return;
    }
}

/* Fixed: the same for each run of the job, by its id. */
static gf_ns jitter_of(const struct gf_job *job)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    if (!job->opt.jitter_fixed)
        return random_span(job->opt.jitter);
    for (const char *p = job->id; *p; p++)
        h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    return (gf_ns)((h ^ h >> 32) % ((uint64_t)job->opt.jitter + 1));
}

/* Whether the run is ours to do. */
static bool claim(struct runner *r, const struct gf_job *job, int64_t due)
{
    bool paused = false;
    if (!r->state)
        return true;
    int got = gf_state_claim(r->state, job->id, due, gf_now_wall());
    if (got < 0 || gf_state_paused(r->state, job->id, &paused) != 0) {
        state_trouble(r);
        gf_error("job '%s' is not run: its claim is not on record", job->id);
        r->failed = true;
        return false;
    }
    if (got == 1)
        return false; /* another scheduler on this file has it */
    if (paused)
        record_unstarted(r, job, due, GF_OUTCOME_SKIPPED, "paused");
    return !paused;
}

void runner_due(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due)
{
    if (!r->stopping && claim(r, job, due))
        runner_begin(r, from, job, due);
}

void runner_begin(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due)
{
    merge_retry(r, job);
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
        arm(run, jitter);
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
        drop(run);
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
        drop(r->runs);
}
