/* num.c - base/num: whole numbers, signed numbers, exact decimals and their products. */
#include "base/num.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

TEST(num, count)
{
    static const struct {
        const char *text;
        uint64_t lo, hi;
        int64_t want; /* -1: an error */
        size_t col, len;
    } rows[] = {
        {"0", 0, 10, 0, 0, 0},    {"10", 0, 10, 10, 0, 0},
        {"007", 0, 10, 7, 0, 0},  {"11", 0, 10, -1, 0, 2},
        {"0", 1, 10, -1, 0, 1},   {"", 0, 10, -1, 0, 0},
        {"x", 0, 10, -1, 0, 1},   {"5x9", 0, 10, -1, 1, 2},
        {"-1", 0, 10, -1, 0, 2},  {"+1", 0, 10, -1, 0, 2},
        {" 1", 0, 10, -1, 0, 2},  {"1 ", 0, 10, -1, 1, 1},
        {"1.0", 0, 10, -1, 1, 2}, {"99999999999999999999999", 0, 10, -1, 0, 23},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t v = 77;
        struct gf_perr e = {0};
        int r = gf_parse_count(rows[i].text, strlen(rows[i].text), rows[i].lo, rows[i].hi, &v, &e);
        CHECK_ROW(r == (rows[i].want < 0 ? -1 : 0), "'%s' gives %d", rows[i].text, r);
        if (r == 0)
            CHECK_INT(v, rows[i].want);
        else
            CHECK_ROW(v == 77 && errno == EINVAL && e.col == rows[i].col && e.len == rows[i].len &&
                          e.what[0],
                      "'%s': col %zu len %zu", rows[i].text, e.col, e.len);
    }
}

TEST(num, count_takes_all_of_uint64)
{
    uint64_t v = 0;
    CHECK_INT(gf_parse_count("18446744073709551615", 20, 0, UINT64_MAX, &v, NULL), 0);
    CHECK(v == UINT64_MAX);
    CHECK_INT(gf_parse_count("18446744073709551616", 20, 0, UINT64_MAX, &v, NULL), -1);
}

TEST(num, count_reads_no_further_than_len)
{
    uint64_t v = 0;
    CHECK_INT(gf_parse_count("1234", 2, 0, 99, &v, NULL), 0);
    CHECK_INT(v, 12);
}

