/*
 * spool_write.c - records become frames of a batch, which is written by one call at the end of a
 * put, or when it is full.
 *
 * Whole records share a frame, as many as lie together and as it may have; one that is longer, that
 * is put in parts or that goes over the end of a block has frames of its own.
 *
 * Whether a record fits is reckoned in front of it, with all heads, zeros at the ends of blocks and
 * beginnings of segments that it takes; what does not fit is not begun. When a write fails all that
 * the call put is taken back, on the disk too.
 */
#include "buffer/spool_parts.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "text/scan.h"

enum {
    TIME = GF_SPOOL_HEAD + GF_SPOOL_TIME_LEN
};

/* ---- frames ---------------------------------------------------------------------------------- */

/* A frame at the writer's place; `head` has room for its head. */
static void seal(struct gf_spool_writer *w, char *head, const struct gf_spool_frame *f)
{
    gf_spool_seal(head, w->pos, f);
    w->pos.off += GF_SPOOL_HEAD + f->len;
}

static void put_time(struct gf_spool *s, gf_ns now_wall)
{
    struct gf_spool_writer *w = &s->write;
    struct gf_spool_time t = {.wall = now_wall, .before = w->put};
    if (w->open) {
        t.first = w->first;
        t.len = w->put.bytes - w->first_at;
    }
    char *head = gf_spool_batch_own(&s->batch, TIME);
    gf_spool_put_time(head + GF_SPOOL_HEAD, &t);
    seal(w, head,
         &(struct gf_spool_frame){head + GF_SPOOL_HEAD, GF_SPOOL_TIME_LEN, GF_SPOOL_TIME, 0});
    w->time_wall = now_wall;
}

/* The next frame can be put at the writer's place, and has room in the batch. */
static int make_place(struct gf_spool *s, gf_ns now_wall)
{
    struct gf_spool_writer *w = &s->write;
    size_t zeros = (size_t)(gf_spool_align(w->pos.off) - w->pos.off);
    if (zeros)
        (void)gf_spool_batch_own(&s->batch, zeros);
    w->pos.off += zeros;
    bool full = w->pos.off >= s->segment;
    if ((full || gf_spool_batch_is_full(&s->batch)) && gf_spool_segment_flush(s) != 0)
        return -1;
    if (full && gf_spool_segment_end(s) != 0)
        return -1;
    if (w->pos.off != 0)
        return 0;
    if (gf_spool_segment_begin(s) != 0)
        return -1;
    put_time(s, now_wall);
    return 0;
}

/* Bytes on the disk for `n` bytes of a record in frames from `off` on. */
static uint64_t cost_of(const struct gf_spool *s, uint64_t off, uint64_t n)
{
    uint64_t cost = 0;
    do {
        uint64_t at = gf_spool_align(off);
        cost += at - off;
        if (at >= s->segment)
            at = 0;
        if (at == 0) {
            cost += TIME;
            at = TIME;
        }
        uint64_t room = GF_SPOOL_BLOCK - at % GF_SPOOL_BLOCK - GF_SPOOL_HEAD;
        uint64_t k = n < room ? n : room;
        cost += GF_SPOOL_HEAD + k;
        off = at + GF_SPOOL_HEAD + k;
        n -= k;
    } while (n);
    return cost;
}

/* Bytes of a record, which ends with them if `end` says so. */
static int put_record(struct gf_spool *s, const char *data, size_t len, bool end, gf_ns now_wall)
{
    struct gf_spool_writer *w = &s->write;
    do {
        if (make_place(s, now_wall) != 0)
            return -1;
        bool first = !w->open;
        size_t room = GF_SPOOL_BLOCK - w->pos.off % GF_SPOOL_BLOCK - GF_SPOOL_HEAD;
        size_t n = len < room ? len : room;
        bool last = end && n == len;
        if (first) {
            w->first = w->pos;
            w->first_at = w->put.bytes;
        }
        char *head = gf_spool_batch_own(&s->batch, GF_SPOOL_HEAD);
        enum gf_spool_type type = first ? (last ? GF_SPOOL_WHOLE : GF_SPOOL_FIRST)
                                        : (last ? GF_SPOOL_LAST : GF_SPOOL_MIDDLE);
        seal(w, head, &(struct gf_spool_frame){data, n, type, 0});
        gf_spool_batch_lend(&s->batch, data, n);
        w->open = !last;
        w->put.bytes += n;
        w->put.records += last;
        data += n;
        len -= n;
    } while (len);
    return 0;
}

/* How many bytes at the front of data, `first` of which are a record, make a frame of several: 0,
 * where there are none. The writer's place is one for a frame. */
static size_t several(const struct gf_spool *s, const char *data, size_t len, size_t first)
{
    size_t room = GF_SPOOL_BLOCK - s->write.pos.off % GF_SPOOL_BLOCK - GF_SPOOL_HEAD;
    uint64_t left = gf_spool_left(s), most = GF_SPOOL_SEVERAL_MOST;
    most = room < most ? room : most;
    most = left < most + GF_SPOOL_HEAD ? left - GF_SPOOL_HEAD : most;
    if (first >= most || first == len)
        return 0;
    const char *last = gf_scan_last(data, len < most ? len : (size_t)most, s->config.separator);
    size_t n = (size_t)(last - data) + 1;
    return n > first ? n : 0;
}

/* Puts the record at the front of data, of `first` bytes, and further ones if they have room in its
 * frame. How many bytes; 0 or less: errno. */
