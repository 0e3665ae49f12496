/*
 * shared.c - a budget that processes share: opened where it lies, and waited for.
 *
 * A turn that is far away is waited for in parts of a second: between them is a look whether the
 * state is still there, whether its terms are, and whether somebody reads the output.
 */
#include "shared.h"

#include <errno.h>

#include "base/exit.h"
#include "flow.h"
#include "redis_shared.h"

#define SLACK_LEAST GF_MS /* a wake-up is late by less */

int shared_open(struct shared *s, const struct config *c, const struct tally *tally)
{
    *s = (struct shared){.budget = {.fd = -1}, .tally = tally};
#ifdef GF_REDIS
    if (c->is_remote)
        return redis_shared_open(s, c);
#endif
    return shared_file_open(s, c);
}

void shared_release(struct shared *s)
{
    if (s->kind)
        s->kind->release(s);
    s->kind = NULL;
}

bool shared_fits(struct shared *s, struct gf_load load)
{
    s->kind->renew(s, shared_now(s), false);
    if (gf_gcra_fits(s->limit, gf_load_share(load, s->limit)))
        return true;
    s->kind->renew(s, shared_now(s), true); /* somebody may have changed the burst */
    return gf_gcra_fits(s->limit, gf_load_share(load, s->limit));
}

/* Whether the turn is not due yet after all: the wall clock goes at a speed of its own. */
static bool is_moved(struct shared *s, const struct gf_turn *t)
{
    gf_ns now = shared_now(s);
    return s->limit->rate.calendar && gf_budget_due(&s->budget, t, now) > now;
}

/* What may happen during a long wait: the state is removed, or the reader of the records leaves. A
 * command decides itself what a reader that has left means to it. */
static enum io look_meanwhile(struct shared *s, const struct config *c)
{
    enum io r = shared_look(s, c, gf_now_mono());
    return r == IO_OK && c->act == ACT_FILTER ? output_look(c) : r;
}

enum io shared_sleep(struct shared *s, const struct config *c, struct gf_turn *t,
                     const struct tally *tally)
{
    enum io r = IO_OK;
    while (r == IO_OK) {
        if (signals_handle(tally))
            return IO_STOP;
        gf_ns now = shared_now(s);
        struct gf_turn part = *t;
        if (s->limit->rate.calendar)
            t->ticket.due = gf_budget_due(&s->budget, t, now);
        bool looks = t->ticket.due > now + FLOW_LOOK;
        part.ticket.due = looks ? now + FLOW_LOOK : t->ticket.due;
        if (s->kind->sleep(s, &part) != 0) {
            if (errno != EINTR)
                return IO_OK;
        } else if (looks) {
            r = look_meanwhile(s, c);
        } else if (!is_moved(s, t)) {
            return IO_OK;
        }
    }
    return r;
}

gf_ns shared_slack(const struct config *c)
{
    return c->slack > SLACK_LEAST ? c->slack : SLACK_LEAST;
}

static bool is_late(const struct shared *s, const struct config *c, const struct gf_turn *t,
                    gf_ns now)
{
    if (s->limit->rate.calendar) /* all of a window may pass at any time in it */
        return gf_budget_is_over(&s->budget, t, now);
    return now - t->ticket.due > shared_slack(c);
}

bool shared_is_good(const struct shared *s, const struct config *c, const struct gf_turn *t,
                    gf_ns now)
{
    return shared_terms(s) == t->terms && !is_late(s, c, t, now);
}

enum io shared_await(struct shared *s, const struct config *c, const struct shared_key *k,
                     struct gf_turn *t, gf_ns by, const struct tally *tally)
{
    gf_ns now = shared_now(s);
    while (t->ticket.due > now) {
        enum io r = shared_sleep(s, c, t, tally);
        now = shared_now(s);
        if (r == IO_OK)
            r = shared_look(s, c, now);
        bool good = r == IO_OK && shared_is_good(s, c, t, now);
        if (!good)
            shared_cancel(s, k, t, now);
        if (good || r != IO_OK)
            return r;
        uint64_t n = t->n;
        enum shared_took took = shared_take(s, k, n, now, by, t);
        if (took != SHARED_TOOK)
            return took == SHARED_LATE ? IO_REFUSED : s->end;
        now = shared_now(s);
    }
    return shared_look(s, c, now);
}
