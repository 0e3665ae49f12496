/*
 * fingerprint.c - XXH3 with the key as its secret.
 *
 * The secret, not the seed: from a seed XXH3 makes its secret by adding and subtracting the same 64
 * bits in turn, so the secrets of two seeds have differences that everybody knows.
 */
#include "text/fingerprint.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

_Static_assert(sizeof(struct gf_fingerprint_key) >= XXH3_SECRET_SIZE_MIN, "a secret of XXH3");

struct gf_fingerprint gf_fingerprint(const struct gf_fingerprint_key *key, struct gf_slice text)
{
    XXH128_hash_t h = XXH3_128bits_withSecret(text.data, text.len, key, sizeof *key);
    return (struct gf_fingerprint){h.high64, h.low64};
}
