/*
 * cron_zones.c - zone changes: what next() answers, against a walk of the clock minute by minute
 * that asks libc for each minute, in every zone of tzdata.zi.
 */
#include <stdio.h>
#include <string.h>

#include "cron/next.h"
#include "test.h"
#include "zones.h"

enum {
    WALK = 4 * 24 * 60, /* minutes: two days before a change to two days after it */
    CHANGES = 3,        /* sampled in each zone */
};

static bool half_past_two(int64_t day, int h, int m)
{
    (void)day;
    return h == 2 && m == 30;
}

static bool one_to_four(int64_t day, int h, int m)
{
    (void)day;
    return h >= 1 && h <= 4 && m == 0;
}

static bool after_midnight(int64_t day, int h, int m)
{
    (void)day;
    return h == 0 && m == 15;
}

static bool quarters(int64_t day, int h, int m)
{
    (void)day;
    (void)h;
    return m % 15 == 0;
}

static bool even_hours(int64_t day, int h, int m)
{
    (void)day;
    return h % 2 == 0 && m == 0;
}

static bool sundays(int64_t day, int h, int m)
{
    return gf_civil_weekday(day) == 0 && h < 4 && m == 59;
}

static bool ends_of_months(int64_t day, int h, int m)
{
    struct gf_civil c = gf_civil_of(day * GF_DAY);
    return c.day == gf_civil_month_length(c.year, c.mon) && (h >= 22 || h < 2) && m % 20 == 0;
}

static const struct schedule {
    const char *text;
    bool (*due)(int64_t day, int h, int m);
    bool real;
} schedules[] = {
    {"30 2 * * *", half_past_two, false},      {"0 1-4 * * *", one_to_four, false},
    {"15 0 * * *", after_midnight, false},     {"*/15 * * * *", quarters, true},
    {"0 */2 * * *", even_hours, true},         {"59 0-3 * * SUN", sundays, false},
    {"*/20 22-1 L * *", ends_of_months, true}, {"0 30 2 * * *", half_past_two, false},
    {"0 */15 * * * *", quarters, true},
};

static bool due_at(const struct schedule *s, int64_t local_minute)
{
    int m = (int)(((local_minute % 1440) + 1440) % 1440);
    return s->due((local_minute - m) / 1440, m / 60, m % 60);
}

/* Whether the rule of next.h fires when the clock shows `now`, having shown at most `high`. */
static bool fires(const struct schedule *s, int64_t now, int64_t high)
{
    if (s->real)
        return due_at(s, now);
    for (int64_t m = high + 1; m <= now; m++)
        if (due_at(s, m))
            return true;
    return false;
}

static void walk(const char *name, struct gf_zone *z, int64_t from, const int64_t *minutes)
{
    for (size_t i = 0; i < sizeof schedules / sizeof schedules[0]; i++) {
        struct gf_cron_context ctx = {.id = "", .id_len = 0};
        struct gf_cron c;
        int64_t got = from, high = minutes[0];
        REQUIRE(gf_cron_parse(&c, schedules[i].text, strlen(schedules[i].text), &ctx, NULL) == 0);
        for (int n = 1; n < WALK; n++) {
            bool fire = fires(&schedules[i], minutes[n], high);
            int64_t t = from + n * 60;
            if (minutes[n] > high)
                high = minutes[n];
            if (!fire)
                continue;
            int64_t before = got;
            int r = gf_cron_next(&c, z, GF_DST_DEBIAN, before, &got);
            if (r != GF_CRON_FOUND || got != t) {
                CHECK_ROW(false, "%s '%s' after %lld: %lld, not %lld", name, schedules[i].text,
                          (long long)before, (long long)got, (long long)t);
                return;
            }
        }
    }
}

/* A change of the zone after t, as the zone itself tells; the walk asks libc. */
static bool change_after(struct gf_zone *z, int64_t t, int64_t *out)
{
    struct gf_span s = gf_zone_span(z, t);
    for (int64_t end = t + 10 * 366 * GF_DAY; s.end < end;) {
        int32_t before = s.off;
        s = gf_zone_span(z, s.end);
        *out = s.start;
        if (s.off != before)
            return true;
    }
    return false;
}

static void check_zone(const char *name, unsigned *seed)
{
    static int64_t minutes[WALK];
    struct gf_zone *z;
    struct gf_perr e = {0};
    if (gf_zone_open(&z, name, NULL, &e) != 0)
        return; /* listed but not installed */
    for (int i = 0; i < CHANGES; i++) {
        *seed = *seed * 1103515245 + 12345;
        int year = 1970 + (int)((*seed >> 16) % 130);
        int64_t change;
        if (!change_after(z, gf_civil_days(year, 1, 1) * GF_DAY, &change))
            continue;
        int64_t from = change - change % 60 - WALK / 2 * 60;
        libc_enter_file(name);
        for (int n = 0; n < WALK; n++)
            minutes[n] = local_minute(from + n * 60);
        libc_leave();
        walk(name, z, from, minutes);
    }
    gf_zone_free(z);
}

TEST(cron_zones, every_zone_against_a_walk)
{
    int zones = each_zone(check_zone);
    if (!zones)
        SKIP("no tzdata.zi");
    CHECK(zones > 300);
}

