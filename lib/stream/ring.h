/*
 * ring.h - copies of the last N records: what batch and window hold back.
 *
 * Bounded by the stage's share of the budget. A zeroed struct is empty.
 */
#ifndef GF_STREAM_RING_H
#define GF_STREAM_RING_H

#include "stream/stage.h"

struct gf_ring {
    struct gf_buf *rec;
    size_t size, first, n; /* n records from `first` on */
    size_t bytes;
};

/* Adds a record; the oldest goes when there are `most`. -1: the fault is set. */
int gf_ring_add(struct gf_stage *s, struct gf_ring *r, struct gf_slice rec, size_t most);

/* Record i, the oldest is 0. */
struct gf_buf *gf_ring_at(const struct gf_ring *r, size_t i);
void gf_ring_release(struct gf_ring *r);

#endif
