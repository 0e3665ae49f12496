/*
 * redis_state_job.c - jobs in the state on a server, and what is done to them by hand.
 *
 * More than one scheduler has a job, so each puts its name into the job's table; those whose lease
 * is over are taken out by the next one that does. A request that was taken by a call without an
 * answer is gone from the server, and is told once more, so that the call comes again.
 */
#include <stdio.h>
#include <string.h>

#include "cron/redis_state_parts.h"

static struct gf_redis_request *ask_words(struct gf_state_redis *r, const char *a, const char *b)
{
    struct gf_redis_request *q = gf_state_redis_ask(r);
    gf_redis_put_text(q, a);
    gf_redis_put_text(q, b);
    return q;
}

int gf_state_redis_job(struct gf_state *s, const char *job, int64_t now, bool again,
                       struct gf_state_found *found)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = ask_words(r, job, "find");
    gf_redis_put_int(q, now);
    gf_redis_put_int(q, again);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_job, 3, NULL);
    if (!a)
        return -1;
    const char *owner = gf_state_redis_text(a->element[1]);
    found->since = gf_state_redis_int(a->element[0]);
    found->starts = (uint64_t)gf_state_redis_int(a->element[2]);
    snprintf(found->owner, sizeof found->owner, "%s", owner ? owner : "");
    freeReplyObject(a);
    return 0;
}

static void put(struct gf_redis_request *q, const char *text)
{
    gf_redis_put_text(q, text ? text : "");
}

int gf_state_redis_schedule(struct gf_state *s, const char *job, const struct gf_state_schedule *w)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = ask_words(r, job, "set");
    put(q, w->text);
    put(q, w->zone);
    gf_redis_put_int(q, w->dst);
    put(q, w->lock);
    return gf_state_redis_number(r, &gf_state_lua_job) < 0 ? -1 : 0;
}

/* ---- calls that are known when they come again ----------------------------------------------- */

/* Runs the script, with the token of the call behind what the request has. */
static redisReply *run_once(struct gf_state_redis *r, const struct gf_redis_script *script,
                            int what, const char *job)
{
    struct gf_state_unsure *u = gf_state_redis_unsure(r, what, job, INT64_MIN);
    struct gf_token token = u ? u->token : gf_token_make();
    bool sent;
    gf_redis_put_text(&r->request, token.text);
    redisReply *a = gf_state_redis_run(r, script, 2, &sent);
    if (!a && sent && !u)
        gf_state_redis_note(r, what, job, 0, &token);
    else if (a && u)
        u->what = 0;
    return a;
}

int gf_state_redis_count(struct gf_state *s, const char *job, uint64_t most, uint64_t *starts)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = gf_state_redis_ask(r);
    gf_redis_put_text(q, job);
    gf_redis_put_int(q, (int64_t)most);
    redisReply *a = run_once(r, &gf_state_lua_count, GF_UNSURE_COUNT, job);
    if (!a)
        return -1;
    int got = (int)gf_state_redis_int(a->element[0]);
    *starts = (uint64_t)gf_state_redis_int(a->element[1]);
    freeReplyObject(a);
    return got;
}

int gf_state_redis_take(struct gf_state *s, const char *job, int64_t *due, gf_ns now_wall)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    struct gf_redis_request *q = gf_state_redis_ask(r);
    gf_redis_put_text(q, job);
    gf_redis_put_int(q, *due);
    gf_redis_put_int(q, now_wall);
    redisReply *a = run_once(r, &gf_state_lua_take, GF_UNSURE_TAKE, job);
    if (!a)
        return -1;
    int got = (int)gf_state_redis_int(a->element[0]);
    *due = gf_state_redis_int(a->element[1]);
    freeReplyObject(a);
    return got;
}

/* The first of the takes without an answer whose job is behind `at`. */
static const char *next_unsure(const struct gf_state_redis *r, const char *at)
{
    const char *next = NULL;
    for (size_t i = 0; i < GF_STATE_UNSURE; i++) {
        const struct gf_state_unsure *u = &r->unsure[i];
        if (u->what == GF_UNSURE_TAKE && strcmp(u->job, at) > 0 &&
            (!next || strcmp(u->job, next) < 0))
            next = u->job;
    }
    return next;
}

int gf_state_redis_requested(struct gf_state *s, struct gf_state_name *at)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    ask_words(r, "next", at->text);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_ask, 2, NULL);
    if (!a)
        return -1;
    const char *job = gf_state_redis_text(a->element[1]), *unsure = next_unsure(r, at->text);
    if (!job || (unsure && strcmp(unsure, job) < 0))
        job = unsure;
    if (job)
        snprintf(at->text, sizeof at->text, "%s", job);
    freeReplyObject(a);
    return job == NULL;
}

/* ---- by hand --------------------------------------------------------------------------------- */

int gf_state_redis_pause(struct gf_state *s, const char *job, bool paused)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    ask_words(r, job, paused ? "pause" : "resume");
    return (int)gf_state_redis_number(r, &gf_state_lua_hand);
}

int gf_state_redis_paused(struct gf_state *s, const char *job, bool *paused)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    ask_words(r, "paused", job);
    redisReply *a = gf_state_redis_run(r, &gf_state_lua_ask, 2, NULL);
    *paused = a && gf_state_redis_int(a->element[1]) == 1;
    freeReplyObject(a);
    return a ? 0 : -1;
}

int gf_state_redis_request(struct gf_state *s, const char *job)
{
    struct gf_state_redis *r = gf_state_redis_of(s);
    ask_words(r, job, "request");
    return (int)gf_state_redis_number(r, &gf_state_lua_hand);
}
