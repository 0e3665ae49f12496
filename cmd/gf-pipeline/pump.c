/*
 * pump.c - before the loop waits, all that can be done is done: records that are finished make room
 * for those behind, and the input is read when the first stage has room.
 *
 * A command that flushes each line would wake us for each, and be held up by that itself. So while
 * answers come a few at a time, and many are to come, the loop waits for a moment before it looks.
 *
 * When the run is aborted, what is inside gets its fate once, from here, when no part is at work
 * with it: dead letters, or with --commit nothing, so that the next run does it again.
 */
#include "pump.h"

#include <errno.h>
#include <signal.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "base/sig.h"
#include "filter.h"
#include "flow.h"

#define PATIENCE (5 * GF_S)
#define MOMENT 2e-4 /* seconds */

/* ---- the end of an aborted run --------------------------------------------------------------- */

static void bury(struct run *r, struct flow *f, struct gf_piece *p)
{
    const struct failure why = {.reason = r->abort_reason,
                                .ending = {.how = GF_ENDING_INTERRUPTED, .code = -1}};
    for (struct gf_piece *rest; p; p = rest) {
        rest = p->n > 1 ? gf_ledger_split(&f->ledger, p, 1) : NULL;
        r->some_failed = true;
        r->stage[p->stage].n.failed++;
        r->stage[p->stage].n.dead++;
        dead_letter(&r->stage[p->stage], p, &why);
        events_dead(r, &r->stage[p->stage], p, &why);
        gf_ledger_end(&f->ledger, p, GF_FATE_DEAD);
    }
}

/* Nothing inside will be done any more. */
static void sweep(struct run *r)
{
    r->swept = true;
    for (size_t i = 0; i < r->nstages; i++) {
        struct stage *stage = &r->stage[i];
        if (stage->kind->forget)
            stage->kind->forget(stage);
        stage->waiting = stage->asleep = (struct queue){0};
        stage->asleep_mono = GF_NEVER;
        stage->inside = r->opt->commit ? stage->inside : 0;
    }
    for (size_t i = 0; i < r->nflows; i++) {
        struct flow *f = &r->flow[i];
        for (struct gf_piece *p = f->ledger.first, *next; p && !r->opt->commit; p = next) {
            next = p->next;
            if (!p->finished)
                bury(r, f, p);
        }
        f->source_over = true;
    }
    if (r->reader_left)
        gf_tasks_kill(&r->tasks);
    else
        gf_tasks_end(&r->tasks);
}

/* ---- the pump -------------------------------------------------------------------------------- */

static void look_at_output(struct run *r)
{
    if (!r->out.err || r->aborted)
        return;
    r->reader_left = r->out.err == EPIPE && !gf_sig_was_ignored(SIGPIPE);
    if (!r->reader_left) {
        errno = r->out.err;
        gf_error_errno("write error");
        r->fatal = GF_EXIT_TOOL;
    }
    run_abort(r, GF_REASON_SHUTDOWN);
}

static bool pump_flows(struct run *r)
{
    bool any = false;
    for (size_t i = r->nflows; i-- > 0;) {
        struct flow *f = &r->flow[i];
        if (f->sink)
            any |= f->sink->kind->pump(f->sink);
        any |= flow_pump(f);
        if (flow_is_done(f) && !f->closed) {
            f->closed = true;
            if (f->sink)
                filter_end(f->sink);
            any = true;
        }
    }
    if (r->stopping && !r->flow[0].source_over)
        any = r->flow[0].source_over = true;
    return any;
}

static bool is_over(const struct run *r)
{
    for (size_t i = 0; i < r->nflows; i++)
        if (!flow_is_done(&r->flow[i]) || (r->flow[i].sink && !filter_is_over(r->flow[i].sink)))
            return false;
    for (size_t i = 0; i < r->nstages; i++)
        if (!tap_is_done(&r->stage[i]))
            return false;
    return r->tasks.first == NULL && (r->out.err || gf_outlet_waiting(&r->out) == 0);
}

