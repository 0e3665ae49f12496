/*
 * nibbles.h - where in a text one of a few strings may be, found for 16 or 32 places at a time.
 *
 * Of each string a window of up to four bytes is chosen, and the windows are dealt to eight
 * buckets, each a bit of a byte. For each of the four bytes there are two tables: which buckets
 * have a window with this low half of the byte (nibble), and which with this high half. A vector of
 * text is looked up in all eight tables at once; where the results have a bit in common, a window
 * of that bucket may stand, and is compared. A window of fewer bytes takes any byte behind them.
 * This is Teddy of Hyperscan (Wang and others, "Hyperscan: a fast multi-pattern regex matcher for
 * modern CPUs", NSDI 2019; described in src/packed/teddy/README.md of BurntSushi/aho-corasick); but
 * a window need not begin its string, and is chosen for bytes that are rare.
 *
 *     struct gf_nibbles g;  gf_nibbles_build(&g, text, which, n, false, gf_vectors());
 *     gf_nibbles_scan(&g, p, len, visit, &mine);
 *         visit(&mine, t, w): text[w->text] may begin at t - w->at, the four bytes at t agree
 *
 * Nothing is borrowed, nothing to be released. What is built is only read: threads may share it.
 */
#ifndef GF_TEXT_NIBBLES_H
#define GF_TEXT_NIBBLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/grams.h"
#include "text/vectors.h"

enum {
    GF_NIBBLES_MOST = 64, /* strings; of more, some bucket would be everywhere */
    GF_NIBBLES_BYTES = 4, /* of a window */
    GF_NIBBLES_BUCKETS = 8,
    GF_NIBBLES_DEPTH = GF_NIBBLES_MOST / GF_NIBBLES_BUCKETS
};

struct gf_window {
    uint32_t text;
    uint16_t at; /* the place of the window in it */
};

/* Windows side by side, so that all are compared at once; of what is not used no text is equal. */
struct gf_bucket {
    uint32_t value[GF_NIBBLES_DEPTH]; /* the bytes, the first the lowest */
    uint32_t mask[GF_NIBBLES_DEPTH];  /* which of the four count */
    uint32_t fold[GF_NIBBLES_DEPTH];  /* bits set before comparing: the case of letters */
    struct gf_window window[GF_NIBBLES_DEPTH];
};

struct gf_nibbles {
    enum gf_vectors with;
    uint8_t low[GF_NIBBLES_BYTES][16], high[GF_NIBBLES_BYTES][16];
    struct gf_bucket bucket[GF_NIBBLES_BUCKETS];
};

/* Of the n strings text[which[0]] ... (1 <= n <= GF_NIBBLES_MOST), each of at least a byte; `fold`:
 * without regard to the case of ASCII letters, the strings being in lower case. `with` is what the
 * machine has, not GF_VECTORS_NONE. */
void gf_nibbles_build(struct gf_nibbles *g, const struct gf_text *text, const uint32_t *which,
                      size_t n, bool fold, enum gf_vectors with);

/* The window stands at t, or begins there and goes on behind the end of the text in zeros. Returns
 * how much of the text counts from now on. */
typedef size_t gf_nibbles_visit(void *context, size_t t, const struct gf_window *w);

/* Visits each place of a window in p[0 .. len), which may shrink, in ascending order. No byte
 * outside of that is read. */
void gf_nibbles_scan(const struct gf_nibbles *g, const char *p, size_t len, gf_nibbles_visit *visit,
                     void *context);

#endif
