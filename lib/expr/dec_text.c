/*
 * dec_text.c - decimals read and written.
 *
 * The first 38 digits are gathered in 128 bits, which is all there is to nearly every number. Of
 * one with more the first 76 go into a gf_wide; of the rest it only matters whether one is not 0,
 * which decides what looks like a tie.
 */
#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "expr/dec.h"
#include "expr/dec_parts.h"

enum {
    READ = 76,
    FAR = 100000000 /* an exponent that is out of range, whatever the digits */
};

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static int no_number(void)
{
    errno = EINVAL;
    return -1;
}

/* What the walk over the text finds. */
struct walk {
    gf_u128 low;        /* the last digits that were taken, of 38 at most */
    struct gf_wide all; /* those before them */
    int taken, in_low;
    bool more; /* one that was not taken is not 0 */
    int64_t exp;
    bool any, point;
};

static void flush(struct walk *w)
{
    struct gf_wide low;
    gf_wide_set(&low, w->low);
    gf_wide_scale(&w->all, w->in_low);
    gf_wide_add(&w->all, &low);
    w->low = 0;
    w->in_low = 0;
}

static inline void take(struct walk *w, char c)
{
    w->any = true;
    w->exp -= w->point;
    if (w->taken == 0 && c == '0')
        return;
    if (w->taken == READ) {
        w->more |= c != '0';
        w->exp++;
        return;
    }
    w->low = w->low * 10 + (unsigned)(c - '0');
    w->taken++;
    if (++w->in_low == GF_TEN_MOST)
        flush(w);
}

/* The exponent behind the e, which is the last of the text. */
static bool read_exponent(const char *p, const char *end, int64_t *out)
{
    bool minus = p < end && *p == '-';
    p += p < end && (*p == '-' || *p == '+');
    if (p == end)
        return false;
    int64_t e = 0;
    for (; p < end && is_digit(*p); p++)
        e = e < FAR ? e * 10 + (*p - '0') : e;
    *out += minus ? -e : e;
    return p == end;
}

/* A sign and at most 18 digits, a point among them: what most numbers are that are not whole. */
static bool read_short(struct gf_slice s, struct gf_dec *out)
{
    size_t i = s.len && s.data[0] == '-', from = i, point = s.len;
    int64_t all = 0;
    if (s.len - i > 18)
        return false;
    for (; i < s.len; i++) {
        unsigned digit = (unsigned char)s.data[i] - (unsigned)'0';
        if (digit <= 9)
            all = all * 10 + (int64_t)digit;
        else if (s.data[i] == '.' && point == s.len)
            point = i;
        else
            return false;
    }
    if (s.len - from - (point < s.len) == 0)
        return false;
    *out = (struct gf_dec){from ? -all : all, point < s.len ? (int)(point + 1) - (int)s.len : 0};
    return true;
}

int gf_dec_read(struct gf_slice s, struct gf_dec *out)
{
    if (read_short(s, out))
        return 0;
    const char *p = s.data, *end = s.data + s.len;
    struct walk w = {0};
    for (; p < end && is_blank(*p); p++)
        ;
    for (; end > p && is_blank(end[-1]); end--)
        ;
    bool minus = p < end && *p == '-';
    p += p < end && (*p == '-' || *p == '+');
    for (; p < end; p++) {
        if (is_digit(*p))
            take(&w, *p);
        else if (*p == '.' && !w.point)
            w.point = true;
        else
            break;
    }
    if (!w.any)
        return no_number();
    if (p < end && (((*p | 0x20) != 'e') || !read_exponent(p + 1, end, &w.exp)))
        return no_number();
    __int128 low = (__int128)w.low;
    if (w.all.n == 0 && w.exp > -GF_DEC_TOP && w.exp < GF_DEC_TOP &&
        gf_dec_settle(minus ? -low : low, (int)w.exp, out))
        return 0;
    flush(&w);
    return gf_dec_finish(&w.all, w.exp, minus, w.more, out);
}

static char *put_digits(char *p, const char *from, int n)
{
    memcpy(p, from, (size_t)n);
    return p + n;
}

static char *put_zeros(char *p, int n)
{
    memset(p, '0', (size_t)n);
    return p + n;
}

enum {
    PART = 19 /* digits: two parts are a coefficient */
};

/* All digits of v, below 2^127; how many. */
static int coefficient(gf_u128 v, char out[2 * GF_UINT_SIZE])
{
    if (v <= UINT64_MAX)
        return (int)gf_format_uint((uint64_t)v, out);
    char low[GF_UINT_SIZE];
    size_t n = gf_format_uint((uint64_t)(v / gf_ten[PART]), out);
    size_t len = gf_format_uint((uint64_t)(v % gf_ten[PART]), low);
    memcpy(put_zeros(out + n, (int)(PART - len)), low, len);
    return (int)n + PART;
}

size_t gf_dec_text(const struct gf_dec *d, char out[GF_DEC_SIZE])
{
    char digits[2 * GF_UINT_SIZE], *p = out;
    gf_u128 size = gf_dec_size(d->coef);
    if (d->exp == 0 && size == (uint64_t)size) {
        *p = '-';
        p += d->coef < 0;
        return (size_t)(p - out) + gf_format_uint((uint64_t)size, p);
    }
    int n = coefficient(size, digits);
    const char *from = digits;
    int first = d->exp + n - 1; /* the place of the first digit */
    if (d->coef < 0)
        *p++ = '-';
    if (d->exp >= 0 && (first <= GF_DEC_PLAIN || d->coef == 0)) {
        p = put_digits(p, from, n);
        p = put_zeros(p, d->coef ? d->exp : 0);
    } else if (d->exp < 0 && first >= 0) {
        p = put_digits(p, from, first + 1);
        *p++ = '.';
        p = put_digits(p, from + first + 1, n - first - 1);
    } else if (d->exp < 0 && first >= -GF_DEC_PLAIN) {
        p = put_zeros(p, 1);
        *p++ = '.';
        p = put_zeros(p, -first - 1);
        p = put_digits(p, from, n);
    } else {
        *p++ = *from;
        if (n > 1) {
            *p++ = '.';
            p = put_digits(p, from + 1, n - 1);
        }
        *p++ = 'E';
        *p++ = first < 0 ? '-' : '+';
        unsigned e = (unsigned)(first < 0 ? -first : first), tens = 1;
        for (; e / tens >= 10; tens *= 10)
            ;
        for (; tens; tens /= 10)
            *p++ = (char)('0' + e / tens % 10);
    }
    return (size_t)(p - out);
}
