/* gcra.c - the limiter on a made-up clock. */
#include "limit/gcra.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "limiter_cases.h"
#include "test.h"

static struct gf_gcra limit_of(const char *rate, uint64_t burst)
{
    struct gf_gcra l;
    CHECK_ROW(gf_gcra_init(&l, rate_of(rate), burst, 0) == 0, "init %s", rate);
    return l;
}

struct in_memory {
    struct limiter ops;
    struct gf_gcra limit;
    gf_ns tat;
    struct gf_ticket ticket[8];
};

static struct in_memory *memory(struct limiter *l)
{
    return (struct in_memory *)l;
}

static bool memory_allow(struct limiter *l, uint64_t n, gf_ns now)
{
    return gf_gcra_allow(&memory(l)->limit, &memory(l)->tat, n, now);
}

static gf_ns memory_due(struct limiter *l, uint64_t n, gf_ns now)
{
    return gf_gcra_due(&memory(l)->limit, memory(l)->tat, n, now);
}

static struct gf_ticket memory_reserve(struct limiter *l, uint64_t n, gf_ns now, size_t number)
{
    return memory(l)->ticket[number % 8] =
               gf_gcra_reserve(&memory(l)->limit, &memory(l)->tat, n, now);
}

static void memory_cancel(struct limiter *l, size_t number, gf_ns now)
{
    (void)gf_gcra_cancel(&memory(l)->tat, &memory(l)->ticket[number % 8], now);
}

static int64_t memory_tokens(struct limiter *l, gf_ns now)
{
    return gf_gcra_tokens(&memory(l)->limit, memory(l)->tat, now);
}

static gf_ns memory_tat(struct limiter *l)
{
    return memory(l)->tat;
}

static uint64_t memory_at_most(struct limiter *l, uint64_t n, gf_ns now)
{
    return gf_gcra_at_most(&memory(l)->limit, &memory(l)->tat, n, now);
}

static bool memory_fits(struct limiter *l, uint64_t n)
{
    return gf_gcra_fits(&memory(l)->limit, n);
}

static void memory_set(struct limiter *l, struct gf_rate rate, gf_ns now)
{
    struct gf_gcra next;
    CHECK(gf_gcra_init(&next, rate, memory(l)->limit.burst, 0) == 0);
    memory(l)->tat = gf_gcra_change(&memory(l)->limit, &next, memory(l)->tat, now);
    memory(l)->limit = next;
}

TEST(gcra, replays_the_cases_of_others)
{
    for (size_t i = 0; i < LIMITER_CASES; i++) {
        const struct limiter_case *c = &limiter_cases[i];
        struct in_memory m = {.ops = {memory_allow, memory_due, memory_reserve, memory_cancel,
                                      memory_tokens, memory_tat, memory_at_most, memory_fits,
                                      memory_set},
                              .limit = limit_of(c->rate, c->burst)};
        m.tat = gf_gcra_start(&m.limit, c->initial, 1000 * GF_S);
        memset(m.ticket, -1, sizeof m.ticket);
        replay_case(&m.ops, c);
    }
}

/* XT06: asked every 2 ms for 5 s at 100/s with a burst of 100, 600 pass, give or take one. */
TEST(gcra, long_run_is_exact)
{
    struct gf_gcra l = limit_of("100/s", 100);
    gf_ns tat = gf_gcra_start(&l, 100, 0);
    int passed = 0;
    for (gf_ns now = 0; now <= 5 * GF_S; now += 2 * GF_MS)
        passed += gf_gcra_allow(&l, &tat, 1, now);
    CHECK(passed >= 599 && passed <= 601);
}

