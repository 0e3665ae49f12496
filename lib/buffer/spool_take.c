/*
 * spool_take.c - moves the reader over frames, and hands on the bytes of records.
 *
 * A record of one frame is handed on when its checksum was right, and so are records that share
 * one: as many as there is room for, and the place is then in the frame. One of several frames only
 * when all of them were seen: the frames from the first to the last are peeked at before its first
 * byte is handed on, in the reader's own buffer (which is filled anew from the first one on, so a
 * record across the end of a block costs no second read), or by a second cursor where they are
 * farther than that. Where one of them is missing or bad the record is passed by, up to there.
 *
 * A record that is still put is known by its first frame. Of one that is got in parts the frames
 * are handed on as they are, until it is whole.
 */
#include "buffer/spool_parts.h"

#include <errno.h>
#include <string.h>

/* What the next frame means to gf_spool_take. */
enum step {
    FAILED = -1,
    STOP,
    AGAIN,
    HAND_ON
};

static bool ends(const struct gf_spool_frame *f)
{
    return f->type == GF_SPOOL_WHOLE || f->type == GF_SPOOL_LAST || f->type == GF_SPOOL_SEVERAL;
}

static void pass_frame(struct gf_spool *s, const struct gf_spool_frame *f)
{
    gf_spool_pass(s, f->bytes - GF_SPOOL_HEAD, GF_SPOOL_HEAD + f->len);
}

static void pass_bad(struct gf_spool *s)
{
    const char *bytes;
    bool alone;
    size_t len = gf_spool_bad(&s->read.at, &bytes, &alone);
    gf_spool_pass(s, bytes, len);
}

static void read_time(struct gf_spool *s, const struct gf_spool_frame *f)
{
    struct gf_spool_time t = gf_spool_get_time(f->bytes);
    gf_spool_resume(s, &t);
    gf_spool_advance(&s->read.at, f);
}

/* The record that the reader is in, or in front of, is the one that is put at the moment. */
static bool is_under_way(const struct gf_spool *s, struct gf_spool_pos first)
{
    return s->write.open && gf_spool_same(s->write.first, first);
}

/* ---- looking ahead --------------------------------------------------------------------------- */

enum ahead {
    FAULT = -1,
    WHOLE,
    BROKEN
};

/* Like a peek at *pos, which moves to the frame; the reader stays. */
static enum gf_spool_found peek_ahead(struct gf_spool *s, struct gf_spool_pos *pos,
                                      struct gf_spool_frame *f)
{
    pos->off = gf_spool_align(pos->off);
    if (gf_spool_buffered(&s->read.at, *pos, f))
        return GF_SPOOL_FRAME;
    s->read.ahead.pos = *pos;
    enum gf_spool_found found = gf_spool_peek(&s->read.ahead, f);
    *pos = s->read.ahead.pos;
    return found;
}

/* Whether a frame can be the next of the record that begins there and has `len` bytes so far. */
static bool continues(const struct gf_spool_frame *f, struct gf_spool_pos first, uint64_t len)
{
    if (f->type != GF_SPOOL_TIME)
        return f->type == GF_SPOOL_MIDDLE || f->type == GF_SPOOL_LAST;
    struct gf_spool_time t = gf_spool_get_time(f->bytes);
    return gf_spool_same(t.first, first) && t.len == len;
}

/*
 * Whether all frames are sound from the reader's, *f, to the last of its record. Then *len is how
 * many bytes of the record they hold, else *end is where the record breaks off. *f is peeked anew.
 */
static enum ahead look(struct gf_spool *s, struct gf_spool_frame *f, uint64_t *len,
                       struct gf_spool_pos *end)
{
    bool begins = f->type == GF_SPOOL_FIRST;
    struct gf_spool_pos first = begins ? s->read.at.pos : s->read.first;
    uint64_t before = begins ? 0 : s->read.handed;
    struct gf_spool_cursor *at = &s->read.at;
    struct gf_spool_frame next = *f;
    struct gf_spool_pos pos = {at->pos.seg, gf_spool_align(at->pos.off + GF_SPOOL_HEAD + f->len)};
    enum gf_spool_found found = GF_SPOOL_FRAME;
    *len = f->len;
    if (!gf_spool_buffered(at, pos, &next) && at->base != at->pos.off && !ends(f))
        if (gf_spool_refill(at) != 0)
            return FAULT;
    for (next = *f; found == GF_SPOOL_FRAME && !ends(&next);) {
        found = peek_ahead(s, &pos, &next);
        if (found != GF_SPOOL_FRAME || !continues(&next, first, before + *len))
            break;
        pos.off += GF_SPOOL_HEAD + next.len;
        *len += next.type == GF_SPOOL_TIME ? 0 : next.len;
    }
    gf_spool_cursor_shut(&s->read.ahead);
    *end = pos;
    if (found == GF_SPOOL_FAULT || gf_spool_peek(at, f) == GF_SPOOL_FAULT)
        return FAULT;
    return found == GF_SPOOL_FRAME && next.type == GF_SPOOL_LAST ? WHOLE : BROKEN;
}

