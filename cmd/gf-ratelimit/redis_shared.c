/*
 * redis_shared.c - a budget on a server, as a kind of shared.h.
 *
 * Each take is one round trip; the answer says when the turn comes, and its terms. Who waits long
 * asks once a second whether the terms are still those, since nobody wakes him. A turn whose answer
 * was lost with the connection is not used by anybody: the next one is asked for, so no record
 * passes without a turn that was counted.
 */
#include "redis_shared.h"

#include <errno.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "base/sig.h"
#include "redis_outage.h"

#define LOOK_INTERVAL GF_S
#define LAST_PATIENCE (500 * GF_MS) /* for what is given back at the end */

struct redis_shared {
    struct gf_redis_tool tool;
    struct gf_redis_budget budget;
    struct gf_gcra limit;
    struct redis_outage outage;
    gf_ns looked_mono; /* when the terms were known last */
    struct redis_leases leases;
};

struct redis_leases *redis_shared_leases(struct shared *s)
{
    return &s->remote->leases;
}

/* The terms are what the budget says now. */
static void follow(struct redis_shared *r)
{
    const struct gf_redis_terms *t = &r->budget.terms;
    (void)gf_gcra_init(&r->limit, t->rate, t->burst, 0); /* what a server has is in its range */
    r->looked_mono = gf_now_mono();
}