/* A burst taken one by one, at rates whose interval is no whole number of ns. */
TEST(gcra, singles_get_the_whole_burst_and_not_one_more)
{
    static const struct {
        const char *rate;
        uint64_t burst;
    } cases[] = {{"3/s", 3},     {"7/s", 1}, {"7/s", 1000}, {"300/s", 299},
                 {"3/7ms", 100}, {"1/d", 5}, {"2.5/s", 10}, {"1000000/s", 5000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gf_gcra l = limit_of(cases[i].rate, cases[i].burst);
        gf_ns tat = gf_gcra_start(&l, cases[i].burst, GF_S);
        uint64_t n = 0;
        while (gf_gcra_allow(&l, &tat, 1, GF_S))
            n++;
        CHECK_INT(n, cases[i].burst);
        tat = gf_gcra_start(&l, cases[i].burst, GF_S);
        CHECK_INT(gf_gcra_at_most(&l, &tat, UINT64_MAX, GF_S), cases[i].burst);
        CHECK_INT(gf_gcra_tokens(&l, gf_gcra_start(&l, cases[i].burst, GF_S), GF_S),
                  cases[i].burst);
    }
}

TEST(gcra, no_drift_at_any_rate)
{
    static const char *const rates[] = {"1/d",       "1/h",   "7/m",    "3/s",    "999/s",
                                        "3000000/s", "1e9/s", "1MiB/s", "1e12B/s"};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct gf_gcra l = limit_of(rates[i], 1);
        gf_ns tat = 0;
        uint64_t n = 0;
        for (int k = 0; k < 1000; k++) { /* a batch of at least a millisecond */
            uint64_t batch = (uint64_t)(gf_rate_per_second(&l.rate) / 1000) + 1;
            (void)gf_gcra_reserve(&l, &tat, batch, 0);
            n += batch;
        }
        double ideal = (double)n * (double)l.rate.period / (double)l.rate.count;
        CHECK_ROW((double)tat >= ideal * (1 - 1e-12) && (double)tat <= ideal * (1 + 1e-6) + 1,
                  "%s: %lld ns, ideal %f", rates[i], (long long)tat, ideal);
    }
}

TEST(gcra, nothing_overflows)
{
    struct gf_gcra l = limit_of("1/h", 1);
    gf_ns end = INT64_MAX - 10;
    gf_ns tat = gf_gcra_start(&l, 0, end);
    CHECK(!gf_gcra_allow(&l, &tat, 1, end)); /* VG11 */
    CHECK_INT(gf_gcra_due(&l, tat, 1, end), GF_NEVER);
    CHECK_INT(gf_gcra_cost(&l, UINT64_MAX), GF_NEVER);
    CHECK_INT(gf_gcra_reserve(&l, &tat, UINT64_MAX, 0).to, GF_NEVER);
    CHECK(!gf_gcra_allow(&l, &tat, 1, INT64_MAX));
    CHECK(gf_gcra_tokens(&l, tat, 0) < 0);

    /* A bucket idle since ever: one burst. */
    l = limit_of("1000/s", 5);
    tat = INT64_MIN;
    CHECK_INT(gf_gcra_at_most(&l, &tat, 100, INT64_MAX / 2), 5);

    /* The slowest rate there is still lets the first one pass, and only that. */
    struct gf_rate slowest = {.count = 1, .period = GF_DURATION_MAX};
    CHECK(gf_gcra_init(&l, slowest, 1, 0) == 0);
    tat = 0;
    CHECK(gf_gcra_allow(&l, &tat, 1, 0));
    CHECK(!gf_gcra_allow(&l, &tat, 1, 1000 * GF_S));

    errno = 0;
    CHECK_INT(gf_gcra_init(&l, slowest, 2, 0), -1);
    CHECK_INT(errno, ERANGE);
    CHECK_INT(gf_gcra_init(&l, rate_of("1/s"), UINT64_MAX, 0), -1);
}

TEST(gcra, a_burst_too_large_is_paid_in_advance_or_never)
{
    struct gf_gcra l = limit_of("10/s", 2);
    gf_ns tat = gf_gcra_start(&l, 2, 0);
    CHECK(!gf_gcra_fits(&l, 5));
    CHECK(!gf_gcra_allow(&l, &tat, 5, 0));
    CHECK_INT(gf_gcra_reserve(&l, &tat, 5, 0).due, 300 * GF_MS);
    CHECK_INT(gf_gcra_due(&l, tat, 1, 300 * GF_MS), 400 * GF_MS);
}

