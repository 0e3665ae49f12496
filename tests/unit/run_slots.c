/* run/slots: numbers against a naive model, and a shortage on a made-up clock. */
#include "run/slots.h"

#include <errno.h>
#include <string.h>

#include "proc/command.h"
#include "test.h"

TEST(run_slots, example)
{
    struct gf_slots s = {0};
    gf_ns now_mono = 100 * GF_S, come_back = 0;
    int starts = 0;
    REQUIRE(gf_slots_allow(&s, 8) == 0);
    while (gf_slots_may(&s, now_mono)) {
        size_t slot = gf_slots_next(&s);
        int err = starts++ == 3 ? EAGAIN : 0;
        if (err == 0) {
            gf_slots_take(&s, slot);
        } else if (gf_command_fault(err, false) == GF_FAULT_MOMENT) {
            CHECK(gf_slots_short(&s, now_mono));
            come_back = s.again_mono;
        }
    }
    CHECK_INT(s.used, 3);
    CHECK_INT(come_back, now_mono + GF_SLOTS_PAUSE);
    CHECK(!gf_slots_may(&s, come_back - 1));
    CHECK(gf_slots_may(&s, come_back));
    gf_slots_give(&s, 1);
    CHECK_INT(gf_slots_next(&s), 1);
    gf_slots_release(&s);
}

TEST(run_slots, zeroed)
{
    struct gf_slots s = {0};
    CHECK(!gf_slots_may(&s, 0));
    CHECK(!gf_slots_may(&s, GF_NEVER));
    gf_slots_release(&s);
    CHECK_INT(gf_slots_allow(&s, 0), 0);
    CHECK(!gf_slots_may(&s, 0));
    gf_slots_release(&s);
    gf_slots_release(&s);
}

TEST(run_slots, zero_to_n_minus_1)
{
    struct gf_slots s = {0};
    REQUIRE(gf_slots_allow(&s, 100) == 0);
    for (size_t i = 0; i < 100; i++) {
        REQUIRE(gf_slots_may(&s, 0));
        CHECK_INT(gf_slots_next(&s), i);
        CHECK_INT(gf_slots_next(&s), i); /* to ask takes nothing */
        gf_slots_take(&s, i);
    }
    CHECK(!gf_slots_may(&s, 0));
    gf_slots_release(&s);
}

/* Starts, ends and changes of how many may run, against an array of flags. */
TEST(run_slots, against_a_model)
{
    enum {
        MOST = 300
    };
    static bool taken[MOST];
    struct gf_slots s = {0};
    size_t most = 0, used = 0;
    unsigned seed = 11;
    for (int n = 0; n < 20000; n++) {
        seed = seed * 1103515245u + 12345u;
        unsigned what = seed >> 28, arg = (seed >> 8) % MOST;
        if (what == 0) {
            most = arg;
            REQUIRE(gf_slots_allow(&s, most) == 0);
        } else if (what < 9) {
            CHECK(gf_slots_may(&s, 1) == (used < most));
            if (used >= most)
                continue;
            size_t want = 0;
            while (taken[want])
                want++;
            size_t slot = gf_slots_next(&s);
            REQUIRE(slot == want);
            gf_slots_take(&s, slot);
            taken[slot] = true;
            used++;
        } else if (taken[arg]) {
            gf_slots_give(&s, arg);
            taken[arg] = false;
            used--;
        }
        REQUIRE(s.used == used);
    }
    gf_slots_release(&s);
}

TEST(run_slots, fewer_than_run)
{
    struct gf_slots s = {0};
    REQUIRE(gf_slots_allow(&s, 4) == 0);
    for (size_t i = 0; i < 4; i++)
        gf_slots_take(&s, gf_slots_next(&s));
    REQUIRE(gf_slots_allow(&s, 1) == 0);
    CHECK_INT(s.used, 4);
    for (size_t i = 0; i < 3; i++) {
        CHECK(!gf_slots_may(&s, 0));
        gf_slots_give(&s, i);
    }
    CHECK(!gf_slots_may(&s, 0)); /* number 3 still runs */
    gf_slots_give(&s, 3);
    CHECK(gf_slots_may(&s, 0));
    CHECK_INT(gf_slots_next(&s), 0);
    gf_slots_release(&s);
}

TEST(run_slots, a_shortage_that_passes_leaves_no_trace)
{
    struct gf_slots s = {0};
    REQUIRE(gf_slots_allow(&s, 3) == 0);
    gf_slots_take(&s, 0);
    for (int i = 0; i < 1000; i++) /* while something of ours runs it may help to wait */
        CHECK(gf_slots_short(&s, i * GF_S));
    CHECK(!gf_slots_may(&s, 999 * GF_S));
    CHECK(gf_slots_may(&s, 1000 * GF_S));
    gf_slots_take(&s, 1);
    CHECK(gf_slots_may(&s, 999 * GF_S)); /* as many as before */
    gf_slots_take(&s, 2);
    CHECK(!gf_slots_may(&s, 1000 * GF_S));
    gf_slots_release(&s);
}

TEST(run_slots, a_shortage_that_nothing_of_ours_can_end)
{
    struct gf_slots s = {0};
    REQUIRE(gf_slots_allow(&s, 3) == 0);
    for (int i = 0; i < GF_SLOTS_TRIES_ALONE; i++)
        CHECK_ROW(gf_slots_short(&s, i * GF_S), "try %d", i);
    CHECK(!gf_slots_short(&s, 100 * GF_S));
    gf_slots_take(&s, 0); /* one succeeds: all is forgotten */
    gf_slots_give(&s, 0);
    CHECK(gf_slots_short(&s, 200 * GF_S));
    gf_slots_short(&s, GF_NEVER - 1);
    CHECK_INT(s.again_mono, GF_NEVER);
    gf_slots_release(&s);
}

TEST(run_slots, memory_is_out)
{
#ifdef __SANITIZE_ADDRESS__
    SKIP("not under sanitizers: an allocation that large ends the program");
#endif
    struct gf_slots s = {0};
    REQUIRE(gf_slots_allow(&s, 2) == 0);
    CHECK_INT(gf_slots_allow(&s, SIZE_MAX), -1);
    CHECK_INT(gf_slots_allow(&s, SIZE_MAX / 2), -1);
    CHECK_INT(s.most, 2); /* as before */
    gf_slots_take(&s, gf_slots_next(&s));
    gf_slots_take(&s, gf_slots_next(&s));
    CHECK(!gf_slots_may(&s, 0));
    gf_slots_release(&s);
}

TEST(run_slots, two_side_by_side)
{
    struct gf_slots a = {0}, b = {0};
    REQUIRE(gf_slots_allow(&a, 2) == 0 && gf_slots_allow(&b, 2) == 0);
    gf_slots_take(&a, gf_slots_next(&a));
    gf_slots_short(&a, GF_S);
    CHECK_INT(gf_slots_next(&b), 0);
    CHECK(gf_slots_may(&b, 0));
    gf_slots_release(&a);
    gf_slots_take(&b, gf_slots_next(&b));
    CHECK_INT(gf_slots_next(&b), 1);
    gf_slots_release(&b);
}
