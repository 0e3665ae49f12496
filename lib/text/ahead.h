/*
 * ahead.h - pages of a large region are made by a thread of its own, ahead of their use.
 *
 * The kernel clears each page at its first touch; for a region that is filled once, that takes as
 * long as all the rest of sorting it. Where there is a second processor it can be done there.
 *
 *     struct gf_ahead *a = gf_ahead_start(base, size);     // NULL: there is none, all works as
 * well
 *     ... whenever a few megabytes more are used: gf_ahead_used(a, from_the_front, from_the_back);
 *     gf_ahead_stop(a);                                    // before the region goes
 *
 * On each side half as much is made ahead as is used, at most GF_AHEAD bytes. What lies in the
 * region is left as it is. madvise(2), MADV_POPULATE_WRITE; without it (before Linux 5.14) nothing
 * is done. One thread calls.
 */
#ifndef GF_TEXT_AHEAD_H
#define GF_TEXT_AHEAD_H

#include <stddef.h>

enum {
    GF_AHEAD = 16 << 20
};

struct gf_ahead;

struct gf_ahead *gf_ahead_start(char *base, size_t size);
void gf_ahead_used(struct gf_ahead *a, size_t front, size_t back);

/* NULL is nothing to stop. */
void gf_ahead_stop(struct gf_ahead *a);

#endif
