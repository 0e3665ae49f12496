/*
 * number.h - numbers inside records, read without loss and compared exactly.
 *
 * A number is what strtod reads in the C locale, as sort -g takes it: blanks in front, a sign,
 * digits with a point and an exponent, 0x hexadecimals, inf, nan. Decimals keep all their digits,
 * exponents go to 10^17. Hexadecimals keep all bits down to 2^-1100 and are infinite from 2^1024.
 *
 *     struct gf_number a, b;
 *     if (gf_number_all(field, &a) && gf_number_all(value, &b) && gf_number_compare(&a, &b) > 0)
 *         ...
 *
 * A gf_number borrows the text it was read from, or has the digits in itself: it is not copied.
 * It owns nothing. Pure; any thread.
 */
#ifndef GF_TEXT_NUMBER_H
#define GF_TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/slice.h"

/* Room for any text that gf_real_text writes. */
#define GF_NUMBER_SIZE 32

enum {
    GF_HEX_DIGITS = 1440 /* of a hexadecimal number in decimal: 2124 bits, of which 1103 are behind
                            the point */
};

enum {
    GF_POWER_MOST = 18 /* the largest power of ten whose products fit 128 bits, and that 64 hold */
};
extern const uint64_t gf_powers_of_ten[GF_POWER_MOST + 1];

enum gf_number_kind {
    GF_NUMBER_FINITE,
    GF_NUMBER_INFINITE,
    GF_NUMBER_NAN,
};

/* A finite number of at most 19 digits: mant * 10^exp10, and the sign; exp10 is from -30000 to
 * 30000. `fits` says whether it is one. */
struct gf_brief {
    uint64_t mant;
    int exp10;
    bool negative, fits;
};

struct gf_number {
    enum gf_number_kind kind;
    struct gf_brief brief;  /* `negative` holds for every number */
    struct gf_slice digits; /* from the first that is not 0 on, and maybe a point; 0 has none */
    int64_t top;            /* value = 0.DIGITS * 10^top */
    int64_t last;           /* the place of the last digit: 0 for ones, -1 for tenths */
    char room[GF_HEX_DIGITS];
};

/* The number at the front of s; returns how many bytes it took with the blanks in front, 0 when
 * there is none. */
size_t gf_number_read(struct gf_slice s, struct gf_number *n);

/* Whether all of s is a number other than nan. */
bool gf_number_all(struct gf_slice s, struct gf_number *n);

/* Whether all of s is a whole number of at most 18 digits, as *v: what most numbers are. */
static inline bool gf_number_short(struct gf_slice s, int64_t *v)
{
    size_t i = s.len && s.data[0] == '-';
    if (s.len == i || s.len - i > 18)
        return false;
    int64_t all = 0;
    for (size_t k = i; k < s.len; k++) {
        unsigned digit = (unsigned char)s.data[k] - (unsigned)'0';
        if (digit > 9)
            return false;
        all = all * 10 + (int64_t)digit;
    }
    *v = i ? -all : all;
    return true;
}

/* -1, 0, 1, by value: -0 is 0. Neither is nan. */
int gf_number_compare(const struct gf_number *a, const struct gf_number *b);

/* The same of brief ones (both fit) where that takes no digits of the text: *known says whether. */
int gf_brief_compare(const struct gf_brief *a, const struct gf_brief *b, bool *known);

/* Whether a finite number is whole, and written as one: with all digits, or an exponent that adds
 * at most 38 zeros. So 1e30 and 5.00 are, and 1e300 is a measure. */
bool gf_number_is_whole(const struct gf_number *n);

/* Shortest text that reads back as v; without an exponent where the digits are few
 * ("1800000000000"). */
void gf_real_text(double v, char out[GF_NUMBER_SIZE]);

#endif
