/*
 * gcra.h - the limiter: so many in so long, with a burst, kept in one 64-bit time.
 *
 * The generic cell rate algorithm (ATM Forum, Traffic Management 4.1, section 4.4; ITU-T I.371,
 * annex A) in its virtual scheduling form. The state is the theoretical arrival time, TAT: the
 * moment at which everything let pass so far is paid for. n units cost n * period / count
 * nanoseconds, `burst` units may be owed, so n may pass when TAT + cost - depth <= now, where depth
 * is the cost of the burst. It is the same as a token bucket of `burst` tokens that may go below
 * zero, but needs no refill, no float, and one word that a compare-and-swap can change.
 *
 * Exactness: products have 128 bits, and a cost is rounded up once a take, so a limit is never
 * exceeded and is slower than asked by less than 1 ns a take: take many at once where they come
 * many at once. Times saturate: what is beyond the year 2262 is GF_NEVER.
 *
 * The parameters (struct gf_gcra) and the state (one gf_ns, the caller's) are apart, so that one
 * limit serves a table of keys or a word in shared memory. `now` is any clock that does not step
 * back, the same in all calls; a step back lets nothing more pass, it only waits.
 *
 *     struct gf_gcra limit;
 *     if (gf_gcra_init(&limit, rate, 20, 0) != 0) ... burst * interval is over 100 years ...
 *     gf_ns tat = gf_gcra_start(&limit, 20, now_mono);       // the bucket is full
 *
 *     if (gf_gcra_allow(&limit, &tat, 1, now_mono)) start_one();   // an event loop: now or not,
 *     else wake_at(gf_gcra_due(&limit, tat, 1, now_mono));         // and when to ask again
 *
 *     struct gf_ticket t = gf_gcra_reserve(&limit, &tat, 1, now_mono);   // a queue: take a place
 *     gf_sleep_until(t.due);
 *
 * A rate with a border (base/rate.h) is a quota: all of it may pass at once, and then nothing
 * before the next window of its calendar. Its burst is the quota, it has no slack, and what is more
 * than the quota is due GF_NEVER and never taken. Its state is no time, so nobody compares it with
 * one: gf_gcra_idle_at does. rate.calendar has to be resolved before (time/calendar.h).
 *
 * Pure; the state is the caller's to guard.
 */
#ifndef GF_LIMIT_GCRA_H
#define GF_LIMIT_GCRA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/rate.h"

struct gf_gcra {
    struct gf_rate rate;
    uint64_t burst; /* units that may pass at once after idle time; 1 paces */
    gf_ns slack;    /* of lateness that may be made up, see gf_gcra_init */
    gf_ns depth;    /* what the burst costs, plus what singles lose to rounding */
};

/* Where n units were put in time: they may pass at `due`. `from` and `to` are the TAT before and
 * after, for gf_gcra_cancel. */
struct gf_ticket {
    gf_ns due;
    gf_ns from, to;
};

/*
 * `burst` is 1 or more. `slack` is for a caller that wakes late: up to so much time before `now`
 * still counts as time in which units could have passed; it adds slack * rate to what any window
 * may hold. 0 is the plain algorithm. Returns -1 with errno ERANGE when the burst at this rate
 * would take more than 100 years.
 */
int gf_gcra_init(struct gf_gcra *l, struct gf_rate rate, uint64_t burst, gf_ns slack);

/* The state at `now` with `tokens` of the burst unspent (more than the burst counts as the
 * burst). */
gf_ns gf_gcra_start(const struct gf_gcra *l, uint64_t tokens, gf_ns now);

/* When the whole burst is there again if nobody takes any. */
gf_ns gf_gcra_idle_at(const struct gf_gcra *l, gf_ns tat);

/* What n units cost in time, rounded up; GF_NEVER when that is out of range, 0 for a quota. */
gf_ns gf_gcra_cost(const struct gf_gcra *l, uint64_t n);

/* The longest that one load is expected to take: 1,000 bursts, but not less than a day. */
gf_ns gf_gcra_longest(const struct gf_gcra *l);

/* Whether a yes/no question about n can ever be answered with yes. */
bool gf_gcra_fits(const struct gf_gcra *l, uint64_t n);

/* Takes n when they may pass now, else changes nothing. Never more than the burst; 0 always may. */
bool gf_gcra_allow(const struct gf_gcra *l, gf_ns *tat, uint64_t n, gf_ns now);

/* Takes as many of n as may pass now and says how many. */
uint64_t gf_gcra_at_most(const struct gf_gcra *l, gf_ns *tat, uint64_t n, gf_ns now);

/* How many may pass now; below 0 is what is owed. Unlimited: INT64_MAX. */
int64_t gf_gcra_tokens(const struct gf_gcra *l, gf_ns tat, gf_ns now);

/*
 * When n may pass if nobody else takes any: `now` or later, rounded up, so that asking again then
 * succeeds. More than the burst is paid in advance: the time at which the surplus is earned.
 */
gf_ns gf_gcra_due(const struct gf_gcra *l, gf_ns tat, uint64_t n, gf_ns now);

/* Takes n for the time they are due. The caller waits until then; a second taker queues behind. */
struct gf_ticket gf_gcra_reserve(const struct gf_gcra *l, gf_ns *tat, uint64_t n, gf_ns now);

/*
 * Gives a reservation back before it is due. Only when it is still the last one: a later ticket was
 * placed behind it, and would let too much pass if the place before it were sold again. Returns
 * whether it was given back.
 */
bool gf_gcra_cancel(gf_ns *tat, const struct gf_ticket *t, gf_ns now);

/* The state when all who had reserved ahead of `now` give that up: at worst an empty bucket. */
gf_ns gf_gcra_drop_reserved(const struct gf_gcra *l, gf_ns tat, gf_ns now);

/*
 * A new rate or burst (in `next`) from now on: what is saved or owed is kept in units and parts of
 * one, at most the new burst. Returns the state to go with `next`.
 */
gf_ns gf_gcra_change(const struct gf_gcra *l, const struct gf_gcra *next, gf_ns tat, gf_ns now);

#endif
