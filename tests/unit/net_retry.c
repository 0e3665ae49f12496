/* net_retry.c - net/retry: what is tried again, how often, and after how long. */
#include "net/retry.h"

#include "test.h"

#define MOST_RANDOM UINT64_MAX

static const struct gf_retry_policy two = {.most = 2, .longest = 600 * GF_S};

static struct gf_retry_ask asked(enum gf_net_error error, long status)
{
    return (struct gf_retry_ask){
        .error = error, .status = status, .repeatable = true, .tries = 1, .after = -1};
}

TEST(net_retry, errors)
{
    for (enum gf_net_error e = GF_NET_OK; e < GF_NET_ERRORS; e++) {
        bool want = e == GF_NET_DNS || e == GF_NET_CONNECT || e == GF_NET_TIMEOUT ||
                    e == GF_NET_LOW_SPEED || e == GF_NET_PARTIAL || e == GF_NET_PROTOCOL;
        struct gf_retry_ask a = asked(e, 0);
        CHECK_ROW((gf_retry_wait(&two, &a) != GF_NEVER) == want, "%s", gf_net_error_word(e));
        a.status = 503; /* counts with GF_NET_HTTP only */
        CHECK_ROW((gf_retry_wait(&two, &a) != GF_NEVER) == (want || e == GF_NET_HTTP), "%s",
                  gf_net_error_word(e));
    }
}

TEST(net_retry, statuses)
{
    for (long status = 0; status < 1000; status++) {
        bool want = status == 408 || status == 429 || status == 500 || status == 502 ||
                    status == 503 || status == 504;
        struct gf_retry_ask a = asked(GF_NET_HTTP, status);
        CHECK_ROW((gf_retry_wait(&two, &a) != GF_NEVER) == want, "status %ld", status);
        CHECK_ROW(gf_retry_is_refusal(status) == (status == 429 || status == 503), "status %ld",
                  status);
    }
}

TEST(net_retry, methods)
{
    static const struct {
        const char *method;
        bool want;
    } rows[] = {
        {"GET", true},   {"HEAD", true},  {"PUT", true},      {"DELETE", true}, {"OPTIONS", true},
        {"TRACE", true}, {"POST", false}, {"PATCH", false},   {"get", false},   {"", false},
        {"GETS", false}, {"GE", false},   {"CONNECT", false}, {"QUERY", false}, {"PURGE", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_ROW(gf_retry_is_repeatable(rows[i].method) == rows[i].want, "%s", rows[i].method);
    struct gf_retry_ask a = asked(GF_NET_TIMEOUT, 0);
    struct gf_retry_policy all = two;
    all.all_methods = true;
    a.repeatable = false;
    CHECK_INT(gf_retry_wait(&two, &a), GF_NEVER);
    CHECK(gf_retry_wait(&all, &a) != GF_NEVER);
    a.error = GF_NET_TLS; /* not even then */
    CHECK_INT(gf_retry_wait(&all, &a), GF_NEVER);
}

/* How often, how long, and the bound of all of it. */
TEST(net_retry, waits)
{
    static const struct {
        unsigned most, tries;
        gf_ns longest, spent, after;
        uint64_t random;
        gf_ns want;
    } rows[] = {
        /* doubling, drawn from 0 to all of it, at most a minute */
        {9, 1, 600 * GF_S, 0, -1, MOST_RANDOM, GF_S},
        {9, 2, 600 * GF_S, 0, -1, MOST_RANDOM, 2 * GF_S},
        {9, 3, 600 * GF_S, 0, -1, MOST_RANDOM, 4 * GF_S},
        {9, 6, 600 * GF_S, 0, -1, MOST_RANDOM, 32 * GF_S},
        {9, 7, 600 * GF_S, 0, -1, MOST_RANDOM, 60 * GF_S},
        {9, 9, 600 * GF_S, 0, -1, MOST_RANDOM, 60 * GF_S},
        {9, 3, 600 * GF_S, 0, -1, MOST_RANDOM / 2, 2 * GF_S},
        {9, 3, 600 * GF_S, 0, -1, 0, 0},
        /* so many further tries */
        {0, 1, 600 * GF_S, 0, -1, 0, GF_NEVER},
        {1, 1, 600 * GF_S, 0, -1, 0, 0},
        {1, 2, 600 * GF_S, 0, -1, 0, GF_NEVER},
        {2, 2, 600 * GF_S, 0, -1, 0, 0},
        {2, 3, 600 * GF_S, 0, -1, 0, GF_NEVER},
        {UINT32_MAX, UINT32_MAX, 600 * GF_S, 0, -1, MOST_RANDOM, 60 * GF_S},
        /* what the server says is neither drawn nor bounded by a minute */
        {2, 1, 600 * GF_S, 0, 7 * GF_S, 0, 7 * GF_S},
        {2, 1, 600 * GF_S, 0, 0, MOST_RANDOM, 0},
        {2, 1, 600 * GF_S, 0, 300 * GF_S, 0, 300 * GF_S},
        {2, 3, 600 * GF_S, 0, 7 * GF_S, 0, GF_NEVER},
        /* a wait that would go beyond the bound is not begun */
        {2, 1, 600 * GF_S, 0, 600 * GF_S, 0, 600 * GF_S},
        {2, 1, 600 * GF_S, 0, 600 * GF_S + 1, 0, GF_NEVER},
        {2, 1, 600 * GF_S, 599 * GF_S, -1, MOST_RANDOM, GF_S},
        {2, 1, 600 * GF_S, 599 * GF_S + 1, -1, MOST_RANDOM, GF_NEVER},
        {2, 1, 600 * GF_S, 601 * GF_S, -1, 0, GF_NEVER},
        {2, 1, 600 * GF_S, GF_NEVER - 1, GF_NEVER - 1, 0, GF_NEVER},
        {2, 1, 0, 0, -1, 0, 0},
        {2, 1, 0, 0, 1, 0, GF_NEVER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct gf_retry_policy p = {.most = rows[i].most, .longest = rows[i].longest};
        struct gf_retry_ask a = asked(GF_NET_HTTP, 503);
        a.tries = rows[i].tries;
        a.spent = rows[i].spent;
        a.after = rows[i].after;
        a.random = rows[i].random;
        gf_ns got = gf_retry_wait(&p, &a);
        CHECK_ROW(got == rows[i].want, "row %zu: %lld", i, (long long)got);
    }
}
