/*
 * pad.h - scratch bytes that stay where they are until the pad is cleared: for the text of the
 * records that an operation makes. When it is cleared the first block is kept, unless that is a
 * large one.
 *
 *     char *p = gf_pad_take(&pad, n);       NULL: ENOMEM
 *     gf_pad_clear(&pad);                   everything taken is void
 *     gf_pad_release(&pad);
 *
 * A zeroed struct is empty. One thread.
 */
#ifndef GF_TEXT_PAD_H
#define GF_TEXT_PAD_H

#include <stddef.h>

#include "text/slice.h"

struct gf_pad_block;

struct gf_pad {
    struct gf_pad_block *first, *now;
    size_t used;
    size_t taken; /* bytes, since it was cleared */
};

char *gf_pad_take(struct gf_pad *p, size_t n);

/* The last n bytes of what was taken last are not needed. */
static inline void gf_pad_give_back(struct gf_pad *p, size_t n)
{
    p->used -= n;
    p->taken -= n;
}

/* A copy. -1: ENOMEM. */
int gf_pad_copy(struct gf_pad *p, const char *data, size_t len, struct gf_slice *out);
void gf_pad_clear(struct gf_pad *p);
void gf_pad_release(struct gf_pad *p);

#endif
