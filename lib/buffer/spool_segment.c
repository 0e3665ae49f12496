/*
 * spool_segment.c - the file that the writer is at.
 *
 * A file is made when there is something to write, so an empty spool has none. All is written at
 * the place where it belongs, so a write that failed is made good by the next one.
 */
#include "buffer/spool_parts.h"

#include "base/fd.h"

int gf_spool_segment_begin(struct gf_spool *s)
{
    struct gf_spool_writer *w = &s->write;
    if (w->fd != -1)
        return 0;
    w->fd = gf_spool_seg_make(s->dir, &s->segs, w->pos.seg);
    if (w->fd == -1)
        return -1;
    w->renamed = true;
    return 0;
}

int gf_spool_segment_flush(struct gf_spool *s)
{
    struct gf_spool_writer *w = &s->write;
    if (s->batch.len == 0)
        return 0;
    if (gf_spool_batch_write(&s->batch, w->fd, (off_t)(w->pos.off - s->batch.len)) != 0)
        return -1;
    gf_spool_seg_resize(&s->segs, gf_spool_seg_from(&s->segs, w->pos.seg), w->pos.off);
    return 0;
}

int gf_spool_segment_end(struct gf_spool *s)
{
    struct gf_spool_writer *w = &s->write;
    int result = w->fd == -1 ? 0 : gf_close(w->fd);
    w->fd = -1;
    w->pos = (struct gf_spool_pos){w->pos.seg + 1, 0};
    return result;
}

/* The files, after the list. 0 or -1 with errno. */
static int cut_files(struct gf_spool *s, struct gf_spool_pos to)
{
    uint64_t gone = to.seg + (to.off != 0);
    const struct gf_spool_seg *seg;
    while ((seg = gf_spool_seg_from(&s->segs, gone)))
        if (gf_spool_seg_remove(s->dir, &s->segs, seg->number) != 0)
            return -1;
    return to.off ? gf_spool_seg_cut(s->dir, &s->segs, to.seg, to.off) : 0;
}

int gf_spool_segment_back(struct gf_spool *s, struct gf_spool_pos to)
{
    struct gf_spool_writer *w = &s->write;
    struct gf_spool_seg *end = s->segs.at + s->segs.len;
    gf_spool_batch_clear(&s->batch);
    gf_spool_cursor_shut(&s->read.at); /* its buffer may have what is taken back */
    for (struct gf_spool_seg *seg = gf_spool_seg_from(&s->segs, to.seg); seg && seg < end; seg++)
        gf_spool_seg_resize(&s->segs, seg, seg->number == to.seg ? to.off : 0);
    if (w->fd != -1 && (w->pos.seg != to.seg || to.off == 0)) {
        (void)gf_close(w->fd); /* nothing that counts was written there */
        w->fd = -1;
    }
    w->pos = to;
    if (w->fd == -1 && to.off != 0)
        w->pos = (struct gf_spool_pos){to.seg + 1, 0};
    w->torn = cut_files(s, to) != 0;
    w->torn_at = to;
    return w->torn ? -1 : 0;
}
