/*
 * sum.h - exact sums of numbers, their means, deviations and what lies between two of them.
 *
 * Nothing is rounded before the result is: whole numbers and numbers of 18 digits behind the point
 * are counted in 128 bits, everything else in a gf_big. So the order of the numbers is all the
 * same, and so is what a sum was on the way (1e308 1e308 -1e308 is 1e308).
 *
 * Results are texts: the double next to the exact result, ties to even, in the shortest text that
 * reads back as it. Where all numbers are whole (gf_number_is_whole) a sum has all its digits, and
 * so has a mean or what lies between two numbers from 2^53 on, there with up to nine behind the
 * point. A number from 10^5040 on counts as infinite; digits behind the 5040th
 * behind the point are cut off.
 *
 *     struct gf_sum s = {0};
 *     gf_sum_add(&s, &number); ...
 *     gf_sum_text(&s, &out);
 *     gf_sum_release(&s);
 *
 * A zeroed struct is an empty sum and owns nothing. Errors: -1 with ENOMEM. One thread a struct.
 */
#ifndef GF_TEXT_SUM_H
#define GF_TEXT_SUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/big.h"
#include "text/number.h"

struct gf_sum {
    __int128 whole; /* the sum is whole + parts * 10^-18 + rest */
    __int128 parts;
    struct gf_big rest;
    bool not_whole; /* a number was not whole */
    bool up, down;  /* infinity was added, minus infinity */
};

/* Adds a number, which is not nan, or its square. */
int gf_sum_add(struct gf_sum *sum, const struct gf_number *n);
int gf_sum_add_square(struct gf_sum *sum, const struct gf_number *n);

/* Adds all that was added to `more`. */
int gf_sum_add_sum(struct gf_sum *sum, const struct gf_sum *more);

/* Appends the sum, or the sum divided by n (>= 1). Infinities are inf, -inf; of both nan. */
int gf_sum_text(const struct gf_sum *sum, struct gf_buf *out);
int gf_sum_mean(const struct gf_sum *sum, uint64_t n, struct gf_buf *out);

/* Appends the deviation of a sample of n (>= 2) from its sum and the sum of its squares. */
int gf_sum_deviation(const struct gf_sum *sum, const struct gf_sum *squares, uint64_t n,
                     struct gf_buf *out);

#define GF_SUM_BETWEEN UINT64_C(1000000000000000000)

/* Appends the number that is `part` / GF_SUM_BETWEEN of the way from lo to hi; neither is nan. */
int gf_sum_between(const struct gf_number *lo, const struct gf_number *hi, uint64_t part,
                   struct gf_buf *out);

void gf_sum_release(struct gf_sum *sum);

#endif
