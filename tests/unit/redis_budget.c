/*
 * redis/budget: the cases of all limiters on a server, with a made-up clock; the cases that are of
 * Redis alone; exactness at rates that no whole number of microseconds divides; changes, keys,
 * expiry, damage.
 */
#include "redis/budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limiter_cases.h"
#include "redis_start.h"
#include "test.h"

struct rig {
    struct redis_start start;
    struct gf_redis_address at;
    struct gf_redis_server server;
};

static bool open_rig(struct rig *r)
{
    struct gf_perr e;
    if (!redis_start(&r->start, NULL))
        return false;
    CHECK_INT(gf_redis_address_parse(&r->at, r->start.address, &e), 0);
    gf_redis_server_init(&r->server, &r->at, NULL, "gf-test", GF_REDIS_MAY_FORGET);
    r->server.patience = 20 * GF_S;
    return true;
}

static void close_rig(struct rig *r)
{
    gf_redis_server_release(&r->server);
    gf_redis_address_release(&r->at);
    redis_stop(&r->start);
}

static struct gf_redis_terms terms_of(const char *rate, uint64_t burst)
{
    struct gf_redis_terms t;
    struct gf_rate r = rate_of(rate);
    const char *why = "";
    CHECK_ROW(gf_redis_terms_set(&t, &r, burst, &why) == 0, "%s: %s", rate, why);
    return t;
}

static redisReply *command(struct rig *r, const char *a, const char *b, const char *c)
{
    struct gf_redis_request q = {0};
    const char *all[] = {a, b, c};
    for (int i = 0; i < 3 && all[i]; i++)
        gf_redis_put_text(&q, all[i]);
    redisReply *reply = gf_redis_server_call(&r->server, &q);
    gf_redis_request_release(&q);
    return reply;
}

static long long number(struct rig *r, const char *a, const char *b, const char *c)
{
    redisReply *reply = command(r, a, b, c);
    long long n = !reply                               ? -1000
                  : reply->type == REDIS_REPLY_INTEGER ? reply->integer
                  : reply->str                         ? strtoll(reply->str, NULL, 10)
                                                       : -1000;
    freeReplyObject(reply);
    return n;
}

static void set_field(struct rig *r, const char *field, const char *value)
{
    struct gf_redis_request q = {0};
    gf_redis_put_text(&q, "HSET");
    gf_redis_put_text(&q, "gf:{test}:rate");
    gf_redis_put_text(&q, field);
    gf_redis_put_text(&q, value);
    freeReplyObject(gf_redis_server_call(&r->server, &q));
    gf_redis_request_release(&q);
}

static void forget_all(struct rig *r)
{
    freeReplyObject(command(r, "FLUSHALL", NULL, NULL));
}

/* ---- the cases of all limiters --------------------------------------------------------------- */

struct on_server {
    struct limiter ops;
    struct gf_redis_budget b;
    const char *key;
    struct gf_redis_taken taken[8];
    gf_ns when[8]; /* they were taken; 0: they were not */
};

static struct on_server *its(struct limiter *l)
{
    return (struct on_server *)l;
}

static struct gf_redis_taken take(struct on_server *s, uint64_t n, gf_ns now, gf_ns by, bool part)
{
    struct gf_redis_taken t = {0};
    struct gf_redis_ask ask = {
        .key = s->key, .key_len = s->key ? strlen(s->key) : 0, .n = n, .by = by, .part = part};
    s->b.now_us = now / GF_US;
    CHECK_INT(gf_redis_budget_take(&s->b, &ask, &t), GF_REDIS_BUDGET_OK);
    return t;
}

static struct gf_redis_budget_look look(struct on_server *s, gf_ns now)
{
    struct gf_redis_budget_look k = {0};
    struct gf_redis_ask ask = {.key = s->key, .key_len = s->key ? strlen(s->key) : 0};
    s->b.now_us = now / GF_US;
    CHECK_INT(gf_redis_budget_look(&s->b, &ask, &k), GF_REDIS_BUDGET_OK);
    return k;
}

