/* run/timers: the heap against a naive model on a made-up clock, and the watcher on a real one. */
#include "run/timers.h"

#include <stdlib.h>
#include <string.h>

#include "loop.h"
#include "test.h"

static int fired;
static struct gf_timer *last;

static void on_due(struct gf_timer *t)
{
    fired++;
    last = t;
    if (t->owner)
        ++*(int *)t->owner;
}

TEST(run_timers, example)
{
    struct ev_loop *loop = loop_new();
    int job = 0;
    gf_ns now_mono = gf_now_mono();
    struct gf_timers all = {0};
    gf_timers_open(&all, loop);
    struct gf_timer t = {.due = on_due, .owner = &job};
    CHECK_INT(gf_timers_set(&all, &t, now_mono + GF_S), 0);
    CHECK(gf_timer_is_set(&t));
    gf_timers_cancel(&all, &t);
    CHECK(!gf_timer_is_set(&t));
    CHECK_INT(gf_timers_set(&all, &t, now_mono + 20 * GF_MS), 0);
    RUN_UNTIL(loop, job == 1);
    CHECK(gf_now_mono() >= now_mono + 20 * GF_MS);
    CHECK(!gf_timer_is_set(&t));
    gf_timers_close(&all);
    CHECK_INT(ev_run(loop, EVRUN_NOWAIT), 0); /* no watcher is left */
    ev_loop_destroy(loop);
}

TEST(run_timers, zeroed)
{
    struct gf_timers all = {0};
    struct gf_timer t = {0};
    CHECK_INT(gf_timers_next(&all), GF_NEVER);
    CHECK(!gf_timers_take(&all, GF_NEVER));
    gf_timers_cancel(&all, &t);
    CHECK(!gf_timer_is_set(&t));
    gf_timers_close(&all);
    gf_timers_close(&all);
}

TEST(run_timers, room_that_was_reserved_is_there)
{
    struct gf_timers all = {0};
    static struct gf_timer t[100];
    for (int i = 0; i < 100; i++)
        REQUIRE(gf_timers_reserve(&all) == 0);
    struct gf_timer **heap = all.heap;
    size_t cap = all.cap;
    CHECK(cap >= 100);
    for (int i = 0; i < 100; i++)
        CHECK_INT(gf_timers_set(&all, &t[i], 100 - i), 0);
    CHECK(all.heap == heap && all.cap == cap);
    for (int i = 0; i < 100; i++)
        gf_timers_give_back(&all);
    REQUIRE(gf_timers_reserve(&all) == 0);
    CHECK(all.heap == heap);
    gf_timers_close(&all);
}

TEST(run_timers, equal_moments_in_the_order_of_their_sets)
{
    struct gf_timers all = {0};
    static struct gf_timer t[100];
    for (int i = 0; i < 100; i++)
        REQUIRE(gf_timers_set(&all, &t[i], 7) == 0);
    REQUIRE(gf_timers_set(&all, &t[0], 7) == 0); /* set anew: now it is the last */
    for (int i = 1; i < 100; i++)
        CHECK(gf_timers_take(&all, 7) == &t[i]);
    CHECK(gf_timers_take(&all, 7) == &t[0]);
    CHECK(!gf_timers_take(&all, GF_NEVER));
    gf_timers_close(&all);
}

TEST(run_timers, not_before_its_time)
{
    struct gf_timers all = {0};
    struct gf_timer t = {0}, never = {0};
    gf_timers_set(&all, &never, GF_NEVER);
    CHECK_INT(gf_timers_next(&all), GF_NEVER);
    gf_timers_set(&all, &t, 10);
    CHECK_INT(gf_timers_next(&all), 10);
    CHECK(!gf_timers_take(&all, 9));
    CHECK(gf_timers_take(&all, 10) == &t);
    CHECK(!gf_timers_take(&all, GF_NEVER - 1));
    gf_timers_close(&all);
    CHECK(!gf_timer_is_set(&never));
}

/* Sets, moves, cancels and takes of a hundred timers against a scan of an array. */
TEST(run_timers, against_a_model)
{
    enum {
        N = 100
    };
    static struct gf_timer t[N];
    gf_ns at[N];
    uint64_t order[N], orders = 0;
    struct gf_timers all = {0};
    unsigned seed = 3;
    gf_ns now = 0;
    for (int i = 0; i < N; i++)
        at[i] = -1; /* not set */
    for (int n = 0; n < 20000; n++) {
        seed = seed * 1103515245u + 12345u;
        unsigned what = seed >> 29, who = (seed >> 8) % N;
        if (what < 4) {
            gf_ns when = now + (seed >> 16) % 50;
            REQUIRE(gf_timers_set(&all, &t[who], when) == 0);
            at[who] = when;
            order[who] = ++orders;
        } else if (what < 5) {
            gf_timers_cancel(&all, &t[who]);
            at[who] = -1;
        } else {
            now += what == 5 ? 3 : 0;
            int first = -1;
            for (int i = 0; i < N; i++)
                if (at[i] != -1 && (first == -1 || at[i] < at[first] ||
                                    (at[i] == at[first] && order[i] < order[first])))
                    first = i;
            REQUIRE(gf_timers_next(&all) == (first == -1 ? GF_NEVER : at[first]));
            struct gf_timer *got = gf_timers_take(&all, now);
            struct gf_timer *want = first != -1 && at[first] <= now ? &t[first] : NULL;
            REQUIRE(got == want);
            if (got)
                at[first] = -1;
        }
        size_t count = 0;
        for (int i = 0; i < N; i++) {
            REQUIRE(gf_timer_is_set(&t[i]) == (at[i] != -1));
            count += at[i] != -1;
        }
        REQUIRE(all.n == count);
    }
    gf_timers_close(&all);
    for (int i = 0; i < N; i++)
        CHECK(!gf_timer_is_set(&t[i]));
}

