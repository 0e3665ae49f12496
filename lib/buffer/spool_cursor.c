/*
 * spool_cursor.c - a buffer of whole frames slides through the segments.
 *
 * A frame is judged where it lies in the buffer. One that seems bad there may only be cut off by
 * the end of the buffer, or have been written since: so the rest of its block is read anew, to
 * where the list says that the segment ends now, and judged again. The buffer has room for more
 * than a block, from any offset on.
 */
#include "buffer/spool_cursor.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

enum {
    LARGE = 2 * GF_SPOOL_BLOCK, /* a record over the end of a block */
    SMALL = GF_SPOOL_BLOCK
};

/* Bytes in the buffer from `pos` to the end of its block. */
static size_t room_at(const struct gf_spool_cursor *c, uint64_t off)
{
    uint64_t have = c->base + c->have - off, block = GF_SPOOL_BLOCK - off % GF_SPOOL_BLOCK;
    return (size_t)(have < block ? have : block);
}

bool gf_spool_buffered(const struct gf_spool_cursor *c, struct gf_spool_pos pos,
                       struct gf_spool_frame *f)
{
    if (pos.seg != c->open || pos.off < c->base || pos.off >= c->base + c->have)
        return false;
    return gf_spool_is_frame(c->buf + (pos.off - c->base), pos, room_at(c, pos.off), f);
}

/* The segment that has a byte at the place of the cursor, or behind it; NULL: the end. */
static const struct gf_spool_seg *find(struct gf_spool_cursor *c)
{
    for (;;) {
        const struct gf_spool_seg *seg = gf_spool_seg_from(c->segs, c->pos.seg);
        if (!seg)
            return NULL;
        if (seg->number != c->pos.seg)
            c->pos = (struct gf_spool_pos){seg->number, 0};
        c->pos.off = gf_spool_align(c->pos.off);
        if (c->pos.off < seg->size)
            return seg;
        if (seg == &c->segs->at[c->segs->len - 1])
            return NULL;
        c->pos = (struct gf_spool_pos){seg[1].number, 0};
    }
}

static int open_segment(struct gf_spool_cursor *c, uint64_t number)
{
    if (c->open == number)
        return 0;
    gf_spool_cursor_shut(c);
    int fd = gf_spool_seg_open(c->dir, number);
    if (fd == -1)
        return -1;
    c->fd = fd;
    c->open = number;
    return 0;
}

static int fill(struct gf_spool_cursor *c, const struct gf_spool_seg *seg)
{
    size_t cap = c->small ? SMALL : LARGE;
    uint64_t left = seg->size - c->pos.off;
    size_t want = left < cap ? (size_t)left : cap;
    if (!c->buf && !(c->buf = malloc(cap)))
        return -1;
    if (open_segment(c, seg->number) != 0)
        return -1;
    c->have = 0;
    ssize_t n = gf_pread(c->fd, c->buf, want, (off_t)c->pos.off);
    if (n >= 0 && (size_t)n < want)
        errno = EIO;
    if (n < 0 || (size_t)n < want)
        return -1;
    c->base = c->pos.off;
    c->have = want;
    return 0;
}

enum gf_spool_found gf_spool_peek(struct gf_spool_cursor *c, struct gf_spool_frame *f)
{
    c->pos.off = gf_spool_align(c->pos.off);
    if (gf_spool_buffered(c, c->pos, f))
        return GF_SPOOL_FRAME;
    const struct gf_spool_seg *seg = find(c);
    if (!seg)
        return GF_SPOOL_END;
    if (fill(c, seg) != 0)
        return GF_SPOOL_FAULT;
    return gf_spool_buffered(c, c->pos, f) ? GF_SPOOL_FRAME : GF_SPOOL_BAD;
}

int gf_spool_refill(struct gf_spool_cursor *c)
{
    const struct gf_spool_seg *seg = find(c);
    if (seg)
        return fill(c, seg);
    errno = EIO;
    return -1;
}

size_t gf_spool_bad(const struct gf_spool_cursor *c, const char **bytes, bool *alone)
{
    size_t room = room_at(c, c->pos.off);
    const char *frame = c->buf + (c->pos.off - c->base);
    struct gf_spool_frame f;
    *bytes = frame;
    *alone = false;
    if (room < GF_SPOOL_HEAD || gf_spool_len(frame) > room - GF_SPOOL_HEAD)
        return room;
    size_t len = GF_SPOOL_HEAD + gf_spool_len(frame);
    struct gf_spool_pos next = {c->pos.seg, c->pos.off + len};
    uint64_t end = c->pos.off + room;
    *alone = next.off == end || gf_spool_align(next.off) > next.off ||
             gf_spool_is_frame(frame + len, next, room - len, &f);
    return *alone ? len : room;
}

bool gf_spool_any_frame(const struct gf_spool_cursor *c)
{
    size_t room = room_at(c, c->pos.off);
    const char *frame = c->buf + (c->pos.off - c->base);
    struct gf_spool_frame f;
    for (size_t i = 1; i < room; i++)
        if (gf_spool_is_frame(frame + i, (struct gf_spool_pos){c->pos.seg, c->pos.off + i},
                              room - i, &f))
            return true;
    return false;
}

void gf_spool_cursor_shut(struct gf_spool_cursor *c)
{
    if (c->open)
        close(c->fd);
    c->open = 0;
    c->have = 0;
}

void gf_spool_cursor_release(struct gf_spool_cursor *c)
{
    gf_spool_cursor_shut(c);
    free(c->buf);
    c->buf = NULL;
}
