/*
 * calendar.h - windows of the calendar: hours, days, weeks and months that follow one another.
 *
 * Windows are numbered in the order of time. An hour begins at a minute of UTC's clock; a day at
 * midnight of a time zone, a week on its Monday, a month on its first day. Where a clock change
 * skips midnight, the day begins at the first instant after the gap; where midnight comes twice, at
 * the first of the two. So days of 23 and 25 hours are as long as people have them.
 *
 * Calendars ask the wall clock, limits run on a clock that does not step. `ahead` says how far the
 * first is from the second; the caller keeps it fresh with gf_calendars_look. The time that
 * calendars go by never steps back: it stands still until the wall clock is where it was.
 *
 *     struct gf_calendars cs = {0};
 *     if (gf_calendars_resolve(&cs, &rate, &e) != 0) ... an unknown zone ...
 *     gf_calendars_look(&cs, now_mono, now_wall);
 *     int64_t w = gf_calendar_window(rate.calendar, now_mono);
 *     gf_ns end = gf_calendar_start(rate.calendar, w + 1);      // on the clock of now_mono
 *     gf_calendars_release(&cs);
 *
 * As zone.h: one thread.
 */
#ifndef GF_TIME_CALENDAR_H
#define GF_TIME_CALENDAR_H

#include "base/rate.h"
#include "time/zone.h"

struct gf_calendars;

struct gf_calendar {
    enum gf_rate_border border;
    int minute; /* of hours */
    struct gf_zone *zone;
    const struct gf_calendars *owner;
};

/* A zeroed struct has none. */
struct gf_calendars {
    struct gf_zones zones;
    struct gf_calendar **list;
    size_t n;
    gf_ns ahead;  /* of the wall clock, before the clock of the limits */
    gf_ns latest; /* the latest wall time that was looked at */
};

/* Sets rate->calendar, for a rate with a border; another rate stays as it is. -1: errno and `e`
 * as of gf_zone_open, with a column in the zone's name, or ENOMEM. The calendar lives until
 * gf_calendars_release. */
int gf_calendars_resolve(struct gf_calendars *cs, struct gf_rate *rate, struct gf_perr *e);

void gf_calendars_look(struct gf_calendars *cs, gf_ns now, gf_ns now_wall);

void gf_calendars_release(struct gf_calendars *cs);

/* The window that `now` is in. */
int64_t gf_calendar_window(const struct gf_calendar *c, gf_ns now);

/* When a window begins. */
gf_ns gf_calendar_start(const struct gf_calendar *c, int64_t window);

#endif
