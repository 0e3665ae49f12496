/*
 * keyed.h - the same limits for each of many keys, in 16 bytes a key and limit.
 *
 * A key is known by a 64-bit hash, which the caller makes (with a secret seed, so that nobody can
 * choose keys that collide); its state is one TAT a limit (limit/gcra.h). Two keys among a million
 * share a hash, and so a budget, with a chance of 3e-8.
 *
 * A key whose every TAT has passed is the same as one never seen, so forgetting it loses nothing:
 * that is done whenever room is needed. When `max` keys are live, one of a few that are nearest to
 * being idle makes room and starts afresh when it comes back; `evicted` counts them.
 *
 *     struct gf_keyed keys;
 *     gf_keyed_init(&keys, 1000000);
 *     gf_keyed_limit(&keys, rate, burst);
 *     gf_ns *tat = gf_keyed_find(&keys, hash, now_mono);         // NULL: out of memory
 *     gf_ns due = gf_keyed_due(&keys, NULL, tat, load, now_mono);
 *     gf_keyed_pass(&keys, NULL, tat, load, due);      // a place in the queue of that key
 *     gf_keyed_release(&keys);
 *
 * A key may have limits of its own, as many as the table has: `own` in the calls below, or NULL.
 *
 * Because a passing is charged for the time it is due, the caller may hold the record until then
 * and go on with other keys. One thread a table.
 */
#ifndef GF_LIMIT_KEYED_H
#define GF_LIMIT_KEYED_H

#include "limit/pacers.h"

struct gf_keyed {
    struct gf_gcra limit[GF_PACERS_MAX];
    size_t limits;
    uint64_t *hash; /* 0: free */
    gf_ns *tat;     /* `limits` for each slot */
    size_t slots;   /* a power of two, or 0 */
    size_t used, max;
    uint64_t evicted;
};

/* No allocation; `max` is 1 or more. */
void gf_keyed_init(struct gf_keyed *k, size_t max);

/* One more limit; before the first find. -1 with errno as gf_gcra_init, or ENOSPC. */
int gf_keyed_limit(struct gf_keyed *k, struct gf_rate rate, uint64_t burst);

/* The states of a key, new or known; valid until the next find. NULL when memory is out. */
gf_ns *gf_keyed_find(struct gf_keyed *k, uint64_t hash, gf_ns now);

/* When the load may pass by every limit, `now` or later; more than a burst is paid in advance. */
gf_ns gf_keyed_due(const struct gf_keyed *k, const struct gf_gcra *own, const gf_ns *tat,
                   struct gf_load load, gf_ns now);

/* Whether the load is within every burst. */
bool gf_keyed_fit(const struct gf_keyed *k, const struct gf_gcra *own, struct gf_load load);

/* Charges the load for the time it was said to be due. */
void gf_keyed_pass(const struct gf_keyed *k, const struct gf_gcra *own, gf_ns *tat,
                   struct gf_load load, gf_ns due);

/* Calls f for every key that is known, with its states. */
void gf_keyed_each(struct gf_keyed *k, void (*f)(uint64_t hash, gf_ns *tat, void *arg), void *arg);

void gf_keyed_release(struct gf_keyed *k);

#endif
