/*
 * choice.h - which records of those that are equal are given: what distinct and uniq share.
 *
 * Records come one by one, the n-th of its like: it is given at once, or one for all of them at
 * the end, or none.
 */
#ifndef GF_STREAM_CHOICE_H
#define GF_STREAM_CHOICE_H

#include "stream/op.h"

struct gf_choice {
    bool counts, last, only_dup, only_unique;
    uint64_t max;
};

struct gf_choice gf_choice_of(const struct gf_node *n);

/* Is the nth of its like given as it comes? */
bool gf_choice_at_once(const struct gf_choice *c, uint64_t nth);

/* Whether it is known at the end only; and then, of n that are equal, whether one is given. */
bool gf_choice_waits(const struct gf_choice *c);
bool gf_choice_at_end(const struct gf_choice *c, uint64_t n);

/* The count and the record, and `end` behind it, as the next record of out. -1: out of memory (the
 * fault is set). */
int gf_choice_emit_counted(struct gf_stage *s, uint64_t count, struct gf_slice rec,
                           struct gf_slice end);

/* The keys. */
int gf_choice_check(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);

#define GF_CHOICE_OPTIONS                                                                          \
    {GF_OP_LIST, 'f', "fields", "LIST", "compare these fields only", "@column", 0},                \
        {GF_OP_KEY, 'k',         "key", "KEY", "compare this key, as in sort: 2,2n 1.3,1.5",       \
         NULL,      GF_OPT_AGAIN},                                                                 \
        {GF_OP_ICASE, 'i', "ignore-case", NULL, "ignore the case of letters", NULL, 0},            \
        {GF_OP_COUNTS, 'c', "count", NULL, "put the count in front", NULL, 0},                     \
        {GF_OP_LAST, 0, "last", NULL, "keep the last of equal records, in its place", NULL, 0},    \
        {GF_OP_MAX, 0, "max", "N", "keep the first N of equal records", NULL, 0},                  \
        {GF_OP_ONLY_DUP, 0, "only-dup", NULL, "keep records that occur more than once", NULL, 0},  \
    {                                                                                              \
        GF_OP_ONLY_UNIQUE, 0, "only-unique", NULL, "keep records that occur only once", NULL, 0    \
    }

#define GF_CHOICE_WHICH "each says which of equal records are kept"
#define GF_CHOICE_RULES                                                                            \
    {GF_OPT_NOT_WITH, "-f", "-k", "both say what is compared"},                                    \
        {GF_OPT_NOT_WITH, "--last", "--max --only-dup --only-unique", GF_CHOICE_WHICH},            \
        {GF_OPT_NOT_WITH, "--max", "--only-dup --only-unique", GF_CHOICE_WHICH},                   \
        {GF_OPT_NOT_WITH, "--only-dup", "--only-unique", GF_CHOICE_WHICH},                         \
    {                                                                                              \
        GF_OPT_NOT_WITH, "--max", "-c", "the count is known at the last of equal records"          \
    }
#endif
