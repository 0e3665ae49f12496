/*
 * start.c - runs that wait in the queue are started.
 *
 * The queue is gone through, the oldest run first, whenever something is free: a slot, the job, or
 * a lock. A start that finds no room in the system, or the state locked, stays in the queue, and so
 * does one whose lock is taken; any other start that fails is a try that failed.
 */
#include "start.h"

#include <errno.h>
#include <string.h>

#include "child.h"
#include "environment.h"
#include "lock.h"
#include "run_list.h"
#include "times.h"
#include "try.h"

#include "base/msg.h"

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
        lock_give(run);
        runlist_set_wait(run, GF_WAIT_QUEUE, 0);
        return false;
    case TIMES_NOT:
        break;
    }
    runs_give_up(run, why);
    return false;
}

bool start_is_held_back(const struct run *run)
{
    const struct runs *r = run->owner;
    return run->wait != GF_WAIT_NONE && (run->tries || !run->by_hand) &&
           journal_is_paused(r->journal, run->job);
}

const char *start_beside_another(const struct run *run)
{
    const struct runs *r = run->owner;
    if (run->job->opt.overlap != GF_OVERLAP_SKIP ||
        !journal_runs_elsewhere(r->journal, run->job, run->due))
        return NULL;
    return run->tries ? "its next run goes on in another scheduler"
                      : "its last run goes on in another scheduler";
}

/* The start failed, which ends the try. */
static void fail(struct run *run, int err)
{
    run->ending = gf_ending_unstarted(err);
    run->took = 0;
    try_end(run);
    if (run->phase == PHASE_LINGERING)
        runlist_drop(run);
}

/* The run, which has its lock unless `err` says why not, gets a slot and a child. */
static void start_child(struct run *run, int err)
{
    struct runs *r = run->owner;
    bool locked = err == 0;
    gf_tail_clear(&run->tail);
    run->ended = false;
    run->number = ++r->started;
    if (err == 0)
        err = child_start(run, &r->tasks, &r->shell, r->nofile);
    if (err != 0 && is_put_off(r, err)) {
        lock_give(run);
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
        lock_mark(run);
        log_event(r->log, "started", run->job, run->due, run, NULL);
        return;
    }
    if (locked || gf_command_fault(err, false) == GF_FAULT_MOMENT) /* lock.c has said the rest */
        gf_error("cannot start job '%s' by %s: %s", run->job->id, environment_shell(run),
                 strerror(err));
    fail(run, err);
}

static void start(struct run *run)
{
    const char *why = start_is_held_back(run)     ? "paused"
                      : run->wait != GF_WAIT_NONE ? start_beside_another(run)
                                                  : NULL;
    if (why) {
        runs_give_up(run, why);
        return;
    }
    int err = lock_take(run);
    if (err == EAGAIN)
        runlist_set_wait(run, GF_WAIT_LOCK, 0);
    else if (err != 0 || is_let_go(run))
        start_child(run, err);
}

/* Whether the run may start now: there is a slot, the job's last run does not go on or may go on
 * beside it, and its lock is not known to be taken. What only the lock holds back waits for that.
 */
static bool look_whether_ready(struct run *run)
{
    struct runs *r = run->owner;
    if (run->phase != PHASE_QUEUED || !journal_has_lease(r->journal) ||
        ev_is_active(&r->shortage) || r->slots.used >= r->slots.most ||
        (run->job->opt.overlap != GF_OVERLAP_ALLOW && run->seat->runs[PHASE_RUNNING] != 0))
        return false;
    if (!lock_is_taken(run))
        return true;
    runlist_set_wait(run, GF_WAIT_LOCK, 0);
    return false;
}

static struct run *first_to_start(struct runs *r)
{
    bool may = !r->stopping && r->slots.used < r->slots.most && !ev_is_active(&r->shortage);
    struct run *run = may ? r->first : NULL;
    while (run && !look_whether_ready(run))
        run = run->next;
    return run;
}

/* A start that fails frees its slot and calls this again; `starting` ends that recursion. */
void start_queued(struct runs *r)
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
    start_queued(w->data);
}

static void on_locks(void *owner)
{
    start_queued(owner);
}

void start_or_wait(struct run *run)
{
    const struct runs *r = run->owner;
    if (!r->stopping && look_whether_ready(run))
        start(run);
    else if (run->wait != GF_WAIT_LOCK)
        runlist_set_wait(run, GF_WAIT_QUEUE, 0);
}

void start_open(struct runs *r, struct ev_loop *loop)
{
    ev_timer_init(&r->shortage, on_shortage_over, 0, 0);
    r->shortage.data = r;
    r->locks.again = on_locks;
    r->locks.owner = r;
    locks_open(&r->locks, loop);
}

void start_close(struct runs *r, struct ev_loop *loop)
{
    if (loop)
        ev_timer_stop(loop, &r->shortage);
    locks_close(&r->locks);
}
