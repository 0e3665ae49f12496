/*
 * number.c - a fast way for short decimals, and sums kept in three ways at once.
 *
 * A mantissa of up to 19 digits times or over a power of ten that is exact needs one operation, so
 * it is rounded once, as strtold would; all else goes to strtold. A sum is kept as a whole number
 * and as a count of 10^-18, both in 128 bits, as long as every value fits, and as an expansion of
 * doubles that do not overlap, whose sum is exact (Shewchuk, Discrete Comput Geom 18, 1997). The
 * result comes from the most exact one that is left.
 */
#include "text/number.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"

/* ---- reading --------------------------------------------------------------------------------- */

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A decimal in parts: value = mant * 10^exp10; `used` bytes. Not every number fits. */
struct parts {
    uint64_t mant;
    int exp10;
    bool negative, fits;
    size_t used; /* 0: no digits at all */
};

/* Digits with a point and an exponent; `fits` when the mantissa has at most 19 digits. */
static struct parts read_parts(const char *p, size_t len)
{
    struct parts r = {.fits = true};
    size_t i = 0, digits = 0;
    int kept = 0, point = 0;
    if (i < len && (p[i] == '-' || p[i] == '+'))
        r.negative = p[i++] == '-';
    for (bool frac = false; i < len; i++) {
        if (p[i] == '.' && !frac) {
            frac = true;
            continue;
        }
        if (!is_digit(p[i]))
            break;
        digits++;
        kept += r.mant != 0 || p[i] != '0';
        if (kept <= 19)
            r.mant = r.mant * 10 + (uint64_t)(p[i] - '0');
        point -= frac;
    }
    r.fits = kept <= 19 && point > -1000;
    r.exp10 = point;
    if (digits == 0)
        return r;
    r.used = i;
    if (i < len && (p[i] == 'e' || p[i] == 'E')) {
        size_t at = i + 1;
        bool minus = at < len && p[at] == '-';
        at += at < len && (p[at] == '-' || p[at] == '+');
        int e = 0;
        size_t from = at;
        for (; at < len && is_digit(p[at]); at++)
            e = e < 100000 ? e * 10 + (p[at] - '0') : e;
        if (at > from) {
            r.exp10 += minus ? -e : e;
            r.used = at;
        }
    }
    return r;
}

#if LDBL_MANT_DIG >= 64
#define EXACT_MANT UINT64_MAX
enum {
    EXACT_POWER = 27
};
#else
#define EXACT_MANT (UINT64_C(1) << 53)
enum {
    EXACT_POWER = 22
};
#endif

static const long double powers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                     1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                     1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                     1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};

/* strtold on a copy: hexadecimals, inf, nan, many digits, large exponents. */
static size_t read_slow(struct gf_slice s, long double *out)
{
    char small[128], *copy = s.len < sizeof small ? small : malloc(s.len + 1), *end;
    if (!copy)
        return 0;
    memcpy(copy, s.data, s.len);
    copy[s.len] = '\0';
    *out = strtold(copy, &end);
    size_t used = (size_t)(end - copy);
    if (copy != small)
        free(copy);
    return used;
}

size_t gf_float_read(struct gf_slice s, long double *out)
{
    size_t at = 0;
    while (at < s.len && (s.data[at] == ' ' || (s.data[at] >= '\t' && s.data[at] <= '\r')))
        at++;
    s.data += at;
    s.len -= at;
    struct parts p = read_parts(s.data, s.len);
    bool hex = p.used && p.used < s.len && (s.data[p.used] | 0x20) == 'x';
    if (p.used && p.fits && !hex && p.mant <= EXACT_MANT && abs(p.exp10) <= EXACT_POWER) {
        long double v = (long double)p.mant;
        v = p.exp10 < 0 ? v / powers[-p.exp10] : v * powers[p.exp10];
        *out = p.negative ? -v : v;
        return at + p.used;
    }
    if (!p.used && s.len && !memchr("iInN+-", s.data[0], 6))
        return 0;
    size_t used = read_slow(s, out);
    return used ? at + used : 0;
}

bool gf_float_whole(struct gf_slice s, long double *out)
{
    return s.len && gf_float_read(s, out) == s.len && !isnan(*out);
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Adds x to the expansion: the parts do not overlap and their exact sum is the sum so far. */
static void expand(struct gf_sum *sum, double x)
{
    size_t kept = 0;
    for (size_t i = 0; i < sum->n; i++) {
        double y = sum->expansion[i];
        if (fabs(x) < fabs(y)) {
            double t = x;
            x = y;
            y = t;
        }
        volatile double hi = x + y, back = hi - x;
        double lo = y - back;
        if (isinf(hi)) { /* beyond what a double holds */
            sum->special += hi;
            sum->has_special = true;
            return;
        }
        if (lo != 0)
            sum->expansion[kept++] = lo;
        x = hi;
    }
    if (kept == GF_SUM_PARTS)
        kept--; /* cannot be: doubles span less than 40 parts of 53 bits */
    sum->expansion[kept++] = x;
    sum->n = kept;
}

/* The largest mantissa that 10^n times stays under 2^95: 2^32 of them cannot overflow. */
static bool scale_parts(__int128 mant, int exp10, __int128 *out)
{
    const __int128 ceiling = (__int128)1 << 95;
    if (exp10 < -18 || exp10 > 9)
        return mant == 0;
    for (int i = exp10 + 18; i > 0; i--) {
        if (mant > ceiling / 10)
            return false;
        mant *= 10;
    }
    *out = mant;
    return true;
}

/* A whole number of any length into 128 bits. */
static bool read_whole(struct gf_slice s, __int128 *out)
{
    size_t i = s.len && (s.data[0] == '-' || s.data[0] == '+');
    bool negative = i && s.data[0] == '-';
    if (i == s.len)
        return false;
    __int128 v = 0;
    for (; i < s.len; i++) {
        if (!is_digit(s.data[i]))
            return false;
        int d = s.data[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, negative ? -d : d, &v))
            return false;
    }
    *out = v;
    return true;
}

