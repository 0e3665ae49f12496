/* time_stamp.c - times of logs: read by what they look like and by forms, written, in buckets. */
#include <string.h>

#include "test.h"
#include "time/stamp.h"

enum {
    NOW = 1795600800 /* 2026-11-25T10:00:00Z */
};

static struct gf_zone *open_zone(const char *name)
{
    struct gf_zone *z = NULL;
    CHECK(gf_zone_open(&z, name, NULL, NULL) == 0);
    return z;
}

/* A rule, since a bare root has no zones: Berlin. */
static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

TEST(time_stamp, read)
{
    static const struct {
        const char *text;
        int64_t seconds;
        int32_t ns;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, 0},
        {"2026-11-25T10:00:00Z", NOW, 0},
        {"2026-11-25t10:00:00z", NOW, 0},
        {" 2026-11-25T10:00:00Z ", NOW, 0},
        {"2026-11-25T10:00:00.5Z", NOW, 500000000},
        {"2026-11-25T10:00:00,123456789987Z", NOW, 123456789},
        {"2026-11-25T11:00:00+01:00", NOW, 0},
        {"2026-11-25 04:30:00.000000001 -0530", NOW, 1},
        {"2026-11-25 12:00:00+02", NOW, 0},
        {"2026-11-25 10:00:00 UTC", NOW, 0},
        {"2026-11-25T11:00:00", NOW, 0}, /* of the zone */
        {"2026/11/25 11:00", NOW, 0},
        {"2026-11-25", NOW - 11 * 3600, 0},
        {"2026-11-25T10:59:60", NOW, 0},        /* a leap second */
        {"2026-03-29T02:30:00", 1774746000, 0}, /* skipped: 03:00 */
        {"2026-10-25T02:30:00", 1792888200, 0}, /* the first of two */
        {"0001-01-01T00:00:00Z", GF_CIVIL_MIN, 0},
        {"9999-12-31T23:59:59.999999999Z", GF_CIVIL_MAX, 999999999},
        {"[25/Nov/2026:10:00:00 +0000]", NOW, 0},
        {"25/Nov/2026:10:00:00 +0000", NOW, 0},
        {"[25/Nov/2026:11:00:00", NOW, 0},
        {"5/nov/2026:11:00:00.250", NOW - 20 * GF_DAY, 250000000},
        {"Nov 25 11:00:00", NOW, 0},
        {"Nov  5 11:00:00", NOW - 20 * GF_DAY, 0},
        {"Jan  1 00:00:00", 1798758000, 0}, /* of the next year */
        {"Jun  1 00:00:00", 1780264800, 0}, /* of this one */
        {"Feb 29 00:00:00", 1835391600, 0}, /* 2028 is nearer than 2024 */
        {"0", 0, 0},
        {"1795600800", NOW, 0},
        {"1795600800.25", NOW, 250000000},
        {"1795600800.1234567899", NOW, 123456789},
        {"-0.25", -1, 750000000},
        {"-1", -1, 0},
        {"-0.0000000001", -1, 999999999},
        {"1795600800250", NOW, 250000000},
        {"1795600800250.5", NOW, 250500000},
        {"1795600800250001", NOW, 250001000},
        {"1795600800250001002", NOW, 250001002},
        {"99999999999", 99999999999, 0},
    };
    struct gf_zone *z = open_zone(berlin);
    for (size_t i = 0; z && i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_instant t = {0};
        struct gf_perr e = {0};
        int bad = gf_instant_read(rows[i].text, strlen(rows[i].text), z, NOW, &t, &e);
        CHECK_ROW(bad == 0, "%s: %s", rows[i].text, e.what);
        CHECK_ROW(t.seconds == rows[i].seconds && t.ns == rows[i].ns, "%s: %lld.%09d", rows[i].text,
                  (long long)t.seconds, (int)t.ns);
    }
    gf_zone_free(z);
}

