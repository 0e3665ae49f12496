/*
 * grams.c - choosing the windows, filling the table, and the loop that probes.
 *
 * Which window: one whose grams few other strings share, by counts over a sample of the strings,
 * for what all of them hold (a common path, a zero-padded number) says nothing. Where no window of
 * the size is rare enough, the step is halved, which makes the window smaller.
 *
 * The Bloom filter has about 32 bits for a gram and sets two in one word of 64, so that a probe is
 * one access to memory, and about one in 250 is in vain. The table is two arrays: where each bucket
 * begins, and the grams bucket by bucket; it is filled by counting first.
 */
#include "text/grams.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEP_MOST = 32,
    SAMPLE = 256,
    COUNTERS = 1 << 16,
    LOOKED_AT = UINT16_MAX, /* bytes at the front of a string in which its window is chosen */
    AHEAD = 8,              /* strings between asking for memory and using it */
    SHARED = 4, /* so many of the sample may hold the commonest gram of a window, on average */
};

/* More grams than this, of all windows together, are never worth their table. */
static const size_t GRAMS_MOST = 8 << 20;

/* ---- hashing --------------------------------------------------------------------------------- */

static uint64_t load(const char *p, size_t left)
{
    uint64_t v = 0;
    memcpy(&v, p, left < sizeof v ? left : sizeof v);
    return le64toh(v);
}

static uint64_t load_whole(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

static uint64_t hash(const struct gf_grams *g, uint64_t v)
{
    uint64_t h = ((v & g->mask) | g->fold) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

/* The low twelve bits choose two bits of a word. */
static uint64_t two_bits(uint64_t h)
{
    return UINT64_C(1) << (h & 63) | UINT64_C(1) << (h >> 6 & 63);
}

static uint16_t tag_of(uint64_t h)
{
    return (uint16_t)(h >> 12);
}

static uint64_t hash_at(const struct gf_grams *g, const struct gf_text *t, size_t at)
{
    return hash(g, load(t->data + at, t->len - at));
}

/* ---- choosing -------------------------------------------------------------------------------- */

struct choosing {
    const struct gf_text *text;
    const uint32_t *which;
    size_t n, shortest;
    uint16_t *count; /* how many grams of the sample have this hash */
    uint16_t *here;  /* the same for each place of the string at hand */
};

static void set_q(struct gf_grams *g, const struct choosing *c, size_t grams)
{
    size_t cap = c->n < grams ? grams / c->n : 1;
    size_t most = c->shortest < 8 ? c->shortest : 8, q = 0, step;
    do {
        q++;
        step = c->shortest - q + 1;
        step = step < STEP_MOST ? step : STEP_MOST;
        step = step < cap ? step : cap;
        /* A byte of text is worth three bits, and a gram in sixteen may be one of ours. */
    } while (q < most && (q < c->shortest / 3 || (UINT64_C(1) << 3 * q) < 16 * c->n * step));
    g->q = (unsigned)q;
    g->step = (unsigned)step;
    g->mask = q == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * q) - 1;
}

/* How many places of the string may begin a gram of a window. */
static size_t places(const struct gf_grams *g, const struct gf_text *t)
{
    size_t n = t->len - g->q + 1;
    return n < LOOKED_AT ? n : LOOKED_AT;
}

static void count_sample(const struct gf_grams *g, struct choosing *c)
{
    size_t stride = c->n / SAMPLE + 1;
    memset(c->count, 0, COUNTERS * sizeof *c->count);
    for (size_t i = 0; i < c->n; i += stride) {
        const struct gf_text *t = &c->text[c->which[i]];
        for (size_t at = 0; at < places(g, t); at++) {
            uint16_t *n = &c->count[hash_at(g, t, at) >> 48];
            *n += *n < UINT16_MAX;
        }
    }
}

/* The place of the window whose commonest gram is the rarest; *worst is how often that one is. */
static size_t best_window(const struct gf_grams *g, const struct choosing *c,
                          const struct gf_text *t, unsigned *worst)
{
    uint16_t *n = c->here;
    size_t most = places(g, t), best = 0;
    for (size_t at = 0; at < most; at++)
        n[at] = c->count[hash_at(g, t, at) >> 48];
    *worst = UINT32_MAX;
    for (size_t at = 0; at + g->step <= most; at++) {
        unsigned here = 0;
        for (size_t k = 0; k < g->step; k++)
            here = n[at + k] > here ? n[at + k] : here;
        if (here < *worst) {
            *worst = here;
            best = at;
        }
    }
    return best;
}

/* Halves the step until the windows of the sample are rare enough. */
static void set_step(struct gf_grams *g, struct choosing *c)
{
    size_t stride = c->n / SAMPLE + 1, sum = SIZE_MAX, looked = 1;
    count_sample(g, c);
    while (g->step > 1 && sum > SHARED * looked) {
        sum = looked = 0;
        for (size_t i = 0; i < c->n; i += stride, looked++) {
            unsigned worst;
            best_window(g, c, &c->text[c->which[i]], &worst);
            sum += worst;
        }
        if (sum > SHARED * looked)
            g->step /= 2;
    }
}

/* ---- filling --------------------------------------------------------------------------------- */

static unsigned bits_for(size_t n)
{
    unsigned bits = 6;
    while (((size_t)1 << bits) < n)
        bits++;
    return bits;
}

static int by_place(const void *a, const void *b)
{
    const struct gf_gram *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->text > y->text) - (x->text < y->text);
}

