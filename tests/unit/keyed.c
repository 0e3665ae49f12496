/* keyed.c - many keys with a limit each, on a made-up clock. */
#include "limit/keyed.h"

#include <string.h>

#include "test.h"

static const struct gf_load one = {.units = 1};

static struct gf_keyed keys_of(const char *rate, uint64_t burst, size_t max)
{
    struct gf_keyed k;
    struct gf_rate r = {0};
    CHECK(gf_parse_rate(rate, strlen(rate), &r, NULL) == 0);
    gf_keyed_init(&k, max);
    CHECK(gf_keyed_limit(&k, r, burst) == 0);
    return k;
}

/* A hash that spreads, from a number. */
static uint64_t spread(uint64_t n)
{
    n = (n ^ (n >> 31)) * 0x7fb5d329728ea185u;
    return (n ^ (n >> 27)) * 0x81dadef4bc2dd44du;
}

static gf_ns take(struct gf_keyed *k, uint64_t hash, gf_ns now)
{
    gf_ns *tat = gf_keyed_find(k, hash, now);
    if (!tat)
        return GF_NEVER;
    gf_ns due = gf_keyed_due(k, NULL, tat, one, now);
    gf_keyed_pass(k, NULL, tat, one, due);
    return due;
}

TEST(keyed, each_has_its_own_budget)
{
    struct gf_keyed k = keys_of("10/s", 2, 100);
    for (uint64_t key = 0; key < 50; key++) {
        CHECK_INT(take(&k, spread(key), GF_S), GF_S);
        CHECK_INT(take(&k, spread(key), GF_S), GF_S);
        CHECK_INT(take(&k, spread(key), GF_S), GF_S + 100 * GF_MS);
        CHECK_INT(take(&k, spread(key), GF_S), GF_S + 200 * GF_MS);
    }
    CHECK_INT(k.evicted, 0);
    gf_keyed_release(&k);
}

TEST(keyed, growing_keeps_what_is_owed)
{
    struct gf_keyed k = keys_of("1/h", 1, 1000000);
    for (uint64_t key = 0; key < 20000; key++)
        CHECK_INT(take(&k, spread(key), GF_S), GF_S);
    CHECK_INT(k.used, 20000);
    for (uint64_t key = 0; key < 20000; key++)
        CHECK_INT(take(&k, spread(key), 2 * GF_S), 3601 * GF_S);
    gf_keyed_release(&k);
}

TEST(keyed, idle_ones_are_forgotten_and_nobody_notices)
{
    struct gf_keyed k = keys_of("1/s", 1, 1000000);
    gf_ns now = 0;
    for (uint64_t key = 0; key < 200000; key++, now += GF_MS)
        CHECK_INT(take(&k, spread(key), now), now);
    CHECK(k.slots <= 8192); /* a thousand are live at any time */
    CHECK_INT(k.evicted, 0);
    gf_keyed_release(&k);
}

TEST(keyed, a_full_table_makes_room_and_counts_it)
{
    struct gf_keyed k = keys_of("1/h", 1, 700);
    for (uint64_t key = 0; key < 5000; key++)
        CHECK_INT(take(&k, spread(key), GF_S), GF_S);
    CHECK_INT(k.used, 700);
    CHECK_INT(k.evicted, 4300);
    /* What was kept is still found, after all those removals. */
    size_t owed = 0;
    for (uint64_t key = 0; key < 5000; key++) {
        size_t before = k.used;
        uint64_t evicted = k.evicted;
        gf_ns *tat = gf_keyed_find(&k, spread(key), GF_S);
        owed += *tat != INT64_MIN && k.used == before && k.evicted == evicted;
    }
    CHECK(owed > 0);
    gf_keyed_release(&k);
}

TEST(keyed, several_limits_and_hash_zero)
{
    struct gf_keyed k = keys_of("10/s", 1, 10);
    struct gf_rate hourly = {.count = 1, .period = 1800 * GF_S};
    CHECK(gf_keyed_limit(&k, hourly, 2) == 0);
    CHECK_INT(take(&k, 0, 0), 0);
    CHECK_INT(take(&k, 0, 0), 100 * GF_MS);
    CHECK_INT(take(&k, 0, 0), 1800 * GF_S);
    CHECK_INT(take(&k, 7, 0), 0);
    gf_keyed_release(&k);
}

TEST(keyed, more_than_the_burst_is_paid_in_advance)
{
    struct gf_keyed k = keys_of("10/s", 2, 10);
    struct gf_load five = {.units = 5};
    CHECK(!gf_keyed_fit(&k, NULL, five));
    gf_ns *tat = gf_keyed_find(&k, 1, 0);
    gf_ns due = gf_keyed_due(&k, NULL, tat, five, 0);
    CHECK_INT(due, 300 * GF_MS);
    gf_keyed_pass(&k, NULL, tat, five, due);
    CHECK_INT(gf_keyed_due(&k, NULL, tat, one, due), 400 * GF_MS);
    gf_keyed_release(&k);
}

TEST(keyed, a_key_may_have_limits_of_its_own)
{
    struct gf_keyed k = keys_of("10/s", 1, 10);
    struct gf_rate slow = {.count = 1, .period = 60 * GF_S};
    struct gf_gcra own;
    CHECK(gf_gcra_init(&own, slow, 2, 0) == 0);
    gf_ns *tat = gf_keyed_find(&k, 1, 0);
    struct gf_load two = {.units = 2};
    CHECK(gf_keyed_fit(&k, &own, two) && !gf_keyed_fit(&k, NULL, two));
    gf_keyed_pass(&k, &own, tat, two, gf_keyed_due(&k, &own, tat, two, 0));
    CHECK_INT(gf_keyed_due(&k, &own, tat, one, 0), 60 * GF_S);
    CHECK_INT(take(&k, 2, 0), 0);
    CHECK_INT(take(&k, 2, 0), 100 * GF_MS);
    gf_keyed_release(&k);
}
