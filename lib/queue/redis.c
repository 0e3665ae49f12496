/*
 * redis.c - opens a queue on a server, puts, and waits.
 *
 * Who waits has a connection of its own for it, on which the server holds back the answer of an
 * XREAD until something new is in one of the streams. It is a bell alone: jobs are taken by the
 * script of a step. The ids that the XREAD begins behind are those that the last step saw, so
 * nothing that came in between is missed.
 */
#include "queue/redis.h"

#include <stdlib.h>
#include <string.h>

#include "queue/redis_parts.h"

/* ---- putting --------------------------------------------------------------------------------- */

static int put(struct gf_queue *q, const struct gf_queue_how *how, const struct gf_queue_record *r,
               size_t n, const struct gf_queue_now *now, uint64_t *count)
{
    struct gf_queue_redis *self = (struct gf_queue_redis *)q;
    struct gf_redis_request *ask = gf_queue_redis_ask(self);
    (void)now;
    gf_redis_put_int(ask, (int64_t)how->priority);
    gf_redis_put_int(ask, gf_queue_redis_ms(how->delay));
    gf_redis_put_int(ask, gf_queue_redis_ms(how->ttl));
    gf_redis_put_int(ask, how->unique);
    gf_queue_redis_put_once(self);
    for (size_t i = 0; i < n; i++) {
        gf_redis_put(ask, r[i].data.data, r[i].data.len);
        if (how->unique)
            gf_redis_put(ask, r[i].key.data, r[i].key.len);
    }
    redisReply *reply = gf_queue_redis_run(self, &gf_queue_lua_put, 1);
    if (!reply)
        return -1;
    const redisReply *put = reply->element[0]; /* a text when it is remembered */
    int64_t many = gf_queue_redis_int(put);
    bool odd = (put->type != REDIS_REPLY_INTEGER && put->type != REDIS_REPLY_STRING) || many < 0 ||
               (uint64_t)many > n || (many == 0 && !how->unique && n);
    freeReplyObject(reply);
    if (odd) /* it is no word that they were accepted */
        return gf_queue_redis_odd(self);
    *count = (uint64_t)many;
    return 0;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static int set_bell(struct gf_queue_redis *r)
{
    static const char *const kinds[GF_QUEUE_BELLS] = {"queue:high", "queue:normal", "queue:low",
                                                      "queue:bell"};
    struct gf_redis_request *ask = &r->request;
    gf_redis_request_clear(ask);
    gf_redis_put_text(ask, "XREAD");
    gf_redis_put_text(ask, "COUNT");
    gf_redis_put_int(ask, 1);
    gf_redis_put_text(ask, "BLOCK");
    gf_redis_put_int(ask, 0);
    gf_redis_put_text(ask, "STREAMS");
    for (int i = 0; i < GF_QUEUE_BELLS; i++)
        gf_redis_put_key(ask, r->server, kinds[i]);
    for (int i = 0; i < GF_QUEUE_BELLS; i++)
        gf_redis_put_text(ask, r->last[i]);
    return gf_redis_send(&r->bell, ask) == 0 ? gf_redis_move(&r->bell) : -1;
}

static int listen_(struct gf_queue *q)
{
    struct gf_queue_redis *r = (struct gf_queue_redis *)q;
    if (!r->last[0][0])
        return -1; /* no step has looked yet */
    if (!gf_redis_is_up(&r->bell)) {
        r->bell_is_set = false;
        gf_ns deadline = gf_now_mono() + r->server->patience;
        if (gf_redis_dial(&r->bell, r->server->at, &r->server->login, deadline) != 0)
            return -1;
    }
    if (!r->bell_is_set && set_bell(r) != 0)
        return -1;
    r->bell_is_set = true;
    return r->bell.fd;
}

static void heard(struct gf_queue *q)
{
    struct gf_queue_redis *r = (struct gf_queue_redis *)q;
    redisReply *reply;
    if (!gf_redis_is_up(&r->bell) || gf_redis_move(&r->bell) != 0)
        r->bell_is_set = false;
    while ((reply = gf_redis_next(&r->bell))) {
        freeReplyObject(reply);
        r->bell_is_set = false;
    }
}

/* ---- opening --------------------------------------------------------------------------------- */

static void patience(struct gf_queue *q, gf_ns most)
{
    struct gf_queue_redis *r = (struct gf_queue_redis *)q;
    r->server->patience = most < r->patience ? most : r->patience;
}

static void close_(struct gf_queue *q)
{
    struct gf_queue_redis *r = (struct gf_queue_redis *)q;
    gf_redis_hang_up(&r->bell);
    gf_redis_request_release(&r->request);
    free(r);
}

static const struct gf_queue_place place = {
    .close = close_,
    .patience = patience,
    .put = put,
    .step = gf_queue_redis_step,
    .listen = listen_,
    .heard = heard,
    .status = gf_queue_redis_status,
    .list = gf_queue_redis_list,
    .retry = gf_queue_redis_retry,
    .drop = gf_queue_redis_drop,
    .purge = gf_queue_redis_purge,
};

int gf_queue_open_redis(struct gf_queue **out, struct gf_redis_server *server)
{
    struct gf_queue_redis *r = calloc(1, sizeof *r);
    if (!r)
        return -1;
    r->q.place = &place;
    r->server = server;
    r->patience = server->patience;
    r->q.note = server->note;
    r->client = gf_token_make();
    gf_redis_link_init(&r->bell);
    *out = &r->q;
    return 0;
}
