/*
 * multi.h - many strings looked for at once: all places in a text where one of them stands.
 *
 * Few strings are looked for all together, a vector of text at a time (nibbles.h), where some are
 * too short for a table of grams (grams.h) to pass over much of the text. Many are put into classes
 * by their length, so that a short one does not slow the search for the long ones down; each class
 * is scanned by itself, by one of the two. Ten thousand strings or a million cost about the same
 * for each byte of text. A million of 36 bytes take 190 MB where they may, and 110 MB at least;
 * with fewer the search is slower.
 *
 *     struct gf_multi *m = gf_multi_new(false);
 *     gf_multi_add(m, "ERROR", 5, 0);  gf_multi_add(m, "WARN", 4, 1);
 *     gf_multi_seal(m, gf_vectors(), 256 << 20);
 *     for (unsigned k = 0; k < gf_multi_classes(m); k++)
 *         gf_multi_scan(m, k, p, len, visit, &mine);      visit(&mine, at, len, owner)
 *     gf_multi_free(m);
 *
 * A sealed one is only read: threads may share it.
 */
#ifndef GF_TEXT_MULTI_H
#define GF_TEXT_MULTI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/vectors.h"

struct gf_multi;

enum {
    GF_MULTI_CLASSES = 5 /* there are no more than this */
};

/* fold: without regard to the case of ASCII letters. NULL: ENOMEM. */
struct gf_multi *gf_multi_new(bool fold);

/* One more string of at least a byte, which is copied. `owner` comes back with each place. The same
 * string may be added for several owners; for one owner it counts once. -1: ENOMEM. */
int gf_multi_add(struct gf_multi *m, const char *text, size_t len, uint32_t owner);

/* What a string takes at least, from when it is added: about, and never less than it does. */
size_t gf_multi_cost(size_t len);

/*
 * After the last. `with` is what the machine has, or less: the same is found. All of it takes
 * `room` bytes at most, but no less than the costs of the strings. -1: ENOMEM.
 */
int gf_multi_seal(struct gf_multi *m, enum gf_vectors with, size_t room);

/* Of a sealed one: what it takes. */
size_t gf_multi_bytes(const struct gf_multi *m);
void gf_multi_free(struct gf_multi *m);

unsigned gf_multi_classes(const struct gf_multi *m);

/* Whether the strings are few and looked for all together: the search goes over a text about as
 * fast as memory gives it. */
bool gf_multi_is_quick(const struct gf_multi *m);

/* The length of the longest string of class k. */
size_t gf_multi_longest(const struct gf_multi *m, unsigned k);

/* One of the strings stands at p[at .. at + len). Returns how much of p counts from now on: what
 * ends behind it need not be told any more (0: nothing). */
typedef size_t gf_multi_visit(void *context, size_t at, size_t len, uint32_t owner);

/* Visits each place of a string of class k in p[0 .. len), which may shrink. The places come in the
 * order of their grams or windows, not of where they begin. One place may be visited twice. */
void gf_multi_scan(const struct gf_multi *m, unsigned k, const char *p, size_t len,
                   gf_multi_visit *visit, void *context);

#endif
