/*
 * wide.h - whole numbers of up to 154 digits, for what a decimal is before it is rounded.
 *
 * Limbs of 32 bits, the lowest first, in a struct of fixed size: nothing is allocated. The caller
 * sees to it that a result fits GF_WIDE_LIMBS, by counting digits (GF_WIDE_DIGITS always fit); the
 * numbers have no sign.
 *
 *     struct gf_wide w;
 *     gf_wide_set(&w, 12);
 *     gf_wide_scale(&w, 30);                  12 * 10^30
 *     bool rest = gf_wide_cut(&w, 31);        1, and true: 2 * 10^30 was cut off
 *
 * A number of 128 bits has 39 digits at most, so a product of two, or one times 10^100, is no
 * trouble. Pure; any thread.
 */
#ifndef GF_EXPR_WIDE_H
#define GF_EXPR_WIDE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    GF_WIDE_LIMBS = 17,
    GF_WIDE_DIGITS = 154
};

struct gf_wide {
    int n; /* limbs in use: the highest of them is not 0, and 0 has none */
    uint32_t limb[GF_WIDE_LIMBS];
};

void gf_wide_set(struct gf_wide *w, unsigned __int128 v);

/* Whether w is below 2^127, as *v. */
bool gf_wide_get(const struct gf_wide *w, unsigned __int128 *v);

/* How many decimal digits; 0 has none. */
int gf_wide_digits(const struct gf_wide *w);

/* w * 10^digits; digits >= 0. */
void gf_wide_scale(struct gf_wide *w, int digits);

/* w / 10^digits, cut off; whether anything was left over. digits >= 0. */
bool gf_wide_cut(struct gf_wide *w, int digits);

/* The same, rounded: half to even. `more` says that w is a little larger than it shows. Returns
 * whether the result is exact. */
bool gf_wide_round(struct gf_wide *w, int digits, bool more);

void gf_wide_add(struct gf_wide *w, const struct gf_wide *more);

/* w - less, which is not larger. */
void gf_wide_subtract(struct gf_wide *w, const struct gf_wide *less);

/* out is another struct than a and b. */
void gf_wide_multiply(const struct gf_wide *a, const struct gf_wide *b, struct gf_wide *out);

/* w becomes the quotient by d, which is not 0, cut off, and *rest what is left over. */
void gf_wide_divide(struct gf_wide *w, const struct gf_wide *d, struct gf_wide *rest);

/* -1, 0, 1. */
int gf_wide_compare(const struct gf_wide *a, const struct gf_wide *b);

#endif
