/*
 * field_at.c - one field of a record, without the others.
 *
 * Between blanks it is found by counting where words begin. Of a line of up to 64 bytes one word of
 * bits says where the blanks are, and fields come out of that. A longer one is gone through 64 and
 * sixteen bytes at a time, and its last bytes, which are fewer, word by word.
 */
#include <stddef.h>

#include "text/blanks.h"
#include "text/fields.h"

#ifdef __SSE2__
static inline unsigned bits_of(uint64_t x)
{
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(x * UINT64_C(0x0101010101010101) >> 56);
}

/* A bit for each of 64 or 16 bytes that is blank. */
static inline uint64_t blanks_at(const struct gf_sep *sep, const char *p, unsigned size)
{
    uint64_t bits = 0;
    for (unsigned k = 0; k < size; k += 16)
        bits |= (uint64_t)gf_blanks_of(sep, _mm_loadu_si128((const void *)(p + k))) << k;
    return bits;
}

/* Many bytes at a time to where word *n is near: what is behind is word *n of the rest. A word
 * begins where a byte that is no blank follows one that is. */
static inline const char *near_word(const struct gf_sep *sep, const char *p, const char *end,
                                    size_t *n)
{
    uint64_t before = 1; /* a blank is in front */
    for (unsigned size = 64; size >= 16; size /= 4)
        for (; end - p >= (ptrdiff_t)size; p += size) {
            uint64_t blank = blanks_at(sep, p, size);
            uint64_t starts = ~blank & (blank << 1 | before) & (UINT64_MAX >> (64 - size));
            unsigned count = bits_of(starts);
            if (count >= *n) {
                for (; *n > 1; --*n)
                    starts &= starts - 1;
                return p + __builtin_ctzll(starts);
            }
            *n -= count;
            before = blank >> (size - 1) & 1;
        }
    if (!before) /* within a word that is counted */
        p = gf_skip_word(sep, p, end);
    return p;
}

/* A bit for each byte of a line of at most 64 that is blank. No byte behind the line is read: the
 * last bytes are loaded with some in front of them, which are seen twice. */
static inline uint64_t blanks_of_line(const struct gf_sep *sep, const char *p, size_t len)
{
    uint64_t bits = 0;
    if (len >= 16) {
        for (size_t k = 0; k + 16 <= len; k += 16)
            bits |= blanks_at(sep, p + k, 16) << k;
        return bits | blanks_at(sep, p + len - 16, 16) << (len - 16);
    }
    if (len >= 8) {
        bits = gf_blanks_of(sep, _mm_unpacklo_epi64(_mm_loadl_epi64((const void *)p),
                                                    _mm_loadl_epi64((const void *)(p + len - 8))));
        return (bits & 0xff) | bits >> 8 << (len - 8);
    }
    if (len >= 4) {
        uint32_t front, back;
        memcpy(&front, p, sizeof front);
        memcpy(&back, p + len - sizeof back, sizeof back);
        bits = gf_blanks_of(
            sep, _mm_unpacklo_epi32(_mm_cvtsi32_si128((int)front), _mm_cvtsi32_si128((int)back)));
        return (bits & 0xf) | (bits >> 4 & 0xf) << (len - 4);
    }
    for (size_t k = 0; k < len; k++)
        bits |= (uint64_t)gf_sep_is_blank(sep, p[k]) << k;
    return bits;
}

static inline bool is_short(struct gf_slice line)
{
    return line.len <= 64;
}
#else
static inline const char *near_word(const struct gf_sep *sep, const char *p, const char *end,
                                    size_t *n)
{
    (void)sep;
    (void)end;
    (void)n;
    return p;
}

static inline bool is_short(struct gf_slice line)
{
    (void)line;
    return false;
}

static inline uint64_t blanks_of_line(const struct gf_sep *sep, const char *p, size_t len)
{
    (void)sep;
    (void)p;
    (void)len;
    return 0;
}
#endif

/* The words of a line of at most 64 bytes: a bit for each of its blanks, and where each of the
 * words that are left begins. */
