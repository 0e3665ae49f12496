/*
 * hexnum.h - hexadecimal numbers (0x1.8p3) as decimal digits.
 *
 *     struct gf_hexnum h;
 *     char digits[GF_HEX_DIGITS];
 *     size_t used = gf_hexnum_read((struct gf_slice){"0x1.8p3", 7}, &h, digits);     7: 120 * 10^-1
 *
 * Exact down to 2^-1100: bits below are cut off. From 2^1024 on the number is infinite. Pure.
 */
#ifndef GF_TEXT_HEXNUM_H
#define GF_TEXT_HEXNUM_H

#include <stdbool.h>
#include <stddef.h>

#include "text/number.h"
#include "text/slice.h"

struct gf_hexnum {
    size_t n;  /* digits, without zeros in front; 0 has none */
    int exp10; /* value = DIGITS * 10^exp10 */
    bool infinite;
};

/* The hexadecimal at the front of s, which begins with 0x; the bytes that it takes, 0: no digit. */
size_t gf_hexnum_read(struct gf_slice s, struct gf_hexnum *h, char digits[GF_HEX_DIGITS]);

#endif
