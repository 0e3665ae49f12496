/*
 * number.c - one walk over the text finds the digits, the point and the exponent.
 *
 * The walk gathers the first 19 digits as an integer, which is all there is to most numbers; of the
 * others the digits stay where they are, in the text, and are compared there. Hexadecimals are the
 * odd ones out: hexnum.c writes their decimal digits into the number.
 */
#include "text/number.h"

#include <math.h>
#include <stdio.h>

#include "base/json.h"
#include "text/hexnum.h"

const uint64_t gf_powers_of_ten[GF_POWER_MOST + 1] = {UINT64_C(1),
                                                      UINT64_C(10),
                                                      UINT64_C(100),
                                                      UINT64_C(1000),
                                                      UINT64_C(10000),
                                                      UINT64_C(100000),
                                                      UINT64_C(1000000),
                                                      UINT64_C(10000000),
                                                      UINT64_C(100000000),
                                                      UINT64_C(1000000000),
                                                      UINT64_C(10000000000),
                                                      UINT64_C(100000000000),
                                                      UINT64_C(1000000000000),
                                                      UINT64_C(10000000000000),
                                                      UINT64_C(100000000000000),
                                                      UINT64_C(1000000000000000),
                                                      UINT64_C(10000000000000000),
                                                      UINT64_C(100000000000000000),
                                                      UINT64_C(1000000000000000000)};

enum {
    KEPT = 19, /* digits that always fit in 64 bits */
    WIDEST = 30000,
    ZEROS = 38 /* what the exponent of a whole number may add */
};

static const int64_t huge = INT64_C(100000000000000000); /* 10^17: exponents end here */

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* An exponent at *at, if there is one; *at behind it. */
static int64_t read_exponent(const char *p, size_t len, size_t *at)
{
    size_t i = *at + 1;
    bool minus = i < len && p[i] == '-';
    i += i < len && (p[i] == '-' || p[i] == '+');
    if (i >= len || !is_digit(p[i]))
        return 0;
    int64_t e = 0;
    for (; i < len && is_digit(p[i]); i++)
        e = e < huge ? e * 10 + (p[i] - '0') : e;
    *at = i;
    e = e < huge ? e : huge;
    return minus ? -e : e;
}

static inline size_t skip_zeros(const char *p, size_t len, size_t i)
{
    while (i < len && p[i] == '0')
        i++;
    return i;
}

/* Digits from i on into *mant, which means nothing after more than 19 of them. */
static inline size_t read_digits(const char *p, size_t len, size_t i, uint64_t *mant)
{
    for (unsigned n = 8; n == 8 && i + 8 <= len; i += n) {
        uint64_t v = 0;
        n = gf_eight_digits(p + i, &v);
        *mant = *mant * gf_powers_of_ten[n] + v;
    }
    for (; i < len && is_digit(p[i]); i++)
        *mant = *mant * 10 + (uint64_t)(p[i] - '0');
    return i;
}

/* Digits with a point and an exponent, from i on. Bytes used in all, 0: no digits. */
static size_t read_decimal(const char *p, size_t len, size_t i, struct gf_number *n)
{
    size_t start = i, first = skip_zeros(p, len, i), behind = 0;
    uint64_t mant = 0;
    i = read_digits(p, len, first, &mant);
    size_t end = i, kept = i - first, any = i - start;
    if (i < len && p[i] == '.') {
        size_t point = i, from = kept ? i + 1 : skip_zeros(p, len, i + 1);
        i = read_digits(p, len, from, &mant);
        first = kept ? first : from;
        end = i;
        kept += i - from;
        behind = i - point - 1;
    }
    if (any + behind == 0)
        return 0;
    int64_t e = i < len && (p[i] | 0x20) == 'e' ? read_exponent(p, len, &i) : 0;
    n->kind = GF_NUMBER_FINITE;
    n->digits = (struct gf_slice){p + first, kept ? end - first : 0};
    n->last = e - (int64_t)behind;
    n->top = n->last + (int64_t)kept;
    n->brief.mant = mant;
    n->brief.exp10 = kept ? (int)n->last : 0;
    n->brief.fits = kept == 0 || (kept <= KEPT && n->last >= -WIDEST && n->last <= WIDEST);
    return i;
}

/* The decimal digits that hexnum.c found, as a number. */
static void take_hex(struct gf_number *n, const struct gf_hexnum *h)
{
    n->kind = h->infinite ? GF_NUMBER_INFINITE : GF_NUMBER_FINITE;
    n->digits = (struct gf_slice){n->room, h->n};
    n->last = h->exp10;
    n->top = h->exp10 + (int64_t)h->n;
    n->brief.mant = 0;
    n->brief.exp10 = h->n ? h->exp10 : 0;
    n->brief.fits = !h->infinite && h->n <= KEPT;
    for (size_t i = 0; i < h->n && n->brief.fits; i++)
        n->brief.mant = n->brief.mant * 10 + (uint64_t)(n->room[i] - '0');
}

static bool starts(const char *p, size_t len, size_t at, const char *word)
{
    for (; *word; word++, at++)
        if (at >= len || (p[at] | 0x20) != *word)
            return false;
    return true;
}