/* Passes by the frames up to `end`. 0 or -1. */
static int pass_to(struct gf_spool *s, struct gf_spool_pos end)
{
    struct gf_spool_frame f;
    for (;;) {
        enum gf_spool_found found = gf_spool_peek(&s->read.at, &f);
        if (found == GF_SPOOL_FAULT)
            return -1;
        if (found != GF_SPOOL_FRAME || gf_spool_same(s->read.at.pos, end))
            return 0;
        if (f.type == GF_SPOOL_TIME)
            read_time(s, &f);
        else
            pass_frame(s, &f);
    }
}

/* ---- one frame ------------------------------------------------------------------------------- */

/* Whether a record of that length is left for the next call, which has more room. */
static bool leave(const struct gf_spool_take *t, uint64_t len)
{
    return t->n && !t->exact && len > t->cap - t->n;
}

static enum step begin_long(struct gf_spool *s, struct gf_spool_take *t, struct gf_spool_frame *f)
{
    struct gf_spool_reader *r = &s->read;
    struct gf_spool_pos end;
    if (is_under_way(s, r->at.pos)) {
        if (!t->parts)
            return STOP;
        s->marks.force = true; /* go_on marks places in the record, in later segments */
        if (gf_spool_mark(s, false) != 0)
            return FAILED;
        r->whole = false;
    } else {
        if (!gf_spool_same(r->known, r->at.pos)) {
            enum ahead ahead = look(s, f, &r->known_len, &end);
            if (ahead == FAULT)
                return FAILED;
            if (ahead == BROKEN)
                return pass_to(s, end) == 0 ? AGAIN : FAILED;
            r->known = r->at.pos;
        }
        if (leave(t, r->known_len))
            return STOP;
        r->whole = true;
    }
    r->begun = true;
    r->first = r->at.pos;
    r->handed = 0;
    return HAND_ON;
}

/* The next frame of a record that was begun before all of it was there. */
static enum step go_on(struct gf_spool *s, struct gf_spool_take *t, struct gf_spool_frame *f)
{
    struct gf_spool_reader *r = &s->read;
    struct gf_spool_pos end;
    uint64_t len;
    if (is_under_way(s, r->first)) {
        if (!t->parts)
            return STOP;
        bool other = r->at.pos.seg != s->marks.at[s->marks.len - 1].point.pos.seg;
        return other && gf_spool_mark(s, true) != 0 ? FAILED : HAND_ON;
    }
    switch (look(s, f, &len, &end)) {
    case FAULT:
        return FAILED;
    case BROKEN:
        r->begun = false;
        return pass_to(s, end) == 0 ? AGAIN : FAILED;
    case WHOLE:
        r->whole = true;
    }
    return HAND_ON;
}

/* A frame of several records: in front of one of them, or in one of which a part was handed on. */
static enum step see_several(struct gf_spool *s, const struct gf_spool_take *t,
                             const struct gf_spool_frame *f)
{
    struct gf_spool_reader *r = &s->read;
    if (r->part && r->begun)
        return HAND_ON;
    if (t->until && r->at.pos.seg > t->until)
        return STOP;
    if (t->n && !t->exact && gf_spool_whole_in(f, r->part, t->cap - t->n) == 0)
        return STOP;
    r->begun = r->whole = true;
    return HAND_ON;
}

