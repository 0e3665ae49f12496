/*
 * gcra.c - a bucket as one point of time, the TAT, moved by what passes.
 *
 * Everything is two conversions, units to time rounded up (gf_gcra_cost) and time to units rounded
 * down (units_in), and one rule: time before now - slack is worth nothing (base_of). A rate with a
 * calendar has another kind of state, which is quota.c's to read.
 */
#include "limit/gcra.h"

#include <errno.h>

#include "base/duration.h"
#include "base/sat.h"
#include "limit/quota.h"

typedef unsigned __int128 u128;

/* Whole units that `span` pays for; span is 0 or more. */
static uint64_t units_in(const struct gf_gcra *l, gf_ns span)
{
    u128 n = (u128)span * l->rate.count / (u128)l->rate.period;
    return n > INT64_MAX ? INT64_MAX : (uint64_t)n;
}

gf_ns gf_gcra_cost(const struct gf_gcra *l, uint64_t n)
{
    if (l->rate.unlimited || l->rate.calendar)
        return 0;
    u128 cost = ((u128)n * (u128)l->rate.period + l->rate.count - 1) / l->rate.count;
    return cost > INT64_MAX ? GF_NEVER : (gf_ns)cost;
}

gf_ns gf_gcra_longest(const struct gf_gcra *l)
{
    const gf_ns day = 24 * 3600 * GF_S, bursts = 1000;
    if (l->depth <= day / bursts)
        return day;
    return l->depth > GF_NEVER / bursts ? GF_NEVER : l->depth * bursts;
}

/*
 * `burst` single takes at one moment cost up to burst ns more than the burst taken at once, since
 * each is rounded up; without an allowance the last of them would be refused. The allowance stays
 * under the price of one unit, so it never lets one more pass.
 */
static gf_ns rounding(const struct gf_gcra *l)
{
    if ((uint64_t)l->rate.period % l->rate.count == 0)
        return 0;
    uint64_t interval = (uint64_t)l->rate.period / l->rate.count;
    uint64_t under_one = interval ? interval - 1 : 0;
    return (gf_ns)(l->burst - 1 < under_one ? l->burst - 1 : under_one);
}

int gf_gcra_init(struct gf_gcra *l, struct gf_rate rate, uint64_t burst, gf_ns slack)
{
    *l = (struct gf_gcra){.rate = rate, .burst = burst ? burst : 1, .slack = slack};
    if (rate.calendar)
        l->burst = rate.count;
    if (rate.unlimited || rate.calendar)
        return 0;
    gf_ns depth = gf_gcra_cost(l, l->burst);
    if (depth > GF_DURATION_MAX) {
        errno = ERANGE;
        return -1;
    }
    l->depth = depth + rounding(l);
    return 0;
}

gf_ns gf_gcra_start(const struct gf_gcra *l, uint64_t tokens, gf_ns now)
{
    if (l->rate.calendar)
        return gf_quota_start(l, tokens, now);
    uint64_t missing = tokens < l->burst ? l->burst - tokens : 0;
    return gf_sat_add_i64(now, gf_gcra_cost(l, missing));
}

static gf_ns base_of(const struct gf_gcra *l, gf_ns tat, gf_ns now)
{
    gf_ns floor = gf_sat_sub_i64(now, l->slack);
    return tat > floor ? tat : floor;
}

/* What may be spent now, in time; below 0 is debt. */
static gf_ns credit(const struct gf_gcra *l, gf_ns tat, gf_ns now)
{
    return gf_sat_sub_i64(gf_sat_add_i64(now, l->depth), base_of(l, tat, now));
}

gf_ns gf_gcra_idle_at(const struct gf_gcra *l, gf_ns tat)
{
    return l->rate.calendar ? gf_quota_idle_at(l, tat) : tat;
}

bool gf_gcra_fits(const struct gf_gcra *l, uint64_t n)
{
    return l->rate.unlimited || n <= l->burst;
}

bool gf_gcra_allow(const struct gf_gcra *l, gf_ns *tat, uint64_t n, gf_ns now)
{
    if (n == 0 || l->rate.unlimited)
        return true;
    if (l->rate.calendar) {
        struct gf_ticket t = gf_quota_place(l, *tat, n, now);
        if (t.due <= now)
            *tat = t.to;
        return t.due <= now;
    }
    gf_ns cost = gf_gcra_cost(l, n);
    if (n > l->burst || cost > credit(l, *tat, now))
        return false;
    *tat = gf_sat_add_i64(base_of(l, *tat, now), cost);
    return true;
}

