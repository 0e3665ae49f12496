/*
 * nibbles_scan.c - the lookups of a step, and the walk over its results.
 *
 * A step looks at 16 or 32 places and reads three bytes more. What is left behind the last whole
 * step is copied to where zeros follow, so nothing behind the text is read.
 */
#include "text/nibbles.h"

#include <endian.h>
#include <string.h>

#if defined(GF_VECTORS_X86)
#include <immintrin.h>
#elif defined(GF_VECTORS_NEON)
#include <arm_neon.h>
#endif

enum {
    STEP_MOST = 32,
    BEHIND = GF_NIBBLES_BYTES - 1 /* bytes that a step reads behind its places */
};

static uint32_t load(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

/* ---- looking up ------------------------------------------------------------------------------ */

/*
 * A kernel goes over whole steps from `from` on, up to one where some place may begin a window: its
 * place, and the buckets of each of its places in hits. Else the place behind the last whole step.
 */
typedef size_t kernel(const struct gf_nibbles *g, const char *p, size_t len, size_t from,
                      uint8_t hits[STEP_MOST]);

#if defined(GF_VECTORS_X86)

#define WITH_16 __attribute__((target("ssse3")))
#define WITH_32 __attribute__((target("avx2")))
typedef __m128i vector;

WITH_16 static inline vector table(const uint8_t t[16])
{
    return _mm_loadu_si128((const void *)t);
}

/* The buckets of sixteen bytes, by the tables for both halves. */
WITH_16 static inline vector look(const char *p, vector low, vector high)
{
    const vector half = _mm_set1_epi8(15);
    vector v = _mm_loadu_si128((const void *)p);
    return _mm_and_si128(_mm_shuffle_epi8(low, _mm_and_si128(v, half)),
                         _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(v, 4), half)));
}

WITH_16 static inline vector both(vector a, vector b)
{
    return _mm_and_si128(a, b);
}

/* Whether any byte is set; then all are put into hits. */
WITH_16 static inline bool give(vector v, uint8_t *hits)
{
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_setzero_si128())) == 0xFFFF)
        return false;
    _mm_storeu_si128((void *)hits, v);
    return true;
}

WITH_32 static inline __m256i table_32(const uint8_t t[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)t));
}

WITH_32 static inline __m256i look_32(const char *p, __m256i low, __m256i high)
{
    const __m256i half = _mm256_set1_epi8(15);
    __m256i v = _mm256_loadu_si256((const void *)p);
    return _mm256_and_si256(
        _mm256_shuffle_epi8(low, _mm256_and_si256(v, half)),
        _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(v, 4), half)));
}

WITH_32 static size_t next_32(const struct gf_nibbles *g, const char *p, size_t len, size_t from,
                              uint8_t hits[STEP_MOST])
{
    const __m256i l0 = table_32(g->low[0]), h0 = table_32(g->high[0]);
    const __m256i l1 = table_32(g->low[1]), h1 = table_32(g->high[1]);
    const __m256i l2 = table_32(g->low[2]), h2 = table_32(g->high[2]);
    const __m256i l3 = table_32(g->low[3]), h3 = table_32(g->high[3]);
    size_t i = from;
    for (; i + 32 + BEHIND <= len; i += 32) {
        __m256i a = _mm256_and_si256(look_32(p + i, l0, h0), look_32(p + i + 1, l1, h1));
        __m256i b = _mm256_and_si256(look_32(p + i + 2, l2, h2), look_32(p + i + 3, l3, h3));
        if (!_mm256_testz_si256(a, b)) {
            _mm256_storeu_si256((void *)hits, _mm256_and_si256(a, b));
            break;
        }
    }
    return i;
}

#elif defined(GF_VECTORS_NEON)

#define WITH_16
typedef uint8x16_t vector;

static inline vector table(const uint8_t t[16])
{
    return vld1q_u8(t);
}

static inline vector look(const char *p, vector low, vector high)
{
    vector v = vld1q_u8((const uint8_t *)p);
    return vandq_u8(vqtbl1q_u8(low, vandq_u8(v, vdupq_n_u8(15))),
                    vqtbl1q_u8(high, vshrq_n_u8(v, 4)));
}

static inline vector both(vector a, vector b)
{
    return vandq_u8(a, b);
}

static inline bool give(vector v, uint8_t *hits)
{
    if (vmaxvq_u8(v) == 0)
        return false;
    vst1q_u8(hits, v);
    return true;
}
#endif