TEST(cron_zones, next_is_later_and_matches)
{
    static const char *const texts[] = {"*/7 3-5 * * *",     "0 0 29 2 *",        "0 12 L * *",
                                        "30 4 15W 1-6 *",    "0 0 * * MON#5",     "5 4 13 * 5",
                                        "*/20 30 1 * * MON", "0 22-2 * * SAT-TUE"};
    static const char *const names[] = {"America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
                                        "Antarctica/Troll", "America/Santiago"};
    struct gf_cron_context ctx = {.id = "", .id_len = 0};
    unsigned seed = 7;
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        struct gf_zone *z;
        REQUIRE(gf_zone_open(&z, names[n], NULL, NULL) == 0);
        for (int i = 0; i < 2000; i++) {
            const char *text = texts[i % 8];
            struct gf_cron c;
            struct gf_span s;
            seed = seed * 1103515245 + 12345;
            int64_t t = (int64_t)(seed % 4102444800u), got;
            REQUIRE(gf_cron_parse(&c, text, strlen(text), &ctx, NULL) == 0);
            REQUIRE(gf_cron_next(&c, z, GF_DST_DEBIAN, t, &got) == GF_CRON_FOUND);
            s = gf_zone_span(z, got);
            CHECK_ROW(got > t, "%s %s: %lld after %lld", names[n], text, (long long)got,
                      (long long)t);
            CHECK_ROW(got == s.start || gf_cron_matches(&c, got + s.off), "%s %s: %lld", names[n],
                      text, (long long)got);
        }
        gf_zone_free(z);
    }
}

/* Years that are named, and far: spans in between are left out of the search. */
TEST(cron_zones, far_years)
{
    static const char *const names[] = {"America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
                                        "Africa/Casablanca", "UTC"};
    static const int years[] = {1999, 2026, 2027, 2060, 2099, 2225};
    struct gf_cron_context ctx = {.id = "", .id_len = 0};
    for (size_t n = 0; n < 5 * 6; n++) {
        int64_t t = 1790000000 - (int64_t)(n * 7919 * 3600) % (20 * 366 * GF_DAY), got = 0;
        int year = years[n % 6];
        char text[64];
        struct gf_zone *z;
        struct gf_cron c;
        struct gf_span s;
        snprintf(text, sizeof text, "0 30 1 4 7 * %d", year);
        REQUIRE(gf_zone_open(&z, names[n / 6], NULL, NULL) == 0);
        REQUIRE(gf_cron_parse(&c, text, strlen(text), &ctx, NULL) == 0);
        int64_t local = gf_civil_days(year, 7, 4) * GF_DAY + 5400;
        int r = gf_cron_next(&c, z, GF_DST_DEBIAN, t, &got);
        bool is_past = local < t - 2 * GF_DAY;
        CHECK_INT(r, is_past ? GF_CRON_NEVER : GF_CRON_FOUND);
        s = gf_zone_span(z, is_past ? t : got);
        CHECK_ROW(is_past || got + s.off == local, "%s %s: %lld", names[n / 6], text,
                  (long long)got);
        gf_zone_free(z);
    }
}

TEST(cron_zones, gaps_of_all_sizes)
{
    static const struct {
        const char *zone, *text, *from, *debian, *skip;
    } rows[] = {
        {"America/New_York", "30 2 * * *", "2025-03-09T06:30:00Z", "2025-03-09T07:00:00Z",
         "2025-03-10T06:30:00Z"},
        {"Australia/Lord_Howe", "15 2 * * *", "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z",
         "2026-10-04T15:15:00Z"},
        {"America/Santiago", "30 0 * * *", "2026-09-06T03:00:00Z", "2026-09-06T04:00:00Z",
         "2026-09-07T03:30:00Z"},
        {"Antarctica/Troll", "30 1 * * *", "2025-03-30T00:30:00Z", "2025-03-30T01:00:00Z",
         "2025-03-30T23:30:00Z"},
        {"Pacific/Apia", "0 12 30 12 *", "2011-12-30T00:00:00Z", "2011-12-30T10:00:00Z",
         "2012-12-29T22:00:00Z"},
        {"America/New_York", "30 1 * * *", "2025-11-02T05:30:00Z", "2025-11-03T06:30:00Z",
         "2025-11-03T06:30:00Z"},
        {"America/New_York", "30 * * * *", "2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z",
         "2025-11-02T06:30:00Z"},
    };
    struct gf_cron_context ctx = {.id = "", .id_len = 0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_zone *z;
        struct gf_cron c;
        struct gf_stamp from;
        REQUIRE(gf_zone_open(&z, rows[i].zone, NULL, NULL) == 0);
        REQUIRE(gf_cron_parse(&c, rows[i].text, strlen(rows[i].text), &ctx, NULL) == 0);
        REQUIRE(gf_stamp_parse(rows[i].from, strlen(rows[i].from), &from, NULL) == 0);
        for (int dst = GF_DST_DEBIAN; dst <= GF_DST_SKIP; dst++) {
            int64_t t;
            char text[GF_STAMP_SIZE];
            REQUIRE(gf_cron_next(&c, z, (enum gf_dst)dst, from.seconds, &t) == GF_CRON_FOUND);
            gf_stamp_format(t, 0, true, text);
            CHECK_STR(text, dst == GF_DST_SKIP ? rows[i].skip : rows[i].debian);
        }
        gf_zone_free(z);
    }
}
