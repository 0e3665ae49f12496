/*
 * packed.h - compressed data by its first bytes.
 *
 *     const struct gf_packing *p = gf_packing_of(bytes, len);
 *     if (p) ... p->program, with -dc, reads it ...
 *
 * The signatures are those of RFC 1952 (gzip), RFC 8878 (zstd), the .xz file format 1.2 and bzip2,
 * whose first block begins with six bytes of pi. Pure.
 */
#ifndef GF_TEXT_PACKED_H
#define GF_TEXT_PACKED_H

#include <stdbool.h>
#include <stddef.h>

enum {
    GF_PACKING_BYTES = 10 /* that are enough to know */
};

struct gf_packing {
    const char *program; /* it unpacks its input with -dc */
    const char *package; /* of Debian, that has the program */
};

/* NULL: s[0..len) does not begin as compressed data does. */
const struct gf_packing *gf_packing_of(const char *s, size_t len);

/* Whether more bytes behind s[0..len) could make them compressed data. */
bool gf_packing_may_be(const char *s, size_t len);

#endif
