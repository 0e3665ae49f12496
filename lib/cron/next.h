/*
 * next.h - when a schedule fires next.
 *
 * A schedule names times on a wall clock; zone changes make some of them happen twice and some
 * never. Which rule holds (after Debian's cron(8)) depends on the schedule's class (gf_cron.real):
 *
 *   real time  fires at every instant at which the clock shows a matching time: nothing in a gap,
 *              both passes of a repeated hour.
 *   fixed      fires at the first instant at which the clock shows the matching time or a later
 *              one: in a repeated hour the first pass only, in a gap once, at its end. With
 *              GF_DST_SKIP, times in a gap do not fire.
 *
 * The length of a gap is what the zone says: 30 minutes, two hours, a day.
 *
 * "Never" is proved: the Gregorian calendar repeats after 400 years (146,097 days, which are whole
 * weeks), so a search through 400 years that finds nothing finds nothing ever. @start has no time
 * of its own and answers never.
 *
 *     int64_t t;
 *     switch (gf_cron_next(&c, zone, GF_DST_DEBIAN, now, &t)) {
 *     case GF_CRON_FOUND: ... t > now ...
 *     case GF_CRON_NEVER: ...
 */
#ifndef GF_CRON_NEXT_H
#define GF_CRON_NEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "cron/expr.h"
#include "time/zone.h"

enum gf_dst {
    GF_DST_DEBIAN,
    GF_DST_SKIP,
};

/* The words of --dst in the order of the enum, NULL-terminated. */
extern const char *const gf_dst_words[];

enum {
    GF_CRON_FOUND = 0,
    GF_CRON_NEVER = 1,
};

/* The first firing after the instant t (GF_CIVIL_MIN .. GF_CIVIL_MAX) of any schedule of the list
 * that begins with c. */
int gf_cron_next(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t t,
                 int64_t *out);

/* The same, of those schedules of the list that are fixed. */
int gf_cron_next_fixed(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t t,
                       int64_t *out);

/* Whether a schedule of the list fires when a scheduler starts at t; at `now` or later. */
bool gf_cron_starts(const struct gf_cron *c, int64_t t);
bool gf_cron_will_start(const struct gf_cron *c, int64_t now);

/* ---- of c alone, without those behind it ----------------------------------------------------- */

/* The first matching time on a wall clock that is not before `local`; false: none in 400 years.
 * For schedules of fields and GF_CRON_DAYS. Pure. */
bool gf_cron_next_local(const struct gf_cron *c, int64_t local, int64_t *out);

/* Whether c, which is of these, matches this time on a wall clock. Pure. */
bool gf_cron_matches(const struct gf_cron *c, int64_t local);

/* Whether there is any time at all at which c fires; only fields can say no (30 February). */
bool gf_cron_possible(const struct gf_cron *c);

#endif