static bool server_allow(struct limiter *l, uint64_t n, gf_ns now)
{
    return take(its(l), n, now, 0, false).n == n;
}

static gf_ns server_due(struct limiter *l, uint64_t n, gf_ns now)
{
    struct on_server *s = its(l);
    struct gf_redis_taken t = take(s, n, now, GF_NEVER, false);
    struct gf_redis_ask ask = {.key = s->key, .key_len = s->key ? strlen(s->key) : 0};
    CHECK_INT(gf_redis_budget_give_back(&s->b, &ask, &t, n, n), GF_REDIS_BUDGET_OK);
    return now + t.wait;
}

static struct gf_ticket server_reserve(struct limiter *l, uint64_t n, gf_ns now, size_t number)
{
    struct gf_redis_taken *t = &its(l)->taken[number % 8];
    *t = take(its(l), n, now, GF_NEVER, false);
    its(l)->when[number % 8] = now;
    CHECK(t->n == n || t->terms.p == 0);
    gf_ns due = gf_redis_taken_due(t, n) - t->at_mono;
    CHECK(due <= t->wait && t->wait < due + GF_US);
    return (struct gf_ticket){.due = now + t->wait};
}

static void server_cancel(struct limiter *l, size_t number, gf_ns now)
{
    struct on_server *s = its(l);
    struct gf_redis_taken t = s->taken[number % 8];
    struct gf_redis_ask ask = {.key = s->key, .key_len = s->key ? strlen(s->key) : 0};
    if (!s->when[number % 8])
        return;
    bool due = now - s->when[number % 8] >= t.wait;
    s->b.now_us = now / GF_US;
    CHECK_INT(gf_redis_budget_give_back(&s->b, &ask, &t, t.n, due ? 0 : t.n), GF_REDIS_BUDGET_OK);
}

static int64_t server_tokens(struct limiter *l, gf_ns now)
{
    return look(its(l), now).tokens;
}

/* When all of the burst is there. */
static gf_ns server_tat(struct limiter *l)
{
    struct on_server *s = its(l);
    struct gf_redis_terms *t = &s->b.terms;
    struct gf_redis_ask ask = {
        .key = s->key, .key_len = s->key ? strlen(s->key) : 0, .n = t->burst, .by = GF_NEVER};
    struct gf_redis_taken got;
    CHECK_INT(gf_redis_budget_take(&s->b, &ask, &got), GF_REDIS_BUDGET_OK);
    CHECK_INT(gf_redis_budget_give_back(&s->b, &ask, &got, got.n, got.n), GF_REDIS_BUDGET_OK);
    return (s->b.now_us + got.ahead) * GF_US;
}

static uint64_t server_at_most(struct limiter *l, uint64_t n, gf_ns now)
{
    return take(its(l), n, now, 0, true).n;
}

static bool server_fits(struct limiter *l, uint64_t n)
{
    return its(l)->b.terms.p == 0 || n <= its(l)->b.terms.burst;
}

static void server_set(struct limiter *l, struct gf_rate rate, gf_ns now)
{
    struct on_server *s = its(l);
    int64_t tokens = server_tokens(l, now);
    struct gf_redis_terms next;
    const char *why;
    CHECK_INT(gf_redis_terms_set(&next, &rate, s->b.terms.burst, &why), 0);
    CHECK_INT(gf_redis_budget_change(&s->b, &next), GF_REDIS_BUDGET_OK);
    if (tokens < 0) /* those who wait take again */
        (void)take(s, (uint64_t)-tokens, now, GF_NEVER, false);
}

static const struct limiter server_ops = {server_allow,   server_due,    server_reserve,
                                          server_cancel,  server_tokens, server_tat,
                                          server_at_most, server_fits,   server_set};

/* With so many tokens of the burst left. */
static struct on_server fresh(struct rig *r, const char *rate, unsigned burst, unsigned initial,
                              const char *key)
{
    struct on_server s = {.ops = server_ops, .key = key};
    struct gf_redis_terms t = terms_of(rate, burst);
    gf_redis_budget_init(&s.b, &r->server, &t);
    forget_all(r);
    if (burst > initial)
        CHECK_INT(take(&s, burst - initial, 1000 * GF_S, 0, false).n, burst - initial);
    return s;
}

