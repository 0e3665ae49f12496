/*
 * lock.h - GF_LOCK: runs of jobs with the same NAME do not run at the same time, in this scheduler
 * and in others.
 *
 *     lock_join(run, &locks);         // a run of a job that has GF_LOCK is made
 *     switch (lock_take(run)) {       // a run without GF_LOCK always has its lock
 *     case 0:      ... start it; lock_mark(run); when the try has ended: lock_give(run) ...
 *     case EAGAIN: ... locks.again is called when it may be free: ask again ...
 *     default:     ... it cannot be used, after a message unless it is a shortage ...
 *     }
 *     lock_leave(run);                // the run is freed
 *
 * The lock is the semaphore NAME of gf-sem with one permit (limit/sem.h). The permit is a
 * descriptor of this process that no child inherits.
 */
#ifndef GF_CMD_CRON_LOCK_H
#define GF_CMD_CRON_LOCK_H

#include <ev.h>

#include "run.h"

struct lock;

/* The owner sets `again` and `owner`. */
struct locks {
    void (*again)(void *owner);
    void *owner;
    struct ev_loop *loop;
    ev_timer timer; /* rings when locks that others had are to be tried again */
    struct lock *first;
};

void locks_open(struct locks *l, struct ev_loop *loop);

/* All runs have left. */
void locks_close(struct locks *l);

/* -1: memory is out. */
int lock_join(struct run *run, struct locks *l);
void lock_leave(struct run *run);

/* Whether the lock is known to be taken: by another run of ours, or at the last try by somebody
 * else. */
bool lock_is_taken(const struct run *run);

/* 0, or an errno. It waits for nobody who holds the lock. */
int lock_take(struct run *run);
void lock_give(struct run *run);

/* Says for `gf-sem --status` which process the lock is held for. */
void lock_mark(struct run *run);

#endif
