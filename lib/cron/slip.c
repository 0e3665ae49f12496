/*
 * slip.c - steps that do not go round evenly, weekdays by number, and days that are negative.
 *
 * A step is looked at as a range is read: the whole field is a circle, and where the step does not
 * divide it the last stretch is shorter than the others. What a step selects is said from the set
 * of bits. @every is offered only where the schedule says nothing else: the fields before the step
 * have one value each, and those behind have all.
 */
#include "cron/slip.h"

#include <stdio.h>
#include <string.h>

/* ---- found while a schedule is read ---------------------------------------------------------- */

/* Whether the step ends where the field begins anew. A month ends with day 28 to 31: a step is told
 * where day 31 is followed by day 1, and where weeks may be meant. */
static bool divides(const struct gf_cron_range *r, int step)
{
    if (r->field == GF_FIELD_DAY)
        return 30 % step != 0 && step % 7 != 0;
    return (r->hi - r->lo + 1) % step == 0;
}

static uint64_t values_of(const struct gf_cron *c, int field)
{
    const uint64_t all[GF_FIELDS] = {c->sec, c->min, c->hour, c->dom, c->mon, c->dow, 0};
    return all[field];
}

static uint64_t selected(const struct gf_cron_range *r, int step)
{
    uint64_t m = 0;
    for (int v = r->a; v <= r->last && r->field != GF_FIELD_YEAR; v += step)
        m |= UINT64_C(1) << (v > r->hi ? v - (r->hi - r->lo + 1) : v);
    return m;
}

/* Whether the step that was found says all of its field, or one value of a range. */
static bool stands(const struct gf_cron *c)
{
    return c->odd.step && (c->odd.one || values_of(c, c->odd.field) == c->odd.values);
}

void gf_cron_slip_step(struct gf_cron *out, const struct gf_cron_range *r, int step)
{
    int end = r->last - (r->last - r->a) % step; /* the last value */
    struct gf_cron_step odd = {.step = step, .field = (uint8_t)r->field};
    odd.one = step > r->last - r->a;
    odd.round = r->field != GF_FIELD_YEAR && r->a - r->lo < step &&
                (r->last == r->hi || (r->a == r->lo && end <= r->hi && end + step > r->hi));
    odd.values = selected(r, step);
    if (step > 1 && !stands(out) && (odd.one || (odd.round && !divides(r, step))))
        out->odd = odd;
}

static uint8_t numbered_day(const char *s, size_t len)
{
    char before = ',';
    for (size_t i = 0; i < len; before = s[i++])
        if ((before == ',' || before == '-') && s[i] >= '1' && s[i] <= '7')
            return (uint8_t)(s[i] - '0');
    return 0;
}

uint8_t gf_cron_slip_day(const char *s, size_t len, bool quartz)
{
    for (size_t i = 1; i < len; i++) /* behind a number */
        quartz =
            quartz || s[i] == '#' || ((s[i] | 0x20) == 'l' && s[i - 1] >= '1' && s[i - 1] <= '7');
    return quartz ? numbered_day(s, len) : 0;
}

const char *gf_cron_slip_last(int day)
{
    static const char *const hints[] = {
        "write sunL for the last Sunday",   "write monL for the last Monday",
        "write tueL for the last Tuesday",  "write wedL for the last Wednesday",
        "write thuL for the last Thursday", "write friL for the last Friday",
        "write satL for the last Saturday",
    };
    return hints[day % 7];
}

void gf_cron_slip_negative(int n, bool workday, char what[64])
{
    if (workday && n == 1)
        snprintf(what, 64, "write LW for the last working day");
    else if (workday || n < 1 || n > 31)
        snprintf(what, 64, "a day is not negative");
    else if (n == 1)
        snprintf(what, 64, "write L for the last day");
    else if (n == 2)
        snprintf(what, 64, "write L-1 for the second last day");
    else
        snprintf(what, 64, "write L-%d for the day %d days before the last", n - 1, n - 1);
}

/* ---- said ------------------------------------------------------------------------------------ */

static const struct unit {
    const char *one; /* of @every; NULL: its length changes */
    const char *many;
    const char *size; /* what a step would have to divide */
} units[GF_FIELDS] = {
    [GF_FIELD_SECOND] = {"s", "seconds", "60"}, [GF_FIELD_MINUTE] = {"m", "minutes", "60"},
    [GF_FIELD_HOUR] = {"h", "hours", "24"},     [GF_FIELD_DAY] = {"d", "days", "a month"},
    [GF_FIELD_MONTH] = {NULL, "months", "12"},  [GF_FIELD_WEEKDAY] = {"d", "days", "7"},
    [GF_FIELD_YEAR] = {NULL, "years", ""},
};

