/*
 * lock.c - GF_LOCK.
 *
 * The runs that have one NAME share a struct lock, so that a run whose lock is held by another run
 * of ours is passed over without a call of the system, and goes on at once when that run gives it
 * back. A lock that another process has is tried again by a timer: lib/limit has a wait that sleeps
 * and one that does not wait at all, and the loop must not sleep. One try a period stands for all
 * runs that wait for the NAME. Processes that queue for the semaphore come before this scheduler.
 *
 * A semaphore with more than one permit does not keep runs apart: it is refused.
 */
#include "lock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "limit/sem.h"
#include "proc/command.h"

#define AGAIN 1. /* seconds */

struct lock {
    struct lock *next;
    struct locks *all;
    size_t users; /* runs */
    bool held;    /* by a run of ours */
    bool busy;    /* another process had it at the last try */
    struct gf_sem sem;
    int64_t asked; /* the turn that the permit was taken in */
    char name[];
};

/* ---- who has which --------------------------------------------------------------------------- */

int lock_join(struct run *run, struct locks *all)
{
    const char *name = run->job->opt.lock;
    struct lock *l = all->first;
    while (l && strcmp(l->name, name) != 0)
        l = l->next;
    if (!l) {
        size_t size = strlen(name) + 1;
        l = calloc(1, sizeof *l + size);
        if (!l)
            return -1;
        memcpy(l->name, name, size);
        l->all = all;
        l->next = all->first;
        all->first = l;
    }
    l->users++;
    run->lock = l;
    return 0;
}

void lock_leave(struct run *run)
{
    struct lock *l = run->lock;
    if (!l)
        return;
    lock_give(run);
    run->lock = NULL;
    if (--l->users)
        return;
    struct lock **link = &l->all->first;
    while (*link != l)
        link = &(*link)->next;
    *link = l->next;
    free(l);
}

bool lock_is_taken(const struct run *run)
{
    return run->lock && !run->has_lock && (run->lock->held || run->lock->busy);
}

/* ---- the permit ------------------------------------------------------------------------------ */

/* Says why the lock of the run cannot be used. A shortage goes away: the start is tried again. */
static int refuse(const struct run *run, int err, const char *why)
{
    if (gf_command_fault(err, false) != GF_FAULT_MOMENT)
        gf_error("cannot start job '%s': its GF_LOCK '%s' cannot be used: %s", run->job->id,
                 run->lock->name, why);
    return err;
}

static int check_permits(struct run *run)
{
    struct gf_sem_limits limits;
    if (gf_sem_limits(&run->lock->sem, &limits) != 0)
        return refuse(run, errno, strerror(errno));
    if (limits.permits == 1)
        return 0;
    int err = refuse(run, EINVAL, "the semaphore has not one permit");
    gf_hint("gf-sem -S '%s' --set 1 changes it for all users", run->lock->name);
    return err;
}

static int open_lock(struct run *run)
{
    static const struct gf_sem_limits one = {.permits = 1, .declared = 1};
    struct gf_statepath path;
    const char *why = NULL;
    if (gf_statepath_here(&path, run->lock->name, ".sem", &why) != 0 ||
        gf_sem_open(&run->lock->sem, &path, GF_SEM_USE, &one, &why) != 0)
        return refuse(run, errno, why);
    run->lock->sem.weight = 1;
    return 0;
}

static struct gf_sem_claim claim_of(const struct run *run)
{
    const char *id = run->job->id;
    return (struct gf_sem_claim){.sems = &run->lock->sem,
                                 .count = 1,
                                 .pid = getpid(),
                                 .label = id,
                                 .label_len = strlen(id),
                                 .now_wall = gf_now_wall(),
                                 .watch = -1};
}

/* The lock is taken by somebody else, or its file was removed at this moment. */
static int try_later(struct lock *l)
{
    l->busy = true;
    if (!ev_is_active(&l->all->timer)) {
        ev_now_update(l->all->loop);
        ev_timer_set(&l->all->timer, AGAIN, 0.);
        ev_timer_start(l->all->loop, &l->all->timer);
    }
    return EAGAIN;
}

int lock_take(struct run *run)
{
    struct lock *l = run->lock;
    if (!l || run->has_lock)
        return 0;
    if (lock_is_taken(run))
        return EAGAIN;
    int err = open_lock(run);
    if (err)
        return err == EAGAIN ? EIO : err;
    struct gf_sem_claim claim = claim_of(run);
    err = check_permits(run);
    if (err == 0 && gf_sem_try(&claim, gf_now_mono()) != 0) {
        err = errno;
        err = err == EAGAIN || err == ESTALE ? try_later(l) : refuse(run, err, strerror(err));
    }
    if (err)
        gf_sem_release(&l->sem);
    l->asked = claim.asked;
    run->has_lock = l->held = err == 0;
    return err;
}

void lock_give(struct run *run)
{
    if (!run->has_lock)
        return;
    gf_sem_release(&run->lock->sem);
    run->has_lock = run->lock->held = false;
}

/* A mark that cannot be written is missed by --status alone. */
void lock_mark(struct run *run)
{
    if (!run->has_lock)
        return;
    struct gf_sem_claim claim = claim_of(run);
    claim.asked = run->lock->asked;
    (void)gf_sem_mark(&claim, run->task.child.pid, gf_now_wall());
}

/* ---- again ----------------------------------------------------------------------------------- */

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct locks *all = w->data;
    (void)loop;
    (void)events;
    for (struct lock *l = all->first; l; l = l->next)
        l->busy = false;
    all->again(all->owner);
}

void locks_open(struct locks *all, struct ev_loop *loop)
{
    all->loop = loop;
    ev_timer_init(&all->timer, on_timer, 0., 0.);
    all->timer.data = all;
}

void locks_close(struct locks *all)
{
    if (all->loop)
        ev_timer_stop(all->loop, &all->timer);
    all->loop = NULL;
}
