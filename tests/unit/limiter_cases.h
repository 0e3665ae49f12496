/*
 * limiter_cases.h - the cases that every limiter has to pass, on a made-up clock: the one in memory
 * (gcra.c), the one in a file (budget.c), and the one on a server (redis_budget.c).
 *
 * The table replays what the test suites of other limiters expect: golang.org/x/time/rate (XT),
 * throttled (TH), governor (GV), redis_rate (RR), bucket4j (BJ), goflow (GF). A step is
 * `@MS OP ARG RESULT`:
 *
 *     allow N   A or D (allowed, denied)
 *     reserve N W<ms to wait>, or X: can never be
 *     wait N by=MS the same, and X too when it would take longer than that
 *     cancel K  takes back reservation number K (from 0)
 *     tokens T<n>
 *     atmost N  G<n granted>
 *     req N     A or D, then rem= reset= retry= in ms (retry only where there is one)
 *     set R     a new rate
 *
 * Elsewhere: units (XU, RC04, RC07, VG08) in rate.c, several limits (BJ01) in pacers.c, windows
 * (GV11, RJ01) in window.c, slack (UB) in gcra.c, a leaky bucket (NG02) in ratelimit-clock.bats,
 * semaphores (SM) in sem.bats.
 *
 * Left out, with the reason: XT19 (here a change of terms drops reservations, and those who wait
 * take again); VG07 (its first one waits an interval, ours passes at once); BJ09 (a question about
 * words: gf-ratelimit(1) answers it); NF01..NF03 (limits of how many at once; ours halves a rate);
 * XT14, XT15, XT16 (a cancel in the middle, a clock that steps back: one word cannot tell them
 * apart, and is stricter); XT25 (a rate of 0 is bad usage here); XT27, GU10 (rates under one in 100
 * years are bad usage); GU01..GU09, GU14 (the next one pays: here each pays for itself); GU11, GU12
 * (warm-up by stored permits); RC01, RC10, RC12, RR01, RR02 (of Redis
 * alone: redis_budget.c).
 */
#ifndef GF_TESTS_UNIT_LIMITER_CASES_H
#define GF_TESTS_UNIT_LIMITER_CASES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit/gcra.h"
#include "test.h"

/* What a limiter under test can do. */
struct limiter {
    bool (*allow)(struct limiter *, uint64_t n, gf_ns now);
    gf_ns (*due)(struct limiter *, uint64_t n, gf_ns now);
    struct gf_ticket (*reserve)(struct limiter *, uint64_t n, gf_ns now, size_t number);
    void (*cancel)(struct limiter *, size_t number, gf_ns now);
    int64_t (*tokens)(struct limiter *, gf_ns now);
    gf_ns (*tat)(struct limiter *);
    uint64_t (*at_most)(struct limiter *, uint64_t n, gf_ns now);
    bool (*fits)(struct limiter *, uint64_t n);
    void (*set)(struct limiter *, struct gf_rate rate, gf_ns now);
};

static struct gf_rate rate_of(const char *text)
{
    struct gf_rate r = {0};
    CHECK_ROW(gf_parse_rate(text, strlen(text), &r, NULL) == 0, "bad rate %s", text);
    return r;
}

static const struct limiter_case {
    const char *id;
    const char *rate;
    unsigned burst;
    unsigned initial;
    const char *steps;
} limiter_cases[] = {
    {"XT01", "10/s", 1, 1,
     "@0 allow 1 A;@0 allow 1 D;@0 allow 1 D;@100 allow 1 A;@100 allow 1 D;@100 allow 1 D;"
     "@200 allow 2 D;@200 allow 1 A;@200 allow 1 D"},
    {"XT09", "10/s", 2, 2, "@0 reserve 2 W0;@0 reserve 3 X;@0 cancel 1 -;@0 reserve 2 W200"},
    {"XT10", "10/s", 2, 2, "@0 reserve 2 W0;@0 reserve 2 W200;@100 cancel 1 -;@100 reserve 2 W100"},
    {"XT11", "10/s", 2, 2, "@0 reserve 2 W0;@0 reserve 2 W200;@300 cancel 1 -;@300 reserve 2 W100"},
    {"XT17", "5/s", 2, 2, "@0 reserve 2 W0;@0 reserve 2 W400;@200 set 10/s -;@200 reserve 1 W200"},
    {"XT22", "10/s", 3, 3, "@0 reserve 2 W0;@0 reserve 3 W200;@100 cancel 1 -;@100 reserve 2 W0"},
    {"XT23", "10/s", 3, 3, "@0 wait 2 by=100 W0;@0 wait 3 by=100 X"},
    {"XT24", "unlimited", 0, 0, "@0 reserve 3 W0"},
    {"TH02", "1/s", 5, 5,
     "@0 req 6 D rem=5 reset=0;@0 req 1 A rem=4 reset=1000;@0 req 1 A rem=3 reset=2000;"
     "@0 req 1 A rem=2 reset=3000;@0 req 1 A rem=1 reset=4000;@0 req 1 A rem=0 reset=5000;"
     "@0 req 1 D rem=0 reset=5000 retry=1000;@3000 req 1 A rem=2 reset=3000;"
     "@3100 req 1 A rem=1 reset=3900;@4000 req 1 A rem=1 reset=4000;"
     "@8000 req 1 A rem=4 reset=1000;@9500 req 1 A rem=4 reset=1000;"
     "@9500 req 0 A rem=4 reset=1000;@9500 req 2 A rem=2 reset=3000;"
     "@9500 req 5 D rem=2 reset=3000 retry=3000;@15000 req 6 D rem=5 reset=0"},
    {"RR04", "10/s", 10, 10,
     "@0 atmost 1 G1;@0 tokens T9;@0 atmost 2 G2;@0 tokens T7;@0 atmost 10 G7;@0 tokens T0;"
     "@0 atmost 1000 G0"},
    {"GV01", "5/s", 5, 5, "@0 allow 1 A"},
    {"GV02", "2/s", 2, 2,
     "@0 allow 1 A;@1 allow 1 A;@2 allow 1 D;@1002 allow 1 A;@1003 allow 1 A;@1004 allow 1 D"},
    {"GV03", "5/s", 5, 5,
     "@0 allow 1 A;@0 allow 1 A;@0 allow 1 A;@0 allow 1 A;@0 allow 1 A;@0 allow 1 D;"
     "@2000 allow 1 A;@2000 allow 1 A;@2000 allow 1 A;@2000 allow 1 A;@2000 allow 1 A;"
     "@2000 allow 1 D"},
    {"BJ02", "100/s", 10, 0,
     "@0 tokens T0;@97 allow 9 A;@97 allow 1 D;@100 allow 1 A;@100 allow 1 D"},
    {"BJ03", "1/s", 4, 1,
     "@0 allow 1 A;@200 wait 1 by=0 X;@200 req 1 D rem=0 reset=3800 retry=800;"
     "@200 req 3 D rem=0 reset=3800 retry=2800"},
    {"BJ07", "10/100m", 10, 0, "@0 allow 1 D"},
    {"GF01", "10/s", 5, 5,
     "@0 allow 1 A;@0 allow 1 A;@0 allow 1 A;@0 allow 1 A;@0 allow 1 A;@0 allow 1 D;"
     "@100 allow 1 A;@100 allow 1 D"},
    {"GF02", "10/s", 10, 10, "@0 allow 3 A;@0 tokens T7;@0 allow 7 A;@0 allow 1 D;@0 allow 0 A"},
    {"debt", "10/s", 1, 1,
     "@0 reserve 1 W0;@0 reserve 1 W100;@0 tokens T-1;@50 tokens T-1;@150 tokens T0"},
};

