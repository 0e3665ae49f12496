/* keys.c - see keys.h. */
#include "text/keys.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/num.h"
#include "text/number.h"
#include "text/version.h"

void gf_keyspec_init(struct gf_keyspec *k, const struct gf_sep *sep, uint64_t seed)
{
    *k = (struct gf_keyspec){.sep = *sep, .seed = seed};
}

void gf_keyspec_release(struct gf_keyspec *k)
{
    free(k->key);
    k->key = NULL;
    k->n = 0;
}

/* ---- parsing -----------------------------------------------------------------------------------
 */

static int push(struct gf_keyspec *k, struct gf_key key)
{
    struct gf_key *more = realloc(k->key, (k->n + 1) * sizeof *more);
    if (!more)
        return -1;
    k->key = more;
    k->key[k->n++] = key;
    return 0;
}

static int set_type(struct gf_key_order *o, enum gf_key_type type, size_t at, struct gf_perr *e)
{
    if (o->type != GF_KEY_BYTES && o->type != type)
        return gf_perr_set(e, at, 1, NULL, "a key is of one kind only: one of n, g, h, V, M, R");
    o->type = type;
    return 0;
}

/* The letters of one key from *at on. `end`: they follow the end of the key (only b differs). */
static int parse_letters(const char *text, size_t len, size_t *at, struct gf_key_order *o, bool end,
                         struct gf_perr *e)
{
    static const char kinds[] = "nghVMR";
    for (; *at < len && text[*at] != ','; ++*at) {
        const char *kind = memchr(kinds, text[*at], sizeof kinds - 1);
        if (kind) {
            if (set_type(o, (enum gf_key_type)(GF_KEY_NUMBER + (kind - kinds)), *at, e) != 0)
                return -1;
            continue;
        }
        switch (text[*at]) {
        case 'b':
            *(end ? &o->skip_end : &o->skip_start) = true;
            break;
        case 'd':
            o->dictionary = true;
            break;
        case 'f':
            o->fold = true;
            break;
        case 'i':
            o->printable = true;
            break;
        case 'r':
            o->reverse = true;
            break;
        default:
            return gf_perr_set(e, *at, 1, "the letters of a key are b d f g h i M n r R V",
                               "unknown letter");
        }
    }
    return 0;
}

static int parse_place(const char *text, size_t len, size_t *at, size_t *out, const char *what,
                       bool zero, struct gf_perr *e)
{
    size_t from = *at;
    uint64_t v;
    while (*at < len && text[*at] >= '0' && text[*at] <= '9')
        ++*at;
    if (*at == from)
        return gf_perr_set(e, from, from < len ? 1 : 0, "a key is like 2,2n or 1.3,1.5",
                           "the %s is missing", what);
    if (gf_parse_count(text + from, *at - from, 0, INT_MAX, &v, NULL) != 0)
        v = INT_MAX;
    if (v == 0 && !zero)
        return gf_perr_set(e, from, *at - from, NULL, "the %s is zero: they count from 1", what);
    *out = (size_t)v;
    return 0;
}

/* `F[.C]`, to places counted from 0; as the end of a key the character may be 0 (the field's end).
 */
static int parse_position(const char *text, size_t len, size_t *at, size_t *field, size_t *chr,
                          bool end, struct gf_perr *e)
{
    if (parse_place(text, len, at, field, "field number", false, e) != 0)
        return -1;
    --*field;
    *chr = 0;
    if (*at == len || text[*at] != '.')
        return 0;
    ++*at;
    if (parse_place(text, len, at, chr, "character", end, e) != 0)
        return -1;
    *chr -= !end;
    return 0;
}

int gf_keyspec_add_posix(struct gf_keyspec *k, const char *text, size_t len, struct gf_perr *e)
{
    struct gf_key key = {.to_field = SIZE_MAX};
    size_t at = 0;
    if (parse_position(text, len, &at, &key.from_field, &key.from_char, false, e) != 0 ||
        parse_letters(text, len, &at, &key.order, false, e) != 0)
        return -1;
    if (at < len) {
        at++;
        if (parse_position(text, len, &at, &key.to_field, &key.to_char, true, e) != 0 ||
            parse_letters(text, len, &at, &key.order, true, e) != 0)
            return -1;
        if (at < len)
            return gf_perr_set(e, at, len - at, NULL, "a key has one start and one end");
    }
    return push(k, key);
}

