/*
 * pacer.c - the plan of the pacing filter, driven as the filter drives it, on a made-up clock.
 */
#include "limit/pacer.h"

#include <string.h>

#include "test.h"

static struct gf_pacer pacer_of(const char *rate, uint64_t burst, gf_ns slack)
{
    struct gf_rate r = {0};
    struct gf_pacer p;
    CHECK(gf_parse_rate(rate, strlen(rate), &r, NULL) == 0);
    CHECK(gf_pacer_init(&p, r, burst, burst, slack, 0) == 0);
    return p;
}

/* Input without end, each wake-up `late`: how many pass until `end`. */
static uint64_t run(struct gf_pacer *p, gf_ns late, gf_ns end, unsigned *wakes)
{
    uint64_t passed = 0;
    gf_ns now = 0;
    for (*wakes = 0; now < end; ++*wakes) {
        uint64_t n = gf_pacer_may(p, now);
        gf_pacer_pass(p, n, now);
        passed += n;
        now = gf_pacer_wake(p, 1, now) + late;
    }
    return passed;
}

TEST(pacer, lateness_is_made_up)
{
    static const struct {
        const char *rate;
        uint64_t want;
        unsigned wakes;
    } rows[] = {
        {"10/s", 100, 100},
        {"100/s", 1000, 1000},
        {"1000/s", 10000, 10000},
        {"1001/s", 10010, 10000},
        {"100000/s", 1000000, 10000},
        {"1000000/s", 10000000, 10000},
        {"3333333/s", 33333330, 10000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_pacer p = pacer_of(rows[i].rate, 1, 10 * GF_MS);
        unsigned wakes;
        uint64_t n = run(&p, 60 * GF_US, 10 * GF_S, &wakes);
        CHECK_ROW(n <= rows[i].want + rows[i].want / 1000 + 1 &&
                      n + rows[i].want / 1000 + 1 >= rows[i].want,
                  "%s: %llu passed", rows[i].rate, (unsigned long long)n);
        CHECK_ROW(wakes <= rows[i].wakes + 2, "%s: %u wake-ups", rows[i].rate, wakes);
    }
}

TEST(pacer, without_slack_lateness_is_lost)
{
    struct gf_pacer p = pacer_of("100/s", 1, 0);
    unsigned wakes;
    CHECK_INT(run(&p, 10 * GF_MS, GF_S, &wakes), 50);
}

TEST(pacer, a_stop_of_seconds_banks_the_burst_and_the_slack)
{
    struct gf_pacer p = pacer_of("100/s", 5, 10 * GF_MS);
    gf_pacer_pass(&p, 5, 0);
    CHECK_INT(gf_pacer_may(&p, 5 * GF_S), 6); /* 5, and 1 in 10 ms */
    gf_pacer_arrived(&p, 5 * GF_S);           /* but nothing was there */
    CHECK_INT(gf_pacer_may(&p, 5 * GF_S), 5);
}

TEST(pacer, idle_time_banks_no_more_than_the_burst)
{
    struct gf_pacer p = pacer_of("1000/s", 1, 10 * GF_MS);
    gf_pacer_pass(&p, 1, 0);
    gf_pacer_arrived(&p, 3600 * GF_S);
    CHECK_INT(gf_pacer_may(&p, 3600 * GF_S), 1);
}

TEST(pacer, arriving_does_not_forgive_debt)
{
    struct gf_pacer p = pacer_of("10/s", 1, 0);
    gf_pacer_pass(&p, 1, 0);
    gf_pacer_arrived(&p, 50 * GF_MS);
    CHECK_INT(gf_pacer_may(&p, 50 * GF_MS), 0);
    CHECK_INT(gf_pacer_wake(&p, 1, 50 * GF_MS), 100 * GF_MS);
}

TEST(pacer, many_are_waited_for_on_the_grid)
{
    struct gf_pacer p = pacer_of("100000B/s", 1000, 0);
    gf_pacer_pass(&p, 1000, 0);
    CHECK_INT(gf_pacer_wake(&p, 250, 0), 3 * GF_MS);
    CHECK_INT(gf_pacer_may(&p, 3 * GF_MS), 300);

    p = pacer_of("1000000B/s", 10000, 0); /* the grid of the busy */
    gf_pacer_pass(&p, 10000, 0);
    CHECK_INT(gf_pacer_wake(&p, 2500, 0), 4 * GF_MS);
    CHECK_INT(gf_pacer_may(&p, 4 * GF_MS), 4000);
}

TEST(pacer, what_becomes_due_while_a_quantum_is_written_waits_for_the_next)
{
    struct gf_pacer p = pacer_of("100000/s", 1, 10 * GF_MS);
    gf_pacer_pass(&p, 1, 0);
    CHECK_INT(gf_pacer_may(&p, GF_MS), 100);
    gf_pacer_pass(&p, 30, GF_MS); /* no more was there yet */
    CHECK_INT(gf_pacer_may(&p, GF_MS + 50 * GF_US), 75);
    gf_pacer_pass(&p, 75, GF_MS + 50 * GF_US);
    CHECK_INT(gf_pacer_may(&p, GF_MS + 200 * GF_US), 0);
    CHECK_INT(gf_pacer_wake(&p, 1, GF_MS + 200 * GF_US), 2 * GF_MS);
    CHECK_INT(gf_pacer_may(&p, 2 * GF_MS), 95);
}

TEST(pacer, unlimited)
{
    struct gf_pacer p = pacer_of("unlimited", 1, 0);
    CHECK(gf_pacer_may(&p, 0) == UINT64_MAX);
    CHECK_INT(gf_pacer_wake(&p, 1, 7), 7);
}
