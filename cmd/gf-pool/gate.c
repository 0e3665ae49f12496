/*
 * gate.c - --rate.
 *
 * The pacer (limit/pacer.h) says when the next start is due; a timerfd on the monotonic clock wakes
 * the loop at that nanosecond, where a timer of the loop would be up to a millisecond late.
 */
#include "gate.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include "base/msg.h"
#include "run/watch.h"

static void on_due(struct ev_loop *loop, ev_io *w, int events)
{
    struct gate *g = w->data;
    uint64_t expirations;
    if (!gf_watch_ready(loop, w, events))
        return;
    if (read(w->fd, &expirations, sizeof expirations) > 0)
        verdict_changed(g->verdict);
}

int gate_open(struct gate *g, const struct options *o, struct verdict *v, struct ev_loop *loop)
{
    if (!o->has_rate)
        return 0;
    if (gf_pacer_init(&g->pacer, o->rate, 1, 1, 10 * GF_MS, gf_now_mono()) != 0) {
        gf_error("this rate is too low to keep");
        return -1;
    }
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd == -1) {
        gf_error_errno("cannot make a timer");
        return -1;
    }
    g->on = true;
    g->loop = loop;
    g->verdict = v;
    ev_io_init(&g->io, on_due, fd, EV_READ);
    g->io.data = g;
    ev_io_start(loop, &g->io);
    return 0;
}

void gate_close(struct gate *g)
{
    if (!g->on)
        return;
    ev_io_stop(g->loop, &g->io);
    close(g->io.fd);
    g->on = false;
}

bool gate_allows(struct gate *g)
{
    if (!g->on)
        return true;
    gf_ns now = gf_now_mono();
    if (gf_pacer_may(&g->pacer, now) > 0)
        return true;
    gf_ns wake = gf_pacer_wake(&g->pacer, 1, now);
    struct itimerspec at = {.it_value = {.tv_sec = wake / GF_S, .tv_nsec = wake % GF_S}};
    timerfd_settime(g->io.fd, TFD_TIMER_ABSTIME, &at, NULL);
    return false;
}

void gate_pass(struct gate *g)
{
    if (g->on)
        gf_pacer_pass(&g->pacer, 1, gf_now_mono());
}

void gate_arrived(struct gate *g)
{
    if (g->on)
        gf_pacer_arrived(&g->pacer, gf_now_mono());
}
