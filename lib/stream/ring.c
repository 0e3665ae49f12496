/*
 * ring.c - an array of buffers that are used again, and the place of the oldest.
 *
 * The array grows by doubling until it has `most` places. It never has to be unrolled, since
 * nothing is dropped before it is as large as it will be. A buffer keeps its room for the next
 * record; the sum of these rooms is what is held against the share.
 */
#include "stream/ring.h"

#include <stdlib.h>

void gf_ring_release(struct gf_ring *r)
{
    for (size_t i = 0; r->rec && i < r->size; i++)
        gf_buf_release(&r->rec[i]);
    free(r->rec);
    *r = (struct gf_ring){0};
}

struct gf_buf *gf_ring_at(const struct gf_ring *r, size_t i)
{
    return &r->rec[(r->first + i) % r->size];
}

/* Room for one more, up to `most` records: by growing in place while nothing was dropped yet. */
static int ring_room(struct gf_ring *r, size_t most)
{
    if (r->n < r->size)
        return 0;
    size_t size = r->size ? r->size * 2 : 16;
    size = size > most ? most : size;
    struct gf_buf *rec = size > SIZE_MAX / sizeof *rec ? NULL : realloc(r->rec, size * sizeof *rec);
    if (!rec)
        return -1;
    memset(rec + r->size, 0, (size - r->size) * sizeof *rec);
    r->rec = rec;
    r->size = size;
    return 0;
}

/* Adds a record; the oldest goes when there are `most`. */
int gf_ring_add(struct gf_stage *s, struct gf_ring *r, struct gf_slice rec, size_t most)
{
    if (r->n == most) {
        r->first = (r->first + 1) % r->size;
        r->n--;
    } else if (ring_room(r, most) != 0) {
        return gf_fault_nomem(&s->stream->fault);
    }
    struct gf_buf *b = gf_ring_at(r, r->n);
    r->bytes -= b->cap;
    gf_buf_clear(b);
    if (gf_buf_add(b, rec.data, rec.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    r->bytes += b->cap;
    r->n++;
    if (r->bytes + r->size * sizeof *b <= s->stream->share)
        return 0;
    return gf_stage_full(s);
}
