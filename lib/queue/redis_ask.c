/*
 * redis_ask.c - a script is asked of the server, and its answer read; what a call is known by when
 * it is repeated.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "queue/redis_parts.h"

struct gf_redis_request *gf_queue_redis_ask(struct gf_queue_redis *r)
{
    gf_redis_request_clear(&r->request);
    gf_redis_put_int(&r->request, 1);
    gf_redis_put_key(&r->request, r->server, "queue");
    return &r->request;
}

void gf_queue_redis_put_once(struct gf_queue_redis *r)
{
    char text[sizeof r->client.text + 24];
    if (!r->q.trouble.unsure)
        r->calls++;
    snprintf(text, sizeof text, "%s %" PRIu64, r->client.text, r->calls);
    gf_redis_put_text(&r->request, text);
}

static int fail(struct gf_queue_redis *r, bool was_up)
{
    const struct gf_redis_trouble *t = &r->server->link.trouble;
    bool unsure = r->q.trouble.unsure; /* still, when it is not reached again */
    static const char version[] = "GFVERSION";
    if (strncmp(t->why, version, sizeof version - 1) == 0)
        return gf_queue_fail(&r->q, "use the same version of gf for all who share it", false,
                             "the queue is of another version of gf (%s)", t->why);
    gf_queue_fail(&r->q, t->cure, gf_redis_may_pass(t->kind), "%s", t->why);
    /* A connection that was there is gone: the request may have come there before. */
    r->q.trouble.unsure = (was_up || unsure) && !gf_redis_is_up(&r->server->link);
    return -1;
}

redisReply *gf_queue_redis_run(struct gf_queue_redis *r, const struct gf_redis_script *script,
                               size_t n)
{
    if (!gf_redis_is_up(&r->server->link) && gf_now_mono() >= r->server->again_mono)
        (void)gf_redis_server_up(r->server); /* when it fails so does what follows */
    bool was_up = gf_redis_is_up(&r->server->link);
    redisReply *reply = gf_redis_server_run(r->server, script, &r->request);
    if (!reply) {
        fail(r, was_up);
        return NULL;
    }
    r->q.trouble.unsure = false;
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements >= n)
        return reply;
    gf_queue_redis_odd(r);
    freeReplyObject(reply);
    return NULL;
}

int gf_queue_redis_odd(struct gf_queue_redis *r)
{
    return gf_queue_fail(&r->q, NULL, false, "the server gave an answer that makes no sense");
}

int64_t gf_queue_redis_int(const redisReply *r)
{
    if (r->type == REDIS_REPLY_INTEGER)
        return r->integer;
    return r->type == REDIS_REPLY_STRING ? strtoll(r->str, NULL, 10) : 0;
}

struct gf_queue_bytes gf_queue_redis_bytes(const redisReply *r)
{
    bool text = r->type == REDIS_REPLY_STRING;
    return (struct gf_queue_bytes){text ? r->str : "", text ? r->len : 0};
}

int64_t gf_queue_redis_ms(gf_ns t)
{
    return t / GF_MS + (t % GF_MS > 0);
}
