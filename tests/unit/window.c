/* window.c - never more than so many in any window, on made-up times. */
#include "limit/window.h"

#include "test.h"

TEST(window, all_at_once_then_nothing_until_the_window_is_over)
{
    struct gf_window w;
    gf_window_init(&w, 3, GF_S);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(gf_window_due(&w, 1, 5 * GF_S), 5 * GF_S);
        gf_window_pass(&w, 1);
    }
    CHECK_INT(gf_window_due(&w, 1, 5 * GF_S), 6 * GF_S);
    CHECK(gf_window_written(&w, 5 * GF_S + GF_MS) == 0);
    CHECK_INT(gf_window_due(&w, 1, 6 * GF_S), 6 * GF_S + GF_MS);
    CHECK_INT(gf_window_due(&w, 1, 6 * GF_S + GF_MS), 6 * GF_S + GF_MS);
    CHECK_INT(gf_window_due(&w, 4, 0), GF_NEVER);
    gf_window_release(&w);
}

TEST(window, weights_wait_for_as_many_as_have_to_leave)
{
    struct gf_window w;
    gf_window_init(&w, 10, 100);
    for (int i = 0; i < 5; i++) {
        CHECK_INT(gf_window_due(&w, 2, i * 10), i * 10);
        gf_window_pass(&w, 2);
        CHECK(gf_window_written(&w, i * 10) == 0);
    }
    CHECK_INT(gf_window_due(&w, 1, 50), 100);
    CHECK_INT(gf_window_due(&w, 3, 50), 110);
    CHECK_INT(gf_window_due(&w, 10, 50), 140);
    gf_window_release(&w);
}

/*
 * governor#219 (GV11) and resilience4j#1356 (RJ01): over random arrivals no window at all holds
 * more than N, and what may pass does.
 */
TEST(window, no_window_holds_more_than_n)
{
    enum {
        EVENTS = 4000
    };
    static gf_ns at[EVENTS];
    uint64_t seed = 88172645463325252u;
    struct gf_window w;
    gf_window_init(&w, 7, GF_S);
    gf_ns now = 0;
    for (int i = 0; i < EVENTS; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        now += (gf_ns)(seed % 300) * GF_MS * (seed % 31 == 0 ? 20 : 1) / 3;
        gf_ns due = gf_window_due(&w, 1, now);
        if (due > now) {
            CHECK(gf_window_due(&w, 1, due - 1) > due - 1);
            now = due;
        }
        CHECK_INT(gf_window_due(&w, 1, now), now);
        gf_window_pass(&w, 1);
        now += (gf_ns)(seed % 5) * GF_MS; /* the write takes its time */
        CHECK(gf_window_written(&w, now) == 0);
        at[i] = now;
    }
    for (int i = 7; i < EVENTS; i++)
        CHECK_ROW(at[i] - at[i - 7] >= GF_S, "eight within %lld ms at %d",
                  (long long)((at[i] - at[i - 7]) / GF_MS), i);
    gf_window_release(&w);
}

TEST(window, what_goes_out_together_is_one_entry)
{
    struct gf_window w;
    gf_window_init(&w, 1000000, GF_S);
    for (int i = 0; i < 1000; i++)
        gf_window_pass(&w, 1000);
    CHECK(gf_window_written(&w, 0) == 0);
    CHECK_INT(w.count, 1);
    CHECK_INT(gf_window_due(&w, 1, 0), GF_S);
    gf_window_release(&w);
}
