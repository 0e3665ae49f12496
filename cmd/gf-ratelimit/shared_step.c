/*
 * shared_step.c - records through a shared budget in a file, one by one.
 *
 * Each record takes its turn when it is looked at, in the order of the input, so processes are
 * served in the order they ask. It is written before the next one takes its turn, so that a process
 * that is killed loses no more than the turn it waits for. Above 10,000 turns a second there is no
 * wake-up for each: those of the next millisecond are taken together, and waited for with one sleep
 * until the last is due. So records pass late by up to a millisecond then, and never early. When
 * the terms change while some wait, all of those take again.
 */
#include "flow.h"
#include "shared.h"

enum {
    BATCH_OVER = 10000 /* turns a second */
};
#define BATCH_SPAN GF_MS

static const struct shared_key all;

/* Whether turns come too often for a wake-up and a write for each. */
static bool often(const struct flow *f)
{
    return gf_rate_per_second(&f->shared->limit->rate) > BATCH_OVER;
}

/* Gives the batch up: its records take their turns again. */
static void void_batch(struct flow *f, gf_ns now)
{
    struct shared *s = f->shared;
    s->last.n = s->batch_load; /* none of the turns was used */
    shared_cancel(s, &all, &s->last, now);
    f->decided = f->searched = f->start;
    f->tally->seen -= s->batch;
    s->batch = s->batch_load = 0;
}

/* Waits until the last turn of the batch is due: then all its records may pass. */
static enum io settle_batch(struct flow *f)
{
    struct shared *s = f->shared;
    gf_ns before = gf_now_mono();
    enum io r = shared_sleep(s, f->config, &s->last, f->tally);
    gf_ns now = shared_now(s);
    f->tally->waited += now - before;
    if (r != IO_OK || !shared_is_good(s, f->config, &s->last, now)) {
        void_batch(f, now);
        return r;
    }
    if (shared_look(s, f->config, now) != IO_OK)
        return IO_FAILED;
    if (now > s->last.ticket.due)
        gf_hist_add(&f->tally->lateness, now - s->last.ticket.due);
    tally_pass(f->tally, s->batch, f->decided - f->start, now);
    s->batch = s->batch_load = 0;
    return often(f) ? IO_OK : records_flush(f);
}

/* The record at buf[decided] has a turn that is not due yet. */
static enum io join_batch(struct flow *f, const struct gf_turn *t, size_t len, gf_ns now)
{
    struct shared *s = f->shared;
    if (s->batch && t->terms != s->last.terms) {
        shared_cancel(s, &all, t, now);
        void_batch(f, now);
        return IO_OK;
    }
    if (s->batch == 0) {
        enum io r = records_flush(f);
        if (r != IO_OK)
            return r;
        s->batch_end = often(f) && f->config->over == OVER_WAIT ? now + BATCH_SPAN : now;
    }
    s->last = *t;
    s->batch++;
    s->batch_load += t->n;
    f->decided = f->searched = f->decided + len;
    return t->ticket.due >= s->batch_end ? settle_batch(f) : IO_OK;
}

enum io shared_step(struct flow *f)
{
    const struct config *c = f->config;
    struct shared *s = f->shared;
    size_t len = records_next(f);
    if (len == 0)
        return s->batch ? settle_batch(f) : records_read(f);
    gf_ns now = shared_now(s);
    if (shared_look(s, f->config, now) != IO_OK)
        return IO_FAILED;
    shared_renew(s, now); /* what the record may weigh goes by the terms of now */
    f->tally->seen++;
    struct gf_load load = records_weigh(f, f->buf + f->decided, len);
    uint64_t n = gf_load_share(load, s->limit);
    struct gf_turn t;
    bool heavy = heavy_is(f, s->limit, load);
    bool never = flow_has_quota(f) && c->over == OVER_WAIT && !shared_fits(s, load);
    if ((heavy || never) && s->batch) { /* its records pass before this one is refused */
        f->tally->seen--;
        f->heavy.takes = 0;
        return settle_batch(f);
    }
    if (never)
        return records_refuse_forever(f);
    if (heavy || (c->over != OVER_WAIT && !shared_fits(s, load)))
        return records_refuse(f, len);
    enum shared_took took = shared_take(s, &all, n, now, records_by(f, now), &t);
    if (took == SHARED_ENDS)
        return s->end;
    if (took == SHARED_LATE) {
        flow_tell_refusal(f, t.ticket.due - now);
        return records_refuse(f, len);
    }
    flow_tell_wait(f, t.ticket.due - now, NULL, 0);
    if (t.ticket.due > now || s->batch)
        return join_batch(f, &t, len, now);
    tally_pass(f->tally, 1, len, now);
    f->decided = f->searched = f->decided + len;
    return !often(f) || (f->ended && f->decided == f->end) ? records_flush(f) : IO_OK;
}