static void add_exact(struct gf_sum *sum, struct gf_slice s)
{
    __int128 v = 0;
    if (!sum->not_whole &&
        !(read_whole(s, &v) && !__builtin_add_overflow(sum->whole, v, &sum->whole)))
        sum->not_whole = true;
    if (sum->not_parts)
        return;
    struct parts p = read_parts(s.data, s.len);
    v = 0;
    if (p.used != s.len || !p.fits || !scale_parts(p.mant, p.exp10, &v) ||
        __builtin_add_overflow(sum->parts, p.negative ? -v : v, &sum->parts))
        sum->not_parts = true;
}

int gf_sum_add(struct gf_sum *sum, struct gf_slice s)
{
    while (s.len && (s.data[0] == ' ' || s.data[0] == '\t')) {
        s.data++;
        s.len--;
    }
    long double v;
    if (!gf_float_whole(s, &v))
        return -1;
    add_exact(sum, s);
    if (isinf((double)v)) {
        sum->special = sum->has_special ? sum->special + (double)v : (double)v;
        sum->has_special = true;
        return 0;
    }
    /* Both halves of the wide number, so nothing of it is lost before the sum is rounded. */
    double hi = (double)v, lo = (double)(v - (long double)hi);
    expand(sum, hi);
    if (lo != 0)
        expand(sum, lo);
    return 0;
}

/* Whole and 10^-18 parts as a double: exact digits, then one correct rounding by strtod. */
static double parts_value(__int128 parts)
{
    const __int128 one = (__int128)1000000000000000000;
    unsigned __int128 mag = parts < 0 ? -(unsigned __int128)parts : (unsigned __int128)parts;
    char text[80];
    unsigned __int128 whole = mag / (unsigned __int128)one;
    snprintf(text, sizeof text, "%s%llu%018llu.%018llu", parts < 0 ? "-" : "",
             (unsigned long long)(whole / (unsigned __int128)one),
             (unsigned long long)(whole % (unsigned __int128)one),
             (unsigned long long)(mag % (unsigned __int128)one));
    return strtod(text, NULL);
}

double gf_sum_value(const struct gf_sum *sum)
{
    if (sum->has_special)
        return sum->special;
    if (!sum->not_parts)
        return parts_value(sum->parts);
    long double v = 0;
    for (size_t i = sum->n; i > 0; i--)
        v += (long double)sum->expansion[i - 1];
    return (double)v;
}

long double gf_sum_mean(const struct gf_sum *sum, uint64_t n)
{
    if (!sum->not_whole)
        return (long double)sum->whole / (long double)n;
    if (!sum->has_special && !sum->not_parts)
        return (long double)sum->parts / 1e18L / (long double)n;
    return (long double)gf_sum_value(sum) / (long double)n;
}

void gf_real_text(double v, char out[GF_NUMBER_SIZE])
{
    char shortest[GF_DOUBLE_SIZE];
    if (isnan(v) || isinf(v)) {
        snprintf(out, GF_NUMBER_SIZE, "%s", isnan(v) ? "nan" : v < 0 ? "-inf" : "inf");
        return;
    }
    if (fabs(v) < 1e21 && v == trunc(v)) {
        snprintf(out, GF_NUMBER_SIZE, "%.0f", v == 0 ? 0.0 : v);
        return;
    }
    gf_format_double(v, shortest);
    snprintf(out, GF_NUMBER_SIZE, "%s", shortest);
}

void gf_sum_text(const struct gf_sum *sum, char out[GF_NUMBER_SIZE])
{
    if (sum->not_whole) {
        gf_real_text(gf_sum_value(sum), out);
        return;
    }
    char digits[48], *p = digits + sizeof digits;
    unsigned __int128 mag =
        sum->whole < 0 ? -(unsigned __int128)sum->whole : (unsigned __int128)sum->whole;
    *--p = '\0';
    do
        *--p = (char)('0' + (int)(mag % 10));
    while ((mag /= 10) != 0);
    if (sum->whole < 0)
        *--p = '-';
    snprintf(out, GF_NUMBER_SIZE, "%s", p);
}
