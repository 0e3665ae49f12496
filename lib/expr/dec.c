/*
 * dec.c - a result is made exactly, and rounded once.
 *
 * Most results are exact in 128 bits, and need no rounding: gf_dec_settle says so. Of the others
 * the exact coefficient is made anew in a gf_wide, which has room for a product of two decimals, or
 * a sum of two whose points are far apart, and gf_dec_finish rounds that.
 *
 * Of two numbers that are further apart than that, the small one cannot change the sum's digits; it
 * only says on which side of the large one the sum lies, and so does a 1 in the last place.
 */
#include "expr/dec.h"

#include <errno.h>

#include "expr/dec_parts.h"

#define TEN_18 ((gf_u128)UINT64_C(1000000000000000000))

enum {
    SMALL = 18, /* digits by which a coefficient of 63 bits can be scaled within 127 */
    APART = 76  /* digits of a scaled coefficient: two of these have a sum in a gf_wide */
};

const gf_u128 gf_ten[GF_TEN_MOST + 1] = {UINT64_C(1),
                                         UINT64_C(10),
                                         UINT64_C(100),
                                         UINT64_C(1000),
                                         UINT64_C(10000),
                                         UINT64_C(100000),
                                         UINT64_C(1000000),
                                         UINT64_C(10000000),
                                         UINT64_C(100000000),
                                         UINT64_C(1000000000),
                                         UINT64_C(10000000000),
                                         UINT64_C(100000000000),
                                         UINT64_C(1000000000000),
                                         UINT64_C(10000000000000),
                                         UINT64_C(100000000000000),
                                         UINT64_C(1000000000000000),
                                         UINT64_C(10000000000000000),
                                         UINT64_C(100000000000000000),
                                         UINT64_C(1000000000000000000),
                                         TEN_18 *UINT64_C(10),
                                         TEN_18 *UINT64_C(100),
                                         TEN_18 *UINT64_C(1000),
                                         TEN_18 *UINT64_C(10000),
                                         TEN_18 *UINT64_C(100000),
                                         TEN_18 *UINT64_C(1000000),
                                         TEN_18 *UINT64_C(10000000),
                                         TEN_18 *UINT64_C(100000000),
                                         TEN_18 *UINT64_C(1000000000),
                                         TEN_18 *UINT64_C(10000000000),
                                         TEN_18 *UINT64_C(100000000000),
                                         TEN_18 *UINT64_C(1000000000000),
                                         TEN_18 *UINT64_C(10000000000000),
                                         TEN_18 *UINT64_C(100000000000000),
                                         TEN_18 *UINT64_C(1000000000000000),
                                         TEN_18 *UINT64_C(10000000000000000),
                                         TEN_18 *UINT64_C(100000000000000000),
                                         TEN_18 *UINT64_C(1000000000000000000),
                                         TEN_18 *TEN_18 * 10,
                                         TEN_18 *TEN_18 * 100};

int gf_dec_digits(gf_u128 v)
{
    if (v == 0)
        return 0;
    uint64_t high = (uint64_t)(v >> 64);
    int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)v);
    int least = (bits - 1) * 1233 >> 12; /* log10(2) is a little more than 1233 / 4096 */
    while (least <= GF_TEN_MOST && v >= gf_ten[least])
        least++;
    return least;
}

/* Whether w * 10^*exp is whole, has more digits than a decimal, and fits: then it is made so. */
static bool make_whole(struct gf_wide *w, int64_t *exp, int digits, bool more)
{
    gf_u128 v;
    struct gf_wide whole = *w;
    if (more || *exp > GF_TEN_MOST || *exp <= -digits || digits + *exp > GF_TEN_MOST + 1)
        return false;
    if (*exp > 0)
        gf_wide_scale(&whole, (int)*exp);
    else if (gf_wide_cut(&whole, (int)-*exp))
        return false;
    if (!gf_wide_get(&whole, &v) || v < gf_ten[GF_DEC_DIGITS])
        return false;
    *w = whole;
    *exp = 0;
    return true;
}

