/*
 * redis_shared.h - a budget that lies on a server: a kind of shared.h, and many turns at once for
 * redis_step.c.
 *
 * When the server is away, --on-outage says what becomes of who asks: he waits until it is back, is
 * let pass, has his own part of the rate meanwhile, or the run ends with 75. Turns that the server
 * knows nothing of are marked, so that nobody gives them back.
 */
#ifndef GF_CMD_RATELIMIT_REDIS_SHARED_H
#define GF_CMD_RATELIMIT_REDIS_SHARED_H

#include "shared.h"

#ifdef GF_REDIS

#include "redis/budget.h"

/* As shared_open. */
int redis_shared_open(struct shared *s, const struct config *c);

/* Takes n turns of the bucket of all, or with `part` as many as are due by then, in out->n. */
enum shared_took redis_shared_take(struct shared *s, uint64_t n, gf_ns by, bool part,
                                   struct gf_redis_taken *out);

/* What redis_step.c has taken and not used yet. */
struct redis_lease {
    struct gf_redis_taken taken;
    uint64_t used;
};

struct redis_leases {
    struct redis_lease lease[2];
    size_t count;
    uint64_t over; /* so many records that come next are over the limit, behind the leases */
    gf_ns late_by; /* and would wait so long; 0: not known */
};

struct redis_leases *redis_shared_leases(struct shared *s);

/* The last `unused` turns were not used. */
void redis_shared_give_back(struct shared *s, const struct gf_redis_taken *t, uint64_t unused);

#endif
#endif
