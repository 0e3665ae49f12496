/*
 * total.h - a sum of decimals from which what was added may be taken away again, and nothing is
 * lost on the way.
 *
 * A sum of dec.h is rounded to 34 digits, so 1e40 + 1 - 1e40 would be 0. Here all digits are there
 * until the value is asked for: as one decimal as long as that holds them, then as a gf_big.
 *
 *     struct gf_total t = {0};
 *     gf_total_add(&t, &value, false); ... gf_total_add(&t, &old, true);
 *     if (gf_total_value(&t, &sum) != 0) ...
 *     gf_total_release(&t);
 *
 * A zeroed struct is 0 and owns nothing. Errors: -1 with errno: ENOMEM, or ERANGE of a value. One
 * thread a struct.
 */
#ifndef GF_EXPR_TOTAL_H
#define GF_EXPR_TOTAL_H

#include "expr/dec.h"
#include "text/big.h"

struct gf_total {
    struct gf_dec sum;
    struct gf_big big; /* in place of it */
    bool is_big;
    bool begun;
    int exp; /* the smallest one that was added */
};

/* Adds d, or takes it away. */
int gf_total_add(struct gf_total *t, const struct gf_dec *d, bool negative);

/* The sum, and the sum divided by n (>= 1): each rounded once. */
int gf_total_value(struct gf_total *t, struct gf_dec *out);
int gf_total_mean(struct gf_total *t, uint64_t n, struct gf_dec *out);

void gf_total_release(struct gf_total *t);

#endif
