/*
 * rate.h - how many in how long: 10/s 600/m 1000/h 5/15s 10/100ms 2.5/s 1e6/s; a bare number is
 * per second; a number with a byte unit (1MiB/s, 64kB/s, 500B/s) is a rate of bytes; `unlimited`
 * is no limit at all. The words of iptables and nginx are taken, too: 10/min, 5/hour, 10r/s.
 *
 * With a border the rate is a quota of a window of the calendar, full at the border and never
 * carried over: 1000/d@Europe/Berlin from midnight to midnight, 5000/w@UTC from Monday on,
 * 20000/month@America/New_York, 100/h@:30 from minute 30. What a zone's name means is not known
 * here: time/calendar.h looks it up. A quota is a whole number, up to 1e12.
 *
 * Kept exactly as a fraction in lowest terms: `count` units every `period` nanoseconds. From one
 * in 100 years up to 1e9 records/s, or 1e12 bytes/s. Zero is an error: a limit that lets nothing
 * pass is written by not running the command.
 * Errors: -1, errno EINVAL, `e` (may be NULL) says where. Pure; any thread.
 *
 *     struct gf_rate r;
 *     gf_parse_rate("2.5/s", 5, &r, &e);      r.count 1, r.period 400 * GF_MS
 */
#ifndef GF_BASE_RATE_H
#define GF_BASE_RATE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/perr.h"

/* Where windows of the calendar begin. */
enum gf_rate_border {
    GF_BORDER_NONE, /* no windows: any moment is like another */
    GF_BORDER_HOUR, /* at `minute` */
    GF_BORDER_DAY,  /* the others at midnight in `zone` */
    GF_BORDER_WEEK,
    GF_BORDER_MONTH
};

struct gf_calendar;

struct gf_rate {
    uint64_t count; /* 1 or more, unless unlimited */
    gf_ns period;   /* 1 or more, unless unlimited */
    gf_ns window;   /* the time it was written for: 60 s in 600/m */
    bool bytes;     /* the unit is a byte, not a record */
    bool unlimited;
    enum gf_rate_border border;         /* with one, count is all of a window; period is about it */
    int minute;                         /* of GF_BORDER_HOUR, 0 to 59 */
    const char *zone;                   /* borrowed from the text that was parsed; not terminated */
    size_t zone_len;                    /* 1 to GF_RATE_ZONE_MAX */
    const struct gf_calendar *calendar; /* what the border is in time, once somebody looked */
};

#define GF_RATE_ZONE_MAX 63

int gf_parse_rate(const char *s, size_t len, struct gf_rate *out, struct gf_perr *e);

/* Room for what gf_format_rate writes. */
#define GF_RATE_SIZE 128

/* The rate as gf_parse_rate reads it back, exactly: "10/s", "150/m", "1MiB/s", "unlimited". */
void gf_format_rate(const struct gf_rate *r, char out[GF_RATE_SIZE]);

/* About how long a window of that border is; 0 without one. */
gf_ns gf_rate_about(enum gf_rate_border border);

/* Units a second, for people and statistics; infinity when unlimited. */
double gf_rate_per_second(const struct gf_rate *r);

#endif
