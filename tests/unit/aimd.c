/* aimd.c - the limits' clock, with ramp and feedback, on made-up times. */
#include "limit/aimd.h"

#include "limit/gcra.h"
#include "test.h"

static struct gf_aimd fresh(void)
{
    struct gf_aimd t;
    gf_aimd_init(&t, 100 * GF_S);
    return t;
}

TEST(aimd, without_a_reason_it_is_the_clock)
{
    struct gf_aimd t = fresh();
    for (gf_ns now = 100 * GF_S; now < 105 * GF_S; now += 333333333) {
        CHECK_INT(gf_aimd_at(&t, now), now);
        CHECK_INT(gf_aimd_when(&t, now), now > 100 * GF_S ? now : 100 * GF_S);
    }
    CHECK_INT(gf_aimd_when(&t, GF_NEVER), GF_NEVER);
}

TEST(aimd, a_ramp_lets_half_pass)
{
    struct gf_aimd t = fresh();
    t.ramp = 10 * GF_S;
    CHECK_INT(gf_aimd_at(&t, 100 * GF_S), 100 * GF_S);
    CHECK_INT(gf_aimd_at(&t, 105 * GF_S), 101250 * GF_MS);
    CHECK_INT(gf_aimd_at(&t, 110 * GF_S), 105 * GF_S);
    CHECK_INT(gf_aimd_at(&t, 111 * GF_S), 106 * GF_S);
    CHECK_INT(gf_aimd_when(&t, 101250 * GF_MS), 105 * GF_S);
    CHECK_INT(gf_aimd_when(&t, 106 * GF_S), 111 * GF_S);
}

/* Whatever it shows, the first moment at which it does is not before and is found again. */
static void check_inverse(const struct gf_aimd *t, gf_ns from, gf_ns to)
{
    gf_ns before = gf_aimd_at(t, from);
    for (gf_ns now = from; now < to; now += (to - from) / 997 + 1) {
        gf_ns shows = gf_aimd_at(t, now);
        CHECK(shows >= before && shows <= before + (to - from) / 997 + 2);
        before = shows;
        gf_ns when = gf_aimd_when(t, shows);
        CHECK(when <= now);
        CHECK(gf_aimd_at(t, when) >= shows);
        CHECK(when == t->at || gf_aimd_at(t, when - 1) < shows);
        gf_ns next = gf_aimd_when(t, shows + 12345);
        CHECK(gf_aimd_at(t, next) >= shows + 12345);
        CHECK(gf_aimd_at(t, next - 1) < shows + 12345);
    }
}

TEST(aimd, when_is_the_inverse_of_at)
{
    struct gf_aimd t = fresh();
    t.ramp = 7 * GF_S + 1;
    check_inverse(&t, 100 * GF_S, 120 * GF_S);
    gf_aimd_slower(&t, 103 * GF_S);
    check_inverse(&t, 103 * GF_S, 130 * GF_S);
    gf_aimd_pause(&t, 104 * GF_S, 106 * GF_S);
    check_inverse(&t, 104 * GF_S, 130 * GF_S);
}

TEST(aimd, refusals_halve_it_once_a_window_and_never_below_the_least)
{
    struct gf_aimd t = fresh();
    t.least = GF_AIMD_FULL / 8;
    gf_ns now = 100 * GF_S;
    CHECK(gf_aimd_slower(&t, now));
    for (int i = 1; i < 10; i++)
        CHECK(!gf_aimd_slower(&t, now + i * GF_MS));
    CHECK_INT(t.speed, GF_AIMD_FULL / 2);
    for (int i = 1; i < 10; i++) {
        now += GF_S;
        CHECK(gf_aimd_slower(&t, now));
    }
    CHECK_INT(t.speed, GF_AIMD_FULL / 8);
    CHECK_INT(gf_aimd_at(&t, now + 800 * GF_MS) - gf_aimd_at(&t, now), 100 * GF_MS);
}

