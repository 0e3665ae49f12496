/*
 * field_at.c - one field of a record, without the others.
 *
 * Between blanks it is found by counting where words begin, 64 and sixteen bytes at a time; the
 * last bytes of a record, which are fewer, are gone through word by word.
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
#else
static inline const char *near_word(const struct gf_sep *sep, const char *p, const char *end,
                                    size_t *n)
{
    (void)sep;
    (void)end;
    (void)n;
    return p;
}
#endif

static inline struct gf_slice blank_field(const struct gf_sep *sep, const char *p, const char *end,
                                          size_t n)
{
    const char *to;
    p = near_word(sep, p, end, &n);
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
