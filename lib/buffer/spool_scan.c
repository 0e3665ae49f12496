/*
 * spool_scan.c - tells a torn end from damage.
 *
 * A process that is killed leaves the front of its last write: whole frames, then one that is cut
 * off. So bad bytes are torn when they are the last of the segment, when what there is of a head
 * says that more of the frame is missing, and when nothing behind them is a sound frame, not even
 * at a place where none is expected. All other bad bytes, zeros of a loss of power too, are damage,
 * which the reader finds again, counts and keeps.
 *
 * What follows the last whole record, sound or not, was never promised. Where that is all there is
 * of a segment, the record that was under way has begun in an earlier one.
 *
 * Each segment begins with how much was put in front of it. So one segment is read to know the
 * sums; where its first frame is bad the one in front of it is needed too.
 */
#include "buffer/spool_parts.h"

#include <errno.h>
#include <string.h>

struct state {
    struct gf_spool_scan *out;
    uint64_t size;               /* of the segment */
    struct gf_spool_totals seen; /* with the record that is under way */
};

static void see_bad(struct state *st, struct gf_spool_cursor *c)
{
    const char *bytes;
    bool alone;
    size_t len = gf_spool_bad(c, &bytes, &alone);
    bool last = c->pos.off + len >= st->size;
    if (!last || !gf_spool_is_begun(bytes, len) || gf_spool_any_frame(c)) { /* damage */
        st->out->keep = c->pos.off + len;
        st->out->total = st->seen;
    }
    c->pos.off += len;
}

static void see_frame(struct state *st, struct gf_spool_cursor *c, const struct gf_spool_frame *f)
{
    uint64_t end = c->pos.off + GF_SPOOL_HEAD + f->len;
    gf_spool_advance(c, f);
    if (f->type == GF_SPOOL_TIME) {
        struct gf_spool_time t = gf_spool_get_time(f->bytes);
        if (!st->out->based)
            st->out->total = t.before;
        st->out->based = true;
        st->seen = t.before;
        return;
    }
    uint64_t records = gf_spool_ends_in(f, 0, f->len);
    st->seen.bytes += f->len;
    if (!records)
        return;
    st->seen.records += records;
    st->out->total = st->seen;
    st->out->keep = end;
}

int gf_spool_scan(struct gf_spool_cursor *c, uint64_t segment, struct gf_spool_scan *out)
{
    const struct gf_spool_seg *seg = gf_spool_seg_from(c->segs, segment);
    struct state st = {.out = out, .size = seg ? seg->size : 0};
    struct gf_spool_frame f;
    memset(out, 0, sizeof *out);
    c->pos = (struct gf_spool_pos){segment, 0};
    for (;;) {
        switch (gf_spool_peek(c, &f)) {
        case GF_SPOOL_FAULT:
            return -1;
        case GF_SPOOL_END:
            return 0;
        case GF_SPOOL_BAD:
            if (c->pos.seg != segment)
                return 0;
            see_bad(&st, c);
            break;
        case GF_SPOOL_FRAME:
            if (c->pos.seg != segment)
                return 0;
            see_frame(&st, c, &f);
            break;
        }
    }
}

int gf_spool_total(struct gf_spool_cursor *c, const struct gf_spool_scan *last,
                   struct gf_spool_totals *out)
{
    struct gf_spool_scan scan = *last;
    *out = scan.total;
    for (size_t i = c->segs->len; !scan.based && i > 1; i--) {
        if (gf_spool_scan(c, c->segs->at[i - 2].number, &scan) != 0)
            return -1;
        out->records += scan.total.records;
        out->bytes += scan.total.bytes;
    }
    return 0;
}

bool gf_spool_point_fits(const struct gf_spool_segs *segs, const struct gf_spool_point *p)
{
    if (p->pos.seg == 0 || p->pos.seg >> 62)
        return false;
    if (!segs->len)
        return true;
    const struct gf_spool_seg *last = &segs->at[segs->len - 1];
    if (p->pos.seg > last->number)
        return p->pos.seg == last->number + 1 && p->pos.off == 0;
    const struct gf_spool_seg *seg = gf_spool_seg_from(segs, p->pos.seg);
    return seg->number != p->pos.seg || p->pos.off <= gf_spool_align(seg->size);
}