TEST(gcra, due_is_when_asking_again_succeeds)
{
    struct gf_gcra l = limit_of("7/s", 3);
    gf_ns tat = gf_gcra_start(&l, 0, 12345);
    for (int i = 0; i < 1000; i++) {
        uint64_t n = (uint64_t)i % 3 + 1;
        gf_ns due = gf_gcra_due(&l, tat, n, 12345);
        gf_ns same = tat;
        CHECK(!gf_gcra_allow(&l, &same, n, due - 1));
        CHECK(gf_gcra_allow(&l, &tat, n, due));
    }
}

TEST(gcra, a_new_rate_keeps_units)
{
    struct gf_gcra slow = limit_of("1/h", 10), fast = limit_of("10/s", 4),
                   tiny = limit_of("1/s", 1);
    gf_ns now = 500 * GF_S;
    gf_ns tat = gf_gcra_start(&slow, 3, now);
    CHECK_INT(gf_gcra_tokens(&fast, gf_gcra_change(&slow, &fast, tat, now), now), 3);
    CHECK_INT(gf_gcra_tokens(&tiny, gf_gcra_change(&slow, &tiny, tat, now), now), 1);
    (void)gf_gcra_reserve(&slow, &tat, 8, now);
    CHECK_INT(gf_gcra_tokens(&fast, gf_gcra_change(&slow, &fast, tat, now), now), -5);
}

/*
 * The promise: over random traces, with random lateness, no window of length T holds more than
 * burst + rate * (T + slack). Every pair of passings is a window.
 */
TEST(gcra, no_window_holds_too_much)
{
    enum {
        EVENTS = 300
    };
    uint64_t seed = 88172645463325252u;
    for (int trace = 0; trace < 60; trace++) {
        static const char *const rates[] = {"3/s", "1000/s", "7/m", "999/7ms"};
        struct gf_gcra l;
        uint64_t burst = (uint64_t)trace % 7 + 1;
        gf_ns slack = trace % 3 * 10 * GF_MS;
        struct gf_rate rate = rate_of(rates[trace % 4]);
        REQUIRE(gf_gcra_init(&l, rate, burst, slack) == 0);
        gf_ns now = 0, tat = 0, at[EVENTS];
        uint64_t n[EVENTS];
        gf_ns step = rate.period / (gf_ns)rate.count * 2 + 1;
        for (int i = 0; i < EVENTS; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            now += (gf_ns)(seed % (uint64_t)step) * (seed % 31 == 0 ? 50 : 1);
            at[i] = now;
            n[i] = gf_gcra_at_most(&l, &tat, seed % 3 ? 1 : 5, now);
        }
        for (int i = 0; i < EVENTS; i++) {
            uint64_t sum = 0;
            for (int k = i; k < EVENTS; k++) {
                sum += n[k];
                double most = (double)burst + (double)(at[k] - at[i] + slack) * (double)rate.count /
                                                  (double)rate.period;
                if ((double)sum > most + 1e-6) {
                    CHECK_ROW(false, "trace %d: %llu in a window that may hold %f", trace,
                              (unsigned long long)sum, most);
                    return;
                }
            }
        }
    }
}

