/*
 * zonerule.h - a time zone that is given as a POSIX rule: EST5EDT,M3.2.0,M11.1.0.
 *
 *     struct gf_zonerule r;
 *     struct gf_zonechange two[2];
 *     if (!gf_zonerule_parse(&r, "CET-1CEST,M3.5.0,M10.5.0/3", 26)) ... no rule ...
 *     gf_zonerule_year(&r, 2026, two);     // two[0].at is 2026-03-29T01:00:00Z, two[0].off 7200
 *     gf_zonerule_offset(&r, t);           // seconds ahead of UTC
 *
 * The sources: POSIX.1-2017, XBD 8.3, TZ, and its extension in RFC 9636, 3.3.2 (hours of -167 to
 * 167 in a change). Offsets are seconds ahead of UTC, so the sign is not that of the text. Pure;
 * any thread.
 */
#ifndef GF_TIME_ZONERULE_H
#define GF_TIME_ZONERULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A day of the year and a time on it. */
struct gf_zoneday {
    enum {
        GF_ZONEDAY_PLAIN,  /* day 0 to 365, 29 February counted */
        GF_ZONEDAY_JULIAN, /* day 1 to 365, 29 February never counted */
        GF_ZONEDAY_WEEK,   /* day 0 to 6 (0: Sunday) of week 1 to 5 (5: the last) of a month */
    } kind;
    int mon, week, day;
    int32_t at; /* seconds after midnight, by the clock in force before the change */
};

struct gf_zonerule {
    int32_t std, dst;
    bool has_changes; /* else the offset is `std` for ever */
    struct gf_zoneday start, end;
};

struct gf_zonechange {
    int64_t at;
    int32_t off; /* from `at` on */
};

/* Reads "std offset[dst[offset][,start,end]]". Summer time without its changes has those of the
 * USA. False: s[0..len) is no such text, or out of its ranges. */
bool gf_zonerule_parse(struct gf_zonerule *r, const char *s, size_t len);

/* The changes that a rule with changes has in a year, the earlier one first. Where a change comes
 * at or before the one that it follows, in this year or the last, only the later of the two in that
 * order counts: so summer time may last all year. */
void gf_zonerule_year(const struct gf_zonerule *r, int year, struct gf_zonechange out[2]);

/* The offset at the instant t. */
int32_t gf_zonerule_offset(const struct gf_zonerule *r, int64_t t);

#endif
