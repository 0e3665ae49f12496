/*
 * spool_cursor.h - reads the frames of a spool in their order, through all segments.
 *
 *     struct gf_spool_cursor c = {.dir = dir, .segs = &segs, .pos = {1, 0}};
 *     struct gf_spool_frame f;
 *     while (gf_spool_peek(&c, &f) == GF_SPOOL_FRAME)
 *         gf_spool_advance(&c, &f);
 *     gf_spool_cursor_release(&c);
 *
 * No byte is seen whose checksum was not looked at. Bytes that the list of segments does not have
 * yet are not read. One thread.
 */
#ifndef GF_BUFFER_SPOOL_CURSOR_H
#define GF_BUFFER_SPOOL_CURSOR_H

#include "buffer/spool_files.h"
#include "buffer/spool_frame.h"

struct gf_spool_cursor {
    int dir;
    const struct gf_spool_segs *segs;
    struct gf_spool_pos pos; /* the next frame; the caller may set it */
    uint64_t open;           /* the segment that `fd` is; 0: none */
    int fd;
    bool small; /* for short looks: a small buffer */
    char *buf;
    size_t have; /* bytes of the segment from `base` on */
    uint64_t base;
};

enum gf_spool_found {
    GF_SPOOL_FAULT = -1, /* errno; a segment that is shorter than the list says is EIO */
    GF_SPOOL_END,
    GF_SPOOL_FRAME,
    GF_SPOOL_BAD /* the checksum, or the length */
};

/* What is at the place of the cursor, which moves to where a frame can be. The bytes of the frame
 * are valid until the next call with the cursor. */
enum gf_spool_found gf_spool_peek(struct gf_spool_cursor *c, struct gf_spool_frame *f);

/* Whether a sound frame at that place is in the buffer, which is all that is looked at. */
bool gf_spool_buffered(const struct gf_spool_cursor *c, struct gf_spool_pos pos,
                       struct gf_spool_frame *f);

/* Fills the buffer from the cursor's place on. After a peek that found a frame. */
int gf_spool_refill(struct gf_spool_cursor *c);

static inline void gf_spool_advance(struct gf_spool_cursor *c, const struct gf_spool_frame *f)
{
    c->pos.off = gf_spool_align(c->pos.off + GF_SPOOL_HEAD + f->len);
}

/* After GF_SPOOL_BAD: how many bytes are to be passed by, which are at *bytes. *alone: one frame,
 * whose length is believed because of what follows; else the rest of the block. */
size_t gf_spool_bad(const struct gf_spool_cursor *c, const char **bytes, bool *alone);

/* After GF_SPOOL_BAD: whether anything in the rest of the block is a sound frame. */
bool gf_spool_any_frame(const struct gf_spool_cursor *c);

/* Closes the segment; the buffer is empty. */
void gf_spool_cursor_shut(struct gf_spool_cursor *c);

void gf_spool_cursor_release(struct gf_spool_cursor *c);

#endif