/* inf, infinity, nan, nan(letters): where the word ends, 0: none. */
static size_t read_word(const char *p, size_t len, size_t at, struct gf_number *n)
{
    n->digits.len = 0;
    n->brief.fits = false;
    if (starts(p, len, at, "inf")) {
        n->kind = GF_NUMBER_INFINITE;
        return at + (starts(p, len, at, "infinity") ? 8 : 3);
    }
    if (!starts(p, len, at, "nan"))
        return 0;
    n->kind = GF_NUMBER_NAN;
    size_t end = at + 3, i = end + 1;
    if (end >= len || p[end] != '(')
        return end;
    while (i < len &&
           (is_digit(p[i]) || p[i] == '_' || ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'z')))
        i++;
    return i < len && p[i] == ')' ? i + 1 : end;
}

size_t gf_number_read(struct gf_slice s, struct gf_number *n)
{
    const char *p = s.data;
    size_t at = 0;
    while (at < s.len && (p[at] == ' ' || (p[at] >= '\t' && p[at] <= '\r')))
        at++;
    n->brief.negative = at < s.len && p[at] == '-';
    at += at < s.len && (p[at] == '-' || p[at] == '+');
    if (at + 2 < s.len && p[at] == '0' && (p[at + 1] | 0x20) == 'x') {
        struct gf_hexnum h;
        size_t used = gf_hexnum_read((struct gf_slice){p + at, s.len - at}, &h, n->room);
        if (used) {
            take_hex(n, &h);
            return at + used;
        }
    }
    size_t used = read_decimal(p, s.len, at, n);
    return used ? used : read_word(p, s.len, at, n);
}

bool gf_number_all(struct gf_slice s, struct gf_number *n)
{
    return s.len && gf_number_read(s, n) == s.len && n->kind != GF_NUMBER_NAN;
}

/* ---- comparing ------------------------------------------------------------------------------- */

int gf_brief_compare(const struct gf_brief *a, const struct gf_brief *b, bool *known)
{
    int apart = a->exp10 - b->exp10, most = GF_POWER_MOST;
    *known = true;
    if (a->mant == 0 || b->mant == 0 || a->negative != b->negative) {
        int x = a->mant == 0 ? 0 : a->negative ? -1 : 1;
        int y = b->mant == 0 ? 0 : b->negative ? -1 : 1;
        return (x > y) - (x < y);
    }
    *known = apart >= -most && apart <= most;
    if (!*known)
        return 0;
    if (apart == 0)
        return (a->mant > b->mant) == a->negative ? -(a->mant != b->mant) : a->mant != b->mant;
    unsigned __int128 x = a->mant, y = b->mant;
    if (apart > 0)
        x *= gf_powers_of_ten[apart];
    else if (apart < 0)
        y *= gf_powers_of_ten[-apart];
    int c = (x > y) - (x < y);
    return a->negative ? -c : c;
}

/* By digits; zeros at the end of one are no difference. */
static int compare_digits(struct gf_slice a, struct gf_slice b)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        i += i < a.len && a.data[i] == '.';
        j += j < b.len && b.data[j] == '.';
        if (i >= a.len && j >= b.len)
            return 0;
        char x = i < a.len ? a.data[i] : '0', y = j < b.len ? b.data[j] : '0';
        if (x != y)
            return x > y ? 1 : -1;
    }
}

/* -2 and 2 are infinite, 0 is zero, else the sign. */
static int rank(const struct gf_number *n)
{
    int r = n->kind == GF_NUMBER_INFINITE ? 2 : n->digits.len != 0;
    return n->brief.negative ? -r : r;
}

int gf_number_compare(const struct gf_number *a, const struct gf_number *b)
{
    bool known = false;
    int c = a->brief.fits && b->brief.fits ? gf_brief_compare(&a->brief, &b->brief, &known) : 0;
    if (known)
        return c;
    int x = rank(a), y = rank(b);
    if (x != y || x == 0 || x == 2 || x == -2)
        return (x > y) - (x < y);
    c = a->top != b->top ? (a->top > b->top ? 1 : -1) : compare_digits(a->digits, b->digits);
    return a->brief.negative ? -c : c;
}

bool gf_number_is_whole(const struct gf_number *n)
{
    if (n->last >= 0)
        return n->digits.len == 0 || n->last <= ZEROS;
    int64_t place = n->last;
    for (size_t i = n->digits.len; i > 0 && place < 0; i--) {
        if (n->digits.data[i - 1] == '.')
            continue;
        if (n->digits.data[i - 1] != '0')
            return false;
        place++;
    }
    return true;
}

void gf_real_text(double v, char out[GF_NUMBER_SIZE])
{
    if (isnan(v) || isinf(v))
        snprintf(out, GF_NUMBER_SIZE, "%s", isnan(v) ? "nan" : v < 0 ? "-inf" : "inf");
    else if (fabs(v) < 1e21 && v == trunc(v))
        snprintf(out, GF_NUMBER_SIZE, "%.0f", v == 0 ? 0.0 : v);
    else
        gf_format_double(v, out);
}
