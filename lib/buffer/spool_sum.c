/*
 * spool_sum.c - the checksum by the vectors that every processor of the kind has.
 */
#include "buffer/spool_sum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "text/vectors.h"

enum {
    SHORT = 240 /* XXH3 takes no vectors up to there */
};

uint64_t gf_spool_sum(const void *data, size_t len, uint64_t seed)
{
    if (len > SHORT && gf_vectors() == GF_VECTORS_32)
        return gf_spool_sum_32(data, len, seed);
    return XXH3_64bits_withSeed(data, len, seed);
}
