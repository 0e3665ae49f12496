/*
 * dec_divide.c - quotients, remainders and powers.
 *
 * The dividend gets as many zeros as give the quotient 36 digits or 37, and whether anything is
 * left over decides ties; an exact one loses the zeros that it does not need. Of numbers of 63 bits
 * the digits come some at a time, in 128 bits, and end when nothing is left over.
 *
 * Powers are squared and multiplied from the highest bit of the exponent on, with 57 digits
 * between: a thousand million steps, each wrong by one of the last of these, leave 34 digits
 * untouched. What has no more than 57 digits is exact. Of others the rest is cut off, never rounded
 * up, so what then looks like a tie is known to be more. The numbers only grow on the way (or only
 * shrink), so one that leaves the range ends it.
 */
#include <errno.h>

#include "expr/dec.h"
#include "expr/dec_parts.h"

enum {
    FEW = 4,           /* digits behind the point that most exact quotients have at most */
    SMALL = 18,        /* digits by which what is left over, of 63 bits, can be scaled in 128 */
    QUOTIENT = 36,     /* digits of a quotient that is rounded, or one more */
    WORK = 57,         /* digits of a power on its way */
    FARTHEST = 1000000 /* an exponent that no other factor brings back */
};

static int out_of_range(void)
{
    errno = ERANGE;
    return -1;
}

static int by_zero(void)
{
    errno = EDOM;
    return -1;
}

/* Takes zeros off the end, while the exponent is below `ideal`. */
static void reduce(gf_u128 *coef, int *exp, int ideal)
{
    for (; *exp<ideal && * coef> UINT64_MAX && *coef % 10 == 0; ++*exp)
        *coef /= 10;
    if (*coef > UINT64_MAX)
        return;
    uint64_t v = (uint64_t)*coef;
    for (; *exp < ideal && v % 10 == 0; ++*exp)
        v /= 10;
    *coef = v;
}

/* Both of 63 bits. False: the quotient is exact, and longer than 34 digits, or out of range. */
static bool divide_short(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    if (a->coef != (int64_t)a->coef || b->coef != (int64_t)b->coef)
        return false;
    uint64_t v = (uint64_t)gf_dec_size(a->coef), by = (uint64_t)gf_dec_size(b->coef), left = v % by;
    int most = QUOTIENT + gf_dec_digits(by) - gf_dec_digits(v), ideal = a->exp - b->exp, zeros = 0;
    gf_u128 q = v / by;
    for (int step = FEW; left && zeros < most; step = SMALL) {
        step = step < most - zeros ? step : most - zeros;
        gf_u128 next = left * gf_ten[step];
        q = q * gf_ten[step] + next / by;
        left = (uint64_t)(next % by);
        zeros += step;
    }
    int exp = ideal - zeros;
    if (left) {
        int off = gf_dec_digits(q) - GF_DEC_DIGITS;
        bool up = q % gf_ten[off] >= gf_ten[off] / 2; /* a half, and there is more */
        q = q / gf_ten[off] + up;
        exp += off;
        if (q == gf_ten[GF_DEC_DIGITS]) {
            q /= 10;
            exp++;
        }
    } else {
        reduce(&q, &exp, ideal);
    }
    return gf_dec_settle((a->coef < 0) != (b->coef < 0) ? -(__int128)q : (__int128)q, exp, out);
}

/* A whole quotient of more than 34 digits. */
static bool divide_whole(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    struct gf_wide num, den, rest;
    gf_u128 q;
    int apart = a->exp - b->exp;
    gf_wide_set(&num, gf_dec_size(a->coef));
    gf_wide_set(&den, gf_dec_size(b->coef));
    int digits = apart + gf_wide_digits(&num) - gf_wide_digits(&den);
    if (digits < GF_DEC_DIGITS - 1 || digits > GF_TEN_MOST + 1)
        return false;
    gf_wide_scale(apart > 0 ? &num : &den, apart > 0 ? apart : -apart);
    gf_wide_divide(&num, &den, &rest);
    if (rest.n || !gf_wide_get(&num, &q) || q < gf_ten[GF_DEC_DIGITS])
        return false;
    *out = (struct gf_dec){(a->coef < 0) != (b->coef < 0) ? -(__int128)q : (__int128)q, 0};
    return true;
}