static const struct limiter_case of_redis[] = {
    {"RC01", "1/s", 5, 5,
     "@0 req 6 D rem=5 reset=0;@0 req 1 A rem=4 reset=1000;@0 req 1 A rem=3 reset=2000;"
     "@0 req 1 A rem=2 reset=3000;@0 req 1 A rem=1 reset=4000;@0 req 1 A rem=0 reset=5000;"
     "@0 req 1 D rem=0 reset=5000 retry=1000;@3000 req 1 A rem=2 reset=3000;"
     "@3100 req 1 A rem=1 reset=3900;@4000 req 1 A rem=1 reset=4000;"
     "@8000 req 1 A rem=4 reset=1000;@9500 req 1 A rem=4 reset=1000;"
     "@9500 req 0 A rem=4 reset=1000;@9500 req 2 A rem=2 reset=3000;"
     "@9500 req 5 D rem=2 reset=3000 retry=3000"},
    {"RC10", "30/60s", 16, 16, "@0 req 1 A rem=15 reset=2000"},
    {"RC12", "6000/s", 6001, 6001, "@0 req 1 A rem=6000 reset=0;@0 allow 6001 D;@0 allow 6000 A"},
    {"RR01", "10/s", 10, 10,
     "@0 req 1 A rem=9 reset=100;@0 req 2 A rem=7 reset=300;@0 req 7 A rem=0 reset=1000;"
     "@0 req 1000 D rem=0 reset=1000"},
    {"RR02", "10/s", 10, 10,
     "@0 req 0 A rem=10 reset=0;@0 req 1 A rem=9 reset=100;@0 req 0 A rem=9 reset=100"},
};

static void replay_on(struct rig *r, const struct limiter_case *c, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        struct on_server s = fresh(r, c[i].rate, c[i].burst, c[i].initial, key);
        replay_case(&s.ops, &c[i]);
    }
}

TEST(redis_budget, the_cases_of_all_limiters)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    replay_on(&r, limiter_cases, LIMITER_CASES, NULL);
    replay_on(&r, of_redis, sizeof of_redis / sizeof *of_redis, NULL);
    close_rig(&r);
}

TEST(redis_budget, the_cases_of_all_limiters_by_key)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    /* The string of a key expires by the clock of the server, that of the hash's terms does not. */
    replay_on(&r, of_redis, 1, "a b\n");
    close_rig(&r);
}

/* ---- exactness ------------------------------------------------------------------------------- */

/* Takes n units a call as they come due, until `total` have passed; the time that took, in us. */
static int64_t paced(struct rig *r, const char *rate, unsigned burst, uint64_t n, uint64_t total)
{
    struct on_server s = fresh(r, rate, burst, burst, NULL);
    gf_ns start = 1000 * GF_S, now = start;
    for (uint64_t got = 0; got < total; got += n)
        now += take(&s, n, now, GF_NEVER, false).wait;
    return (now - start) / GF_US;
}

TEST(redis_budget, the_long_run_is_exact)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    /* The last take is due when all but the burst are paid for. A burst of one at a high rate would
     * lose the part of a microsecond by which the caller comes late. */
    CHECK_INT(paced(&r, "3/s", 1, 1, 301), 100000000);
    CHECK_INT(paced(&r, "3/s", 1, 1, 302), 100333334);
    CHECK_INT(paced(&r, "7/s", 1, 1, 701), 100000000);
    CHECK_INT(paced(&r, "300000/s", 100, 1000, 300000), 999667);
    CHECK_INT(paced(&r, "300000/s", 2, 7, 300006), 1000014);
    CHECK_INT(paced(&r, "10000000/s", 100, 999, 999000), 99890);
    CHECK_INT(paced(&r, "7/w", 1, 1, 8), 7LL * 86400 * 1000000);
    CHECK_INT(paced(&r, "13/w", 1, 1, 14), 7LL * 86400 * 1000000);
    CHECK_INT(paced(&r, "1000000007/3s", 1000, 1000000, 200000000), 599997);
    close_rig(&r);
}

