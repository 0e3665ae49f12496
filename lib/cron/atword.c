/*
 * atword.c - @start, @every, @at, @in and @after, each word after the other.
 *
 * @every has two kinds. Without a time of day it counts seconds of real time. With `at` it counts
 * days of the calendar, from one day that the others are whole periods away from: the day of
 * `from`, else 1970-01-01, or the named weekday in the week of 1970-01-01, weeks being Monday to
 * Sunday. A weekday and its period in weeks are then no more than that day and seven times as many
 * days.
 */
#include "cron/atword.h"

#include <string.h>

#include "base/duration.h"
#include "base/sat.h"
#include "cron/field.h"

enum {
    WEEK = 7
};

const char gf_cron_every_hint[] =
    "write it as @every 90m, @every 2h from 2026-01-01T00:30, or @every 2w at Mon 09:00 from "
    "2026-03-02";

static const char at_hint[] = "write it as @every 2w at Mon 09:00, or @every 10d at 06:30 from "
                              "2026-01-01; a command called at is written with its directory";

static const char date_hint[] = "write it as 2026-03-02";

/* ---- values ---------------------------------------------------------------------------------- */

/* Word i as a span of whole seconds, at least one. */
static int whole_seconds(const struct gf_expr_text *t, int i, int64_t *out, struct gf_perr *e)
{
    gf_ns d;
    if (i >= t->n)
        return gf_expr_fail(t, i, e, NULL, "a duration is missing");
    if (gf_parse_duration(t->w[i].s, t->w[i].len, &d, e) != 0)
        return gf_expr_inside(t, i, e);
    if (d < GF_S || d % GF_S)
        return gf_expr_fail(t, i, e, NULL, "a schedule counts in whole seconds, from 1s on");
    *out = d / GF_S;
    return 0;
}

static int stamp(const struct gf_expr_text *t, int i, struct gf_stamp *out, struct gf_perr *e)
{
    if (i >= t->n)
        return gf_expr_fail(t, i, e, "write it as 2026-03-29T03:00", "a time is missing");
    if (gf_stamp_parse(t->w[i].s, t->w[i].len, out, e) == 0)
        return 0;
    return gf_expr_inside(t, i, e);
}

static bool word_is_at(const struct gf_expr_text *t, int i, const char *name)
{
    return i < t->n && gf_expr_word_is(&t->w[i], name);
}

/* 0 is Sunday; -1: the word is no day. A name has three letters or is whole. */
static int weekday_of(const struct gf_expr_word *w)
{
    for (int d = 0; d < WEEK; d++) {
        char three[4];
        memcpy(three, gf_cron_day_names[d], 3);
        three[3] = '\0';
        if (gf_expr_word_is(w, gf_cron_day_names[d]) || gf_expr_word_is(w, three))
            return d;
    }
    return -1;
}

/* ---- @every DUR at ... ----------------------------------------------------------------------- */

/* What stands behind `at`, and where. */
struct clause {
    int period, weekday, from; /* the words; 0: there is none */
    int next;                  /* the word behind the time of day */
    int day;                   /* of the week, 0 is Sunday */
};

/* The day that is in the week of 1970-01-01, a Thursday, which began on day -3. */
static int64_t day_in_first_week(int weekday)
{
    return -3 + (weekday + 6) % WEEK;
}

/* The period in days. Each refusal is a period that no time of day goes with. */
static int check_period(const struct gf_cron *c, const struct gf_expr_text *t,
                        const struct clause *k, struct gf_perr *e)
{
    int64_t days = c->every / GF_DAY;
    if (c->every % GF_DAY)
        return gf_expr_fail(t, k->period, e,
                            "a time of day goes with days or weeks: @every 2d at 09:00",
                            "not a whole number of days, so not always at the same time");
    if (k->weekday && days % WEEK)
        return gf_expr_fail(t, k->weekday, e,
                            "count in weeks, as in @every 2w at Mon 09:00, or leave out the day",
                            "not a whole number of weeks, so not always the same weekday");
    if (!k->weekday && !k->from && days % WEEK == 0 && k->next < t->n &&
        weekday_of(&t->w[k->next]) != -1)
        return gf_expr_fail(t, k->next, e, "write the day first: @every 2w at Mon 09:00",
                            "a weekday goes in front of the time of day");
    if (!k->weekday && !k->from && days % WEEK == 0)
        return gf_expr_fail(t, k->period, e,
                            "name it, as in @every 2w at Mon 09:00, or a first day behind from",
                            "whole weeks, but on which weekday is not said");
    return 0;
}

