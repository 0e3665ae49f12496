/*
 * timers.h - moments to come, in a heap: the earliest is due first.
 *
 *     static void on_due(struct gf_timer *t) { ... t->owner ... }
 *
 *     struct gf_timers all = {0};
 *     gf_timers_open(&all, loop);
 *     struct gf_timer t = {.due = on_due, .owner = job};
 *     if (gf_timers_set(&all, &t, now_mono + GF_S) != 0) ... out of memory ...
 *     gf_timers_cancel(&all, &t);
 *     gf_timers_close(&all);
 *
 * For waits of jobs of which there may be a hundred thousand: one watcher of the loop serves them
 * all, and to set or cancel one takes a number of steps that grows with the logarithm of how many
 * there are. Of equal moments the one that was set first is due first. Times are of the monotonic
 * clock, which does not go on while the machine sleeps. gf_timers_take is the pure part: it is told
 * what time it is.
 *
 * The timers are their owners', in their places until they are due or cancelled; a callback may set
 * and cancel any of them. A zeroed struct is safe to close, a zeroed timer to cancel. The thread of
 * the loop.
 */
#ifndef GF_RUN_TIMERS_H
#define GF_RUN_TIMERS_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct gf_timer {
    void (*due)(struct gf_timer *t);
    void *owner;
    gf_ns at_mono;
    uint64_t order; /* among equal moments */
    size_t place;   /* in the heap, from 1; 0: it is not set */
};

struct gf_timers {
    struct ev_loop *loop;
    ev_timer timer;
    struct gf_timer **heap;
    size_t n, cap, reserved;
    uint64_t orders;
    bool at_work;      /* the watcher is being served: it is armed at the end */
    gf_ns served_mono; /* what time it is for it */
};

void gf_timers_open(struct gf_timers *all, struct ev_loop *loop);

/* Cancels all. */
void gf_timers_close(struct gf_timers *all);

/* -1: memory is out, and it is not set. One that is set already is moved. */
int gf_timers_set(struct gf_timers *all, struct gf_timer *t, gf_ns at_mono);

/* Room for one timer more, for an owner that cannot go on without it: to set it does not fail then.
 * -1: memory is out. It is given back when that timer is set no more. */
int gf_timers_reserve(struct gf_timers *all);
void gf_timers_give_back(struct gf_timers *all);

void gf_timers_cancel(struct gf_timers *all, struct gf_timer *t);

static inline bool gf_timer_is_set(const struct gf_timer *t)
{
    return t->place != 0;
}

/* The earliest one that is due at `now_mono`, taken out; NULL: none is. */
struct gf_timer *gf_timers_take(struct gf_timers *all, gf_ns now_mono);

/* When the earliest one is due; GF_NEVER: there is none. */
gf_ns gf_timers_next(const struct gf_timers *all);

#endif
