/*
 * budget.h - a limiter on a server, for all processes of all machines that name it.
 *
 * The generic cell rate algorithm (limit/gcra.h) in a script, by the server's clock alone. Times
 * are whole microseconds and a remainder over a denominator that comes with the rate, so a cost is
 * exact: nothing is lost or won by rounding, at 3 a second and at 300,000. What is rounded is the
 * wait that a taker is told, up. Numbers of Lua are doubles: all are kept under 2^53, and the
 * script adds, subtracts and compares costs that were worked out here; only a change of terms
 * multiplies.
 *
 *     struct gf_redis_budget b;
 *     struct gf_redis_terms t;
 *     struct gf_redis_taken got;
 *     if (gf_redis_terms_set(&t, &rate, 20, &why) != 0) ... out of range ...
 *     gf_redis_budget_init(&b, &tool.server, &t);
 *     struct gf_redis_ask ask = {.n = 100, .by = GF_NEVER, .part = true};
 *     if (gf_redis_budget_take(&b, &ask, &got) == GF_REDIS_BUDGET_OK)
 *         for (uint64_t i = 1; i <= got.n; i++)
 *             gf_sleep_until(gf_redis_taken_due(&got, i));    // unit i of those that were taken
 *     gf_redis_budget_give_back(&b, &ask, &got, 7, 7);        // the last 7 were not used
 *
 * Keys: gf:{NAME}:rate is a hash with the terms, the counts, and the bucket of all;
 * gf:{NAME}:rate:k:KEY is the bucket of a key, a string. A key that has its whole burst again
 * expires, which loses nothing. The hash expires GF_REDIS_BUDGET_KEPT after its last use, and when
 * terms were set by gf_redis_budget_change, never.
 *
 * An answer may be lost with its connection: units may have been taken then that nobody uses.
 *
 * Sources: ATM Forum, Traffic Management 4.1, section 4.4; the layout is ours, version 1.
 * One thread a budget; one server for any number of budgets.
 */
#ifndef GF_REDIS_BUDGET_H
#define GF_REDIS_BUDGET_H

#include "redis/server.h"
#include "redis/terms.h"

enum {
    GF_REDIS_BUDGET_KEY_MAX = 1024 /* bytes of a key; what is longer is cut */
};
#define GF_REDIS_BUDGET_KEPT (30 * 24 * 3600 * GF_S)
#define GF_REDIS_BUDGET_UNITS_MAX ((uint64_t)1 << 53) /* of one take, and less */

enum gf_redis_budget_answer {
    GF_REDIS_BUDGET_OK,
    GF_REDIS_BUDGET_NONE,    /* there is no such budget, and we may not make it */
    GF_REDIS_BUDGET_CHANGED, /* of gf_redis_budget_change: the terms are others, known now */
    GF_REDIS_BUDGET_TROUBLE, /* server->link.trouble */
};

struct gf_redis_budget {
    struct gf_redis_server *server;
    struct gf_redis_terms terms; /* as we know them */
    bool makes;                  /* a missing budget is made, with these terms */
    bool known;                  /* they are the server's */
    uint32_t turn;               /* of these terms: another number after each change */
    int64_t now_us;              /* of a test: the time; -1: the server's clock */
};

/* `terms` of NULL: a budget that is missing is not made. Nothing is asked yet. */
void gf_redis_budget_init(struct gf_redis_budget *b, struct gf_redis_server *server,
                          const struct gf_redis_terms *terms);

struct gf_redis_ask {
    const char *key; /* NULL: the bucket of all */
    size_t key_len;
    uint64_t n;
    gf_ns by;  /* how long the taker waits at most; GF_NEVER: however long; 0: take it now or not */
    bool part; /* as many of n as are due by then, else all or none */
};

struct gf_redis_taken {
    uint64_t n;    /* units that were taken */
    gf_ns at_mono; /* when the answer was here */
    gf_ns wait;    /* from then until all that was asked for may pass; GF_NEVER: it never may */
    struct gf_redis_terms terms;
    uint32_t turn;
    int64_t ahead, rem; /* the TAT before, in microseconds from now, and parts of c */
    int64_t to, to_rem; /* the TAT behind, by the server's clock */
};

/* Takes units, and learns the terms. More than the burst is paid in advance; who takes by 0 is told
 * `never` then. */
int gf_redis_budget_take(struct gf_redis_budget *b, const struct gf_redis_ask *ask,
                         struct gf_redis_taken *out);

/* When the first `units` of what was taken may all have passed. */
gf_ns gf_redis_taken_due(const struct gf_redis_taken *t, uint64_t units);

/* How many of the last `unused` units are not due yet. */
uint64_t gf_redis_taken_not_due(const struct gf_redis_taken *t, uint64_t unused, gf_ns now_mono);

/* The last `unused` units were not used: they are no longer counted. The last `again` of them,
 * those that are not due yet, may be taken anew, if nobody has taken any behind them. */
int gf_redis_budget_give_back(struct gf_redis_budget *b, const struct gf_redis_ask *ask,
                              const struct gf_redis_taken *t, uint64_t unused, uint64_t again);

struct gf_redis_budget_look {
    struct gf_redis_terms terms, declared; /* in force, and as the first user said */
    int64_t tokens;                        /* below 0: taken ahead; unlimited: INT64_MAX */
    gf_ns wait;                            /* until one may pass */
    uint64_t granted, refused;             /* units, over all buckets */
};

/* Takes nothing; learns the terms. */
int gf_redis_budget_look(struct gf_redis_budget *b, const struct gf_redis_ask *ask,
                         struct gf_redis_budget_look *out);

/* New terms for all, from now on; a missing budget is made. What is saved is kept in units, at most
 * the new burst; what was taken ahead is void. Where b->known, only while the terms are still those
 * of b->terms. */
int gf_redis_budget_change(struct gf_redis_budget *b, const struct gf_redis_terms *next);

/* Full buckets, counts at zero; what was taken ahead is void. */
int gf_redis_budget_reset(struct gf_redis_budget *b);

#endif
