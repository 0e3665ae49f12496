/* life.c - a run's child from its start to its end: what it is told, retries, reaping. See runner.h
 * for the phases and proc/child.h for the states of a child. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "runner.h"

enum {
    LOOK_AGAIN_MS = 50 /* at a group whose leader is gone */
};

void run_arm(struct run *run, gf_ns after)
{
    ev_timer_stop(run->r->loop, &run->timer);
    ev_now_update(run->r->loop);
    ev_timer_set(&run->timer, after > 0 ? (double)after / 1e9 : 0., 0.);
    ev_timer_start(run->r->loop, &run->timer);
}

static bool wants_retry(const struct run *run)
{
    return !run->r->stopping && !run->interrupted && run_outcome(run) != GF_OUTCOME_OK &&
           run->tries <= run->job->opt.retries && run->seat->runs[PHASE_QUEUED] == 0;
}

static void retry_later(struct run *run)
{
    gf_ns most = run->job->opt.retry_delay;
    for (unsigned i = 1; i < run->tries && most < 3600 * GF_S; i++)
        most *= 2;
    run->r->count.retried++;
    log_event(run->r, "retried", run->job, run->due, run, NULL);
    run_set_phase(run, PHASE_RETRYING);
    run_arm(run, runner_random(most));
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
        const char *event = gf_outcome_words[run_outcome(run)];
        log_event(r, strcmp(event, "ok") == 0 ? "ended" : event, run->job, run->due, run, NULL);
        record_end(run);
        if (run->life.detached)
            run_set_phase(run, PHASE_LEFT);
        else
            run_drop(run);
    }
    runner_place(r);
    r->changed(r);
}

static bool group_lives(const struct run *run)
{
    return run->life.last_signal != 0 && kill(-run->pid, 0) == 0;
}

void run_arm_life(struct run *run)
{
    gf_ns now = gf_now_mono(), wake = run->life.wake_mono;
    if (run->life.state == GF_CHILD_CLEARING && wake > now + LOOK_AGAIN_MS * GF_MS)
        wake = now + LOOK_AGAIN_MS * GF_MS;
    if (wake == GF_NEVER)
        ev_timer_stop(run->r->loop, &run->timer);
    else
        run_arm(run, wake - now);
}

void run_told(struct run *run, enum gf_child_event ev)
{
    if (run->phase == PHASE_LEFT) {
        if (ev == GF_CHILD_EOF)
            run_drop(run);
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
        run_arm_life(run);
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
bool run_look_at_group(struct run *run)
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
        for (struct run *run = r->first; run; run = run->next) {
            if (run->pid != pid || run->phase != PHASE_RUNNING)
                continue;
            run->wait_status = status;
            run->usage = usage;
            child_gone(run);
            break;
        }
    }
    struct run *run = r->first;
    while (run)
        run = run_look_at_group(run) ? r->first : run->next; /* the list may have changed */
}
