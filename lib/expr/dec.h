/*
 * dec.h - decimals of 34 digits, whole numbers of up to 38: what expressions compute with.
 *
 * A number is coef * 10^exp. The exponent is kept as it was written, so 1.10 + 1.10 is 2.20, and a
 * product has as many places as both sides together; an exact quotient has no needless zeros (6 / 2
 * is 3, 1 / 8 is 0.125). This is the General Decimal Arithmetic of M. Cowlishaw
 * (speleotrove.com/decimal) with the precision of decimal128, 34 digits, and half to even, as
 * Python's decimal has it, but for this:
 *
 *   - A whole result of up to 2^127 - 1 (38 digits) has all its digits.
 *   - There is no -0, no infinity and no NaN. What would be one is an error, and so is a result
 *     whose first digit stands above 10^6144 or below 10^-6143.
 *   - x ** 0 is 1 for all x. An exponent is a whole number from -999999999 to 999999999.
 *   - A remainder is exact however large the quotient is.
 *
 *     struct gf_dec a, b, sum;
 *     char out[GF_DEC_SIZE];
 *     if (gf_dec_read(text, &a) == 0 && gf_dec_read(more, &b) == 0 && gf_dec_add(&a, &b, &sum) ==
 * 0) fwrite(out, 1, gf_dec_text(&sum, out), stdout);
 *
 * Invariant of every struct that these functions fill: fewer than 35 digits, or exp is 0 and coef
 * is within +-(2^127 - 1). The result may be one of the operands.
 *
 * Errors: -1 with errno: EINVAL (no number), ERANGE (out of range), EDOM (division by zero).
 * Nothing is allocated. Pure; any thread.
 */
#ifndef GF_EXPR_DEC_H
#define GF_EXPR_DEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/slice.h"

enum {
    GF_DEC_DIGITS = 34,
    GF_DEC_TOP = 6144,
    GF_DEC_BOTTOM = -6143,
    GF_DEC_PLAIN = 40, /* how far from the point digits are printed without an exponent */
    GF_DEC_POWER_MOST = 999999999, /* the largest exponent of ** */
    GF_DEC_SIZE = 96               /* room for what gf_dec_text writes */
};

struct gf_dec {
    __int128 coef;
    int exp;
};

/* All of s, with blanks around it: a sign, digits with a point among them, an exponent. */
int gf_dec_read(struct gf_slice s, struct gf_dec *out);

/* Its text, without an end mark; how many bytes. From 10^41 on, and below 10^-40, with an exponent:
 * 1.5E+50. */
size_t gf_dec_text(const struct gf_dec *d, char out[GF_DEC_SIZE]);

int gf_dec_add(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out);
int gf_dec_subtract(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out);
int gf_dec_multiply(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out);
int gf_dec_divide(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out);

/* What a division leaves over when its quotient is cut off: it has the sign of a. */
int gf_dec_remainder(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out);

/* a to the power b. EINVAL: b is no whole number. */
int gf_dec_power(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out);

/* -1, 0, 1, by value: 1.0 is 1. */
int gf_dec_compare(const struct gf_dec *a, const struct gf_dec *b);

enum gf_dec_way {
    GF_DEC_NEAREST, /* half to even */
    GF_DEC_DOWN,    /* towards minus infinity */
    GF_DEC_UP,
    GF_DEC_TO_ZERO,
};

/*
 * To so many places behind the point (negative: before it), with zeros where it has fewer. A number
 * that would have more digits then than there is room for stays as it is.
 */
void gf_dec_round(const struct gf_dec *d, int64_t places, enum gf_dec_way way, struct gf_dec *out);

/* Whether d is a whole number that fits, as *v. */
bool gf_dec_whole(const struct gf_dec *d, int64_t *v);

static inline struct gf_dec gf_dec_of(int64_t v)
{
    return (struct gf_dec){.coef = v};
}

static inline bool gf_dec_is_zero(const struct gf_dec *d)
{
    return d->coef == 0;
}

#endif
