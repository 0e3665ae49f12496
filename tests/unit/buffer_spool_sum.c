/* buffer_spool_sum.c - the checksum of a spool: XXH3, the same by whatever vectors. */
#include "buffer/spool_sum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "test.h"
#include "text/vectors.h"

TEST(buffer_spool_sum, the_same_by_all_vectors)
{
    static char bytes[70000];
    bool wide = gf_vectors() == GF_VECTORS_32;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * i % 251 + i / 7);
    for (size_t len = 0; len < 66000; len += len < 1200 ? 1 : len / 9 + 1)
        for (uint64_t seed = 0; seed < 4; seed++) {
            uint64_t s = seed * UINT64_C(0x9e3779b97f4a7c15),
                     sum = XXH3_64bits_withSeed(bytes + 3, len, s);
            CHECK_INT(gf_spool_sum(bytes + 3, len, s), sum);
            if (wide)
                CHECK_INT(gf_spool_sum_32(bytes + 3, len, s), sum);
        }
}

/* What is on disks already: the first number that the reference of XXH3 gives for nothing. */
TEST(buffer_spool_sum, of_nothing)
{
    CHECK_INT(gf_spool_sum("", 0, 0), UINT64_C(0x2d06800538d394c2));
}