/* "0 and 45", "1, 8, 15 and 22"; more than four: "0, 7, ..., 56". */
static void list(uint64_t m, char *out, size_t size)
{
    int n = __builtin_popcountll(m), i = 0;
    size_t len = 0;
    for (; m && len < size; m &= m - 1, i++) {
        const char *join = i == 0                ? ""
                           : n > 4 && i == n - 1 ? ", ..., "
                           : i == n - 1          ? " and "
                                                 : ", ";
        if (n <= 4 || i < 2 || i == n - 1)
            len += (size_t)snprintf(out + len, size - len, "%s%d", join, __builtin_ctzll(m));
    }
}

/* Whether the fields say nothing but the step: those of shorter units have one value each, those of
 * longer ones have all. *at_zero: each begins with its first value, as @every does. */
static bool is_plain(const struct gf_cron *c, bool *at_zero)
{
    static const uint64_t all[GF_FIELDS] = {
        [GF_FIELD_MINUTE] = (UINT64_C(1) << 60) - 1,
        [GF_FIELD_HOUR] = 0xffffff,
        [GF_FIELD_DAY] = 0xfffffffe,
        [GF_FIELD_MONTH] = 0x1ffe,
        [GF_FIELD_WEEKDAY] = 0x7f,
    };
    *at_zero = true;
    for (int f = GF_FIELD_SECOND; f <= GF_FIELD_WEEKDAY; f++) {
        uint64_t m = values_of(c, f);
        bool shorter = f < (int)c->odd.field && f <= GF_FIELD_HOUR;
        if (f == (int)c->odd.field || shorter)
            *at_zero = *at_zero && (m >> (f == GF_FIELD_DAY) & 1);
        if (shorter ? (m & (m - 1)) != 0 : f != (int)c->odd.field && m != all[f])
            return false;
    }
    return !c->with_years;
}

static void every(const struct gf_cron *c, char way[GF_SLIP_SIZE])
{
    const struct unit *u = &units[c->odd.field];
    bool at_zero;
    *way = '\0';
    if (!u->one || !is_plain(c, &at_zero))
        return;
    if (*u->one == 'd' && c->odd.step % 7) {
        snprintf(way, GF_SLIP_SIZE, "@every %dd at %02d:%02d runs every %d days", c->odd.step,
                 __builtin_ctz(c->hour), __builtin_ctzll(c->min), c->odd.step);
        return;
    }
    snprintf(way, GF_SLIP_SIZE, "@every %d%s%s runs every %d %s", c->odd.step, u->one,
             at_zero ? "" : " from TIME", c->odd.step, u->many);
}

bool gf_cron_slip_step_words(const struct gf_cron *c, char what[GF_SLIP_SIZE],
                             char way[GF_SLIP_SIZE])
{
    const struct gf_cron_step *o = &c->odd;
    char values[64] = "";
    if (!stands(c))
        return false;
    *way = '\0';
    list(values_of(c, o->field), values, sizeof values);
    if (o->round)
        every(c, way);
    if (o->one && o->round)
        snprintf(what, GF_SLIP_SIZE, "a step is as large as its range: it selects one value, %s %s",
                 gf_cron_field_names[o->field], values);
    else if (o->one)
        snprintf(what, GF_SLIP_SIZE, "a step is as large as its range: it selects one value");
    else
        snprintf(what, GF_SLIP_SIZE,
                 "%s: a step of %d does not divide %s: it fires at %s, and then at %d again",
                 gf_cron_field_names[o->field], o->step, units[o->field].size, values,
                 __builtin_ctzll(values_of(c, o->field)));
    return true;
}

bool gf_cron_slip_day_words(const struct gf_cron *c, char what[GF_SLIP_SIZE],
                            char way[GF_SLIP_SIZE])
{
    int n = c->day_number;
    if (!n)
        return false;
    const char *here = gf_cron_day_names[n % 7], *quartz = gf_cron_day_names[n - 1];
    snprintf(what, GF_SLIP_SIZE, "day of week %d is %s; in Quartz, where 1 is Sunday, it is %s", n,
             here, quartz);
    snprintf(way, GF_SLIP_SIZE, "write %.3s or %.3s: a name means the same everywhere", here,
             quartz);
    return true;
}
