/* pacers.c - several limits at once, on a made-up clock. */
#include "limit/pacers.h"

#include <errno.h>
#include <string.h>

#include "test.h"

static void add(struct gf_pacers *ps, const char *rate, uint64_t burst)
{
    struct gf_rate r = {0};
    CHECK(gf_parse_rate(rate, strlen(rate), &r, NULL) == 0);
    CHECK(gf_pacers_add(ps, r, burst, burst, 0, 0) == 0);
}

static bool allow(struct gf_pacers *ps, struct gf_load load, gf_ns now)
{
    if (!gf_pacers_fit(ps, load) || gf_pacers_due(ps, load, now) > now)
        return false;
    gf_pacers_pass(ps, load, now);
    return true;
}

/* bucket4j's case BJ01: the tightest wins, and a long idle time overflows nothing. */
TEST(pacers, the_tightest_wins)
{
    struct gf_pacers ps = {0};
    add(&ps, "700000/h", 700000);
    add(&ps, "14500/m", 14500);
    add(&ps, "300/s", 300);
    gf_ns now = 12 * 3600 * GF_S;
    CHECK(allow(&ps, (struct gf_load){.units = 1}, now));
    CHECK(allow(&ps, (struct gf_load){.units = 299}, now));
    CHECK(!allow(&ps, (struct gf_load){.units = 1}, now));
}

TEST(pacers, what_one_refuses_no_other_is_charged_for)
{
    struct gf_pacers ps = {0};
    add(&ps, "1/h", 1);
    add(&ps, "10/s", 10);
    CHECK(allow(&ps, (struct gf_load){.units = 1}, 0));
    for (int i = 0; i < 100; i++)
        CHECK(!allow(&ps, (struct gf_load){.units = 1}, 0));
    CHECK_INT(gf_pacer_may(&ps.pacer[1], 0), 9);
}

TEST(pacers, records_and_bytes_are_counted_apart)
{
    struct gf_pacers ps = {0};
    add(&ps, "10/s", 1);
    add(&ps, "1000B/s", 500);
    struct gf_load load = {.units = 1, .bytes = 500};
    CHECK(allow(&ps, load, 0));
    CHECK_INT(gf_pacers_due(&ps, load, 0), 500 * GF_MS);
    load.bytes = 50;
    CHECK_INT(gf_pacers_due(&ps, load, 0), 100 * GF_MS);
    load.bytes = 501;
    CHECK(!gf_pacers_fit(&ps, load));
    CHECK_INT(gf_pacers_due(&ps, load, 0), 501 * GF_MS); /* paid in advance */
    load.earned = true;
    CHECK_INT(gf_pacers_due(&ps, load, 501 * GF_MS), 501 * GF_MS);
    gf_pacers_pass(&ps, load, 501 * GF_MS);
    CHECK_INT(gf_pacer_may(&ps.pacer[1], 501 * GF_MS), 0);
}

TEST(pacers, no_more_than_there_is_room_for)
{
    struct gf_pacers ps = {0};
    for (int i = 0; i < GF_PACERS_MAX; i++)
        add(&ps, "1/s", 1);
    struct gf_rate r = {.count = 1, .period = GF_S};
    CHECK_INT(gf_pacers_add(&ps, r, 1, 1, 0, 0), -1);
    CHECK_INT(errno, ENOSPC);
}

TEST(pacers, arriving_and_wake)
{
    struct gf_pacers ps = {0};
    add(&ps, "1/s", 1);
    add(&ps, "2000/s", 2);
    gf_pacers_pass(&ps, (struct gf_load){.units = 1}, 0);
    CHECK_INT(gf_pacers_wake(&ps, (struct gf_load){.units = 1}, 0), GF_S);
    CHECK_INT(gf_pacers_may(&ps, 0), 0);
    gf_pacers_arrived(&ps, 3 * GF_S);
    CHECK_INT(gf_pacers_may(&ps, 3 * GF_S), 1);
    CHECK_INT(gf_pacers_burst(&ps), 1);
}

/* A span of many records, let pass by the slack, is more than the burst and is charged in full. */
TEST(pacers, spans_are_charged_in_full)
{
    struct gf_pacers ps = {0};
    add(&ps, "1000000/s", 1);
    uint64_t passed = 0;
    for (gf_ns now = 0; now <= GF_S; now += GF_MS) {
        uint64_t n = gf_pacers_may(&ps, now);
        gf_pacers_pass(&ps, (struct gf_load){.units = n}, now);
        passed += n;
    }
    CHECK_INT(passed, 1000001);
}
