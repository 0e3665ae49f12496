/*
 * between.c - the firings between two instants: how many there are, and the last.
 *
 * The count goes from firing to firing, and takes a whole day where the first firing of a day is
 * met and the day lies in one span of the zone, above everything the clock showed before. Of
 * several schedules each firing is gone to, since two of them may name the same time.
 */
#include "cron/between.h"

/* Whether `due` is the first of all matching times of its day, and all of them fire and are not
 * after `upto`. *end is the first instant of the next day. */
static bool is_whole_day(const struct gf_cron *c, const struct gf_span *s, int64_t due,
                         int64_t upto, int64_t *end)
{
    struct gf_civil v = gf_civil_of(due + s->off);
    int64_t midnight = due + s->off - v.sod, first;
    *end = midnight + GF_DAY - s->off;
    return midnight > s->high && midnight - s->off >= s->start && *end <= s->end &&
           *end - 1 <= upto && gf_cron_next_local(c, midnight, &first) && first == due + s->off;
}

static uint64_t times_a_day(const struct gf_cron *c)
{
    return (uint64_t)__builtin_popcount(c->hour) * (uint64_t)__builtin_popcountll(c->min) *
           (uint64_t)__builtin_popcountll(c->sec);
}

uint64_t gf_cron_count(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t after,
                       int64_t upto)
{
    int64_t due, end;
    uint64_t n = 0;
    while (gf_cron_next(c, z, dst, after, &due) == GF_CRON_FOUND && due <= upto) {
        if (c->kind == GF_CRON_EVERY && !c->also) {
            int64_t end_of_all = c->bounded && c->upto < upto ? c->upto : upto;
            return (uint64_t)((end_of_all - due) / c->every) + 1;
        }
        struct gf_span s = gf_zone_span(z, due);
        bool whole = c->kind == GF_CRON_FIELDS && !c->also && !c->bounded &&
                     is_whole_day(c, &s, due, upto, &end);
        n += whole ? times_a_day(c) : 1;
        after = whole ? end - 1 : due;
    }
    return n;
}

/* Halves [lo, hi]: `lo` is the latest firing that is known, after `hi` there is none. */
int gf_cron_last(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t after,
                 int64_t upto, int64_t *out)
{
    int64_t due, lo, hi = upto;
    if (gf_cron_next(c, z, dst, after, &due) != GF_CRON_FOUND || due > upto)
        return GF_CRON_NEVER;
    for (lo = due; lo < hi;) {
        int64_t mid = lo + (hi - lo) / 2;
        if (gf_cron_next(c, z, dst, mid, &due) == GF_CRON_FOUND && due <= upto)
            lo = due;
        else
            hi = mid;
    }
    *out = lo;
    return GF_CRON_FOUND;
}