struct replay {
    struct limiter *l;
    size_t tickets;
};

static void step_request(struct limiter *l, uint64_t n, gf_ns now, char *got, size_t size)
{
    bool yes = l->allow(l, n, now);
    int64_t rem = l->tokens(l, now);
    gf_ns reset = l->tat(l) > now ? l->tat(l) - now : 0;
    int used = snprintf(got, size, "%s rem=%lld reset=%lld", yes ? "A" : "D",
                        (long long)(rem > 0 ? rem : 0), (long long)(reset / GF_MS));
    if (!yes && l->fits(l, n))
        snprintf(got + used, size - (size_t)used, " retry=%lld",
                 (long long)((l->due(l, n, now) - now) / GF_MS));
}

static void step_reserve(struct replay *r, uint64_t n, gf_ns now, gf_ns by, char *got, size_t size)
{
    bool never = !r->l->fits(r->l, n) || r->l->due(r->l, n, now) > by;
    size_t number = r->tickets++;
    if (never)
        snprintf(got, size, "X");
    else
        snprintf(got, size, "W%lld",
                 (long long)((r->l->reserve(r->l, n, now, number).due - now) / GF_MS));
}

static void replay_step(struct replay *r, const char *id, const char *step)
{
    long long ms, by = 0;
    char op[16], arg[16], want[64] = "", got[64] = "-";
    int at = 0;
    if (sscanf(step, "@%lld %15s %15s by=%lld %n", &ms, op, arg, &by, &at) < 4)
        by = 1LL << 40, sscanf(step, "@%lld %15s %15s %n", &ms, op, arg, &at);
    if (strcmp(op, "tokens") == 0)
        sscanf(step, "@%*d tokens %n", &at);
    snprintf(want, sizeof want, "%s", step + at);
    gf_ns now = 1000 * GF_S + ms * GF_MS;
    uint64_t n = strtoull(arg, NULL, 10);
    if (strcmp(op, "allow") == 0)
        snprintf(got, sizeof got, "%s", r->l->allow(r->l, n, now) ? "A" : "D");
    else if (strcmp(op, "reserve") == 0 || strcmp(op, "wait") == 0)
        step_reserve(r, n, now, now + by * GF_MS, got, sizeof got);
    else if (strcmp(op, "cancel") == 0)
        r->l->cancel(r->l, n, now);
    else if (strcmp(op, "tokens") == 0)
        snprintf(got, sizeof got, "T%lld", (long long)r->l->tokens(r->l, now));
    else if (strcmp(op, "atmost") == 0)
        snprintf(got, sizeof got, "G%llu", (unsigned long long)r->l->at_most(r->l, n, now));
    else if (strcmp(op, "req") == 0)
        step_request(r->l, n, now, got, sizeof got);
    else if (strcmp(op, "set") == 0)
        r->l->set(r->l, rate_of(arg), now);
    CHECK_ROW(strcmp(got, want) == 0, "%s: '%s' gave %s", id, step, got);
}

/* One row, with the limiter at `initial` tokens at 1000 s. */
static void replay_case(struct limiter *l, const struct limiter_case *c)
{
    struct replay r = {.l = l};
    char steps[2048];
    snprintf(steps, sizeof steps, "%s", c->steps);
    for (char *save, *s = strtok_r(steps, ";", &save); s; s = strtok_r(NULL, ";", &save))
        replay_step(&r, c->id, s);
}

#define LIMITER_CASES (sizeof limiter_cases / sizeof limiter_cases[0])

#endif
