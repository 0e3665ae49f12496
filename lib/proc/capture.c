/*
 * capture.c - a tail in memory, and full blocks of what came before it on disk.
 *
 * New bytes go to the tail. When the tail would pass what the caps allow, its full blocks are
 * written to the spill file first; a tail without a full block may grow whatever the caps say, so
 * that a block on disk is always full. That is at most one block and one add for each capture.
 */
#include "proc/capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t tail_used(const struct gf_capture *c)
{
    return c->tail_len - c->tail_at;
}

static bool over_cap(const struct gf_capture_store *s, const struct gf_capture *c, size_t more)
{
    return tail_used(c) + more > s->each_max || s->memory + more > s->memory_max;
}

static int push_block(struct gf_capture *c, uint32_t block)
{
    if (c->blocks_len == c->blocks_cap && c->blocks_at > c->blocks_len / 2) {
        memmove(c->blocks, c->blocks + c->blocks_at,
                (c->blocks_len - c->blocks_at) * sizeof *c->blocks);
        c->blocks_len -= c->blocks_at;
        c->blocks_at = 0;
    }
    if (c->blocks_len == c->blocks_cap) {
        size_t cap = c->blocks_cap ? c->blocks_cap * 2 : 16;
        uint32_t *p = realloc(c->blocks, cap * sizeof *p);
        if (!p)
            return -1;
        c->blocks = p;
        c->blocks_cap = cap;
    }
    c->blocks[c->blocks_len++] = block;
    return 0;
}

/* Moves the full blocks of the tail to disk, oldest first. What was moved stays moved on error. */
static int spill_tail(struct gf_capture_store *s, struct gf_capture *c)
{
    while (tail_used(c) >= GF_SPILL_BLOCK) {
        uint32_t block;
        if (gf_spill_put(&s->spill, c->tail + c->tail_at, GF_SPILL_BLOCK, &block) != 0)
            return -1;
        if (push_block(c, block) != 0) {
            gf_spill_drop(&s->spill, block);
            errno = ENOMEM;
            return -1;
        }
        c->tail_at += GF_SPILL_BLOCK;
        s->memory -= GF_SPILL_BLOCK;
    }
    return 0;
}

static int tail_room(struct gf_capture *c, size_t more)
{
    if (c->tail_cap - c->tail_len >= more)
        return 0;
    size_t used = tail_used(c);
    if (c->tail_at) {
        memmove(c->tail, c->tail + c->tail_at, used);
        c->tail_at = 0;
        c->tail_len = used;
    }
    if (c->tail_cap - used >= more)
        return 0;
    size_t cap = c->tail_cap ? c->tail_cap : 512;
    while (cap - used < more)
        cap *= 2;
    char *p = realloc(c->tail, cap);
    if (!p)
        return -1;
    c->tail = p;
    c->tail_cap = cap;
    return 0;
}

int gf_capture_add(struct gf_capture_store *s, struct gf_capture *c, const char *data, size_t len)
{
    if (over_cap(s, c, len) && spill_tail(s, c) != 0)
        return -1;
    return gf_capture_add_in_memory(s, c, data, len);
}

int gf_capture_add_in_memory(struct gf_capture_store *s, struct gf_capture *c, const char *data,
                             size_t len)
{
    if (tail_room(c, len) != 0)
        return -1;
    memcpy(c->tail + c->tail_len, data, len);
    c->tail_len += len;
    c->held += len;
    s->memory += len;
    return 0;
}

ssize_t gf_capture_peek(struct gf_capture_store *s, struct gf_capture *c, const char **data)
{
    if (c->front_at == c->front_len && c->blocks_at < c->blocks_len) {
        if (!c->front && !(c->front = malloc(GF_SPILL_BLOCK)))
            return -1;
        if (gf_spill_get(&s->spill, c->blocks[c->blocks_at], c->front, GF_SPILL_BLOCK) != 0)
            return -1;
        gf_spill_drop(&s->spill, c->blocks[c->blocks_at++]);
        c->front_at = 0;
        c->front_len = GF_SPILL_BLOCK;
    }
    if (c->front_at < c->front_len) {
        *data = c->front + c->front_at;
        return (ssize_t)(c->front_len - c->front_at);
    }
    *data = c->tail + c->tail_at;
    return (ssize_t)tail_used(c);
}

void gf_capture_consume(struct gf_capture_store *s, struct gf_capture *c, size_t n)
{
    c->held -= n;
    if (c->front_at < c->front_len) {
        c->front_at += n;
        return;
    }
    c->tail_at += n;
    s->memory -= n;
    if (c->tail_at == c->tail_len)
        c->tail_at = c->tail_len = 0;
}

/* The newest block on disk becomes the tail, which is empty. */
static int unspill(struct gf_capture_store *s, struct gf_capture *c)
{
    uint32_t block = c->blocks[c->blocks_len - 1];
    c->tail_at = c->tail_len = 0;
    if (tail_room(c, GF_SPILL_BLOCK) != 0 ||
        gf_spill_get(&s->spill, block, c->tail, GF_SPILL_BLOCK) != 0)
        return -1;
    gf_spill_drop(&s->spill, block);
    c->blocks_len--;
    c->tail_len = GF_SPILL_BLOCK;
    s->memory += GF_SPILL_BLOCK;
    return 0;
}

int gf_capture_cut(struct gf_capture_store *s, struct gf_capture *c, uint64_t n)
{
    while (n > 0) {
        size_t of_tail = n < tail_used(c) ? (size_t)n : tail_used(c);
        c->tail_len -= of_tail;
        c->held -= of_tail;
        s->memory -= of_tail;
        n -= of_tail;
        if (n > 0 && c->blocks_at == c->blocks_len) {
            c->front_len -= (size_t)n;
            c->held -= n;
            return 0;
        }
        if (n > 0 && unspill(s, c) != 0)
            return -1;
    }
    return 0;
}

void gf_capture_release(struct gf_capture_store *s, struct gf_capture *c)
{
    s->memory -= tail_used(c);
    while (c->blocks_at < c->blocks_len)
        gf_spill_drop(&s->spill, c->blocks[c->blocks_at++]);
    free(c->front);
    free(c->blocks);
    free(c->tail);
    *c = (struct gf_capture){0};
}
