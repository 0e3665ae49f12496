/* duration.c - base/duration: spans of time read and written. */
#include "base/duration.h"

#include <string.h>

#include "test.h"

TEST(duration, parse)
{
    static const struct {
        const char *text;
        gf_ns want;      /* -1: an error */
        size_t col, len; /* of the error */
    } rows[] = {
        {"0", 0, 0, 0},
        {"1", GF_S, 0, 0},
        {"2.5", 2500 * GF_MS, 0, 0},
        {"250ms", 250 * GF_MS, 0, 0},
        {"1.5m", 90 * GF_S, 0, 0},
        {"1h30m", 5400 * GF_S, 0, 0},
        {"1d2h3m4s5ms6us7ns", 93784005006007, 0, 0},
        {"2w", 1209600 * GF_S, 0, 0},
        {"1e3s", 1000 * GF_S, 0, 0},
        {"0.000000001s", 1, 0, 0},
        {"36525d", GF_DURATION_MAX, 0, 0},
        {"36526d", -1, 0, 6},
        {"36525d1ns", -1, 0, 9},
        {"0.0000000001s", -1, 0, 13},
        {"0.5ns", -1, 0, 5},
        {"1e40d", -1, 0, 5},
        {"", -1, 0, 0},
        {"s", -1, 0, 1},
        {"5x", -1, 1, 1},
        {"5 s", -1, 1, 2},
        {"-5s", -1, 0, 1},
        {"1h30", -1, 2, 2},
        {"1m1h", -1, 3, 1},
        {"1s1s", -1, 3, 1},
        {"1h5parsec", -1, 3, 6},
        {"5S", -1, 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        gf_ns v = 77;
        struct gf_perr e = {0};
        int r = gf_parse_duration(rows[i].text, strlen(rows[i].text), &v, &e);
        CHECK_ROW((r == 0) == (rows[i].want >= 0), "'%s' gives %d", rows[i].text, r);
        CHECK_ROW(v == (r == 0 ? rows[i].want : 77), "'%s' is %" PRId64, rows[i].text, v);
        CHECK_ROW(r == 0 || (e.col == rows[i].col && e.len == rows[i].len), "'%s': col %zu len %zu",
                  rows[i].text, e.col, e.len);
        CHECK_INT(gf_parse_duration(rows[i].text, strlen(rows[i].text), &v, NULL), r);
    }
}

TEST(duration, unit)
{
    CHECK_INT(gf_time_unit("ms", 2), GF_MS);
    CHECK_INT(gf_time_unit("w", 1), 604800 * GF_S);
    CHECK_INT(gf_time_unit("msx", 2), GF_MS);
    CHECK_INT(gf_time_unit("", 0), 0);
    CHECK_INT(gf_time_unit("min", 3), 0);
}

TEST(duration, format)
{
    static const struct {
        gf_ns d;
        const char *want;
    } rows[] = {
        {0, "0s"},
        {1, "1ns"},
        {999, "999ns"},
        {1000, "1us"},
        {250 * GF_US, "250us"},
        {999499, "999us"},
        {999500, "1ms"},
        {38200 * GF_US, "38.2ms"},
        {999499999, "999ms"},
        {999500000, "1s"},
        {1980 * GF_MS, "1.98s"},
        {59949 * GF_MS, "59.9s"},
        {59950 * GF_MS, "1m00s"},
        {185 * GF_S, "3m05s"},
        {3599499 * GF_MS, "59m59s"},
        {3599500 * GF_MS, "1h00m"},
        {7620 * GF_S, "2h07m"},
        {(4 * 86400 + 3 * 3600) * GF_S, "4d03h"},
        {-1500 * GF_MS, "-1.5s"},
        {INT64_MIN, "-106751d23h"},
        {INT64_MAX, "106751d23h"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[GF_DURATION_SIZE];
        gf_format_duration(rows[i].d, out);
        CHECK_STR(out, rows[i].want);
    }
}
