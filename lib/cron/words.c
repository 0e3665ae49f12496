/*
 * words.c - the time of day, then the days, then the years, each from its set of bits.
 *
 * A set is said as a step when it is one up to the end of the field, else as a list with ranges of
 * three or more. Few times of day are listed as clock times; more are said by minutes and hours.
 */
#include "cron/words.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/duration.h"
#include "cron/field.h"

enum {
    TIMES_MAX = 6 /* more times of day than this are said by hours and minutes */
};

static int count(uint64_t m)
{
    return __builtin_popcountll(m);
}

static int lowest(uint64_t m)
{
    return __builtin_ctzll(m);
}

/* The step when m is lowest, lowest + step, ... up to the end of the field; 0: it is not. */
static int step_of(uint64_t m, int lo, int hi)
{
    if (count(m) < 3)
        return 0;
    int a = lowest(m), step = lowest(m & (m - 1)) - a;
    for (int v = a; v <= hi; v++)
        if ((m >> v & 1) != ((v - a) % step == 0))
            return 0;
    return a - lo < step ? step : 0;
}

/* Whether m is a step that divides its field, so that the next hour or day goes on with it. */
static bool is_even(uint64_t m, int hi)
{
    int step = step_of(m, 0, hi);
    return step && (hi + 1) % step == 0;
}

static void value(struct gf_buf *b, int v, const char *const *names, int base)
{
    if (names)
        gf_buf_puts(b, names[v - base]);
    else
        gf_buf_printf(b, "%d", v);
}

/* "1, 3 to 5 and 9" */
static void list(struct gf_buf *b, uint64_t m, const char *const *names, int base)
{
    bool first = true;
    while (m) {
        int a = lowest(m), z = a;
        while (z < 63 && (m >> (z + 1) & 1))
            z++;
        if (z - a < 2)
            z = a;
        m = z == 63 ? 0 : m >> (z + 1) << (z + 1);
        gf_buf_puts(b, first ? "" : m ? ", " : " and ");
        value(b, a, names, base);
        if (z > a) {
            gf_buf_puts(b, " to ");
            value(b, z, names, base);
        }
        first = false;
    }
}

static void ordinal(struct gf_buf *b, int n)
{
    const char *end = n % 100 / 10 == 1 ? "th" : n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : "th";
    gf_buf_printf(b, "%d%s", n, n % 10 == 3 && n % 100 / 10 != 1 ? "rd" : end);
}

/* ---- time of day ----------------------------------------------------------------------------- */

/* "minute", all of them or some: "every minute", "every 15 minutes", "minute 5 and 35" */
static void unit(struct gf_buf *b, uint64_t m, const char *name, int hi)
{
    int step = step_of(m, 0, hi);
    if (count(m) == hi + 1) {
        gf_buf_printf(b, "every %s", name);
    } else if (step) {
        gf_buf_printf(b, "every %d %ss", step, name);
        if (lowest(m) || !is_even(m, hi))
            gf_buf_printf(b, " from %s %d", name, lowest(m));
    } else {
        gf_buf_printf(b, "at %s ", name);
        list(b, m, NULL, 0);
    }
}

static void hours(struct gf_buf *b, uint64_t m)
{
    int step = step_of(m, 0, 23);
    if (count(m) == 24)
        return;
    if (step > 1) {
        gf_buf_puts(b, " of every ");
        ordinal(b, step);
        gf_buf_puts(b, " hour");
        if (lowest(m) || !is_even(m, 23))
            gf_buf_printf(b, " from %02d:00", lowest(m));
        return;
    }
    gf_buf_printf(b, " of hour%s ", count(m) == 1 ? "" : "s");
    list(b, m, NULL, 0);
}

static void clock_times(struct gf_buf *b, const struct gf_cron *c)
{
    bool seconds = c->sec != 1, first = true;
    gf_buf_puts(b, "at ");
    for (int h = 0; h < 24; h++)
        for (int m = 0; m < 60; m++) {
            if (!(c->hour >> h & 1) || !(c->min >> m & 1))
                continue;
            gf_buf_printf(b, "%s%02d:%02d", first ? "" : ", ", h, m);
            if (seconds)
                gf_buf_printf(b, ":%02d", lowest(c->sec));
            first = false;
        }
}

static void time_of_day(struct gf_buf *b, const struct gf_cron *c)
{
    if (count(c->sec) == 1 && count(c->min) * count(c->hour) <= TIMES_MAX) {
        clock_times(b, c);
        return;
    }
    if (c->sec != 1) {
        unit(b, c->sec, "second", 59);
        if (count(c->min) < 60) {
            gf_buf_puts(b, ", ");
            unit(b, c->min, "minute", 59);
        }
    } else {
        unit(b, c->min, "minute", 59);
    }
    if (count(c->min) < 60 && count(c->hour) == 24 && !is_even(c->min, 59))
        gf_buf_puts(b, " of every hour");
    hours(b, c->hour);
}

/* ---- days ------------------------------------------------------------------------------------ */

/* Puts ", " before the second and later phrases. */
struct phrases {
    struct gf_buf *b;
    const char *lead, *join;
    int n;
};

static void next_phrase(struct phrases *p)
{
    gf_buf_puts(p->b, p->n++ ? p->join : p->lead);
}