uint64_t gf_gcra_at_most(const struct gf_gcra *l, gf_ns *tat, uint64_t n, gf_ns now)
{
    if (l->rate.unlimited)
        return n;
    if (l->rate.calendar) {
        int64_t left = gf_quota_left(l, *tat, now);
        n = left <= 0 ? 0 : n < (uint64_t)left ? n : (uint64_t)left;
        if (n)
            *tat = gf_quota_place(l, *tat, n, now).to;
        return n;
    }
    gf_ns span = credit(l, *tat, now);
    uint64_t may = span > 0 ? units_in(l, span) : 0;
    if (may > n)
        may = n;
    if (may)
        *tat = gf_sat_add_i64(base_of(l, *tat, now), gf_gcra_cost(l, may));
    return may;
}

int64_t gf_gcra_tokens(const struct gf_gcra *l, gf_ns tat, gf_ns now)
{
    if (l->rate.unlimited)
        return INT64_MAX;
    if (l->rate.calendar)
        return gf_quota_left(l, tat, now);
    gf_ns span = credit(l, tat, now);
    if (span >= 0)
        return (int64_t)units_in(l, span);
    /* A part of a unit that is owed is a unit that cannot be spent: towards minus infinity. */
    uint64_t owed = units_in(l, span == INT64_MIN ? INT64_MAX : -span);
    return -(int64_t)owed - (gf_gcra_cost(l, owed) < -span);
}

gf_ns gf_gcra_due(const struct gf_gcra *l, gf_ns tat, uint64_t n, gf_ns now)
{
    if (n == 0 || l->rate.unlimited)
        return now;
    if (l->rate.calendar)
        return gf_quota_place(l, tat, n, now).due;
    gf_ns end = gf_sat_add_i64(base_of(l, tat, now), gf_gcra_cost(l, n));
    if (end == GF_NEVER)
        return GF_NEVER;
    gf_ns due = gf_sat_sub_i64(end, l->depth);
    return due > now ? due : now;
}

struct gf_ticket gf_gcra_reserve(const struct gf_gcra *l, gf_ns *tat, uint64_t n, gf_ns now)
{
    struct gf_ticket t = {.due = gf_gcra_due(l, *tat, n, now), .from = *tat, .to = *tat};
    if (n == 0 || l->rate.unlimited)
        return t;
    if (l->rate.calendar) {
        t = gf_quota_place(l, *tat, n, now);
        *tat = t.to;
        return t;
    }
    t.from = base_of(l, *tat, now);
    t.to = gf_sat_add_i64(t.from, gf_gcra_cost(l, n));
    *tat = t.to;
    return t;
}

bool gf_gcra_cancel(gf_ns *tat, const struct gf_ticket *t, gf_ns now)
{
    if (now >= t->due || *tat != t->to)
        return false;
    *tat = t->from;
    return true;
}

gf_ns gf_gcra_drop_reserved(const struct gf_gcra *l, gf_ns tat, gf_ns now)
{
    gf_ns empty = l->rate.calendar ? gf_quota_start(l, 0, now) : gf_sat_add_i64(now, l->depth);
    return tat < empty ? tat : empty;
}

/* A span of one limit's time as that of another that pays for as much: whole units exactly, the
 * part of a unit that is left rounded down. */
static gf_ns convert(const struct gf_gcra *l, const struct gf_gcra *next, gf_ns span)
{
    u128 spent = (u128)span * l->rate.count;
    u128 units = spent / (u128)l->rate.period;
    u128 part = spent % (u128)l->rate.period;
    u128 whole = units > INT64_MAX ? GF_NEVER : (u128)gf_gcra_cost(next, (uint64_t)units);
    u128 rest = part * (u128)next->rate.period / ((u128)l->rate.period * next->rate.count);
    return whole + rest > INT64_MAX ? GF_NEVER : (gf_ns)(whole + rest);
}

gf_ns gf_gcra_change(const struct gf_gcra *l, const struct gf_gcra *next, gf_ns tat, gf_ns now)
{
    if (l->rate.unlimited || next->rate.unlimited)
        return gf_gcra_start(next, next->burst, now);
    if (l->rate.calendar && l->rate.calendar == next->rate.calendar)
        return gf_quota_convert(l, next, tat);
    if (l->rate.calendar || next->rate.calendar) {
        int64_t left = gf_gcra_tokens(l, tat, now);
        return gf_gcra_start(next, left > 0 ? (uint64_t)left : 0, now);
    }
    gf_ns span = credit(l, tat, now);
    gf_ns empty = gf_sat_add_i64(now, next->depth);
    if (span < 0)
        return gf_sat_add_i64(empty, convert(l, next, span == INT64_MIN ? INT64_MAX : -span));
    gf_ns left = convert(l, next, span);
    return gf_sat_sub_i64(empty, left < next->depth ? left : next->depth);
}
