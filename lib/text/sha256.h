/*
 * sha256.h - SHA-256 (FIPS 180-4) of bytes that come in pieces, by nettle.
 *
 *     struct gf_sha256 h;
 *     unsigned char digest[GF_SHA256_SIZE];
 *     gf_sha256_init(&h);
 *     gf_sha256_add(&h, data, len);
 *     gf_sha256_end(&h, digest);
 *
 * Cannot fail; nothing to release. One thread a struct.
 */
#ifndef GF_TEXT_SHA256_H
#define GF_TEXT_SHA256_H

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GF_SHA256_SIZE = 32,
    GF_SHA256_TEXT = 65
};

struct gf_sha256 {
    struct sha256_ctx ctx;
};

static inline void gf_sha256_init(struct gf_sha256 *h)
{
    sha256_init(&h->ctx);
}

static inline void gf_sha256_add(struct gf_sha256 *h, const void *data, size_t len)
{
    sha256_update(&h->ctx, len, data);
}

static inline void gf_sha256_end(struct gf_sha256 *h, unsigned char digest[GF_SHA256_SIZE])
{
    sha256_digest(&h->ctx, GF_SHA256_SIZE, digest);
}

#endif
