/*
 * quota.c - the state as a number of units since 1970, `count` of them a window.
 *
 * Units of a window that has begun may pass now. Those that do not fit into what is left of a
 * window are taken of the next one. A window without length (a day that a zone has skipped) would
 * give its units at the same moment as the next one, so it is passed over.
 */
#include "limit/quota.h"

#include "base/sat.h"
#include "time/calendar.h"

static gf_ns size(const struct gf_gcra *l)
{
    return (gf_ns)l->rate.count;
}

/* The first unit of a window; the parser bounds the count so that this fits up to 2262. */
static gf_ns first_unit(const struct gf_gcra *l, int64_t window)
{
    return window * size(l);
}

static gf_ns base_of(const struct gf_gcra *l, gf_ns state, int64_t window)
{
    gf_ns first = first_unit(l, window);
    return state > first ? state : first;
}

gf_ns gf_quota_start(const struct gf_gcra *l, uint64_t left, gf_ns now)
{
    gf_ns most = left < l->rate.count ? (gf_ns)left : size(l);
    return first_unit(l, gf_calendar_window(l->rate.calendar, now) + 1) - most;
}

int64_t gf_quota_left(const struct gf_gcra *l, gf_ns state, gf_ns now)
{
    int64_t window = gf_calendar_window(l->rate.calendar, now);
    return first_unit(l, window + 1) - base_of(l, state, window);
}

static bool is_empty(const struct gf_calendar *c, int64_t window)
{
    gf_ns start = gf_calendar_start(c, window);
    return start != GF_NEVER && start == gf_calendar_start(c, window + 1);
}

struct gf_ticket gf_quota_place(const struct gf_gcra *l, gf_ns state, uint64_t n, gf_ns now)
{
    const struct gf_calendar *c = l->rate.calendar;
    int64_t is = gf_calendar_window(c, now);
    gf_ns from = base_of(l, state, is);
    struct gf_ticket t = {.due = GF_NEVER, .from = state, .to = state};
    if (n > l->rate.count)
        return t;
    int64_t window = from / size(l);
    if (from + (gf_ns)n > first_unit(l, window + 1))
        window++;
    while (window > is && is_empty(c, window))
        window++;
    if (window > is)
        t.due = gf_calendar_start(c, window);
    else
        t.due = now;
    if (t.due < now)
        t.due = now;
    t.from = from;
    t.to = gf_sat_add_i64(base_of(l, from, window), (gf_ns)n);
    return t;
}

gf_ns gf_quota_due(const struct gf_gcra *l, gf_ns state, gf_ns now)
{
    gf_ns due = gf_calendar_start(l->rate.calendar, (state - 1) / size(l));
    return due > now ? due : now;
}

bool gf_quota_is_over(const struct gf_gcra *l, gf_ns state, gf_ns now)
{
    return (state - 1) / size(l) < gf_calendar_window(l->rate.calendar, now);
}

gf_ns gf_quota_idle_at(const struct gf_gcra *l, gf_ns state)
{
    if (state <= 0)
        return INT64_MIN;
    return gf_calendar_start(l->rate.calendar, (state - 1) / size(l) + 1);
}

gf_ns gf_quota_convert(const struct gf_gcra *l, const struct gf_gcra *next, gf_ns state)
{
    if (state <= 0)
        return state;
    int64_t window = (state - 1) / size(l);
    gf_ns used = state - first_unit(l, window);
    return first_unit(next, window) + (used < size(next) ? used : size(next));
}