static ssize_t put_records(struct gf_spool *s, const char *data, size_t len, size_t first, bool end,
                           gf_ns now_wall)
{
    struct gf_spool_writer *w = &s->write;
    if (make_place(s, now_wall) != 0)
        return -1;
    size_t n = end && !w->open && !s->config.bytes ? several(s, data, len, first) : 0;
    if (n == 0)
        return put_record(s, data, first, end, now_wall) == 0 ? (ssize_t)first : -1;
    const struct gf_spool_frame f = {data, n, GF_SPOOL_SEVERAL, s->config.separator};
    seal(w, gf_spool_batch_own(&s->batch, GF_SPOOL_HEAD), &f);
    gf_spool_batch_lend(&s->batch, data, n);
    w->put.bytes += n;
    w->put.records += gf_spool_ends_in(&f, 0, n);
    return (ssize_t)n;
}

/* ---- a call ---------------------------------------------------------------------------------- */

static int begin(struct gf_spool *s)
{
    return s->write.torn ? gf_spool_segment_back(s, s->write.torn_at) : 0;
}

/* Takes back what was put since `was`. -1, errno stays. */
static int undo(struct gf_spool *s, const struct gf_spool_writer *was)
{
    struct gf_spool_writer *w = &s->write;
    int code = errno;
    (void)gf_spool_segment_back(s, was->pos);
    w->open = was->open;
    w->discard = was->discard;
    w->first = was->first;
    w->first_at = was->first_at;
    w->put = was->put;
    w->time_wall = was->time_wall;
    errno = code;
    return -1;
}

/* The bytes of the record at the front of data; *end: it ends there. */
static size_t record_of(const struct gf_spool *s, const char *data, size_t len, bool *end)
{
    const char *at = s->config.bytes ? NULL : memchr(data, s->config.separator, len);
    *end = at || s->config.bytes;
    return at ? (size_t)(at - data) + 1 : len;
}

/* Whether a time frame is due, and fits into the block; else it waits for a further record. */
static bool is_time(const struct gf_spool_writer *w, gf_ns now_wall)
{
    uint64_t in_block = gf_spool_align(w->pos.off) % GF_SPOOL_BLOCK;
    return !w->open && w->pos.off != 0 && GF_SPOOL_BLOCK - in_block >= TIME &&
           (now_wall < w->time_wall || now_wall - w->time_wall >= GF_S);
}

/* Puts what fits. *taken goes up. 0, or -1: some of it may be in the batch, and on the disk. */
static int put_fitting(struct gf_spool *s, const char *data, size_t len, gf_ns now_wall,
                       size_t *taken)
{
    struct gf_spool_writer *w = &s->write;
    while (len) {
        bool end;
        size_t n = record_of(s, data, len, &end);
        if (!w->discard) {
            bool time = is_time(w, now_wall);
            uint64_t cost = cost_of(s, w->pos.off, n) + (time ? 3 * TIME : 0); /* at most */
            if (cost > gf_spool_left(s))
                break;
            if (time && make_place(s, now_wall) != 0)
                return -1;
            if (time && is_time(w, now_wall)) /* else a segment has just begun with one */
                put_time(s, now_wall);
            ssize_t put = put_records(s, data, len, n, end, now_wall);
            if (put < 0)
                return -1;
            n = (size_t)put;
        } else {
            s->counts.cut_bytes += n;
            w->discard = !end;
        }
        data += n;
        len -= n;
        *taken += n;
    }
    return gf_spool_segment_flush(s);
}

ssize_t gf_spool_put(struct gf_spool *s, const char *data, size_t len, gf_ns now_wall)
{
    size_t taken = 0;
    if (begin(s) != 0)
        return -1;
    struct gf_spool_writer was = s->write;
    uint64_t cut = s->counts.cut_bytes;
    if (put_fitting(s, data, len, now_wall, &taken) != 0) {
        s->counts.cut_bytes = cut;
        return undo(s, &was);
    }
    if (taken == len || !gf_spool_can_free(s) || gf_spool_checkpoint(s) != 0)
        return (ssize_t)taken;
    size_t more = 0;
    was = s->write;
    cut = s->counts.cut_bytes;
    if (put_fitting(s, data + taken, len - taken, now_wall, &more) == 0)
        return (ssize_t)(taken + more);
    s->counts.cut_bytes = cut;
    (void)undo(s, &was);
    return taken ? (ssize_t)taken : -1;
}

int gf_spool_end(struct gf_spool *s, gf_ns now_wall)
{
    s->write.discard = false;
    if (!s->write.open)
        return 0;
    if (begin(s) != 0)
        return -1;
    struct gf_spool_writer was = s->write;
    if (put_record(s, "", 0, true, now_wall) != 0 || gf_spool_segment_flush(s) != 0)
        return undo(s, &was);
    return 0;
}

int gf_spool_sync(struct gf_spool *s)
{
    struct gf_spool_writer *w = &s->write;
    const struct gf_spool_seg *seg;
    for (uint64_t n = w->unsynced; (seg = gf_spool_seg_from(&s->segs, n)); n = seg->number + 1)
        if (gf_spool_seg_sync(s->dir, seg->number) != 0)
            return -1;
    w->unsynced = w->pos.seg;
    if (s->point_unsynced && gf_spool_point_sync(s->dir) != 0)
        return -1;
    s->point_unsynced = false;
    if (w->renamed && fsync(s->dir) != 0)
        return -1;
    w->renamed = false;
    return 0;
}
