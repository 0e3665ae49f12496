/*
 * redis_state.c - opens the state on a server, and keeps the lease by which a scheduler is known.
 *
 * The end of our lease is counted from before its renewal was sent, so it is never later here than
 * on the server.
 */
#include "cron/redis_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sat.h"
#include "cron/redis_state_parts.h"

enum {
    CALL_MS = 1000, /* no call of a loop waits for longer */
};

/* ---- the lease ------------------------------------------------------------------------------- */

static int tick(struct gf_state *s, struct gf_state_tick *t)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = gf_state_redis_ask(r);
    gf_ns sent_boot = gf_now_boot();
    bool is_first = r->lease_end_boot == 0;
    gf_redis_put_int(q, r->lease / GF_MS);
    gf_redis_put_int(q, r->seen);
    gf_redis_put_int(q, GF_STATE_SETTLED);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_tick, 5, NULL);
    if (!a)
        return -1;
    t->lost = !is_first && gf_state_redis_int(a->element[0]) == 1;
    t->recovered = (int)gf_state_redis_int(a->element[1]);
    t->asked = gf_state_redis_int(a->element[2]) > 0;
    t->left = !is_first && gf_state_redis_int(a->element[3]) > 0;
    r->now = gf_state_redis_int(a->element[4]);
    if (is_first)
        r->seen = r->now - 1; /* what another leaves within this millisecond is not told yet */
    r->lease_end_boot = gf_sat_add_i64(sent_boot, r->lease);
    freeReplyObject(a);
    return 0;
}

static gf_ns lease_end(const struct gf_state *s)
{
    return ((const struct gf_state_redis *)s)->lease_end_boot;
}

static int recover(struct gf_state *s, int *n)
{
    struct gf_state_tick t;
    int got = gf_state_tick(s, &t);
    *n = t.recovered;
    return got;
}

static struct gf_redis_request *ask_word(struct gf_state_redis *r, const char *word)
{
    struct gf_redis_request *q = gf_state_redis_ask(r);
    gf_redis_put_text(q, word);
    return q;
}

/* Who cannot be asked for may be there. */
static bool is_alive(const struct gf_state *s, const char *owner)
{
    /* The connection is not what the state is: asking changes nothing of that. */
    struct gf_state_redis *r = (struct gf_state_redis *)(uintptr_t)s;
    gf_redis_put_text(ask_word(r, "alive"), owner);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_ask, 2, NULL);
    bool yes = !a || gf_state_redis_int(a->element[1]) == 1;
    freeReplyObject(a);
    return yes;
}

static int goes_by(struct gf_state *s, const char *digest, const char *zone,
                   struct gf_state_other *other)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = ask_word(r, "goes");
    gf_redis_put_text(q, digest);
    gf_redis_put_text(q, zone);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_table, 1, NULL);
    if (!a)
        return -1;
    if (a->elements >= 4 && gf_state_redis_text(a->element[1])) {
        const char *their_zone = gf_state_redis_text(a->element[3]);
        snprintf(other->owner, sizeof other->owner, "%s", a->element[1]->str);
        other->table = gf_state_redis_int(a->element[2]) == 1;
        snprintf(other->zone, sizeof other->zone, "%s", their_zone ? their_zone : "");
    }
    freeReplyObject(a);
    return 0;
}

static int unschedule(struct gf_state *s)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    ask_word(r, "none");
    return gf_state_redis_number(r, &gf_state_lua_table) < 0 ? -1 : 0;
}

/* ---- opening --------------------------------------------------------------------------------- */

static const char *error(const struct gf_state *s)
{
    return ((const struct gf_state_redis *)s)->why;
}

static const char *cure(const struct gf_state *s)
{
    return ((const struct gf_state_redis *)s)->cure;
}

static int trouble(const struct gf_state *s)
{
    (void)s;
    return -1;
}

static bool may_pass(const struct gf_state *s)
{
    return ((const struct gf_state_redis *)s)->later;
}

static int nothing(struct gf_state *s)
{
    (void)s;
    return 0;
}

static void undo(struct gf_state *s)
{
    (void)s;
}

/* A second at least: a network is no disk. Who waits for longer than that wants an answer now. */
static void patience(struct gf_state *s, int ms)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    r->server->patience = (ms > CALL_MS ? ms : CALL_MS) * GF_MS;
    if (ms > CALL_MS)
        r->server->again_mono = 0;
}

static int shrink(struct gf_state *s, int pages, bool *more)
{
    (void)s;
    (void)pages;
    *more = false;
    return 0;
}

static int watch(const struct gf_state *s)
{
    (void)s;
    return -1;
}

static void close_(struct gf_state *s)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    if (r->lease_end_boot && gf_redis_is_up(&r->server->link)) {
        ask_word(r, "bye");
        (void)gf_state_redis_number(r, &gf_state_lua_table); /* else the lease ends by itself */
    }
    gf_redis_request_release(&r->request);
    free(r);
}

static const struct gf_state_place place = {
    .close = close_,
    .error = error,
    .trouble = trouble,
    .cure = cure,
    .may_pass = may_pass,
    .check = nothing,
    .begin = nothing,
    .commit = nothing,
    .undo = undo,
    .patience = patience,
    .job = gf_state_redis_job,
    .is_alive = is_alive,
    .schedule = gf_state_redis_schedule,
    .unschedule = unschedule,
    .claim = gf_state_redis_claim,
    .runs_elsewhere = gf_state_redis_runs_elsewhere,
    .count = gf_state_redis_count,
    .give_back = gf_state_redis_give_back,
    .ask_again = gf_state_redis_ask_again,
    .wait = gf_state_redis_wait,
    .end = gf_state_redis_end,
    .record = gf_state_redis_record,
    .leave = gf_state_redis_leave,
    .recover = recover,
    .forget = gf_state_redis_forget,
    .due_of = gf_state_redis_due_of,
    .shrink = shrink,
    .pause = gf_state_redis_pause,
    .paused = gf_state_redis_paused,
    .request = gf_state_redis_request,
    .requested = gf_state_redis_requested,
    .take = gf_state_redis_take,
    .watch = watch,
    .status = gf_state_redis_status,
    .history = gf_state_redis_history,
    .tick = tick,
    .lease_end = lease_end,
    .left = gf_state_redis_left,
    .goes_by = goes_by,
};

int gf_state_open_redis(struct gf_state **out, struct gf_redis_server *server, const char *name,
                        gf_ns lease)
{
    struct gf_state_redis *r = calloc(1, sizeof *r);
    if (!r)
        return -1;
    r->base.place = &place;
    r->server = server;
    r->lease = lease;
    if (name)
        snprintf(r->base.owner, sizeof r->base.owner, "%.40s:%.12s", name, gf_token_make().text);
    *out = &r->base;
    return 0;
}
