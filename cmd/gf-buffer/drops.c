/* drops.c - the timer runs for a second behind each line; what came then is in the next one. */
#include "drops.h"

#include <inttypes.h>

#include "base/msg.h"
#include "run.h"

uint64_t drops_records(const struct run *r)
{
    return r->opt->buffer.by_bytes ? 0 : r->store.dropped + r->n.dropped;
}

uint64_t drops_bytes(const struct run *r)
{
    return r->store.dropped_bytes + r->n.dropped_bytes;
}

static void tell(struct run *r)
{
    bool by_bytes = r->opt->buffer.by_bytes;
    uint64_t now = by_bytes ? drops_bytes(r) : drops_records(r);
    if (now == r->drops.told)
        return;
    gf_note("the buffer is full: %" PRIu64 " %s dropped so far, %" PRIu64 " of them now", now,
            by_bytes ? "bytes" : "records", now - r->drops.told);
    r->drops.told = now;
    ev_timer_stop(r->loop, &r->drops.timer);
    ev_timer_set(&r->drops.timer, 1, 0);
    ev_timer_start(r->loop, &r->drops.timer);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop, (void)events;
    tell(w->data);
}

void drops_begin(struct run *r)
{
    ev_timer_init(&r->drops.timer, on_timer, 1, 0);
    r->drops.timer.data = r;
}

void drops_look(struct run *r)
{
    if (!ev_is_active(&r->drops.timer))
        tell(r);
}

void drops_end(struct run *r)
{
    uint64_t bytes = drops_bytes(r);
    if (bytes == 0 && drops_records(r) == 0)
        return;
    r->some_failed = true;
    if (r->opt->buffer.by_bytes)
        gf_note("%" PRIu64 " of %" PRIu64 " bytes were dropped", bytes, r->n.in_bytes);
    else
        gf_note("%" PRIu64 " of %" PRIu64 " records were dropped, %" PRIu64 " bytes",
                drops_records(r), r->n.in, bytes);
}
