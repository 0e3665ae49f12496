/*
 * next.c - the next firing: a match on the wall clock, then the instant that shows it.
 *
 * On the wall clock: the days of a month that match are one 32-bit mask, so a search goes by
 * months, and through 400 years in 4800 steps; seconds, minutes and hours are masks as well.
 *
 * From the clock to instants: for fixed schedules, with high(t) the latest time the clock has
 * shown up to t, the next firing is the first instant at which the clock shows w or later, w being
 * the first match after high(t). For real time, the search goes span by span.
 *
 * Several schedules are asked one by one for their next firing, and the earliest is the answer: so
 * a time that two of them name is one firing.
 */
#include "cron/next.h"

#include <stddef.h>

const char *const gf_dst_words[] = {"debian", "skip", NULL};

/* ---- days ------------------------------------------------------------------------------------ */

/* Bits 1..n. */
static uint32_t days_up_to(int n)
{
    return (uint32_t)((UINT64_C(2) << n) - 2);
}

/* Every seventh bit from day `first` (1..7) on. */
static uint32_t weekly(int first)
{
    return UINT32_C(0x10204081) << first;
}

/* Days of the month that fall on one of the weekdays, when day 1 is weekday `w1`. */
static uint32_t days_on(uint8_t weekdays, int w1)
{
    uint32_t m = 0;
    for (int d = 0; d < 7; d++)
        if (weekdays >> d & 1)
            m |= weekly(1 + (d - w1 + 7) % 7);
    return m;
}

/* The weekday nearest to day d, within the month. */
static int nearest_weekday(int d, int w1, int length)
{
    int w = (w1 + d - 1) % 7;
    if (w == 6)
        return d > 1 ? d - 1 : d + 2;
    if (w == 0)
        return d < length ? d + 1 : d - 2;
    return d;
}

static uint32_t match_dom(const struct gf_cron *c, int w1, int length)
{
    uint32_t m = c->dom;
    for (int n = 0; n < length && c->last >> n; n++)
        if (c->last >> n & 1)
            m |= UINT32_C(1) << (length - n);
    for (int d = 1; d <= length && c->near >> d; d++)
        if (c->near >> d & 1)
            m |= UINT32_C(1) << nearest_weekday(d, w1, length);
    if (c->last_weekday)
        m |= UINT32_C(1) << nearest_weekday(length, w1, length);
    return m;
}

static uint32_t match_dow(const struct gf_cron *c, int w1, int length)
{
    uint32_t m = c->dow == 0x7f ? ~UINT32_C(0) : days_on(c->dow, w1);
    for (int i = 0; i < 5; i++) {
        uint32_t week = days_up_to(7 * i + 7 < 31 ? 7 * i + 7 : 31) & ~days_up_to(7 * i);
        int hi = length - 7 * i;
        if (c->nth[i])
            m |= days_on(c->nth[i], w1) & week;
        if (c->nth_end[i] && hi > 0)
            m |= days_on(c->nth_end[i], w1) & days_up_to(hi) & ~days_up_to(hi > 7 ? hi - 7 : 0);
    }
    return m;
}

static uint32_t month_days(const struct gf_cron *c, int year, int mon)
{
    int length = gf_civil_month_length(year, mon);
    int w1 = gf_civil_weekday(gf_civil_days(year, mon, 1));
    uint32_t dom = match_dom(c, w1, length), dow = match_dow(c, w1, length);
    return (c->day_or ? dom | dow : dom & dow) & days_up_to(length);
}

static bool year_matches(const struct gf_cron *c, int year)
{
    int n = year - GF_CRON_YEAR_MIN;
    if (!c->with_years)
        return true;
    return n >= 0 && year <= GF_CRON_YEAR_MAX && (c->year[n / 64] >> (n % 64) & 1);
}

/* The first matching day from the given date on, within 400 years. */
static bool next_day(const struct gf_cron *c, int year, int mon, int day, int64_t *out)
{
    int last = year + 400;
    for (; year <= last; year++, mon = 1, day = 1) {
        if (c->with_years && (year > GF_CRON_YEAR_MAX || !year_matches(c, year))) {
            if (year > GF_CRON_YEAR_MAX)
                return false;
            continue;
        }
        for (; mon <= 12; mon++, day = 1) {
            if (!(c->mon >> mon & 1))
                continue;
            uint32_t m = month_days(c, year, mon) & ~days_up_to(day - 1);
            if (m) {
                *out = gf_civil_days(year, mon, __builtin_ctz(m));
                return true;
            }
        }
    }
    return false;
}

