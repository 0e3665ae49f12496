/* hash.h - what is chosen by a job's name and is to stay: FNV-1a of 64 bits, its halves folded. */
#ifndef GF_CRON_HASH_H
#define GF_CRON_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t gf_cron_hash(const char *s, size_t len)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 32;
}

#endif
