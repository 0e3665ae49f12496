/*
 * permits.c - requests for the scripts of permits_lua.c, and what their answers say.
 */
#include "redis/permits.h"

#include <stdlib.h>
#include <string.h>

#include "base/sat.h"
#include "redis/permits_lua.h"

enum {
    FIELDS = 9, /* of an answer */
};

void gf_permits_init(struct gf_permits *p, struct gf_redis_server *server, uint32_t weight,
                     gf_ns lease)
{
    *p = (struct gf_permits){
        .server = server, .id = gf_token_make(), .weight = weight, .lease = lease};
}

void gf_permits_channel(const struct gf_permits *p, char out[GF_PERMITS_CHANNEL])
{
    snprintf(out, GF_PERMITS_CHANNEL, "gf:{%s}:sem:turn:%s", p->server->at->name, p->id.text);
}

void gf_permits_channel_idle(const struct gf_permits *p, char out[GF_PERMITS_CHANNEL])
{
    snprintf(out, GF_PERMITS_CHANNEL, "gf:{%s}:sem:idle", p->server->at->name);
}

/* ---- questions ------------------------------------------------------------------------------- */

static void begin(struct gf_redis_request *q, const struct gf_permits *p)
{
    static const char *const kinds[] = {"sem", "sem:held", "sem:wait", "sem:alive", "sem:who"};
    enum {
        KEYS = sizeof kinds / sizeof *kinds
    };
    gf_redis_put_int(q, KEYS);
    for (size_t i = 0; i < KEYS; i++)
        gf_redis_put_key(q, p->server, kinds[i]);
    gf_redis_put_text(q, p->id.text);
}

static void put_lease(struct gf_redis_request *q, const struct gf_permits *p)
{
    gf_redis_put_int(q, p->lease / GF_US);
}

static void put_around(struct gf_redis_request *q, const char *around)
{
    for (size_t n; around && *around; around += n) {
        around += strspn(around, " ");
        n = strcspn(around, " ");
        if (n)
            gf_redis_put(q, around, n);
    }
}

/* ---- answers --------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum gf_permits_stand stand;
} words[] = {
    {"holds", GF_PERMITS_HOLDS},   {"waits", GF_PERMITS_WAITS},   {"busy", GF_PERMITS_BUSY},
    {"lost", GF_PERMITS_LOST},     {"absent", GF_PERMITS_ABSENT}, {"excess", GF_PERMITS_EXCESS},
    {"around", GF_PERMITS_AROUND}, {"idle", GF_PERMITS_IDLE},
};

static int odd(struct gf_permits *p)
{
    gf_redis_trouble_set(&p->server->link.trouble, GF_REDIS_ODD, NULL,
                         "its answer about permits makes no sense");
    return -1;
}

static int other_layout(struct gf_permits *p, const redisReply *r)
{
    const char *version = r->elements > 1 && r->element[1]->str ? r->element[1]->str : "?";
    gf_redis_trouble_set(&p->server->link.trouble, GF_REDIS_REFUSED,
                         "use the same version of gf on all machines",
                         "the semaphore has the layout %.20s, and this gf knows 1", version);
    return -1;
}

/* The integer in a place; a number that makes no sense is 0. */
static int64_t number(const redisReply *r, size_t i)
{
    const redisReply *e = r->element[i];
    return e->type == REDIS_REPLY_INTEGER && e->integer > 0 ? e->integer : 0;
}

