/*
 * splitter.h - a separator of fields that is a pattern: fields are what is between its matches.
 *
 *     struct gf_splitter splitter = gf_splitter_of(regex);
 *     sep.splitter = &splitter;                          then a cutter of text/fields.h cuts by it
 *
 * A match of no bytes separates nothing. Only who makes one needs PCRE2; a cutter calls what is in
 * it. The regex is borrowed. Threads may share a splitter; each cutter has a matcher of its own.
 */
#ifndef GF_TEXT_SPLITTER_H
#define GF_TEXT_SPLITTER_H

#include <stddef.h>

#include "text/slice.h"

struct gf_regex;

struct gf_splitter {
    const struct gf_regex *regex;
    /* What finds matches; NULL: ENOMEM. */
    void *(*open)(const struct gf_splitter *s);
    /* The next separator from byte `from` on: 1 and its place; 0: none; -1 with errno ENOMEM or
     * GF_CUT_BOUND (text/fields.h). */
    int (*find)(void *matcher, struct gf_slice rec, size_t from, size_t *start, size_t *end);
    void (*release)(void *matcher);
};

struct gf_splitter gf_splitter_of(const struct gf_regex *regex);

#endif
