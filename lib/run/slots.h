/*
 * slots.h - how many may run at once, by which number each is known, and what happens while the
 * system has no room for another one.
 *
 *     struct gf_slots s = {0};
 *     if (gf_slots_allow(&s, 8) != 0) ... out of memory ...
 *     while (gf_slots_may(&s, now_mono)) {
 *         size_t slot = gf_slots_next(&s);
 *         int err = start(slot);
 *         if (err == 0) {
 *             gf_slots_take(&s, slot);
 *         } else if (gf_command_fault(err, false) == GF_FAULT_MOMENT) {
 *             if (!gf_slots_short(&s, now_mono)) ... give up: nothing of ours runs whose end helps
 * ... come_back_at(s.again_mono);
 *         }
 *     }
 *     gf_slots_give(&s, slot);                          // it has ended
 *     gf_slots_release(&s);
 *
 * The numbers of those that run at once differ, and the lowest free one is next: with N at once
 * they are 0 to N - 1. When fewer are allowed than run, what runs goes on.
 *
 * A shortage (no process, descriptor or memory for another one) holds starts up for a moment, then
 * one is tried again; as soon as one succeeds, as many as before may run. So a shortage that passes
 * leaves no trace.
 *
 * Pure: `now_mono` is an argument. A zeroed struct allows none and is safe to release. One thread
 * at a time.
 */
#ifndef GF_RUN_SLOTS_H
#define GF_RUN_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

/* How long a shortage holds starts up, and how often in a row a start is tried when nothing of ours
 * runs, whose end could help. */
#define GF_SLOTS_PAUSE (50 * GF_MS)
enum {
    GF_SLOTS_TRIES_ALONE = 40
};

struct gf_slots {
    size_t most; /* may run at once */
    size_t used;
    bool *taken; /* of each number */
    size_t cap;
    size_t lowest;    /* no lower number is free */
    gf_ns again_mono; /* of a shortage: no start before; 0: there is none */
    unsigned alone;   /* starts that failed in a row while nothing ran */
};

/* So many may run at once from now on. -1: memory is out. */
int gf_slots_allow(struct gf_slots *s, size_t most);

/* Whether one more may start. */
bool gf_slots_may(const struct gf_slots *s, gf_ns now_mono);

/* The lowest free number. There is one when gf_slots_may says so. */
size_t gf_slots_next(struct gf_slots *s);

/* It runs: a shortage is over. */
void gf_slots_take(struct gf_slots *s, size_t slot);
void gf_slots_give(struct gf_slots *s, size_t slot);

/* A start failed for want of a process, descriptor or memory. True: try again at s->again_mono.
 * False: it was tried often enough while nothing runs. */
bool gf_slots_short(struct gf_slots *s, gf_ns now_mono);

void gf_slots_release(struct gf_slots *s);

#endif
