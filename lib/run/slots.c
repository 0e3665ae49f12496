/*
 * slots.c - how many may run at once.
 *
 * A flag a number, and the lowest number that may be free: it goes up while numbers are taken and
 * down when one is given back, so a search passes by each taken number once at most for each that
 * is given back below it.
 */
#include "run/slots.h"

#include <stdlib.h>

#include "base/grow.h"
#include "base/sat.h"

/* Flags for at least so many numbers. */
static int make_room(struct gf_slots *s, size_t n)
{
    size_t before = s->cap;
    bool *more = gf_grow(s->taken, &s->cap, n, sizeof *more);
    if (!more)
        return -1;
    s->taken = more;
    for (size_t i = before; i < s->cap; i++)
        s->taken[i] = false;
    return 0;
}

int gf_slots_allow(struct gf_slots *s, size_t most)
{
    /* One flag more than may be taken: gf_slots_next always ends at a free one. */
    if (make_room(s, gf_sat_add(most > s->used ? most : s->used, 1)) != 0)
        return -1;
    s->most = most;
    return 0;
}

bool gf_slots_may(const struct gf_slots *s, gf_ns now_mono)
{
    return s->used < s->most && now_mono >= s->again_mono;
}

size_t gf_slots_next(struct gf_slots *s)
{
    while (s->taken[s->lowest])
        s->lowest++;
    return s->lowest;
}

void gf_slots_take(struct gf_slots *s, size_t slot)
{
    s->taken[slot] = true;
    s->used++;
    s->again_mono = 0;
    s->alone = 0;
}

void gf_slots_give(struct gf_slots *s, size_t slot)
{
    s->taken[slot] = false;
    s->used--;
    if (slot < s->lowest)
        s->lowest = slot;
}

bool gf_slots_short(struct gf_slots *s, gf_ns now_mono)
{
    s->alone = s->used ? 0 : s->alone + 1;
    s->again_mono = gf_sat_add_i64(now_mono, GF_SLOTS_PAUSE);
    return s->alone <= GF_SLOTS_TRIES_ALONE;
}

void gf_slots_release(struct gf_slots *s)
{
    free(s->taken);
    *s = (struct gf_slots){0};
}
