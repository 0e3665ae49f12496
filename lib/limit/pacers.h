/*
 * pacers.h - several limits at once: what passes must be allowed by all, and counts in all.
 *
 * A load is what one record (or one span of them) weighs: `units` for the limits of records,
 * `bytes` for those of bytes. The answers are the strictest of the limits'; what one of them
 * refuses is charged to none.
 *
 *     struct gf_pacers ps = {0};
 *     gf_pacers_add(&ps, ten_a_second, 1, 1, slack, now_mono);
 *     gf_pacers_add(&ps, thousand_an_hour, 1000, 1000, slack, now_mono);
 *     struct gf_load one = {.units = 1, .bytes = len};
 *     while (gf_pacers_due(&ps, one, now_mono) > now_mono) {
 *         ...sleep until gf_pacers_wake(&ps, one, now_mono)...
 *         one.earned = true;
 *         now_mono = gf_now_mono();
 *     }
 *     gf_pacers_pass(&ps, one, now_mono);
 *
 * Pure; one thread a set.
 */
#ifndef GF_LIMIT_PACERS_H
#define GF_LIMIT_PACERS_H

#include "limit/pacer.h"

enum {
    GF_PACERS_MAX = 8
};

struct gf_pacers {
    struct gf_pacer pacer[GF_PACERS_MAX];
    size_t count;
};

struct gf_load {
    uint64_t units;
    uint64_t bytes;
    bool earned;
};

/* What of the load counts for one limit. */
static inline uint64_t gf_load_share(struct gf_load load, const struct gf_gcra *limit)
{
    uint64_t n = limit->rate.bytes ? load.bytes : load.units;
    return load.earned && n > limit->burst ? limit->burst : n;
}

/* One more limit, as gf_pacer_init; -1 with errno ENOSPC when there are GF_PACERS_MAX. */
int gf_pacers_add(struct gf_pacers *ps, struct gf_rate rate, uint64_t burst, uint64_t initial,
                  gf_ns slack, gf_ns now);

/* gf_pacer_arrived for all. */
void gf_pacers_arrived(struct gf_pacers *ps, gf_ns now);

/* How many units may pass now by every limit: where all limits count the same thing. */
uint64_t gf_pacers_may(const struct gf_pacers *ps, gf_ns now);

/* When the load may pass, `now` or later. */
gf_ns gf_pacers_due(const struct gf_pacers *ps, struct gf_load load, gf_ns now);

/* The same on the grids of those limits that have one: when to wake. */
gf_ns gf_pacers_wake(const struct gf_pacers *ps, struct gf_load load, gf_ns now);

/* Whether the load is within every burst: a yes/no question about it can be answered with yes. */
bool gf_pacers_fit(const struct gf_pacers *ps, struct gf_load load);

/* The load passes; call it when it is due. */
void gf_pacers_pass(struct gf_pacers *ps, struct gf_load load, gf_ns now);

/* The smallest burst of all. */
uint64_t gf_pacers_burst(const struct gf_pacers *ps);

#endif
