/*
 * number.h - numbers inside records: what sort -g reads, and exact decimals.
 *
 * A float is what strtold reads in the C locale: blanks in front, a sign, digits with a point and
 * an exponent, 0x hexadecimals, inf, nan. Short decimals take a fast way that rounds the same.
 * Pure; any thread.
 */
#ifndef GF_TEXT_NUMBER_H
#define GF_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/slice.h"

/* The float at the front of s; returns how many bytes it took with the blanks in front, 0 when
 * there is none. -1 is not possible: a text too long to copy has no number. */
size_t gf_float_read(struct gf_slice s, long double *out);

/* Whether the whole of s is a float other than nan. */
bool gf_float_whole(struct gf_slice s, long double *out);

/*
 * Exact sums. Whole numbers and decimals with at most 18 digits behind the point are added as 128
 * bit integers of 10^-18 parts (whole numbers beyond that range as 128 bit integers), everything
 * else by Shewchuk's expansions (Discrete Comput Geom 18, 1997), so the result does not depend on
 * the order of the numbers. A zeroed struct is an empty sum; it needs no release.
 */
enum {
    GF_SUM_PARTS = 40
};

struct gf_sum {
    __int128 whole; /* sum of whole numbers, while all are whole */
    __int128 parts; /* sum in 10^-18, while all are decimals of modest size */
    bool not_whole, not_parts;
    double expansion[GF_SUM_PARTS];
    size_t n;
    double special; /* infinities and nan */
    bool has_special;
};

/* Adds the number that s is as a whole. -1 (nothing added) when it is none. */
int gf_sum_add(struct gf_sum *sum, struct gf_slice s);

/* The sum as a double, correctly rounded unless it had to be expanded past its room. */
double gf_sum_value(const struct gf_sum *sum);

/* The sum divided by n, in the widest type there is. n >= 1. */
long double gf_sum_mean(const struct gf_sum *sum, uint64_t n);

/* Room for any text gf_sum_text and gf_real_text write. */
#define GF_NUMBER_SIZE 352

/* All whole: the digits; else the shortest decimal that reads back as gf_sum_value. */
void gf_sum_text(const struct gf_sum *sum, char out[GF_NUMBER_SIZE]);

/* Shortest text that reads back as v; without an exponent where the digits are few
 * ("1800000000000"). */
void gf_real_text(double v, char out[GF_NUMBER_SIZE]);

#endif
