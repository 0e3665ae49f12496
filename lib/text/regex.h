/*
 * regex.h - PCRE2 with bounds: a compiled pattern that threads share, and a matcher for each.
 *
 * Subjects are bytes; GF_REGEX_UTF turns on UTF-8 and Unicode properties, and bytes that are no
 * UTF-8 then match nothing instead of being an error. Every match is bounded (ten million steps, 64
 * MiB of heap): hitting a bound is GF_REGEX_BOUND, never "no match". The JIT is used where it may
 * be; where its stack does not suffice the interpreter takes over.
 *
 *     struct gf_regex *re = gf_regex_compile("id=(\\w+)", 8, GF_REGEX_ICASE, &e);
 *     struct gf_matcher m;  gf_matcher_open(&m, re);
 *     if (gf_regex_match(&m, rec, 0) == 1) ... m.at[0], m.at[1] ...
 *
 * Errors of compile: NULL with errno EINVAL (`e` says where) or ENOMEM.
 */
#ifndef GF_TEXT_REGEX_H
#define GF_TEXT_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/perr.h"
#include "text/slice.h"

enum gf_regex_flag {
    GF_REGEX_ICASE = 1,
    GF_REGEX_WORD = 2, /* no word byte in front of the match or behind it (grep -w) */
    GF_REGEX_LINE = 4, /* the whole subject (grep -x) */
    GF_REGEX_UTF = 8,
    GF_REGEX_EXTENDED = 16, /* white space and comments in the pattern */
    GF_REGEX_FIXED = 32,    /* the pattern is plain text */
    GF_REGEX_BLOCK = 64,    /* ^ and $ at newlines: for what block.h rewrote */
};

struct gf_regex;

struct gf_regex *gf_regex_compile(const char *pattern, size_t len, unsigned flags,
                                  struct gf_perr *e);
void gf_regex_free(struct gf_regex *re);

/* What it takes of memory, about. */
size_t gf_regex_bytes(const struct gf_regex *re);

/* How many bytes in front are verbs that hold for the whole pattern, such as (*UCP): nothing may
 * stand before them. */
size_t gf_regex_verbs(const char *pattern, size_t len);

/* Groups of the pattern; the number of a named one, or -1. */
unsigned gf_regex_groups(const struct gf_regex *re);
int gf_regex_group(const struct gf_regex *re, const char *name, size_t len);

struct gf_matcher {
    const struct gf_regex *re;
    void *data, *context, *stack;
    const size_t *at; /* of the last match: at[2n], at[2n+1] are group n; SIZE_MAX: not set */
    unsigned set;     /* groups that may be looked at, the whole match among them */
};

enum {
    GF_REGEX_BOUND = -2
};

/* -1: ENOMEM. */
int gf_matcher_open(struct gf_matcher *m, const struct gf_regex *re);
void gf_matcher_release(struct gf_matcher *m);

/* Turns it to another regex, of as many groups at most as the one it was opened with; else only
 * whether that matches, and where, is to be relied on. */
void gf_matcher_turn(struct gf_matcher *m, const struct gf_regex *re);

/* From `from` on: 1 found, 0 not, GF_REGEX_BOUND. */
int gf_regex_match(struct gf_matcher *m, struct gf_slice subject, size_t from);

#endif
