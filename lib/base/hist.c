/*
 * hist.c - the highest bit of a value says its group, the next seven its bucket.
 *
 * Values under 128 have a bucket each. Above that, group g (1, 2, ...) covers [128 << (g-1),
 * 128 << g) in 128 buckets that are 1 << (g-1) wide.
 */
#include "base/hist.h"

#include <stddef.h>

enum {
    SUB_BITS = 7
};
_Static_assert(GF_HIST_SUB == 1 << SUB_BITS, "one group is 2^SUB_BITS buckets");

static size_t index_of(uint64_t v)
{
    if (v < GF_HIST_SUB)
        return (size_t)v;
    unsigned top = 63u - (unsigned)__builtin_clzll(v);
    unsigned group = top - SUB_BITS + 1;
    return (size_t)group * GF_HIST_SUB + (size_t)((v >> (group - 1)) - GF_HIST_SUB);
}

/* The middle of the bucket. */
static uint64_t value_of(size_t i)
{
    if (i < GF_HIST_SUB)
        return i;
    unsigned group = (unsigned)(i / GF_HIST_SUB);
    uint64_t low = (uint64_t)(i % GF_HIST_SUB + GF_HIST_SUB) << (group - 1);
    return low + ((uint64_t)1 << (group - 1)) / 2;
}

void gf_hist_add(struct gf_hist *h, gf_ns value)
{
    gf_hist_add_many(h, value, 1);
}

void gf_hist_add_many(struct gf_hist *h, gf_ns value, uint64_t n)
{
    if (n == 0)
        return;
    if (value < 0)
        value = 0;
    if (h->count == 0 || value < h->least)
        h->least = value;
    if (h->count == 0 || value > h->largest)
        h->largest = value;
    h->count += n;
    h->sum += (double)value * (double)n;
    h->bucket[index_of((uint64_t)value)] += n;
}

gf_ns gf_hist_percentile(const struct gf_hist *h, double p)
{
    if (h->count == 0)
        return 0;
    double exact = p * (double)h->count / 100; /* in this order 7 percent of 100 is 7 */
    uint64_t rank = (uint64_t)exact;
    if ((double)rank < exact)
        rank++;
    if (rank >= h->count)
        return h->largest;
    uint64_t seen = 0;
    for (size_t i = 0; i < GF_HIST_BUCKETS; i++) {
        seen += h->bucket[i];
        if (seen < rank || seen == 0)
            continue;
        gf_ns v = (gf_ns)value_of(i);
        return v < h->least ? h->least : v > h->largest ? h->largest : v;
    }
    return h->largest;
}

uint64_t gf_hist_below(const struct gf_hist *h, gf_ns value)
{
    size_t end = value > 0 ? index_of((uint64_t)value) : 0;
    uint64_t n = 0;
    for (size_t i = 0; i < end; i++)
        n += h->bucket[i];
    return n;
}
