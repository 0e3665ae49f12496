/*
 * timers.c - moments to come, in a heap.
 *
 * A binary heap in an array: the children of place i are 2i and 2i + 1 (Williams, "Algorithm 232",
 * CACM 7(6), 1964). Each timer knows its place, so it can be taken out of the middle.
 */
#include "run/timers.h"

#include <stdlib.h>

#include "base/grow.h"

static bool is_before(const struct gf_timer *a, const struct gf_timer *b)
{
    return a->at_mono != b->at_mono ? a->at_mono < b->at_mono : a->order < b->order;
}

static void put(struct gf_timers *all, size_t place, struct gf_timer *t)
{
    all->heap[place - 1] = t;
    t->place = place;
}

/* Moves the timer of that place up or down to where it belongs. */
static void sift(struct gf_timers *all, size_t place)
{
    struct gf_timer *t = all->heap[place - 1];
    for (; place > 1 && is_before(t, all->heap[place / 2 - 1]); place /= 2)
        put(all, place, all->heap[place / 2 - 1]);
    for (size_t child; (child = 2 * place) <= all->n; place = child) {
        child += child < all->n && is_before(all->heap[child], all->heap[child - 1]);
        if (!is_before(all->heap[child - 1], t))
            break;
        put(all, place, all->heap[child - 1]);
    }
    put(all, place, t);
}

static void take_out(struct gf_timers *all, struct gf_timer *t)
{
    size_t place = t->place;
    struct gf_timer *last = all->heap[--all->n];
    t->place = 0;
    if (last == t)
        return;
    put(all, place, last);
    sift(all, place);
}

gf_ns gf_timers_next(const struct gf_timers *all)
{
    return all->n ? all->heap[0]->at_mono : GF_NEVER;
}

struct gf_timer *gf_timers_take(struct gf_timers *all, gf_ns now_mono)
{
    struct gf_timer *t = all->n && all->heap[0]->at_mono <= now_mono ? all->heap[0] : NULL;
    if (t)
        take_out(all, t);
    return t;
}

static void arm(struct gf_timers *all)
{
    if (!all->loop || all->at_work)
        return;
    gf_ns next = gf_timers_next(all), now = gf_now_mono();
    ev_timer_stop(all->loop, &all->timer);
    if (next == GF_NEVER)
        return;
    ev_now_update(all->loop);
    ev_timer_set(&all->timer, next > now ? (double)(next - now) / 1e9 : 0, 0);
    ev_timer_start(all->loop, &all->timer);
}

/* What becomes due while others are served is for the next turn of the loop, so that a timer that
 * sets itself at once keeps nobody waiting. One that is set for the past comes behind all that are
 * due already. */
static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct gf_timers *all = w->data;
    gf_ns now = gf_now_mono();
    (void)loop;
    (void)events;
    all->at_work = true;
    all->served_mono = now;
    uint64_t orders = all->orders;
    for (struct gf_timer *t; all->n && all->heap[0]->order <= orders;) {
        t = gf_timers_take(all, now);
        if (!t)
            break;
        t->due(t);
    }
    all->at_work = false;
    arm(all);
}

static int make_room(struct gf_timers *all, size_t n)
{
    struct gf_timer **more = gf_grow(all->heap, &all->cap, n, sizeof *more);
    if (!more)
        return -1;
    all->heap = more;
    return 0;
}

int gf_timers_reserve(struct gf_timers *all)
{
    if (make_room(all, all->reserved + 1) != 0)
        return -1;
    all->reserved++;
    return 0;
}

void gf_timers_give_back(struct gf_timers *all)
{
    all->reserved--;
}

int gf_timers_set(struct gf_timers *all, struct gf_timer *t, gf_ns at_mono)
{
    gf_ns next = gf_timers_next(all);
    if (!t->place) {
        if (make_room(all, all->n + 1) != 0)
            return -1;
        put(all, ++all->n, t);
    }
    t->at_mono = all->at_work && at_mono < all->served_mono ? all->served_mono : at_mono;
    t->order = ++all->orders;
    sift(all, t->place);
    if (gf_timers_next(all) != next)
        arm(all);
    return 0;
}

void gf_timers_cancel(struct gf_timers *all, struct gf_timer *t)
{
    if (!t->place)
        return;
    bool was_first = t->place == 1;
    take_out(all, t);
    if (was_first)
        arm(all);
}

void gf_timers_open(struct gf_timers *all, struct ev_loop *loop)
{
    all->loop = loop;
    ev_timer_init(&all->timer, on_timer, 0, 0);
    all->timer.data = all;
}

void gf_timers_close(struct gf_timers *all)
{
    while (all->n)
        take_out(all, all->heap[0]);
    if (all->loop)
        ev_timer_stop(all->loop, &all->timer);
    free(all->heap);
    all->heap = NULL;
    all->cap = 0;
    all->loop = NULL;
}
