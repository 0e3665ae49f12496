/*
 * aggregate.c - one struct a value, with a switch over the kinds.
 *
 * Sums and means share a gf_sum, which is made at the first value, so that groups without one stay
 * small. The deviation is kept as mean and sum of squares, updated by each value (Welford,
 * Technometrics 4(3), 1962). Extremes keep the number to compare and the text to print. Of
 * percentiles only the place is worked out here.
 */
#include "stream/aggregate.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/num.h"

bool gf_aggregate_counts(enum gf_aggregate_kind k)
{
    return k == GF_AGG_SUM || k == GF_AGG_MIN || k == GF_AGG_MAX || k == GF_AGG_MEAN ||
           k == GF_AGG_STDDEV || k == GF_AGG_MEDIAN || k == GF_AGG_PERCENTILE;
}

static int set_text(struct gf_aggregate *a, struct gf_slice v)
{
    gf_buf_clear(&a->text);
    return gf_buf_add(&a->text, v.data, v.len);
}

static int add_extreme(struct gf_aggregate *a, struct gf_slice value)
{
    long double v;
    if (!gf_float_whole(value, &v))
        return 1;
    bool better = a->n == 0 || (a->kind == GF_AGG_MIN ? v < a->best : v > a->best);
    if (!better)
        return 0;
    a->best = v;
    return set_text(a, value);
}

static int add_sum(struct gf_aggregate *a, struct gf_slice value)
{
    if (!a->sum && !(a->sum = calloc(1, sizeof *a->sum)))
        return -1;
    return gf_sum_add(a->sum, value) == 0 ? 0 : 1;
}

static int add_moment(struct gf_aggregate *a, struct gf_slice value)
{
    long double v;
    if (!gf_float_whole(value, &v))
        return 1;
    long double away = v - a->mean;
    a->mean += away / (long double)(a->n + 1);
    a->square += away * (v - a->mean);
    return 0;
}

int gf_aggregate_add(struct gf_aggregate *a, struct gf_slice value)
{
    int r = 0;
    long double v;
    switch (a->kind) {
    case GF_AGG_SUM:
    case GF_AGG_MEAN:
        r = add_sum(a, value);
        break;
    case GF_AGG_MIN:
    case GF_AGG_MAX:
        r = add_extreme(a, value);
        break;
    case GF_AGG_STDDEV:
        r = add_moment(a, value);
        break;
    case GF_AGG_FIRST:
        r = a->n == 0 ? set_text(a, value) : 0;
        break;
    case GF_AGG_LAST:
        r = set_text(a, value);
        break;
    case GF_AGG_MEDIAN:
    case GF_AGG_PERCENTILE:
        r = !gf_float_whole(value, &v);
        break;
    default:
        break;
    }
    a->n += r == 0;
    return r;
}

static int real_result(struct gf_buf *out, long double v)
{
    char text[GF_NUMBER_SIZE];
    gf_real_text((double)v, text);
    return gf_buf_puts(out, text);
}

int gf_aggregate_result(const struct gf_aggregate *a, struct gf_buf *out)
{
    static const struct gf_sum nothing;
    char text[GF_NUMBER_SIZE];
    switch (a->kind) {
    case GF_AGG_COUNT:
        return gf_buf_add(out, text, gf_format_uint(a->n, text));
    case GF_AGG_SUM:
        gf_sum_text(a->sum ? a->sum : &nothing, text);
        return gf_buf_puts(out, text);
    case GF_AGG_MEAN:
        return a->n ? real_result(out, gf_sum_mean(a->sum, a->n)) : 0;
    case GF_AGG_STDDEV: /* of a sample; of one value there is none */
        return a->n > 1 ? real_result(out, sqrtl(a->square / (long double)(a->n - 1))) : 0;
    default:
        return a->text.len ? gf_buf_add(out, a->text.data, a->text.len) : 0;
    }
}

void gf_aggregate_release(struct gf_aggregate *a)
{
    free(a->sum);
    gf_buf_release(&a->text);
    *a = (struct gf_aggregate){.kind = a->kind};
}

struct gf_quantile gf_quantile_place(uint64_t n, long double p)
{
    long double at = (long double)(n - 1) * p / 100;
    long double whole = (long double)(uint64_t)(at + 0.5L);
    if (fabsl(at - whole) <= at * 2 * LDBL_EPSILON) /* p and at are rounded: a value is meant */
        at = whole;
    uint64_t rank = (uint64_t)at;
    return (struct gf_quantile){rank, at - (long double)rank};
}

int gf_quantile_text(struct gf_quantile q, struct gf_slice lo, struct gf_slice hi,
                     struct gf_buf *out)
{
    long double a = 0, b = 0;
    struct gf_sum one = {0};
    char text[GF_NUMBER_SIZE];
    gf_float_whole(lo, &a);
    gf_float_whole(hi, &b);
    if (q.part != 0 && a != b)
        return real_result(out, a + (b - a) * q.part);
    if (gf_sum_add(&one, lo) != 0)
        return gf_buf_add(out, lo.data, lo.len);
    gf_sum_text(&one, text);
    return gf_buf_puts(out, text);
}