static uint32_t few(const redisReply *r, size_t i)
{
    int64_t n = number(r, i);
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* When the next lease ends, but no later than a third of ours: each question renews it. */
static gf_ns nap_of(const struct gf_permits *p, const redisReply *r)
{
    gf_ns third = p->lease / 3;
    const redisReply *e = r->element[7];
    if (e->type != REDIS_REPLY_INTEGER || e->integer < 0 || e->integer >= third / GF_US)
        return third;
    return e->integer * GF_US + GF_MS;
}

static int read_answer(struct gf_permits *p, const redisReply *r, struct gf_permits_answer *a)
{
    if (r->type != REDIS_REPLY_ARRAY || r->elements < 2 || !r->element[0]->str)
        return odd(p);
    if (strcmp(r->element[0]->str, "version") == 0)
        return other_layout(p, r);
    if (r->elements < FIELDS)
        return odd(p);
    size_t i = 0;
    while (i < sizeof words / sizeof *words && strcmp(words[i].word, r->element[0]->str) != 0)
        i++;
    if (i == sizeof words / sizeof *words)
        return odd(p);
    *a = (struct gf_permits_answer){.stand = words[i].stand,
                                    .fence = number(r, 1),
                                    .permits = few(r, 2),
                                    .declared = few(r, 3),
                                    .used = (uint64_t)number(r, 4),
                                    .holders = (uint64_t)number(r, 5),
                                    .waiters = (uint64_t)number(r, 6),
                                    .nap = nap_of(p, r)};
    return 0;
}

/* Runs a script with the request, which is released. */
static int step(struct gf_permits *p, const struct gf_redis_script *script,
                struct gf_redis_request *q, struct gf_permits_answer *a, redisReply **keep)
{
    redisReply *r = gf_redis_server_run(p->server, script, q);
    gf_redis_request_release(q);
    if (!r)
        return -1;
    int status = read_answer(p, r, a);
    if (keep && status == 0)
        *keep = r;
    else
        freeReplyObject(r);
    return status;
}

int gf_permits_ask(struct gf_permits *p, bool wait, struct gf_permits_answer *a)
{
    struct gf_redis_request q = {0};
    begin(&q, p);
    put_lease(&q, p);
    gf_redis_put_int(&q, p->weight);
    gf_redis_put_int(&q, p->permits);
    gf_redis_put_int(&q, p->ticket);
    gf_redis_put_int(&q, wait);
    gf_redis_put_int(&q, p->pid);
    gf_redis_put_text(&q, p->host && *p->host ? p->host : "-");
    gf_redis_put_text(&q, p->label ? p->label : "");
    put_around(&q, p->around);
    if (step(p, &gf_permits_lua_ask, &q, a, NULL) != 0)
        return -1;
    if (a->stand == GF_PERMITS_WAITS)
        p->ticket = a->fence;
    return 0;
}

int gf_permits_renew(struct gf_permits *p, struct gf_permits_answer *a)
{
    struct gf_redis_request q = {0};
    begin(&q, p);
    put_lease(&q, p);
    return step(p, &gf_permits_lua_renew, &q, a, NULL);
}

int gf_permits_release(struct gf_permits *p, struct gf_permits_answer *a)
{
    struct gf_redis_request q = {0};
    begin(&q, p);
    return step(p, &gf_permits_lua_release, &q, a, NULL);
}

int gf_permits_idle(struct gf_permits *p, struct gf_permits_answer *a)
{
    struct gf_redis_request q = {0};
    begin(&q, p);
    put_around(&q, p->around);
    return step(p, &gf_permits_lua_idle, &q, a, NULL);
}

int gf_permits_set(struct gf_permits *p, uint32_t permits, struct gf_permits_answer *a)
{
    struct gf_redis_request q = {0};
    begin(&q, p);
    gf_redis_put_int(&q, permits);
    return step(p, &gf_permits_lua_set, &q, a, NULL);
}

/* ---- who is there ---------------------------------------------------------------------------- */

/* The next number of a record, and the blank behind it. */
static int64_t next_number(char **at)
{
    int64_t n = strtoll(*at, at, 10);
    *at += **at == ' ';
    return n;
}

/* Cuts the record "WEIGHT FENCE SINCE PID HOST LABEL", which stays where it is. */
static void read_user(struct gf_permits_user *u, const redisReply *r)
{
    char *at = r->element[2]->str, *end = at + r->element[2]->len;
    *u = (struct gf_permits_user){.waits = number(r, 0) != 0,
                                  .lease = gf_sat_mul_i64(number(r, 1), GF_US)};
    u->weight = (uint32_t)next_number(&at);
    u->fence = next_number(&at);
    u->since_wall = gf_sat_mul_i64(next_number(&at), GF_US);
    u->pid = (long)next_number(&at);
    u->host = at;
    at += strcspn(at, " ");
    if (at < end)
        *at++ = '\0';
    u->label = at;
    u->label_len = (size_t)(end - at);
}

static bool is_user(const redisReply *r)
{
    return r->type == REDIS_REPLY_ARRAY && r->elements == 3 &&
           r->element[2]->type == REDIS_REPLY_STRING;
}

int gf_permits_look(struct gf_permits *p, struct gf_permits_list *list)
{
    struct gf_redis_request q = {0};
    *list = (struct gf_permits_list){0};
    begin(&q, p);
    if (step(p, &gf_permits_lua_look, &q, &list->sum, &list->reply) != 0)
        return -1;
    const redisReply *r = list->reply;
    list->now_wall = gf_sat_mul_i64(number(r, FIELDS - 1), GF_US);
    list->users = calloc(r->elements, sizeof *list->users);
    if (!list->users) {
        gf_redis_trouble_set(&p->server->link.trouble, GF_REDIS_NO_MEMORY, NULL, "out of memory");
        gf_permits_list_release(list);
        return -1;
    }
    for (size_t i = FIELDS; i < r->elements; i++)
        if (is_user(r->element[i]))
            read_user(&list->users[list->count++], r->element[i]);
    return 0;
}

void gf_permits_list_release(struct gf_permits_list *list)
{
    free(list->users);
    freeReplyObject(list->reply);
    *list = (struct gf_permits_list){0};
}
