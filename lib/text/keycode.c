/*
 * keycode.c - each kind of key has an encoder whose bytes memcmp orders.
 *
 * A number is the sign and exponent in one byte (nine for large exponents), then groups of seven
 * bytes, each sixteen digits as a binary number and a bit that says whether more follow. So a
 * number of up to sixteen digits is eight bytes, which is what text/order.h compares without a look
 * at the key. A negative number has all its bytes inverted. A float has the same digits; what is no
 * number, nan and the infinities are single bytes that no digits begin with. Text that another part
 * follows has its zero bytes marked and ends with two zeros.
 */
#include "text/keycode.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "text/letters.h"
#include "text/number.h"
#include "text/version.h"

enum {
    GROUP = 16,            /* digits in seven bytes, with one bit: 2 * 10^16 < 2^56 */
    SMALL_EXPONENT = 0x30, /* that a byte has room for */
};

static bool is_blank(const struct gf_key_order *o, char c)
{
    return c == ' ' || c == '\t' || (c == '\n' && o->newline_blank);
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static char fold_byte(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/* What d leaves is printable but for blanks, so i changes nothing beside it, as in sort(1). */
static bool ignored(const struct gf_key_order *o, char c)
{
    if (o->dictionary)
        return !is_alnum(c) && !is_blank(o, c);
    return o->printable && ((unsigned char)c < 32 || (unsigned char)c > 126);
}

/* What the bytes at s become, without regard to case: bytes in out; *used are those they had. */
static size_t fold_step(const struct gf_key_order *o, const char *s, size_t len, char out[4],
                        size_t *used)
{
    if (o->utf8 && (unsigned char)*s >= 0x80)
        return gf_letter_step(s, len, gf_letter_fold, out, used);
    out[0] = fold_byte(*s);
    *used = 1;
    return 1;
}

int gf_key_put_bytes(struct gf_buf *b, const struct gf_key_order *o, struct gf_slice s, bool last)
{
    if (gf_buf_reserve(b, s.len * 2 + 2) != 0)
        return -1;
    char *p = b->data + b->len;
    for (size_t i = 0, used = 1; i < s.len; i += used) {
        char to[4] = {s.data[i]};
        size_t n = o->fold ? fold_step(o, s.data + i, s.len - i, to, &used) : 1;
        for (size_t k = 0; k < n; k++) {
            if (ignored(o, to[k]))
                continue;
            *p++ = to[k];
            if (to[k] == '\0' && !last)
                *p++ = 1;
        }
    }
    if (!last) {
        *p++ = 0;
        *p++ = 0;
    }
    b->len = (size_t)(p - b->data);
    return 0;
}

/* The digits of a number as in sort -n: no exponent, no plus, no limit. */
struct digits {
    const char *whole, *frac; /* without zeros in front of whole */
    size_t whole_len, frac_len;
    uint64_t value; /* of whole and frac as one number, while they are at most GROUP digits */
    bool negative;
    const char *end;
};

static struct digits read_digits(struct gf_slice s)
{
    const char *p = s.data, *end = s.data + s.len;
    struct digits d = {0};
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n'))
        p++;
    if (p < end && *p == '-') {
        d.negative = true;
        p++;
    }
    while (p < end && *p == '0')
        p++;
    for (d.whole = p; p < end && *p >= '0' && *p <= '9'; p++)
        d.value = d.value * 10 + (unsigned)(*p - '0');
    d.whole_len = (size_t)(p - d.whole);
    if (p < end && *p == '.') {
        for (d.frac = ++p; p < end && *p >= '0' && *p <= '9'; p++)
            d.value = d.value * 10 + (unsigned)(*p - '0');
        d.frac_len = (size_t)(p - d.frac);
    }
    d.end = p;
    return d;
}

/* 0.d1d2... times 10 to the exponent, d1 not zero: a byte for small exponents, nine for others. */
static void put_exponent(struct gf_buf *b, int64_t e)
{
    if (e >= -SMALL_EXPONENT && e <= SMALL_EXPONENT) {
        gf_buf_putc(b, (char)(0xC0 + e));
        return;
    }
    uint64_t v = (uint64_t)e ^ (UINT64_C(1) << 63);
    gf_buf_putc(b, (char)(e < 0 ? 0x88 : 0xF8));
    for (int shift = 56; shift >= 0; shift -= 8)
        gf_buf_putc(b, (char)(v >> shift));
}

/* A byte and seven more as they are compared, of a number in eight. */
static int put_eight(struct gf_buf *b, unsigned first, uint64_t seven, bool negative)
{
    uint64_t v = (uint64_t)first << 56 | seven;
    if ((b->cap - b->len <= sizeof v || b->failed) && gf_buf_reserve(b, sizeof v) != 0)
        return -1;
    v = negative ? ~v : v;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    memcpy(b->data + b->len, &v, sizeof v);
    b->len += sizeof v;
    return 0;
}

/* Seven bytes: GROUP digits, behind which `more` says whether others follow that are not all 0. */
static uint64_t group_code(uint64_t digits, bool more)
{
    return digits << 1 | more;
}

/* 0.DIGITS * 10^top; the digits begin with one that is not 0 and may have a point. */
static int put_digits(struct gf_buf *b, struct gf_slice digits, int64_t top, bool negative)
{
    size_t n = digits.len, start = b->len, i = 0;
    while (n && (digits.data[n - 1] == '0' || digits.data[n - 1] == '.'))
        n--;
    if (n == 0)
        return put_eight(b, 0x80, 0, false);
    put_exponent(b, top);
    if (gf_buf_reserve(b, (n / GROUP + 1) * 7) != 0)
        return -1;
    while (i < n) {
        uint64_t v = 0;
        for (unsigned left = GROUP; left; left--) {
            i += i < n && digits.data[i] == '.';
            v = v * 10 + (i < n ? (unsigned)(digits.data[i++] - '0') : 0);
        }
        v = group_code(v, i < n);
        for (int shift = 48; shift >= 0; shift -= 8)
            b->data[b->len++] = (char)(v >> shift);
    }
    if (negative)
        for (i = start; i < b->len; i++)
            b->data[i] = (char)~b->data[i];
    return 0;
}

static int put_number(struct gf_buf *b, const struct digits *d)
{
    int64_t top = (int64_t)d->whole_len;
    size_t n = d->whole_len + d->frac_len;
    if (n <= GROUP && d->value) {
        if (d->whole_len == 0) /* zeros behind the point are in front of the value */
            for (const char *p = d->frac; *p == '0'; p++, n--)
                top--;
        return put_eight(b, (unsigned)(0xC0 + top),
                         group_code(d->value * gf_powers_of_ten[GROUP - n], false), d->negative);
    }
    struct gf_slice s = {d->whole, d->whole_len + (d->frac_len ? 1 + d->frac_len : 0)};
    if (d->whole_len == 0)
        for (s = (struct gf_slice){d->frac, d->frac_len}; s.len && *s.data == '0';
             s.data++, s.len--)
            top--;
    return put_digits(b, s, top, d->negative);
}

static int put_human(struct gf_buf *b, struct gf_slice s)
{
    static const char units[] = "KMGTPEZYRQ";
    struct digits d = read_digits(s);
    int rank = 0;
    size_t frac = d.frac_len;
    while (frac && d.frac[frac - 1] == '0')
        frac--;
    if (d.end < s.data + s.len && (d.whole_len || frac)) {
        char c = *d.end == 'k' ? 'K' : *d.end;
        const char *unit = c ? strchr(units, c) : NULL;
        rank = unit ? (int)(unit - units) + 1 : 0;
    }
    gf_buf_putc(b, (char)(128 + (d.negative ? -rank : rank)));
    return put_number(b, &d);
}

static int put_float(struct gf_buf *b, struct gf_slice s)
{
    struct gf_number n;
    if (gf_number_read(s, &n) == 0)
        return gf_buf_putc(b, 0);
    if (n.kind == GF_NUMBER_NAN)
        return gf_buf_putc(b, 1);
    if (n.kind == GF_NUMBER_INFINITE)
        return gf_buf_putc(b, (char)(n.brief.negative ? 2 : 0xFD));
    return put_digits(b, n.digits, n.top, n.brief.negative);
}

static int put_month(struct gf_buf *b, const struct gf_key_order *o, struct gf_slice s)
{
    static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    char month = 0;
    while (s.len && is_blank(o, *s.data)) {
        s.data++;
        s.len--;
    }
    for (size_t i = 0; i < 12 && s.len >= 3; i++)
        if (fold_byte(s.data[0]) == names[3 * i] && fold_byte(s.data[1]) == names[3 * i + 1] &&
            fold_byte(s.data[2]) == names[3 * i + 2])
            month = (char)(i + 1);
    return gf_buf_putc(b, month);
}

/* A hash decides the order, and the bytes behind it keep different keys apart. */
static int put_random(struct gf_buf *b, const struct gf_key_order *o, struct gf_slice s,
                      uint64_t seed)
{
    size_t at = b->len;
    if (gf_buf_add(b, "01234567", 8) != 0 || gf_key_put_bytes(b, o, s, false) != 0)
        return -1;
    uint64_t h = XXH3_64bits_withSeed(b->data + at + 8, b->len - at - 8, seed);
    for (int i = 0; i < 8; i++)
        b->data[at + (size_t)i] = (char)(h >> (56 - 8 * i));
    return 0;
}

int gf_key_put(struct gf_buf *b, const struct gf_key_order *o, uint64_t seed, struct gf_slice s,
               bool last)
{
    struct digits d;
    switch (o->type) {
    case GF_KEY_NUMBER:
        d = read_digits(s);
        return put_number(b, &d);
    case GF_KEY_FLOAT:
        return put_float(b, s);
    case GF_KEY_HUMAN:
        return put_human(b, s);
    case GF_KEY_VERSION:
        return gf_version_key(b, s);
    case GF_KEY_MONTH:
        return put_month(b, o, s);
    case GF_KEY_RANDOM:
        return put_random(b, o, s, seed);
    case GF_KEY_BYTES:
        break;
    }
    return gf_key_put_bytes(b, o, s, last && !o->reverse);
}
