/*
 * redis_take.c - the way to permits on a server.
 *
 * A claim asks; while it waits it is told when it may have its turn, and asks again. The moment in
 * which the question was sent is kept: a lease that the answer gives has begun then at the
 * earliest. A server that is away is waited for, unless -n says otherwise.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "base/sig.h"
#include "redis.h"

#define SHORTEST (100 * GF_MS)

static void find_host(char out[65])
{
    if (gethostname(out, 65) != 0)
        out[0] = '\0';
    out[64] = '\0';
    for (char *p = out; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == 127)
            *p = '_';
}

int remote_open(struct remote *r, const struct request *rq)
{
    const struct want *w = &rq->wants[0];
    *r = (struct remote){.until_mono = GF_NEVER};
    gf_redis_link_init(&r->ears);
    int status = gf_redis_tool_open(&r->tool, "-S", w->state, "gf-sem", GF_REDIS_MUST_KEEP);
    if (status != 0)
        return status;
    gf_permits_init(&r->claim, &r->tool.server, w->weight ? w->weight : 1, rq->lease);
    r->claim.permits = w->permits;
    r->claim.pid = getpid();
    find_host(r->host);
    r->claim.host = r->host;
    r->around = remotes_around();
    r->claim.around = r->around;
    if (rq->max_wait != GF_NEVER)
        r->until_mono = gf_sat_add_i64(gf_now_mono(), rq->max_wait);
    return 0;
}

void remote_close(struct remote *r)
{
    gf_redis_hang_up(&r->ears);
    gf_redis_tool_close(&r->tool);
    free(r->around);
    r->around = NULL;
}

int remote_away(struct remote *r, const struct request *rq)
{
    struct gf_redis_server *s = &r->tool.server;
    if (remote_signal())
        return GF_EXIT_TOOL;
    if (rq->no_wait || rq->max_wait == 0) {
        gf_redis_tool_error(&r->tool);
        return GF_EXIT_TOOL;
    }
    if (!gf_redis_tool_is_away(&r->tool))
        return GF_EXIT_TOOL;
    gf_ns span = gf_redis_is_up(&s->link) ? GF_S : s->again_mono - gf_now_mono();
    if (span < SHORTEST) /* one that takes each connection and drops it would have us ask all day */
        span = SHORTEST;
    remote_sleep(r, span);
    return remote_is_over(r) ? rq->timed_out : -1;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void detail(const struct remote *r, const char *what)
{
    const struct gf_permits_answer *a = &r->answer;
    gf_detail("%s: %llu of %u permits of '%s' are held, %llu processes wait", what,
              (unsigned long long)a->used, (unsigned)a->permits, remote_name(r),
              (unsigned long long)a->waiters);
}

/* What is neither held nor waited for: the exit status, after a message. */
static int refused(const struct remote *r, const struct request *rq)
{
    const struct gf_permits_answer *a = &r->answer;
    switch (a->stand) {
    case GF_PERMITS_ABSENT:
        gf_error("cannot use '%s': there is no such semaphore", remote_name(r));
        gf_hint("its first user says how many permits there are: -j N");
        return GF_EXIT_TOOL;
    case GF_PERMITS_EXCESS:
        gf_error("a weight of %u is more than there are permits in '%s'", (unsigned)r->claim.weight,
                 remote_name(r));
        return GF_EXIT_TOOL;
    case GF_PERMITS_AROUND:
        gf_error("this command runs in a gf-sem that holds %lld of %u permits of '%s': it would "
                 "wait for itself",
                 (long long)a->fence, (unsigned)a->permits, remote_name(r));
        gf_hint("take all that is needed in the outer one, or use another -S in the inner one");
        return GF_EXIT_USAGE;
    default:
        detail(r, r->claim.weight == 1 ? "no permit is free" : "too few permits are free");
        return rq->no_wait ? rq->refused : rq->timed_out;
    }
}

/* Takes what time -w leaves into account: a server that is silent is not waited for longer. */
static void set_patience(struct remote *r)
{
    gf_ns left = r->until_mono == GF_NEVER ? GF_NEVER : r->until_mono - gf_now_mono();
    gf_ns patience = left < 5 * GF_S ? left : 5 * GF_S;
    r->tool.server.patience = patience > 100 * GF_MS ? patience : 100 * GF_MS;
}

/* Whether the answer came so late that the lease has to be renewed before a command begins: with
 * less of it, the command would be ended in a moment, or at once. Who asks again renews. */
static bool is_late(const struct remote *r)
{
    return r->answer.stand == GF_PERMITS_HOLDS && gf_now_boot() - r->sent_boot > r->claim.lease / 3;
}

/* -1: the permits are ours; else the exit status, after a message if there is one to print. */
static int acquire_remote(struct remote *r, const struct request *rq)
{
    char channel[GF_PERMITS_CHANNEL];
    bool waits = !rq->no_wait && rq->max_wait != 0, told = false, renewed = false;
    gf_permits_channel(&r->claim, channel);
    for (;;) {
        if (waits)
            set_patience(r);
        r->sent_boot = gf_now_boot();
        if (gf_permits_ask(&r->claim, waits, &r->answer) != 0) {
            int status = remote_away(r, rq);
            if (status != -1)
                return status;
            continue;
        }
        gf_redis_tool_is_back(&r->tool);
        if (!told && r->answer.permits)
            warn_of_other_number(remote_name(r), r->claim.permits, r->answer.permits,
                                 r->answer.declared);
        if (is_late(r) && !renewed && !remote_signal() && !remote_is_over(r)) {
            renewed = true; /* once: the answers of this server may all be as late */
            continue;
        }
        if (r->answer.stand != GF_PERMITS_WAITS)
            return r->answer.stand == GF_PERMITS_HOLDS ? -1 : refused(r, rq);
        if (!told)
            detail(r, r->claim.weight == 1 ? "waiting for a permit" : "waiting for permits");
        told = true;
        remote_wait(r, channel, r->answer.nap);
        if (remote_signal())
            return GF_EXIT_TOOL;
        if (remote_is_over(r)) {
            detail(r, "gave up");
            return rq->timed_out;
        }
    }
}

/* Gives back what is there of the claim: a place in line, or what a lost answer may have given. */
static void withdraw(struct remote *r)
{
    struct gf_permits_answer a;
    struct gf_redis_server *s = &r->tool.server;
    s->link.stop = NULL;
    s->patience = GF_S;
    if (gf_redis_is_up(&s->link) || r->claim.ticket)
        (void)gf_permits_release(&r->claim, &a); /* else its lease ends */
}

int redis_run(const struct request *rq)
{
    struct remote r;
    char span[GF_DURATION_SIZE];
    gf_ns from_mono = gf_now_mono();
    int status = remote_open(&r, rq);
    if (status == 0) {
        snprintf(r.label, sizeof r.label, "%s", rq->label ? rq->label : rq->argv[0]);
        r.claim.label = r.label;
        pause_let_in();
        remote_catch_signals(&r);
        status = acquire_remote(&r, rq);
    }
    if (status == -1) {
        gf_format_duration(gf_now_mono() - from_mono, span);
        gf_detail("took %u of %u permits of '%s' after %s", (unsigned)r.claim.weight,
                  (unsigned)r.answer.permits, remote_name(&r), span);
        status = remote_keep_command(&r, rq);
    } else if (r.tool.server.at)
        withdraw(&r);
    remote_close(&r);
    if (remote_signal())
        gf_die_by(remote_signal());
    return status;
}
