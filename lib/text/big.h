/*
 * big.h - exact sums and products of decimals: as many digits as there are, on both sides of the
 * point.
 *
 * A gf_big is a run of limbs in base 10^9 that grows to where digits are added, down to 10^-5040
 * and up to 10^5040 (GF_BIG_PLACES); what is added has to lie between them. Adding leaves the
 * carries where they are; everything else wants a settled one: limbs from 0 to 999999999, and the
 * sign apart.
 *
 *     struct gf_big b = {0};
 *     gf_big_add(&b, 15, -1, false);         1.5
 *     gf_big_add(&b, 3, 2, true);            -300
 *     gf_big_settle(&b);                     298.5, b.negative
 *     gf_big_release(&b);
 *
 * A zeroed struct is 0 and owns nothing; else the struct owns its limbs until gf_big_release.
 * Errors: -1 with ENOMEM, and the value is not to be used any more. One thread a struct.
 */
#ifndef GF_TEXT_BIG_H
#define GF_TEXT_BIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
    GF_BIG_BASE = 1000000000,
    GF_BIG_DIGITS = 9,
    GF_BIG_PLACES = 5040 /* of a number that is added, before and behind the point */
};

struct gf_big {
    int64_t *limb; /* limb[i] counts 10^(9 * (low + i)) */
    int low, n;
    bool negative;    /* of a settled one */
    uint64_t pending; /* how many limbs may have been added to one without a carry */
};

/* Adds mant * 10^exp10, or its negative. exp10 is from -2 to 2 times GF_BIG_PLACES. */
int gf_big_add(struct gf_big *b, unsigned __int128 mant, int exp10, bool negative);

/* Adds another one, settled or not. */
int gf_big_add_big(struct gf_big *b, const struct gf_big *more, bool negative);

/* Carries are done, no zero limb is at either end (0 has no limbs), the sign is in `negative`. */
int gf_big_settle(struct gf_big *b);

/* a * b, settled, into `out`, which is another struct; what it had is released. Of settled ones. */
int gf_big_product(const struct gf_big *a, const struct gf_big *b, struct gf_big *out);

/* Multiplies a settled one by 2^shift; shift >= 0. */
int gf_big_shift(struct gf_big *b, int shift);

/* Divides the magnitude of a settled whole number by d (>= 1): b becomes the quotient without what
 * is behind its point, settled, and *left what was left over. The sign stays. */
int gf_big_divide(struct gf_big *b, uint64_t d, uint64_t *left);

/* Whether a settled one is a whole number. */
bool gf_big_is_whole(const struct gf_big *b);

/* -1, 0, 1: the magnitudes of settled ones. */
int gf_big_compare(const struct gf_big *a, const struct gf_big *b);

/* Appends all digits of a settled whole number. */
int gf_big_text(const struct gf_big *b, struct gf_buf *out);

/*
 * num / den, or its square root, rounded once to the nearest double, ties to even; beyond the
 * largest one infinity. Both are settled, den > 0; a root is of num >= 0.
 */
int gf_big_round(const struct gf_big *num, const struct gf_big *den, bool root, double *out);

void gf_big_release(struct gf_big *b);

#endif
