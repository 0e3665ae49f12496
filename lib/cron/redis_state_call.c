/*
 * redis_state_call.c - calls to the server, what their failures mean, and those that come again.
 *
 * One call is one script, with our name in front, so the server can refuse it when our lease is
 * over. What has to be known when a call comes again is in a short list: a claim is found by our
 * own row, the others by a token that the server remembers for ten minutes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cron/redis_state_parts.h"

/* ---- requests -------------------------------------------------------------------------------- */

struct gf_redis_request *gf_state_redis_ask(struct gf_state_redis *r)
{
    gf_redis_request_clear(&r->request);
    gf_redis_put_int(&r->request, 1);
    gf_redis_put_key(&r->request, r->server, "cron");
    gf_redis_put_text(&r->request, r->base.owner);
    return &r->request;
}

static void fail(struct gf_state_redis *r, bool later, const char *cure, const char *why)
{
    snprintf(r->why, sizeof r->why, "%s", why);
    r->later = later;
    r->cure = cure;
}

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

static void fail_by_link(struct gf_state_redis *r)
{
    const struct gf_redis_trouble *t = &r->server->link.trouble;
    if (begins(t->why, "GFVERSION"))
        fail(r, false, "use the same version of gf for all who share it",
             "the state is of another version of gf");
    else if (begins(t->why, "GFLEASE"))
        fail(r, true, NULL, "the lease of this scheduler is over");
    else if (begins(t->why, "GFNONE"))
        fail(r, false, "gf-cron run -S with this address makes it", "there is no state there");
    else
        fail(r, gf_redis_may_pass(t->kind), t->cure, t->why);
}

redisReply *gf_state_redis_run(struct gf_state_redis *r, const struct gf_redis_script *script,
                               size_t n, bool *sent)
{
    if (!gf_redis_is_up(&r->server->link) && gf_now_mono() >= r->server->again_mono)
        (void)gf_redis_server_up(r->server); /* when it fails so does what follows */
    bool was_up = gf_redis_is_up(&r->server->link);
    redisReply *reply = gf_redis_server_run(r->server, script, &r->request);
    if (sent)
        *sent = was_up && !reply && !gf_redis_is_up(&r->server->link);
    if (!reply) {
        fail_by_link(r);
        return NULL;
    }
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements >= n)
        return reply;
    gf_state_redis_odd(r);
    freeReplyObject(reply);
    return NULL;
}

int64_t gf_state_redis_number(struct gf_state_redis *r, const struct gf_redis_script *script)
{
    redisReply *a = gf_state_redis_run(r, script, 1, NULL);
    if (!a)
        return -1;
    int64_t n = gf_state_redis_int(a->element[0]);
    freeReplyObject(a);
    return n;
}

int gf_state_redis_odd(struct gf_state_redis *r)
{
    fail(r, false, NULL, "the server gave an answer that makes no sense");
    return -1;
}

int64_t gf_state_redis_int(const redisReply *r)
{
    if (r->type == REDIS_REPLY_INTEGER)
        return r->integer;
    return r->type == REDIS_REPLY_STRING ? strtoll(r->str, NULL, 10) : 0;
}

const char *gf_state_redis_text(const redisReply *r)
{
    bool good = r->type == REDIS_REPLY_STRING && r->len && strlen(r->str) == r->len;
    return good ? r->str : NULL;
}

/* ---- calls that may have been done ----------------------------------------------------------- */

struct gf_state_unsure *gf_state_redis_unsure(struct gf_state_redis *r, int what, const char *job,
                                              int64_t due)
{
    for (size_t i = 0; i < GF_STATE_UNSURE; i++) {
        struct gf_state_unsure *u = &r->unsure[i];
        if ((int)u->what == what && strcmp(u->job, job) == 0 && (due == INT64_MIN || u->due == due))
            return u;
    }
    return NULL;
}

void gf_state_redis_note(struct gf_state_redis *r, int what, const char *job, int64_t due,
                         const struct gf_token *token)
{
    struct gf_state_unsure *u = gf_state_redis_unsure(r, what, job, due);
    if (!u)
        u = &r->unsure[r->next_unsure++ % GF_STATE_UNSURE];
    memset(u, 0, sizeof *u);
    u->what = what;
    u->due = due;
    snprintf(u->job, sizeof u->job, "%s", job);
    if (token)
        u->token = *token;
}
