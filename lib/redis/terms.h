/*
 * terms.h - the rate and the burst of a budget on a server, and what units cost by them.
 *
 *     struct gf_redis_terms t;
 *     const char *why;
 *     if (gf_redis_terms_set(&t, &rate, 20, &why) != 0)
 *         gf_error("%s", why);
 *     uint64_t rem, us = gf_redis_cost(&t, 7, &rem);      // us + rem / t.c microseconds, exactly
 *
 * All numbers are under 2^53, as the scripts of a server have doubles. Pure; any thread.
 */
#ifndef GF_REDIS_TERMS_H
#define GF_REDIS_TERMS_H

#include "base/rate.h"

enum {
    GF_REDIS_TERMS_SIZE = GF_RATE_SIZE + 128
};

/* The price of n units is n * p / c microseconds. */
struct gf_redis_terms {
    struct gf_rate rate;
    uint64_t burst;
    uint64_t p, c;                  /* in lowest terms; p is 0 when the rate is unlimited */
    uint64_t depth, depth_rem;      /* of the burst: microseconds, and parts of c */
    char text[GF_REDIS_TERMS_SIZE]; /* as the server has them */
};

/* -1 with ERANGE and *why: the numbers have no room, or the burst takes over 100 years to earn. */
int gf_redis_terms_set(struct gf_redis_terms *t, const struct gf_rate *rate, uint64_t burst,
                       const char **why);

/* From the text. -1: it is none that gf_redis_terms_set would have written. */
int gf_redis_terms_read(struct gf_redis_terms *t, const char *text);

/* What n units cost: microseconds, and parts of c in *rem. UINT64_MAX: over 100 years. */
uint64_t gf_redis_cost(const struct gf_redis_terms *t, uint64_t n, uint64_t *rem);

#endif
