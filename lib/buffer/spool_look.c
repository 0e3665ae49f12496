/*
 * spool_look.c - what is in a spool, from its files as they are at this moment.
 *
 * The first frame of the last segment says how much was put in front of it, so that segment alone
 * is read, and the checkpoint. The process that has the spool may remove a segment in between, or
 * be in the middle of a write: what is not there any more, or not yet, is left out, and where it
 * was the last segment all is looked at again, a few times.
 */
#include "buffer/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/own.h"
#include "buffer/spool_lock.h"
#include "buffer/spool_parts.h"

enum {
    TRIES = 5
};

/* The time of what is at the place of the cursor. */
static gf_ns time_at(struct gf_spool_cursor *c, gf_ns before)
{
    struct gf_spool_frame f;
    while (gf_spool_peek(c, &f) == GF_SPOOL_FRAME && f.type == GF_SPOOL_TIME) {
        before = gf_spool_get_time(f.bytes).wall;
        gf_spool_advance(c, &f);
    }
    return before;
}

/* The sums in front of the first segment, for a spool without a checkpoint. */
static struct gf_spool_totals first_total(struct gf_spool_cursor *c)
{
    struct gf_spool_frame f;
    c->pos = (struct gf_spool_pos){0};
    if (gf_spool_peek(c, &f) == GF_SPOOL_FRAME && f.type == GF_SPOOL_TIME)
        return gf_spool_get_time(f.bytes).before;
    return (struct gf_spool_totals){0};
}

static int count(struct gf_spool_cursor *c, struct gf_spool_counts *out, const char **why)
{
    struct gf_spool_scan scan;
    struct gf_spool_totals put;
    struct gf_spool_point p = {0};
    enum gf_spool_point_state state = gf_spool_point_read(c->dir, &p);
    bool pointed = state == GF_SPOOL_POINT_FOUND && gf_spool_point_fits(c->segs, &p);
    if (state == GF_SPOOL_POINT_ERROR) /* what is out cannot be told from what is not */
        return gf_own_refuse_errno(why);
    if (state == GF_SPOOL_POINT_OTHER)
        return gf_own_refuse(why, EPROTONOSUPPORT, GF_SPOOL_OTHER);
    if (state != GF_SPOOL_POINT_NONE)
        out->disk += GF_SPOOL_POINT;
    if (!c->segs->len)
        return 0;
    if (gf_spool_scan(c, c->segs->at[c->segs->len - 1].number, &scan) != 0 ||
        gf_spool_total(c, &scan, &put) != 0)
        return gf_own_refuse_errno(why);
    if (!pointed)
        p = (struct gf_spool_point){.out = first_total(c)};
    out->records = gf_spool_less(put.records, p.out.records, c->segs->bytes);
    out->bytes = gf_spool_less(put.bytes, p.out.bytes, c->segs->bytes);
    c->pos = p.pos;
    gf_ns oldest = time_at(c, p.wall);
    if (out->records)
        out->oldest_wall = oldest;
    return 0;
}

static int look(int dir, struct gf_spool_counts *out, const char **why)
{
    struct gf_spool_segs segs = {0};
    struct gf_spool_cursor c = {.dir = dir, .segs = &segs, .small = true};
    *out = (struct gf_spool_counts){0};
    int result = gf_spool_list(dir, &segs, false, why);
    if (result == 0) {
        out->disk =
            segs.bytes + gf_spool_file_size(dir, "damaged") + gf_spool_file_size(dir, "lock");
        result = count(&c, out, why);
    }
    int code = errno;
    gf_spool_cursor_release(&c);
    free(segs.at);
    errno = code;
    return result;
}

int gf_spool_look(const char *dir, struct gf_spool_counts *out, pid_t *holder, const char **why)
{
    bool made;
    *holder = 0;
    *why = NULL;
    int fd = gf_own_opendir(AT_FDCWD, dir, false, &made, why);
    if (fd == -1)
        return -1;
    int result = -1;
    errno = ENOENT;
    for (int i = 0; result != 0 && (errno == ENOENT || errno == EIO) && i < TRIES; i++)
        result = look(fd, out, why);
    int code = errno;
    *holder = gf_spool_holder(fd);
    close(fd);
    errno = code;
    return result;
}
