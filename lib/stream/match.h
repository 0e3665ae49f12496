/*
 * match.h - what the operations share that ask of each record whether it matches: their options,
 * the check of them, and a finder that looks at the whole record or at one field of it.
 *
 *     struct mine { struct gf_match match; bool more; };       the match comes first
 *     gf_match_stage(n, st, up, pull_mine, sizeof(struct mine))
 *     int yes = gf_match_test(s, &m->match, rec);
 */
#ifndef GF_STREAM_MATCH_H
#define GF_STREAM_MATCH_H

#include "stream/op.h"

struct gf_match {
    struct gf_finder finder;
    struct gf_cutter cutter;
    const struct gf_field_list *list; /* NULL: the whole record */
};

#define GF_MATCH_LETTERS                                                                           \
    {GF_OP_FIXED, 'F', "fixed", NULL, "take the pattern as plain text", NULL, 0},                  \
        {GF_OP_ICASE, 'i', "ignore-case", NULL, "ignore the case of letters", NULL, 0},            \
        {GF_OP_WORD, 'w', "word", NULL, "match whole words only", NULL, 0},                        \
        {GF_OP_LINE, 'x', "whole", NULL, "match whole records only", NULL, 0},                     \
    {                                                                                              \
        GF_OP_FIELD, 'f', "field", "N", "search field N only", NULL, 0                             \
    }
#define GF_MATCH_OPTIONS                                                                           \
    GF_MATCH_LETTERS,                                                                              \
        {GF_OP_PATTERN, 'e',         "pattern", "PAT", "a pattern; it may begin with a dash",      \
         NULL,          GF_OPT_AGAIN},                                                             \
    {                                                                                              \
        GF_OP_PATTERNS, 0, "patterns", "FILE", "match any pattern of FILE, one a line", "@file",   \
            GF_OPT_AGAIN                                                                           \
    }
extern const struct gf_opt gf_match_opts[];
extern const struct gf_opt_rule gf_match_rules[];
#define GF_MATCH_USAGE "[-Fiwx] [-f N] PAT | -e PAT... | --patterns FILE..."

/* A pattern, and at most one field. */
int gf_match_check(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);

/* A stage whose state has `size` bytes and begins with an open gf_match. NULL: the fault is set. */
struct gf_stage *gf_match_stage(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up,
                                int (*pull)(struct gf_stage *s, size_t max), size_t size);

/* Whether rec matches: 1, 0, -1 (the fault is set). */
int gf_match_test(struct gf_stage *s, struct gf_match *m, struct gf_slice rec);

#endif
