/*
 * spool_out.c - what is out is written down, and its segments are removed.
 *
 * First the checkpoint, then the segments in front of it. A process that ends in between leaves
 * segments that the next checkpoint's place is behind; they are removed then. Where all that was
 * put is out, the checkpoint is the beginning of the next segment, and then the writer leaves its
 * own: so the disk is free, and no segment is made in front of the checkpoint. Where none can be
 * written, as in a directory that is gone, the writer goes on with the file that it has.
 */
#include "buffer/spool_parts.h"

#include <errno.h>

void gf_spool_out(struct gf_spool *s, uint64_t len)
{
    uint64_t most = s->read.got - s->out;
    s->out += len < most ? len : most;
}

/* marks.at[0] becomes as exact as can be. Whether all that was put is out. */
static bool refine(struct gf_spool *s)
{
    enum gf_spool_found found = GF_SPOOL_FRAME;
    if (s->out == s->read.got)
        found = gf_spool_settle(s);
    if (s->out != s->read.got || s->read.begun) {
        gf_spool_marks_advance(s);
        return false;
    }
    s->marks.len = 0;
    (void)gf_spool_mark(s, false); /* has room: one was there */
    return found == GF_SPOOL_END && !s->write.open;
}

bool gf_spool_can_free(struct gf_spool *s)
{
    bool all = refine(s);
    return s->segs.len && (all || s->segs.at[0].number < s->marks.at[0].point.pos.seg);
}

static void let_go(struct gf_spool *s, uint64_t number)
{
    if (s->read.at.open == number)
        gf_spool_cursor_shut(&s->read.at);
}

int gf_spool_remove_out(struct gf_spool *s)
{
    uint64_t number = s->marks.at[0].point.pos.seg;
    while (s->segs.len && s->segs.at[0].number < number) {
        let_go(s, s->segs.at[0].number);
        if (gf_spool_seg_remove(s->dir, &s->segs, s->segs.at[0].number) != 0)
            return -1;
    }
    return 0;
}

static bool is_written(const struct gf_spool *s, const struct gf_spool_point *p)
{
    return s->pointed && gf_spool_same(s->point.pos, p->pos) && s->point.part == p->part &&
           s->point.mid == p->mid;
}

int gf_spool_checkpoint(struct gf_spool *s)
{
    bool all = refine(s), leave = all && s->write.fd != -1;
    int result = 0, code = 0;
    struct gf_spool_point p = s->marks.at[0].point;
    if (all) {
        p.pos = s->write.pos;
        p.out = s->write.put;
    }
    if (leave)
        p.pos = (struct gf_spool_pos){s->write.pos.seg + 1, 0};
    if (!is_written(s, &p)) {
        if (gf_spool_point_write(s->dir, &p) != 0)
            return -1;
        s->point = p;
        s->pointed = s->point_unsynced = true;
        s->write.renamed = true;
    }
    if (leave && gf_spool_segment_end(s) != 0)
        result = -1, code = errno;
    if (all)
        s->read.at.pos = s->marks.at[0].point.pos = p.pos;
    if (gf_spool_remove_out(s) != 0)
        return -1;
    errno = code;
    return result;
}

uint64_t gf_spool_cut_bytes(const struct gf_spool *s)
{
    return s->counts.cut_bytes;
}

uint64_t gf_spool_put_records(const struct gf_spool *s)
{
    return s->write.put.records;
}

const struct gf_spool_counts *gf_spool_counts(struct gf_spool *s)
{
    struct gf_spool_counts *c = &s->counts;
    bool all = refine(s);
    const struct gf_spool_mark *m = &s->marks.at[0];
    uint64_t most = all ? 0 : s->segs.bytes;
    c->bytes = gf_spool_less(s->write.put.bytes, m->point.out.bytes + (s->out - m->got), most);
    c->records = gf_spool_less(s->write.put.records, m->point.out.records, most);
    c->oldest_wall = all ? 0 : m->point.wall;
    c->disk = s->segs.bytes + s->damaged_file + (s->pointed ? GF_SPOOL_POINT : 0) +
              gf_spool_file_size(s->dir, "lock");
    return c;
}
