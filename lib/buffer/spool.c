/*
 * spool.c - opens and closes a spool, and finds what an earlier run left.
 *
 * At the open the end of the last segment is judged (spool_scan.c) and cut; where nothing is left
 * of it, it is removed, and the end of the one in front of it is judged. Then the checkpoint says
 * where the reader begins. One that names a place which is not there is of another time: it is
 * removed before anything is put, lest it fit once more has been put, and all comes out again.
 *
 * A run writes to segments of its own, behind all that are there and behind the one that the
 * checkpoint names: so what an earlier run has written is never written to, only cut.
 */
#include "buffer/spool.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "base/statepath.h"
#include "buffer/spool_lock.h"
#include "buffer/spool_parts.h"

/* ---- the end that an earlier run left -------------------------------------------------------- */

/* Cuts what is torn from the last segment, and gives the sums. */
static int cut_end(struct gf_spool *s, struct gf_spool_totals *total)
{
    struct gf_spool_scan scan = {0};
    struct gf_spool_cursor *c = &s->marks.walk;
    while (s->segs.len) {
        struct gf_spool_seg last = s->segs.at[s->segs.len - 1];
        if (gf_spool_scan(c, last.number, &scan) != 0)
            return -1;
        gf_spool_cursor_shut(c);
        if (scan.keep == 0) {
            if (gf_spool_seg_remove(s->dir, &s->segs, last.number) != 0)
                return -1;
            continue;
        }
        if (scan.keep < last.size &&
            gf_spool_seg_cut(s->dir, &s->segs, last.number, scan.keep) != 0)
            return -1;
        int result = gf_spool_total(c, &scan, total);
        gf_spool_cursor_shut(c);
        return result;
    }
    return 0;
}

/* ---- the checkpoint -------------------------------------------------------------------------- */

/* The checkpoint, if it is one of the segments as they are. 0, or -1 with errno. */
static int read_point(struct gf_spool *s, const char **why)
{
    switch (gf_spool_point_read(s->dir, &s->point)) {
    case GF_SPOOL_POINT_ERROR:
        return -1;
    case GF_SPOOL_POINT_NONE:
        return 0;
    case GF_SPOOL_POINT_FOUND:
        s->pointed = gf_spool_point_fits(&s->segs, &s->point);
        break;
    case GF_SPOOL_POINT_DAMAGED:
        break;
    case GF_SPOOL_POINT_OTHER:
        return gf_own_refuse(why, EPROTONOSUPPORT, GF_SPOOL_OTHER);
    }
    if (s->pointed)
        return 0;
    s->point = (struct gf_spool_point){0};
    s->write.renamed = true;
    return gf_spool_point_remove(s->dir);
}

/* The checkpoint is in a record, behind the time frame that begins the segment. */
static void start_in_record(struct gf_spool *s)
{
    struct gf_spool_reader *r = &s->read;
    struct gf_spool_frame f;
    struct gf_spool_pos at = r->at.pos;
    r->at.pos.off = 0;
    r->begun = false;
    if (gf_spool_peek(&r->at, &f) == GF_SPOOL_FRAME && f.type == GF_SPOOL_TIME) {
        struct gf_spool_time t = gf_spool_get_time(f.bytes);
        r->first = t.first;
        r->handed = t.len;
        gf_spool_advance(&r->at, &f);
        r->begun = t.first.seg != 0 && gf_spool_same(r->at.pos, at);
    }
    r->at.pos = at;
}

/* The reader begins at the checkpoint. A place that was cut off, or that is no frame's, moves. */
static int start_reading(struct gf_spool *s, struct gf_spool_pos end)
{
    struct gf_spool_reader *r = &s->read;
    struct gf_spool_frame f;
    if (s->pointed) {
        bool cut = s->point.pos.seg > end.seg ||
                   (s->point.pos.seg == end.seg && s->point.pos.off > end.off);
        r->at.pos = cut && end.seg ? end : s->point.pos;
        r->total = s->point.out;
        r->wall = s->point.wall;
        r->begun = s->point.mid && !cut;
    }
    if (r->begun)
        start_in_record(s);
    enum gf_spool_found found = gf_spool_peek(&r->at, &f);
    if (found == GF_SPOOL_FRAME && s->pointed && gf_spool_same(r->at.pos, s->point.pos) &&
        f.type == GF_SPOOL_SEVERAL && s->point.part < f.len)
        r->part = (size_t)s->point.part;
    if (found == GF_SPOOL_BAD && s->pointed && r->at.pos.off) {
        r->at.pos.off = 0;
        r->begun = false;
    }
    return found == GF_SPOOL_FAULT ? -1 : gf_spool_mark(s, r->begun);
}