TEST(time_stamp, refused)
{
    static const struct {
        const char *text;
        size_t col;
        const char *what;
    } rows[] = {
        {"", 0, "the time ends too early"},
        {"-", 1, "the time ends too early"},
        {"x", 0, "not a time from here on"},
        {"2026-11-25T", 11, "the time ends too early"},
        {"2026-11-25T24:00", 11, "not a time from here on"},
        {"2026-11-25T10:00:61Z", 17, "not a time from here on"},
        {"2026-11-25T10:00:00.Z", 20, "not a time from here on"},
        {"2026-11-25T10:00:00Zx", 20, "not a time from here on"},
        {"2026-11-25T10:00:00 EST", 20, "not a time from here on"},
        {"2026-11/25", 7, "not a time from here on"},
        {"2026-13-25", 5, "not a time from here on"},
        {"2026-02-29", 0, "there is no such day"},
        {"0000-01-01", 0, "not a time from here on"},
        {"9999-12-31T23:59:59-01:00", 0, "out of range"},
        {"[2026-11-25]", 1, "not a time from here on"},
        {"25/Nov/2026:10:00:00 +0000]]", 26, "not a time from here on"},
        {"[25/Nov/2026", 12, "the time ends too early"},
        {"31/Feb/2026:10:00:00", 0, "there is no such day"},
        {"Nov 25", 6, "the time ends too early"},
        {"Nov 31 10:00:00", 0, "there is no such day"},
        {"20261125100000", 0, "not a time from here on"},
        {"179560080025", 0, "not a time from here on"},
        {"1795600800.", 11, "the time ends too early"},
        {"1795600800s", 10, "not a time from here on"},
        {"-99999999999", 0, "out of range"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_instant t;
        struct gf_perr e = {0};
        int bad = gf_instant_read(rows[i].text, strlen(rows[i].text), NULL, NOW, &t, &e);
        CHECK_ROW(bad == -1 && strcmp(e.what, rows[i].what) == 0, "%s: %s", rows[i].text, e.what);
        CHECK_ROW(e.col == rows[i].col, "%s: %zu", rows[i].text, e.col);
        CHECK_ROW(e.col + e.len <= strlen(rows[i].text), "%s", rows[i].text);
    }
}

TEST(time_stamp, by_forms)
{
    static const struct {
        const char *form, *text;
        int64_t seconds;
        int32_t ns;
    } rows[] = {
        {"%Y-%m-%d %H:%M:%S", "2026-11-25 10:00:00", NOW, 0},
        {"%Y%m%d%H%M%S", "20261125100000", NOW, 0},
        {"%F %T.%f", "2026-11-25 10:00:00.123456789", NOW, 123456789},
        {"%F %T,%3f", "2026-11-25 10:00:00,123", NOW, 123000000},
        {"%FT%T%z", "2026-11-25T11:00:00+01:00", NOW, 0},
        {"%F %T %Z", "2026-11-25 10:00:00 GMT", NOW, 0},
        {"%a, %d %b %Y %T %z", "Wed, 25 Nov 2026 10:00:00 +0000", NOW, 0},
        {"%A %e %B %y, %I:%M %p", "wednesday  25 november 26, 10:00 AM", NOW, 0},
        {"%I %p %F", "12 am 2026-11-25", NOW - 10 * 3600, 0},
        {"%F %I%p", "2026-11-25 1PM", NOW + 3 * 3600, 0},
        {"%Y.%j %T", "2026.329 10:00:00", NOW, 0},
        {"%j", "366", 1735603200, 0}, /* 2024 is nearer than 2028 */
        {"%s", "1795600800", NOW, 0},
        {"%s.%f %Y", "1795600800.5 1999", NOW, 500000000},
        {"%m/%d %H", "11/25 10", NOW, 0},
        {"%d%%%m", "25%11", NOW - 10 * 3600, 0},
        {"%Y", "1970", 0, 0},
        {"%y", "69", -31536000, 0},
        {"%y", "68", 3092601600, 0},
        {"%F ", "1970-01-01  ", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_instant t = {0};
        struct gf_perr e = {0};
        const char *form = rows[i].form, *text = rows[i].text;
        CHECK_ROW(gf_timeform_check(form, strlen(form), true, &e) == 0, "%s: %s", form, e.what);
        int bad = gf_instant_read_as(text, strlen(text), form, strlen(form), NULL, NOW, &t, &e);
        CHECK_ROW(bad == 0, "%s: %s", text, e.what);
        CHECK_ROW(t.seconds == rows[i].seconds && t.ns == rows[i].ns, "%s: %lld.%09d", text,
                  (long long)t.seconds, (int)t.ns);
    }
}

TEST(time_stamp, forms_refused)
{
    static const struct {
        const char *form;
        bool reading;
        size_t col;
    } rows[] = {
        {"%Q", true, 0},     {"%F %", true, 3},   {"%F %4f", true, 3},
        {"%F %3S", true, 3}, {"%T", true, 0},     {"%m", true, 0},
        {"", true, 0},       {"%F %Z", false, 3}, {"%Q%%", false, 0},
    };
    struct gf_perr e;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *form = rows[i].form;
        CHECK_ROW(gf_timeform_check(form, strlen(form), rows[i].reading, &e) == -1, "%s", form);
        CHECK_ROW(e.col == rows[i].col, "%s: %zu", form, e.col);
    }
    CHECK(gf_timeform_check("%T", 2, false, &e) == 0);
    struct gf_instant t;
    CHECK(gf_instant_read_as("2026-1x", 7, "%F", 2, NULL, NOW, &t, &e) == -1 && e.col == 6);
    CHECK(gf_instant_read_as("2026-11-25x", 11, "%F", 2, NULL, NOW, &t, &e) == -1 && e.col == 10);
}

TEST(time_stamp, written)
{
    static const struct {
        const char *zone;
        int64_t seconds;
        int32_t ns;
        const char *form, *text;
    } rows[] = {
        {NULL, NOW, 0, NULL, "2026-11-25T10:00:00Z"},
        {"UTC", NOW, 500000000, NULL, "2026-11-25T10:00:00.5Z"},
        {berlin, NOW, 1, NULL, "2026-11-25T11:00:00.000000001+01:00"},
        {"XST4:30", NOW, 0, NULL, "2026-11-25T05:30:00-04:30"},
        {"LMT-0:53:28", NOW, 0, NULL, "2026-11-25T10:53:28+00:53:28"},
        {NULL, GF_CIVIL_MIN, 0, NULL, "0001-01-01T00:00:00Z"},
        {berlin, NOW, 123456789, "%a %A %b %B %d %e %j", "Wed Wednesday Nov November 25 25 329"},
        {berlin, NOW, 123456789, "%F %T %f %3f %6f %9f",
         "2026-11-25 11:00:00 123456789 123 123456 123456789"},
        {berlin, NOW, 0, "%Y%m%d %H%M%S %y %I%p %z %s %%",
         "20261125 110000 26 11AM +0100 "
         "1795600800 %"},
        {NULL, -1, 0, "%s %e", "-1 31"},
        {NULL, 0, 0, "%e|%I|%j", " 1|12|001"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_zone *z = rows[i].zone ? open_zone(rows[i].zone) : NULL;
        struct gf_instant t = {rows[i].seconds, rows[i].ns};
        char out[80];
        const char *form = rows[i].form;
        size_t n = form ? gf_instant_text_as(t, z, form, strlen(form), out, sizeof out)
                        : gf_instant_text(t, z, out);
        CHECK_ROW(n == strlen(rows[i].text) && memcmp(out, rows[i].text, n) == 0, "%s: %.*s",
                  rows[i].text, (int)n, out);
        memset(out, '#', sizeof out);
        if (form)
            CHECK_ROW(gf_instant_text_as(t, z, form, strlen(form), out, 3) == n && out[3] == '#',
                      "%s", form);
        gf_zone_free(z);
    }
}

TEST(time_stamp, buckets)
{
    static const struct {
        const char *zone, *at;
        gf_ns size;
        const char *start;
    } rows[] = {
        {NULL, "2026-11-25T10:04:59.9Z", 300 * GF_S, "2026-11-25T10:00:00Z"},
        {NULL, "2026-11-25T10:05:00Z", 300 * GF_S, "2026-11-25T10:05:00Z"},
        {NULL, "1969-12-31T23:59:59Z", 300 * GF_S, "1969-12-31T23:55:00Z"},
        {NULL, "2026-11-25T10:00:00.777Z", 250 * GF_MS, "2026-11-25T10:00:00.75Z"},
        {NULL, "1969-12-31T23:59:59.1Z", 250 * GF_MS, "1969-12-31T23:59:59Z"},
        {NULL, "2026-11-25T10:00:00Z", GF_DAY * GF_S, "2026-11-25T00:00:00Z"},
        {NULL, "2026-11-25T10:00:00Z", 7 * GF_DAY * GF_S, "2026-11-23T00:00:00Z"},
        {NULL, "1970-01-01T00:00:00Z", 7 * GF_DAY * GF_S, "1969-12-29T00:00:00Z"},
        {berlin, "2026-11-24T23:30:00Z", GF_DAY * GF_S, "2026-11-25T00:00:00+01:00"},
        {"XST-5:30", "2026-11-25T10:00:00Z", 3600 * GF_S, "2026-11-25T15:00:00+05:30"},
        /* Summer begins: 02:00 to 03:00 is skipped. */
        {berlin, "2026-03-29T03:10:00Z", GF_DAY * GF_S, "2026-03-29T00:00:00+01:00"},
        {berlin, "2026-03-29T01:10:00Z", 7200 * GF_S, "2026-03-29T03:00:00+02:00"},
        {berlin, "2026-03-29T00:59:59Z", 7200 * GF_S, "2026-03-29T00:00:00+01:00"},
        {berlin, "2026-03-29T01:10:00Z", 900 * GF_S, "2026-03-29T03:00:00+02:00"},
        /* It ends: 02:00 to 03:00 comes twice. */
        {berlin, "2026-10-25T00:30:00Z", 3600 * GF_S, "2026-10-25T02:00:00+02:00"},
        {berlin, "2026-10-25T01:30:00Z", 3600 * GF_S, "2026-10-25T02:00:00+01:00"},
        {berlin, "2026-10-25T01:30:00Z", 4 * 3600 * GF_S, "2026-10-25T00:00:00+02:00"},
        {berlin, "2026-10-25T22:59:59Z", GF_DAY * GF_S, "2026-10-25T00:00:00+02:00"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_zone *z = rows[i].zone ? open_zone(rows[i].zone) : NULL;
        struct gf_instant t;
        char out[GF_INSTANT_SIZE];
        CHECK(gf_instant_read(rows[i].at, strlen(rows[i].at), NULL, NOW, &t, NULL) == 0);
        size_t n = gf_instant_text(gf_instant_bucket(t, rows[i].size, z), z, out);
        CHECK_ROW(n == strlen(rows[i].start) && memcmp(out, rows[i].start, n) == 0, "%s: %.*s",
                  rows[i].start, (int)n, out);
        gf_zone_free(z);
    }
}

/* Over a year, at odd steps: a bucket is no later than the time, begins itself, and later times are
 * in no earlier bucket. */
TEST(time_stamp, buckets_follow_one_another)
{
    static const int64_t sizes[] = {900, 3600, 4 * 3600, 5 * 3600, GF_DAY, 7 * GF_DAY};
    struct gf_zone *z = open_zone(berlin);
    for (size_t k = 0; z && k < sizeof sizes / sizeof *sizes; k++) {
        struct gf_instant last = {0};
        for (int64_t t = 1767225600; t < 1798761600; t += 1777) {
            struct gf_instant at = {t, 5};
            struct gf_instant b = gf_instant_bucket(at, sizes[k] * GF_S, z);
            struct gf_instant again = gf_instant_bucket(b, sizes[k] * GF_S, z);
            CHECK_ROW(gf_instant_compare(b, at) <= 0 && gf_instant_compare(last, b) <= 0 &&
                          gf_instant_compare(again, b) == 0,
                      "%lld in %lld", (long long)t, (long long)sizes[k]);
            last = b;
        }
    }
    gf_zone_free(z);
}
