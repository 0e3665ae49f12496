/*
 * pad.c - a chain of blocks; taking is adding to `used`.
 *
 * A piece that does not fit into the block begins a new one, of 64 KiB or of its own size. Clearing
 * frees all blocks but the first, and taking begins anew in that one; a first block that one huge
 * piece has made is freed too. Blocks never move, so what was taken stays where it is.
 */
#include "text/pad.h"

#include <stdlib.h>

enum {
    BLOCK = 64 * 1024,
    KEPT = 1 << 20 /* a larger block is not kept */
};

struct gf_pad_block {
    struct gf_pad_block *next;
    size_t size;
    char bytes[];
};

static struct gf_pad_block *new_block(size_t n)
{
    size_t size = n > BLOCK ? n : BLOCK;
    struct gf_pad_block *b = malloc(sizeof *b + size);
    if (b)
        *b = (struct gf_pad_block){.size = size};
    return b;
}

char *gf_pad_take(struct gf_pad *p, size_t n)
{
    if (!p->now || p->now->size - p->used < n) {
        struct gf_pad_block *b = new_block(n);
        if (!b)
            return NULL;
        if (p->now)
            p->now->next = b;
        else
            p->first = b;
        p->now = b;
        p->used = 0;
    }
    char *at = p->now->bytes + p->used;
    p->used += n;
    p->taken += n;
    return at;
}

int gf_pad_copy(struct gf_pad *p, const char *data, size_t len, struct gf_slice *out)
{
    char *at = gf_pad_take(p, len);
    if (!at)
        return -1;
    if (len)
        memcpy(at, data, len);
    *out = (struct gf_slice){at, len};
    return 0;
}

void gf_pad_release(struct gf_pad *p)
{
    for (struct gf_pad_block *b = p->first, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    *p = (struct gf_pad){0};
}

void gf_pad_clear(struct gf_pad *p)
{
    if (!p->first)
        return;
    if (p->first->size > KEPT) {
        gf_pad_release(p);
        return;
    }
    for (struct gf_pad_block *b = p->first->next, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    p->first->next = NULL;
    p->now = p->first;
    p->used = p->taken = 0;
}