TEST(redis_budget, each_unit_of_a_take_has_its_time)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    struct on_server s = fresh(&r, "3/s", 2, 2, NULL);
    struct gf_redis_taken t = take(&s, 5, 1000 * GF_S, GF_NEVER, false);
    CHECK_INT(gf_redis_taken_due(&t, 1) - t.at_mono, 0);
    CHECK_INT(gf_redis_taken_due(&t, 2) - t.at_mono, 0);
    CHECK_INT(gf_redis_taken_due(&t, 3) - t.at_mono, 333333334);
    CHECK_INT(gf_redis_taken_due(&t, 4) - t.at_mono, 666666667);
    CHECK_INT(gf_redis_taken_due(&t, 5) - t.at_mono, 1000000000);
    CHECK_INT(t.wait, 1000 * GF_MS);
    t = take(&s, 5, 1000 * GF_S, GF_NEVER, false);
    CHECK_INT(gf_redis_taken_due(&t, 1) - t.at_mono, 1333333334);
    CHECK_INT(gf_redis_taken_due(&t, 5) - t.at_mono, 2666666667);
    close_rig(&r);
}

TEST(redis_budget, as_many_as_are_due_by_then)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    for (uint64_t burst = 1; burst <= 40; burst++) {
        struct on_server s = fresh(&r, "3/s", burst, (unsigned)burst, NULL);
        CHECK_INT(take(&s, 37, 1000 * GF_S, 0, true).n, burst < 37 ? burst : 37);
        CHECK_INT(look(&s, 1000 * GF_S).tokens, burst < 37 ? 0 : burst - 37);
    }
    struct on_server s = fresh(&r, "3/s", 1, 1, NULL);
    CHECK_INT(take(&s, 100, 1000 * GF_S, 2 * GF_S, true).n, 7);
    CHECK_INT(look(&s, 1000 * GF_S).refused, 93);
    CHECK_INT(take(&s, 1, 1000 * GF_S, 2 * GF_S, false).n, 0);
    CHECK_INT(take(&s, 1, 1000 * GF_S, 2 * GF_S, false).wait, 2333334 * GF_US);
    close_rig(&r);
}

/* The script counts in doubles, which have whole numbers up to 2^53. */
TEST(redis_budget, how_many_were_granted_is_exact_beyond_doubles)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    static const struct {
        const char *had;
        uint64_t has; /* after a take of 1, and of 2 */
    } rows[] = {
        {"0", 3},
        {"9007199254740988", 9007199254740991},
        {"9007199254740990", 9007199254740993},
        {"9007199254740993", 9007199254740996},
        {"9223372036854775800", 9223372036854775803},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct on_server s = fresh(&r, "3/s", 10, 10, NULL);
        (void)look(&s, 1000 * GF_S);
        set_field(&r, "granted", rows[i].had);
        (void)take(&s, 1, 1000 * GF_S, GF_NEVER, false);
        (void)take(&s, 2, 1000 * GF_S, GF_NEVER, false);
        struct gf_redis_budget_look k = look(&s, 1000 * GF_S);
        CHECK_ROW(k.granted == rows[i].has, "%s: %llu", rows[i].had, (unsigned long long)k.granted);
    }
    close_rig(&r);
}

/* ---- giving back ----------------------------------------------------------------------------- */

