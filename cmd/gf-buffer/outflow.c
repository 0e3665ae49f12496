/*
 * outflow.c - a reader that waits gets what there is at once; a file is written in blocks of
 * --flush-size, or when a part of one has waited for --flush-interval.
 *
 * A marker is written in front of the bytes that it stands before, as a whole, with the rest of it
 * kept where the reader took a part.
 */
#include "outflow.h"

#include <inttypes.h>

#include "base/sat.h"
#include "run.h"

/* ---- when ------------------------------------------------------------------------------------ */

/* A store that drops may be full and lack the bytes of one record. */
static bool is_full(const struct run *r)
{
    const struct gf_store *s = &r->store;
    return s->dropped_bytes != r->out.dropped || gf_store_bytes(s) >= s->config.bytes ||
           s->excess > 0 || (s->config.records && s->records >= s->config.records);
}

/* Whether no more will come, so that nothing is to be waited for. */
static bool is_last(const struct run *r)
{
    return r->in.ended || r->stopping;
}

/* --start-at: from an empty buffer on, until so much is there. */
static bool holds_back(struct run *r)
{
    struct outflow *o = &r->out;
    uint64_t least = options_share(r->opt, &r->opt->buffer.start_at);
    if (!o->holds)
        return false;
    o->holds = gf_store_bytes(&r->store) < least && !is_full(r) && !is_last(r);
    return o->holds;
}

static gf_ns flush_mono(const struct run *r)
{
    gf_ns oldest = gf_store_oldest_mono(&r->store);
    return oldest == GF_NEVER ? GF_NEVER : gf_sat_add_i64(oldest, r->opt->output.flush_interval);
}

/* A part of a block waits for more, when the sink is a file. */
static bool waits_for_block(const struct run *r)
{
    return r->sink.is_file && r->opt->output.fsync != FSYNC_RECORD && !is_last(r) && !is_full(r) &&
           gf_store_bytes(&r->store) < r->opt->output.flush_size && flush_mono(r) > gf_now_mono();
}

static bool may_write(struct run *r)
{
    return !r->over && !holds_back(r) && !waits_for_block(r) && !tee_is_full(r) && sink_is_ready(r);
}

/* Nothing is in the way of a write but that the block is not full, or the record not whole. */
size_t outflow_leaves(const struct run *r)
{
    const struct gf_store *s = &r->store;
    uint64_t held = gf_store_bytes(s);
    if (s->config.when_full == GF_STORE_BLOCK || r->out.holds || tee_is_full(r) ||
        !sink_is_ready(r) || held >= s->config.bytes)
        return SIZE_MAX;
    return (size_t)(s->config.bytes - held);
}

/* ---- what ------------------------------------------------------------------------------------ */

/* Since when the reader has no room, where it took less than all. */
static void note_wait(struct run *r, bool waits)
{
    struct outflow *o = &r->out;
    gf_ns now = waits || o->waits_since ? gf_now_mono() : 0;
    r->n.waited += o->waits_since ? now - o->waits_since : 0;
    o->waits_since = waits ? now : 0;
}

/* What the sink takes now: so many bytes, 0 where it has no room. */
static size_t give(struct run *r, const char *data, size_t len)
{
    ssize_t n = sink_write(r, data, len);
    if (!r->sink.is_file)
        note_wait(r, n < (ssize_t)len);
    if (n <= 0)
        return 0;
    r->n.flushes++;
    r->n.out_bytes += (uint64_t)n;
    r->out.last = data[n - 1];
    tee_write(r, data, (size_t)n);
    return (size_t)n;
}

static bool write_marker(struct run *r)
{
    struct outflow *o = &r->out;
    if (o->marker_at == o->marker.len) {
        o->marker.len = o->marker_at = 0;
        gf_buf_printf(&o->marker, "gf-buffer: %" PRIu64 " records dropped",
                      gf_store_missing(&r->store));
        gf_buf_putc(&o->marker, r->opt->buffer.separator);
        if (o->marker.failed) {
            run_no_memory(r);
            return false;
        }
        gf_store_said_missing(&r->store);
    }
    size_t n = give(r, o->marker.data + o->marker_at, o->marker.len - o->marker_at);
    o->marker_at += n;
    r->n.added_bytes += n;
    return n > 0;
}

static bool marker_waits(const struct run *r)
{
    return r->out.marker_at < r->out.marker.len || gf_store_missing(&r->store);
}

static bool write_bytes(struct run *r)
{
    size_t len;
    const char *data = gf_store_next(&r->store, &len);
    size_t n = data ? give(r, data, len) : 0;
    if (n == 0)
        return false;
    uint64_t records = gf_store_wrote(&r->store, n);
    r->n.out += r->opt->buffer.by_bytes ? 0 : records;
    r->out.dropped = r->store.dropped_bytes;
    spill_wrote(r, n);
    if (gf_store_bytes(&r->store) == 0)
        r->out.holds = r->opt->buffer.start_at.bytes || r->opt->buffer.start_at.percent;
    return true;
}

/* A log is to go on behind the last record: that one gets an end. */
static bool lacks_end(const struct run *r)
{
    return r->opt->log.dir && r->in.told_end && gf_store_bytes(&r->store) == 0 &&
           r->out.last != r->opt->buffer.separator;
}

static bool write_end(struct run *r)
{
    size_t n = give(r, &r->opt->buffer.separator, 1);
    r->n.added_bytes += n;
    return n > 0;
}

static bool write_next(struct run *r)
{
    if (marker_waits(r))
        return write_marker(r);
    return lacks_end(r) ? write_end(r) : write_bytes(r);
}

bool outflow_pump(struct run *r)
{
    bool any = false;
    while (may_write(r) && write_next(r))
        any = true;
    return any;
}

bool outflow_is_done(const struct run *r)
{
    return gf_store_bytes(&r->store) == 0 && !marker_waits(r) && !lacks_end(r) && tee_is_done(r);
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void on_flush(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop, (void)w, (void)events; /* the loop has woken: that is all */
}

void outflow_begin(struct run *r)
{
    struct outflow *o = &r->out;
    o->holds = r->opt->buffer.start_at.bytes || r->opt->buffer.start_at.percent;
    o->last = r->opt->buffer.separator;
    ev_timer_init(&o->flush, on_flush, 0, 0);
}

void outflow_arm(struct run *r)
{
    struct outflow *o = &r->out;
    gf_ns due = r->sink.is_file ? flush_mono(r) : GF_NEVER;
    if (due == GF_NEVER || ev_is_active(&o->flush))
        return;
    gf_ns now = gf_now_mono();
    if (due <= now)
        return; /* it waits for something else */
    ev_now_update(r->loop);
    ev_timer_set(&o->flush, (double)(due - now) / 1e9, 0);
    ev_timer_start(r->loop, &o->flush);
}

void outflow_close(struct run *r)
{
    gf_buf_release(&r->out.marker);
}
