/*
 * topdrops.h - the keys with the most records over the limit, for --stats.
 *
 * Exact while no more than DROPKEYS_MAX keys had any. Beyond that each count may be too high, by at
 * most a DROPKEYS_MAX-th of all records over the limit, and a key with more than that is never
 * missing: Space-Saving (Metwally, Agrawal, El Abbadi 2005).
 *
 * A zeroed struct is safe to release.
 */
#ifndef GF_CMD_RATELIMIT_TOPDROPS_H
#define GF_CMD_RATELIMIT_TOPDROPS_H

#include "base/stats.h"
#include "dropkeys.h"

enum {
    TOPDROPS_MOST = 10
};

struct topdrops {
    struct dropkeys keys; /* keys.key is NULL: nobody asks */
    uint64_t least;       /* no key has fewer records */
    size_t next;          /* no key before this place has as few */
};

void topdrops_add(struct topdrops *t, uint64_t hash, struct slice text);

/* The keys with the most, most first; how many there are. Their names are those of the table. */
size_t topdrops_best(const struct topdrops *t, struct gf_metric_top best[TOPDROPS_MOST]);

#endif