/* Asks for the memory that `put` is going to need, long before it does. */
static void prefetch(const struct gf_grams *g, const struct choosing *c, size_t i, size_t from)
{
    const struct gf_text *t = &c->text[c->which[i]];
    for (size_t at = from; at < from + g->step; at++) {
        uint64_t h = hash_at(g, t, at);
        __builtin_prefetch(&g->bucket[h >> g->bucket_shift], 1);
        __builtin_prefetch(&g->word[h >> g->word_shift], 1);
    }
}

/* Counts, or with `fill` writes, the grams of one string. */
static void put(struct gf_grams *g, const struct choosing *c, size_t i, size_t from, bool fill)
{
    const struct gf_text *t = &c->text[c->which[i]];
    for (size_t at = from; at < from + g->step; at++) {
        uint64_t h = hash_at(g, t, at);
        uint32_t *bucket = &g->bucket[h >> g->bucket_shift];
        if (!fill) {
            ++*bucket;
            continue;
        }
        /* The counts were added up to ends, and go down to beginnings. */
        g->gram[--*bucket] = (struct gf_gram){c->which[i], (uint16_t)at, tag_of(h)};
        g->word[h >> g->word_shift] |= two_bits(h);
    }
}

static void count_or_fill(struct gf_grams *g, const struct choosing *c, const uint16_t *window,
                          bool fill)
{
    for (size_t i = 0; i < c->n; i++) {
        if (i + AHEAD < c->n)
            prefetch(g, c, i + AHEAD, window[i + AHEAD]);
        put(g, c, i, window[i], fill);
    }
}

static int fill(struct gf_grams *g, const struct choosing *c, uint16_t *window)
{
    size_t grams = c->n * g->step;
    unsigned bucket_bits = bits_for(grams), word_bits = bits_for(grams / 2);
    size_t buckets = (size_t)1 << bucket_bits;
    g->bucket_shift = 64 - bucket_bits;
    g->word_shift = 64 - word_bits;
    g->bucket = calloc(buckets + 1, sizeof *g->bucket);
    g->word = calloc((size_t)1 << word_bits, sizeof *g->word);
    g->gram = malloc(grams * sizeof *g->gram);
    if (!g->bucket || !g->word || !g->gram)
        return -1;
    for (size_t i = 0; i < c->n; i++) {
        unsigned worst;
        window[i] = (uint16_t)best_window(g, c, &c->text[c->which[i]], &worst);
    }
    count_or_fill(g, c, window, false);
    for (size_t i = 1; i <= buckets; i++)
        g->bucket[i] += g->bucket[i - 1];
    count_or_fill(g, c, window, true);
    for (size_t i = 0; i < buckets; i++)
        if (g->bucket[i + 1] - g->bucket[i] > GF_GRAMS_FEW)
            qsort(g->gram + g->bucket[i], g->bucket[i + 1] - g->bucket[i], sizeof *g->gram,
                  by_place);
    return 0;
}

int gf_grams_build(struct gf_grams *g, const struct gf_text *text, const uint32_t *which, size_t n,
                   size_t most, bool fold)
{
    struct choosing c = {.text = text, .which = which, .n = n, .shortest = text[which[0]].len};
    *g = (struct gf_grams){0};
    for (size_t i = 1; i < n; i++)
        if (text[which[i]].len < c.shortest)
            c.shortest = text[which[i]].len;
    set_q(g, &c, most < GRAMS_MOST ? most : GRAMS_MOST);
    g->fold = fold ? g->mask & UINT64_C(0x2020202020202020) : 0;
    uint16_t *window = calloc(n, sizeof *window);
    c.count = malloc(COUNTERS * sizeof *c.count);
    c.here = malloc(LOOKED_AT * sizeof *c.here);
    int r = -1;
    if (window && c.count && c.here) {
        set_step(g, &c);
        r = fill(g, &c, window);
    }
    free(window);
    free(c.count);
    free(c.here);
    if (r != 0) {
        gf_grams_release(g);
        errno = ENOMEM;
    }
    return r;
}

void gf_grams_release(struct gf_grams *g)
{
    free(g->word);
    free(g->bucket);
    free(g->gram);
    *g = (struct gf_grams){0};
}

/* ---- probing --------------------------------------------------------------------------------- */

static inline bool may_be(const struct gf_grams *g, uint64_t v)
{
    uint64_t h = hash(g, v), two = two_bits(h);
    return (g->word[h >> g->word_shift] & two) == two;
}

size_t gf_grams_next(const struct gf_grams *g, const char *p, size_t len, size_t from)
{
    const struct gf_grams here = *g; /* in registers */
    size_t t = from, step = here.step;
    /* Four at a time: their accesses to memory wait for one another no more. */
    for (; t + 3 * step + sizeof(uint64_t) <= len; t += 4 * step) {
        bool a = may_be(&here, load_whole(p + t)), b = may_be(&here, load_whole(p + t + step));
        bool c = may_be(&here, load_whole(p + t + 2 * step));
        bool d = may_be(&here, load_whole(p + t + 3 * step));
        if (a | b | c | d)
            return t + (a ? 0 : b ? 1 : c ? 2 : 3) * step;
    }
    for (; t + here.q <= len; t += step)
        if (may_be(&here, load(p + t, len - t)))
            return t;
    return len;
}

struct gf_gram_hits gf_grams_at(const struct gf_grams *g, const char *p, size_t len, size_t t)
{
    uint64_t h = hash(g, load(p + t, len - t));
    const uint32_t *bucket = &g->bucket[h >> g->bucket_shift];
    return (struct gf_gram_hits){g->gram + bucket[0], bucket[1] - bucket[0], tag_of(h)};
}
