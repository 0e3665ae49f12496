/*
 * redis_outage.c - a server that is away.
 *
 * Who waits sleeps until the server may be dialled again, which the link spaces out by itself. Who
 * passes, or has a limiter of his own, is not held up by the dial of each attempt for longer than
 * DIAL. The own limiter has the rate divided by the number of those who share it, and starts with
 * an empty bucket: what was saved has been passed by somebody already, perhaps.
 */
#include "redis_outage.h"

#include <inttypes.h>

#include "base/duration.h"
#include "base/msg.h"

#define DIAL (500 * GF_MS)
#define ANSWER (5 * GF_S)
#define BUSY_WAIT (100 * GF_MS) /* it is there, and will not answer now */

static enum outage_does ends(struct redis_outage *o, enum io how)
{
    o->end = how;
    return OUTAGE_ENDS;
}

/* A reader that leaves is noticed where records pass; a command decides itself what that means. */
static enum io sleep_until(struct redis_outage *o, gf_ns deadline_mono)
{
    if (o->config->act == ACT_FILTER && o->tally)
        return wait_until(deadline_mono, o->config, o->tally);
    while (!o->tally || !signals_handle(o->tally))
        if (gf_sleep_until(deadline_mono) == 0)
            return IO_OK;
    return IO_STOP;
}

static enum outage_does wait_for_it(struct redis_outage *o, gf_ns by)
{
    gf_ns now = gf_now_mono(), again = o->tool->server.again_mono;
    if (again <= now)
        again = now + BUSY_WAIT;
    enum io r = sleep_until(o, again < by ? again : by);
    if (r != IO_OK)
        return ends(o, r);
    return again < by ? OUTAGE_AGAIN : OUTAGE_LATE;
}

enum outage_does redis_outage(struct redis_outage *o, gf_ns by)
{
    const struct gf_redis_trouble *t = &o->tool->server.link.trouble;
    if (t->kind == GF_REDIS_STOPPED)
        return ends(o, IO_STOP);
    if (gf_redis_may_pass(t->kind) && o->config->outage == OUTAGE_FAIL) {
        gf_redis_tool_error(o->tool);
        return ends(o, IO_REFUSED);
    }
    bool was_away = o->tool->is_away;
    if (!gf_redis_tool_is_away(o->tool))
        return ends(o, IO_FAILED);
    if (!was_away && o->config->outage == OUTAGE_OPEN)
        gf_note_hint("meanwhile everything passes (--on-outage open)");
    else if (!was_away && o->config->outage == OUTAGE_LOCAL)
        gf_note_hint("meanwhile the rate is divided by %" PRIu64 " (--on-outage local)",
                     o->config->outage_parts);
    if (o->config->outage == OUTAGE_WAIT)
        return wait_for_it(o, by);
    o->tool->server.patience = DIAL;
    return OUTAGE_PASSES;
}

/* ---- without the server ---------------------------------------------------------------------- */

static int64_t clock_us(void)
{
    return gf_now_mono() / GF_US;
}

/* The part of the rate that is ours. False: it has no room, and nothing passes by it. */
static bool begin_local(struct redis_outage *o, const struct gf_redis_terms *terms)
{
    struct gf_rate rate = terms->rate;
    const char *why;
    uint64_t parts = o->config->outage_parts, burst = terms->burst / parts;
    if (!rate.unlimited) {
        if (rate.period > INT64_MAX / (gf_ns)parts)
            return false;
        rate.period *= (gf_ns)parts;
    }
    if (gf_redis_terms_set(&o->local, &rate, burst ? burst : 1, &why) != 0)
        return false;
    o->tat = clock_us() + (int64_t)o->local.depth;
    o->rem = (int64_t)o->local.depth_rem;
    o->is_local = true;
    return true;
}

/* As many of n as are due by then. */
static uint64_t due_by(const struct gf_redis_taken *t, const struct gf_redis_ask *ask)
{
    uint64_t low = 0, high = ask->n;
    while (low < high) {
        uint64_t mid = high - (high - low) / 2;
        if (gf_redis_taken_due(t, mid) - t->at_mono <= ask->by)
            low = mid;
        else
            high = mid - 1;
    }
    return ask->part || low == ask->n ? low : 0;
}

static void take_local(struct redis_outage *o, const struct gf_redis_ask *ask,
                       struct gf_redis_taken *out)
{
    int64_t now = clock_us();
    if (o->tat < now) {
        o->tat = now;
        o->rem = 0;
    }
    out->terms = o->local;
    out->at_mono = now * GF_US;
    out->ahead = o->tat - now;
    out->rem = o->rem;
    out->n = due_by(out, ask);
    out->wait = gf_redis_taken_due(out, ask->n) - out->at_mono;
    uint64_t rem, us = gf_redis_cost(&o->local, out->n, &rem);
    o->tat += us == UINT64_MAX ? GF_DURATION_MAX / GF_US : (int64_t)us;
    o->rem += (int64_t)rem;
    if ((uint64_t)o->rem >= o->local.c && !o->local.rate.unlimited) {
        o->rem -= (int64_t)o->local.c;
        o->tat++;
    }
}

void redis_outage_take(struct redis_outage *o, const struct gf_redis_terms *terms,
                       const struct gf_redis_ask *ask, struct gf_redis_taken *out)
{
    *out = (struct gf_redis_taken){.n = ask->n, .at_mono = gf_now_mono(), .terms.c = 1, .to = -1};
    if (o->config->outage != OUTAGE_LOCAL)
        return;
    if (o->is_local || begin_local(o, terms)) {
        take_local(o, ask, out);
        return;
    }
    out->n = 0;
    out->wait = GF_NEVER;
}

void redis_outage_over(struct redis_outage *o)
{
    o->is_local = false;
    o->tool->server.patience = ANSWER;
    gf_redis_tool_is_back(o->tool);
}
