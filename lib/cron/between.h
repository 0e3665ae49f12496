/*
 * between.h - the firings of a schedule between two instants, without going through each.
 *
 *     uint64_t n = gf_cron_count(&c, zone, GF_DST_DEBIAN, after, upto);
 *
 * Both look at the firings in (after, upto], as gf_cron_next gives them. A count of years takes
 * milliseconds: on a day on which the clock is not set, all matching times of the day fire, so
 * days are counted whole.
 */
#ifndef GF_CRON_BETWEEN_H
#define GF_CRON_BETWEEN_H

#include "cron/next.h"

/* How many there are. */
uint64_t gf_cron_count(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t after,
                       int64_t upto);

/* The last one: GF_CRON_FOUND, or GF_CRON_NEVER when there is none. */
int gf_cron_last(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t after,
                 int64_t upto, int64_t *out);

#endif