/* num / den * 10^exp, as divided on paper; `larger`: den is a little more than it shows. */
static int divide_wide(struct gf_wide *num, const struct gf_wide *den, bool larger, int64_t exp,
                       bool negative, struct gf_dec *out)
{
    struct gf_wide rest;
    int zeros = GF_DEC_DIGITS + 2 + gf_wide_digits(den) - gf_wide_digits(num);
    int64_t ideal = exp;
    if (zeros > 0) {
        gf_wide_scale(num, zeros);
        exp -= zeros;
    }
    gf_wide_divide(num, den, &rest);
    if (larger && !rest.n) {
        gf_wide_subtract(num, &(struct gf_wide){.n = 1, .limb = {1}});
        rest = *den;
    }
    while (!rest.n && exp < ideal) {
        struct gf_wide less = *num;
        if (gf_wide_cut(&less, 1))
            break;
        *num = less;
        exp++;
    }
    return gf_dec_finish(num, exp, negative, rest.n != 0, out);
}

int gf_dec_divide(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    if (b->coef == 0)
        return by_zero();
    if (divide_short(a, b, out) || divide_whole(a, b, out))
        return 0;
    struct gf_wide num, den;
    gf_wide_set(&num, gf_dec_size(a->coef));
    gf_wide_set(&den, gf_dec_size(b->coef));
    return divide_wide(&num, &den, false, (int64_t)a->exp - b->exp, (a->coef < 0) != (b->coef < 0),
                       out);
}

int gf_dec_remainder(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    if (b->coef == 0)
        return by_zero();
    struct gf_wide num, den, rest;
    int apart = a->exp - b->exp;
    gf_wide_set(&num, gf_dec_size(a->coef));
    gf_wide_set(&den, gf_dec_size(b->coef));
    if (apart < 0) {
        /* The result has the exponent of a. What does not fit there is larger than all of a. */
        if (num.n && -apart <= GF_TEN_MOST + 1) {
            gf_wide_scale(&den, -apart);
            gf_wide_divide(&num, &den, &rest);
        } else {
            rest = num;
        }
        return gf_dec_finish(&rest, a->exp, a->coef < 0, false, out);
    }
    gf_wide_divide(&num, &den, &rest);
    for (int left = apart; left > 0 && rest.n; left -= GF_TEN_MOST) {
        num = rest;
        gf_wide_scale(&num, left < GF_TEN_MOST ? left : GF_TEN_MOST);
        gf_wide_divide(&num, &den, &rest);
    }
    return gf_dec_finish(&rest, b->exp, a->coef < 0, false, out);
}

/* Of more than 57 digits, 57; whether something was cut off. */
static bool shorten(struct gf_wide *w, int64_t *exp)
{
    int digits = gf_wide_digits(w);
    if (digits <= WORK)
        return false;
    *exp += digits - WORK;
    return gf_wide_cut(w, digits - WORK);
}

/* Whether 1 / a ends: then *inverse is all of it. A power of it has its last digit sooner than 1
 * divided by a power of a. */
static bool invert(const struct gf_dec *a, struct gf_dec *inverse)
{
    struct gf_wide x, y, product, power;
    if (gf_dec_divide(&(struct gf_dec){1, 0}, a, inverse) != 0)
        return false;
    int places = -(a->exp + inverse->exp);
    if (places < 0 || places > 2 * GF_TEN_MOST)
        return false;
    gf_wide_set(&x, gf_dec_size(a->coef));
    gf_wide_set(&y, gf_dec_size(inverse->coef));
    gf_wide_multiply(&x, &y, &product);
    gf_wide_set(&power, 1);
    gf_wide_scale(&power, places);
    return gf_wide_compare(&product, &power) == 0;
}

int gf_dec_power(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out)
{
    int64_t n;
    if (!gf_dec_whole(b, &n)) {
        errno = EINVAL;
        return -1;
    }
    if (n > GF_DEC_POWER_MOST || n < -GF_DEC_POWER_MOST)
        return out_of_range();
    if (a->coef == 0 && n < 0)
        return by_zero();
    bool negative = a->coef < 0 && (n & 1), under = n < 0;
    uint64_t times = under ? (uint64_t)-n : (uint64_t)n;
    struct gf_wide base, power, product;
    struct gf_dec inverse;
    if (under && invert(a, &inverse)) {
        a = &inverse;
        under = false;
    }
    gf_wide_set(&base, gf_dec_size(a->coef));
    gf_wide_set(&power, 1);
    int64_t exp = 0;
    bool more = false;
    for (int bit = times ? 64 - __builtin_clzll(times) : 0; bit-- > 0;) {
        gf_wide_multiply(&power, &power, &product);
        exp *= 2;
        if (times >> bit & 1) {
            gf_wide_multiply(&product, &base, &power);
            exp += a->exp;
        } else {
            power = product;
        }
        more |= shorten(&power, &exp);
        if (power.n && (exp > FARTHEST || exp < -FARTHEST))
            return out_of_range();
    }
    if (!under)
        return gf_dec_finish(&power, exp, negative, more, out);
    gf_wide_set(&base, 1);
    return divide_wide(&base, &power, more, -exp, negative, out);
}
