/*
 * server.c - three questions behind every dial, in one round trip, and how long to wait before the
 * next.
 */
#include "redis/server.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

#define FIRST_WAIT (50 * GF_MS)
#define LAST_WAIT (2 * GF_S)

enum {
    OLDEST = 60200
};

void gf_redis_server_init(struct gf_redis_server *s, const struct gf_redis_address *at,
                          const char *password, const char *client, enum gf_redis_use use)
{
    *s = (struct gf_redis_server){.at = at, .use = use, .patience = 5 * GF_S};
    gf_redis_link_init(&s->link);
    s->login = (struct gf_redis_login){
        .user = at->user, .password = password ? password : at->password, .client = client};
}

void gf_redis_server_release(struct gf_redis_server *s)
{
    gf_redis_hang_up(&s->link);
}

/* ---- questions ------------------------------------------------------------------------------- */

unsigned gf_redis_version(const char *info)
{
    static const char mark[] = "redis_version:";
    const char *at = strstr(info, mark);
    unsigned parts[3] = {0};
    if (!at)
        return 0;
    at += sizeof mark - 1;
    for (int i = 0; i < 3; i++) {
        char *end;
        unsigned long n = strtoul(at, &end, 10);
        if (end == at)
            break;
        parts[i] = n > 99 ? 99 : (unsigned)n;
        if (*end != '.')
            break;
        at = end + 1;
    }
    return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

static void send_words(struct gf_redis_link *l, const char *a, const char *b, const char *c)
{
    struct gf_redis_request q = {0};
    gf_redis_put_text(&q, a);
    if (b)
        gf_redis_put_text(&q, b);
    if (c)
        gf_redis_put_text(&q, c);
    (void)gf_redis_send(l, &q); /* what follows finds the link down */
    gf_redis_request_release(&q);
}

/* The value of CONFIG GET's one pair. */
static bool read_config(const redisReply *r, char *out, size_t size)
{
    if (r->type != REDIS_REPLY_ARRAY || r->elements != 2 || !r->element[1]->str)
        return false;
    size_t n = r->element[1]->len < size ? r->element[1]->len : size - 1;
    memcpy(out, r->element[1]->str, n);
    out[n] = '\0';
    return true;
}

static void read_answer(struct gf_redis_facts *f, int question, const redisReply *r)
{
    char yes[4];
    switch (question) {
    case 0:
        f->version = r->type == REDIS_REPLY_STRING ? gf_redis_version(r->str) : 0;
        break;
    case 1:
        f->is_replica = r->type == REDIS_REPLY_ARRAY && r->elements > 0 && r->element[0]->str &&
                        strcmp(r->element[0]->str, "slave") == 0;
        break;
    case 2:
        f->knows_policy = read_config(r, f->policy, sizeof f->policy);
        break;
    case 3:
        (void)read_config(r, f->appendfsync, sizeof f->appendfsync);
        break;
    default:
        f->appends = read_config(r, yes, sizeof yes) && strcmp(yes, "yes") == 0;
    }
}

static int ask(struct gf_redis_server *s, gf_ns deadline_mono)
{
    struct gf_redis_link *l = &s->link;
    s->facts = (struct gf_redis_facts){0};
    send_words(l, "INFO", "server", NULL);
    send_words(l, "ROLE", NULL, NULL);
    send_words(l, "CONFIG", "GET", "maxmemory-policy");
    send_words(l, "CONFIG", "GET", "appendfsync");
    send_words(l, "CONFIG", "GET", "appendonly");
    for (int i = 0; i < 5; i++) {
        redisReply *r = gf_redis_await(l, deadline_mono);
        if (!r)
            return -1;
        read_answer(&s->facts, i, r);
        freeReplyObject(r);
    }
    return 0;
}

/* ---- is it fit? ------------------------------------------------------------------------------ */

static void say_policy(struct gf_redis_server *s)
{
    const struct gf_redis_facts *f = &s->facts;
    s->note[0] = '\0';
    if (!f->knows_policy)
        snprintf(s->note, sizeof s->note,
                 "the server does not say what it does when memory is short (CONFIG is forbidden): "
                 "maxmemory-policy has to be noeviction");
    else if (strcmp(f->policy, "noeviction") != 0)
        snprintf(s->note, sizeof s->note,
                 "the server may forget a budget when memory is short (maxmemory-policy %s)",
                 f->policy);
}

static int judge(struct gf_redis_server *s)
{
    const struct gf_redis_facts *f = &s->facts;
    struct gf_redis_trouble *t = &s->link.trouble;
    bool evicts = f->knows_policy && strcmp(f->policy, "noeviction") != 0;
    if (f->version && f->version < OLDEST)
        gf_redis_trouble_set(t, GF_REDIS_REFUSED, NULL,
                             "Redis 6.2 or later is needed, and the server is %u.%u.%u",
                             f->version / 10000, f->version / 100 % 100, f->version % 100);
    else if (f->is_replica)
        gf_redis_trouble_of_error(t, "READONLY");
    else if (evicts && s->use == GF_REDIS_MUST_KEEP)
        gf_redis_trouble_set(
            t, GF_REDIS_REFUSED, "redis-cli config set maxmemory-policy noeviction",
            "the server throws keys away when memory is short (maxmemory-policy %s)", f->policy);
    else {
        say_policy(s);
        return 0;
    }
    gf_redis_hang_up(&s->link);
    return -1;
}

/* ---------------------------------------------------------------------------------------------- */

static void wait_longer(struct gf_redis_server *s)
{
    gf_ns most = FIRST_WAIT;
    for (unsigned i = 0; i < s->failures && most < LAST_WAIT; i++)
        most *= 2;
    most = most < LAST_WAIT ? most : LAST_WAIT;
    s->failures++;
    s->again_mono = gf_now_mono() + most - (gf_ns)gf_random_upto((uint64_t)most / 2);
}

int gf_redis_server_up(struct gf_redis_server *s)
{
    if (gf_redis_is_up(&s->link))
        return 0;
    gf_ns deadline = gf_now_mono() + s->patience;
    if (gf_redis_dial(&s->link, s->at, &s->login, deadline) == 0 && ask(s, deadline) == 0 &&
        judge(s) == 0) {
        s->failures = 0;
        s->again_mono = 0;
        return 0;
    }
    wait_longer(s);
    return -1;
}

/* Whether there is a connection, or one could be made. */
static bool is_there(struct gf_redis_server *s)
{
    if (gf_redis_is_up(&s->link))
        return true;
    return gf_now_mono() >= s->again_mono && gf_redis_server_up(s) == 0;
}

redisReply *gf_redis_server_call(struct gf_redis_server *s, const struct gf_redis_request *q)
{
    return is_there(s) ? gf_redis_call(&s->link, q, gf_now_mono() + s->patience) : NULL;
}

redisReply *gf_redis_server_run(struct gf_redis_server *s, const struct gf_redis_script *script,
                                const struct gf_redis_request *q)
{
    return is_there(s) ? gf_redis_run(&s->link, script, q, gf_now_mono() + s->patience) : NULL;
}

void gf_redis_put_key(struct gf_redis_request *q, const struct gf_redis_server *s, const char *kind)
{
    gf_redis_put_format(q, "gf:{%s}:%s", s->at->name, kind);
}
