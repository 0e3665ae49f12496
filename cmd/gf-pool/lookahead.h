/*
 * lookahead.h - how many jobs there will be, for those who watch.
 *
 * It is known for lists, and when the input has ended. Before that it is known when the input is
 * one regular file: its records are counted apart from the reading, some at each look, so that no
 * look takes long. Nothing is counted where nobody looks. With -r, -X and --pipe, and where
 * records end with more than a byte (--csv, --recend), nothing is known before the end.
 */
#ifndef GF_POOL_LOOKAHEAD_H
#define GF_POOL_LOOKAHEAD_H

#include <sys/types.h>

#include "options.h"
#include "source.h"

struct lookahead {
    const struct options *opt;
    int fd; /* -1: there is nothing to count (any more) */
    off_t at;
    uint64_t records;
    bool open_end; /* the last one so far has no separator */
    bool counted;  /* to the end */
};

/* Before anything is read. */
void lookahead_open(struct lookahead *l, const struct options *o);
void lookahead_close(struct lookahead *l);

/* How many jobs there will be in all, of which `taken` were taken from the source; false while that
 * is not known. */
bool lookahead_total(struct lookahead *l, const struct source *s, uint64_t taken, uint64_t *total);

#endif
