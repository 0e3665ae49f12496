/*
 * redis_step.c - the question of a step, and what its answer says.
 */
#include <stdio.h>
#include <string.h>

#include "base/sat.h"
#include "queue/redis_parts.h"

static const char *const whats[] = {
    [GF_QUEUE_ACK] = "ack",
    [GF_QUEUE_AGAIN] = "again",
    [GF_QUEUE_BURY] = "bury",
    [GF_QUEUE_BACK] = "back",
};

static void ask(struct gf_queue_redis *r, const struct gf_queue_step *step)
{
    struct gf_redis_request *q = gf_queue_redis_ask(r);
    gf_redis_put_text(q, step->worker);
    gf_redis_put_int(q, gf_queue_redis_ms(step->lease));
    gf_redis_put_int(q, gf_queue_redis_ms(step->keep));
    gf_redis_put_int(q, step->deliveries);
    gf_redis_put_int(q, step->want);
    gf_redis_put_int(q, (int64_t)step->nends);
    gf_redis_put_int(q, (int64_t)step->nleases);
    gf_queue_redis_put_once(r);
    gf_redis_put_int(q, step->has_last ? 2 : step->has_over);
    gf_redis_put_int(q, GF_QUEUE_BATCH_BYTES);
    for (size_t i = 0; i < step->nends; i++) {
        const struct gf_queue_end *e = &step->ends[i];
        gf_redis_put_text(q, e->token);
        gf_redis_put_text(q, whats[e->what]);
        gf_redis_put_int(q, gf_queue_redis_ms(e->delay));
        if (e->status == -1)
            gf_redis_put(q, "", 0);
        else
            gf_redis_put_int(q, e->status);
        gf_redis_put_int(q, e->took);
        gf_redis_put(q, e->tail.len ? e->tail.data : "", e->tail.len);
    }
    for (size_t i = 0; i < step->nleases; i++)
        gf_redis_put_text(q, step->leases[i].token);
}

static int read_flags(const redisReply *all, size_t n, struct gf_queue_step *step, bool ends)
{
    if (all->type != REDIS_REPLY_ARRAY || all->elements != n)
        return -1;
    for (size_t i = 0; i < n; i++) {
        bool yes = gf_queue_redis_int(all->element[i]) == 1;
        if (ends)
            step->ends[i].accepted = yes;
        else
            step->leases[i].held = yes;
    }
    return 0;
}

static int copy(char *to, const redisReply *from)
{
    if (from->type != REDIS_REPLY_STRING || from->len >= GF_QUEUE_TOKEN ||
        memchr(from->str, '\0', from->len))
        return -1;
    memcpy(to, from->str, from->len + 1);
    return 0;
}

/* -1: it is odd; -2: memory is out. */
static int read_job(struct gf_queue_redis *r, const redisReply *row, struct gf_queue_taken *t)
{
    if (row->type != REDIS_REPLY_ARRAY || row->elements < 7 ||
        row->element[5]->type != REDIS_REPLY_STRING)
        return -1;
    struct gf_queue_bytes record = gf_queue_redis_bytes(row->element[5]);
    struct gf_queue_job *j = gf_queue_add_taken(&r->q, t, record.data, record.len);
    if (!j)
        return -2;
    int64_t priority = gf_queue_redis_int(row->element[3]);
    if (copy(j->token, row->element[0]) != 0 || copy(j->id, row->element[1]) != 0 || priority < 0 ||
        priority >= GF_QUEUE_PRIORITIES)
        return -1;
    j->delivery = (unsigned)gf_queue_redis_int(row->element[2]);
    j->over = gf_queue_redis_int(row->element[6]) == 1;
    j->priority = (enum gf_queue_priority)priority;
    j->put_wall = gf_sat_mul_i64(gf_queue_redis_int(row->element[4]), GF_MS);
    return 0;
}

static int read_last(struct gf_queue_redis *r, const redisReply *last)
{
    if (last->type != REDIS_REPLY_ARRAY)
        return -1;
    for (size_t i = 0; i < last->elements && i < GF_QUEUE_BELLS; i++)
        if (copy(r->last[i], last->element[i]) != 0)
            return -1;
    return 0;
}

static int read_answer(struct gf_queue_redis *r, const redisReply *a, struct gf_queue_step *step,
                       struct gf_queue_taken *t)
{
    const redisReply *jobs = a->element[2];
    int64_t next = gf_queue_redis_int(a->element[5]);
    if (read_flags(a->element[0], step->nends, step, true) != 0 ||
        read_flags(a->element[1], step->nleases, step, false) != 0 ||
        jobs->type != REDIS_REPLY_ARRAY || jobs->elements > step->want ||
        read_last(r, a->element[6]) != 0)
        return gf_queue_redis_odd(r);
    for (size_t i = 0; i < jobs->elements; i++) {
        int got = read_job(r, jobs->element[i], t);
        if (got != 0)
            return got == -1 ? gf_queue_redis_odd(r) : -1;
    }
    t->buried = (uint64_t)gf_queue_redis_int(a->element[3]);
    t->is_empty = gf_queue_redis_int(a->element[4]) == 1;
    t->next = next < 0 ? GF_NEVER : gf_sat_mul_i64(next, GF_MS);
    return 0;
}

int gf_queue_redis_step(struct gf_queue *q, struct gf_queue_step *step,
                        const struct gf_queue_now *now, struct gf_queue_taken *t)
{
    struct gf_queue_redis *r = (struct gf_queue_redis *)q;
    (void)now;
    ask(r, step);
    redisReply *a = gf_queue_redis_run(r, &gf_queue_lua_step, 7);
    if (!a)
        return -1;
    int got = read_answer(r, a, step, t);
    freeReplyObject(a);
    if (got != 0)
        t->n = 0;
    return got;
}
