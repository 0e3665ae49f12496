/*
 * time_zonerule.c - POSIX rules: which texts are some, and their offsets against those of libc.
 *
 * Within nine days of the turn of a year libc is not asked: it does not see a change that lies
 * beyond it (zonerule.c).
 */
#include <stdio.h>
#include <string.h>

#include "test.h"
#include "time/zonerule.h"
#include "zones.h"

static bool parses(const char *text, struct gf_zonerule *r)
{
    return gf_zonerule_parse(r, text, strlen(text));
}

TEST(time_zonerule, grammar)
{
    static const struct {
        const char *text;
        bool is_rule;
    } rows[] = {
        {"PST8", true},
        {"<+05>-5", true},
        {"<-0330>+3:30", true},
        {"ABC24:59:59", true},
        {"EST5EDT", true},
        {"EST5EDT4", true},
        {"EST5EDT,M3.2.0,M11.1.0", true},
        {"EST5<A-1>-4:30:15,J60/-167,365/+167:59:59", true},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", true},
        {"", false},
        {"UTC", false},
        {"UTC+", false},
        {"UT0", false},
        {"<+5-5", false},
        {"<+>5", false},
        {"ABC25", false},
        {"ABC5:60", false},
        {"ABC5:1:60", false},
        {"ABC0005", false},
        {"ABC5:", false},
        {"ABC5 ", false},
        {"EST5ED", false},
        {"EST5EDT,", false},
        {"EST5EDT,M3.2.0", false},
        {"EST5EDT,M3.2.0,M11.1.0,", false},
        {"EST5EDT,M13.2.0,M11.1.0", false},
        {"EST5EDT,M3.6.0,M11.1.0", false},
        {"EST5EDT,M3.2.7,M11.1.0", false},
        {"EST5EDT,M3.2,M11.1.0", false},
        {"EST5EDT,J0,J365", false},
        {"EST5EDT,0,366", false},
        {"EST5EDT,M3.2.0/168,M11.1.0", false},
        {"EST5,M3.2.0,M11.1.0", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_zonerule r;
        CHECK_ROW(parses(rows[i].text, &r) == rows[i].is_rule, "%s", rows[i].text);
    }
}

/* ---- against libc ---------------------------------------------------------------------------- */

static bool is_near_new_year(int64_t t)
{
    struct gf_civil c = gf_civil_of(t);
    int64_t since = t / GF_DAY - gf_civil_days(c.year, 1, 1);
    return since < 9 || since > 355;
}

/* libc has the rule already. */
static bool agrees(const char *text, const struct gf_zonerule *r, int64_t t)
{
    int32_t want = libc_offset(t), got = gf_zonerule_offset(r, t);
    if (got == want || is_near_new_year(t))
        return true;
    CHECK_ROW(false, "%s at %lld: %d, not %d", text, (long long)t, got, want);
    return false;
}

/* The seconds around the changes of many years, and others. */
static void check_rule(const char *text, unsigned *seed)
{
    struct gf_zonerule r;
    CHECK_ROW(parses(text, &r), "%s", text);
    libc_enter(text);
    bool good = true;
    for (int year = 1971; year < 2500 && good; year += 1 + (int)(next_random(seed) % 7)) {
        struct gf_zonechange two[2];
        int64_t other = (gf_civil_days(year, 1, 1) + next_random(seed) % 365) * GF_DAY;
        good = agrees(text, &r, other);
        if (!r.has_changes)
            continue;
        gf_zonerule_year(&r, year, two);
        CHECK_ROW(two[0].at <= two[1].at, "%s in %d", text, year);
        for (int i = 0; i < 2 && good; i++)
            good = agrees(text, &r, two[i].at - 1) && agrees(text, &r, two[i].at);
    }
    libc_leave();
}

TEST(time_zonerule, as_libc_has_it)
{
    static const char *const rules[] = {
        "UTC0",
        "<+05>-5",
        "<-0330>3:30",
        "LMT-0:53:28",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "EST5EDT,M3.2.0,M11.1.0",
        "IST-1GMT0,M10.5.0,M3.5.0/1",
        "NZST-12NZDT,M9.5.0,M4.1.0/3",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "EET-2EEST,M3.4.4/50,M10.4.4/50",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3",
        "ABC3DEF,J59,J60/0",
        "ABC3DEF,59/0,60",
        "ABC3DEF2:30,J300/-24,100/30:15:20",
        "ABC5DEF5,M3.2.0,M11.1.0",
    };
    unsigned seed = 1;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        check_rule(rules[i], &seed);
}

/* Writes a change, in the first half of the year or the second. Where the two changes of a year are
 * so near that some years have them the other way round, libc begins such a year anew. */
static int put_day(char *out, size_t size, bool late, unsigned *seed)
{
    unsigned month = late ? 8 : 2, first = late ? 210 : 20;
    unsigned n = next_random(seed);
    int used;
    switch (n % 4) {
    case 0:
        used = snprintf(out, size, ",J%u", first + n / 4 % 130);
        break;
    case 1:
        used = snprintf(out, size, ",%u", first + n / 4 % 130);
        break;
    default:
        used = snprintf(out, size, ",M%u.%u.%u", month + n / 4 % 4, 1 + n / 64 % 5, n / 512 % 7);
        break;
    }
    if (next_random(seed) % 2)
        used += snprintf(out + used, size - (size_t)used, "/%d:%02u",
                         (int)(next_random(seed) % 335) - 167, next_random(seed) % 60);
    return used;
}

TEST(time_zonerule, made_at_random)
{
    unsigned seed = 7;
    for (int i = 0; i < 300; i++) {
        char text[128];
        int n = snprintf(text, sizeof text, "ABC%d:%02u", (int)(next_random(&seed) % 47) - 23,
                         next_random(&seed) % 60);
        n += snprintf(text + n, sizeof text - (size_t)n, "DEF%d",
                      (int)(next_random(&seed) % 49) - 24);
        n += put_day(text + n, sizeof text - (size_t)n, i % 2, &seed);
        put_day(text + n, sizeof text - (size_t)n, !(i % 2), &seed);
        check_rule(text, &seed);
    }
}

/* ---- the turn of the year -------------------------------------------------------------------- */

TEST(time_zonerule, over_the_new_year)
{
    static const struct {
        const char *text, *at;
        int hours;
    } rows[] = {
        /* RFC 9636, 3.3.2: summer time all year, its end being its next start */
        {"EST5EDT,0/0,J365/25", "2026-01-01T04:59:59Z", -4},
        {"EST5EDT,0/0,J365/25", "2026-01-01T05:00:00Z", -4},
        {"EST5EDT,0/0,J365/25", "2026-07-01T00:00:00Z", -4},
        {"XXX3EDT4,0/0,J365/23", "2026-01-01T02:59:59Z", -4},
        {"XXX3EDT4,0/0,J365/23", "2026-01-01T03:00:00Z", -4},
        /* an end that lies behind the next start */
        {"EST5EDT,0/0,J365/30", "2026-01-01T12:00:00Z", -4},
        /* one that comes before it began */
        {"EST5EDT,J100/2,J100/3", "2026-04-10T07:00:00Z", -5},
        /* changes by a clock that is far from UTC */
        {"ABC-14DEF,J1/0,J100", "2025-12-31T09:59:59Z", 14},
        {"ABC-14DEF,J1/0,J100", "2025-12-31T10:00:00Z", 15},
        {"ABC12DEF,J200,J365/23", "2026-01-01T09:59:59Z", -11},
        {"ABC12DEF,J200,J365/23", "2026-01-01T10:00:00Z", -12},
        /* as far as they go */
        {"ABC5DEF,J100,J365/167", "2027-01-07T02:59:59Z", -4},
        {"ABC5DEF,J100,J365/167", "2027-01-07T03:00:00Z", -5},
        {"ABC5DEF,J1/-167,J100", "2025-12-25T05:59:59Z", -5},
        {"ABC5DEF,J1/-167,J100", "2025-12-25T06:00:00Z", -4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_zonerule r;
        struct gf_stamp at;
        REQUIRE(parses(rows[i].text, &r));
        REQUIRE(gf_stamp_parse(rows[i].at, strlen(rows[i].at), &at, NULL) == 0);
        int32_t got = gf_zonerule_offset(&r, at.seconds);
        CHECK_ROW(got == rows[i].hours * 3600, "%s at %s: %d", rows[i].text, rows[i].at, got);
    }
}

/* As the USA have it. */
TEST(time_zonerule, without_changes)
{
    struct gf_zonerule r;
    REQUIRE(parses("ABC5DEF", &r));
    CHECK_INT(gf_zonerule_offset(&r, 1710053999), -5 * 3600); /* 2024-03-10T06:59:59Z */
    CHECK_INT(gf_zonerule_offset(&r, 1710054000), -4 * 3600);
    CHECK_INT(gf_zonerule_offset(&r, 1730613599), -4 * 3600); /* 2024-11-03T05:59:59Z */
    CHECK_INT(gf_zonerule_offset(&r, 1730613600), -5 * 3600);
}