int gf_dec_finish(const struct gf_wide *exact, int64_t exp, bool negative, bool more,
                  struct gf_dec *out)
{
    struct gf_wide w = *exact;
    gf_u128 size = 0;
    int digits = gf_wide_digits(&w);
    if (digits == 0) {
        int64_t least = GF_DEC_BOTTOM - GF_DEC_DIGITS + 1;
        exp = exp < least ? least : exp > GF_DEC_TOP ? GF_DEC_TOP : exp;
        *out = (struct gf_dec){0, (int)exp};
        return 0;
    }
    if (digits > GF_DEC_DIGITS && !make_whole(&w, &exp, digits, more)) {
        gf_wide_round(&w, digits - GF_DEC_DIGITS, more);
        exp += digits - GF_DEC_DIGITS;
        digits = gf_wide_digits(&w);
        if (digits > GF_DEC_DIGITS) { /* 9.99 became 10.0 */
            gf_wide_cut(&w, 1);
            exp++;
            digits--;
        }
    }
    gf_wide_get(&w, &size);
    int64_t first = exp + gf_wide_digits(&w) - 1;
    if (first > GF_DEC_TOP || first < GF_DEC_BOTTOM) {
        errno = ERANGE;
        return -1;
    }
    *out = (struct gf_dec){negative ? -(__int128)size : (__int128)size, (int)exp};
    return 0;
}

/* hi has the larger exponent. */
static int add_far(const struct gf_dec *hi, const struct gf_dec *lo, struct gf_dec *out)
{
    struct gf_wide a, b;
    int64_t apart = (int64_t)hi->exp - lo->exp, exp = lo->exp;
    int room = APART - gf_dec_digits(gf_dec_size(hi->coef));
    bool up = hi->coef < 0, down = lo->coef < 0;
    gf_wide_set(&a, gf_dec_size(hi->coef));
    gf_wide_set(&b, gf_dec_size(lo->coef));
    if (a.n && apart > room) {
        exp = hi->exp - room;
        apart = room;
        if (b.n)
            gf_wide_set(&b, 1);
    }
    if (a.n)
        gf_wide_scale(&a, (int)apart);
    if (up == down || !b.n) {
        gf_wide_add(&a, &b);
        return gf_dec_finish(&a, exp, a.n && (hi->coef ? up : down), false, out);
    }
    bool less = gf_wide_compare(&a, &b) < 0;
    gf_wide_subtract(less ? &b : &a, less ? &a : &b);
    return gf_dec_finish(less ? &b : &a, exp, less ? down : up, false, out);
}

bool gf_dec_add_short(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    __int128 sum;
    const struct gf_dec *hi = a->exp > b->exp ? a : b, *lo = a->exp > b->exp ? b : a;
    int apart = hi->exp - lo->exp;
    if (apart == 0)
        return !__builtin_add_overflow(a->coef, b->coef, &sum) && gf_dec_settle(sum, a->exp, out);
    return apart <= SMALL && hi->coef == (int64_t)hi->coef &&
           !__builtin_add_overflow(hi->coef * (__int128)gf_ten[apart], lo->coef, &sum) &&
           gf_dec_settle(sum, lo->exp, out);
}

int gf_dec_add(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    bool first = a->exp > b->exp;
    if (gf_dec_add_short(a, b, out))
        return 0;
    return add_far(first ? a : b, first ? b : a, out);
}

int gf_dec_subtract(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    struct gf_dec less = {-b->coef, b->exp};
    return gf_dec_add(a, &less, out);
}

int gf_dec_multiply(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    if (a->coef == (int64_t)a->coef && b->coef == (int64_t)b->coef &&
        gf_dec_settle(a->coef * b->coef, a->exp + b->exp, out))
        return 0;
    struct gf_wide x, y, product;
    gf_wide_set(&x, gf_dec_size(a->coef));
    gf_wide_set(&y, gf_dec_size(b->coef));
    gf_wide_multiply(&x, &y, &product);
    return gf_dec_finish(&product, (int64_t)a->exp + b->exp, (a->coef < 0) != (b->coef < 0), false,
                         out);
}

int gf_dec_compare(const struct gf_dec *a, const struct gf_dec *b)
{
    int sign = a->coef < 0 ? -1 : 1;
    if (a->exp == b->exp || a->coef == 0 || b->coef == 0 || (a->coef < 0) != (b->coef < 0))
        return (a->coef > b->coef) - (a->coef < b->coef);
    struct gf_wide x, y;
    gf_wide_set(&x, gf_dec_size(a->coef));
    gf_wide_set(&y, gf_dec_size(b->coef));
    int top = a->exp + gf_wide_digits(&x), other = b->exp + gf_wide_digits(&y);
    if (top != other)
        return top < other ? -sign : sign;
    gf_wide_scale(a->exp > b->exp ? &x : &y, a->exp > b->exp ? a->exp - b->exp : b->exp - a->exp);
    return sign * gf_wide_compare(&x, &y);
}
