/*
 * aggregate.c - one struct a value, with a switch over the kinds.
 *
 * Sums and means of whole numbers are counted in the struct as long as they fit there; else, and
 * for deviations, a gf_sum is made at the first value that needs one, so that groups stay small. A
 * deviation is worked out of the exact sums of the values and of their squares, which needs no
 * update of a mean and loses nothing when both are large. Extremes keep the text to print, and its
 * number in short. Of percentiles only the place is worked out here.
 */
#include "stream/aggregate.h"

#include <stdlib.h>

#include "base/num.h"

bool gf_aggregate_counts(enum gf_aggregate_kind k)
{
    return k == GF_AGG_SUM || k == GF_AGG_MIN || k == GF_AGG_MAX || k == GF_AGG_MEAN ||
           k == GF_AGG_STDDEV || k == GF_AGG_MEDIAN || k == GF_AGG_PERCENTILE;
}

static int make_kept(struct gf_aggregate *a)
{
    return a->kept || (a->kept = calloc(1, sizeof *a->kept)) ? 0 : -1;
}

int gf_aggregate_add_later(struct gf_aggregate *a)
{
    if (make_kept(a) != 0)
        return -1;
    a->kept->later++;
    return 0;
}

static int keep(struct gf_aggregate *a, struct gf_slice v, const struct gf_brief *best)
{
    if (make_kept(a) != 0)
        return -1;
    if (best)
        a->kept->best = *best;
    gf_buf_clear(&a->kept->text);
    return gf_buf_add(&a->kept->text, v.data, v.len);
}

/* The number against the best so far: -1, 0, 1. A best that is long is read from its text again. */
static int against_best(const struct gf_aggregate *a, const struct gf_number *n)
{
    bool known = false;
    const struct gf_kept *k = a->kept;
    int c = n->brief.fits && k->best.fits ? gf_brief_compare(&n->brief, &k->best, &known) : 0;
    if (known)
        return c;
    struct gf_number best;
    gf_number_read((struct gf_slice){k->text.data, k->text.len}, &best);
    return gf_number_compare(n, &best);
}

static int add_extreme(struct gf_aggregate *a, struct gf_slice value)
{
    struct gf_number n;
    if (!gf_number_all(value, &n))
        return 1;
    int c = a->n ? against_best(a, &n) : 0;
    if (a->n && (a->kind == GF_AGG_MIN ? c >= 0 : c <= 0))
        return 0;
    return keep(a, value, &n.brief);
}

static bool counts_whole(enum gf_aggregate_kind k)
{
    return k == GF_AGG_SUM || k == GF_AGG_MEAN;
}

/* Adds to `whole` what is there and fits. */
static bool add_whole(struct gf_aggregate *a, int64_t v)
{
    int64_t all;
    if (a->sum || !counts_whole(a->kind) || __builtin_add_overflow(a->whole, v, &all))
        return false;
    a->whole = all;
    return true;
}

/* Whether a number is one that `whole` counts, as *v. */
static bool whole_of(const struct gf_number *n, int64_t *v)
{
    const struct gf_brief *b = &n->brief;
    if (!b->fits || b->exp10 != 0 || b->mant > INT64_MAX)
        return false;
    *v = b->negative ? -(int64_t)b->mant : (int64_t)b->mant;
    return true;
}

/* From here on `sum` has it all. */
static int make_sum(struct gf_aggregate *a)
{
    bool squares = a->kind == GF_AGG_STDDEV;
    if (a->sum)
        return 0;
    if (!(a->sum = calloc(squares ? 2 : 1, sizeof *a->sum)))
        return -1;
    if (counts_whole(a->kind)) {
        a->sum->whole = a->whole;
        a->whole = 0;
    }
    return 0;
}

/* To the sum, and for a deviation to that of the squares. */
static int add_sum(struct gf_aggregate *a, struct gf_slice value)
{
    struct gf_number n;
    int64_t v;
    if (!gf_number_all(value, &n))
        return 1;
    if (whole_of(&n, &v) && add_whole(a, v))
        return 0;
    if (make_sum(a) != 0 || gf_sum_add(&a->sum[0], &n) != 0)
        return -1;
    return a->kind == GF_AGG_STDDEV ? gf_sum_add_square(&a->sum[1], &n) : 0;
}

int gf_aggregate_add(struct gf_aggregate *a, struct gf_slice value)
{
    int r = 0;
    struct gf_number number;
    switch (a->kind) {
    case GF_AGG_SUM:
    case GF_AGG_MEAN:
    case GF_AGG_STDDEV:
        r = add_sum(a, value);
        break;
    case GF_AGG_MIN:
    case GF_AGG_MAX:
        r = add_extreme(a, value);
        break;
    case GF_AGG_FIRST:
        r = a->n == 0 ? keep(a, value, NULL) : 0;
        break;
    case GF_AGG_LAST:
        r = keep(a, value, NULL);
        break;
    case GF_AGG_MEDIAN:
    case GF_AGG_PERCENTILE:
        r = !gf_number_all(value, &number);
        break;
    default:
        break;
    }
    a->n += r == 0;
    return r;
}

bool gf_aggregate_adds_up(enum gf_aggregate_kind k)
{
    return k == GF_AGG_SUM || k == GF_AGG_MEAN || k == GF_AGG_MIN || k == GF_AGG_MAX;
}