int gf_keyspec_add_fields(struct gf_keyspec *k, const char *text, size_t len, struct gf_perr *e)
{
    for (size_t at = 0;; at++) {
        struct gf_key key = {0};
        bool minus = at < len && text[at] == '-';
        size_t field;
        at += minus;
        if (parse_place(text, len, &at, &field, "field number", false, e) != 0 ||
            parse_letters(text, len, &at, &key.order, false, e) != 0)
            return -1;
        key.range.lo = key.range.hi = minus ? -(int64_t)field : (int64_t)field;
        if (push(k, key) != 0)
            return -1;
        if (at == len)
            return 0;
    }
}

int gf_keyspec_add_list(struct gf_keyspec *k, const struct gf_field_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (push(k, (struct gf_key){.range = l->range[i]}) != 0)
            return -1;
    return 0;
}

static bool order_unset(const struct gf_key_order *o)
{
    return o->type == GF_KEY_BYTES && !o->reverse && !o->fold && !o->dictionary && !o->printable &&
           !o->skip_start && !o->skip_end;
}

static bool copies(const struct gf_key_order *o)
{
    return o->type != GF_KEY_BYTES || o->reverse || o->fold || o->dictionary || o->printable;
}

int gf_keyspec_seal(struct gf_keyspec *k, const struct gf_key_order *global)
{
    if (k->n == 0 && push(k, (struct gf_key){.whole = true}) != 0)
        return -1;
    for (size_t i = 0; i < k->n; i++) {
        struct gf_key *key = &k->key[i];
        if (order_unset(&key->order))
            key->order = *global;
        struct gf_field_range r = key->range;
        size_t need = r.lo < 0 || r.hi < 0 ? SIZE_MAX : (size_t)r.hi;
        if (need > k->need)
            k->need = need;
    }
    struct gf_key first = k->key[0];
    k->plain = k->n == 1 && !copies(&first.order) && first.range.lo == first.range.hi;
    return 0;
}

void gf_keyspec_reverse(struct gf_keyspec *k)
{
    for (size_t i = 0; i < k->n; i++)
        k->key[i].order.reverse = !k->key[i].order.reverse;
    k->plain = false;
}

/* ---- where a key is in a record ----------------------------------------------------------------
 */

static const char *skip_blanks(const struct gf_sep *s, const char *p, const char *end)
{
    while (p < end && gf_sep_is_blank(s, *p))
        p++;
    return p;
}

/* Behind `n` fields; with blanks a field is its leading blanks and its word, as POSIX has it. */
static const char *behind_fields(const struct gf_sep *s, const char *p, const char *end, size_t n,
                                 bool last_separator)
{
    while (n-- && p < end) {
        if (s->blanks) {
            p = skip_blanks(s, p, end);
            while (p < end && !gf_sep_is_blank(s, *p))
                p++;
            continue;
        }
        const char *at = s->len == 1 ? memchr(p, s->bytes[0], (size_t)(end - p))
                                     : memmem(p, (size_t)(end - p), s->bytes, s->len);
        if (!at)
            return end;
        p = n || last_separator ? at + s->len : at;
    }
    return p;
}

static const char *forward(const char *p, const char *end, size_t n)
{
    return (size_t)(end - p) < n ? end : p + n;
}

static struct gf_slice posix_slice(const struct gf_sep *s, const struct gf_key *key,
                                   struct gf_slice rec)
{
    const char *end = rec.data + rec.len, *to = end;
    const char *from = behind_fields(s, rec.data, end, key->from_field, true);
    if (key->order.skip_start)
        from = skip_blanks(s, from, end);
    from = forward(from, end, key->from_char);
    if (key->to_field != SIZE_MAX && key->to_char == 0) {
        to = behind_fields(s, rec.data, end, key->to_field + 1, false);
    } else if (key->to_field != SIZE_MAX) {
        to = behind_fields(s, rec.data, end, key->to_field, true);
        if (key->order.skip_end)
            to = skip_blanks(s, to, end);
        to = forward(to, end, key->to_char);
    }
    return (struct gf_slice){from, to > from ? (size_t)(to - from) : 0};
}

static struct gf_slice key_slice(const struct gf_keyspec *k, const struct gf_key *key,
                                 const struct gf_key_maker *m, struct gf_slice rec)
{
    struct gf_slice s = rec;
    if (key->range.lo)
        s = gf_cutter_get(&m->cutter, key->range.lo);
    else if (!key->whole)
        return posix_slice(&k->sep, key, rec);
    if (key->order.skip_start) {
        const char *p = skip_blanks(&k->sep, s.data, s.data + s.len);
        s = (struct gf_slice){p, s.len - (size_t)(p - s.data)};
    }
    return s;
}