/* ---- time of day ----------------------------------------------------------------------------- */

/* The first bit of m that is not below n; -1: none. */
static int bit_from(uint64_t m, int n)
{
    m = n > 63 ? 0 : m >> n << n;
    return m ? __builtin_ctzll(m) : -1;
}

/* The first matching second of the day from sod on; -1: none. */
static int next_in_day(const struct gf_cron *c, int sod)
{
    int h = sod / 3600, m = sod / 60 % 60, s = sod % 60;
    int h2 = bit_from(c->hour, h);
    if (h2 == -1)
        return -1;
    if (h2 == h) {
        int m2 = bit_from(c->min, m);
        if (m2 == m) {
            int s2 = bit_from(c->sec, s);
            if (s2 != -1)
                return h * 3600 + m * 60 + s2;
            m2 = bit_from(c->min, m + 1);
        }
        if (m2 != -1)
            return h * 3600 + m2 * 60 + __builtin_ctzll(c->sec);
        h2 = bit_from(c->hour, h + 1);
        if (h2 == -1)
            return -1;
    }
    return h2 * 3600 + __builtin_ctzll(c->min) * 60 + __builtin_ctzll(c->sec);
}

static bool day_matches(const struct gf_cron *c, const struct gf_civil *v)
{
    return (c->mon >> v->mon & 1) && year_matches(c, v->year) &&
           (month_days(c, v->year, v->mon) >> v->day & 1);
}

/* The first of the days that are whole periods away from c->day, at the time of day. */
static int64_t next_period(const struct gf_cron *c, int64_t local)
{
    int64_t first = c->day * GF_DAY + c->sod, period = c->every * GF_DAY;
    int64_t since = local - first, n = since / period + (since % period > 0);
    return first + (c->begins && n < 0 ? 0 : n) * period;
}

bool gf_cron_next_local(const struct gf_cron *c, int64_t local, int64_t *out)
{
    if (c->kind == GF_CRON_DAYS) {
        *out = next_period(c, local);
        return true;
    }
    struct gf_civil v = gf_civil_of(local);
    int sod = next_in_day(c, v.sod);
    if (sod != -1 && day_matches(c, &v)) {
        *out = local - v.sod + sod;
        return true;
    }
    int64_t day;
    v = gf_civil_of(local - v.sod + GF_DAY);
    if (!next_day(c, v.year, v.mon, v.day, &day))
        return false;
    *out = day * GF_DAY + next_in_day(c, 0);
    return true;
}

bool gf_cron_matches(const struct gf_cron *c, int64_t local)
{
    int64_t w;
    return gf_cron_next_local(c, local, &w) && w == local;
}

bool gf_cron_possible(const struct gf_cron *c)
{
    int64_t day;
    return c->kind != GF_CRON_FIELDS || next_day(c, GF_CRON_YEAR_MIN, 1, 1, &day);
}

/* ---- instants -------------------------------------------------------------------------------- */

/*
 * How far to look for a firing that zone changes keep from happening. Where the zone goes by a
 * yearly rule, schedule and rule depend only on where in the week a year starts and on whether it
 * is a leap year, and in any 41 years each of these 14 kinds comes. Fields that name years end by
 * themselves; days that are a period apart meet the calendar anew only after all of its 400 years.
 */
static int64_t horizon(const struct gf_cron *c, const struct gf_zone *z, int64_t t)
{
    int64_t settled = gf_zone_settled(z);
    if (c->with_years || c->kind == GF_CRON_DAYS)
        return t + 146097 * GF_DAY;
    return (t > settled ? t : settled) + 41 * 366 * GF_DAY;
}

/* No clock shows, three days after an instant, anything that it showed at it or before. */
#define FAR (3 * GF_DAY)

/*
 * The candidate w is the first match at or after `from`, on the clock of span s. It stays the
 * candidate in the next span unless the clock went back behind `from`, or jumped over w. When w is
 * years away, the spans in between need not be looked at.
 */
