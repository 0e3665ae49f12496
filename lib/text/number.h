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

/*
 * How many of the eight bytes at p are digits in front, and their value: all are looked at in one
 * word. Pairs of digits become numbers below 100, pairs of these numbers below 10,000, and so on
 * (D. Lemire, "Number parsing at a gigabyte per second", Software: Practice and Experience 51(8),
 * 2021).
 */
static inline unsigned gf_eight_digits(const char *p, uint64_t *value)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    v ^= UINT64_C(0x3030303030303030); /* digits are 0 to 9 now, anything else is more */
    uint64_t more = (v + UINT64_C(0x7676767676767676)) | v;
    more &= UINT64_C(0x8080808080808080);
    unsigned n = more ? (unsigned)__builtin_ctzll(more) / 8 : 8;
    if (n == 0)
        return 0;
    v <<= 64 - 8 * n; /* zeros in front take the place of what follows */
    v = (v * 10 + (v >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
    v = (v * 100 + (v >> 16)) & UINT64_C(0x0000ffff0000ffff);
    *value = (v * 10000 + (v >> 32)) & UINT64_C(0xffffffff);
    return n;
}

/* Whether all of s is a whole number of at most 18 digits, as *v: what most numbers are. */
static inline bool gf_number_short(struct gf_slice s, int64_t *v)
{
    size_t i = s.len && s.data[0] == '-', k = i;
    if (s.len == i || s.len - i > 18)
        return false;
    int64_t all = 0;
    for (uint64_t eight = 0; s.len - k >= 8; k += 8) {
        if (gf_eight_digits(s.data + k, &eight) < 8)
            return false;
        all = all * 100000000 + (int64_t)eight;
    }
    for (; k < s.len; k++) {
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