/* ---- encoding ----------------------------------------------------------------------------------
 */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static char fold_byte(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static bool ignored(const struct gf_key_order *o, char c)
{
    return (o->dictionary && !is_alnum(c) && !is_blank(c)) ||
           (o->printable && ((unsigned char)c < 32 || (unsigned char)c > 126));
}

/* `last`: nothing follows, so the end needs no mark and zeros no escape. */
static int put_bytes(struct gf_buf *b, const struct gf_key_order *o, struct gf_slice s, bool last)
{
    if (gf_buf_reserve(b, s.len * 2 + 2) != 0)
        return -1;
    char *p = b->data + b->len;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];
        if (ignored(o, c))
            continue;
        *p++ = o->fold ? fold_byte(c) : c;
        if (c == '\0' && !last)
            *p++ = 1;
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
    const char *whole, *frac; /* without zeros in front of whole, behind frac */
    size_t whole_len, frac_len;
    bool negative;
    const char *end;
};

static struct digits read_digits(struct gf_slice s)
{
    const char *p = s.data, *end = s.data + s.len;
    struct digits d = {0};
    while (p < end && (is_blank(*p) || *p == '\n'))
        p++;
    if (p < end && *p == '-') {
        d.negative = true;
        p++;
    }
    while (p < end && *p == '0')
        p++;
    for (d.whole = p; p < end && *p >= '0' && *p <= '9'; p++)
        d.whole_len++;
    if (p < end && *p == '.') {
        for (d.frac = ++p; p < end && *p >= '0' && *p <= '9'; p++)
            d.frac_len++;
        while (d.frac_len && d.frac[d.frac_len - 1] == '0')
            d.frac_len--;
    }
    d.end = p;
    return d;
}

/* 0.d1d2... times 10 to the exponent, d1 not zero: a byte for small exponents, nine for others. */
static void put_exponent(struct gf_buf *b, int64_t e)
{
    if (e >= -0x30 && e <= 0x30) {
        gf_buf_putc(b, (char)(0xC0 + e));
        return;
    }
    uint64_t v = (uint64_t)e ^ (UINT64_C(1) << 63);
    gf_buf_putc(b, (char)(e < 0 ? 0x88 : 0xF8));
    for (int shift = 56; shift >= 0; shift -= 8)
        gf_buf_putc(b, (char)(v >> shift));
}

static inline char digit_at(const struct digits *d, size_t i)
{
    return (char)((i < d->whole_len ? d->whole[i] : d->frac[i - d->whole_len]) - '0');
}

static int put_number(struct gf_buf *b, const struct digits *in)
{
    struct digits d = *in;
    int64_t exponent = (int64_t)d.whole_len;
    if (d.whole_len == 0)
        for (; d.frac_len && *d.frac == '0'; d.frac++, d.frac_len--)
            exponent--;
    size_t n = d.whole_len + d.frac_len, start = b->len;
    if (d.frac_len == 0)
        while (n && d.whole[n - 1] == '0')
            n--;
    if (n == 0)
        return gf_buf_putc(b, (char)0x80);
    put_exponent(b, exponent);
    if (gf_buf_reserve(b, n / 2 + 2) != 0)
        return -1;
    for (size_t i = 0; i < n; i += 2)
        b->data[b->len++] =
            (char)(digit_at(&d, i) * 10 + (i + 1 < n ? digit_at(&d, i + 1) : 0) + 1);
    b->data[b->len++] = 0;
    if (d.negative)
        for (size_t i = start; i < b->len; i++)
            b->data[i] = (char)~b->data[i];
    return 0;
}

static int put_human(struct gf_buf *b, struct gf_slice s)
{
    static const char units[] = "KMGTPEZYRQ";
    struct digits d = read_digits(s);
    int rank = 0;
    if (d.end < s.data + s.len && (d.whole_len || d.frac_len)) {
        char c = *d.end == 'k' ? 'K' : *d.end;
        const char *unit = c ? strchr(units, c) : NULL;
        rank = unit ? (int)(unit - units) + 1 : 0;
    }
    gf_buf_putc(b, (char)(128 + (d.negative ? -rank : rank)));
    return put_number(b, &d);
}