static struct gf_redis_ask ask_of(const struct shared_key *k)
{
    return (struct gf_redis_ask){.key = k->is_one ? k->name.data : NULL, .key_len = k->name.len};
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void tell_none(const struct config *c)
{
    gf_error("cannot use the state '%s': the server has no such budget", c->state_name);
    gf_hint("its first user says the rate");
}

/* What to do when the answer was not GF_REDIS_BUDGET_OK. */
static enum outage_does failed(struct shared *s, int answer, gf_ns by)
{
    struct redis_shared *r = s->remote;
    if (answer == GF_REDIS_BUDGET_NONE) {
        tell_none(r->outage.config);
        s->end = IO_FAILED;
        return OUTAGE_ENDS;
    }
    enum outage_does does = redis_outage(&r->outage, by);
    s->end = r->outage.end;
    return does;
}

/* Takes, whatever that needs. `by` is a monotonic time. */
static enum shared_took take(struct shared *s, struct gf_redis_ask *ask, gf_ns by,
                             struct gf_redis_taken *out)
{
    struct redis_shared *r = s->remote;
    for (;;) {
        gf_ns left = by - gf_now_mono();
        ask->by = by == GF_NEVER ? GF_NEVER : left > 0 ? left : 0;
        int answer = gf_redis_budget_take(&r->budget, ask, out);
        if (answer == GF_REDIS_BUDGET_OK) {
            redis_outage_over(&r->outage);
            follow(r);
        } else {
            enum outage_does does = failed(s, answer, by);
            if (does == OUTAGE_AGAIN)
                continue;
            *out = (struct gf_redis_taken){.at_mono = gf_now_mono()};
            if (does == OUTAGE_ENDS || does == OUTAGE_LATE)
                return does == OUTAGE_ENDS ? SHARED_ENDS : SHARED_LATE;
            redis_outage_take(&r->outage, &r->budget.terms, ask, out);
            out->turn = r->budget.turn;
        }
        return out->n || ask->n == 0 ? SHARED_TOOK : SHARED_LATE;
    }
}

enum shared_took redis_shared_take(struct shared *s, uint64_t n, gf_ns by, bool part,
                                   struct gf_redis_taken *out)
{
    struct gf_redis_ask ask = {.n = n, .part = part};
    return take(s, &ask, by, out);
}

/* ---- a kind ---------------------------------------------------------------------------------- */

static enum shared_took remote_take(struct shared *s, const struct shared_key *k, uint64_t n,
                                    gf_ns now, gf_ns by, struct gf_turn *t)
{
    struct gf_redis_ask ask = ask_of(k);
    struct gf_redis_taken got;
    ask.n = n;
    *t = (struct gf_turn){.ticket.due = now, .n = n, .terms = s->remote->budget.turn};
    if (n == 0)
        return SHARED_TOOK;
    enum shared_took took = take(s, &ask, by <= now ? now : by, &got);
    bool never = got.wait == GF_NEVER;
    t->ticket.due = took == SHARED_TOOK ? gf_redis_taken_due(&got, n)
                    : never             ? GF_NEVER
                                        : got.at_mono + got.wait;
    t->ticket.to = got.to;
    t->ticket.from = got.to_rem;
    t->terms = got.turn;
    return took;
}

static void give_back(struct shared *s, const struct gf_redis_ask *ask,
                      const struct gf_redis_taken *t, uint64_t unused, uint64_t again)
{
    struct gf_redis_server *server = &s->remote->tool.server;
    if (t->to < 0 || unused == 0 || !gf_redis_is_up(&server->link))
        return; /* no server has counted them, or it is away, and they are lost */
    const volatile sig_atomic_t *stop = server->link.stop;
    server->link.stop = NULL; /* a signal has stopped us already, mostly */
    server->patience = LAST_PATIENCE;
    (void)gf_redis_budget_give_back(&s->remote->budget, ask, t, unused, again);
    server->patience = 5 * GF_S;
    server->link.stop = stop;
}

static void remote_cancel(struct shared *s, const struct shared_key *k, const struct gf_turn *t,
                          gf_ns now)
{
    struct gf_redis_ask ask = ask_of(k);
    struct gf_redis_taken got = {.n = t->n,
                                 .terms = s->remote->budget.terms,
                                 .turn = t->terms,
                                 .to = t->ticket.to,
                                 .to_rem = t->ticket.from};
    give_back(s, &ask, &got, t->n, t->ticket.due > now ? t->n : 0);
}

void redis_shared_give_back(struct shared *s, const struct gf_redis_taken *t, uint64_t unused)
{
    struct gf_redis_ask ask = {0};
    give_back(s, &ask, t, unused, gf_redis_taken_not_due(t, unused, gf_now_mono()));
}

/* Asks for the terms, if there is a connection: who has none learns them with his next turn. */
static void remote_renew(struct shared *s, gf_ns now, bool must)
{
    struct redis_shared *r = s->remote;
    struct gf_redis_budget_look look;
    struct gf_redis_ask ask = {0};
    if ((!must && now - r->looked_mono < LOOK_INTERVAL) || !gf_redis_is_up(&r->tool.server.link))
        return;
    r->looked_mono = now;
    if (gf_redis_budget_look(&r->budget, &ask, &look) == GF_REDIS_BUDGET_OK)
        follow(r);
}

static uint32_t remote_terms(const struct shared *s)
{
    return s->remote->budget.turn;
}

static int remote_sleep(struct shared *s, const struct gf_turn *t)
{
    if (t->terms != s->remote->budget.turn) {
        errno = ESTALE;
        return -1;
    }
    return gf_sleep_until(t->ticket.due);
}

static enum io remote_look(struct shared *s, const struct config *c, gf_ns now)
{
    (void)c;
    remote_renew(s, now, false);
    return IO_OK;
}

static void remote_release(struct shared *s)
{
    gf_redis_tool_close(&s->remote->tool);
    free(s->remote);
    s->remote = NULL;
    s->kind = NULL;
}

/* ---- looking and changing -------------------------------------------------------------------- */

/* The exit status of what is asked once, after a message. */
static int status_of(struct shared *s, int answer)
{
    struct redis_shared *r = s->remote;
    if (answer == GF_REDIS_BUDGET_OK)
        return 0;
    if (answer == GF_REDIS_BUDGET_NONE)
        tell_none(r->outage.config);
    else
        gf_redis_tool_error(&r->tool);
    return GF_EXIT_TOOL;
}

static int remote_state(struct shared *s, const struct shared_key *k, struct gf_budget_state *out)
{
    struct gf_redis_budget_look look;
    struct gf_redis_ask ask = ask_of(k);
    int answer = gf_redis_budget_look(&s->remote->budget, &ask, &look);
    *out = (struct gf_budget_state){0};
    if (answer != GF_REDIS_BUDGET_OK)
        return status_of(s, answer);
    out->tokens = look.tokens;
    out->next = gf_sat_add_i64(gf_now_mono(), look.wait);
    out->granted = look.granted;
    out->refused = look.refused;
    (void)gf_gcra_init(&out->limit, look.terms.rate, look.terms.burst, 0);
    (void)gf_gcra_init(&out->declared, look.declared.rate, look.declared.burst, 0);
    return 0;
}

static int remote_change(struct shared *s, const struct gf_rate *rate, uint64_t burst)
{
    struct redis_shared *r = s->remote;
    int answer;
    do {
        const struct gf_redis_terms *is = &r->budget.terms;
        struct gf_redis_terms next;
        const char *why;
        if (gf_redis_terms_set(&next, rate ? rate : &is->rate, burst ? burst : is->burst, &why) !=
            0) {
            gf_error("%s", why);
            return GF_EXIT_USAGE;
        }
        answer = gf_redis_budget_change(&r->budget, &next);
    } while (answer == GF_REDIS_BUDGET_CHANGED);
    return status_of(s, answer);
}

static int remote_reset(struct shared *s)
{
    return status_of(s, gf_redis_budget_reset(&s->remote->budget));
}

static const struct shared_kind kind = {
    .release = remote_release,
    .renew = remote_renew,
    .terms = remote_terms,
    .take = remote_take,
    .cancel = remote_cancel,
    .sleep = remote_sleep,
    .look = remote_look,
    .state = remote_state,
    .change = remote_change,
    .reset = remote_reset,
};

/* ---- opening --------------------------------------------------------------------------------- */

/* Learns the terms, or makes the budget, as soon as --on-outage allows. What may not wait for so
 * long is refused; of records each is, as it comes. */
static int meet(struct shared *s, const struct config *c)
{
    gf_ns by = c->over == OVER_WAIT ? GF_NEVER : gf_sat_add_i64(gf_now_mono(), c->max_wait);
    struct redis_shared *r = s->remote;
    struct gf_redis_budget_look look;
    struct gf_redis_ask ask = {0};
    int answer;
    while ((answer = gf_redis_budget_look(&r->budget, &ask, &look)) != GF_REDIS_BUDGET_OK) {
        enum outage_does does = failed(s, answer, by);
        if (does == OUTAGE_PASSES || (does == OUTAGE_LATE && c->act == ACT_FILTER))
            return 0;
        if (does == OUTAGE_LATE) {
            gf_error("the command was not run: the server of the limit is away for longer than -w");
            return GF_EXIT_REFUSED;
        }
        if (does == OUTAGE_ENDS && s->end == IO_STOP)
            gf_die_by(signals_stop());
        if (does == OUTAGE_ENDS)
            return s->end == IO_REFUSED ? GF_EXIT_REFUSED : GF_EXIT_TOOL;
    }
    redis_outage_over(&r->outage);
    follow(r);
    if (c->limit_count) {
        struct gf_gcra declared;
        (void)gf_gcra_init(&declared, look.declared.rate, look.declared.burst, 0);
        shared_warn(c, &r->limit, &declared);
    }
    return 0;
}

/* Acts that take nothing ask once, and wait for no server. */
static int meet_once(struct shared *s, const struct config *c)
{
    struct redis_shared *r = s->remote;
    struct gf_redis_budget_look look;
    struct gf_redis_ask ask = {0};
    int status = gf_redis_tool_connect(&r->tool);
    if (status != 0)
        return status;
    int answer = gf_redis_budget_look(&r->budget, &ask, &look);
    if (answer == GF_REDIS_BUDGET_NONE && c->act == ACT_SET && c->limit_count)
        return 0;
    if (answer == GF_REDIS_BUDGET_OK)
        follow(r);
    return status_of(s, answer);
}

int redis_shared_open(struct shared *s, const struct config *c)
{
    const struct limit *l = c->limit_count ? &c->limits[0] : NULL;
    bool takes = c->act == ACT_FILTER || c->act == ACT_RUN || c->act == ACT_CHECK;
    struct gf_redis_terms terms;
    const char *why;
    if (l && gf_redis_terms_set(&terms, &l->rate, l->burst, &why) != 0) {
        gf_error("cannot use the state '%s': %s", c->state_name, why);
        return GF_EXIT_USAGE;
    }
    struct redis_shared *r = calloc(1, sizeof *r);
    if (!r) {
        gf_error_nomem();
        return GF_EXIT_TOOL;
    }
    s->remote = r;
    s->kind = &kind;
    s->limit = &r->limit;
    r->outage = (struct redis_outage){.config = c, .tally = s->tally, .tool = &r->tool};
    int status = gf_redis_tool_open(&r->tool, "-S", c->state, "gf-ratelimit", GF_REDIS_MAY_FORGET);
    if (status == 0) {
        if (s->tally)
            r->tool.server.link.stop = signals_stop_flag();
        gf_redis_budget_init(&r->budget, &r->tool.server, l && takes ? &terms : NULL);
        if (l)
            (void)gf_gcra_init(&r->limit, l->rate, l->burst, 0);
        status = takes ? meet(s, c) : meet_once(s, c);
    }
    if (status != 0)
        remote_release(s);
    return status;
}
