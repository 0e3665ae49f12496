/*
 * marks.c - a table of chunks: the two bits of 256 numbers each, by what those have in common.
 *
 * A log has the numbers from 1 on with few gaps; but a row may have any number, so a bitmap from 1
 * to the highest one could be of any size.
 */
#include "marks.h"

#include <errno.h>

#include "base/random.h"
#include "base/sat.h"

enum {
    BITS = 2,
    PER_WORD = 64 / BITS,
    PER_CHUNK = 256,
    CHUNK_COST = 128 /* bytes at most: its words, its key, its slots */
};

struct chunk {
    uint64_t word[PER_CHUNK / PER_WORD];
};

int marks_open(struct marks *m, uint64_t most)
{
    size_t budget = gf_sat_add(gf_sat_mul((size_t)most, CHUNK_COST), 1 << 16);
    return gf_keytable_open(&m->chunk, sizeof(struct chunk), budget, gf_random());
}

static struct gf_slice key_of(const uint64_t *number)
{
    return (struct gf_slice){(const char *)number, sizeof *number};
}

int marks_set(struct marks *m, uint64_t seq, unsigned mark)
{
    uint64_t number = seq / PER_CHUNK;
    struct gf_slice key = key_of(&number);
    bool fresh;
    struct chunk *c = gf_keytable_put(&m->chunk, key, gf_keytable_hash(&m->chunk, key), &fresh);
    if (!c) {
        errno = ENOMEM;
        return -1;
    }
    uint64_t *word = &c->word[seq % PER_CHUNK / PER_WORD];
    unsigned shift = seq % PER_WORD * BITS;
    *word = (*word & ~(UINT64_C(3) << shift)) | (uint64_t)mark << shift;
    return 0;
}

unsigned marks_get(const struct marks *m, uint64_t seq)
{
    uint64_t number = seq / PER_CHUNK;
    struct gf_slice key = key_of(&number);
    if (!m->chunk.slot)
        return 0;
    const struct chunk *c = gf_keytable_get(&m->chunk, key, gf_keytable_hash(&m->chunk, key));
    return c ? c->word[seq % PER_CHUNK / PER_WORD] >> (seq % PER_WORD * BITS) & 3 : 0;
}

void marks_release(struct marks *m)
{
    gf_keytable_release(&m->chunk);
}
