/*
 * window.c - a ring of what was written and when, oldest first, and the sum of it.
 *
 * Before each answer what no longer counts is taken out at the front. When n does not fit, the
 * entries are walked from the oldest on until enough of them would be gone; the moment at which the
 * last of these stops to count is the answer. What was passed but is not written yet is in `open`
 * and has no time: if that has to go too, the answer is a whole span from now.
 */
#include "limit/window.h"

#include <stdlib.h>

#include "base/sat.h"

void gf_window_init(struct gf_window *w, uint64_t most, gf_ns span)
{
    *w = (struct gf_window){.most = most, .span = span};
}

static const struct gf_window_entry *entry(const struct gf_window *w, size_t i)
{
    return &w->ring[(w->first + i) % w->cap];
}

static void forget_old(struct gf_window *w, gf_ns now)
{
    while (w->count && gf_sat_add_i64(entry(w, 0)->at, w->span) <= now) {
        w->sum -= entry(w, 0)->n;
        w->first = (w->first + 1) % w->cap;
        w->count--;
    }
}

gf_ns gf_window_due(struct gf_window *w, uint64_t n, gf_ns now)
{
    if (n > w->most)
        return GF_NEVER;
    forget_old(w, now);
    uint64_t in = w->sum + w->open;
    for (size_t i = 0; in > w->most - n; i++) {
        if (i == w->count) /* what is not yet written has to go, too */
            return gf_sat_add_i64(now, w->span);
        in -= entry(w, i)->n;
        if (in <= w->most - n)
            return gf_sat_add_i64(entry(w, i)->at, w->span);
    }
    return now;
}

void gf_window_pass(struct gf_window *w, uint64_t n)
{
    w->open += n;
}

static int make_room(struct gf_window *w)
{
    if (w->count < w->cap)
        return 0;
    size_t cap = w->cap ? gf_sat_mul(w->cap, 2) : 64;
    struct gf_window_entry *ring = malloc(gf_sat_mul(cap, sizeof *ring));
    if (!ring)
        return -1;
    for (size_t i = 0; i < w->count; i++)
        ring[i] = *entry(w, i);
    free(w->ring);
    w->ring = ring;
    w->first = 0;
    w->cap = cap;
    return 0;
}

int gf_window_written(struct gf_window *w, gf_ns now)
{
    if (w->open == 0)
        return 0;
    if (make_room(w) != 0)
        return -1;
    w->ring[(w->first + w->count++) % w->cap] = (struct gf_window_entry){now, w->open};
    w->sum += w->open;
    w->open = 0;
    return 0;
}

void gf_window_release(struct gf_window *w)
{
    free(w->ring);
    gf_window_init(w, w->most, w->span);
}
