/*
 * spool_point.c - a checkpoint is written as `checkpoint.new`, which is renamed.
 *
 * The name of the new file is always the same, since one process has the directory: so a process
 * that was killed leaves one small file at most, which the next write replaces. base/beside.h is
 * for directories that several write to, and its names of what was left would count against the
 * bound of a spool. Nothing is synced here: a checkpoint that a loss of power takes away makes
 * records come out again, which is allowed, while a sync for each would wait for all that was
 * written.
 */
#include "buffer/spool_point.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/own.h"
#include "base/statepath.h"
#include "buffer/spool_sum.h"

static const char magic[] = "gfspool2";
static const char name[] = "checkpoint", begun[] = "checkpoint.new";

enum {
    SUM = 8,
    SUM_AT = GF_SPOOL_POINT - SUM,
    LONGEST = 256 /* of any version */
};

/* Whether the bytes are a checkpoint, of whatever version. */
static bool is_sound(const char *bytes, size_t len)
{
    return len >= sizeof magic - 1 + SUM && memcmp(bytes, magic, sizeof magic - 2) == 0 &&
           gf_spool_get64(bytes + len - SUM) == gf_spool_sum(bytes, len - SUM, 0);
}

enum gf_spool_point_state gf_spool_point_read(int dir, struct gf_spool_point *p)
{
    char bytes[LONGEST];
    const char *why;
    int fd = gf_state_openat(dir, name, O_RDONLY, NULL, &why);
    if (fd == -1)
        return errno == ENOENT ? GF_SPOOL_POINT_NONE : GF_SPOOL_POINT_ERROR;
    ssize_t n = gf_pread(fd, bytes, sizeof bytes, 0);
    int code = errno;
    close(fd);
    errno = code;
    if (n < 0)
        return GF_SPOOL_POINT_ERROR;
    if (!is_sound(bytes, (size_t)n))
        return GF_SPOOL_POINT_DAMAGED;
    if (n != GF_SPOOL_POINT || memcmp(bytes, magic, 8) != 0)
        return GF_SPOOL_POINT_OTHER;
    *p = (struct gf_spool_point){
        .pos = {gf_spool_get64(bytes + 8), gf_spool_get64(bytes + 16)},
        .part = gf_spool_get64(bytes + 24),
        .out = {gf_spool_get64(bytes + 32), gf_spool_get64(bytes + 40)},
        .wall = (gf_ns)gf_spool_get64(bytes + 48),
        .mid = gf_spool_get64(bytes + 56) != 0,
    };
    return GF_SPOOL_POINT_FOUND;
}

int gf_spool_point_write(int dir, const struct gf_spool_point *p)
{
    char bytes[GF_SPOOL_POINT];
    const char *why;
    memcpy(bytes, magic, 8);
    gf_spool_put64(bytes + 8, p->pos.seg);
    gf_spool_put64(bytes + 16, p->pos.off);
    gf_spool_put64(bytes + 24, p->part);
    gf_spool_put64(bytes + 32, p->out.records);
    gf_spool_put64(bytes + 40, p->out.bytes);
    gf_spool_put64(bytes + 48, (uint64_t)p->wall);
    gf_spool_put64(bytes + 56, p->mid);
    gf_spool_put64(bytes + SUM_AT, gf_spool_sum(bytes, SUM_AT, 0));
    int fd = gf_own_create(dir, begun, 0600, &why);
    if (fd == -1)
        return -1;
    int result = gf_pwrite_all(fd, bytes, sizeof bytes, 0), code = errno;
    if (gf_close(fd) != 0 && result == 0)
        result = -1, code = errno;
    if (result == 0 && (result = renameat(dir, begun, dir, name)) != 0)
        code = errno;
    if (result != 0)
        (void)unlinkat(dir, begun, 0);
    errno = code;
    return result;
}

int gf_spool_point_remove(int dir)
{
    (void)unlinkat(dir, begun, 0);
    return unlinkat(dir, name, 0) == 0 || errno == ENOENT ? 0 : -1;
}

int gf_spool_point_sync(int dir)
{
    const char *why;
    int fd = gf_state_openat(dir, name, O_RDONLY, NULL, &why);
    if (fd == -1)
        return errno == ENOENT ? 0 : -1;
    int result = fdatasync(fd), code = errno;
    close(fd);
    errno = code;
    return result;
}