/* ---- opening --------------------------------------------------------------------------------- */

static uint64_t segment_size(uint64_t max)
{
    uint64_t size = max / 8 / GF_SPOOL_BLOCK * GF_SPOOL_BLOCK;
    if (max == 0 || size > GF_SPOOL_SEGMENT_MOST)
        return GF_SPOOL_SEGMENT_MOST;
    return size < GF_SPOOL_SEGMENT_LEAST ? GF_SPOOL_SEGMENT_LEAST : size;
}

static void number_writer(struct gf_spool *s, uint64_t last)
{
    uint64_t number = last + 1;
    if (s->pointed && s->point.pos.seg >= number)
        number = s->point.pos.seg + (s->point.pos.off != 0);
    s->write.pos = (struct gf_spool_pos){number, 0};
    s->write.unsynced = s->segs.len ? s->segs.at[0].number : number;
    s->write.renamed = true; /* the earlier run's names too */
}

/* With the lock: reads what is there. 0, or -1 with errno. */
static int find_left(struct gf_spool *s, const char **why)
{
    struct gf_spool_totals *put = &s->write.put;
    if (gf_spool_list(s->dir, &s->segs, true, why) != 0)
        return -1;
    *why = NULL;
    s->damaged_file = gf_spool_file_size(s->dir, "damaged");
    uint64_t last = s->segs.len ? s->segs.at[s->segs.len - 1].number : 0;
    if (read_point(s, why) != 0 || cut_end(s, put) != 0)
        return -1;
    if (s->pointed && put->records < s->point.out.records)
        put->records = s->point.out.records;
    if (s->pointed && put->bytes < s->point.out.bytes)
        put->bytes = s->point.out.bytes;
    number_writer(s, last);
    struct gf_spool_pos end = {0};
    if (s->segs.len) {
        const struct gf_spool_seg *seg = &s->segs.at[s->segs.len - 1];
        end = (struct gf_spool_pos){seg->number, seg->size};
    }
    return start_reading(s, end);
}

static void release(struct gf_spool *s)
{
    if (s->write.fd != -1)
        close(s->write.fd);
    gf_spool_cursor_release(&s->read.at);
    gf_spool_cursor_release(&s->read.ahead);
    gf_spool_cursor_release(&s->marks.walk);
    free(s->marks.at);
    free(s->segs.at);
    if (s->lock != -1)
        gf_spool_unlock(s->lock);
    if (s->dir != -1)
        close(s->dir);
    free(s);
}

static int open_dir(struct gf_spool *s, const char *dir, pid_t *holder, const char **why)
{
    struct gf_statepath p = {.by_name = false};
    int n = snprintf(p.path, sizeof p.path, "%s", dir);
    if (n < 0 || (size_t)n >= sizeof p.path)
        return gf_own_refuse(why, ENAMETOOLONG, "the path is too long");
    s->dir = gf_state_opendir(&p, true, why);
    if (s->dir == -1)
        return -1;
    s->lock = gf_spool_lock(s->dir, holder, why);
    return s->lock == -1 ? -1 : 0;
}

struct gf_spool *gf_spool_open(const char *dir, const struct gf_spool_config *config, pid_t *holder,
                               const char **why)
{
    struct gf_spool *s = calloc(1, sizeof *s);
    *holder = 0;
    *why = NULL;
    if (!s) {
        (void)gf_own_refuse_errno(why);
        return NULL;
    }
    s->config = *config;
    s->dir = s->lock = s->write.fd = -1;
    s->segment = segment_size(config->max);
    int result = open_dir(s, dir, holder, why);
    s->read.at.dir = s->read.ahead.dir = s->marks.walk.dir = s->dir;
    s->read.at.segs = s->read.ahead.segs = s->marks.walk.segs = &s->segs;
    s->read.ahead.small = s->marks.walk.small = true;
    if (result == 0 && find_left(s, why) == 0)
        return s;
    int code = errno;
    if (!*why)
        (void)gf_own_refuse_errno(why);
    release(s);
    errno = code;
    return NULL;
}

int gf_spool_close(struct gf_spool *s)
{
    if (!s)
        return 0;
    if (s->write.torn)
        (void)gf_spool_segment_back(s, s->write.torn_at); /* the last chance */
    int result = gf_spool_checkpoint(s), code = errno;
    if (gf_spool_segment_end(s) != 0 && result == 0)
        result = -1, code = errno;
    release(s);
    errno = code;
    return result;
}
