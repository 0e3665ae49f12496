/*
 * grams.h - where in a text one of many strings may be, found by looking at every n-th place only.
 *
 * A gram is a run of `q` bytes (1 to 8). Of each string a window of q + step - 1 bytes is chosen,
 * and each of the `step` grams in it is put into a table. Wherever the string stands in a text, one
 * of those grams stands at a multiple of `step`; so the text is probed there and nowhere else. A
 * probe reads one word of a Bloom filter, and only where both of its bits are set the table is
 * asked, which has for each gram the strings it is of and its place in them. The longer the
 * shortest string, the larger the step.
 *
 *     struct gf_grams g;  gf_grams_build(&g, text, which, n, false);
 *     for (size_t t = 0; (t = gf_grams_next(&g, p, len, t)) < len; t += g.step) {
 *         struct gf_gram_hits h = gf_grams_at(&g, p, len, t);
 *         ... h.gram[0 .. h.n): text[gram.text] may begin at t - gram.at
 *     }
 *     gf_grams_release(&g);
 *
 * The strings are borrowed. A table that is built is only read: threads may share it. See Karp and
 * Rabin, "Efficient randomized pattern-matching algorithms" (1987); sampling the text instead of
 * the strings is what rsync and agrep do.
 */
#ifndef GF_TEXT_GRAMS_H
#define GF_TEXT_GRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of the strings, at least one byte; `owner` is its user's. */
struct gf_text {
    union {
        const char *data;
        size_t offset; /* for its user, before the place is known */
    };
    uint32_t len, owner;
};

struct gf_gram {
    uint32_t text;
    uint16_t at;  /* the place of the gram in it */
    uint16_t tag; /* bits of its hash that chose neither word nor bucket */
};

struct gf_grams {
    unsigned q, step;
    uint64_t mask;  /* of the q bytes */
    uint64_t fold;  /* bits that are set before hashing: the case of letters */
    uint64_t *word; /* the Bloom filter */
    unsigned word_shift;
    uint32_t *bucket; /* bucket[i] .. bucket[i + 1] are grams */
    unsigned bucket_shift;
    struct gf_gram *gram;
};

enum {
    GF_GRAM_BYTES = 24 /* what one takes at most, with its part of the tables */
};

/* Of the n strings text[which[0]] ... (n >= 1), with `most` grams at most, but one of each string;
 * the fewer, the slower. `fold`: without regard to the case of ASCII letters, the strings being in
 * lower case. -1: ENOMEM. */
int gf_grams_build(struct gf_grams *g, const struct gf_text *text, const uint32_t *which, size_t n,
                   size_t most, bool fold);
void gf_grams_release(struct gf_grams *g);

/* The next place at or behind `from`, a multiple of step, where a gram may stand; len: none. */
size_t gf_grams_next(const struct gf_grams *g, const char *p, size_t len, size_t from);

struct gf_gram_hits {
    const struct gf_gram *gram;
    size_t n;
    uint16_t tag; /* a gram with another tag is not meant */
};

/* The grams that may stand at t. More than GF_GRAMS_FEW are in the order of (at, text). */
struct gf_gram_hits gf_grams_at(const struct gf_grams *g, const char *p, size_t len, size_t t);

enum {
    GF_GRAMS_FEW = 8
};

#endif
