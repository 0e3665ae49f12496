/*
 * spool_sum_32.c - the checksum once more, compiled for AVX2: XXH3 picks its vectors when it is
 * compiled, and a program that is built for any x86-64 would have those of 16 bytes alone.
 */
#include "text/vectors.h"

#if defined(GF_VECTORS_X86) && !defined(__clang__)
#pragma GCC target("avx2")
#endif
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "buffer/spool_sum.h"

uint64_t gf_spool_sum_32(const void *data, size_t len, uint64_t seed)
{
    return XXH3_64bits_withSeed(data, len, seed);
}
