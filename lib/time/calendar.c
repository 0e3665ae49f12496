/*
 * calendar.c - a window is a number of hours, days, weeks or months since 1970, by the local date.
 *
 * A local date may come twice (a clock that is put back over midnight), so the window of an instant
 * goes by the latest time that the clock has shown until then, which the zone knows. The start of a
 * window is the first instant at which the clock shows its first second or a later one.
 */
#include "time/calendar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/sat.h"
#include "time/civil.h"

/* The latest start that is looked for: gf_ns ends in 2262. */
#define LAST ((int64_t)9000000000)

static int64_t div_floor(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* ---- windows --------------------------------------------------------------------------------- */

static int64_t window_of_date(const struct gf_calendar *c, int64_t local)
{
    int64_t days = div_floor(local, GF_DAY);
    if (c->border == GF_BORDER_DAY)
        return days;
    if (c->border == GF_BORDER_WEEK) /* 1970-01-01 was a Thursday */
        return div_floor(days + 3, 7);
    struct gf_civil date = gf_civil_of(local);
    return (int64_t)(date.year - 1970) * 12 + date.mon - 1;
}

static int64_t first_day(const struct gf_calendar *c, int64_t window)
{
    if (c->border == GF_BORDER_DAY)
        return window;
    if (c->border == GF_BORDER_WEEK)
        return window * 7 - 3;
    return gf_civil_days((int)(1970 + div_floor(window, 12)),
                         (int)(window - div_floor(window, 12) * 12) + 1, 1);
}

int64_t gf_calendar_window(const struct gf_calendar *c, gf_ns now)
{
    int64_t t = div_floor(gf_sat_add_i64(now, c->owner->ahead), GF_S);
    if (c->border == GF_BORDER_HOUR)
        return div_floor(t - c->minute * INT64_C(60), 3600);
    struct gf_span s = gf_zone_span(c->zone, t);
    int64_t shown = t + s.off;
    return window_of_date(c, shown > s.high ? shown : s.high);
}

gf_ns gf_calendar_start(const struct gf_calendar *c, int64_t window)
{
    int64_t t = LAST;
    if (c->border == GF_BORDER_HOUR && window < LAST / 3600)
        t = window * 3600 + c->minute * INT64_C(60);
    else if (c->border != GF_BORDER_HOUR && window < LAST / GF_DAY)
        t = gf_zone_first(c->zone, first_day(c, window) * GF_DAY, NULL);
    return t >= LAST ? GF_NEVER : gf_sat_sub_i64(t * GF_S, c->owner->ahead);
}

/* ---- the calendars of a process -------------------------------------------------------------- */

void gf_calendars_look(struct gf_calendars *cs, gf_ns now, gf_ns now_wall)
{
    if (now_wall > cs->latest)
        cs->latest = now_wall;
    cs->ahead = gf_sat_sub_i64(cs->latest, now);
}

static int add(struct gf_calendars *cs, const struct gf_calendar *c, struct gf_rate *rate)
{
    struct gf_calendar **list = realloc(cs->list, (cs->n + 1) * sizeof(struct gf_calendar *));
    if (!list)
        return -1;
    cs->list = list;
    struct gf_calendar *copy = malloc(sizeof *copy);
    if (!copy)
        return -1;
    *copy = *c;
    rate->calendar = cs->list[cs->n++] = copy;
    return 0;
}

int gf_calendars_resolve(struct gf_calendars *cs, struct gf_rate *rate, struct gf_perr *e)
{
    struct gf_calendar c = {.border = rate->border, .minute = rate->minute, .owner = cs};
    if (rate->border == GF_BORDER_NONE)
        return 0;
    if (rate->border != GF_BORDER_HOUR) {
        char *name = strndup(rate->zone, rate->zone_len);
        int r = name ? gf_zones_get(&cs->zones, name, &c.zone, e) : -1;
        free(name);
        if (r != 0)
            return -1;
        rate->zone = gf_zone_name(c.zone);
        rate->zone_len = strlen(rate->zone);
    }
    for (size_t i = 0; i < cs->n; i++)
        if (cs->list[i]->border == c.border && cs->list[i]->minute == c.minute &&
            cs->list[i]->zone == c.zone) {
            rate->calendar = cs->list[i];
            return 0;
        }
    return add(cs, &c, rate);
}

void gf_calendars_release(struct gf_calendars *cs)
{
    for (size_t i = 0; i < cs->n; i++)
        free(cs->list[i]);
    free(cs->list);
    gf_zones_release(&cs->zones);
    *cs = (struct gf_calendars){.zones = cs->zones};
}
