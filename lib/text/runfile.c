/*
 * runfile.c - writes are gathered in one buffer, reads in one for each reader.
 *
 * Directories take turns by run, one file each, opened at its first run; a run is a stretch of one
 * file. A reader keeps what it has not given yet at the front of its buffer and reads behind it
 * with pread, so many readers share one descriptor. An item longer than the buffer makes the buffer
 * grow.
 */
#include "text/runfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"

enum {
    BLOCK = 256 * 1024
};

static int flush(struct gf_runfile *s)
{
    size_t d = s->turn;
    if (!s->used)
        return 0;
    if (gf_pwrite_all(s->fd[d] - 1, s->buf, s->used, s->size[d]) != 0) {
        s->failed_dir = s->dirs[d];
        return -1;
    }
    s->size[d] += (off_t)s->used;
    s->written += s->used;
    s->used = 0;
    return 0;
}

int gf_runfile_begin(struct gf_runfile *s)
{
    if (!s->buf && !(s->buf = malloc(BLOCK)))
        return -1;
    s->turn = (s->turn + 1) % s->ndirs;
    if (!s->fd[s->turn]) {
        int fd = gf_tmpfile(s->dirs[s->turn]);
        if (fd == -1) {
            s->failed_dir = s->dirs[s->turn];
            return -1;
        }
        s->fd[s->turn] = fd + 1;
    }
    s->start = s->size[s->turn];
    s->used = 0;
    return 0;
}

static int put(struct gf_runfile *s, const char *p, size_t len)
{
    while (len) {
        size_t n = BLOCK - s->used < len ? BLOCK - s->used : len;
        memcpy(s->buf + s->used, p, n);
        s->used += n;
        p += n;
        len -= n;
        if (s->used == BLOCK && flush(s) != 0)
            return -1;
    }
    return 0;
}

int gf_runfile_put(struct gf_runfile *s, struct gf_slice item)
{
    uint64_t len = item.len;
    char head[sizeof len];
    memcpy(head, &len, sizeof len);
    return put(s, head, sizeof head) == 0 ? put(s, item.data, item.len) : -1;
}

int gf_runfile_end(struct gf_runfile *s, struct gf_runfile_run *run)
{
    if (flush(s) != 0)
        return -1;
    *run = (struct gf_runfile_run){s->fd[s->turn] - 1, s->start, s->size[s->turn]};
    return 0;
}

void gf_runfile_drop(const struct gf_runfile_run *run)
{
    (void)fallocate(run->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, run->from,
                    run->to - run->from);
}

void gf_runfile_release(struct gf_runfile *s)
{
    for (size_t i = 0; i < s->ndirs && i < GF_RUNFILE_DIRS; i++)
        if (s->fd[i])
            close(s->fd[i] - 1);
    free(s->buf);
    *s = (struct gf_runfile){.dirs = s->dirs, .ndirs = s->ndirs};
}

/* ---- reading --------------------------------------------------------------------------------- */

int gf_run_open(struct gf_run_reader *r, const struct gf_runfile_run *run, size_t block)
{
    *r = (struct gf_run_reader){.run = *run, .cap = block, .buf = malloc(block)};
    return r->buf ? 0 : -1;
}

void gf_run_close(struct gf_run_reader *r)
{
    free(r->buf);
    r->buf = NULL;
}

/* At least `need` bytes from `at` on. */
static int fill(struct gf_run_reader *r, size_t need)
{
    if (r->end - r->at >= need)
        return 0;
    memmove(r->buf, r->buf + r->at, r->end - r->at);
    r->end -= r->at;
    r->at = 0;
    if (need > r->cap) {
        char *buf = realloc(r->buf, need);
        if (!buf)
            return -1;
        r->buf = buf;
        r->cap = need;
    }
    size_t want = r->cap - r->end;
    if ((off_t)want > r->run.to - r->run.from)
        want = (size_t)(r->run.to - r->run.from);
    ssize_t n = gf_pread(r->run.fd, r->buf + r->end, want, r->run.from);
    if (n < 0)
        return -1;
    r->end += (size_t)n;
    r->run.from += n;
    if (r->end < need) { /* shorter than it was written */
        errno = EIO;
        return -1;
    }
    return 0;
}

int gf_run_next(struct gf_run_reader *r, struct gf_slice *item)
{
    uint64_t len;
    if (r->at == r->end && r->run.from == r->run.to)
        return 0;
    if (fill(r, sizeof len) != 0)
        return -1;
    memcpy(&len, r->buf + r->at, sizeof len);
    if (fill(r, sizeof len + (size_t)len) != 0)
        return -1;
    *item = (struct gf_slice){r->buf + r->at + sizeof len, (size_t)len};
    r->at += sizeof len + (size_t)len;
    return 1;
}
