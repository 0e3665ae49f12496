/*
 * redis_run.c - a command under a lease.
 *
 * The lease is renewed every third of it. It counts from the moment in which the last question was
 * sent that the server has answered: the server began to count later, so its end of the lease is
 * never before ours, however long the question was under way. When that end comes near the command
 * is ended: SIGTERM at the end less --kill-after and a second, SIGKILL a second before it. The
 * guard (redis_guard.c) does that; here it is only said, and a new order given after each renewal.
 * The clock is CLOCK_BOOTTIME, since the server's goes on while this machine is suspended.
 *
 * A question waits for its answer no longer than a tenth of the lease, two seconds at most: so long
 * a signal for the command may have to wait when the server does not answer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/duration.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/sig.h"
#include "redis.h"

struct keep {
    struct remote *r;
    const struct request *rq;
    gf_ns end_boot;   /* of the lease */
    gf_ns renew_boot; /* when it is to be renewed, or that tried again */
    bool is_lost;     /* that was said, and the command is ended, unless only_warn */
    bool is_over;     /* nothing is renewed any more */
    bool was_refused; /* that the server does not renew it was said */
};

static struct guard_order order_of(const struct keep *k)
{
    return (struct guard_order){.term_boot = k->end_boot - k->rq->kill_after - GF_S,
                                .kill_boot = k->end_boot - GF_S};
}

/* When the lease is given up. */
static gf_ns last_boot(const struct keep *k)
{
    return k->rq->only_warn ? k->end_boot : order_of(k).term_boot;
}

static void renewed(struct keep *k, gf_ns sent_boot)
{
    k->end_boot = sent_boot + k->r->claim.lease;
    k->renew_boot = sent_boot + k->r->claim.lease / 3;
    if (k->is_lost) /* only_warn */
        gf_note("the permit of '%s' is held again", remote_name(k->r));
    k->is_lost = k->was_refused = false;
    struct guard_order order = order_of(k);
    guard_tell(&order);
}

static void say_lost(struct keep *k, const char *why)
{
    const char *then = k->rq->only_warn ? "the command goes on without it" : "the command is ended";
    if (!k->is_lost)
        gf_error("lost the permit of '%s': %s; %s", remote_name(k->r), why, then);
    k->is_lost = true;
}

/* The claim does not hold any more, whatever we thought of the lease. */
static void taken_away(struct keep *k)
{
    gf_ns now_boot = gf_now_boot();
    struct guard_order order = order_of(k);
    say_lost(k, "the server has given it to others, or has lost its data");
    k->is_over = true;
    order.term_boot = now_boot;
    if (order.kill_boot > now_boot + k->rq->kill_after)
        order.kill_boot = now_boot + k->rq->kill_after;
    guard_tell(&order);
}

static void not_renewed(struct keep *k)
{
    struct gf_redis_tool *t = &k->r->tool;
    gf_ns pause = gf_redis_is_up(&t->server.link) ? k->r->claim.lease / 20
                                                  : t->server.again_mono - gf_now_mono();
    if (gf_redis_may_pass(t->server.link.trouble.kind))
        (void)gf_redis_tool_is_away(t);
    else if (!k->was_refused) {
        gf_redis_tool_error(t);
        k->was_refused = true;
    }
    k->renew_boot = gf_now_boot() + (pause > 50 * GF_MS ? pause : 50 * GF_MS);
}

static void renew(struct keep *k)
{
    struct gf_permits_answer a;
    gf_ns sent_boot = gf_now_boot();
    if (gf_permits_renew(&k->r->claim, &a) != 0) {
        not_renewed(k);
        return;
    }
    gf_redis_tool_is_back(&k->r->tool);
    if (a.stand == GF_PERMITS_HOLDS)
        renewed(k, sent_boot);
    else
        taken_away(k);
}

static void look_at_the_clock(struct keep *k)
{
    if (gf_now_boot() < last_boot(k))
        return;
    say_lost(k, "the lease was not renewed in time");
    k->is_over = !k->rq->only_warn;
}

static gf_ns go_on(void *arg)
{
    struct keep *k = arg;
    gf_ns now_boot = gf_now_boot();
    if (!k->is_over && now_boot >= k->renew_boot && (k->rq->only_warn || now_boot < last_boot(k)))
        renew(k);
    if (!k->is_over)
        look_at_the_clock(k);
    if (k->is_over)
        return GF_NEVER;
    gf_ns next_boot = k->renew_boot;
    if (!k->is_lost && last_boot(k) < next_boot)
        next_boot = last_boot(k);
    gf_ns span = next_boot - gf_now_boot();
    return span > GF_MS ? span : GF_MS;
}

static void give_back(struct remote *r, bool lost)
{
    struct gf_permits_answer a;
    for (int i = 0; i < 2; i++) /* the connection may have been lost since it was used */
        if (gf_permits_release(&r->claim, &a) == 0)
            return;
    if (lost)
        return;
    char span[GF_DURATION_SIZE];
    gf_format_duration(r->claim.lease, span);
    gf_note("cannot give the permit of '%s' back, so it is free when its lease is over, within %s: "
            "%s",
            remote_name(r), span, r->tool.server.link.trouble.why);
}

/* Starts the command with what it is told, and the guard; 0, or the exit status after a message. */
static int start(struct keep *k, pid_t *child)
{
    char fence[40];
    struct guard_order order = order_of(k);
    char *nesting = nesting_for_remote(k->r->claim.id.text);
    snprintf(fence, sizeof fence, "GF_PERMIT=%lld", (long long)k->r->answer.fence);
    int status = command_start(k->rq, (const char *const[]){nesting, fence}, 2, child);
    free(nesting);
    if (status != 0 || k->rq->only_warn)
        return status;
    if (guard_start(k->rq, *child, k->r->claim.id.text, &order) == 0)
        return 0;
    gf_error_errno("cannot watch over the command, which is ended");
    kill(*child, SIGKILL);
    while (waitpid(*child, NULL, 0) == -1 && errno == EINTR)
        ;
    return GF_EXIT_TOOL;
}

int remote_keep_command(struct remote *r, const struct request *rq)
{
    struct keep k = {.r = r, .rq = rq};
    gf_ns from_mono = gf_now_mono(), patience = rq->lease / 10;
    sigset_t set;
    pid_t child;
    int status = GF_EXIT_TOOL;
    gf_redis_hang_up(&r->ears);
    command_block_signals(&set);
    r->tool.server.link.stop = NULL;
    r->tool.server.patience = patience < 2 * GF_S ? patience : 2 * GF_S;
    k.end_boot = r->sent_boot + rq->lease;
    k.renew_boot = r->sent_boot + rq->lease / 3;
    gf_sig_drop_request();
    if (!remote_signal())
        status = start(&k, &child);
    if (remote_signal() || status != 0) {
        give_back(r, false);
        return status;
    }
    int ended = command_await(child, &set, rq, &(struct beside){.go_on = go_on, .arg = &k});
    /* Also when gf-sem slept over it: then the guard has ended the command. */
    look_at_the_clock(&k);
    bool lost = k.is_lost && !rq->only_warn;
    guard_stop(lost);
    give_back(r, k.is_lost);
    char span[GF_DURATION_SIZE];
    gf_format_duration(gf_now_mono() - from_mono, span);
    if (!k.is_lost)
        gf_detail("gave %u of '%s' back after %s", (unsigned)r->claim.weight, remote_name(r), span);
    return lost ? GF_EXIT_TOOL : command_status(ended);
}