/* Asking more often, or for the parts of what one wants, never lets more through. */
TEST(gcra, splitting_a_wait_lets_no_more_through)
{
    static const char *const rates[] = {"3/s", "1000/s", "7/m", "999/7ms"};
    uint64_t seed = 88172645463325252u;
    for (int trace = 0; trace < 40; trace++) {
        struct gf_gcra l = limit_of(rates[trace % 4], (uint64_t)trace % 5 + 1);
        gf_ns patient = 0, restless = 0, end = 40 * gf_gcra_cost(&l, 1);
        uint64_t by_patience = 0, by_asking = 0;
        for (gf_ns due = 0; due <= end; due = gf_gcra_due(&l, patient, 1, due)) {
            REQUIRE(gf_gcra_allow(&l, &patient, 1, due));
            by_patience++;
        }
        for (gf_ns now = 0; now <= end;) {
            by_asking += gf_gcra_allow(&l, &restless, 1, now);
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            now += (gf_ns)(seed % (uint64_t)(gf_gcra_cost(&l, 1) / 3 + 1)) + 1;
        }
        CHECK_ROW(by_asking <= by_patience, "trace %d: %llu, waiting %llu", trace,
                  (unsigned long long)by_asking, (unsigned long long)by_patience);

        gf_ns whole = 0, parts = 0;
        uint64_t n = seed % 20 + 2, first = seed % (n - 1) + 1;
        gf_ns due = gf_gcra_reserve(&l, &whole, n, 0).due;
        (void)gf_gcra_reserve(&l, &parts, first, 0);
        CHECK(gf_gcra_reserve(&l, &parts, n - first, 0).due >= due);
        CHECK(parts >= whole);
    }
}

/*
 * uber-go/ratelimit: one taker at 10/s through a fast limit with slack, and two greedy ones on the
 * fast one alone from 2 s on. How many passed the fast one by then.
 */
TEST(gcra, slack_is_what_others_make_of_it)
{
    static const struct {
        const char *id, *fast;
        gf_ns slack;
        gf_ns greedy_from, end;
        uint64_t want;
    } rows[] = {
        {"UB02", "100/s", 0, 20 * GF_S, 30 * GF_S, 1200},
        {"UB06", "100/s", 100 * GF_MS, 2 * GF_S, 3 * GF_S, 130},
        {"UB10, UB11", "100/500ms", 50 * GF_MS, 2 * GF_S, 3 * GF_S, 230},
        {"UB13", "100/500ms", 750 * GF_MS, 2 * GF_S, 3 * GF_S, 370},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_gcra fast, slow = limit_of("10/s", 1);
        REQUIRE(gf_gcra_init(&fast, rate_of(rows[i].fast), 1, rows[i].slack) == 0);
        gf_ns at_slow = 0, at_fast = 0;
        uint64_t passed = 0;
        for (gf_ns now = 0; now < rows[i].end; now += GF_MS) {
            if (now < rows[i].greedy_from && gf_gcra_allow(&slow, &at_slow, 1, now))
                passed += gf_gcra_allow(&fast, &at_fast, 1, now);
            if (now >= rows[i].greedy_from)
                passed += gf_gcra_at_most(&fast, &at_fast, UINT64_MAX, now);
        }
        CHECK_ROW(passed >= rows[i].want - 1 && passed <= rows[i].want + 1, "%s: %llu", rows[i].id,
                  (unsigned long long)passed);
    }
}

/* UB01: greedy takers get 100, 200, 300 by 1, 2, 3 s. UB05: slack of one take, used once. */
TEST(gcra, pace_by_the_second)
{
    struct gf_gcra l = limit_of("100/s", 1);
    gf_ns tat = 0;
    uint64_t passed = 0;
    for (gf_ns now = 0; now < 3 * GF_S; now += GF_MS) {
        if (now % GF_S == 0)
            CHECK_INT(passed, 100 * (now / GF_S));
        passed += gf_gcra_at_most(&l, &tat, 4, now);
    }
    CHECK_INT(passed, 300);

    REQUIRE(gf_gcra_init(&l, rate_of("1/s"), 1, GF_S) == 0);
    tat = 0;
    static const gf_ns asked[] = {1, 2 * GF_S + 1, 2 * GF_S + 2, 2 * GF_S + 3, 2 * GF_S + 4};
    int by_three = 0, by_ten = 0;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        gf_ns due = gf_gcra_reserve(&l, &tat, 1, asked[i]).due;
        by_three += due < 3 * GF_S;
        by_ten += due < 10 * GF_S;
    }
    CHECK_INT(by_three, 3);
    CHECK_INT(by_ten, 5);
}