TEST(run_timers, a_loop_serves_all_in_order)
{
    enum {
        N = 200
    };
    struct ev_loop *loop = loop_new();
    struct gf_timers all = {0};
    static struct gf_timer t[N];
    gf_timers_open(&all, loop);
    gf_ns now = gf_now_mono();
    for (int i = 0; i < N; i++) {
        t[i].due = on_due;
        gf_timers_set(&all, &t[i], now + (gf_ns)(i * 7919 % N) * GF_MS / 10);
    }
    RUN_UNTIL(loop, fired == N);
    CHECK(last == &t[N - 1] || (N - 1) * 7919 % N != N - 1);
    gf_timers_close(&all);
    ev_loop_destroy(loop);
}

TEST(run_timers, two_side_by_side)
{
    struct ev_loop *loop = loop_new();
    struct gf_timers a = {0}, b = {0};
    int na = 0, nb = 0;
    struct gf_timer ta = {.due = on_due, .owner = &na}, tb = {.due = on_due, .owner = &nb};
    gf_timers_open(&a, loop);
    gf_timers_open(&b, loop);
    gf_timers_set(&a, &ta, gf_now_mono() + GF_S * 3600);
    gf_timers_set(&b, &tb, gf_now_mono());
    RUN_UNTIL(loop, nb == 1);
    gf_timers_close(&a);
    CHECK(!gf_timer_is_set(&ta));
    gf_timers_set(&b, &tb, gf_now_mono());
    RUN_UNTIL(loop, nb == 2);
    CHECK_INT(na, 0);
    gf_timers_close(&b);
    ev_loop_destroy(loop);
}

/* One that sets itself at once keeps nobody waiting, neither another timer nor the loop. */
static struct gf_timers *own;
static int spins;

static void on_spin(struct gf_timer *t)
{
    spins++;
    gf_timers_set(own, t, 0);
}

TEST(run_timers, one_that_sets_itself)
{
    struct ev_loop *loop = loop_new();
    struct gf_timers all = {0};
    own = &all;
    int job = 0;
    struct gf_timer spin = {.due = on_spin}, other = {.due = on_due, .owner = &job};
    gf_timers_open(&all, loop);
    gf_timers_set(&all, &spin, 0);
    gf_timers_set(&all, &other, gf_now_mono() + 5 * GF_MS);
    RUN_UNTIL(loop, spins > 3);
    RUN_UNTIL(loop, job == 1);
    gf_timers_close(&all);
    ev_loop_destroy(loop);
}

/* A callback may set, cancel, close: here each cancels its neighbour and frees itself. */
static struct gf_timer *pair[2];

static void on_cancel_other(struct gf_timer *t)
{
    fired++;
    for (int i = 0; i < 2; i++) {
        if (pair[i] != t)
            gf_timers_cancel(own, pair[i]);
        free(pair[i]);
    }
}

TEST(run_timers, a_callback_cancels_another_and_frees_both)
{
    struct ev_loop *loop = loop_new();
    struct gf_timers all = {0};
    own = &all;
    gf_timers_open(&all, loop);
    gf_ns now = gf_now_mono();
    for (int i = 0; i < 2; i++) {
        pair[i] = calloc(1, sizeof *pair[i]);
        REQUIRE(pair[i]);
        pair[i]->due = on_cancel_other;
        gf_timers_set(&all, pair[i], now);
    }
    RUN_UNTIL(loop, fired);
    run_for(loop, 5 * GF_MS);
    CHECK_INT(fired, 1);
    CHECK_INT(all.n, 0);
    gf_timers_close(&all);
    ev_loop_destroy(loop);
}

static void on_close_all(struct gf_timer *t)
{
    (void)t;
    fired++;
    gf_timers_close(own);
}

TEST(run_timers, a_callback_closes)
{
    struct ev_loop *loop = loop_new();
    struct gf_timers all = {0};
    own = &all;
    struct gf_timer a = {.due = on_close_all}, b = {.due = on_due};
    gf_timers_open(&all, loop);
    gf_timers_set(&all, &a, 0);
    gf_timers_set(&all, &b, 0);
    RUN_UNTIL(loop, fired);
    run_for(loop, 5 * GF_MS);
    CHECK_INT(fired, 1);
    CHECK(!gf_timer_is_set(&b));
    ev_loop_destroy(loop);
}

/* The earliest one is cancelled, or moved to a later time: the watcher follows. */
TEST(run_timers, the_first_one_moves)
{
    struct ev_loop *loop = loop_new();
    struct gf_timers all = {0};
    int na = 0, nb = 0;
    struct gf_timer a = {.due = on_due, .owner = &na}, b = {.due = on_due, .owner = &nb};
    gf_timers_open(&all, loop);
    gf_timers_set(&all, &a, gf_now_mono() + 3600 * GF_S);
    gf_timers_set(&all, &b, gf_now_mono() + 1800 * GF_S);
    gf_timers_set(&all, &a, gf_now_mono());
    RUN_UNTIL(loop, na == 1);
    gf_timers_set(&all, &a, gf_now_mono() + 1 * GF_MS);
    gf_timers_set(&all, &a, gf_now_mono() + 7200 * GF_S);
    run_for(loop, 20 * GF_MS);
    CHECK_INT(na, 1);
    gf_timers_cancel(&all, &a);
    gf_timers_set(&all, &b, gf_now_mono());
    RUN_UNTIL(loop, nb == 1);
    CHECK_INT(na, 1);
    gf_timers_close(&all);
    ev_loop_destroy(loop);
}