TEST(aimd, windows_without_a_refusal_bring_it_back_by_steps)
{
    struct gf_aimd t = fresh();
    gf_ns now = 100 * GF_S;
    CHECK(gf_aimd_slower(&t, now));
    gf_ns shown = 0;
    for (int s = 0; s < 12; s++) { /* 50 %, 55 %, ..., full speed from the eleventh second on */
        gf_ns step = gf_aimd_at(&t, now + (s + 1) * GF_S) - gf_aimd_at(&t, now + s * GF_S);
        gf_ns want = (s < 10 ? 50 + 5 * s : 100) * 10 * GF_MS;
        CHECK_ROW(step > want - 100 * GF_US && step <= want, "second %d: %lld", s, (long long)step);
        shown += step;
    }
    CHECK(shown < 12 * GF_S);
    gf_aimd_faster(&t, now);
    CHECK_INT(t.speed, GF_AIMD_FULL / 2 + GF_AIMD_FULL / 20);
    for (int i = 0; i < 30; i++)
        gf_aimd_faster(&t, now);
    CHECK_INT(t.speed, GF_AIMD_FULL);
}

TEST(aimd, a_pause_stands_still_and_the_longest_holds)
{
    struct gf_aimd t = fresh();
    gf_aimd_pause(&t, 100 * GF_S, 130 * GF_S);
    gf_aimd_pause(&t, 101 * GF_S, 105 * GF_S);
    CHECK_INT(gf_aimd_at(&t, 129 * GF_S), 100 * GF_S);
    CHECK_INT(gf_aimd_at(&t, 131 * GF_S), 101 * GF_S);
    CHECK_INT(gf_aimd_when(&t, 100 * GF_S + 1), 130 * GF_S + 1);
}

TEST(aimd, behind_a_pause_without_an_end_there_is_no_moment)
{
    struct gf_aimd t = fresh();
    gf_aimd_pause(&t, 100 * GF_S, GF_NEVER);
    CHECK_INT(gf_aimd_at(&t, 129 * GF_S), 100 * GF_S);
    CHECK_INT(gf_aimd_when(&t, 100 * GF_S), 100 * GF_S);
    CHECK_INT(gf_aimd_when(&t, 100 * GF_S + 1), GF_NEVER);
}

TEST(aimd, a_pause_that_moves_takes_the_growth_along)
{
    struct gf_aimd t = fresh();
    gf_aimd_slower(&t, 100 * GF_S);
    gf_aimd_pause(&t, 100 * GF_S, 130 * GF_S);
    gf_aimd_move_pause(&t, 105 * GF_S, 110 * GF_S);
    CHECK_INT(gf_aimd_at(&t, 110 * GF_S), 100 * GF_S);
    CHECK_INT(gf_aimd_at(&t, 111 * GF_S), 100 * GF_S + GF_S / 2);
    CHECK_INT(t.grows, 111 * GF_S);
    gf_aimd_move_pause(&t, 106 * GF_S, 103 * GF_S); /* not into the past */
    CHECK_INT(gf_aimd_at(&t, 107 * GF_S), 100 * GF_S + GF_S / 2);
    gf_aimd_move_pause(&t, 106 * GF_S, 120 * GF_S); /* it is over */
    CHECK_INT(gf_aimd_at(&t, 107 * GF_S), 100 * GF_S + GF_S / 2);
}

TEST(aimd, is_full_when_no_feedback_is_left)
{
    struct gf_aimd t = fresh();
    CHECK(gf_aimd_is_full(&t, 100 * GF_S));
    gf_aimd_pause(&t, 100 * GF_S, 102 * GF_S);
    CHECK(!gf_aimd_is_full(&t, 101 * GF_S));
    CHECK(gf_aimd_is_full(&t, 102 * GF_S));
    gf_aimd_slower(&t, 102 * GF_S);
    CHECK(!gf_aimd_is_full(&t, 111 * GF_S));
    CHECK(gf_aimd_is_full(&t, 113 * GF_S));
}

/* Under any feedback a limiter on this clock passes no more than on the plain one. */
TEST(aimd, it_never_runs_faster_than_time)
{
    uint64_t seed = 88172645463325252u;
    struct gf_aimd t = fresh();
    t.ramp = 3 * GF_S;
    gf_ns now = 100 * GF_S, shows = gf_aimd_at(&t, now);
    for (int i = 0; i < 5000; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        gf_ns step = (gf_ns)(seed % 50) * GF_MS;
        if (seed % 7 == 0)
            gf_aimd_slower(&t, now);
        if (seed % 11 == 0)
            gf_aimd_faster(&t, now);
        if (seed % 13 == 0)
            gf_aimd_pause(&t, now, now + (gf_ns)(seed % 200) * GF_MS);
        gf_ns then = gf_aimd_at(&t, now + step);
        CHECK(then >= shows && then - shows <= step + 1);
        CHECK(t.speed >= t.least && t.speed <= GF_AIMD_FULL);
        now += step;
        shows = then;
    }
}
