/*
 * fields.c - separators, cutting, and lists of fields.
 *
 * A cutter keeps one growing array of slices into the record and never copies a byte. There are
 * four ways to cut: by memchr for a byte, by memmem for a string, by a splitter, and for blanks by
 * comparing 16 bytes at once where SSE2 is there. `max` ends cutting early; the list of fields says
 * how many it needs, all of them when one counts from the end.
 */
#include "text/fields.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/sat.h"
#include "text/blanks.h"
#include "text/scan.h"
#include "text/splitter.h"

/* ---- separators ------------------------------------------------------------------------------ */

void gf_sep_blanks(struct gf_sep *s, bool newline_blank)
{
    *s = (struct gf_sep){.blanks = true, .newline_blank = newline_blank, .len = 1, .bytes = " "};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The escape at s (a backslash): its byte, and *used. -1 when there is none such. */
static int escape(const char *s, size_t len, size_t *used)
{
    static const char names[] = "tnr0\\", bytes[] = "\t\n\r\0\\";
    *used = 2;
    if (len < 2)
        return -1;
    const char *at = memchr(names, s[1], sizeof names - 1);
    if (at)
        return (unsigned char)bytes[at - names];
    *used = 4;
    if (s[1] != 'x' || len < 4 || hex_digit(s[2]) < 0 || hex_digit(s[3]) < 0)
        return -1;
    return hex_digit(s[2]) * 16 + hex_digit(s[3]);
}

int gf_unescape(struct gf_buf *b, const char *text, size_t len, struct gf_perr *e)
{
    for (size_t i = 0; i < len;) {
        size_t used = 1;
        int c = (unsigned char)text[i];
        if (c == '\\')
            c = escape(text + i, len - i, &used);
        if (c < 0)
            return gf_perr_set(e, i, len - i < 2 ? 1 : 2, "escapes are \\t \\n \\r \\0 \\\\ \\xHH",
                               "unknown escape");
        if (gf_buf_putc(b, (char)c) != 0)
            return -1;
        i += used;
    }
    return 0;
}

int gf_sep_parse(struct gf_sep *s, const char *text, size_t len, struct gf_perr *e)
{
    struct gf_buf b = GF_BUF_INIT(GF_SEP_MAX);
    *s = (struct gf_sep){0};
    int r = gf_unescape(&b, text, len, e);
    if (r != 0 && b.failed && errno == EOVERFLOW)
        gf_perr_say(e, 0, len, NULL, "a separator has at most %d bytes", GF_SEP_MAX);
    else if (r == 0 && b.len == 0)
        r = gf_perr_set(e, 0, 0, NULL, "the separator is empty");
    if (r == 0) {
        memcpy(s->bytes, b.data, b.len);
        s->len = b.len;
    }
    gf_buf_release(&b);
    return r;
}

/* ---- cutting --------------------------------------------------------------------------------- */

void gf_cutter_init(struct gf_cutter *c, const struct gf_sep *sep)
{
    *c = (struct gf_cutter){.sep = sep};
}

void gf_cutter_release(struct gf_cutter *c)
{
    free(c->field);
    if (c->matcher)
        c->sep->splitter->release(c->matcher);
    *c = (struct gf_cutter){.sep = c->sep};
}

static int grow(struct gf_cutter *c)
{
    size_t cap = c->cap ? gf_sat_mul(c->cap, 2) : 32;
    struct gf_slice *field = realloc(c->field, gf_sat_mul(cap, sizeof *field));
    if (!field)
        return -1;
    c->field = field;
    c->cap = cap;
    return 0;
}

static inline int add_field(struct gf_cutter *c, const char *from, const char *to)
{
    if (c->n == c->cap && grow(c) != 0)
        return -1;
    c->field[c->n++] = (struct gf_slice){from, (size_t)(to - from)};
    return 0;
}

static int cut_blanks(struct gf_cutter *c, const char *p, const char *end, size_t max)
{
    p = gf_skip_blanks(c->sep, p, end);
    while (p < end && c->n < max) {
        const char *to = gf_skip_word(c->sep, p, end);
        if (add_field(c, p, to) != 0)
            return -1;
        p = gf_skip_blanks(c->sep, to, end);
    }
    return 0;
}

#define ONES (~UINT64_C(0) / 255) /* 1 in each byte */

/* Where the first byte of x that is 0 stands, in bytes from the front of memory; 8: there is none.
 * Source: Hacker's Delight, 6-1. Only the first one is sure to be found by it. */
static inline unsigned first_zero(uint64_t x)
{
    uint64_t at = (x - ONES) & ~x & (ONES << 7);
    return at ? (unsigned)__builtin_ctzll(at) / 8 : 8;
}

/* memchr, whose call costs more than sixteen bytes do: the first eight, then the last eight. */
static inline const char *find_byte(const char *p, const char *end, char c)
{
    uint64_t x, all = ONES * (unsigned char)c;
    uint32_t half[2];
    unsigned at;
    size_t n = (size_t)(end - p);
    if (n > 2 * sizeof x || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
        return memchr(p, c, n);
    if (n < sizeof *half) {
        while (p < end && *p != c)
            p++;
        return p < end ? p : NULL;
    }
    if (n < sizeof x) {
        memcpy(&half[0], p, sizeof *half);
        memcpy(&half[1], end - sizeof *half, sizeof *half);
        at = first_zero(((uint64_t)half[1] << 32 | half[0]) ^ all);
        return at < 4 ? p + at : at < 8 ? end - 8 + at : NULL;
    }
    memcpy(&x, p, sizeof x);
    at = first_zero(x ^ all);
    if (at < sizeof x)
        return p + at;
    memcpy(&x, end - sizeof x, sizeof x);
    at = first_zero(x ^ all);
    return at < sizeof x ? end - sizeof x + at : NULL;
}

static int cut_byte(struct gf_cutter *c, const char *p, const char *end, size_t max)
{
    while (c->n < max) {
        const char *to = find_byte(p, end, c->sep->bytes[0]);
        if (add_field(c, p, to ? to : end) != 0)
            return -1;
        if (!to)
            break;
        p = to + 1;
    }
    return 0;
}

static int cut_string(struct gf_cutter *c, const char *p, const char *end, size_t max)
{
    while (c->n < max) {
        const char *to = memmem(p, (size_t)(end - p), c->sep->bytes, c->sep->len);
        if (add_field(c, p, to ? to : end) != 0)
            return -1;
        if (!to)
            break;
        p = to + c->sep->len;
    }
    return 0;
}

static int cut_pattern(struct gf_cutter *c, struct gf_slice rec, size_t max)
{
    const struct gf_splitter *splitter = c->sep->splitter;
    size_t from = 0, start, end;
    if (!c->matcher && !(c->matcher = splitter->open(splitter)))
        return -1;
    while (c->n < max) {
        int got = splitter->find(c->matcher, rec, from, &start, &end);
        if (got < 0 || add_field(c, rec.data + from, rec.data + (got ? start : rec.len)) != 0)
            return -1;
        if (!got)
            break;
        from = end;
    }
    return 0;
}

int gf_cutter_cut(struct gf_cutter *c, const char *rec, size_t len, size_t max)
{
    c->n = 0;
    if (c->sep->crlf && gf_slice_ends_in_cr((struct gf_slice){rec, len}))
        len--;
    if (c->sep->splitter)
        return cut_pattern(c, (struct gf_slice){rec ? rec : "", len}, max);
    if (c->sep->blanks)
        return cut_blanks(c, rec, rec + len, max);
    if (c->sep->len == 1)
        return cut_byte(c, rec, rec + len, max);
    return cut_string(c, rec, rec + len, max);
}

struct gf_slice gf_cutter_get(const struct gf_cutter *c, int64_t at)
{
    if (at < 0)
        at += (int64_t)c->n + 1;
    if (at < 1 || (uint64_t)at > c->n)
        return (struct gf_slice){"", 0};
    return c->field[at - 1];
}

/* ---- lists ----------------------------------------------------------------------------------- */

static const char list_hint[] = "a list of fields is like 2 or 3,1 or 2- or -1 or 1,3-5";

/* One end of a range: digits with an optional minus. *at moves behind it. */
static int parse_end(const char *text, size_t len, size_t *at, int64_t *out, struct gf_perr *e)
{
    size_t from = *at, i = from;
    if (i < len && text[i] == '-')
        i++;
    size_t digits = i;
    while (i < len && text[i] >= '0' && text[i] <= '9')
        i++;
    if (i == digits)
        return gf_perr_set(e, from, i < len ? 1 : 0, list_hint, "a field number is missing");
    struct gf_perr why = {0};
    if (gf_parse_int(text + from, i - from, -INT_MAX, INT_MAX, out, &why) != 0)
        return gf_perr_set(e, from, i - from, NULL, "%s", why.what);
    if (*out == 0)
        return gf_perr_set(e, from, i - from, NULL, "fields are counted from 1");
    *at = i;
    return 0;
}

static int parse_range(const char *text, size_t len, size_t *at, struct gf_field_range *r,
                       struct gf_perr *e)
{
    size_t from = *at;
    if (parse_end(text, len, at, &r->lo, e) != 0)
        return -1;
    r->hi = r->lo;
    if (*at < len && text[*at] == '-') {
        ++*at;
        r->hi = -1;
        if (*at < len && text[*at] != ',' && parse_end(text, len, at, &r->hi, e) != 0)
            return -1;
    }
    if (*at < len && text[*at] != ',')
        return gf_perr_set(e, *at, 1, list_hint, "a field list does not hold '%c'", text[*at]);
    if ((r->lo > 0) == (r->hi > 0) && r->lo > r->hi)
        return gf_perr_set(e, from, *at - from, NULL, "the range ends before it begins");
    return 0;
}

int gf_field_list_parse(struct gf_field_list *l, const char *text, size_t len, struct gf_perr *e)
{
    *l = (struct gf_field_list){0};
    size_t at = 0;
    for (;;) {
        struct gf_field_range r;
        if (parse_range(text, len, &at, &r, e) != 0)
            break;
        struct gf_field_range *more = realloc(l->range, (l->n + 1) * sizeof *more);
        if (!more)
            break;
        l->range = more;
        l->range[l->n++] = r;
        size_t need = r.lo < 0 || r.hi < 0 ? SIZE_MAX : (size_t)r.hi;
        if (need > l->need)
            l->need = need;
        if (at == len)
            return 0;
        at++;
    }
    gf_field_list_release(l);
    return -1;
}

void gf_field_list_release(struct gf_field_list *l)
{
    free(l->range);
    *l = (struct gf_field_list){0};
}

bool gf_field_list_single(const struct gf_field_list *l)
{
    return l->n == 1 && l->range[0].lo == l->range[0].hi;
}

int gf_field_list_each(const struct gf_field_list *l, const struct gf_cutter *c,
                       int (*add)(void *to, struct gf_slice field), void *to)
{
    for (size_t i = 0; i < l->n; i++) {
        struct gf_field_range r = l->range[i];
        if (r.lo == r.hi) {
            if (add(to, gf_cutter_get(c, r.lo)) != 0)
                return -1;
            continue;
        }
        int64_t n = (int64_t)c->n;
        int64_t lo = r.lo < 0 ? r.lo + n + 1 : r.lo, hi = r.hi < 0 ? r.hi + n + 1 : r.hi;
        for (lo = lo < 1 ? 1 : lo, hi = hi > n ? n : hi; lo <= hi; lo++)
            if (add(to, c->field[lo - 1]) != 0)
                return -1;
    }
    return 0;
}
