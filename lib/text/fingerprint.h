/*
 * fingerprint.h - 128 bits that stand for any number of bytes, where these are too many to keep.
 *
 *     struct gf_fingerprint_key key;
 *     for (size_t i = 0; i < GF_FINGERPRINT_WORDS; i++)
 *         key.word[i] = gf_random();
 *     struct gf_fingerprint f = gf_fingerprint(&key, line);
 *
 * XXH3 of 128 bits (xxhash.h) with a secret of its own: nobody who does not know the key can look
 * for bytes that have the fingerprint of others, and with another key no two that once agreed agree
 * again. Of n different texts and m others, one of the first has the fingerprint of one of the
 * second with a chance of n * m in 2^128; who keeps fewer bits has that many less in the exponent.
 * Not for signatures, and not to be kept: another version may give other bits.
 *
 * Cannot fail. Any thread.
 */
#ifndef GF_TEXT_FINGERPRINT_H
#define GF_TEXT_FINGERPRINT_H

#include <stdint.h>

#include "text/slice.h"

enum {
    GF_FINGERPRINT_WORDS = 24 /* of 64 random bits each */
};

struct gf_fingerprint_key {
    uint64_t word[GF_FINGERPRINT_WORDS];
};

struct gf_fingerprint {
    uint64_t high, low;
};

struct gf_fingerprint gf_fingerprint(const struct gf_fingerprint_key *key, struct gf_slice text);

#endif
