/*
 * cron_every.c - @every so many days or weeks at a time of day: what is refused, and when it fires,
 * against a walk from day to day that knows nothing but the calendar and libc's clock.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "cron/between.h"
#include "cron/next.h"
#include "cron/words.h"
#include "test.h"
#include "zones.h"

static int parse(struct gf_cron *c, const char *text, struct gf_perr *e)
{
    struct gf_cron_context ctx = {.id = "job", .id_len = 3, .now = 1000};
    return gf_cron_parse(c, text, strlen(text), &ctx, e);
}

TEST(cron_every, refused_with_its_place)
{
    static const struct {
        const char *text;
        size_t col, len;
        const char *what;
    } rows[] = {
        {"@every 10d at Mon 09:00", 14, 3,
         "not a whole number of weeks, so not always the same weekday"},
        {"@every 36h at 09:00", 7, 3, "not a whole number of days, so not always at the same time"},
        {"@every 2w at 09:00", 7, 2, "whole weeks, but on which weekday is not said"},
        {"@every 2w at Mon", 16, 0, "a time of day is missing"},
        {"@every 2w at", 12, 0, "a time of day is missing"},
        {"@every 2w at Mon 24:00", 17, 5, "not a time of day"},
        {"@every 2w at noon", 13, 4, "not a time of day, nor a weekday"},
        {"@every 2w at Mon 09:00 from", 27, 0, "a date is missing"},
        {"@every 2w at Mon 09:00 from 2026-02-30", 36, 2, "not a time from here on"},
        {"@every 2w at Mon 09:00 from 2026-03-02T09:00", 28, 16,
         "a date and no more: the time of day stands behind at"},
        {"@every 2w at Mon 09:00 from @1772409600", 28, 11,
         "a date and no more: the time of day stands behind at"},
        {"@every 2w at Mon 09:00 from 2026-03-03", 28, 10,
         "this is a Tuesday; the nearest Monday is 2026-03-02"},
        {"@every 2w at Mon 09:00 from 2026-02-27", 28, 10,
         "this is a Friday; the nearest Monday is 2026-03-02"},
        {"@every 2w at Mon 09:00 from 2026-03-02 x", 39, 1, "nothing may follow here"},
        {"@every 2w from 2026-03-02 at Mon 09:00", 26, 2, "at stands in front of from"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_cron c;
        struct gf_perr e = {0};
        CHECK_ROW(parse(&c, rows[i].text, &e) != 0, "%s is accepted", rows[i].text);
        CHECK_STR(e.what, rows[i].what);
        CHECK_ROW(e.col == rows[i].col && e.len == rows[i].len, "%s: %zu+%zu", rows[i].text, e.col,
                  e.len);
    }
}

TEST(cron_every, words)
{
    static const char *const rows[][2] = {
        {"@every 2w at Mon 09:00 from 2026-03-02",
         "every second week on Monday at 09:00, counted from 2026-03-02"},
        {"@every 2w at 09:00 from 2026-03-02",
         "every second week on Monday at 09:00, counted from 2026-03-02"},
        {"@every 3w at friday 17:00",
         "every 3rd week on Friday at 17:00, counted from the week of 1970-01-01"},
        {"@every 10d at 06:30 from 2026-01-01", "every 10th day at 06:30, counted from 2026-01-01"},
        {"@every 2d at 06:30:05", "every second day at 06:30:05, counted from 1970-01-01"},
        {"@every 1d at 06:30", "every day at 06:30"},
        {"@every 7d at sun 00:00", "every week on Sunday at 00:00"},
        {"@every 24h at 06:30 from 2026-01-01", "every day at 06:30, counted from 2026-01-01"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_cron c;
        struct gf_buf b = {0};
        REQUIRE(parse(&c, rows[i][0], NULL) == 0);
        REQUIRE(gf_cron_words(&b, &c) == 0);
        CHECK_STR(b.data, rows[i][1]);
        gf_buf_release(&b);
    }
}

/* ---- against a walk -------------------------------------------------------------------------- */

/* What the texts below say, apart from the parser. */
struct plain {
    int days;           /* the period */
    int year, mon, day; /* a day of it */
    bool begins;
    int sod;
};

static const struct {
    const char *text;
    struct plain p;
} schedules[] = {
    {"@every 2w at Sun 02:30 from 2024-01-07", {14, 2024, 1, 7, true, 9000}},
    {"@every 3w at Sun 02:15", {21, 1970, 1, 4, false, 8100}},
    {"@every 1w at Mon 00:00", {7, 1969, 12, 29, false, 0}},
    {"@every 1d at 01:30", {1, 1970, 1, 1, false, 5400}},
    {"@every 10d at 00:30:15 from 2025-02-27", {10, 2025, 2, 27, true, 1815}},
    {"@every 3d at 23:59:59", {3, 1970, 1, 1, false, 86399}},
    {"@every 2d at 03:00 from 1969-12-30", {2, 1969, 12, 30, true, 10800}},
    {"@every 1w at Fri 12:00", {7, 1970, 1, 2, false, 43200}},
};

