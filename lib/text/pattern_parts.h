/*
 * pattern_parts.h - what a gf_pattern is made of: between pattern.c, which builds it, and finder.c,
 * which searches with it.
 *
 * A part is what a block is searched with in one go. Parts are numbered: first the classes of
 * `texts`, then the set of whole records, then the loners.
 */
#ifndef GF_TEXT_PATTERN_PARTS_H
#define GF_TEXT_PATTERN_PARTS_H

#include "text/multi.h"
#include "text/pattern.h"
#include "text/single.h"
#include "text/table.h"

enum {
    GF_PATTERN_TEXT = UINT32_MAX /* owner of a text that decides; else the number of a single */
};

struct gf_pattern {
    unsigned flags;
    size_t n;
    size_t room;            /* bytes it may take */
    size_t bytes;           /* it takes, but for `texts` */
    size_t texts_bytes;     /* what those take, or before they are sealed will take at least */
    bool alone;             /* n is 1: single[0] is all there is */
    bool matches_all;       /* an empty text is among them */
    struct gf_buf first;    /* the first that was added */
    struct gf_multi *texts; /* plain texts, and what singles need; or NULL */
    struct gf_keytable set; /* plain texts that are whole records */
    size_t in_set, shortest, longest;
    struct gf_single *single;
    size_t singles, cap;
    uint32_t *loner; /* singles that need no text */
    size_t loners;
    unsigned classes; /* of `texts` */
    size_t parts;
};

/* rec as the set has it: itself, or with GF_REGEX_ICASE its copy in lower case in *key.
 * -1: ENOMEM. */
int gf_pattern_key(const struct gf_pattern *p, struct gf_slice rec, struct gf_buf *key,
                   struct gf_slice *out);

#endif
