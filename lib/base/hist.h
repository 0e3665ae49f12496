/*
 * hist.h - a histogram of durations with percentiles, in fixed memory.
 *
 * Log-linear buckets: 128 to each doubling, so a percentile is within 0.8 % of the exact one; the
 * idea is that of HdrHistogram (Tene, hdrhistogram.org). Count, sum, least and largest are exact.
 * Holds 0 .. 2^63-1; negative values count as 0. About 60 KiB; a zeroed struct is empty. One
 * thread at a time.
 *
 *     gf_hist_add(&h, ended_mono - started_mono);
 *     gf_ns p99 = gf_hist_percentile(&h, 99);
 */
#ifndef GF_BASE_HIST_H
#define GF_BASE_HIST_H

#include <stdint.h>

#include "base/clock.h"

enum {
    GF_HIST_SUB = 128,
    GF_HIST_BUCKETS = GF_HIST_SUB * 58
};

struct gf_hist {
    uint64_t count;
    gf_ns least, largest; /* meaningful when count > 0 */
    double sum;
    uint64_t bucket[GF_HIST_BUCKETS];
};

void gf_hist_add(struct gf_hist *h, gf_ns value);

/* The same value `n` times. */
void gf_hist_add_many(struct gf_hist *h, gf_ns value, uint64_t n);

/*
 * The value that p percent of the values do not exceed (nearest rank), 0 < p <= 100; 0 when empty.
 * Never below the least nor above the largest value added.
 */
gf_ns gf_hist_percentile(const struct gf_hist *h, double p);

/* How many values are below this one; those of the bucket that it is in, within 0.8 %, are not. */
uint64_t gf_hist_below(const struct gf_hist *h, gf_ns value);

#endif
