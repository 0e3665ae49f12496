/*
 * scan.h - the byte loops that everything else waits for: cutting a block into records, counting
 * separators, finding a literal. By vectors of sixteen bytes where the compiler or the machine has
 * them, for a literal by those of 32 (AVX2); plain C elsewhere. Pure; any thread.
 */
#ifndef GF_TEXT_SCAN_H
#define GF_TEXT_SCAN_H

#include <stddef.h>

#include "text/slice.h"
#include "text/vectors.h"

/*
 * Cuts the records that are complete (ended by `sep`) off the front of p, at most `max`; returns
 * how many and sets *used to the bytes they took with their separators.
 */
size_t gf_scan_split(const char *p, size_t len, char sep, struct gf_slice *out, size_t max,
                     size_t *used);

/* How often `c` is in p. */
size_t gf_scan_count(const char *p, size_t len, char c);

/* The last `c` in p, or NULL (memrchr, which musl has only with _GNU_SOURCE as well). */
const char *gf_scan_last(const char *p, size_t len, char c);

/* How common a byte is in logs and prose, as a guess: the smaller the rarer, 0 to 50. */
unsigned gf_scan_commonness(unsigned char c);

/* A literal prepared for many searches: its two rarest bytes are looked for first. */
struct gf_literal {
    const char *data; /* borrowed */
    size_t len;
    size_t a, b;          /* offsets of the two bytes, a < b unless len is 1 */
    enum gf_vectors with; /* what the machine has; with less the same is found */
};

/* len >= 1. */
void gf_literal_init(struct gf_literal *l, const char *data, size_t len);

/* The first place of the literal in p[0..len), or NULL. */
const char *gf_literal_find(const struct gf_literal *l, const char *p, size_t len);

#endif