static enum step see_frame(struct gf_spool *s, struct gf_spool_take *t, struct gf_spool_frame *f)
{
    struct gf_spool_reader *r = &s->read;
    if (f->type == GF_SPOOL_SEVERAL)
        return see_several(s, t, f);
    if (r->part)
        return HAND_ON;
    if (f->type == GF_SPOOL_TIME) {
        read_time(s, f);
        return AGAIN;
    }
    bool begins = f->type == GF_SPOOL_WHOLE || f->type == GF_SPOOL_FIRST;
    if (begins)
        r->begun = false; /* a record that has no end */
    if (!begins && !r->begun) {
        pass_frame(s, f);
        return AGAIN;
    }
    if (!begins)
        return r->whole ? HAND_ON : go_on(s, t, f);
    if (t->until && r->at.pos.seg > t->until)
        return STOP;
    if (f->type == GF_SPOOL_FIRST)
        return begin_long(s, t, f);
    if (leave(t, f->len))
        return STOP;
    r->begun = r->whole = true;
    return HAND_ON;
}

/* How much of the frame there is room for: of several records whole ones, but of the first. */
static size_t fitting(const struct gf_spool *s, const struct gf_spool_take *t,
                      const struct gf_spool_frame *f)
{
    size_t left = f->len - s->read.part, room = t->cap - t->n, whole = 0;
    if (left <= room)
        return left;
    if (f->type == GF_SPOOL_SEVERAL && !t->exact)
        whole = gf_spool_whole_in(f, s->read.part, room);
    return whole ? whole : room;
}

static int hand_on(struct gf_spool *s, struct gf_spool_take *t, const struct gf_spool_frame *f)
{
    struct gf_spool_reader *r = &s->read;
    size_t n = fitting(s, t, f);
    uint64_t records = gf_spool_ends_in(f, r->part, n);
    if (t->buf)
        memcpy(t->buf + t->n, f->bytes + r->part, n);
    t->n += n;
    r->total.bytes += n;
    if (!t->drop)
        r->got += n;
    r->part += n;
    r->handed += n;
    r->total.records += records;
    t->records += records;
    bool in_record = f->type == GF_SPOOL_SEVERAL ? f->bytes[r->part - 1] != f->separator
                                                 : r->part < f->len || !ends(f);
    if (r->part == f->len) {
        r->part = 0;
        gf_spool_advance(&r->at, f);
    }
    if (in_record)
        return 0;
    r->begun = false;
    return t->drop ? 0 : gf_spool_mark(s, false);
}

/* Where all is read, what is in front of the reader is all that was put. */
static void reach_end(struct gf_spool *s)
{
    if (!s->read.begun && !s->write.open)
        s->read.total = s->write.put;
}

/* ---- the calls ------------------------------------------------------------------------------- */

/* The end of a record that lacks its separator: an empty frame, which has nothing to wait for. */
static int end_empty(struct gf_spool *s, struct gf_spool_take *t)
{
    struct gf_spool_frame f;
    if (!s->read.begun || s->read.part || gf_spool_peek(&s->read.at, &f) != GF_SPOOL_FRAME)
        return 0;
    return f.type == GF_SPOOL_LAST && f.len == 0 ? hand_on(s, t, &f) : 0;
}

int gf_spool_take(struct gf_spool *s, struct gf_spool_take *t)
{
    struct gf_spool_frame f;
    uint64_t passed = s->counts.damaged_bytes;
    while (t->n < t->cap) {
        enum step step = AGAIN;
        switch (gf_spool_peek(&s->read.at, &f)) {
        case GF_SPOOL_FAULT:
            return -1;
        case GF_SPOOL_END:
            reach_end(s);
            return 0;
        case GF_SPOOL_BAD:
            if (s->read.begun && s->read.whole) { /* it was sound, and a part of it is gone out */
                errno = EIO;
                return -1;
            }
            pass_bad(s);
            break;
        case GF_SPOOL_FRAME:
            step = see_frame(s, t, &f);
        }
        if (step == FAILED)
            return -1;
        if (step == STOP)
            return 0;
        if (step == HAND_ON && hand_on(s, t, &f) != 0)
            return -1;
        if (t->exact && s->counts.damaged_bytes - passed >= t->cap - t->n)
            return 0;
    }
    return end_empty(s, t);
}

enum gf_spool_found gf_spool_settle(struct gf_spool *s)
{
    struct gf_spool_frame f;
    struct gf_spool_take none = {0};
    if (end_empty(s, &none) != 0)
        return GF_SPOOL_FAULT;
    for (;;) {
        enum gf_spool_found found = gf_spool_peek(&s->read.at, &f);
        if (found == GF_SPOOL_END)
            reach_end(s);
        if (found != GF_SPOOL_FRAME || f.type != GF_SPOOL_TIME || s->read.begun)
            return found;
        read_time(s, &f);
    }
}
