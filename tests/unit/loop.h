/*
 * loop.h - an event loop for one test, and waiting for a state with a limit.
 *
 *     struct ev_loop *loop = loop_new();
 *     RUN_UNTIL(loop, over);                // fails the test when it has not come in 20 s
 *     run_for(loop, 100 * GF_MS);           // what must not come has time to come
 *     ev_loop_destroy(loop);
 */
#ifndef GF_TESTS_UNIT_LOOP_H
#define GF_TESTS_UNIT_LOOP_H

#include <ev.h>
#include <stdlib.h>

#include "base/clock.h"
#include "test.h"

static inline struct ev_loop *loop_new(void)
{
    struct ev_loop *loop = ev_loop_new(EVFLAG_NOENV);
    if (!loop)
        abort();
    return loop;
}

/* Wakes the loop now and then: what is waited for may be no event of the loop. */
struct guard {
    ev_timer timer;
    gf_ns until_mono;
    bool fired;
};

static inline void guard_tick(struct ev_loop *loop, ev_timer *w, int events)
{
    struct guard *g = w->data;
    (void)loop;
    (void)events;
    g->fired = gf_now_mono() >= g->until_mono;
}

static inline void guard_start(struct ev_loop *loop, struct guard *g, gf_ns after)
{
    g->fired = false;
    g->until_mono = gf_now_mono() + after;
    ev_timer_init(&g->timer, guard_tick, 0.005, 0.005);
    g->timer.data = g;
    ev_now_update(loop);
    ev_timer_start(loop, &g->timer);
}

#define RUN_UNTIL(loop_, cond_)                                                                    \
    do {                                                                                           \
        struct guard guard_;                                                                       \
        guard_start(loop_, &guard_, 20 * GF_S);                                                    \
        while (!(cond_) && !guard_.fired)                                                          \
            ev_run(loop_, EVRUN_ONCE);                                                             \
        ev_timer_stop(loop_, &guard_.timer);                                                       \
        CHECK_ROW(cond_, "waited 20 s for %s", #cond_);                                            \
    } while (0)

static inline void run_for(struct ev_loop *loop, gf_ns time)
{
    struct guard g;
    guard_start(loop, &g, time);
    while (!g.fired)
        ev_run(loop, EVRUN_ONCE);
    ev_timer_stop(loop, &g.timer);
}

#endif
