/*
 * redis_look.c - what is in a queue on a server, and what people change in it by hand; in pieces,
 * since a script holds up everybody else.
 */
#include <stdio.h>
#include <string.h>

#include "base/sat.h"
#include "queue/redis_parts.h"

int gf_queue_redis_status(struct gf_queue *q, const struct gf_queue_now *now,
                          struct gf_queue_status *out)
{
    struct gf_queue_redis *r = (struct gf_queue_redis *)q;
    (void)now;
    gf_queue_redis_ask(r);
    redisReply *a = gf_queue_redis_run(r, &gf_queue_lua_status, 14);
    if (!a)
        return -1;
    uint64_t *to[] = {&out->waiting[0], &out->waiting[1],     &out->waiting[2], &out->delayed,
                      &out->running,    &out->dead,           &out->done,       NULL,
                      &out->put,        &out->finished,       &out->failed,     &out->expired,
                      &out->put_minute, &out->finished_minute};
    for (size_t i = 0; i < 14; i++)
        if (to[i])
            *to[i] = (uint64_t)gf_queue_redis_int(a->element[i]);
    out->oldest_wall = gf_sat_mul_i64(gf_queue_redis_int(a->element[7]), GF_MS);
    freeReplyObject(a);
    return 0;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static bool is_row(const redisReply *row)
{
    if (row->type != REDIS_REPLY_ARRAY || row->elements < 10)
        return false;
    for (size_t i = 0; i < 10; i++)
        if (row->element[i]->type != REDIS_REPLY_STRING &&
            row->element[i]->type != REDIS_REPLY_INTEGER)
            return false;
    return row->element[0]->type == REDIS_REPLY_STRING;
}

static int show(const redisReply *row, enum gf_queue_state state,
                int (*each)(void *arg, const struct gf_queue_row *row), void *arg)
{
    redisReply *const *e = row->element;
    int64_t priority = gf_queue_redis_int(e[1]);
    struct gf_queue_row out = {
        .id = e[0]->str,
        .state = state,
        .priority = priority >= 0 && priority < GF_QUEUE_PRIORITIES
                        ? (enum gf_queue_priority)priority
                        : GF_QUEUE_NORMAL,
        .delivery = (unsigned)gf_queue_redis_int(e[2]),
        .record = gf_queue_redis_bytes(e[3]),
        .worker = gf_queue_redis_bytes(e[4]).data,
        .put_wall = gf_sat_mul_i64(gf_queue_redis_int(e[5]), GF_MS),
        .due_wall = gf_sat_mul_i64(gf_queue_redis_int(e[6]), GF_MS),
        .status = gf_queue_redis_bytes(e[7]).len ? (int)gf_queue_redis_int(e[7]) : -1,
        .took = gf_queue_redis_int(e[8]),
        .tail = gf_queue_redis_bytes(e[9]),
    };
    return each(arg, &out);
}

int gf_queue_redis_list(struct gf_queue *q, enum gf_queue_state state,
                        const struct gf_queue_now *now,
                        int (*each)(void *arg, const struct gf_queue_row *row), void *arg)
{
    struct gf_queue_redis *r = (struct gf_queue_redis *)q;
    char from[GF_QUEUE_TOKEN] = "";
    int stopped = 0;
    (void)now;
    do {
        struct gf_redis_request *ask = gf_queue_redis_ask(r);
        gf_redis_put_text(ask, gf_queue_state_words[state]);
        gf_redis_put_text(ask, from);
        redisReply *a = gf_queue_redis_run(r, &gf_queue_lua_list, 2);
        if (!a)
            return -1;
        struct gf_queue_bytes go_on = gf_queue_redis_bytes(a->element[0]);
        const redisReply *rows = a->element[1];
        bool odd = rows->type != REDIS_REPLY_ARRAY || go_on.len >= sizeof from;
        for (size_t i = 0; !odd && !stopped && i < rows->elements; i++) {
            odd = !is_row(rows->element[i]);
            if (!odd)
                stopped = show(rows->element[i], state, each, arg);
        }
        if (!odd)
            memcpy(from, go_on.data, go_on.len + 1);
        freeReplyObject(a);
        if (odd)
            return gf_queue_redis_odd(r);
    } while (!stopped && from[0]);
    return stopped;
}

/* ---- changes --------------------------------------------------------------------------------- */

/* `rival` may be NULL. */
static int change(struct gf_queue_redis *r, const char *what, const char *word, uint64_t *n,
                  char rival[GF_QUEUE_TOKEN])
{
    int64_t more, from = 0;
    do {
        struct gf_redis_request *ask = gf_queue_redis_ask(r);
        gf_redis_put_text(ask, what);
        gf_redis_put_text(ask, word);
        gf_redis_put_int(ask, from);
        redisReply *a = gf_queue_redis_run(r, &gf_queue_lua_change, 3);
        if (!a)
            return -1;
        *n += (uint64_t)gf_queue_redis_int(a->element[0]);
        more = gf_queue_redis_int(a->element[1]);
        from = gf_queue_redis_int(a->element[2]);
        if (rival && a->elements > 3)
            snprintf(rival, GF_QUEUE_TOKEN, "%s", gf_queue_redis_bytes(a->element[3]).data);
        freeReplyObject(a);
    } while (more);
    return 0;
}

int gf_queue_redis_retry(struct gf_queue *q, const char *id, const struct gf_queue_now *now,
                         uint64_t *n, char rival[GF_QUEUE_TOKEN])
{
    (void)now;
    return change((struct gf_queue_redis *)q, "retry", id ? id : "", n, rival);
}

int gf_queue_redis_drop(struct gf_queue *q, const char *id, const struct gf_queue_now *now,
                        uint64_t *n)
{
    (void)now;
    return change((struct gf_queue_redis *)q, "drop", id, n, NULL);
}

int gf_queue_redis_purge(struct gf_queue *q, unsigned states, const struct gf_queue_now *now,
                         uint64_t *n)
{
    struct gf_queue_redis *r = (struct gf_queue_redis *)q;
    (void)now;
    for (int state = 0; state < GF_QUEUE_STATES; state++)
        if (states & 1u << state && state != GF_QUEUE_RUNNING &&
            change(r, "purge", gf_queue_state_words[state], n, NULL) != 0)
            return -1;
    return 0;
}
