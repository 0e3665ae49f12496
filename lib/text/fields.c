/*
 * fields.c - separators, cutting, and lists of fields.
 *
 * A cutter keeps one growing array of slices into the record and never copies a byte. There are
 * three ways to cut: by memchr for a byte, by memmem for a string, and for blanks by comparing 16
 * bytes at once where SSE2 is there. `max` ends cutting early; the list of fields says how many it
 * needs, all of them when one counts from the end.
 */
#include "text/fields.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/sat.h"
#include "text/scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

/* The end of the run of bytes that are (or are not) blank at p. */
static inline const char *skip_blanks(const struct gf_sep *s, const char *p, const char *end)
{
    while (p < end && gf_sep_is_blank(s, *p))
        p++;
    return p;
}

#ifdef __SSE2__
/* A bit for each of 16 bytes that is blank. */
static inline unsigned blanks_of(const struct gf_sep *s, __m128i v)
{
    const __m128i space = _mm_set1_epi8(' '), tab = _mm_set1_epi8('\t'),
                  line = _mm_set1_epi8(s->newline_blank ? '\n' : ' ');
    __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, space), _mm_cmpeq_epi8(v, tab));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(hit, _mm_cmpeq_epi8(v, line)));
}

/* The first blank of the last bytes, of which there are 8 to 15: two times eight that overlap. */
static inline const char *skip_rest(const struct gf_sep *s, const char *p, const char *end)
{
    __m128i v = _mm_unpacklo_epi64(_mm_loadl_epi64((const void *)p),
                                   _mm_loadl_epi64((const void *)(end - 8)));
    unsigned bits = blanks_of(s, v), at = bits ? (unsigned)__builtin_ctz(bits) : 16;
    return at < 8 ? p + at : end - 16 + at;
}

static inline const char *skip_word(const struct gf_sep *s, const char *p, const char *end)
{
    for (; end - p >= 16; p += 16) {
        unsigned bits = blanks_of(s, _mm_loadu_si128((const void *)p));
        if (bits)
            return p + __builtin_ctz(bits);
    }
    if (end - p >= 8)
        return skip_rest(s, p, end);
    while (p < end && !gf_sep_is_blank(s, *p))
        p++;
    return p;
}
#else
/* Where the first blank of the eight bytes at p is; 8: there is none. */
static inline unsigned blank_in_eight(const struct gf_sep *s, const char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    uint64_t space = v ^ (ones * ' '), tab = v ^ (ones * '\t'),
             line = v ^ (ones * (s->newline_blank ? '\n' : ' '));
    /* A byte that is 0 has its high bit set, and the lowest of these is right. */
    uint64_t hit = ((space - ones) & ~space) | ((tab - ones) & ~tab) | ((line - ones) & ~line);
    hit &= highs;
    return hit ? (unsigned)__builtin_ctzll(hit) / 8 : 8;
}

static inline const char *skip_word(const struct gf_sep *s, const char *p, const char *end)
{
    while (end - p >= 8) {
        unsigned at = blank_in_eight(s, p);
        if (at < 8)
            return p + at;
        p = end - p >= 16 || end - p == 8 ? p + 8 : end - 8; /* the last eight may overlap */
    }
    while (p < end && !gf_sep_is_blank(s, *p))
        p++;
    return p;
}
#endif

static int cut_blanks(struct gf_cutter *c, const char *p, const char *end, size_t max)
{
    p = skip_blanks(c->sep, p, end);
    while (p < end && c->n < max) {
        const char *to = skip_word(c->sep, p, end);
        if (add_field(c, p, to) != 0)
            return -1;
        p = skip_blanks(c->sep, to, end);
    }
    return 0;
}

static int cut_byte(struct gf_cutter *c, const char *p, const char *end, size_t max)
{
    while (c->n < max) {
        const char *to = memchr(p, c->sep->bytes[0], (size_t)(end - p));
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

int gf_cutter_cut(struct gf_cutter *c, const char *rec, size_t len, size_t max)
{
    c->n = 0;
    if (c->sep->crlf && gf_slice_ends_in_cr((struct gf_slice){rec, len}))
        len--;
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

static inline struct gf_slice blank_field(const struct gf_sep *sep, const char *p, const char *end,
                                          size_t n)
{
    const char *to = p;
    for (p = skip_blanks(sep, p, end); p < end; p = skip_blanks(sep, to, end)) {
        to = skip_word(sep, p, end);
        if (--n == 0)
            return (struct gf_slice){p, (size_t)(to - p)};
    }
    return (struct gf_slice){"", 0};
}

struct gf_slice gf_field_at(const struct gf_sep *sep, struct gf_slice rec, size_t n)
{
    const char *p = rec.data, *end = p + rec.len;
    if (sep->blanks)
        return blank_field(sep, p, end, n);
    for (;;) {
        const char *to = sep->len == 1 ? memchr(p, sep->bytes[0], (size_t)(end - p))
                                       : memmem(p, (size_t)(end - p), sep->bytes, sep->len);
        if (--n == 0)
            return (struct gf_slice){p, (size_t)((to ? to : end) - p)};
        if (!to)
            return (struct gf_slice){"", 0};
        p = to + sep->len;
    }
}

void gf_fields_at(const struct gf_sep *sep, const struct gf_slice *rec, size_t count, size_t n,
                  struct gf_slice *field)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = rec[i].len - (sep->crlf && gf_slice_ends_in_cr(rec[i]));
        field[i] = sep->blanks ? blank_field(sep, rec[i].data, rec[i].data + len, n)
                               : gf_field_at(sep, (struct gf_slice){rec[i].data, len}, n);
    }
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
