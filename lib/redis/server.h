/*
 * server.h - a server that a tool relies on: found fit, and reached again after it was away.
 *
 *     struct gf_redis_server s;
 *     gf_redis_server_init(&s, &address, password, "gf-sem", GF_REDIS_MUST_KEEP);
 *     if (gf_redis_server_up(&s) != 0 && !gf_redis_may_pass(s.link.trouble.kind))
 *         ... never: s.link.trouble ...
 *     redisReply *r = gf_redis_server_run(&s, &script, &request);
 *     if (!r && !gf_redis_is_up(&s.link)) gf_sleep_until(s.again_mono);      // and once more
 *     gf_redis_server_release(&s);
 *
 * With each new connection the server is asked whether it is fit: its version (6.2 or later: the
 * commands of streams that are used came with it), its role, and whether it may throw keys away to
 * make room (maxmemory-policy). For what must be kept, a policy other than noeviction is refused; a
 * budget that is thrown away is full again, so there it is a warning. Where CONFIG is forbidden,
 * nobody knows; s.note says so.
 *
 * A server that is away is dialled again after 50 ms, then twice as long each time, 2 s at most,
 * less a random part of up to a half, so that many clients do not come back at once.
 *
 * The clock is read. One thread a server.
 */
#ifndef GF_REDIS_SERVER_H
#define GF_REDIS_SERVER_H

#include "redis/link.h"

enum gf_redis_use {
    GF_REDIS_MAY_FORGET, /* budgets */
    GF_REDIS_MUST_KEEP,  /* permits, claims, queues */
};

struct gf_redis_facts {
    unsigned version; /* 60200 is 6.2.0; 0: not known */
    bool is_replica;
    bool knows_policy;
    char policy[24];      /* maxmemory-policy */
    char appendfsync[12]; /* "" : not known */
    bool appends;         /* appendonly yes */
};

struct gf_redis_server {
    const struct gf_redis_address *at; /* the caller's */
    struct gf_redis_login login;
    struct gf_redis_link link;
    enum gf_redis_use use;
    gf_ns patience;    /* how long a connection, and an answer, may take: 5 s */
    gf_ns again_mono;  /* when it may be dialled again */
    unsigned failures; /* dials in a row that failed */
    bool asked;        /* the facts are of this server: */
    struct gf_redis_facts facts;
    char note[160]; /* something to say about the server; "": nothing */
};

/* `password` (NULL: that of the address) and `client` are borrowed. Nothing is connected. */
void gf_redis_server_init(struct gf_redis_server *s, const struct gf_redis_address *at,
                          const char *password, const char *client, enum gf_redis_use use);
void gf_redis_server_release(struct gf_redis_server *s);

/* Connects when it is down, at once, whatever again_mono says. 0; -1: s->link.trouble. */
int gf_redis_server_up(struct gf_redis_server *s);

/* A command or a script by itself, with a connection when there is none and again_mono has come.
 * NULL as gf_redis_call. */
redisReply *gf_redis_server_call(struct gf_redis_server *s, const struct gf_redis_request *q);
redisReply *gf_redis_server_run(struct gf_redis_server *s, const struct gf_redis_script *script,
                                const struct gf_redis_request *q);

/* What INFO server says it is, as in the facts; pure. */
unsigned gf_redis_version(const char *info);

/* The key gf:{NAME}:KIND of a name. */
void gf_redis_put_key(struct gf_redis_request *q, const struct gf_redis_server *s,
                      const char *kind);

#endif