/* What of an aborted run is finished still goes out. */
static bool has_to_deliver(const struct run *r)
{
    for (size_t i = 0; i < r->nflows; i++)
        if (r->flow[i].ledger.first && r->flow[i].ledger.first->finished && !r->flow[i].sink &&
            !r->out.err)
            return true;
    return false;
}

static void arm(struct pump *p)
{
    struct run *r = p->run;
    gf_ns wake = p->drain_mono, now = gf_now_mono();
    for (size_t i = 0; i < r->nstages; i++) {
        gf_ns at = r->stage[i].kind->wake(&r->stage[i]);
        wake = at < wake ? at : wake;
    }
    for (size_t i = 0; i < r->nflows; i++) {
        gf_ns at = flow_wake(&r->flow[i]);
        wake = at < wake ? at : wake;
    }
    /* One that fires too early does no harm, and most times move on with every answer. */
    if (wake >= p->timer_mono)
        return;
    p->timer_mono = wake;
    ev_timer_stop(r->loop, &p->timer);
    ev_now_update(r->loop);
    ev_timer_set(&p->timer, wake > now ? (double)(wake - now) / 1e9 : 0, 0);
    ev_timer_start(r->loop, &p->timer);
}

void pump_give_up(struct run *r)
{
    r->out.err = r->out.err ? r->out.err : ECANCELED;
    for (size_t i = 0; i < r->nstages; i++)
        tap_give_up(&r->stage[i]);
}

/* The time to end what was read is over. Whoever still does not read our output some seconds later
 * may never go on. */
static void end_drain(struct pump *p, gf_ns now_mono)
{
    struct run *r = p->run;
    p->drain_mono = GF_NEVER;
    if (r->aborted) {
        pump_give_up(r);
        return;
    }
    gf_note("--drain: the time is over");
    run_abort(r, GF_REASON_SHUTDOWN);
    p->drain_mono = gf_sat_add_i64(now_mono, PATIENCE);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct pump *p = w->data;
    struct run *r = p->run;
    gf_ns now = gf_now_mono();
    (void)loop, (void)events;
    p->timer_mono = GF_NEVER;
    for (size_t i = 0; i < r->nflows; i++)
        flow_tick(&r->flow[i], now);
    for (size_t i = 0; i < r->nstages; i++)
        if (r->stage[i].kind->tick)
            r->stage[i].kind->tick(&r->stage[i], now);
    if (now >= p->drain_mono)
        end_drain(p, now);
}

static void on_prepare(struct ev_loop *loop, ev_prepare *w, int events)
{
    struct pump *p = w->data;
    struct run *r = p->run;
    bool any;
    (void)events;
    do {
        any = pump_flows(r);
        any |= source_pump(p->source);
        look_at_output(r);
        if (r->aborted && !r->swept) {
            sweep(r);
            any = true;
        }
    } while (any);
    gf_linelog_flush(&r->dead.log);
    gf_linelog_flush(&r->events.log);
    commit_pump(r);
    if (is_over(r) && !has_to_deliver(r)) {
        ev_break(loop, EVBREAK_ALL);
        return;
    }
    arm(p);
    ev_set_io_collect_interval(loop, r->in_bits ? MOMENT : 0);
    r->in_bits = false;
}

void pump_begin(struct pump *p, struct run *r, struct source *source)
{
    p->run = r;
    p->source = source;
    p->timer_mono = p->drain_mono = GF_NEVER;
    ev_prepare_init(&p->prepare, on_prepare);
    p->prepare.data = p;
    ev_prepare_start(r->loop, &p->prepare);
    ev_timer_init(&p->timer, on_timer, 0, 0);
    p->timer.data = p;
}

void pump_drain(struct pump *p)
{
    p->run->stopping = true;
    p->drain_mono = gf_sat_add_i64(gf_now_mono(), p->run->opt->drain);
}
