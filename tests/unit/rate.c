/* rate.c - base/rate: how many in how long, as an exact fraction. */
#include "base/rate.h"

#include <math.h>
#include <string.h>

#include "test.h"

TEST(rate, parse)
{
    static const struct {
        const char *text;
        uint64_t count; /* 0: unlimited */
        gf_ns period;
        bool bytes;
    } rows[] = {
        {"10", 1, 100 * GF_MS, false},
        {"10/s", 1, 100 * GF_MS, false},
        {"600/m", 1, 100 * GF_MS, false},
        {"1000/h", 1, 3600 * GF_MS, false},
        {"1/d", 1, 86400 * GF_S, false},
        {"1/w", 1, 604800 * GF_S, false},
        {"1/week", 1, 604800 * GF_S, false},
        {"600/min", 1, 100 * GF_MS, false},
        {"600/minute", 1, 100 * GF_MS, false},
        {"1000/hour", 1, 3600 * GF_MS, false},
        {"1/day", 1, 86400 * GF_S, false},
        {"10/sec", 1, 100 * GF_MS, false},
        {"10/second", 1, 100 * GF_MS, false},
        {"10r/s", 1, 100 * GF_MS, false},
        {"600r/m", 1, 100 * GF_MS, false},
        {"5/15s", 1, 3 * GF_S, false},
        {"10/100ms", 1, 10 * GF_MS, false},
        {"2.5/s", 1, 400 * GF_MS, false},
        {"0.1/s", 1, 10 * GF_S, false},
        {"7/s", 7, GF_S, false},
        {"1/1h30m", 1, 5400 * GF_S, false},
        {"1e9/s", 1, 1, false},
        {"1/36525d", 1, 3155760000 * GF_S, false},
        {"500B/s", 1, 2 * GF_MS, true},
        {"1kB/s", 1, GF_MS, true},
        {"1MiB/s", 2048, 1953125, true},
        {"1e12B/s", 1000, 1, true},
        {"unlimited", 0, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_rate r = {0};
        int result = gf_parse_rate(rows[i].text, strlen(rows[i].text), &r, NULL);
        CHECK_ROW(result == 0, "'%s' is refused", rows[i].text);
        CHECK_ROW(r.count == rows[i].count && r.period == rows[i].period &&
                      r.bytes == rows[i].bytes && r.unlimited == (rows[i].count == 0),
                  "'%s' is %" PRIu64 " in %" PRId64, rows[i].text, r.count, r.period);
    }
}

TEST(rate, windows_of_the_calendar)
{
    static const struct {
        const char *text;
        uint64_t count;
        enum gf_rate_border border;
        int minute;
        const char *zone;
    } rows[] = {
        {"100/h@:00", 100, GF_BORDER_HOUR, 0, ""},
        {"100/h@:59", 100, GF_BORDER_HOUR, 59, ""},
        {"1000/d@Europe/Berlin", 1000, GF_BORDER_DAY, 0, "Europe/Berlin"},
        {"1/w@UTC", 1, GF_BORDER_WEEK, 0, "UTC"},
        {"20000/month@CET-1CEST,M3.5.0,M10.5.0/3", 20000, GF_BORDER_MONTH, 0,
         "CET-1CEST,M3.5.0,M10.5.0/3"},
        {"1e12/d@UTC", 1000000000000, GF_BORDER_DAY, 0, "UTC"},
        {"3MiB/d@UTC", 3145728, GF_BORDER_DAY, 0, "UTC"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_rate r;
        char text[GF_RATE_SIZE];
        REQUIRE(gf_parse_rate(rows[i].text, strlen(rows[i].text), &r, NULL) == 0);
        CHECK_ROW(r.count == rows[i].count && r.border == rows[i].border &&
                      r.minute == rows[i].minute && r.zone_len == strlen(rows[i].zone) &&
                      memcmp(r.zone_len ? r.zone : "", rows[i].zone, r.zone_len) == 0,
                  "%s", rows[i].text);
        gf_format_rate(&r, text);
        CHECK_STR(text, i == 5 ? "1000000000000/d@UTC" : rows[i].text);
    }
}

/* In lowest terms their periods are longer than any duration. */
TEST(rate, fractions_of_long_times)
{
    static const char *const rows[] = {"22027.82028881/53s", "1.00000000000000825MiB/1s",
                                       "0.000000000000000022EiB/1s"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_rate r, again;
        char text[GF_RATE_SIZE];
        REQUIRE(gf_parse_rate(rows[i], strlen(rows[i]), &r, NULL) == 0);
        gf_format_rate(&r, text);
        CHECK_STR(text, rows[i]);
        REQUIRE(gf_parse_rate(text, strlen(text), &again, NULL) == 0);
        CHECK(again.count == r.count && again.period == r.period);
    }
}

TEST(rate, refused)
{
    static const struct {
        const char *text;
        size_t col, len;
    } rows[] = {
        {"", 0, 0},          {"x", 0, 1},           {"/s", 0, 1},        {"-1/s", 0, 1},
        {"0", 0, 1},         {"0/s", 0, 1},         {"0.0/h", 0, 3},     {"10/", 3, 0},
        {"10/0s", 3, 2},     {"10/parsec", 3, 6},   {"10/5", 99, 0},     {"10//s", 3, 2},
        {"10x/s", 2, 1},     {"10K/s", 2, 1},       {"10 /s", 2, 1},     {"1.1e9/s", 0, 7},
        {"1/36526d", 2, 6},  {"0.5/36525d", 0, 10}, {"1e40/s", 0, 6},    {"2e12B/s", 0, 7},
        {"Unlimited", 0, 1}, {"unlimited/s", 0, 1}, {"5/d@", 4, 0},      {"5/h@:60", 4, 3},
        {"5/h@UTC", 4, 3},   {"5/d@:00", 4, 3},     {"5/mon@UTC", 2, 3}, {"5/2d@UTC", 2, 2},
        {"5/d@a b", 5, 1},   {"5/d@\010", 4, 1},    {"2.5/d@UTC", 0, 3}, {"2e12/d@UTC", 0, 4},
        {"0/d@UTC", 0, 1},   {"5/@UTC", 2, 0},      {"10rr/s", 2, 2},    {"10/mins", 3, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_rate r = {.count = 77};
        struct gf_perr e = {0};
        int result = gf_parse_rate(rows[i].text, strlen(rows[i].text), &r, &e);
        if (rows[i].col == 99) { /* a bare number is seconds here too */
            CHECK_ROW(result == 0, "'%s' is refused", rows[i].text);
            continue;
        }
        CHECK_ROW(result == -1, "'%s' passes", rows[i].text);
        CHECK_ROW(r.count == 77, "'%s' wrote a result", rows[i].text);
        CHECK_ROW(e.col == rows[i].col && e.len == rows[i].len, "'%s': col %zu len %zu: %s",
                  rows[i].text, e.col, e.len, e.what);
    }
}

TEST(rate, per_second)
{
    struct gf_rate r = {.count = 1, .period = 400 * GF_MS};
    CHECK(gf_rate_per_second(&r) == 2.5);
    r = (struct gf_rate){.unlimited = true};
    CHECK(isinf(gf_rate_per_second(&r)));
}

TEST(rate, formatted_is_read_back)
{
    static const struct {
        const char *text, *want;
    } rows[] = {{"10/s", "10/s"},           {"600/m", "10/s"},       {"1000/h", "1000/h"},
                {"2.5/s", "150/m"},         {"5/15s", "20/m"},       {"1/h", "1/h"},
                {"1/2d", "1/2d"},           {"1MiB/s", "1MiB/s"},    {"1.5KiB/s", "1536B/s"},
                {"unlimited", "unlimited"}, {"10/100ms", "100/s"},   {"1/ms", "1000/s"},
                {"3/7us", "3/7us"},         {"64kB/10m", "6400B/m"}, {"1e9/s", "1000000000/s"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_rate r = {0}, again = {0};
        char text[GF_RATE_SIZE];
        CHECK(gf_parse_rate(rows[i].text, strlen(rows[i].text), &r, NULL) == 0);
        gf_format_rate(&r, text);
        CHECK_STR(text, rows[i].want);
        CHECK_ROW(gf_parse_rate(text, strlen(text), &again, NULL) == 0, "'%s' is not read", text);
        CHECK_ROW(r.count == again.count && r.period == again.period && r.bytes == again.bytes &&
                      r.unlimited == again.unlimited,
                  "'%s' is another rate than '%s'", text, rows[i].text);
    }
}

/* XU03, XU05, XU09, XU10, RC04: the same rate in other words. XU01, RC07, VG08: nothing in a time,
 * or something in none, is bad usage; `unlimited` is the word for no limit. */
TEST(rate, cases_of_others)
{
    static const struct {
        const char *one, *same;
    } rows[] = {{"1/us", "1e6/s"},
                {"1/10ms", "100/s"},
                {"1/4s", "0.25/s"},
                {"1/10s", "0.1/s"},
                {"6/m", "1/10s"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_rate a = {0}, b = {0};
        CHECK(gf_parse_rate(rows[i].one, strlen(rows[i].one), &a, NULL) == 0);
        CHECK(gf_parse_rate(rows[i].same, strlen(rows[i].same), &b, NULL) == 0);
        CHECK_ROW(a.count == b.count && a.period == b.period, "%s is not %s", rows[i].one,
                  rows[i].same);
    }
    struct gf_rate r;
    CHECK(gf_parse_rate("1/0s", 4, &r, NULL) == -1);
    CHECK(gf_parse_rate("0/s", 3, &r, NULL) == -1);
    CHECK(gf_parse_rate("unlimited", 9, &r, NULL) == 0 && r.unlimited);
}