/* The better of two extremes, the first of equal ones. */
static void put_extremes(struct gf_aggregate *a, struct gf_aggregate *behind)
{
    struct gf_number n;
    struct gf_kept *kept = behind->kept;
    gf_number_read((struct gf_slice){kept->text.data, kept->text.len}, &n);
    int c = against_best(a, &n);
    if (a->kind == GF_AGG_MIN ? c < 0 : c > 0) {
        behind->kept = a->kept;
        a->kept = kept;
    }
}

int gf_aggregate_put_together(struct gf_aggregate *a, struct gf_aggregate *behind)
{
    int r = 0;
    if (a->n == 0) {
        gf_aggregate_release(a);
        *a = *behind;
        *behind = (struct gf_aggregate){.kind = a->kind};
        return 0;
    }
    if (behind->n && (a->kind == GF_AGG_MIN || a->kind == GF_AGG_MAX))
        put_extremes(a, behind);
    else if (behind->n && (behind->sum || !add_whole(a, behind->whole)))
        r = make_sum(a) == 0 && make_sum(behind) == 0 ? gf_sum_add_sum(&a->sum[0], &behind->sum[0])
                                                      : -1;
    a->n += behind->n;
    gf_aggregate_release(behind);
    return r;
}

/* The sum, or the mean of n. */
static int sum_text(const struct gf_aggregate *a, uint64_t n, struct gf_buf *out)
{
    char text[GF_UINT_SIZE];
    if (a->sum)
        return gf_sum_mean(a->sum, n, out);
    if (n > 1)
        return gf_sum_mean(&(struct gf_sum){.whole = a->whole}, n, out);
    uint64_t size = a->whole < 0 ? -(uint64_t)a->whole : (uint64_t)a->whole;
    if (a->whole < 0)
        gf_buf_putc(out, '-');
    return gf_buf_add(out, text, gf_format_uint(size, text));
}

int gf_aggregate_result(const struct gf_aggregate *a, struct gf_buf *out)
{
    char text[GF_UINT_SIZE];
    switch (a->kind) {
    case GF_AGG_COUNT:
        return gf_buf_add(out, text, gf_format_uint(a->n, text));
    case GF_AGG_SUM:
        return sum_text(a, 1, out);
    case GF_AGG_MEAN:
        return a->n ? sum_text(a, a->n, out) : 0;
    case GF_AGG_STDDEV: /* of a sample; of one value there is none */
        return a->n > 1 ? gf_sum_deviation(&a->sum[0], &a->sum[1], a->n, out) : 0;
    default:
        return gf_aggregate_keeps(a->kind) && a->kept
                   ? gf_buf_add(out, a->kept->text.data, a->kept->text.len)
                   : 0;
    }
}

void gf_aggregate_release(struct gf_aggregate *a)
{
    if (a->sum)
        gf_sum_release(&a->sum[0]);
    if (a->sum && a->kind == GF_AGG_STDDEV)
        gf_sum_release(&a->sum[1]);
    free(a->sum);
    if (gf_aggregate_keeps(a->kind) && a->kept) {
        gf_buf_release(&a->kept->text);
        free(a->kept);
    }
    *a = (struct gf_aggregate){.kind = a->kind};
}

/* ---- quantiles ------------------------------------------------------------------------------- */

enum {
    PLACES = 16 /* of a percentile */
};

int gf_percent_read(struct gf_slice s, uint64_t *out)
{
    struct gf_number n;
    if (!gf_number_all(s, &n) || !n.brief.fits)
        return -1;
    unsigned __int128 v = n.brief.mant;
    int exp10 = v ? n.brief.exp10 : -PLACES;
    for (; exp10 < -PLACES && v % 10 == 0; exp10++)
        v /= 10;
    for (; exp10 > -PLACES && v <= 100 * GF_PERCENT; exp10--)
        v *= 10;
    if (exp10 != -PLACES || v > 100 * GF_PERCENT || (n.brief.negative && v))
        return -1;
    *out = (uint64_t)v;
    return 0;
}

struct gf_quantile gf_quantile_place(uint64_t n, uint64_t percent)
{
    /* 100 * GF_PERCENT is GF_SUM_BETWEEN: what is left over is the part as it is. */
    unsigned __int128 at = (unsigned __int128)(n - 1) * percent;
    return (struct gf_quantile){(uint64_t)(at / GF_SUM_BETWEEN), (uint64_t)(at % GF_SUM_BETWEEN)};
}

struct gf_quantile gf_quantile_nearest(uint64_t n, uint64_t percent)
{
    unsigned __int128 at = (unsigned __int128)n * percent;
    uint64_t rank = (uint64_t)(at / GF_SUM_BETWEEN) + (at % GF_SUM_BETWEEN != 0);
    return (struct gf_quantile){rank ? rank - 1 : 0, 0};
}

int gf_quantile_text(struct gf_quantile q, struct gf_slice lo, struct gf_slice hi,
                     struct gf_buf *out)
{
    struct gf_number a, b;
    gf_number_read(lo, &a);
    gf_number_read(hi, &b);
    return gf_sum_between(&a, &b, q.part, out);
}
