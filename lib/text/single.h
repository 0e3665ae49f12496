/*
 * single.h - one pattern by itself: tested on a record, or looked for in a block of records.
 *
 * Plain text alone needs no PCRE2: it is searched for with text/scan.h. Of a pattern, the text that
 * every match must hold (text/required.h) is looked for first; where there is none, many lines are
 * searched at once (text/block.h).
 *
 *     struct gf_single s;
 *     gf_single_open(&s, "ERROR", 5, flags, &e);  gf_single_prepare(&s);
 *     gf_single_test(&s, &matcher, rec)            1 matches, 0 does not, GF_REGEX_BOUND
 *
 * One that is prepared is only read: threads may share it, each with a matcher.
 */
#ifndef GF_TEXT_SINGLE_H
#define GF_TEXT_SINGLE_H

#include "text/regex.h"
#include "text/scan.h"

struct gf_single {
    unsigned flags;
    struct gf_regex *re;
    struct gf_regex *block; /* finds the same in many lines at once; NULL: nothing does */
    char *source;           /* the pattern, kept until it is prepared */
    size_t source_len;
    char *text;              /* what is required */
    struct gf_literal needs; /* the same; length 0: nothing is. Not for GF_REGEX_ICASE */
    bool is_text;            /* it is the whole pattern, and decides */
};

/* -1: EINVAL (`e`) or ENOMEM; nothing is to be released then. */
int gf_single_open(struct gf_single *s, const char *pattern, size_t len, unsigned flags,
                   struct gf_perr *e);
void gf_single_release(struct gf_single *s);

/* What it takes when it is prepared, about. */
size_t gf_single_bytes(const struct gf_single *s);

/* Makes it ready for search. -1: ENOMEM. */
int gf_single_prepare(struct gf_single *s);

/* The matcher was opened with a regex of as many groups (gf_matcher_turn). */
int gf_single_test(const struct gf_single *s, struct gf_matcher *m, struct gf_slice rec);

/* The record around `at`, which lies in the block. */
struct gf_slice gf_record_around(struct gf_slice block, const char *at, char sep);

/*
 * The first record of block (complete records, each ended by `sep`) that matches, without its
 * separator: 1, 0, or GF_REGEX_BOUND with *rec the record that was too hard.
 */
int gf_single_search(const struct gf_single *s, struct gf_matcher *m, struct gf_slice block,
                     char sep, struct gf_slice *rec);

#endif