TEST(redis_budget, unused_units_are_there_again_when_nobody_is_behind)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    struct gf_redis_ask ask = {0};
    struct on_server s = fresh(&r, "3/s", 1, 1, NULL);
    struct gf_redis_taken t = take(&s, 10, 1000 * GF_S, GF_NEVER, false);
    CHECK_INT(gf_redis_budget_give_back(&s.b, &ask, &t, 6, 6), GF_REDIS_BUDGET_OK);
    CHECK_INT(look(&s, 1000 * GF_S).granted, 4);
    CHECK_INT(take(&s, 1, 1000 * GF_S, GF_NEVER, false).wait, 1333334 * GF_US);
    /* Somebody is behind; then only the count knows. */
    t = take(&s, 2, 1000 * GF_S, GF_NEVER, false);
    (void)take(&s, 1, 1000 * GF_S, GF_NEVER, false);
    CHECK_INT(gf_redis_budget_give_back(&s.b, &ask, &t, 2, 2), GF_REDIS_BUDGET_OK);
    CHECK_INT(look(&s, 1000 * GF_S).granted, 6);
    CHECK_INT(take(&s, 1, 1000 * GF_S, GF_NEVER, false).wait, 2666667 * GF_US);
    /* What was due is gone, and what was not is not. */
    s = fresh(&r, "1/s", 1, 1, NULL);
    t = take(&s, 5, 1000 * GF_S, GF_NEVER, false);
    uint64_t again = gf_redis_taken_not_due(&t, 5, t.at_mono + 2500 * GF_MS);
    CHECK_INT(again, 2);
    CHECK_INT(gf_redis_taken_not_due(&t, 1, t.at_mono + 2500 * GF_MS), 1);
    CHECK_INT(gf_redis_taken_not_due(&t, 5, t.at_mono - 1), 5);
    CHECK_INT(gf_redis_taken_not_due(&t, 5, t.at_mono + 4 * GF_S), 0);
    CHECK_INT(gf_redis_budget_give_back(&s.b, &ask, &t, 5, again), GF_REDIS_BUDGET_OK);
    CHECK_INT(look(&s, 1000 * GF_S).granted, 0);
    CHECK_INT(take(&s, 1, 1000 * GF_S, GF_NEVER, false).wait, 3 * GF_S);
    close_rig(&r);
}

/* ---- terms ----------------------------------------------------------------------------------- */

TEST(redis_budget, numbers_that_have_no_room)
{
    static const struct {
        const char *rate;
        uint64_t burst;
        bool good;
    } rows[] = {
        {"7/w", 1, true},
        {"10000000/s", 1, true},
        {"1000000000/s", 1000000000, true},
        {"1e12B/s", 1, true},
        {"1/s", 3155760000, true},
        {"1/s", 3155760001, false},
        {"1000000000/s", UINT64_MAX, false},
        {"1/36525d", 1, true},
        {"123456789.123456789/s", 1, false},
        {"unlimited", UINT64_MAX, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gf_redis_terms t, again;
        struct gf_rate r = rate_of(rows[i].rate);
        const char *why = NULL;
        bool good = gf_redis_terms_set(&t, &r, rows[i].burst, &why) == 0;
        CHECK_ROW(good == rows[i].good, "%s", rows[i].rate);
        CHECK_ROW(good || why, "%s", rows[i].rate);
        if (!good)
            continue;
        CHECK_ROW(gf_redis_terms_read(&again, t.text) == 0, "%s", t.text);
        CHECK_ROW(again.p == t.p && again.c == t.c && again.burst == t.burst &&
                      again.rate.bytes == t.rate.bytes,
                  "%s", t.text);
    }
    struct gf_redis_terms t;
    CHECK_INT(gf_redis_terms_read(&t, "1 2 3 4 records 10/s 5"), -1);
    CHECK_INT(gf_redis_terms_read(&t, ""), -1);
}

TEST(redis_budget, who_counts_by_other_terms_learns_them)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    struct on_server a = fresh(&r, "1/s", 5, 5, NULL), b = {.ops = server_ops};
    struct gf_redis_terms other = terms_of("100/s", 1000);
    gf_redis_budget_init(&b.b, &r.server, &other);
    CHECK_INT(take(&a, 1, 1000 * GF_S, 0, false).n, 1);
    CHECK_INT(take(&b, 5, 1000 * GF_S, 0, false).n, 0); /* 1,000 at once by its own terms */
    CHECK_STR(b.b.terms.text, a.b.terms.text);
    CHECK_INT(take(&b, 4, 1000 * GF_S, 0, false).n, 4);
    CHECK_INT(take(&b, 6, 1000 * GF_S, 0, false).wait, GF_NEVER);
    CHECK_INT(take(&b, 0, 1000 * GF_S, 0, false).n, 0);

    /* Nobody may make it who has no terms. */
    struct gf_redis_budget none;
    struct gf_redis_taken t;
    struct gf_redis_ask ask = {.n = 1};
    forget_all(&r);
    gf_redis_budget_init(&none, &r.server, NULL);
    CHECK_INT(gf_redis_budget_take(&none, &ask, &t), GF_REDIS_BUDGET_NONE);
    CHECK_INT(number(&r, "EXISTS", "gf:{test}:rate", NULL), 0);
    close_rig(&r);
}

