/* hist.c - base/hist: percentiles of durations, against a sorted list. */
#include "base/hist.h"

#include <stdlib.h>

#include "test.h"

static struct gf_hist h;

TEST(hist, empty)
{
    CHECK_INT(gf_hist_percentile(&h, 50), 0);
    CHECK_INT(gf_hist_percentile(&h, 100), 0);
}

TEST(hist, one_value_is_every_percentile)
{
    gf_hist_add(&h, 1234567891);
    for (int p = 1; p <= 100; p += 33)
        CHECK_INT(gf_hist_percentile(&h, p), 1234567891);
    CHECK_INT(h.least, 1234567891);
    CHECK(h.sum == 1234567891);
}

TEST(hist, small_values_are_exact_by_nearest_rank)
{
    for (int i = 1; i <= 100; i++)
        gf_hist_add(&h, i);
    for (int p = 1; p <= 100; p++)
        CHECK_INT(gf_hist_percentile(&h, p), p);
    CHECK_INT(gf_hist_percentile(&h, 0.5), 1);
    CHECK_INT(gf_hist_percentile(&h, 99.5), 100);
}

TEST(hist, ends)
{
    gf_hist_add(&h, -5);
    gf_hist_add(&h, 0);
    gf_hist_add(&h, INT64_MAX);
    CHECK_INT(h.least, 0);
    CHECK_INT(h.largest, INT64_MAX);
    CHECK_INT(gf_hist_percentile(&h, 100), INT64_MAX);
    CHECK_INT(gf_hist_percentile(&h, 50), 0);
}

/* What is in the bucket of the value is not below it. */
TEST(hist, below)
{
    gf_hist_add_many(&h, 0, 2);
    gf_hist_add_many(&h, 100, 3);
    gf_hist_add_many(&h, GF_MS, 4);
    gf_hist_add_many(&h, INT64_MAX, 5);
    CHECK_INT(gf_hist_below(&h, -1), 0);
    CHECK_INT(gf_hist_below(&h, 0), 0);
    CHECK_INT(gf_hist_below(&h, 1), 2);
    CHECK_INT(gf_hist_below(&h, 100), 2);
    CHECK_INT(gf_hist_below(&h, 101), 5);
    CHECK_INT(gf_hist_below(&h, GF_MS), 5);
    CHECK_INT(gf_hist_below(&h, GF_MS + GF_MS / 100), 9);
    CHECK_INT(gf_hist_below(&h, INT64_MAX), 9);
}

static int by_value(const void *a, const void *b)
{
    gf_ns x = *(const gf_ns *)a, y = *(const gf_ns *)b;
    return (x > y) - (x < y);
}

TEST(hist, within_eight_tenths_of_a_percent)
{
    enum {
        N = 5000
    };
    static gf_ns v[N];
    uint64_t random = 88172645463325252u;
    for (int i = 0; i < N; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        v[i] = (gf_ns)(random >> (random % 60 + 1)); /* all magnitudes */
        gf_hist_add(&h, v[i]);
    }
    qsort(v, N, sizeof v[0], by_value);
    for (int p = 1; p <= 100; p++) {
        gf_ns exact = v[N * p / 100 - 1];
        gf_ns got = gf_hist_percentile(&h, p);
        double off = (double)(got > exact ? got - exact : exact - got);
        CHECK_ROW(off <= 0.008 * (double)exact, "p%d: %" PRId64 ", not %" PRId64, p, got, exact);
    }
}
