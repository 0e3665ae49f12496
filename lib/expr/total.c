/*
 * total.c - the limbs of a gf_big, of which the eight highest become a decimal.
 *
 * Eight limbs have 64 digits at least; of what is below them it only matters whether it is 0. A sum
 * that was a gf_big once stays one: who adds numbers of such a range will do so again.
 */
#include "expr/total.h"

#include "expr/dec_parts.h"
#include "expr/wide.h"

enum {
    HALF = 4,      /* limbs that 128 bits have room for */
    QUOTIENT = 110 /* digits of what is divided */
};

static int to_big(struct gf_total *t)
{
    t->is_big = true;
    return gf_big_add(&t->big, gf_dec_size(t->sum.coef), t->sum.exp, t->sum.coef < 0);
}

int gf_total_add(struct gf_total *t, const struct gf_dec *d, bool negative)
{
    struct gf_dec v = {negative ? -d->coef : d->coef, d->exp};
    if (!t->begun || d->exp < t->exp)
        t->exp = d->exp;
    t->begun = true;
    if (!t->is_big && gf_dec_add_short(&t->sum, &v, &t->sum))
        return 0;
    if (!t->is_big && to_big(t) != 0)
        return -1;
    return gf_big_add(&t->big, gf_dec_size(v.coef), v.exp, v.coef < 0);
}

/* Limbs of a settled one from `from` down, `n` of them, as a number. */
static gf_u128 fold(const struct gf_big *b, int from, int n)
{
    gf_u128 v = 0;
    for (int i = 0; i < n; i++)
        v = v * GF_BIG_BASE + (gf_u128)b->limb[from - 1 - i];
    return v;
}

/* The highest digits, as *w * 10^*exp; whether there is more. -1: ENOMEM. */
static int highest(struct gf_total *t, struct gf_wide *w, int64_t *exp)
{
    struct gf_big *b = &t->big;
    struct gf_wide low;
    if (gf_big_settle(b) != 0)
        return -1;
    int hi = b->n < HALF ? b->n : HALF, lo = b->n - hi < HALF ? b->n - hi : HALF;
    gf_wide_set(w, fold(b, b->n, hi));
    gf_wide_set(&low, fold(b, b->n - hi, lo));
    gf_wide_scale(w, lo * GF_BIG_DIGITS);
    gf_wide_add(w, &low);
    *exp = (int64_t)(b->low + b->n - hi - lo) * GF_BIG_DIGITS;
    return b->n > hi + lo;
}

int gf_total_value(struct gf_total *t, struct gf_dec *out)
{
    struct gf_wide w;
    int64_t exp;
    *out = t->sum;
    if (!t->is_big)
        return 0;
    int more = highest(t, &w, &exp);
    if (more < 0)
        return -1;
    /* With as many places as the numbers have, where there is room for them. */
    int room = GF_DEC_DIGITS - gf_wide_digits(&w);
    if (!more && exp > t->exp && room > 0) {
        int places = exp - t->exp < room ? (int)(exp - t->exp) : room;
        gf_wide_scale(&w, places);
        exp -= places;
    } else if (!more && exp < t->exp) {
        gf_wide_cut(&w, (int)(t->exp - exp)); /* zeros */
        exp = t->exp;
    }
    return gf_dec_finish(&w, exp, t->big.negative, more, out);
}

int gf_total_mean(struct gf_total *t, uint64_t n, struct gf_dec *out)
{
    struct gf_wide w, by, rest;
    struct gf_dec count = {.coef = n};
    int64_t exp;
    if (!t->is_big)
        return gf_dec_divide(&t->sum, &count, out);
    int more = highest(t, &w, &exp);
    if (more < 0)
        return -1;
    if (!more) {
        /* A quotient that is exact has no more zeros than gf_dec_divide gives it. */
        struct gf_dec sum;
        gf_wide_set(&by, 0);
        if (gf_wide_digits(&w) <= GF_DEC_DIGITS &&
            gf_dec_finish(&w, exp, t->big.negative, false, &sum) == 0)
            return gf_dec_divide(&sum, &count, out);
    }
    int scale = QUOTIENT - gf_wide_digits(&w);
    gf_wide_scale(&w, scale);
    gf_wide_set(&by, n);
    gf_wide_divide(&w, &by, &rest);
    return gf_dec_finish(&w, exp - scale, t->big.negative, more || rest.n, out);
}

void gf_total_release(struct gf_total *t)
{
    gf_big_release(&t->big);
}
