/*
 * nibbles.c - choosing the windows, and dealing them to the buckets.
 *
 * Which window: the one whose bytes are the least common together, of those that few of the other
 * strings hold too. Windows are dealt in order, so that those of one bucket begin alike: the more
 * their bytes differ, the more other bytes the two tables take for one of theirs. Those of fewer
 * bytes than four are dealt first, since what takes any byte makes its whole bucket do so.
 */
#include "text/nibbles.h"

#include <stdlib.h>

#include "text/scan.h"

enum {
    BYTES = GF_NIBBLES_BYTES,
    BUCKETS = GF_NIBBLES_BUCKETS,
    DEPTH = GF_NIBBLES_DEPTH,
    LOOKED_AT = 256, /* places at the front of a string where its window may be */
    COUNTERS = 1 << 10
};

/* ---- choosing -------------------------------------------------------------------------------- */

/* A window that was chosen, before it is dealt. */
struct chosen {
    uint32_t value, mask, fold;
    struct gf_window window;
};

struct choosing {
    const struct gf_text *text;
    uint16_t count[COUNTERS]; /* how many windows of all strings have this hash */
};

static size_t places(const struct gf_text *t)
{
    size_t n = t->len < BYTES ? 1 : t->len - BYTES + 1;
    return n < LOOKED_AT ? n : LOOKED_AT;
}

static struct chosen window_at(const struct choosing *c, uint32_t text, size_t at)
{
    const struct gf_text *t = &c->text[text];
    struct chosen w = {.window = {text, (uint16_t)at}};
    for (unsigned k = 0; k < BYTES && k < t->len; k++) {
        w.value |= (uint32_t)(unsigned char)t->data[at + k] << 8 * k;
        w.mask |= UINT32_C(255) << 8 * k;
    }
    return w;
}

static uint16_t *counter(struct choosing *c, const struct chosen *w)
{
    return &c->count[(w->value * UINT32_C(0x9E3779B1)) >> 22];
}

static uint64_t commonness(const struct chosen *w)
{
    uint64_t product = 1;
    for (unsigned k = 0; k < BYTES; k++)
        if (w->mask >> 8 * k & 1)
            product *= 1 + gf_scan_commonness((unsigned char)(w->value >> 8 * k));
    return product;
}

static struct chosen choose(struct choosing *c, uint32_t text, bool fold)
{
    struct chosen best = {0};
    uint64_t least = UINT64_MAX;
    for (size_t at = 0; at < places(&c->text[text]); at++) {
        struct chosen w = window_at(c, text, at);
        uint64_t cost = commonness(&w) * *counter(c, &w);
        if (cost < least) {
            least = cost;
            best = w;
        }
    }
    for (unsigned k = 0; fold && k < BYTES; k++) {
        unsigned char byte = (unsigned char)(best.value >> 8 * k);
        if (byte >= 'a' && byte <= 'z')
            best.fold |= UINT32_C(0x20) << 8 * k;
    }
    return best;
}

/* ---- dealing --------------------------------------------------------------------------------- */

/* Fewer bytes first, then as their bytes are in order. */
static int in_order(const void *a, const void *b)
{
    const struct chosen *x = a, *y = b;
    uint32_t front = __builtin_bswap32(x->value), other = __builtin_bswap32(y->value);
    if (x->mask != y->mask)
        return x->mask < y->mask ? -1 : 1;
    if (front != other)
        return front < other ? -1 : 1;
    return (x->window.text > y->window.text) - (x->window.text < y->window.text);
}

static void take_byte(struct gf_nibbles *g, unsigned k, unsigned byte, unsigned bucket)
{
    g->low[k][byte & 15] |= (uint8_t)(1u << bucket);
    g->high[k][byte >> 4] |= (uint8_t)(1u << bucket);
}

static void take_window(struct gf_nibbles *g, const struct chosen *w, unsigned bucket)
{
    for (unsigned k = 0; k < BYTES; k++) {
        unsigned byte = w->value >> 8 * k & 255, fold = w->fold >> 8 * k & 255;
        if (w->mask >> 8 * k & 1) {
            take_byte(g, k, byte, bucket);
            take_byte(g, k, byte & ~fold, bucket);
            continue;
        }
        for (unsigned nibble = 0; nibble < 16; nibble++)
            take_byte(g, k, nibble << 4 | nibble, bucket);
    }
}

static void deal(struct gf_nibbles *g, const struct chosen *w, size_t n, unsigned bucket)
{
    struct gf_bucket *b = &g->bucket[bucket];
    for (size_t i = 0; i < DEPTH; i++)
        b->value[i] = 1; /* which no byte makes under a mask of none */
    for (size_t i = 0; i < n; i++) {
        b->value[i] = w[i].value;
        b->mask[i] = w[i].mask;
        b->fold[i] = w[i].fold;
        b->window[i] = w[i].window;
        take_window(g, &w[i], bucket);
    }
}

void gf_nibbles_build(struct gf_nibbles *g, const struct gf_text *text, const uint32_t *which,
                      size_t n, bool fold, enum gf_vectors with)
{
    struct choosing c = {.text = text};
    struct chosen w[GF_NIBBLES_MOST];
    *g = (struct gf_nibbles){.with = with};
    for (size_t i = 0; i < n; i++)
        for (size_t at = 0; at < places(&text[which[i]]); at++) {
            struct chosen here = window_at(&c, which[i], at);
            ++*counter(&c, &here);
        }
    for (size_t i = 0; i < n; i++)
        w[i] = choose(&c, which[i], fold);
    qsort(w, n, sizeof *w, in_order);
    for (unsigned b = 0; b < BUCKETS; b++) {
        size_t from = n * b / BUCKETS;
        deal(g, w + from, n * (b + 1) / BUCKETS - from, b);
    }
}