struct words {
    struct gf_slice line;
    uint64_t blank, starts;
};

static inline struct words words_of(const struct gf_sep *sep, struct gf_slice line)
{
    struct words w = {.line = line};
    if (line.len == 0)
        return w;
    w.blank = blanks_of_line(sep, line.data, line.len);
    w.starts = ~w.blank & (w.blank << 1 | 1) & (UINT64_MAX >> (64 - line.len));
    return w;
}

/* Word n of those that are left, with which those in front of it go. */
static inline struct gf_slice next_word(struct words *w, size_t n)
{
    for (; n > 1 && w->starts; n--)
        w->starts &= w->starts - 1;
    if (!w->starts)
        return (struct gf_slice){"", 0};
    unsigned at = (unsigned)__builtin_ctzll(w->starts);
    uint64_t behind = w->blank >> at;
    w->starts &= w->starts - 1;
    return (struct gf_slice){w->line.data + at,
                             behind ? (size_t)__builtin_ctzll(behind) : w->line.len - at};
}

static inline struct gf_slice blank_field(const struct gf_sep *sep, struct gf_slice line, size_t n)
{
    const char *end = line.data + line.len, *to;
    if (is_short(line)) {
        struct words w = words_of(sep, line);
        return next_word(&w, n);
    }
    const char *p = near_word(sep, line.data, end, &n);
    for (p = gf_skip_blanks(sep, p, end); p < end; p = gf_skip_blanks(sep, to, end)) {
        to = gf_skip_word(sep, p, end);
        if (--n == 0)
            return (struct gf_slice){p, (size_t)(to - p)};
    }
    return (struct gf_slice){"", 0};
}

struct gf_slice gf_field_at(const struct gf_sep *sep, struct gf_slice rec, size_t n)
{
    const char *p = rec.data, *end = p + rec.len;
    if (sep->blanks)
        return blank_field(sep, rec, n);
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

/* A record without the CR that belongs to no field. */
static inline struct gf_slice line_of(const struct gf_sep *sep, struct gf_slice rec)
{
    return (struct gf_slice){rec.data, rec.len - (sep->crlf && gf_slice_ends_in_cr(rec))};
}

static inline struct gf_slice one_field(const struct gf_sep *sep, struct gf_slice line, size_t n)
{
    return sep->blanks ? blank_field(sep, line, n) : gf_field_at(sep, line, n);
}

void gf_fields_at(const struct gf_sep *sep, const struct gf_slice *rec, size_t count, size_t n,
                  struct gf_slice *field)
{
    for (size_t i = 0; i < count; i++)
        field[i] = one_field(sep, line_of(sep, rec[i]), n);
}

/* Fields n and n + more of a line, the second out of what is behind the first. */
static inline void pair_of(const struct gf_sep *sep, struct gf_slice line, size_t n, size_t more,
                           struct gf_slice *first, struct gf_slice *second)
{
    if (sep->blanks && is_short(line)) {
        struct words w = words_of(sep, line);
        *first = next_word(&w, n);
        *second = next_word(&w, more);
        return;
    }
    *first = one_field(sep, line, n);
    /* A field that is not there lies elsewhere, so nothing is left behind that either. */
    size_t used = (uintptr_t)first->data + first->len - (uintptr_t)line.data;
    *second = (struct gf_slice){"", 0};
    /* What is left begins with a separator, in front of which there is one more field. */
    if (used < line.len)
        *second = one_field(sep, (struct gf_slice){line.data + used, line.len - used},
                            more + !sep->blanks);
}

void gf_field_pairs_at(const struct gf_sep *sep, const struct gf_slice *rec, size_t count, size_t n,
                       size_t m, struct gf_slice *field, struct gf_slice *other)
{
    for (size_t i = 0; i < count; i++) {
        struct gf_slice line = line_of(sep, rec[i]);
        if (n < m)
            pair_of(sep, line, n, m - n, &field[i], &other[i]);
        else if (n > m)
            pair_of(sep, line, m, n - m, &other[i], &field[i]);
        else
            field[i] = other[i] = one_field(sep, line, n);
    }
}
