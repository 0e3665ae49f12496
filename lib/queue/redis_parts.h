/*
 * redis_parts.h - what the files of the queue on a server share; nobody else includes it. redis.c
 * opens it, puts and listens, redis_step.c works, redis_look.c looks and changes, redis_lua.c and
 * redis_lua_look.c have the scripts.
 */
#ifndef GF_QUEUE_REDIS_PARTS_H
#define GF_QUEUE_REDIS_PARTS_H

#include "base/random.h"
#include "queue/place.h"
#include "redis/server.h"

enum {
    GF_QUEUE_BELLS = 4 /* streams that wake us */
};

struct gf_queue_redis {
    struct gf_queue q;
    struct gf_redis_server *server;
    gf_ns patience;                  /* of the server, by itself */
    struct gf_redis_request request; /* at hand */
    struct gf_token client;          /* what we are known by */
    uint64_t calls;                  /* and our calls; one that is repeated has the same number */
    struct gf_redis_link bell;       /* waits by XREAD, beside the others */
    bool bell_is_set;                /* the XREAD was sent */
    char last[GF_QUEUE_BELLS][GF_QUEUE_TOKEN]; /* of each stream, when we looked last */
};

extern const struct gf_redis_script gf_queue_lua_put, gf_queue_lua_step, gf_queue_lua_status,
    gf_queue_lua_list, gf_queue_lua_change;

/* Begins r->request with the key of the queue. */
struct gf_redis_request *gf_queue_redis_ask(struct gf_queue_redis *r);

/* Adds what the call is known by, CLIENT NUMBER: another one, unless the last call is repeated
 * since nobody knows whether it was done. */
void gf_queue_redis_put_once(struct gf_queue_redis *r);

/* Runs the script with r->request; the reply is an array of `n` elements at least, or NULL with the
 * trouble. */
redisReply *gf_queue_redis_run(struct gf_queue_redis *r, const struct gf_redis_script *script,
                               size_t n);

/* What a script should not have answered; -1. */
int gf_queue_redis_odd(struct gf_queue_redis *r);

/* A number, or the text of one; 0 for anything else. */
int64_t gf_queue_redis_int(const redisReply *r);

/* The bytes of a string; empty for anything else. */
struct gf_queue_bytes gf_queue_redis_bytes(const redisReply *r);

/* Milliseconds, rounded up, for the server. */
int64_t gf_queue_redis_ms(gf_ns t);

int gf_queue_redis_step(struct gf_queue *q, struct gf_queue_step *step,
                        const struct gf_queue_now *now, struct gf_queue_taken *t);
int gf_queue_redis_status(struct gf_queue *q, const struct gf_queue_now *now,
                          struct gf_queue_status *out);
int gf_queue_redis_list(struct gf_queue *q, enum gf_queue_state state,
                        const struct gf_queue_now *now,
                        int (*each)(void *arg, const struct gf_queue_row *row), void *arg);
int gf_queue_redis_retry(struct gf_queue *q, const char *id, const struct gf_queue_now *now,
                         uint64_t *n, char rival[GF_QUEUE_TOKEN]);
int gf_queue_redis_drop(struct gf_queue *q, const char *id, const struct gf_queue_now *now,
                        uint64_t *n);
int gf_queue_redis_purge(struct gf_queue *q, unsigned states, const struct gf_queue_now *now,
                         uint64_t *n);

#endif
