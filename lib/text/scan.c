/*
 * scan.c - separators and literals found by vectors of bytes.
 *
 * The vector loops compare a register of bytes with the byte looked for and walk the bits of the
 * resulting mask. A literal is found by comparing two of its bytes at once, at their distance: a
 * place where both agree is rare enough for memcmp to decide (W. Mula, "SIMD-friendly algorithms
 * for substring searching"). Which bytes are rare is a guess from what logs and prose are made of.
 */
#include "text/scan.h"

#include <stdint.h>
#include <string.h>

#ifdef GF_VECTORS_X86
#include <immintrin.h>
#endif

size_t gf_scan_split(const char *p, size_t len, char sep, struct gf_slice *out, size_t max,
                     size_t *used)
{
    size_t n = 0, start = 0, i = 0;
#ifdef __SSE2__
    const __m128i want = _mm_set1_epi8(sep);
    for (; i + 64 <= len && n < max; i += 64) {
        uint64_t bits = 0;
        for (size_t k = 0; k < 4; k++) {
            __m128i v = _mm_loadu_si128((const void *)(p + i + 16 * k));
            bits |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, want)) << (16 * k);
        }
        for (; bits && n < max; bits &= bits - 1) {
            size_t at = i + (size_t)__builtin_ctzll(bits);
            out[n++] = (struct gf_slice){p + start, at - start};
            start = at + 1;
        }
    }
    if (i > start && n == max)
        i = start;
#endif
    while (n < max && i < len) {
        const char *at = memchr(p + i, sep, len - i);
        if (!at)
            break;
        out[n++] = (struct gf_slice){p + start, (size_t)(at - p) - start};
        start = i = (size_t)(at - p) + 1;
    }
    *used = start;
    return n;
}

/* ---- counting ----------------------------------------------------------------------------------
 * Comparisons of 16 bytes at a time are added up in counters of 8 bits, which hold 255 rounds. A
 * round is four vectors, each with counters of its own: one addition need not wait for another.
 */

typedef uint8_t lanes __attribute__((vector_size(16)));

enum {
    WIDTH = sizeof(lanes),
    ROUND = 4 * WIDTH,
    ROUNDS = 255
};

static lanes is_byte(const char *p, lanes c)
{
    lanes v;
    memcpy(&v, p, WIDTH);
    return (lanes)(v == c); /* true is all bits set: minus one */
}

static size_t count_rounds(const char *p, size_t rounds, lanes c)
{
    lanes w = {0}, x = {0}, y = {0}, z = {0};
    for (const char *end = p + rounds * ROUND; p < end; p += ROUND) {
        w -= is_byte(p, c);
        x -= is_byte(p + WIDTH, c);
        y -= is_byte(p + 2 * WIDTH, c);
        z -= is_byte(p + 3 * WIDTH, c);
    }
    size_t n = 0;
    for (size_t i = 0; i < WIDTH; i++)
        n += (size_t)w[i] + x[i] + y[i] + z[i];
    return n;
}

size_t gf_scan_count(const char *p, size_t len, char c)
{
    lanes wanted = (lanes){0} + (uint8_t)c;
    size_t n = 0;
    while (len >= ROUND) {
        size_t rounds = len / ROUND < ROUNDS ? len / ROUND : ROUNDS;
        n += count_rounds(p, rounds, wanted);
        p += rounds * ROUND;
        len -= rounds * ROUND;
    }
    for (size_t i = 0; i < len; i++)
        n += p[i] == c;
    return n;
}

const char *gf_scan_last(const char *p, size_t len, char c)
{
    return memrchr(p, c, len);
}

/* ---- literals -------------------------------------------------------------------------------- */

unsigned gf_scan_commonness(unsigned char c)
{
    static const char common[] = " etaoinsrhldcu0123456789mfpgwyb./:-_,=vk\"TSAECxjqz";
    const char *at = c ? strchr(common, c) : NULL;
    return at ? (unsigned)(sizeof common - (size_t)(at - common)) : 0;
}

