/*
 * spool_marks.c - bytes that are out, as a place in a segment.
 *
 * The caller says how many bytes are out, and the records between what is got and what is out may
 * be many. So the reader leaves a mark every 16 KiB, at the end of a record, and one after each
 * place where it passed bytes by or jumped. The exact place is found by walking from the last mark
 * that is out, over frames of which none is bad, when it is asked for. A place is in front of a
 * record until all of the record is out.
 *
 * Where there are too many marks every second one is dropped: the walk is longer then. A walk that
 * meets what it cannot read ends there, so the place is too far in front, never too far behind.
 */
#include "buffer/spool_parts.h"

#include <errno.h>
#include <string.h>

#include "base/grow.h"

enum {
    EVERY = 16 * 1024,
    MOST = 8192
};

/* The last mark, which has to stay. */
static void thin_out(struct gf_spool_marks *m)
{
    size_t kept = 0;
    for (size_t i = 0; i + 1 < m->len; i += 2)
        m->at[kept++] = m->at[i];
    m->at[kept++] = m->at[m->len - 1];
    m->len = kept;
}

int gf_spool_mark(struct gf_spool *s, bool mid)
{
    struct gf_spool_marks *m = &s->marks;
    const struct gf_spool_reader *r = &s->read;
    if (m->len && !mid && !m->force && r->got - m->at[m->len - 1].got < EVERY)
        return 0;
    if (m->len == MOST)
        thin_out(m);
    struct gf_spool_mark *more = gf_grow(m->at, &m->cap, m->len + 1, sizeof *more);
    if (!more)
        return -1;
    m->at = more;
    m->at[m->len++] = (struct gf_spool_mark){
        r->got, {.pos = r->at.pos, .part = r->part, .out = r->total, .wall = r->wall, .mid = mid}};
    m->force = false;
    return 0;
}

/* The records of the frame that are out by `out`. Whether all of it is. */
static bool step_in(struct gf_spool_mark *m, struct gf_spool_cursor *c,
                    const struct gf_spool_frame *f, uint64_t out)
{
    size_t from = (size_t)m->point.part;
    if (m->point.part >= f->len)
        return false;
    size_t n = gf_spool_whole_in(f, from, out - m->got);
    m->got += n;
    m->point.out.bytes += n;
    m->point.out.records += gf_spool_ends_in(f, from, n);
    m->point.part += n;
    if (m->point.part < f->len)
        return false;
    gf_spool_advance(c, f);
    m->point.pos = c->pos;
    m->point.part = 0;
    return true;
}

/* One frame further, if that is out by `out`. `part`: bytes of the record that is under way. */
static bool step(struct gf_spool_mark *m, struct gf_spool_cursor *c, uint64_t out, uint64_t *part,
                 bool *in)
{
    struct gf_spool_frame f;
    if (gf_spool_peek(c, &f) != GF_SPOOL_FRAME)
        return false;
    if (f.type == GF_SPOOL_SEVERAL)
        return !*in && step_in(m, c, &f, out);
    gf_spool_advance(c, &f);
    if (f.type == GF_SPOOL_TIME) {
        if (!*in) {
            struct gf_spool_time t = gf_spool_get_time(f.bytes);
            m->point.wall = t.wall;
            m->point.pos = c->pos;
        }
        return true;
    }
    bool begins = f.type == GF_SPOOL_WHOLE || f.type == GF_SPOOL_FIRST;
    if (begins == *in || m->got + *part + f.len > out)
        return false;
    *part += f.len;
    *in = f.type != GF_SPOOL_WHOLE && f.type != GF_SPOOL_LAST;
    if (*in)
        return true;
    m->got += *part;
    m->point.out.bytes += *part;
    m->point.out.records++;
    m->point.pos = c->pos;
    m->point.mid = false;
    *part = 0;
    return true;
}

void gf_spool_marks_advance(struct gf_spool *s)
{
    struct gf_spool_marks *m = &s->marks;
    size_t first = 0;
    while (first + 1 < m->len && m->at[first + 1].got <= s->out)
        first++;
    m->len -= first;
    memmove(m->at, m->at + first, m->len * sizeof *m->at);
    uint64_t part = 0;
    bool in = m->at[0].point.mid;
    m->walk.pos = m->at[0].point.pos;
    while (step(&m->at[0], &m->walk, s->out, &part, &in))
        ;
    gf_spool_cursor_shut(&m->walk);
}
