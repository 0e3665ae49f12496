/*
 * dec_parts.h - what the files of dec.h share: powers of ten, and how an exact result becomes a
 * decimal. For nobody else.
 */
#ifndef GF_EXPR_DEC_PARTS_H
#define GF_EXPR_DEC_PARTS_H

#include "expr/dec.h"
#include "expr/wide.h"

typedef unsigned __int128 gf_u128;

enum {
    GF_TEN_MOST = 38
};
extern const gf_u128 gf_ten[GF_TEN_MOST + 1];

/* Of the coefficient; below 10^39. 0 has none. */
int gf_dec_digits(gf_u128 v);

static inline gf_u128 gf_dec_size(__int128 v)
{
    return v < 0 ? -(gf_u128)v : (gf_u128)v;
}

/* An exact result where it needs no rounding, which is nearly always. */
static inline bool gf_dec_settle(__int128 coef, int exp, struct gf_dec *out)
{
    gf_u128 size = gf_dec_size(coef);
    bool fits =
        size < gf_ten[GF_DEC_DIGITS] ? exp >= -6000 && exp <= 6000 : exp == 0 && !(size >> 127);
    if (fits)
        *out = (struct gf_dec){coef, exp};
    return fits;
}

/* The sum, where it is exact and takes no more than a few multiplications. False: *out is as it
 * was. */
bool gf_dec_add_short(const struct gf_dec *a, const struct gf_dec *b, struct gf_dec *out);

/*
 * w * 10^exp, and a little more where `more` is set: whole where it is whole and fits, else rounded
 * to 34 digits. With `more`, w has at least 35.
 */
int gf_dec_finish(const struct gf_wide *w, int64_t exp, bool negative, bool more,
                  struct gf_dec *out);

#endif