void gf_literal_init(struct gf_literal *l, const char *data, size_t len)
{
    *l = (struct gf_literal){.data = data, .len = len, .with = gf_vectors()};
    for (size_t i = 1; i < len; i++)
        if (gf_scan_commonness((unsigned char)data[i]) <
            gf_scan_commonness((unsigned char)data[l->a]))
            l->a = i;
    l->b = l->a == 0 && len > 1 ? 1 : 0;
    for (size_t i = 0; i < len; i++)
        if (i != l->a && gf_scan_commonness((unsigned char)data[i]) <
                             gf_scan_commonness((unsigned char)data[l->b]))
            l->b = i;
    if (l->a > l->b) {
        size_t t = l->a;
        l->a = l->b;
        l->b = t;
    }
}

#ifdef GF_VECTORS_X86
/* As gf_literal_find, for whole steps of 64 places from *i on, of which *i is moved to the end. */
__attribute__((target("avx2"))) static const char *find_32(const struct gf_literal *l,
                                                           const char *p, size_t len, size_t *i)
{
    const __m256i first = _mm256_set1_epi8(l->data[l->a]), second = _mm256_set1_epi8(l->data[l->b]);
    for (; *i + 64 + l->len <= len; *i += 64) {
        const char *at = p + *i;
        __m256i a0 = _mm256_cmpeq_epi8(_mm256_loadu_si256((const void *)(at + l->a)), first);
        __m256i b0 = _mm256_cmpeq_epi8(_mm256_loadu_si256((const void *)(at + l->b)), second);
        __m256i a1 = _mm256_cmpeq_epi8(_mm256_loadu_si256((const void *)(at + 32 + l->a)), first);
        __m256i b1 = _mm256_cmpeq_epi8(_mm256_loadu_si256((const void *)(at + 32 + l->b)), second);
        uint64_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_and_si256(a0, b0)) |
                        (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_and_si256(a1, b1)) << 32;
        for (; bits; bits &= bits - 1) {
            const char *c = at + __builtin_ctzll(bits);
            if (memcmp(c, l->data, l->len) == 0)
                return c;
        }
    }
    return NULL;
}
#endif

const char *gf_literal_find(const struct gf_literal *l, const char *p, size_t len)
{
    if (l->len == 1)
        return memchr(p, l->data[0], len);
    if (len < l->len)
        return NULL;
    size_t i = 0;
#ifdef GF_VECTORS_X86
    const char *found = l->with == GF_VECTORS_32 ? find_32(l, p, len, &i) : NULL;
    if (found)
        return found;
#endif
#ifdef __SSE2__
    const __m128i first = _mm_set1_epi8(l->data[l->a]), second = _mm_set1_epi8(l->data[l->b]);
    for (; i + 32 + l->len <= len; i += 32) {
        const char *at = p + i;
        __m128i a0 = _mm_cmpeq_epi8(_mm_loadu_si128((const void *)(at + l->a)), first);
        __m128i b0 = _mm_cmpeq_epi8(_mm_loadu_si128((const void *)(at + l->b)), second);
        __m128i a1 = _mm_cmpeq_epi8(_mm_loadu_si128((const void *)(at + 16 + l->a)), first);
        __m128i b1 = _mm_cmpeq_epi8(_mm_loadu_si128((const void *)(at + 16 + l->b)), second);
        unsigned bits = (unsigned)_mm_movemask_epi8(_mm_and_si128(a0, b0)) |
                        (unsigned)_mm_movemask_epi8(_mm_and_si128(a1, b1)) << 16;
        for (; bits; bits &= bits - 1) {
            const char *c = at + __builtin_ctz(bits);
            if (memcmp(c, l->data, l->len) == 0)
                return c;
        }
    }
#endif
    return memmem(p + i, len - i, l->data, l->len);
}