static int next_real(const struct gf_cron *c, struct gf_zone *z, int64_t t, int64_t *out)
{
    struct gf_span s = gf_zone_span(z, t);
    int64_t from = t + 1 + s.off, w;
    bool found = gf_cron_next_local(c, from, &w);
    for (;;) {
        if (found && w - s.off < s.end) {
            *out = w - s.off;
            return GF_CRON_FOUND;
        }
        int64_t before = s.start, to = s.end;
        if (to > horizon(c, z, t))
            return GF_CRON_NEVER;
        bool is_far = found && to > t + FAR && w - FAR > to;
        if (is_far)
            to = w - FAR;
        s = gf_zone_span(z, to);
        int64_t shows = to + s.off;
        if (!found && (s.start == before || shows >= from))
            return GF_CRON_NEVER; /* unless the clock goes back over a match, soon */
        if (s.start == before && !is_far)
            continue; /* the same span, known to a later end */
        if (shows < from || shows > w)
            found = gf_cron_next_local(c, shows, &w);
        from = shows;
    }
}

static int next_fixed(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t t,
                      int64_t *out)
{
    struct gf_span s = gf_zone_span(z, t);
    int64_t high = t + s.off > s.high ? t + s.off : s.high, w;
    while (gf_cron_next_local(c, high + 1, &w)) {
        *out = gf_zone_first(z, w, &s);
        if (dst == GF_DST_DEBIAN || *out + s.off == w)
            return GF_CRON_FOUND;
        if (*out > horizon(c, z, t))
            break;
        high = *out + s.off - 1;
    }
    return GF_CRON_NEVER;
}

static int next_every(const struct gf_cron *c, struct gf_zone *z, int64_t t, int64_t *out)
{
    int64_t from = gf_zone_instant(z, &c->from);
    bool anchored = from != 0 || !c->from.fixed;
    if (anchored && t < from) {
        *out = from;
        return GF_CRON_FOUND;
    }
    int64_t since = t - from, n = since / c->every - (since % c->every < 0);
    *out = from + (n + 1) * c->every;
    return GF_CRON_FOUND;
}

static int next_of_one(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t t,
                       int64_t *out)
{
    switch (c->kind) {
    case GF_CRON_EVERY:
        return next_every(c, z, t, out);
    case GF_CRON_AT:
        *out = gf_zone_instant(z, &c->from);
        return *out > t ? GF_CRON_FOUND : GF_CRON_NEVER;
    case GF_CRON_START:
    case GF_CRON_AFTER:
        return GF_CRON_NEVER;
    case GF_CRON_DAYS:
    case GF_CRON_FIELDS:
        break;
    }
    return c->real ? next_real(c, z, t, out) : next_fixed(c, z, dst, t, out);
}

/* The same within the bounds of c. */
static int next_in_bounds(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t t,
                          int64_t *out)
{
    if (c->bounded && t < c->since)
        t = c->since - 1;
    if (c->bounded && t >= c->upto)
        return GF_CRON_NEVER;
    int got = next_of_one(c, z, dst, t, out);
    return got == GF_CRON_FOUND && c->bounded && *out > c->upto ? GF_CRON_NEVER : got;
}

/* The earliest of all schedules of the list, or of the fixed ones. */
static int next_of_all(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t t,
                       bool fixed_only, int64_t *out)
{
    int found = GF_CRON_NEVER;
    for (; c; c = c->also) {
        int64_t due;
        int got = fixed_only && c->real ? GF_CRON_NEVER : next_in_bounds(c, z, dst, t, &due);
        if (got == GF_CRON_FOUND && (found == GF_CRON_NEVER || due < *out)) {
            *out = due;
            found = GF_CRON_FOUND;
        }
    }
    return found;
}

int gf_cron_next(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t t,
                 int64_t *out)
{
    return next_of_all(c, z, dst, t, false, out);
}

int gf_cron_next_fixed(const struct gf_cron *c, struct gf_zone *z, enum gf_dst dst, int64_t t,
                       int64_t *out)
{
    return next_of_all(c, z, dst, t, true, out);
}

bool gf_cron_starts(const struct gf_cron *c, int64_t t)
{
    while (c && !(c->kind == GF_CRON_START && !(c->bounded && (t < c->since || t > c->upto))))
        c = c->also;
    return c != NULL;
}

bool gf_cron_will_start(const struct gf_cron *c, int64_t now)
{
    while (c && !(c->kind == GF_CRON_START && !(c->bounded && now > c->upto)))
        c = c->also;
    return c != NULL;
}
