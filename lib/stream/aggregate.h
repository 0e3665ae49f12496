/*
 * aggregate.h - numbers and texts boiled down to one: count sum min max mean stddev first last in
 * constant memory, median percentile distinct join out of all values, sorted (text/sorter.h).
 *
 * Results are texts. Whole numbers are exact to 128 bits, other results the shortest text that
 * reads back the same; min and max are as they were written. Percentiles are interpolated between
 * the two nearest values (type 7 of Hyndman and Fan, Amer Statist 50(4), 1996; what NumPy does).
 */
#ifndef GF_STREAM_AGGREGATE_H
#define GF_STREAM_AGGREGATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/number.h"
#include "text/slice.h"

enum gf_aggregate_kind {
    GF_AGG_COUNT,
    GF_AGG_SUM,
    GF_AGG_MIN,
    GF_AGG_MAX,
    GF_AGG_MEAN,
    GF_AGG_STDDEV,
    GF_AGG_FIRST,
    GF_AGG_LAST,
    GF_AGG_MEDIAN, /* these hold all values */
    GF_AGG_PERCENTILE,
    GF_AGG_DISTINCT,
    GF_AGG_JOIN,
};

static inline bool gf_aggregate_holds(enum gf_aggregate_kind k)
{
    return k >= GF_AGG_MEDIAN;
}

/* Whether its values have to be numbers. */
bool gf_aggregate_counts(enum gf_aggregate_kind k);

/* One value after another; a zeroed struct with `kind` set is empty. */
struct gf_aggregate {
    enum gf_aggregate_kind kind;
    uint64_t n;
    struct gf_sum *sum;       /* sum, mean */
    long double best;         /* min, max */
    long double mean, square; /* stddev: Welford, Technometrics 4(3), 1962 */
    struct gf_buf text;       /* min, max, first, last: as written */
};

/* 0; 1: the value is no number and has to be one (nothing was changed); -1: ENOMEM. */
int gf_aggregate_add(struct gf_aggregate *a, struct gf_slice value);

/* The result, appended. Not for those that hold all values. Empty: count and sum are 0, the rest is
 * nothing. -1: ENOMEM. */
int gf_aggregate_result(const struct gf_aggregate *a, struct gf_buf *out);
void gf_aggregate_release(struct gf_aggregate *a);

/* Of n sorted values, where percentile p (0 to 100) lies: value `rank` (from 0) and how far on the
 * way to the next. */
struct gf_quantile {
    uint64_t rank;
    long double part;
};
struct gf_quantile gf_quantile_place(uint64_t n, long double p);

/* The value between lo and hi (texts of numbers), appended: exact text where part is 0. */
int gf_quantile_text(struct gf_quantile q, struct gf_slice lo, struct gf_slice hi,
                     struct gf_buf *out);

#endif
