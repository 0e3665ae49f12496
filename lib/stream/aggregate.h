/*
 * aggregate.h - numbers and texts boiled down to one: count sum min max mean stddev first last in
 * constant memory, median percentile distinct join out of all values, sorted (text/sorter.h).
 *
 * Results are texts, of sums as text/sum.h says: exact where all is whole, else rounded once; min
 * and max are as they were written. Percentiles are interpolated between
 * the two nearest values (type 7 of Hyndman and Fan, Amer Statist 50(4), 1996; what NumPy does).
 */
#ifndef GF_STREAM_AGGREGATE_H
#define GF_STREAM_AGGREGATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/number.h"
#include "text/slice.h"
#include "text/sum.h"

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

/* A value that is kept: as it is written, and for min and max its number, where that fits. */
struct gf_kept {
    struct gf_brief best;
    struct gf_buf text;
    uint64_t later; /* values that the owner keeps, to be added at the end */
};

/* One value after another; a zeroed struct with `kind` set is empty. Small, for there may be one
 * for each of millions of groups, and most only count. */
struct gf_aggregate {
    enum gf_aggregate_kind kind : 8;
    uint64_t n : 56;
    struct gf_sum *sum; /* sum, mean; stddev has two, the second of the squares */
    union {
        struct gf_kept *kept; /* min, max, first, last */
        int64_t whole;        /* sum, mean, while there is no `sum`: what all values come to */
    };
};

/* Whether one of its values is kept as it is written. */
static inline bool gf_aggregate_keeps(enum gf_aggregate_kind k)
{
    return k == GF_AGG_MIN || k == GF_AGG_MAX || k == GF_AGG_FIRST || k == GF_AGG_LAST;
}

/* Whether its text may be replaced by a longer one. */
static inline bool gf_aggregate_replaces(enum gf_aggregate_kind k)
{
    return k == GF_AGG_MIN || k == GF_AGG_MAX || k == GF_AGG_LAST;
}

/* Of its values, how many the owner keeps: it is told of none that comes behind one of these. */
static inline uint64_t gf_aggregate_later(const struct gf_aggregate *a)
{
    return gf_aggregate_replaces(a->kind) && a->kept ? a->kept->later : 0;
}

/* The owner keeps one more. -1: ENOMEM. */
int gf_aggregate_add_later(struct gf_aggregate *a);

/* Bytes that it takes beyond the struct. */
static inline size_t gf_aggregate_bytes(const struct gf_aggregate *a)
{
    enum {
        OF_MALLOC = 16
    };
    if (gf_aggregate_keeps(a->kind))
        return a->kept ? sizeof *a->kept + a->kept->text.cap + (size_t)2 * OF_MALLOC : 0;
    if (!a->sum)
        return 0;
    bool squares = a->kind == GF_AGG_STDDEV;
    size_t limbs = (size_t)a->sum[0].rest.n + (squares ? (size_t)a->sum[1].rest.n : 0);
    return (squares ? 2 : 1) * (sizeof *a->sum + OF_MALLOC) + limbs * sizeof(int64_t);
}

/* Adds a value to a sum or a mean where that takes one addition, else says false and changes
 * nothing: gf_aggregate_add has to do it. */
static inline bool gf_aggregate_add_whole(struct gf_aggregate *a, int64_t value)
{
    int64_t all;
    if ((a->kind != GF_AGG_SUM && a->kind != GF_AGG_MEAN) || a->sum ||
        __builtin_add_overflow(a->whole, value, &all))
        return false;
    a->whole = all;
    a->n++;
    return true;
}

/* The same of a value as it is written. */
static inline bool gf_aggregate_add_short(struct gf_aggregate *a, struct gf_slice value)
{
    int64_t v;
    return (a->kind == GF_AGG_SUM || a->kind == GF_AGG_MEAN) && gf_number_short(value, &v) &&
           gf_aggregate_add_whole(a, v);
}

/* 0; 1: the value is no number and has to be one (nothing was changed); -1: ENOMEM. */
int gf_aggregate_add(struct gf_aggregate *a, struct gf_slice value);

/* Whether two of them, each of one part of the values, can be put together. */
bool gf_aggregate_adds_up(enum gf_aggregate_kind k);

/* Adds the values of `behind`, which came behind those of `a`, and empties it. -1: ENOMEM. */
int gf_aggregate_put_together(struct gf_aggregate *a, struct gf_aggregate *behind);

/* The result, appended. Not for those that hold all values. Empty: count and sum are 0, the rest is
 * nothing. -1: ENOMEM. */
int gf_aggregate_result(const struct gf_aggregate *a, struct gf_buf *out);
void gf_aggregate_release(struct gf_aggregate *a);

/* A percentile is a count of 10^-16, so that 99.9 is exactly that. */
#define GF_PERCENT UINT64_C(10000000000000000)

/* The percentile that s is, from 0 to 100 * GF_PERCENT. -1: it is no number, out of range, or has
 * more than 16 digits behind the point. */
int gf_percent_read(struct gf_slice s, uint64_t *out);

/* Of n sorted values (n >= 1), where a percentile lies: value `rank` (from 0) and how many parts of
 * GF_SUM_BETWEEN on the way to the next. */
struct gf_quantile {
    uint64_t rank, part;
};
struct gf_quantile gf_quantile_place(uint64_t n, uint64_t percent);

/* The smallest of them that so many percent are not larger than (nearest rank; of 0 % the first):
 * one that is there. */
struct gf_quantile gf_quantile_nearest(uint64_t n, uint64_t percent);

/* The value between lo and hi (texts of numbers), appended. -1: ENOMEM. */
int gf_quantile_text(struct gf_quantile q, struct gf_slice lo, struct gf_slice hi,
                     struct gf_buf *out);

#endif
