/*
 * redis_outage.h - what becomes of who asks while the server is away: --on-outage.
 *
 *     while ((answer = ...ask the server...) == GF_REDIS_BUDGET_TROUBLE) {
 *         enum outage_does does = redis_outage(&o, by);
 *         if (does != OUTAGE_AGAIN) ...
 *     }
 *     redis_outage_over(&o);
 */
#ifndef GF_CMD_RATELIMIT_REDIS_OUTAGE_H
#define GF_CMD_RATELIMIT_REDIS_OUTAGE_H

#include "ratelimit.h"
#include "redis/budget.h"
#include "redis/tool.h"

struct redis_outage {
    const struct config *config;
    const struct tally *tally; /* NULL: signals are not ours to answer */
    struct gf_redis_tool *tool;
    enum io end;
    /* OUTAGE_LOCAL: a limiter of our own, while the server is away. */
    bool is_local;
    struct gf_redis_terms local;
    int64_t tat, rem; /* on the monotonic clock, in microseconds and parts of local.c */
};

enum outage_does {
    OUTAGE_AGAIN,  /* the server may be asked again */
    OUTAGE_PASSES, /* by what redis_outage_take says */
    OUTAGE_LATE,   /* it is not back before `by`, a monotonic time */
    OUTAGE_ENDS,   /* o->end, after a message */
};

/* The server's trouble is in o->tool->server.link.trouble. Sleeps before OUTAGE_AGAIN. */
enum outage_does redis_outage(struct redis_outage *o, gf_ns by);

/* Turns that no server has counted; as gf_redis_budget_take, with `wait` GF_NEVER for none. `terms`
 * are those of the budget. */
void redis_outage_take(struct redis_outage *o, const struct gf_redis_terms *terms,
                       const struct gf_redis_ask *ask, struct gf_redis_taken *out);

/* The server has answered. */
void redis_outage_over(struct redis_outage *o);

#endif
