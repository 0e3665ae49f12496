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

#ifdef __SSE2__
#include <emmintrin.h>
#endif

size_t gf_scan_split(const char *p, size_t len, char sep, struct gf_slice *out, size_t max,
                     size_t *used)
{
    size_t n = 0, start = 0, i = 0;
#ifdef __SSE2__
    const __m128i want = _mm_set1_epi8(sep);
    for (; i + 64 <= len && n < max; i += 64) {
        uint64_t bits = 0;
        for (unsigned k = 0; k < 4; k++) {
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
 * Comparisons of 16 bytes at a time are added up in 16 counters of 8 bits, which hold 255 rounds.
 */

typedef uint8_t lanes __attribute__((vector_size(16)));

enum {
    WIDTH = sizeof(lanes),
    ROUNDS = 255
};

static size_t count_rounds(const char *p, size_t rounds, lanes c)
{
    lanes sum = {0};
    for (size_t i = 0; i < rounds; i++) {
        lanes v;
        memcpy(&v, p + i * WIDTH, WIDTH);
        sum -= (lanes)(v == c); /* true is all bits set: minus one */
    }
    size_t n = 0;
    for (size_t i = 0; i < WIDTH; i++)
        n += sum[i];
    return n;
}

size_t gf_scan_count(const char *p, size_t len, char c)
{
    lanes wanted = (lanes){0} + (uint8_t)c;
    size_t n = 0;
    while (len >= WIDTH) {
        size_t rounds = len / WIDTH < ROUNDS ? len / WIDTH : ROUNDS;
        n += count_rounds(p, rounds, wanted);
        p += rounds * WIDTH;
        len -= rounds * WIDTH;
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

/* How common a byte is, roughly: the smaller the rarer. */
static unsigned commonness(unsigned char c)
{
    static const char common[] = " etaoinsrhldcu0123456789mfpgwyb./:-_,=vk\"TSAECxjqz";
    const char *at = c ? strchr(common, c) : NULL;
    return at ? (unsigned)(sizeof common - (size_t)(at - common)) : 0;
}

void gf_literal_init(struct gf_literal *l, const char *data, size_t len)
{
    *l = (struct gf_literal){.data = data, .len = len};
    for (size_t i = 1; i < len; i++)
        if (commonness((unsigned char)data[i]) < commonness((unsigned char)data[l->a]))
            l->a = i;
    l->b = l->a == 0 && len > 1 ? 1 : 0;
    for (size_t i = 0; i < len; i++)
        if (i != l->a && commonness((unsigned char)data[i]) < commonness((unsigned char)data[l->b]))
            l->b = i;
    if (l->a > l->b) {
        size_t t = l->a;
        l->a = l->b;
        l->b = t;
    }
}

const char *gf_literal_find(const struct gf_literal *l, const char *p, size_t len)
{
    if (l->len == 1)
        return memchr(p, l->data[0], len);
    if (len < l->len)
        return NULL;
    size_t i = 0;
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
