/*
 * num.h - numbers as people write them, exact, never depending on the locale.
 *
 * A decimal is `digits[.digits][e[+-]digits]`, kept as mantissa and power of ten, so 0.1 is one
 * tenth. No sign, no blanks, no underscores. What does not fit is an error, never rounded or
 * wrapped. Errors: -1, errno EINVAL, `e` (may be NULL) says where and why. Pure; any thread.
 *
 *     uint64_t n;
 *     if (gf_parse_count("250", 3, 1, 1000, &n, &e) != 0) ... e.what ...
 */
#ifndef GF_BASE_NUM_H
#define GF_BASE_NUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/perr.h"

struct gf_decimal {
    uint64_t mant; /* value = mant * 10^exp10, trailing zeros of mant removed */
    int exp10;     /* -40 .. 40 */
};

/* A whole number in lo..hi, digits only. */
int gf_parse_count(const char *s, size_t len, uint64_t lo, uint64_t hi, uint64_t *out,
                   struct gf_perr *e);

/* The same with an optional minus or plus in front. */
int gf_parse_int(const char *s, size_t len, int64_t lo, int64_t hi, int64_t *out,
                 struct gf_perr *e);

/*
 * The decimal at the front of s. *used is how many bytes it took. An `e` that no digit follows is
 * left alone, so `1E` (a size) is the decimal 1 and the unit E.
 */
int gf_parse_decimal(const char *s, size_t len, struct gf_decimal *out, size_t *used,
                     struct gf_perr *e);

/*
 * d * unit as a whole number. Returns 0; 1 when the exact product is no whole number (*out is
 * then rounded down); -1 with errno ERANGE when it exceeds uint64_t.
 */
int gf_decimal_scale(struct gf_decimal d, uint64_t unit, uint64_t *out);

enum {
    GF_UINT_SIZE = 20
};

/* n in decimal, without an end mark; how many bytes. What printf does, several times as fast. */
size_t gf_format_uint(uint64_t n, char out[GF_UINT_SIZE]);

#endif
