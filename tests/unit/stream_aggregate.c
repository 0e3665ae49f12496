/* Aggregates: what single values come to, what is no number, empty ones, quantiles; against sums in
 * wide integers and means in two walks on random values. */
#include "stream/aggregate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream_rig.h"
#include "test.h"

static struct gf_slice slice(const char *text)
{
    return (struct gf_slice){text, strlen(text)};
}

/* Adds words between blanks, the `brief` way where there is one; how many were refused. */
static int add_words(struct gf_aggregate *a, const char *words, bool brief)
{
    int bad = 0;
    while (*words) {
        size_t len = strcspn(words, " ");
        struct gf_slice v = {words, len};
        int got = brief && gf_aggregate_add_short(a, v) ? 0 : gf_aggregate_add(a, v);
        if (got < 0)
            return -1;
        bad += got;
        words += len + (words[len] == ' ');
    }
    return bad;
}

TEST(stream_aggregate, results)
{
    static const struct {
        enum gf_aggregate_kind kind;
        const char *values, *want;
        int bad;
    } rows[] = {
        {GF_AGG_COUNT, "", "0", 0},
        {GF_AGG_COUNT, "a b c", "3", 0},
        {GF_AGG_SUM, "", "0", 0},
        {GF_AGG_SUM, "1 2 3", "6", 0},
        {GF_AGG_SUM, "0.1 0.2", "0.3", 0},
        {GF_AGG_SUM, "1 x 2 1x nan", "3", 3},
        {GF_AGG_SUM, "9223372036854775807 9223372036854775807", "18446744073709551614", 0},
        {GF_AGG_SUM, "1e20 1 -1e20", "1", 0},
        {GF_AGG_SUM, "-0.5 0.5", "0", 0},
        {GF_AGG_SUM, "inf 1", "inf", 0},
        {GF_AGG_SUM, "-inf 1e400", "-inf", 0},
        {GF_AGG_SUM, "1e308 1e308 -1e308", "1e+308", 0},
        {GF_AGG_SUM, "9223372036854775807 -9223372036854775807 -0", "0", 0},
        {GF_AGG_SUM, "9223372036854775807 1", "9223372036854775808", 0},
        {GF_AGG_SUM, "-9223372036854775807 -1", "-9223372036854775808", 0},
        {GF_AGG_SUM, "-9223372036854775807 -2 -3", "-9223372036854775812", 0},
        {GF_AGG_SUM, "9223372036854775808 -7", "9223372036854775801", 0},
        {GF_AGG_SUM, "7 0.5 7", "14.5", 0},
        {GF_AGG_SUM, "7 1e3 5.00 x", "1012", 1},
        {GF_AGG_SUM, "7 1e300", "1e+300", 0},
        {GF_AGG_SUM, "9223372036854775807 7 -9", "9223372036854775805", 0},
        {GF_AGG_SUM, "-9223372036854775807 -7 +2 -0", "-9223372036854775812", 0},
        {GF_AGG_SUM, "7 -inf 7", "-inf", 0},
        {GF_AGG_MIN, "", "", 0},
        {GF_AGG_MIN, "2.50 1e1 +3", "2.50", 0},
        {GF_AGG_MIN, "1.0 1 01", "1.0", 0},
        {GF_AGG_MIN, "0 -0 -inf", "-inf", 0},
        {GF_AGG_MIN, "nan x 5 y", "5", 3},
        {GF_AGG_MAX, "", "", 0},
        {GF_AGG_MAX, "9 10 1e1 0x0a", "10", 0},
        {GF_AGG_MAX, "-3 -2", "-2", 0},
        {GF_AGG_MAX, "36893488147419103232 36893488147419103233 +0", "36893488147419103233", 0},
        {GF_AGG_MAX, "1e400 inf 1e500", "inf", 0},
        {GF_AGG_MIN, "0.10000000000000000000001 0.1 0.1000", "0.1", 0},
        {GF_AGG_MIN, "0 -0", "0", 0},
        {GF_AGG_MAX, "9223372036854775806 9223372036854775807", "9223372036854775807", 0},
        {GF_AGG_MEAN, "", "", 0},
        {GF_AGG_MEAN, "1 2", "1.5", 0},
        {GF_AGG_MEAN, "1 x 3", "2", 1},
        {GF_AGG_MEAN, "-3", "-3", 0},
        {GF_AGG_MEAN, "-3 -4 0.5 0.5", "-1.5", 0},
        {GF_AGG_MEAN, "9223372036854775807 1", "4611686018427387904", 0},
        {GF_AGG_MEAN, "9007199254740993 9007199254740995", "9007199254740994", 0},
        {GF_AGG_MEAN, "9007199254740993", "9007199254740993", 0},
        {GF_AGG_MEAN, "9007199254740993 9007199254740994", "9007199254740993.5", 0},
        {GF_AGG_MEAN, "1 1 2", "1.3333333333333333", 0},
        {GF_AGG_STDDEV, "", "", 0},
        {GF_AGG_STDDEV, "1700000000123456789 1700000000123456791 1700000000123456793", "2", 0},
        {GF_AGG_STDDEV, "1e30 1000000000000000000000000000002", "1.4142135623730951", 0},
        {GF_AGG_STDDEV, "1 inf", "nan", 0},
        {GF_AGG_STDDEV, "5", "", 0},
        {GF_AGG_STDDEV, "2 4 4 4 5 5 7 9 x", "2.138089935299395", 1},
        {GF_AGG_STDDEV, "1e9 1e9 1e9", "0", 0},
        {GF_AGG_STDDEV, "1000000004 1000000007 1000000013 1000000016", "5.477225575051661", 0},
        {GF_AGG_FIRST, "", "", 0},
        {GF_AGG_FIRST, "a b c", "a", 0},
        {GF_AGG_LAST, "", "", 0},
        {GF_AGG_LAST, "a b c", "c", 0},
    };
    for (size_t k = 0, i; i = k / 2, i < sizeof rows / sizeof *rows; k++) {
        struct gf_aggregate a = {.kind = rows[i].kind};
        struct gf_buf out = {0};
        gf_buf_puts(&out, "=");
        CHECK_ROW(add_words(&a, rows[i].values, k % 2) == rows[i].bad, "row %zu", i);
        CHECK_ROW(gf_aggregate_result(&a, &out) == 0, "row %zu", i);
        CHECK_ROW(strcmp(out.data + 1, rows[i].want) == 0, "row %zu (%s) is %s, not %s", i,
                  rows[i].values, out.data + 1, rows[i].want);
        gf_aggregate_release(&a);
        gf_buf_release(&out);
    }
}

