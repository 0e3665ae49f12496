/*
 * pattern.h - does a record match: one PCRE2 pattern, one plain text, or many of either.
 *
 * Plain text alone needs no PCRE2: it is searched for with text/scan.h. For a pattern, the texts
 * that every match must hold are worked out by a cautious reading of it, and a record (or a whole
 * block of records) without them is passed over before PCRE2 sees it. Where there is none, many
 * lines are searched at once (text/block.h).
 *
 *     struct gf_pattern *p = gf_pattern_new(flags);
 *     gf_pattern_add(p, "ERROR", 5, &e);
 *     gf_pattern_seal(p, &e);
 *     struct gf_finder f;  gf_finder_open(&f, p);
 *     gf_finder_test(&f, rec)             1 matches, 0 does not, GF_REGEX_BOUND
 *
 * A sealed pattern may be shared by threads, each with a finder.
 */
#ifndef GF_TEXT_PATTERN_H
#define GF_TEXT_PATTERN_H

#include "text/regex.h"
#include "text/scan.h"

struct gf_pattern;

/* flags: of regex.h. NULL: ENOMEM. */
struct gf_pattern *gf_pattern_new(unsigned flags);

/* One more text or pattern; any of them matching is a match. -1: EINVAL (`e`) or ENOMEM. */
int gf_pattern_add(struct gf_pattern *p, const char *text, size_t len, struct gf_perr *e);
int gf_pattern_seal(struct gf_pattern *p, struct gf_perr *e);
void gf_pattern_free(struct gf_pattern *p);

/* Of a sealed one: its compiled form (for groups and places), NULL when there is no pattern in
 * it. */
const struct gf_regex *gf_pattern_regex(const struct gf_pattern *p);

/* A text that every match holds, or NULL. For --explain and for searching blocks. */
const struct gf_literal *gf_pattern_needs(const struct gf_pattern *p);

/* Whether that text alone decides: it is the whole pattern. */
bool gf_pattern_is_text(const struct gf_pattern *p);

struct gf_finder {
    const struct gf_pattern *pattern;
    struct gf_matcher matcher;
    struct gf_matcher block; /* for many lines at once */
};

int gf_finder_open(struct gf_finder *f, const struct gf_pattern *p);
void gf_finder_release(struct gf_finder *f);
int gf_finder_test(struct gf_finder *f, struct gf_slice rec);

/*
 * The first record of block (complete records, each ended by `sep`) that matches, without its
 * separator: 1, 0, or GF_REGEX_BOUND with *rec the record that was too hard.
 */
int gf_finder_search(struct gf_finder *f, struct gf_slice block, char sep, struct gf_slice *rec);

#endif
