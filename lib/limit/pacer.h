/*
 * pacer.h - the plan of a filter that paces: how much may pass now, and when to look again.
 *
 * A gf_gcra with the two things a stream needs on top.
 *
 * Lateness. Waking is late by microseconds, a busy machine by milliseconds. What waits in the
 * input meanwhile is let pass as if it had passed on time, up to `slack`; but only when it was
 * there: gf_pacer_arrived, called after a read that had to wait, says that nothing could have
 * passed before. So idle time never banks more than the burst.
 *
 * Quanta. Above 1000 units a second there is no wake-up for each: gf_pacer_wake answers with the
 * next point of a grid of 1 ms (of 2 ms above 100,000 a second), so the caller wakes at most a
 * thousand times a second, and passes
 * all that has become due with one update and one write. Once all of that has passed, nothing more
 * may before the next point: what becomes due while the caller writes would be a write of its own.
 * A quantum counts as slack: in any window of length T at most burst + rate * (T + the larger of
 * slack and quantum) passes.
 *
 *     gf_pacer_init(&p, rate, burst, burst, 10 * GF_MS, now_mono);
 *     for (;;) {
 *         if (nothing is buffered) {
 *             bool waits = !gf_read_ready(fd);
 *             ...read...
 *             now_mono = gf_now_mono();
 *             if (waits) gf_pacer_arrived(&p, now_mono);
 *         }
 *         uint64_t n = gf_pacer_may(&p, now_mono);
 *         if (n == 0) { gf_sleep_until(gf_pacer_wake(&p, 1, now_mono)); ...; continue; }
 *         ...write up to n records, k of them...
 *         gf_pacer_pass(&p, k, now_mono);
 *     }
 *
 * Pure; one thread a pacer.
 */
#ifndef GF_LIMIT_PACER_H
#define GF_LIMIT_PACER_H

#include "limit/gcra.h"

struct gf_pacer {
    struct gf_gcra limit;
    gf_ns tat;
    gf_ns quantum; /* 0: each unit has its own wake-up */
    gf_ns grid;    /* a point of the grid */
    gf_ns rest;    /* nothing passes before this point of it */
};

#define GF_PACER_QUANTUM GF_MS

/* `initial` units of the burst are there at the start. -1 with ERANGE as gf_gcra_init. */
int gf_pacer_init(struct gf_pacer *p, struct gf_rate rate, uint64_t burst, uint64_t initial,
                  gf_ns slack, gf_ns now);

/* What is pending came only now: lateness before this moment is no lateness. */
void gf_pacer_arrived(struct gf_pacer *p, gf_ns now);

/* How many units may pass now; UINT64_MAX when unlimited. Changes nothing. */
uint64_t gf_pacer_may(const struct gf_pacer *p, gf_ns now);

/* n units passed, not more than gf_pacer_may said. */
void gf_pacer_pass(struct gf_pacer *p, uint64_t n, gf_ns now);

/* When n units may pass (for more than the burst: when the surplus is earned), on the grid where
 * there is one. */
gf_ns gf_pacer_wake(const struct gf_pacer *p, uint64_t n, gf_ns now);

#endif