TEST(stream_aggregate, which_count_and_which_hold)
{
    static const struct {
        enum gf_aggregate_kind kind;
        bool counts, holds;
    } rows[] = {
        {GF_AGG_COUNT, false, false},   {GF_AGG_SUM, true, false},
        {GF_AGG_MIN, true, false},      {GF_AGG_MAX, true, false},
        {GF_AGG_MEAN, true, false},     {GF_AGG_STDDEV, true, false},
        {GF_AGG_FIRST, false, false},   {GF_AGG_LAST, false, false},
        {GF_AGG_MEDIAN, true, true},    {GF_AGG_PERCENTILE, true, true},
        {GF_AGG_DISTINCT, false, true}, {GF_AGG_JOIN, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_ROW(gf_aggregate_counts(rows[i].kind) == rows[i].counts, "row %zu", i);
        CHECK_ROW(gf_aggregate_holds(rows[i].kind) == rows[i].holds, "row %zu", i);
        struct gf_aggregate a = {.kind = rows[i].kind};
        CHECK_ROW(gf_aggregate_add(&a, slice("x")) == rows[i].counts, "row %zu", i);
        CHECK_ROW(a.n == !rows[i].counts, "row %zu: a value that was refused is counted", i);
        CHECK_ROW(gf_aggregate_add(&a, slice("12")) == 0 && a.n == 1u + !rows[i].counts, "row %zu",
                  i);
        gf_aggregate_release(&a);
        CHECK_ROW(a.kind == rows[i].kind && a.n == 0 && !a.sum, "row %zu", i);
        gf_aggregate_release(&a);
    }
}

TEST(stream_aggregate, texts_are_bytes)
{
    struct gf_aggregate a = {.kind = GF_AGG_LAST};
    struct gf_buf out = {0};
    CHECK_INT(gf_aggregate_add(&a, (struct gf_slice){"x\0y\xff", 4}), 0);
    CHECK_INT(gf_aggregate_result(&a, &out), 0);
    CHECK(out.len == 4 && memcmp(out.data, "x\0y\xff", 4) == 0);
    CHECK_INT(gf_aggregate_add(&a, (struct gf_slice){NULL, 0}), 0);
    gf_buf_clear(&out);
    CHECK_INT(gf_aggregate_result(&a, &out), 0);
    CHECK_INT(out.len, 0);
    gf_aggregate_release(&a);
    gf_buf_release(&out);
}

/* A sum takes memory of its own only when it is none of whole numbers of 64 bits. */
TEST(stream_aggregate, a_small_sum_is_in_the_struct)
{
    static const struct {
        enum gf_aggregate_kind kind;
        const char *values;
        bool small;
    } rows[] = {
        {GF_AGG_SUM, "1 -2 9223372036854775806", true},
        {GF_AGG_MEAN, "1 2 4 x", true},
        {GF_AGG_SUM, "9223372036854775807 1", false},
        {GF_AGG_SUM, "1 0.5", false},
        {GF_AGG_MEAN, "1 1e30", false},
        {GF_AGG_STDDEV, "1", false},
        {GF_AGG_MAX, "1", false},
        {GF_AGG_COUNT, "1", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_aggregate a = {.kind = rows[i].kind};
        CHECK_ROW(add_words(&a, rows[i].values, false) >= 0, "row %zu", i);
        CHECK_ROW((gf_aggregate_bytes(&a) == 0) == rows[i].small, "row %zu: %zu bytes", i,
                  gf_aggregate_bytes(&a));
        gf_aggregate_release(&a);
    }
}

TEST(stream_aggregate, put_together)
{
    static const struct {
        enum gf_aggregate_kind kind;
        const char *front, *behind, *want;
    } rows[] = {
        {GF_AGG_SUM, "", "", "0"},
        {GF_AGG_SUM, "1", "", "1"},
        {GF_AGG_SUM, "", "-1 -2", "-3"},
        {GF_AGG_SUM, "1 2", "3 4", "10"},
        {GF_AGG_SUM, "1 2", "0.5", "3.5"},
        {GF_AGG_SUM, "0.5", "1 2", "3.5"},
        {GF_AGG_SUM, "0.5", "0.25", "0.75"},
        {GF_AGG_SUM, "9223372036854775807", "9223372036854775807", "18446744073709551614"},
        {GF_AGG_SUM, "-9223372036854775807", "-2", "-9223372036854775809"},
        {GF_AGG_MEAN, "1 2", "6", "3"},
        {GF_AGG_MEAN, "1 2", "6 1.5", "2.625"},
        {GF_AGG_MIN, "2 3", "1", "1"},
        {GF_AGG_MIN, "1", "1.0", "1"},
        {GF_AGG_MAX, "2 3", "10", "10"},
        {GF_AGG_MAX, "", "10", "10"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_aggregate a = {.kind = rows[i].kind}, b = {.kind = rows[i].kind};
        struct gf_buf out = {0};
        gf_buf_puts(&out, "");
        CHECK_ROW(add_words(&a, rows[i].front, false) == 0 &&
                      add_words(&b, rows[i].behind, false) == 0,
                  "row %zu", i);
        CHECK_ROW(gf_aggregate_put_together(&a, &b) == 0 && gf_aggregate_result(&a, &out) == 0,
                  "row %zu", i);
        CHECK_ROW(strcmp(out.data, rows[i].want) == 0, "row %zu is %s, not %s", i, out.data,
                  rows[i].want);
        CHECK_ROW(b.n == 0 && !b.sum && gf_aggregate_bytes(&b) == 0, "row %zu: not emptied", i);
        gf_aggregate_release(&a);
        gf_buf_release(&out);
    }
}

static void int128_text(__int128 v, char out[64])
{
    char digits[48];
    size_t n = 0, at = 0;
    unsigned __int128 u = v < 0 ? -(unsigned __int128)v : (unsigned __int128)v;
    do
        digits[n++] = (char)('0' + (int)(u % 10));
    while ((u /= 10) != 0);
    if (v < 0)
        out[at++] = '-';
    while (n)
        out[at++] = digits[--n];
    out[at] = '\0';
}

TEST(stream_aggregate, as_worked_out_at_length)
{
    static const enum gf_aggregate_kind kinds[] = {GF_AGG_SUM, GF_AGG_MIN, GF_AGG_MAX, GF_AGG_MEAN,
                                                   GF_AGG_STDDEV};
    uint64_t seed = 424242424242421u;
    for (int round = 0; round < 1000; round++) {
        struct gf_aggregate a[5] = {{0}};
        int64_t value[40];
        size_t n = 1 + rig_random(&seed, 40);
        uint64_t span = round % 3 == 0 ? 10 : round % 3 == 1 ? 100000 : UINT64_C(1) << 53;
        __int128 sum = 0;
        for (size_t i = 0; i < n; i++) {
            char text[24];
            value[i] = (int64_t)rig_random(&seed, span) - (int64_t)(span / 2);
            snprintf(text, sizeof text, "%lld", (long long)value[i]);
            sum += value[i];
            for (int k = 0; k < 5; k++) {
                a[k].kind = kinds[k];
                CHECK_INT(gf_aggregate_add(&a[k], slice(text)), 0);
            }
        }
        int64_t lo = value[0], hi = value[0];
        long double mean = (long double)sum / (long double)n, square = 0;
        for (size_t i = 0; i < n; i++) {
            lo = value[i] < lo ? value[i] : lo;
            hi = value[i] > hi ? value[i] : hi;
            square += (value[i] - mean) * (value[i] - mean);
        }
        for (int k = 0; k < 5; k++) {
            struct gf_buf out = {0};
            char want[64];
            gf_buf_puts(&out, "");
            CHECK_INT(gf_aggregate_result(&a[k], &out), 0);
            long double got = strtold(out.data, NULL), exact;
            int128_text(k == 0 ? sum : k == 1 ? lo : hi, want);
            if (k < 3) {
                CHECK_ROW(strcmp(out.data, want) == 0, "%d of %zu values is %s, not %s", k, n,
                          out.data, want);
            } else if (k == 3 || n > 1) {
                exact = k == 3 ? mean : sqrtl(square / (long double)(n - 1));
                CHECK_ROW(fabsl(got - exact) <= fabsl(exact) * 1e-14L + 1e-12L,
                          "%d of %zu values is %s, not %.17Lg", k, n, out.data, exact);
            } else {
                CHECK_STR(out.data, "");
            }
            gf_buf_release(&out);
            gf_aggregate_release(&a[k]);
        }
    }
}

/* ---- quantiles ------------------------------------------------------------------------------- */

TEST(stream_aggregate, percentiles_as_typed)
{
    static const struct {
        const char *text;
        uint64_t want;
    } rows[] = {
        {"0", 0},
        {"-0", 0},
        {"0e9", 0},
        {"50", 50 * GF_PERCENT},
        {"5e1", 50 * GF_PERCENT},
        {"0x32", 50 * GF_PERCENT},
        {"99.9", 999 * (GF_PERCENT / 10)},
        {"100", 100 * GF_PERCENT},
        {"100.0000000000000000", 100 * GF_PERCENT},
        {"0.0000000000000001", 1},
        {"1e-16", 1},
        {"99.9999999999999999", 100 * GF_PERCENT - 1},
    };
    static const char *const bad[] = {"",
                                      "x",
                                      "-1",
                                      "101",
                                      "100.0000000000000001",
                                      "1e-17",
                                      "inf",
                                      "nan",
                                      "1e300",
                                      "-inf",
                                      "0.00000000000000001",
                                      "5 ",
                                      "1e3",
                                      "1e99",
                                      "50.000000000000000000000001"};
    uint64_t got;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_ROW(gf_percent_read(slice(rows[i].text), &got) == 0 && got == rows[i].want, "%s",
                  rows[i].text);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_ROW(gf_percent_read(slice(bad[i]), &got) == -1, "%s", bad[i]);
}

TEST(stream_aggregate, where_a_quantile_lies)
{
    static const struct {
        uint64_t n;
        const char *percent;
        uint64_t rank, part; /* in thousandths */
    } rows[] = {
        {1, "0", 0, 0},
        {1, "50", 0, 0},
        {1, "100", 0, 0},
        {2, "0", 0, 0},
        {2, "50", 0, 500},
        {2, "100", 1, 0},
        {3, "50", 1, 0},
        {4, "50", 1, 500},
        {5, "25", 1, 0},
        {5, "90", 3, 600},
        {101, "99", 99, 0},
        {11, "95", 9, 500},
        {1001, "99.95", 999, 500},
        {UINT64_C(1) << 40, "100", (UINT64_C(1) << 40) - 1, 0},
        {UINT64_MAX, "100", UINT64_MAX - 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t p;
        REQUIRE(gf_percent_read(slice(rows[i].percent), &p) == 0);
        struct gf_quantile q = gf_quantile_place(rows[i].n, p);
        CHECK_ROW(q.rank == rows[i].rank && q.part == rows[i].part * (GF_SUM_BETWEEN / 1000),
                  "row %zu: %llu and %llu", i, (unsigned long long)q.rank,
                  (unsigned long long)q.part);
    }
}

TEST(stream_aggregate, the_text_of_a_quantile)
{
    static const struct {
        const char *lo, *hi;
        unsigned hundredths;
        const char *want;
    } rows[] = {
        {"1", "2", 0, "1"},
        {"1", "2", 50, "1.5"},
        {"1", "2", 25, "1.25"},
        {"-1", "1", 50, "0"},
        {"1.50", "9", 0, "1.5"},
        {"2", "2.0", 50, "2"},
        {"9223372036854775807", "9223372036854775807", 50, "9223372036854775807"},
        {"123456789012345678901234567890", "1e99", 0, "123456789012345678901234567890"},
        {"1700000000123456789", "1700000000123456791", 50, "1700000000123456790"},
        {"1700000000123456789", "1700000000123456790", 75, "1700000000123456789.75"},
        {"-9007199254740994", "-9007199254740993", 1, "-9007199254740993.99"},
        {"1e2", "1e2", 0, "100"},
        {"inf", "inf", 50, "inf"},
        {"-inf", "inf", 0, "-inf"},
        {"-inf", "inf", 50, "nan"},
        {"-inf", "1", 50, "-inf"},
        {"1", "inf", 50, "inf"},
        {"-1e308", "1.7e308", 50, "3.5e+307"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_buf out = {0};
        gf_buf_puts(&out, "=");
        CHECK_INT(
            gf_quantile_text((struct gf_quantile){0, rows[i].hundredths * (GF_SUM_BETWEEN / 100)},
                             slice(rows[i].lo), slice(rows[i].hi), &out),
            0);
        CHECK_ROW(strcmp(out.data + 1, rows[i].want) == 0, "row %zu is %s, not %s", i, out.data + 1,
                  rows[i].want);
        gf_buf_release(&out);
    }
}
