/*
 * spill.c - blocks of one size by number, and a stack of the free ones.
 *
 * A block lies at its number times the block size. The stack has room for every block there is
 * before a block is handed out, so giving one back needs no memory and cannot fail. When the last
 * one comes back the file is cut to nothing and numbers start again from 0.
 */
#include "proc/spill.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"

/* One free-list entry for each block there is, so that gf_spill_drop needs no memory. */
static int room_for_one_more(struct gf_spill *s)
{
    if (s->blocks < s->free_cap)
        return 0;
    size_t cap = s->free_cap ? s->free_cap * 2 : 64;
    uint32_t *p = realloc(s->free_blocks, cap * sizeof *p);
    if (!p)
        return -1;
    s->free_blocks = p;
    s->free_cap = cap;
    return 0;
}

/* Where the free space is not known, or is less than two blocks, the disk itself is the ceiling. */
static void set_ceiling(struct gf_spill *s, int fd)
{
    struct statvfs v;
    uint64_t most = s->most;
    if (!most && fstatvfs(fd, &v) == 0)
        most = (uint64_t)v.f_bavail * v.f_frsize / 2;
    s->most_blocks = most / GF_SPILL_BLOCK;
    if (s->most_blocks == 0)
        s->most_blocks = s->most ? 1 : UINT32_MAX;
}

static int open_file(struct gf_spill *s)
{
    if (s->fd_plus_1)
        return 0;
    int fd = gf_tmpfile(s->dir);
    s->fd_plus_1 = fd + 1;
    if (fd != -1)
        set_ceiling(s, fd);
    return fd == -1 ? -1 : 0;
}

int gf_spill_put(struct gf_spill *s, const char *data, size_t len, uint32_t *block)
{
    if (open_file(s) != 0)
        return -1;
    uint32_t b;
    if (s->free_len) {
        b = s->free_blocks[--s->free_len];
    } else {
        if (s->blocks >= s->most_blocks || s->blocks == UINT32_MAX) {
            errno = s->blocks == UINT32_MAX ? EFBIG : ENOBUFS;
            return -1;
        }
        if (room_for_one_more(s) != 0)
            return -1;
        b = s->blocks++;
    }
    s->used++;
    if (gf_pwrite_all(s->fd_plus_1 - 1, data, len, (off_t)b * GF_SPILL_BLOCK) != 0) {
        int keep = errno;
        gf_spill_drop(s, b);
        errno = keep;
        return -1;
    }
    *block = b;
    return 0;
}

int gf_spill_get(struct gf_spill *s, uint32_t block, char *data, size_t len)
{
    off_t at = (off_t)block * GF_SPILL_BLOCK;
    ssize_t n = gf_pread(s->fd_plus_1 - 1, data, len, at);
    if (n >= 0 && (size_t)n < len) /* somebody cut the file that only we can reach */
        errno = EIO;
    return n == (ssize_t)len ? 0 : -1;
}

void gf_spill_drop(struct gf_spill *s, uint32_t block)
{
    s->free_blocks[s->free_len++] = block;
    if (--s->used > 0)
        return;
    /* A failure leaves old bytes on the disk a while longer, nothing else. */
    if (gf_truncate(s->fd_plus_1 - 1, 0) == 0) {
        s->blocks = 0;
        s->free_len = 0;
    }
}

void gf_spill_release(struct gf_spill *s)
{
    if (s->fd_plus_1)
        close(s->fd_plus_1 - 1);
    free(s->free_blocks);
    *s = (struct gf_spill){.dir = s->dir, .most = s->most};
}
