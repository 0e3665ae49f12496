/*
 * suggest.h - "did you mean": the nearest of a set of names.
 *
 * Nearness is the optimal string alignment distance (insert, delete, replace, swap neighbours;
 * see Damerau, CACM 7(3), 1964), at most a third of the word's length and at least one; a name that
 * the word begins is nearer than any other. Pure; any thread.
 *
 *     struct gf_suggest s;
 *     gf_suggest_init(&s, "srot", 4);
 *     for (...) gf_suggest_offer(&s, names[i]);
 *     if (s.best) gf_hint("did you mean '%s'?", s.best);
 */
#ifndef GF_BASE_SUGGEST_H
#define GF_BASE_SUGGEST_H

#include <stddef.h>

struct gf_suggest {
    const char *word;
    size_t len;
    size_t distance;  /* of the best, or one more than what is near enough */
    const char *best; /* NULL while nothing is near enough; borrowed from the offer */
};

void gf_suggest_init(struct gf_suggest *s, const char *word, size_t len);
void gf_suggest_offer(struct gf_suggest *s, const char *name);

#endif