TEST(redis_budget, a_change_keeps_units_and_voids_turns)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    struct on_server s = fresh(&r, "3/s", 10, 7, NULL);
    uint32_t turn = s.b.turn;
    struct gf_redis_terms next = terms_of("7/s", 10);
    s.b.now_us = 1000000000;
    CHECK_INT(gf_redis_budget_change(&s.b, &next), GF_REDIS_BUDGET_OK);
    CHECK_INT(look(&s, 1000 * GF_S).tokens, 7);
    CHECK_STR(look(&s, 1000 * GF_S).declared.text, terms_of("3/s", 10).text);
    CHECK(s.b.turn != turn);
    next = terms_of("300000/s", 4);
    CHECK_INT(gf_redis_budget_change(&s.b, &next), GF_REDIS_BUDGET_OK);
    CHECK_INT(look(&s, 1000 * GF_S).tokens, 4);
    (void)take(&s, 1000000, 1000 * GF_S, GF_NEVER, false);
    next = terms_of("1/h", 4);
    CHECK_INT(gf_redis_budget_change(&s.b, &next), GF_REDIS_BUDGET_OK);
    CHECK_INT(look(&s, 1000 * GF_S).tokens, 0);
    next = terms_of("unlimited", 4);
    CHECK_INT(gf_redis_budget_change(&s.b, &next), GF_REDIS_BUDGET_OK);
    CHECK_INT(take(&s, 1000000, 1000 * GF_S, 0, false).n, 1000000);
    /* Who knows older terms changes nothing. */
    struct on_server old = {.ops = server_ops};
    gf_redis_budget_init(&old.b, &r.server, &next);
    old.b.known = true;
    old.b.terms = terms_of("1/h", 4);
    CHECK_INT(gf_redis_budget_change(&old.b, &next), GF_REDIS_BUDGET_CHANGED);
    CHECK_STR(old.b.terms.text, next.text);
    close_rig(&r);
}

TEST(redis_budget, keys_follow_a_change_and_a_reset)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    gf_ns now = 1000 * GF_S;
    struct on_server all = fresh(&r, "1/h", 10, 10, NULL), s = all;
    s.key = "a";
    CHECK_INT(take(&s, 8, now, 0, false).n, 8);
    struct gf_redis_terms next = terms_of("1/m", 5);
    s.b.now_us = now / GF_US;
    CHECK_INT(gf_redis_budget_change(&s.b, &next), GF_REDIS_BUDGET_OK);
    CHECK_INT(look(&s, now).tokens, 2);
    CHECK_INT(look(&s, now + 90 * GF_S).tokens, 3);
    CHECK_INT(take(&s, 3, now + 90 * GF_S, 0, false).n, 3);
    CHECK_INT(take(&s, 1, now + 90 * GF_S, 0, false).n, 0);
    CHECK_INT(look(&all, now + 90 * GF_S).granted, 11);
    CHECK_INT(gf_redis_budget_reset(&s.b), GF_REDIS_BUDGET_OK);
    CHECK_INT(look(&s, now + 90 * GF_S).tokens, 5);
    CHECK_INT(look(&s, now + 90 * GF_S).granted, 0);
    close_rig(&r);
}

/* ---- how long it lies there ------------------------------------------------------------------ */

