/*
 * zonerule.c - a POSIX rule is read from left to right, and worked out a year at a time.
 *
 * Each reader stands at the front of its part, and moves on only when the part is there and within
 * its range. The rule is whole when the readers end where the text does.
 *
 * libc looks at the two changes of one year of UTC alone, and is wrong for the hours by which a
 * change lies beyond the turn of the year. Here the changes of the years before and after count
 * too; the last of them all, in the order of gf_zonerule_year, says the offset.
 */
#include "time/zonerule.h"

#include "time/civil.h"

enum {
    HOUR = 3600,
    OFFSET_HOURS = 24,  /* POSIX: the most that an offset may have */
    CHANGE_HOURS = 167, /* RFC 9636: the most that the time of a change may have */
};

struct reader {
    const char *s, *end;
};

/* ---- reading --------------------------------------------------------------------------------- */

static bool take(struct reader *r, char c)
{
    if (r->s == r->end || *r->s != c)
        return false;
    r->s++;
    return true;
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The name of a time: three letters or more, or <...> with three characters or more. */
static bool take_name(struct reader *r)
{
    const char *from = r->s;
    if (take(r, '<')) {
        while (r->s < r->end && *r->s != '>')
            r->s++;
        return r->s - from >= 4 && take(r, '>');
    }
    while (r->s < r->end && is_alpha(*r->s))
        r->s++;
    return r->s - from >= 3;
}

/* A number of at most `digits` digits. */
static bool take_number(struct reader *r, int digits, int least, int most, int *out)
{
    int n = 0;
    *out = 0;
    for (; r->s < r->end && *r->s >= '0' && *r->s <= '9'; r->s++)
        if (++n <= digits)
            *out = *out * 10 + (*r->s - '0');
    return n >= 1 && n <= digits && *out >= least && *out <= most;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct reader *r, int hours, int32_t *out)
{
    int h, part[2] = {0, 0};
    int sign = take(r, '-') ? -1 : 1;
    if (sign == 1)
        take(r, '+');
    if (!take_number(r, 3, 0, hours, &h))
        return false;
    for (int i = 0; i < 2 && take(r, ':'); i++)
        if (!take_number(r, 2, 0, 59, &part[i]))
            return false;
    *out = sign * (h * HOUR + part[0] * 60 + part[1]);
    return true;
}

/* Mm.w.d, Jn or n. */
static bool take_day(struct reader *r, struct gf_zoneday *d)
{
    if (take(r, 'J')) {
        d->kind = GF_ZONEDAY_JULIAN;
        return take_number(r, 3, 1, 365, &d->day);
    }
    if (!take(r, 'M')) {
        d->kind = GF_ZONEDAY_PLAIN;
        return take_number(r, 3, 0, 365, &d->day);
    }
    d->kind = GF_ZONEDAY_WEEK;
    return take_number(r, 2, 1, 12, &d->mon) && take(r, '.') && take_number(r, 2, 1, 5, &d->week) &&
           take(r, '.') && take_number(r, 2, 0, 6, &d->day);
}

/* ,day[/time] */
static bool take_change(struct reader *r, struct gf_zoneday *d)
{
    d->at = 2 * HOUR;
    return take(r, ',') && take_day(r, d) && (!take(r, '/') || take_time(r, CHANGE_HOURS, &d->at));
}

/* As the USA have it: the changes of a rule that has summer time and does not say when. Left to
 * itself, musl uses the changes of the rule it read before, and glibc goes by the file
 * `posixrules`, which is hours off on the days of change. */
static void set_default_changes(struct gf_zonerule *r)
{
    r->start = (struct gf_zoneday){GF_ZONEDAY_WEEK, 3, 2, 0, 2 * HOUR};
    r->end = (struct gf_zoneday){GF_ZONEDAY_WEEK, 11, 1, 0, 2 * HOUR};
}

bool gf_zonerule_parse(struct gf_zonerule *r, const char *s, size_t len)
{
    struct reader in = {s, s + len};
    int32_t west;
    *r = (struct gf_zonerule){0};
    if (!take_name(&in) || !take_time(&in, OFFSET_HOURS, &west))
        return false;
    r->std = r->dst = -west;
    if (in.s == in.end)
        return true;
    if (!take_name(&in))
        return false;
    r->has_changes = true;
    r->dst += HOUR;
    if (in.s < in.end && *in.s != ',') {
        if (!take_time(&in, OFFSET_HOURS, &west))
            return false;
        r->dst = -west;
    }
    set_default_changes(r);
    return in.s == in.end ||
           (take_change(&in, &r->start) && take_change(&in, &r->end) && in.s == in.end);
}

/* ---- working out ----------------------------------------------------------------------------- */

/* The time that the clock before the change shows at the change, in seconds since 1970. */
static int64_t local_change(const struct gf_zoneday *d, int year)
{
    int64_t first = gf_civil_days(year, 1, 1), day = first + d->day;
    if (d->kind == GF_ZONEDAY_JULIAN) {
        bool is_leap = gf_civil_month_length(year, 2) == 29;
        day += (is_leap && d->day >= 60) - 1; /* day 60 is 1 March */
    } else if (d->kind == GF_ZONEDAY_WEEK) {
        first = gf_civil_days(year, d->mon, 1);
        int in_month = (d->day - gf_civil_weekday(first) + 7) % 7 + (d->week - 1) * 7;
        if (in_month >= gf_civil_month_length(year, d->mon))
            in_month -= 7; /* a fifth week that is not there */
        day = first + in_month;
    }
    return day * GF_DAY + d->at;
}

void gf_zonerule_year(const struct gf_zonerule *r, int year, struct gf_zonechange out[2])
{
    struct gf_zonechange start = {local_change(&r->start, year) - r->std, r->dst};
    struct gf_zonechange end = {local_change(&r->end, year) - r->dst, r->std};
    bool in_order = start.at <= end.at;
    out[0] = in_order ? start : end;
    out[1] = in_order ? end : start;
}

int32_t gf_zonerule_offset(const struct gf_zonerule *r, int64_t t)
{
    int32_t off = r->std;
    int year = gf_civil_of(t).year;
    /* A change is at most 8 days from its year: those of the year before last are all over. */
    for (int y = year - 2; y <= year + 1 && r->has_changes; y++) {
        struct gf_zonechange two[2];
        gf_zonerule_year(r, y, two);
        for (int i = 0; i < 2; i++)
            if (two[i].at <= t)
                off = two[i].off;
    }
    return off;
}
