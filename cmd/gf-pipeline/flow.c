/*
 * flow.c - records on their way through the stages of a flow.
 *
 * The first piece of the ledger is the only one that may go out in order; what is finished behind
 * it waits. Without order, pieces go out as they are finished.
 */
#include "flow.h"
#include "room.h"

#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"

enum {
    GATHERED = 64 << 10 /* bytes of small pieces that go out in one write */
};

/* ---- from stage to stage -------------------------------------------------------------------- */

/* The piece has come, or has left a stage: to the next one, or out. */
static void pass(struct flow *f, struct gf_piece *p, unsigned next, gf_ns now_mono)
{
    p->entered_mono = now_mono;
    if (next < f->end) {
        stage_enter(&f->run->stage[next], p);
        return;
    }
    p->finished = true;
    p->stage = f->end;
    if (f->run->unordered)
        queue_add(&f->ready, p);
}

/* ---- in -------------------------------------------------------------------------------------- */

void flow_open(struct flow *f, struct run *r)
{
    f->run = r;
    f->ledger.separator = r->opt->record_end;
    f->rest = (struct gf_buf)GF_BUF_INIT(r->opt->max_record + 1);
    f->most = FLOW_RECORDS;
    f->pass = pass;
    for (unsigned i = f->first; i < f->end; i++) {
        const struct stage_plan *plan = r->stage[i].plan;
        uint64_t batches = plan->mode == MODE_BATCH ? (plan->jobs + 1) * plan->batch : 0;
        f->most = batches > f->most ? batches : f->most;
    }
}

void flow_close(struct flow *f)
{
    gf_ledger_release(&f->ledger);
    gf_buf_release(&f->rest);
}

int flow_take(struct flow *f, const char *data, size_t len, uint64_t offset)
{
    return flow_take_at(f, f->first, data, len, offset);
}

int flow_take_at(struct flow *f, unsigned stage, const char *data, size_t len, uint64_t offset)
{
    gf_ns now = gf_now_mono();
    struct gf_bytes *bytes = gf_bytes_new(&f->ledger, len);
    if (bytes)
        memcpy(bytes->data, data, len);
    struct gf_piece *p = bytes ? gf_ledger_take(&f->ledger, bytes, offset, now) : NULL;
    gf_bytes_drop(&f->ledger, bytes);
    if (!p) {
        run_no_memory(f->run);
        return -1;
    }
    pass(f, p, stage, now);
    return 0;
}

/* ---- out ------------------------------------------------------------------------------------- */

static void deliver(struct flow *f, struct gf_piece *p)
{
    struct run *r = f->run;
    gf_hist_add_many(&f->total, gf_now_mono() - p->read_mono, p->n);
    if (f->sink) {
        f->sink->kind->put(f->sink, p->data, p->len, p->n);
    } else {
        if (p->from.group)
            commit_group(r, p);
        r->delivered += p->len;
        const char *data = p->data;
        size_t len = p->len;
        int bad =
            len < GATHERED ? gf_outlet_add(&r->out, data, len) : gf_outlet_put(&r->out, data, len);
        if (bad && !r->out.err)
            run_no_memory(r);
    }
    gf_ledger_end(&f->ledger, p, GF_FATE_OUT);
}

/* Whether something was. */
static bool deliver_ready(struct flow *f)
{
    bool any = false;
    while (flow_sink_has_room(f) && !f->run->out.err) {
        struct gf_piece *p = f->ledger.first;
        if (f->run->unordered)
            p = queue_pop(&f->ready);
        if (!p || !p->finished)
            break;
        deliver(f, p);
        any = true;
        if (!f->sink && gf_outlet_waiting(&f->run->out) >= GATHERED)
            gf_outlet_flush(&f->run->out);
    }
    if (any && !f->sink)
        gf_outlet_flush(&f->run->out);
    return any;
}

bool flow_pump(struct flow *f)
{
    bool any = deliver_ready(f);
    for (unsigned i = f->end; i-- > f->first;)
        any |= f->run->stage[i].kind->pump(&f->run->stage[i]);
    any |= deliver_ready(f);
    return any;
}

bool flow_is_done(const struct flow *f)
{
    return f->source_over && (!f->ledger.first || f->run->aborted);
}

void flow_postpone(struct flow *f, gf_ns by)
{
    for (struct gf_piece *p = f->ledger.first; p; p = p->next) {
        p->read_mono += by;
        p->entered_mono += by;
        p->sent_mono += p->sent_mono ? by : 0;
        p->again_mono += p->again_mono ? by : 0;
    }
    for (unsigned i = f->first; i < f->end; i++) {
        struct stage *s = &f->run->stage[i];
        s->asleep_mono += s->asleep_mono == GF_NEVER ? 0 : by;
        if (s->kind->postpone)
            s->kind->postpone(s, by);
    }
}

/* ---- times ----------------------------------------------------------------------------------- */

/* The first piece that may run out of time, in the order of the input; NULL: there is none. */
static struct gf_piece *first_mortal(const struct flow *f)
{
    bool any = f->run->opt->total_timeout && !f->run->aborted;
    struct gf_piece *p = any ? f->ledger.first : NULL;
    while (p && (p->finished || p->expired))
        p = p->next;
    return p;
}

static gf_ns end_of(const struct flow *f, const struct gf_piece *p)
{
    return gf_sat_add_i64(p->read_mono, f->run->opt->total_timeout);
}

gf_ns flow_wake(const struct flow *f)
{
    const struct gf_piece *p = first_mortal(f);
    return p ? end_of(f, p) : GF_NEVER;
}

/* Its time in all stages is over. */
static void expire(struct flow *f, struct gf_piece *p)
{
    struct stage *s = &f->run->stage[p->stage];
    p->expired = true;
    if (p->owner) {
        s->kind->expire(s, p);
        return;
    }
    queue_remove(stage_sleeps(s, p) ? &s->asleep : &s->waiting, p);
    stage_fail_expired(s, p);
}

void flow_tick(struct flow *f, gf_ns now_mono)
{
    for (struct gf_piece *p; (p = first_mortal(f)) && end_of(f, p) <= now_mono;)
        expire(f, p);
}
