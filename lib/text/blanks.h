/*
 * blanks.h - where runs of blanks and words end: what cuts a record at blanks looks at each byte.
 *
 * By sixteen bytes at a time where the compiler has SSE2, else by eight. Pure; any thread.
 */
#ifndef GF_TEXT_BLANKS_H
#define GF_TEXT_BLANKS_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "text/fields.h"

/* The end of the run of bytes that are (or are not) blank at p. */
static inline const char *gf_skip_blanks(const struct gf_sep *s, const char *p, const char *end)
{
    while (p < end && gf_sep_is_blank(s, *p))
        p++;
    return p;
}

#ifdef __SSE2__
/* A bit for each of 16 bytes that is blank. */
static inline unsigned gf_blanks_of(const struct gf_sep *s, __m128i v)
{
    const __m128i space = _mm_set1_epi8(' '), tab = _mm_set1_epi8('\t'),
                  line = _mm_set1_epi8(s->newline_blank ? '\n' : ' ');
    __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, space), _mm_cmpeq_epi8(v, tab));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(hit, _mm_cmpeq_epi8(v, line)));
}

/* The first blank of the last bytes, of which there are 8 to 15: two times eight that overlap. */
static inline const char *gf_skip_rest(const struct gf_sep *s, const char *p, const char *end)
{
    __m128i v = _mm_unpacklo_epi64(_mm_loadl_epi64((const void *)p),
                                   _mm_loadl_epi64((const void *)(end - 8)));
    unsigned bits = gf_blanks_of(s, v), at = bits ? (unsigned)__builtin_ctz(bits) : 16;
    return at < 8 ? p + at : end - 16 + at;
}

static inline const char *gf_skip_word(const struct gf_sep *s, const char *p, const char *end)
{
    for (; end - p >= 16; p += 16) {
        unsigned bits = gf_blanks_of(s, _mm_loadu_si128((const void *)p));
        if (bits)
            return p + __builtin_ctz(bits);
    }
    if (end - p >= 8)
        return gf_skip_rest(s, p, end);
    while (p < end && !gf_sep_is_blank(s, *p))
        p++;
    return p;
}
#else
/* Where the first blank of the eight bytes at p is; 8: there is none. */
static inline unsigned gf_blank_in_eight(const struct gf_sep *s, const char *p)
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

static inline const char *gf_skip_word(const struct gf_sep *s, const char *p, const char *end)
{
    while (end - p >= 8) {
        unsigned at = gf_blank_in_eight(s, p);
        if (at < 8)
            return p + at;
        p = end - p >= 16 || end - p == 8 ? p + 8 : end - 8; /* the last eight may overlap */
    }
    while (p < end && !gf_sep_is_blank(s, *p))
        p++;
    return p;
}
#endif

#endif
