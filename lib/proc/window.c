/* window.c - how many records a persistent command may have that it has not answered. */
#include "proc/window.h"

#include "base/sat.h"

static size_t most_of(const struct gf_window *w)
{
    return w->most ? w->most : GF_WINDOW_MOST;
}

static gf_ns period_of(const struct gf_window *w)
{
    return w->period ? w->period : GF_WINDOW_PERIOD;
}

size_t gf_window_size(const struct gf_window *w)
{
    return w->size ? w->size : 1;
}

void gf_window_begin(struct gf_window *w, size_t waiting, gf_ns now_mono)
{
    w->has_answered = false;
    w->pace = 0;
    w->size = waiting > w->size ? waiting : w->size; /* what it was before tells much */
    w->heard_mono = w->grown_mono = now_mono;
}

void gf_window_first(struct gf_window *w, gf_ns now_mono)
{
    w->heard_mono = w->grown_mono = now_mono;
}

static void widen(struct gf_window *w)
{
    size_t size = gf_window_size(w), most = most_of(w);
    if (size < most)
        w->size = size * 2 < most ? size * 2 : most;
}

static void adapt(struct gf_window *w, const struct gf_window_answers *a, gf_ns now_mono)
{
    size_t size = gf_window_size(w);
    if (!w->has_answered && a->n == 1 && a->waiting > 1)
        w->size = 1; /* it was slow, it does not hold its output back */
    w->has_answered = true;
    w->burst -= w->burst / 8;
    if (a->n > w->burst)
        w->burst = a->n;
    gf_ns worked = a->since_mono < now_mono ? now_mono - a->since_mono : 1;
    if (a->n * (uint64_t)period_of(w) / (uint64_t)worked > gf_window_size(w))
        widen(w);
    else if (w->narrows && a->took > 2 * period_of(w) && size > 2 * w->burst)
        w->size = size / 2 > 2 * w->burst ? size / 2 : 2 * w->burst;
}

void gf_window_answered(struct gf_window *w, const struct gf_window_answers *a, gf_ns now_mono)
{
    if (a->n == 0)
        return;
    /* What it waited for more records is no time of its own. */
    gf_ns since = w->heard_mono > w->grown_mono ? w->heard_mono : w->grown_mono;
    gf_ns took = now_mono - since, faded = w->pace - w->pace / 4;
    w->pace = took > faded ? took : faded;
    adapt(w, a, now_mono);
    w->heard_mono = now_mono;
}

gf_ns gf_window_grow_at(const struct gf_window *w, size_t waiting)
{
    size_t size = gf_window_size(w);
    if (waiting < size || size >= most_of(w))
        return GF_NEVER;
    gf_ns since = w->grown_mono, silence = w->silence ? w->silence : GF_WINDOW_SILENCE;
    if (w->has_answered && w->heard_mono > since)
        since = w->heard_mono;
    if (w->has_answered && w->pace > silence / GF_WINDOW_PATIENCE)
        silence =
            w->pace < INT64_MAX / GF_WINDOW_PATIENCE ? w->pace * GF_WINDOW_PATIENCE : GF_NEVER;
    return gf_sat_add_i64(since, silence);
}

void gf_window_grow(struct gf_window *w, bool has_read_all, gf_ns now_mono)
{
    if (has_read_all)
        widen(w);
    w->grown_mono = now_mono;
}
