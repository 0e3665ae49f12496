/* progress_timer.c - the line of --progress on the loop. */
#include "run/progress_timer.h"

static double seconds_until(gf_ns at_mono, gf_ns now_mono, double least)
{
    return at_mono > now_mono ? (double)(at_mono - now_mono) / 1e9 : least;
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    const struct gf_progress_timer *t = w->data;
    gf_ns now = gf_now_mono();
    (void)events;
    gf_progress_show_line(&t->line, now);
    ev_timer_set(w, seconds_until(gf_progress_next(), now, 0.05), 0);
    ev_timer_start(loop, w);
}

void gf_progress_timer_start(struct gf_progress_timer *t, struct ev_loop *loop,
                             enum gf_progress_mode mode, gf_ns begin_mono)
{
    gf_progress_init(mode, begin_mono);
    ev_timer_init(&t->timer, on_timer, 0, 0);
    t->timer.data = t;
    gf_ns next = gf_progress_next();
    if (next == GF_NEVER)
        return;
    ev_timer_set(&t->timer, seconds_until(next, gf_now_mono(), 0), 0);
    ev_timer_start(loop, &t->timer);
}
