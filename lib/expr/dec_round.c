/*
 * dec_round.c - decimals rounded to places: by one division in 128 bits, and what that leaves over.
 */
#include "expr/dec.h"
#include "expr/dec_parts.h"

/* The same with more zeros at the end, where there is room. */
static bool lengthen(const struct gf_dec *d, int zeros, struct gf_dec *out)
{
    if (d->coef == 0) {
        *out = (struct gf_dec){0, d->exp - zeros};
        return true;
    }
    if (zeros + gf_dec_digits(gf_dec_size(d->coef)) > GF_TEN_MOST)
        return false;
    return gf_dec_settle(d->coef * (__int128)gf_ten[zeros], d->exp - zeros, out);
}

/* Whether the digit before `rest`, which is of so many digits, goes up by one. */
static bool goes_up(gf_u128 rest, int digits, bool odd, bool minus, enum gf_dec_way way)
{
    gf_u128 half = digits > GF_TEN_MOST ? 0 : gf_ten[digits] / 2;
    switch (way) {
    case GF_DEC_NEAREST:
        return half && (rest > half || (rest == half && odd));
    case GF_DEC_DOWN:
        return rest && minus;
    case GF_DEC_UP:
        return rest && !minus;
    case GF_DEC_TO_ZERO:
        break;
    }
    return false;
}

void gf_dec_round(const struct gf_dec *d, int64_t places, enum gf_dec_way way, struct gf_dec *out)
{
    int least = GF_DEC_BOTTOM - GF_DEC_DIGITS + 1;
    int exp = places > -least ? least : places < -GF_DEC_TOP ? GF_DEC_TOP : (int)-places;
    int off = exp - d->exp; /* digits that go */
    if (off <= 0) {
        if (!lengthen(d, -off, out))
            *out = *d;
        return;
    }
    gf_u128 size = gf_dec_size(d->coef);
    gf_u128 whole = off > GF_TEN_MOST ? 0 : size / gf_ten[off];
    gf_u128 rest = off > GF_TEN_MOST ? size : size % gf_ten[off];
    bool minus = d->coef < 0;
    whole += goes_up(rest, off, whole & 1, minus, way);
    if (!gf_dec_settle(minus ? -(__int128)whole : (__int128)whole, exp, out)) {
        struct gf_wide w;
        gf_wide_set(&w, whole);
        gf_dec_finish(&w, exp, minus, false, out);
    }
}

bool gf_dec_whole(const struct gf_dec *d, int64_t *v)
{
    struct gf_dec whole;
    gf_dec_round(d, 0, GF_DEC_TO_ZERO, &whole);
    if (whole.exp != 0 || gf_dec_compare(&whole, d) != 0 || whole.coef != (int64_t)whole.coef)
        return false;
    *v = (int64_t)whole.coef;
    return true;
}
