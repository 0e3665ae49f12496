/*
 * redis_wait.c - waiting: for a message of the server, for a while, and for a signal that ends us.
 *
 * Messages come on a connection of their own, since one that listens takes no other requests. When
 * it is lost, or the server forbids it, whoever waits asks again now and then all the same.
 *
 * A signal that would end us sets a flag, so that the claim is given back before we die by it. The
 * signals are blocked but for the time in ppoll, so that none slips in between the look at the flag
 * and the sleep; in a call that waits for an answer they are open (the link looks at the flag).
 */
#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/msg.h"
#include "base/sig.h"
#include "redis.h"

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static volatile sig_atomic_t caught;

static void note(int sig)
{
    caught = sig;
}

void remote_catch_signals(struct remote *r)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        gf_sig_catch(ends[i], note);
    r->tool.server.link.stop = r->ears.stop = &caught;
}

int remote_signal(void)
{
    return caught;
}

bool remote_is_over(const struct remote *r)
{
    return r->until_mono != GF_NEVER && gf_now_mono() >= r->until_mono;
}

/* Waits for bytes on a descriptor (-1: none), at most `span`, not longer than -w. */
static void doze(const struct remote *r, int fd, gf_ns span)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    sigset_t set, before;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        sigaddset(&set, ends[i]);
    gf_ns left = r->until_mono == GF_NEVER ? GF_NEVER : r->until_mono - gf_now_mono();
    if (span > left)
        span = left;
    if (span <= 0)
        return;
    sigprocmask(SIG_BLOCK, &set, &before);
    if (!caught) {
        struct timespec t = {.tv_sec = (time_t)(span / GF_S), .tv_nsec = (long)(span % GF_S)};
        (void)ppoll(&p, 1, &t, &before);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void remote_sleep(const struct remote *r, gf_ns span)
{
    doze(r, -1, span);
}

/* ---- messages -------------------------------------------------------------------------------- */

static void say_deaf(struct remote *r)
{
    const struct gf_redis_trouble *t = &r->ears.trouble;
    if (r->was_told || gf_redis_may_pass(t->kind) || t->kind == GF_REDIS_STOPPED)
        return;
    gf_note("%s does not tell when a permit is free, so it is asked now and then: %s",
            remote_name(r), t->why);
    gf_note_hint("allow the user the channels &gf:*");
    r->was_told = true;
}

static bool subscribe(struct remote *r, const char *channel)
{
    struct gf_redis_request q = {0};
    const struct gf_redis_server *s = &r->tool.server;
    gf_ns deadline_mono = gf_now_mono() + s->patience;
    redisReply *reply = NULL;
    gf_redis_put_text(&q, "SUBSCRIBE");
    gf_redis_put_text(&q, channel);
    if (gf_redis_dial(&r->ears, s->at, &s->login, deadline_mono) == 0)
        reply = gf_redis_call(&r->ears, &q, deadline_mono);
    gf_redis_request_release(&q);
    if (!reply) {
        say_deaf(r);
        gf_redis_hang_up(&r->ears);
    }
    freeReplyObject(reply);
    return reply != NULL;
}

void remote_wait(struct remote *r, const char *channel, gf_ns span)
{
    if (!gf_redis_is_up(&r->ears) && !r->was_told) {
        if (subscribe(r, channel))
            return;
        if (!r->was_told && span > GF_S)
            span = GF_S;
    }
    doze(r, r->ears.fd, span);
    (void)gf_redis_move(&r->ears); /* one that is down is dialled the next time */
    for (redisReply *m; (m = gf_redis_next(&r->ears));)
        freeReplyObject(m);
}