static bool is_day(const struct plain *p, int64_t day)
{
    int64_t since = day - gf_civil_days(p->year, p->mon, p->day);
    return since % p->days == 0 && (since >= 0 || !p->begins);
}

enum {
    STEP = 300, /* of the walk: all changes of the zones below are at such times */
    YEARS = 2,
};

/* A walk through time, and what the clock showed up to now. */
struct walk {
    const char *name, *text;
    const struct plain *p;
    struct gf_zone *z;
    struct gf_cron c;
    int64_t high; /* the latest time shown */
    int64_t got;  /* the last answer */
    uint64_t fired;
};

/* The first time of the day in (w->high, upto] that is due; -1: none is. */
static int64_t first_due(const struct walk *w, int64_t upto)
{
    for (int64_t day = (w->high + 1) / GF_DAY; day * GF_DAY <= upto; day++) {
        int64_t local = day * GF_DAY + w->p->sod;
        if (local > w->high && local <= upto && is_day(w->p, day))
            return local;
    }
    return -1;
}

/* The clock goes up to `shown` at t: at once, or second by second. The rule of next.h: a time fires
 * when the clock first shows it, or a later one. */
static bool go(struct walk *w, int64_t shown, int64_t t, bool at_once)
{
    int64_t due = first_due(w, shown);
    if (shown > w->high)
        w->high = shown;
    if (due == -1)
        return true;
    int64_t before = w->got, want = at_once ? t : t - (shown - due);
    int r = gf_cron_next(&w->c, w->z, GF_DST_DEBIAN, before, &w->got);
    CHECK_ROW(r == GF_CRON_FOUND && w->got == want, "%s '%s' after %lld: %lld, not %lld", w->name,
              w->text, (long long)before, (long long)w->got, (long long)want);
    w->fired++;
    return w->got == want;
}

static void walk(const char *name, struct gf_zone *z, size_t which, const int64_t *offs,
                 int64_t from, size_t steps)
{
    struct walk w = {name, schedules[which].text, &schedules[which].p, z, .got = from};
    int64_t t = from;
    REQUIRE(parse(&w.c, w.text, NULL) == 0);
    w.high = from + offs[0];
    for (size_t i = 1; i < steps; i++) {
        t += STEP;
        if (!go(&w, t - 1 + offs[i - 1], t - 1, false) || !go(&w, t + offs[i], t, true))
            return;
    }
    CHECK_INT(gf_cron_count(&w.c, z, GF_DST_DEBIAN, from, t), w.fired);
}

TEST(cron_every, as_day_by_day)
{
    static const char *const names[] = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                        "Pacific/Apia",  "America/Santiago", "UTC"};
    static int64_t offs[YEARS * 366 * (86400 / STEP)];
    size_t steps = sizeof offs / sizeof offs[0];
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        struct gf_zone *z;
        bool apia =
            strcmp(names[n], "Pacific/Apia") == 0; /* a day was left out at the end of 2011 */
        int64_t from = gf_civil_days(apia ? 2011 : 2025, 1, 1) * GF_DAY;
        REQUIRE(gf_zone_open(&z, names[n], NULL, NULL) == 0);
        libc_enter_file(names[n]);
        for (size_t i = 0; i < steps; i++) {
            time_t t = (time_t)(from + (int64_t)i * STEP);
            struct tm tm;
            localtime_r(&t, &tm);
            offs[i] = tm.tm_gmtoff;
        }
        libc_leave();
        for (size_t i = 0; i < sizeof schedules / sizeof schedules[0]; i++)
            walk(names[n], z, i, offs, from, steps);
        gf_zone_free(z);
    }
}

/* With --dst=skip, a time in a gap does not fire; no period is taken for one that never does. */
TEST(cron_every, skipped_in_a_gap)
{
    struct gf_zone *z;
    struct gf_cron c;
    int64_t t = gf_civil_days(2026, 3, 27) * GF_DAY;
    char text[GF_STAMP_SIZE];
    REQUIRE(gf_zone_open(&z, "Europe/Berlin", NULL, NULL) == 0);
    REQUIRE(parse(&c, "@every 2w at Sun 02:30 from 2026-03-29", NULL) == 0);
    REQUIRE(gf_cron_next(&c, z, GF_DST_SKIP, t, &t) == GF_CRON_FOUND);
    gf_stamp_format(t, 0, true, text);
    CHECK_STR(text, "2026-04-12T00:30:00Z");
    REQUIRE(parse(&c, "@every 36500d at 02:30 from 2026-03-29", NULL) == 0);
    t = gf_civil_days(2026, 3, 27) * GF_DAY;
    CHECK_INT(gf_cron_next(&c, z, GF_DST_SKIP, t, &t), GF_CRON_FOUND);
    gf_zone_free(z);
}