TEST(redis_budget, a_full_bucket_expires_and_terms_that_were_set_do_not)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    struct on_server all = fresh(&r, "1/h", 10, 10, NULL), s = all;
    s.key = "k";
    s.b.now_us = all.b.now_us = -1; /* by the clock of the server */
    struct gf_redis_ask ask = {.key = "k", .key_len = 1, .n = 2};
    struct gf_redis_taken t;
    CHECK_INT(gf_redis_budget_take(&s.b, &ask, &t), GF_REDIS_BUDGET_OK);
    CHECK_INT(t.n, 2);
    long long ms = number(&r, "PTTL", "gf:{test}:rate:k:k", NULL);
    CHECK(ms > 7000000 && ms <= 7200001);
    ms = number(&r, "PTTL", "gf:{test}:rate", NULL);
    CHECK(ms > 2591000000 && ms <= 2592000000);
    /* A bucket that takes longer to fill holds the hash. */
    struct gf_redis_ask far = {.n = 100 * 24, .by = GF_NEVER};
    CHECK_INT(gf_redis_budget_take(&s.b, &far, &t), GF_REDIS_BUDGET_OK);
    ms = number(&r, "PTTL", "gf:{test}:rate", NULL);
    CHECK(ms > 129LL * 86400000 && ms <= 130LL * 86400000 + 1);
    struct gf_redis_terms next = terms_of("2/h", 10);
    CHECK_INT(gf_redis_budget_change(&s.b, &next), GF_REDIS_BUDGET_OK);
    CHECK_INT(number(&r, "PTTL", "gf:{test}:rate", NULL), -1);
    ask.by = GF_NEVER;
    CHECK_INT(gf_redis_budget_take(&s.b, &ask, &t), GF_REDIS_BUDGET_OK);
    CHECK_INT(number(&r, "PTTL", "gf:{test}:rate", NULL), -1);
    close_rig(&r);
}

TEST(redis_budget, high_rates_are_not_forgotten_early)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    /* A time to live of whole seconds, or one rounded down, would let a second burst pass. */
    struct on_server s = fresh(&r, "6000/s", 6001, 6001, NULL);
    s.key = "k";
    s.b.now_us = -1;
    struct gf_redis_ask ask = {.key = "k", .key_len = 1, .n = 6001};
    struct gf_redis_taken t;
    CHECK_INT(gf_redis_budget_take(&s.b, &ask, &t), GF_REDIS_BUDGET_OK);
    CHECK_INT(t.n, 6001);
    long long ms = number(&r, "PTTL", "gf:{test}:rate:k:k", NULL);
    CHECK(ms > 0 && ms <= 1002);
    close_rig(&r);
}

TEST(redis_budget, damage_and_another_version)
{
    struct rig r;
    if (!open_rig(&r))
        SKIP("no redis-server");
    struct gf_redis_ask ask = {.n = 1};
    struct gf_redis_taken t;
    struct gf_redis_trouble *trouble = &r.server.link.trouble;
    struct on_server s = fresh(&r, "1/h", 1, 1, NULL);
    freeReplyObject(command(&r, "SET", "gf:{test}:rate", "x"));
    CHECK_INT(gf_redis_budget_take(&s.b, &ask, &t), GF_REDIS_BUDGET_TROUBLE);
    CHECK(strstr(trouble->why, "WRONGTYPE"));
    forget_all(&r);
    CHECK_INT(gf_redis_budget_take(&s.b, &ask, &t), GF_REDIS_BUDGET_OK);
    static const char *const rows[][3] = {
        {"v", "2", "its layout is version 2, and this program knows 1"},
        {"terms", "1 2 3", "no budget, or is damaged"},
        {"tat", "x", "script"},
        {"granted", "x", "script"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        forget_all(&r);
        CHECK_INT(gf_redis_budget_take(&s.b, &ask, &t), GF_REDIS_BUDGET_OK);
        set_field(&r, rows[i][0], rows[i][1]);
        CHECK_INT(gf_redis_budget_take(&s.b, &ask, &t), GF_REDIS_BUDGET_TROUBLE);
        CHECK_ROW(strstr(trouble->why, rows[i][2]) != NULL, "%s: %s", rows[i][0], trouble->why);
        CHECK(trouble->kind == GF_REDIS_REFUSED || trouble->kind == GF_REDIS_BAD);
    }
    close_rig(&r);
}
