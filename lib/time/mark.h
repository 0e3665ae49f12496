/*
 * mark.h - where one offset of a zone gives way to the next.
 *
 *     struct gf_mark winter = gf_mark_first(off);
 *     struct gf_mark summer = gf_mark_after(&winter, start, off + 3600);
 *
 * Marks are kept in arrays, in the order of `start`. Pure; any thread.
 */
#ifndef GF_TIME_MARK_H
#define GF_TIME_MARK_H

#include <stdint.h>

#include "time/civil.h"

/* All time that zones are asked about: a thousand years around what RFC 3339 can write. */
#define GF_ZONE_EARLIEST (GF_CIVIL_MIN - 1000 * 366 * GF_DAY)
#define GF_ZONE_LATEST (GF_CIVIL_MAX + 1000 * 366 * GF_DAY)

struct gf_mark {
    int64_t start; /* the first instant of the offset */
    int64_t high;  /* the latest time the clock has shown before `start`; INT64_MIN: none */
    int32_t off;   /* seconds ahead of UTC */
};

/* The offset of the beginning of time. */
static inline struct gf_mark gf_mark_first(int32_t off)
{
    return (struct gf_mark){.start = GF_ZONE_EARLIEST, .high = INT64_MIN, .off = off};
}

/* The mark at `start` that follows m. */
static inline struct gf_mark gf_mark_after(const struct gf_mark *m, int64_t start, int32_t off)
{
    int64_t shown = start - 1 + m->off;
    return (struct gf_mark){.start = start, .high = shown > m->high ? shown : m->high, .off = off};
}

#endif