#ifdef WITH_16
WITH_16 static size_t next_16(const struct gf_nibbles *g, const char *p, size_t len, size_t from,
                              uint8_t hits[STEP_MOST])
{
    const vector l0 = table(g->low[0]), h0 = table(g->high[0]);
    const vector l1 = table(g->low[1]), h1 = table(g->high[1]);
    const vector l2 = table(g->low[2]), h2 = table(g->high[2]);
    const vector l3 = table(g->low[3]), h3 = table(g->high[3]);
    size_t i = from;
    for (; i + 16 + BEHIND <= len; i += 16) {
        vector a = both(look(p + i, l0, h0), look(p + i + 1, l1, h1));
        vector b = both(look(p + i + 2, l2, h2), look(p + i + 3, l3, h3));
        if (give(both(a, b), hits))
            break;
    }
    return i;
}
#endif

static kernel *kernel_of(enum gf_vectors with)
{
#ifdef WITH_32
    if (with == GF_VECTORS_32)
        return next_32;
#endif
#ifdef WITH_16
    if (with == GF_VECTORS_16)
        return next_16;
#endif
    (void)with;
    return NULL;
}

/* ---- walking --------------------------------------------------------------------------------- */

struct walk {
    const struct gf_nibbles *g;
    kernel *next;
    size_t step;
    size_t len; /* what counts of the text */
    gf_nibbles_visit *visit;
    void *context;
};

/* Four windows at a time. */
typedef uint32_t four __attribute__((vector_size(16)));

static four equal_four(const struct gf_bucket *b, size_t i, uint32_t v)
{
    four value, mask, fold;
    memcpy(&value, b->value + i, sizeof value);
    memcpy(&mask, b->mask + i, sizeof mask);
    memcpy(&fold, b->fold + i, sizeof fold);
    return (four)(((v | fold) & mask) == value);
}

/* Which windows of the bucket stand where the bytes v do: a bit for each. */
static unsigned equal(const struct gf_bucket *b, uint32_t v)
{
    four low = equal_four(b, 0, v), high = equal_four(b, 4, v);
    four some = low | high;
    uint64_t any[2];
    memcpy(any, &some, sizeof any);
    if ((any[0] | any[1]) == 0)
        return 0;
    unsigned bits = 0;
    for (unsigned i = 0; i < 4; i++)
        bits |= (low[i] & 1u << i) | (high[i] & 16u << i);
    return bits;
}

/* The bytes v stand at t. */
static void compare(struct walk *s, uint32_t v, size_t t, unsigned buckets)
{
    for (; buckets; buckets &= buckets - 1) {
        const struct gf_bucket *b = &s->g->bucket[__builtin_ctz(buckets)];
        for (unsigned bits = equal(b, v); bits && t < s->len; bits &= bits - 1) {
            size_t len = s->visit(s->context, t, &b->window[__builtin_ctz(bits)]);
            s->len = len < s->len ? len : s->len;
        }
    }
}

/* Over the whole steps of p, which is at `offset` of the text. Behind the last, unless what counts
 * ends in front of that. */
static size_t walk(struct walk *s, const char *p, size_t len, size_t offset)
{
    uint8_t hits[STEP_MOST];
    size_t i = 0;
    while (offset + i < s->len) {
        i = s->next(s->g, p, len, i, hits);
        if (i + s->step + BEHIND > len)
            break;
        for (size_t from = i; from < i + s->step; from += sizeof(uint64_t)) {
            uint64_t bits;
            memcpy(&bits, hits + (from - i), sizeof bits);
            for (bits = le64toh(bits); bits;) {
                unsigned at = (unsigned)__builtin_ctzll(bits) / 8;
                compare(s, load(p + from + at), offset + from + at, bits >> 8 * at & 255);
                bits &= ~(UINT64_C(255) << 8 * at);
            }
        }
        i += s->step;
    }
    return i;
}

void gf_nibbles_scan(const struct gf_nibbles *g, const char *p, size_t len, gf_nibbles_visit *visit,
                     void *context)
{
    struct walk s = {.g = g, .next = kernel_of(g->with), .len = len};
    s.step = g->with == GF_VECTORS_32 ? 32 : 16;
    s.visit = visit;
    s.context = context;
    size_t i = walk(&s, p, len, 0);
    if (i >= s.len)
        return;
    /* Fewer bytes than a step reads: at most two steps of places. */
    char rest[2 * STEP_MOST + BEHIND] = {0};
    size_t left = s.len - i;
    memcpy(rest, p + i, left);
    walk(&s, rest, (left > s.step ? 2 : 1) * s.step + BEHIND, i);
}
