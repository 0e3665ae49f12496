/*
 * spool_damage.c - bytes that are passed by go to the end of the file `damaged`, as they are, with
 * the heads of their frames.
 *
 * The file is for people, so nothing waits for it: where there is no room, or it cannot be written,
 * the bytes are only counted. With a bound it has an eighth of that, so that it cannot take the
 * place of records for good.
 */
#include "buffer/spool_parts.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/statepath.h"
#include "text/scan.h"

uint64_t gf_spool_left(const struct gf_spool *s)
{
    if (!s->config.max)
        return UINT64_MAX;
    uint64_t used = s->segs.bytes + s->batch.len + s->damaged_file + GF_SPOOL_RESERVE;
    return used < s->config.max ? s->config.max - used : 0;
}

/* How much of `len` bytes may be kept. */
static size_t room_for(const struct gf_spool *s, size_t len)
{
    uint64_t left = gf_spool_left(s), most = UINT64_MAX;
    if (s->config.max)
        most = s->config.max / 8 > s->damaged_file ? s->config.max / 8 - s->damaged_file : 0;
    if (most < left)
        left = most;
    return len < left ? len : (size_t)left;
}

static void keep(struct gf_spool *s, const char *bytes, size_t len)
{
    const char *why;
    len = room_for(s, len);
    int fd = len ? gf_state_openat(s->dir, "damaged", O_WRONLY | O_CREAT, NULL, &why) : -1;
    if (fd == -1)
        return;
    if (gf_pwrite_all(fd, bytes, len, (off_t)s->damaged_file) == 0)
        s->damaged_file += len;
    else
        (void)gf_truncate(fd, (off_t)s->damaged_file);
    close(fd);
}

void gf_spool_pass(struct gf_spool *s, const char *bytes, size_t len)
{
    struct gf_spool_reader *r = &s->read;
    if (!gf_spool_same(r->passed, r->at.pos))
        s->counts.damaged++;
    s->counts.damaged_bytes += len;
    if (!s->config.bytes && len > GF_SPOOL_HEAD) /* which has the separator, too */
        s->counts.damaged_records +=
            gf_scan_count(bytes + GF_SPOOL_HEAD, len - GF_SPOOL_HEAD, s->config.separator);
    keep(s, bytes, len);
    r->at.pos.off = gf_spool_align(r->at.pos.off + len);
    r->passed = r->at.pos;
    r->part = 0;
    r->begun = r->whole = false;
    r->lost = true;
    s->marks.force = true;
}

/* Segments that are not there at all were dropped. */
void gf_spool_resume(struct gf_spool *s, const struct gf_spool_time *t)
{
    struct gf_spool_reader *r = &s->read;
    bool next = r->timed == r->at.pos.seg || r->timed + 1 == r->at.pos.seg;
    if (r->timed && next && !r->lost && t->before.bytes > r->total.bytes)
        s->counts.damaged++;
    r->timed = r->at.pos.seg;
    r->lost = false;
    r->wall = t->wall;
    r->total = t->before;
}