static void days_of_month(struct gf_buf *b, const struct gf_cron *c)
{
    struct phrases p = {b, "", " or ", 0};
    int step = step_of(c->dom, 1, 31);
    if (c->dom) {
        next_phrase(&p);
        if (step > 1) {
            gf_buf_puts(b, "every ");
            ordinal(b, step);
            gf_buf_printf(b, " day from day %d", lowest(c->dom));
        } else {
            gf_buf_puts(b, "day ");
            list(b, c->dom, NULL, 0);
        }
    }
    for (int n = 0; n < 31; n++) {
        if (!(c->last >> n & 1))
            continue;
        next_phrase(&p);
        if (n)
            gf_buf_printf(b, "%d day%s before the last day", n, n == 1 ? "" : "s");
        else
            gf_buf_puts(b, "the last day");
    }
    for (int d = 1; d < 32; d++) {
        if (!(c->near >> d & 1))
            continue;
        next_phrase(&p);
        gf_buf_printf(b, "the working day nearest to day %d", d);
    }
    if (c->last_weekday) {
        next_phrase(&p);
        gf_buf_puts(b, "the last working day");
    }
}

static void days_of_week(struct gf_buf *b, const struct gf_cron *c)
{
    struct phrases p = {b, "", " or ", 0};
    if (c->dow) {
        next_phrase(&p);
        list(b, c->dow, gf_cron_day_names, 0);
    }
    for (int i = 0; i < 5; i++) {
        if (c->nth[i]) {
            next_phrase(&p);
            gf_buf_puts(b, "the ");
            ordinal(b, i + 1);
            gf_buf_putc(b, ' ');
            list(b, c->nth[i], gf_cron_day_names, 0);
        }
        if (c->nth_end[i]) {
            next_phrase(&p);
            gf_buf_puts(b, "the ");
            if (i)
                ordinal(b, i + 1);
            gf_buf_printf(b, "%slast ", i ? " " : "");
            list(b, c->nth_end[i], gf_cron_day_names, 0);
        }
    }
}

static void days(struct gf_buf *b, const struct gf_cron *c)
{
    bool any_dom = c->dom == 0xfffffffe, any_dow = c->dow == 0x7f;
    if (!any_dom) {
        gf_buf_puts(b, ", on ");
        days_of_month(b, c);
    }
    if (!any_dow) {
        gf_buf_puts(b, any_dom ? ", on " : c->day_or ? ", or on " : ", and only on ");
        days_of_week(b, c);
    }
    if (c->mon != 0x1ffe) {
        gf_buf_puts(b, ", in ");
        list(b, c->mon, gf_cron_month_names, 1);
    }
}

static void years(struct gf_buf *b, const struct gf_cron *c)
{
    const int n = GF_CRON_YEAR_MAX - GF_CRON_YEAR_MIN + 1;
    struct phrases p = {b, ", in ", ", ", 0};
    int a = -1, all = 0;
    for (int i = 0; i < n; i++)
        all += (int)(c->year[i / 64] >> (i % 64) & 1);
    for (int i = 0; c->with_years && all < n && i <= n; i++) {
        bool in = i < n && (c->year[i / 64] >> (i % 64) & 1);
        if (in && a == -1)
            a = i;
        if (in || a == -1)
            continue;
        next_phrase(&p);
        gf_buf_printf(b, "%d", GF_CRON_YEAR_MIN + a);
        if (i - 1 > a)
            gf_buf_printf(b, " to %d", GF_CRON_YEAR_MIN + i - 1);
        a = -1;
    }
}

static void stamp(struct gf_buf *b, const struct gf_stamp *st)
{
    char text[GF_STAMP_SIZE];
    gf_stamp_format(st->seconds, 0, true, text);
    gf_buf_printf(b, "%.*s", st->fixed ? 20 : 19, text);
}

/* "every second week on Monday at 09:00, counted from 2026-03-02" */
static void periods(struct gf_buf *b, const struct gf_cron *c)
{
    bool weeks = c->every % 7 == 0;
    int64_t n = weeks ? c->every / 7 : c->every;
    char text[GF_STAMP_SIZE];
    gf_buf_puts(b, "every ");
    if (n == 2)
        gf_buf_puts(b, "second ");
    else if (n > 2)
        ordinal(b, (int)n);
    gf_buf_puts(b, n > 2 ? " " : "");
    gf_buf_puts(b, weeks ? "week on " : "day");
    if (weeks)
        gf_buf_puts(b, gf_cron_day_names[gf_civil_weekday(c->day)]);
    gf_buf_printf(b, " at %02d:%02d", c->sod / 3600, c->sod / 60 % 60);
    if (c->sod % 60)
        gf_buf_printf(b, ":%02d", c->sod % 60);
    if (n == 1 && !c->begins)
        return;
    gf_stamp_format(c->begins ? c->day * GF_DAY : 0, 0, true, text);
    gf_buf_printf(b, ", counted from %s%.10s", weeks && !c->begins ? "the week of " : "", text);
}

int gf_cron_words(struct gf_buf *b, const struct gf_cron *c)
{
    char span[GF_DURATION_SIZE];
    switch (c->kind) {
    case GF_CRON_START:
        gf_buf_puts(b, "once, when the scheduler starts");
        break;
    case GF_CRON_AFTER:
        gf_buf_printf(b, "after job %.*s went well", (int)c->id_len, c->id);
        break;
    case GF_CRON_AT:
        gf_buf_puts(b, "once, at ");
        stamp(b, &c->from);
        break;
    case GF_CRON_EVERY:
        gf_format_duration(c->every * GF_S, span);
        gf_buf_printf(b, "every %s, counted from ", span);
        stamp(b, &c->from);
        break;
    case GF_CRON_DAYS:
        periods(b, c);
        break;
    case GF_CRON_FIELDS:
        time_of_day(b, c);
        days(b, c);
        years(b, c);
        break;
    }
    return b->failed ? -1 : 0;
}
