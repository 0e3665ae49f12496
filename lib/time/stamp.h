/*
 * stamp.h - times as logs and tables have them, to the nanosecond: read, written, put into buckets.
 *
 * What gf_instant_read knows, with blanks around it or without:
 *
 *     2026-11-25T10:00:00.25Z            RFC 3339 and ISO 8601: T or a blank, a point or a comma,
 *     2026-11-25 10:00:00 +0100          Z, UTC, GMT, +01:00, +0100, +01; without: by the clock of
 *     2026-11-25, 2026/11/25 10:00       the zone; without seconds, or a time of day: at 0
 *     [25/Nov/2026:10:00:00 +0000]       logs of web servers; either bracket may be missing, and
 *                                        the offset too
 *     Nov 25 10:00:00                    syslog, RFC 3164: of the year that makes it nearest to
 *                                        `now`
 *     1764064800.25                      since the epoch, with a sign and a fraction or without: up
 *                                        to 11 digits are seconds, 13 milliseconds, 16
 *                                        microseconds, 19 nanoseconds; any other number of digits
 *                                        is no time (14 are more likely 20261125100000)
 *
 * A form is a text with the letters of strftime and strptime, in English whatever the locale:
 *
 *     %Y %m %d %H %M %S    four digits; two, or when read one
 *     %e                   the day with a blank in front of one digit
 *     %f                   digits of a fraction of a second: nine, or when read any number up to
 *                          that; %3f %6f %9f are three, six, nine of them
 *     %y                   69 to 99 are of 1900, 00 to 68 of 2000
 *     %j                   the day of the year
 *     %I %p                the hour of twelve; AM or PM
 *     %b %B, %a %A         names of months and weekdays, short and long, capital letters or not;
 *                          which weekday it is nobody checks
 *     %s                   seconds since the epoch, which alone decide when they are there
 *     %z                   +0100; read also as all that stands for an offset above
 *     %Z                   only read: UTC, GMT or Z, since other short names mean several zones
 *     %F %T %%             %Y-%m-%d, %H:%M:%S, and a %
 *
 * A blank of a form stands for any number of blanks, none too. A form that is read by has to have
 * %s, a year, %j or a day of a month: without a year it is the one nearest to `now`. What it does
 * not have is the first: month 1, day 1, 0 o'clock. %j is used where %m or %d is missing.
 *
 * Digits behind the ninth of a fraction are cut off. A leap second, :60, is the first second of the
 * next minute. A local time that comes twice is the first of the two, and one that is skipped is
 * the end of the gap, as with zone.h.
 *
 *     struct gf_instant t;
 *     char out[GF_INSTANT_SIZE];
 *     if (gf_instant_read(s, len, zone, now, &t, &e) == 0)
 *         len = gf_instant_text(t, zone, out);          // RFC 3339
 *
 * `zone` NULL is UTC; a zone is for one thread at a time, the rest is pure. Errors: -1, errno
 * EINVAL, `e` (may be NULL) says where. Times are those of the years 1 to 9999.
 */
#ifndef GF_TIME_STAMP_H
#define GF_TIME_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/perr.h"
#include "time/zone.h"

enum {
    GF_INSTANT_SIZE = 48 /* room for what gf_instant_text writes */
};

struct gf_instant {
    int64_t seconds; /* since the epoch */
    int32_t ns;      /* behind that, 0..999999999 */
};

static inline struct gf_instant gf_instant_of(gf_ns wall)
{
    gf_ns rest = (wall % GF_S + GF_S) % GF_S;
    return (struct gf_instant){(wall - rest) / GF_S, (int32_t)rest};
}

static inline int gf_instant_compare(struct gf_instant a, struct gf_instant b)
{
    if (a.seconds != b.seconds)
        return a.seconds < b.seconds ? -1 : 1;
    return a.ns < b.ns ? -1 : a.ns > b.ns;
}

/* Whether the years 1 to 9999 have it, in the zone too. */
bool gf_instant_fits(struct gf_instant t, struct gf_zone *zone);

/* All of s[0..len). `now` is in seconds. */
int gf_instant_read(const char *s, size_t len, struct gf_zone *zone, int64_t now,
                    struct gf_instant *out, struct gf_perr *e);

/* Whether a form is one, and with `reading` says enough of the time. */
int gf_timeform_check(const char *form, size_t len, bool reading, struct gf_perr *e);

/* All of s[0..len) by a form that was checked for that. */
int gf_instant_read_as(const char *s, size_t len, const char *form, size_t form_len,
                       struct gf_zone *zone, int64_t now, struct gf_instant *out,
                       struct gf_perr *e);

/* RFC 3339 with as many digits of the fraction as are needed, and without an end mark; how many
 * bytes. gf_instant_fits must hold. */
size_t gf_instant_text(struct gf_instant t, struct gf_zone *zone, char out[GF_INSTANT_SIZE]);

/* By a form that was checked: how many bytes it takes, of which the first `cap` are in out. The
 * same must hold. */
size_t gf_instant_text_as(struct gf_instant t, struct gf_zone *zone, const char *form,
                          size_t form_len, char *out, size_t cap);

/*
 * The beginning of the bucket that t is in; size > 0. Buckets are counted on the clock of the zone
 * from its 1970-01-01T00:00:00 on, so a day begins at midnight there; whole weeks are counted from
 * its first Monday. Where the clock is set back, the hour that comes again has buckets of its own.
 */
struct gf_instant gf_instant_bucket(struct gf_instant t, gf_ns size, struct gf_zone *zone);

#endif
