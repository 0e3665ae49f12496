/*
 * pattern.h - does a record match: one pattern or plain text, or any of a million.
 *
 * One alone is searched for as single.h tells. Of several, all plain texts are looked for together
 * (multi.h), or whole records in a set; patterns stay what they are, each by itself, and a pattern
 * is asked only about records that hold the text it needs, which is looked for with the plain ones.
 *
 *     struct gf_pattern *p = gf_pattern_new(flags);
 *     gf_pattern_add(p, "ERROR", 5, &e);  gf_pattern_add(p, "(x)\\1", 5, &e);
 *     gf_pattern_seal(p);
 *     struct gf_finder f;  gf_finder_open(&f, p);
 *     gf_finder_test(&f, rec)             1 matches, 0 does not, GF_REGEX_BOUND
 *
 * A sealed pattern may be shared by threads, each with a finder.
 */
#ifndef GF_TEXT_PATTERN_H
#define GF_TEXT_PATTERN_H

#include <stdint.h>

#include "base/buf.h"
#include "text/regex.h"
#include "text/scan.h"

struct gf_pattern;

/* flags: of regex.h. NULL: ENOMEM. */
struct gf_pattern *gf_pattern_new(unsigned flags);

/* How many bytes it may take, from the first gf_pattern_add on; a new one any. */
void gf_pattern_limit(struct gf_pattern *p, size_t bytes);

/* One more text or pattern; any of them matching is a match. -1: EINVAL (`e`), ENOMEM, or ENOSPC:
 * with this one they take more than they may. From then on those that are added are not kept, only
 * counted, and it is not to be sealed. */
int gf_pattern_add(struct gf_pattern *p, const char *text, size_t len, struct gf_perr *e);

/* The bytes that it takes: of one that is not sealed those that it will take at least. */
size_t gf_pattern_bytes(const struct gf_pattern *p);

/* After the last. Where more memory makes the search faster, it takes up to half of what it may.
 * Without any, nothing matches. -1: ENOMEM. */
int gf_pattern_seal(struct gf_pattern *p);
void gf_pattern_free(struct gf_pattern *p);

/* Of a sealed one: how many were added. */
size_t gf_pattern_count(const struct gf_pattern *p);

/* Of a sealed one that was given alone: a text that every match holds, or NULL. For --explain, and
 * for passing over records. */
const struct gf_literal *gf_pattern_needs(const struct gf_pattern *p);

/* Whether that text alone decides: it is the whole pattern. */
bool gf_pattern_is_text(const struct gf_pattern *p);

/* Whether plain texts decide, one or few: a search goes over a block about as fast as memory gives
 * it. */
bool gf_pattern_is_quick(const struct gf_pattern *p);

/* ---- finding --------------------------------------------------------------------------------- */

struct gf_place {
    size_t from, to;             /* the match */
    size_t group_from, group_to; /* its first group; of a pattern without groups the match; from is
                                    SIZE_MAX when the group took no part */
};

struct gf_finder {
    const struct gf_pattern *pattern;
    struct gf_matcher matcher;
    uint32_t *part;          /* in the order in which they are searched (finder.c) */
    struct gf_asked *asked;  /* for each pattern: the record it was asked about last */
    struct gf_cursor *place; /* for each part: its next place in the record at hand */
    uint64_t turn;           /* counts searches */
    struct gf_buf key;       /* a record in lower case */
};

/* -1: ENOMEM. */
int gf_finder_open(struct gf_finder *f, const struct gf_pattern *p);
void gf_finder_release(struct gf_finder *f);

int gf_finder_test(struct gf_finder *f, struct gf_slice rec);

/*
 * The first record of block (complete records, each ended by `sep`) that matches, without its
 * separator: 1, 0, or GF_REGEX_BOUND with *rec the record that was too hard.
 */
int gf_finder_search(struct gf_finder *f, struct gf_slice block, char sep, struct gf_slice *rec);

/*
 * The leftmost match in rec at or behind `from`; of several that begin there the longest, and of
 * these the one that was given first. Plain texts come in front of patterns. Among several an
 * empty text is no match here, but for GF_REGEX_WORD. Each record begins with from == 0 and goes on
 * in ascending order. 1, 0, GF_REGEX_BOUND. Not for GF_REGEX_LINE.
 */
int gf_finder_next(struct gf_finder *f, struct gf_slice rec, size_t from, struct gf_place *place);

#endif
