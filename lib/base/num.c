/*
 * num.c - digits with checks for overflow, and decimals as mantissa and power of ten.
 *
 * A whole number that does not fit is read to its end all the same, so that an error covers all of
 * it. Zeros at the end of a mantissa go into the exponent: 1.50 and 1.5 are one value. Scaling by a
 * unit is done in 128 bits; whether anything was lost is what a division by ten leaves over.
 */
#include "base/num.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits from s[*i] on, at most `len`; false when they exceed uint64_t. */
static bool take_digits(const char *s, size_t len, size_t *i, uint64_t *value)
{
    bool fits = true;
    uint64_t v = 0;
    for (; *i < len && is_digit(s[*i]); (*i)++) {
        unsigned digit = (unsigned)(s[*i] - '0');
        if (__builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, digit, &v))
            fits = false;
    }
    *value = v;
    return fits;
}

int gf_parse_count(const char *s, size_t len, uint64_t lo, uint64_t hi, uint64_t *out,
                   struct gf_perr *e)
{
    size_t i = 0;
    uint64_t v;
    bool fits = take_digits(s, len, &i, &v);
    if (i == 0)
        return gf_perr_set(e, 0, len, NULL, len ? "not a whole number" : "a number is missing");
    if (i < len)
        return gf_perr_set(e, i, len - i, NULL, "not a whole number");
    if (!fits || v > hi)
        return gf_perr_set(e, 0, len, NULL, "over the largest value, %" PRIu64, hi);
    if (v < lo)
        return gf_perr_set(e, 0, len, NULL, "under the least value, %" PRIu64, lo);
    *out = v;
    return 0;
}

int gf_parse_int(const char *s, size_t len, int64_t lo, int64_t hi, int64_t *out, struct gf_perr *e)
{
    bool negative = len && s[0] == '-';
    size_t i = len && (s[0] == '-' || s[0] == '+') ? 1 : 0;
    size_t start = i;
    uint64_t v;
    bool fits = take_digits(s, len, &i, &v);
    if (i == start)
        return gf_perr_set(e, 0, len, NULL, len ? "not a whole number" : "a number is missing");
    if (i < len)
        return gf_perr_set(e, i, len - i, NULL, "not a whole number");
    uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    bool huge = !fits || v > most;
    int64_t value = huge ? 0 : negative ? (int64_t)(0 - v) : (int64_t)v;
    if (huge ? !negative : value > hi)
        return gf_perr_set(e, 0, len, NULL, "over the largest value, %" PRId64, hi);
    if (huge || value < lo)
        return gf_perr_set(e, 0, len, NULL, "under the least value, %" PRId64, lo);
    *out = value;
    return 0;
}

/* An exponent at s[*i], as in 1e9. Leaves *i alone when there is none. */
static int take_exponent(const char *s, size_t len, size_t *i, int *exp10, struct gf_perr *e)
{
    size_t j = *i;
    if (j >= len || (s[j] != 'e' && s[j] != 'E'))
        return 0;
    j++;
    bool negative = j < len && s[j] == '-';
    if (j < len && (s[j] == '-' || s[j] == '+'))
        j++;
    if (j >= len || !is_digit(s[j]))
        return 0;
    uint64_t v;
    size_t from = *i;
    if (!take_digits(s, len, &j, &v) || v > 40)
        return gf_perr_set(e, from, j - from, NULL, "exponent out of range");
    *exp10 += negative ? -(int)v : (int)v;
    *i = j;
    return 0;
}

int gf_parse_decimal(const char *s, size_t len, struct gf_decimal *out, size_t *used,
                     struct gf_perr *e)
{
    size_t i = 0;
    uint64_t mant = 0;
    int exp10 = 0;
    size_t digits = 0;
    bool point = false;
    for (; i < len; i++) {
        if (s[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(s[i]))
            break;
        digits++;
        unsigned digit = (unsigned)(s[i] - '0');
        if (__builtin_mul_overflow(mant, 10u, &mant) || __builtin_add_overflow(mant, digit, &mant))
            return gf_perr_set(e, 0, len, NULL, "too many digits");
        exp10 -= point;
    }
    if (digits == 0)
        return gf_perr_set(e, 0, len ? 1 : 0, NULL, "a number is missing");
    if (take_exponent(s, len, &i, &exp10, e) != 0)
        return -1;
    while (mant && mant % 10 == 0) {
        mant /= 10;
        exp10++;
    }
    if (mant == 0)
        exp10 = 0;
    if (exp10 < -40 || exp10 > 40)
        return gf_perr_set(e, 0, i, NULL, "out of range");
    *out = (struct gf_decimal){mant, exp10};
    *used = i;
    return 0;
}

int gf_decimal_scale(struct gf_decimal d, uint64_t unit, uint64_t *out)
{
    unsigned __int128 v = (unsigned __int128)d.mant * unit;
    int inexact = 0;
    for (int i = d.exp10; i > 0 && v; i--) {
        if (v > UINT64_MAX)
            break; /* already too large: multiplying on could wrap 128 bits */
        v *= 10;
    }
    for (int i = d.exp10; i < 0; i++) {
        if (v % 10)
            inexact = 1;
        v /= 10;
    }
    if (v > UINT64_MAX) {
        errno = ERANGE;
        return -1;
    }
    *out = (uint64_t)v;
    return inexact;
}

static size_t digits_of(uint64_t n)
{
    static const uint64_t power[GF_UINT_SIZE] = {
        0,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
        10000000000000000,
        100000000000000000,
        1000000000000000000,
        UINT64_C(10000000000000000000),
    };
    /* log10(2) is a little more than 1233 / 4096 */
    unsigned below = (64 - (unsigned)__builtin_clzll(n | 1)) * 1233 >> 12;
    return below + (n >= power[below]);
}

static const char pairs[] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

/* Eight digits at once, since a division waits for the one before it: of these none does. */
static void put_eight(uint32_t n, char *out)
{
    size_t high = n / 10000, low = n % 10000;
    memcpy(out, pairs + 2 * (high / 100), 2);
    memcpy(out + 2, pairs + 2 * (high % 100), 2);
    memcpy(out + 4, pairs + 2 * (low / 100), 2);
    memcpy(out + 6, pairs + 2 * (low % 100), 2);
}

size_t gf_format_uint(uint64_t n, char out[GF_UINT_SIZE])
{
    enum {
        EIGHT = 100000000
    };
    size_t len = digits_of(n), i = len;
    for (; n >= EIGHT; n /= EIGHT)
        put_eight((uint32_t)(n % EIGHT), out + (i -= 8));
    size_t rest = (size_t)n;
    for (; rest > 99; rest /= 100)
        memcpy(out + (i -= 2), pairs + 2 * (rest % 100), 2);
    if (rest > 9)
        memcpy(out, pairs + 2 * rest, 2);
    else
        out[0] = (char)('0' + rest);
    return len;
}
