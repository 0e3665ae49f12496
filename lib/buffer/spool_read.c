/*
 * spool_read.c - what is got, skipped and dropped is all taken from the reader; what differs is
 * where the bytes go, and whether they count as got.
 *
 * A drop goes to the end of the segment that the reader is in: less gives no space back. Where that
 * is the writer's segment too, the writer leaves it. A record that is still put is dropped as a
 * write that has failed is taken back, and what is put of it later is thrown away.
 */
#include "buffer/spool_parts.h"

ssize_t gf_spool_get(struct gf_spool *s, char *buf, size_t cap, bool parts)
{
    struct gf_spool_take t = {.buf = buf, .cap = cap, .parts = parts};
    int result = gf_spool_take(s, &t);
    return result == 0 || t.n ? (ssize_t)t.n : -1;
}

/* The reader opens the segment of the writer now: later, its name may be gone. */
static void follow(struct gf_spool *s)
{
    struct gf_spool_cursor *c = &s->read.at;
    uint64_t segment = s->write.pos.seg;
    c->have = 0;
    if (c->open == segment)
        return;
    gf_spool_cursor_shut(c);
    int fd = s->write.fd == -1 ? -1 : gf_spool_seg_open(s->dir, segment);
    if (fd == -1)
        return; /* it is opened when it is read */
    c->fd = fd;
    c->open = segment;
}

/* The reader goes to where the writer is, over `len` bytes of whole records. Whether it could. */
static bool jump(struct gf_spool *s, size_t len)
{
    struct gf_spool_reader *r = &s->read;
    const struct gf_spool_writer *w = &s->write;
    if (w->open || w->discard || w->torn || r->begun || r->lost ||
        w->put.bytes - r->total.bytes != len)
        return false;
    follow(s);
    r->at.pos = w->pos;
    r->part = 0;
    r->total = w->put;
    r->wall = w->time_wall;
    r->timed = w->pos.seg;
    r->got += len;
    (void)gf_spool_mark(s, false); /* without it less is known to be out */
    return true;
}

void gf_spool_skip(struct gf_spool *s, size_t len)
{
    if (jump(s, len))
        return;
    struct gf_spool_take t = {.cap = len, .parts = true, .exact = true};
    (void)gf_spool_take(s, &t); /* what cannot be read comes out again, by a get that says so */
    if (t.n == len)
        return;
    s->read.got += len - t.n;
    s->marks.force = true;
}

/* The record that is still put, which the reader is in front of. */
static void drop_open(struct gf_spool *s, struct gf_spool_take *t)
{
    struct gf_spool_writer *w = &s->write;
    t->n = (size_t)(w->put.bytes - s->read.total.bytes);
    t->records = 1;
    (void)gf_spool_segment_back(s, w->first); /* where that fails, the next put tries it again */
    w->open = false;
    w->discard = true;
    w->put.bytes -= t->n;
}

uint64_t gf_spool_drop(struct gf_spool *s, uint64_t *bytes)
{
    struct gf_spool_reader *r = &s->read;
    *bytes = 0;
    enum gf_spool_found found = gf_spool_settle(s);
    if (r->begun || found == GF_SPOOL_FAULT || found == GF_SPOOL_END)
        return 0;
    uint64_t segment = r->at.pos.seg;
    bool all_of_it = !r->part && (r->at.pos.off <= GF_SPOOL_HEAD + GF_SPOOL_TIME_LEN ||
                                  gf_spool_same(r->landed, r->at.pos)); /* nothing of it was got */
    struct gf_spool_take t = {.cap = SIZE_MAX, .drop = true, .until = segment};
    (void)gf_spool_take(s, &t); /* what cannot be read is not dropped, and a get says so */
    if (t.records == 0 && s->write.open && gf_spool_same(s->write.first, r->at.pos))
        drop_open(s, &t);
    if (gf_spool_settle(s) == GF_SPOOL_END && !s->write.open && s->write.fd != -1) {
        (void)gf_spool_segment_end(s);
        r->at.pos = s->write.pos;
    }
    r->landed = r->at.pos;
    s->marks.force = true;
    (void)gf_spool_mark(s, false); /* without it less is known to be out */
    if (gf_spool_checkpoint(s) != 0)
        (void)gf_spool_remove_out(s);
    if (all_of_it && r->at.pos.seg > segment) {
        gf_spool_cursor_shut(&r->at);
        (void)gf_spool_seg_remove(s->dir, &s->segs, segment);
    }
    *bytes = t.n;
    return t.records;
}