/* The date of `from`. With a weekday it has to be one. */
static int parse_first_day(struct gf_cron *c, const struct gf_expr_text *t, const struct clause *k,
                           struct gf_perr *e)
{
    struct gf_stamp st;
    char near[GF_STAMP_SIZE];
    if (k->from < t->n && stamp(t, k->from, &st, e) != 0) {
        if (e)
            e->hint = date_hint;
        return -1;
    }
    if (k->from >= t->n)
        return gf_expr_fail(t, k->from, e, date_hint, "a date is missing");
    if (t->w[k->from].len != strlen("2026-03-02") || st.fixed)
        return gf_expr_fail(t, k->from, e, date_hint,
                            "a date and no more: the time of day stands behind at");
    int64_t day = st.seconds / GF_DAY - (st.seconds % GF_DAY < 0);
    int is = gf_civil_weekday(day), off = (k->day - is + WEEK) % WEEK;
    c->day = day;
    if (!k->weekday || off == 0)
        return 0;
    gf_stamp_format((day + (off > WEEK / 2 ? off - WEEK : off)) * GF_DAY, 0, true, near);
    return gf_perr_set(e, (size_t)(t->w[k->from].s - t->base), t->w[k->from].len,
                       "the first day is one of those on which it fires",
                       "this is a %s; the nearest %s is %.10s", gf_cron_day_names[is],
                       gf_cron_day_names[k->day], near);
}

/* [weekday] time-of-day, at word i. Returns the word behind, -1 on an error. */
static int parse_clock(struct gf_cron *c, const struct gf_expr_text *t, int i, struct clause *k,
                       struct gf_perr *e)
{
    k->day = i < t->n ? weekday_of(&t->w[i]) : -1;
    if (k->day != -1)
        k->weekday = i++;
    if (i >= t->n)
        return gf_expr_fail(t, i, e, at_hint, "a time of day is missing");
    if (!gf_clock_parse(t->w[i].s, t->w[i].len, &c->sod))
        return gf_expr_fail(t, i, e, at_hint,
                            k->weekday ? "not a time of day" : "not a time of day, nor a weekday");
    return i + 1;
}

/* `at` is word 2. */
static int parse_days(struct gf_cron *c, const struct gf_expr_text *t, int *words,
                      struct gf_perr *e)
{
    struct clause k = {.period = 1};
    int next = parse_clock(c, t, 3, &k, e);
    if (next < 0)
        return -1;
    k.next = next;
    k.from = word_is_at(t, next, "from") ? next + 1 : 0;
    if (check_period(c, t, &k, e) != 0)
        return -1;
    c->kind = GF_CRON_DAYS;
    c->real = false;
    c->every /= GF_DAY;
    c->day = k.weekday ? day_in_first_week(k.day) : 0;
    c->begins = k.from != 0;
    *words = k.from ? next + 2 : next;
    return k.from ? parse_first_day(c, t, &k, e) : 0;
}

/* ---- the words ------------------------------------------------------------------------------- */

static int parse_every(struct gf_cron *c, const struct gf_expr_text *t, int *words,
                       struct gf_perr *e)
{
    c->kind = GF_CRON_EVERY;
    c->real = true;
    c->from = (struct gf_stamp){.fixed = true};
    *words = 2;
    if (whole_seconds(t, 1, &c->every, e) != 0)
        return -1;
    if (word_is_at(t, 2, "at"))
        return parse_days(c, t, words, e);
    if (!word_is_at(t, 2, "from"))
        return 0;
    *words = 4;
    if (word_is_at(t, 4, "at"))
        return gf_expr_fail(t, 4, e, at_hint, "at stands in front of from");
    return stamp(t, 3, &c->from, e);
}

static int parse_in(struct gf_cron *c, const struct gf_expr_text *t, int64_t now, struct gf_perr *e)
{
    int64_t d;
    if (whole_seconds(t, 1, &d, e) != 0)
        return -1;
    c->kind = GF_CRON_AT;
    c->from = (struct gf_stamp){.seconds = gf_sat_add_i64(now, d), .fixed = true};
    return 0;
}

bool gf_cron_is_id(const char *s, size_t len)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@+-";
    size_t n = 0;
    while (n < len && memchr(letters, s[n], sizeof letters - 1))
        n++;
    return n && n == len && n <= GF_JOB_ID_MAX;
}

static int parse_after(struct gf_cron *c, const struct gf_expr_text *t, struct gf_perr *e)
{
    if (t->n < 2)
        return gf_expr_fail(t, 1, e, "write it as @after backup command", "an id is missing");
    c->kind = GF_CRON_AFTER;
    c->id = t->w[1].s;
    c->id_len = t->w[1].len;
    if (gf_cron_is_id(c->id, c->id_len))
        return 0;
    return gf_expr_fail(t, 1, e,
                        "letters, digits and ._:@+-, at most 64: write it as @after backup "
                        "command",
                        "not an id");
}

int gf_cron_atword(struct gf_cron *out, const struct gf_expr_text *t, int64_t now, int *words,
                   struct gf_perr *e)
{
    const struct gf_expr_word *w = &t->w[0];
    *words = 1;
    if (gf_expr_word_is(w, "@start") || gf_expr_word_is(w, "@reboot")) {
        out->kind = GF_CRON_START;
        return 0;
    }
    if (gf_expr_word_is(w, "@every"))
        return parse_every(out, t, words, e);
    *words = 2;
    if (gf_expr_word_is(w, "@after"))
        return parse_after(out, t, e);
    if (gf_expr_word_is(w, "@at")) {
        out->kind = GF_CRON_AT;
        return stamp(t, 1, &out->from, e);
    }
    return gf_expr_word_is(w, "@in") ? parse_in(out, t, now, e) : 1;
}
