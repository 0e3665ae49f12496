/*
 * deferred.h - due times that could not be claimed yet, because another process has the state
 * locked.
 *
 * The due times wait in the order in which they came, and are tried again five times a second; the
 * loop never waits for the lock for longer than a moment. Of one job only the latest due time
 * waits, the earlier ones count as missed: the rule of the plan (cron/plan.h).
 */
#ifndef GF_CMD_CRON_DEFERRED_H
#define GF_CMD_CRON_DEFERRED_H

#include <ev.h>

#include "journal.h"

struct deferred_time;

struct deferred {
    struct journal *journal;
    /* A due time was claimed: its run can begin. */
    void (*begin)(void *owner, struct loaded *from, const struct gf_job *job, int64_t due);
    void *owner;
    struct ev_loop *loop;
    ev_timer timer;
    struct deferred_time *first, **end;
};

/* The members above `loop` are set. */
void deferred_open(struct deferred *d, struct ev_loop *loop);
void deferred_close(struct deferred *d);

/* False: memory is out. */
bool deferred_add(struct deferred *d, struct loaded *from, const struct gf_job *job, int64_t due);

/* Later due times of the job were missed, and come on record: the one that waits was missed too,
 * and comes before them. */
void deferred_pass(struct deferred *d, const struct gf_job *job);

/* Records all due times that wait as missed: the scheduler stops. */
void deferred_give_up(struct deferred *d);

/* Starts the timer, unless it runs: the due times and the owed rows are tried when it rings. */
void deferred_arm(struct deferred *d);

#endif