TEST(num, int)
{
    static const struct {
        const char *text;
        int64_t lo, hi, want;
        bool ok;
    } rows[] = {
        {"0", -5, 5, 0, true},
        {"-5", -5, 5, -5, true},
        {"+5", -5, 5, 5, true},
        {"-6", -5, 5, 0, false},
        {"6", -5, 5, 0, false},
        {"-", -5, 5, 0, false},
        {"+", -5, 5, 0, false},
        {"--1", -5, 5, 0, false},
        {"", -5, 5, 0, false},
        {"-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, true},
        {"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, true},
        {"-9223372036854775809", INT64_MIN, INT64_MAX, 0, false},
        {"9223372036854775808", INT64_MIN, INT64_MAX, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t v = 77;
        struct gf_perr e = {0};
        int r = gf_parse_int(rows[i].text, strlen(rows[i].text), rows[i].lo, rows[i].hi, &v, &e);
        CHECK_ROW((r == 0) == rows[i].ok, "'%s' gives %d", rows[i].text, r);
        CHECK_ROW(v == (rows[i].ok ? rows[i].want : 77), "'%s' is %" PRId64, rows[i].text, v);
        CHECK_ROW(rows[i].ok || e.what[0], "'%s' is refused without a word", rows[i].text);
    }
}

TEST(num, int_says_which_end_was_passed)
{
    int64_t v;
    struct gf_perr e = {0};
    CHECK_INT(gf_parse_int("-99999999999999999999", 21, -5, 5, &v, &e), -1);
    CHECK_STR(e.what, "under the least value, -5");
    CHECK_INT(gf_parse_int("99999999999999999999", 20, -5, 5, &v, &e), -1);
    CHECK_STR(e.what, "over the largest value, 5");
}

TEST(num, decimal)
{
    static const struct {
        const char *text;
        uint64_t mant;
        int exp10;
        size_t used; /* 0: an error */
    } rows[] = {
        {"0", 0, 0, 1},
        {"0.000", 0, 0, 5},
        {"1.50", 15, -1, 4},
        {"250ms", 25, 1, 3},
        {".5s", 5, -1, 2},
        {"5.", 5, 0, 2},
        {"1e9", 1, 9, 3},
        {"2.5E-3x", 25, -4, 6},
        {"1e+2", 1, 2, 4},
        {"1E", 1, 0, 1},
        {"1e-", 1, 0, 1},
        {"1.2.3", 12, -1, 3},
        {"18446744073709551615", UINT64_MAX, 0, 20},
        {"18446744073709551616", 0, 0, 0},
        {"1e41", 0, 0, 0},
        {"1e99999999999999999999", 0, 0, 0},
        {"", 0, 0, 0},
        {".", 0, 0, 0},
        {"e9", 0, 0, 0},
        {"-1", 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_decimal d = {0};
        size_t used = 0;
        struct gf_perr e = {0};
        int r = gf_parse_decimal(rows[i].text, strlen(rows[i].text), &d, &used, &e);
        CHECK_ROW((r == 0) == (rows[i].used != 0), "'%s' gives %d", rows[i].text, r);
        CHECK_ROW(d.mant == rows[i].mant && d.exp10 == rows[i].exp10 && used == rows[i].used,
                  "'%s' is %" PRIu64 "e%d, %zu bytes", rows[i].text, d.mant, d.exp10, used);
        CHECK_ROW(r == 0 || e.col + e.len <= strlen(rows[i].text), "'%s': %zu+%zu", rows[i].text,
                  e.col, e.len);
    }
}

TEST(num, scale)
{
    static const struct {
        struct gf_decimal d;
        uint64_t unit, want;
        int result;
    } rows[] = {
        {{1, -1}, 1000, 100, 0},
        {{15, -1}, 1, 1, 1},
        {{1, -40}, 1, 0, 1},
        {{0, 0}, UINT64_MAX, 0, 0},
        {{1, 19}, 1, 10000000000000000000u, 0},
        {{2, 19}, 1, 0, -1},
        {{1, 40}, UINT64_MAX, 0, -1},
        {{UINT64_MAX, 0}, 1, UINT64_MAX, 0},
        {{UINT64_MAX, 0}, 2, 0, -1},
        {{UINT64_MAX, -1}, 10, UINT64_MAX, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t v = 0;
        errno = 0;
        int r = gf_decimal_scale(rows[i].d, rows[i].unit, &v);
        CHECK_ROW(r == rows[i].result && v == rows[i].want, "row %zu: %d, %" PRIu64, i, r, v);
        CHECK_ROW(r != -1 || errno == ERANGE, "row %zu: errno %d", i, errno);
    }
}

TEST(num, unsigned_in_decimal)
{
    static const uint64_t rows[] = {0, 1, 9, 10, 99, 100, 12345678901, UINT64_MAX - 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char want[32], got[GF_UINT_SIZE];
        int len = snprintf(want, sizeof want, "%llu", (unsigned long long)rows[i]);
        CHECK_ROW(gf_format_uint(rows[i], got) == (size_t)len, "%s", want);
        CHECK_ROW(memcmp(got, want, (size_t)len) == 0, "%s", want);
    }
    /* Each length, at both of its ends and between. */
    for (uint64_t power = 1, more = 0; more < 20; power *= 10, more++) {
        const uint64_t near[] = {power - 1, power, power + 1, power / 7 * 12345, power / 3 * 29};
        for (size_t i = 0; i < sizeof near / sizeof near[0]; i++) {
            char want[32], got[GF_UINT_SIZE];
            int len = snprintf(want, sizeof want, "%llu", (unsigned long long)near[i]);
            CHECK_ROW(gf_format_uint(near[i], got) == (size_t)len, "%s", want);
            CHECK_ROW(memcmp(got, want, (size_t)len) == 0, "%s", want);
        }
    }
}