static int put_float(struct gf_buf *b, struct gf_slice s)
{
    long double v;
    unsigned char out[10] = {0};
    if (gf_float_read(s, &v) == 0)
        return gf_buf_add(b, out, sizeof out);
    if (isnan(v)) {
        out[9] = 1;
        return gf_buf_add(b, out, sizeof out);
    }
    int exponent = 0;
    uint64_t mant = 0;
    uint32_t top = 0;
    if (isinf(v)) {
        top = 0x7FFF;
    } else if (v != 0) {
        long double m = frexpl(fabsl(v), &exponent);
        mant = (uint64_t)ldexpl(m, 64);
        top = (uint32_t)(exponent + 0x4000);
    }
    top |= 0x8000;
    if (v < 0) {
        top = ~top & 0xFFFF;
        mant = ~mant;
    }
    out[0] = (unsigned char)(top >> 8);
    out[1] = (unsigned char)top;
    for (int i = 0; i < 8; i++)
        out[2 + i] = (unsigned char)(mant >> (56 - 8 * i));
    return gf_buf_add(b, out, sizeof out);
}

static int put_month(struct gf_buf *b, struct gf_slice s)
{
    static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    char month = 0;
    while (s.len && is_blank(*s.data)) {
        s.data++;
        s.len--;
    }
    for (int i = 0; i < 12 && s.len >= 3; i++)
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
    if (gf_buf_add(b, "01234567", 8) != 0 || put_bytes(b, o, s, false) != 0)
        return -1;
    uint64_t h = XXH3_64bits_withSeed(b->data + at + 8, b->len - at - 8, seed);
    for (int i = 0; i < 8; i++)
        b->data[at + (size_t)i] = (char)(h >> (56 - 8 * i));
    return 0;
}

static int put_slice(struct gf_buf *b, const struct gf_keyspec *k, const struct gf_key_order *o,
                     struct gf_slice s, bool last)
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
        return put_month(b, s);
    case GF_KEY_RANDOM:
        return put_random(b, o, s, k->seed);
    case GF_KEY_BYTES:
        break;
    }
    return put_bytes(b, o, s, last && !o->reverse);
}

struct field_sink {
    struct gf_buf *b;
    const struct gf_key_order *order;
};

static int put_field(void *to, struct gf_slice field)
{
    struct field_sink *f = to;
    gf_buf_putc(f->b, 1);
    return put_bytes(f->b, f->order, field, false);
}

/* A range of fields: each behind a 1, the end a 0, so that ranges of any length stay apart. */
static int put_range(struct gf_buf *b, const struct gf_key *key, const struct gf_cutter *c)
{
    struct gf_field_range r = key->range;
    const struct gf_field_list one = {.range = &r, .n = 1};
    struct field_sink sink = {b, &key->order};
    if (gf_field_list_each(&one, c, put_field, &sink) != 0)
        return -1;
    return gf_buf_putc(b, 0);
}

void gf_key_maker_init(struct gf_key_maker *m, const struct gf_keyspec *k)
{
    *m = (struct gf_key_maker){0};
    gf_cutter_init(&m->cutter, &k->sep);
}

void gf_key_maker_release(struct gf_key_maker *m)
{
    gf_buf_release(&m->buf);
    gf_cutter_release(&m->cutter);
}

int gf_keyspec_of(const struct gf_keyspec *k, struct gf_key_maker *m, struct gf_slice rec,
                  struct gf_slice *key)
{
    if (k->need && gf_cutter_cut(&m->cutter, rec.data, rec.len, k->need) != 0)
        return -1;
    if (k->plain) {
        *key = key_slice(k, &k->key[0], m, rec);
        return 0;
    }
    gf_buf_clear(&m->buf);
    for (size_t i = 0; i < k->n; i++) {
        const struct gf_key *one = &k->key[i];
        size_t start = m->buf.len;
        int r = one->range.lo != one->range.hi
                    ? put_range(&m->buf, one, &m->cutter)
                    : put_slice(&m->buf, k, &one->order, key_slice(k, one, m, rec), i + 1 == k->n);
        if (r != 0)
            return -1;
        if (one->order.reverse)
            for (size_t j = start; j < m->buf.len; j++)
                m->buf.data[j] = (char)~m->buf.data[j];
    }
    *key = (struct gf_slice){m->buf.data ? m->buf.data : "", m->buf.len};
    return 0;
}
