/*
 * splitter.c - matches of the regex, one behind the other.
 *
 * A match of no bytes is passed by: the next one is looked for a byte further on. In UTF-8 that may
 * be within a character, where nothing matches.
 */
#include "text/splitter.h"

#include <errno.h>
#include <stdlib.h>

#include "text/fields.h"
#include "text/regex.h"

static void *open_matcher(const struct gf_splitter *s)
{
    struct gf_matcher *m = malloc(sizeof *m);
    if (m && gf_matcher_open(m, s->regex) == 0)
        return m;
    free(m);
    errno = ENOMEM;
    return NULL;
}

static void release_matcher(void *matcher)
{
    gf_matcher_release(matcher);
    free(matcher);
}

static int find(void *matcher, struct gf_slice rec, size_t from, size_t *start, size_t *end)
{
    struct gf_matcher *m = matcher;
    while (from < rec.len) {
        int got = gf_regex_match(m, rec, from);
        if (got < 0)
            errno = GF_CUT_BOUND;
        if (got != 1)
            return got < 0 ? -1 : 0;
        *start = m->at[0];
        *end = m->at[1];
        if (*end > *start)
            return 1;
        from = *end + 1;
    }
    return 0;
}

struct gf_splitter gf_splitter_of(const struct gf_regex *regex)
{
    return (struct gf_splitter){regex, open_matcher, find, release_matcher};
}
