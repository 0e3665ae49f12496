/*
 * semfile.c - the locks of the file, and how all those of others are found.
 *
 * The kernel tells of one lock in a range at a time (F_OFD_GETLK), whichever comes first in its own
 * list; all of them are found by asking again on both sides of each answer.
 */
#include "limit/semfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8, "lock ranges need 64-bit offsets");
_Static_assert(sizeof(struct gf_semfile_record) == 256, "records are laid out by size");
_Static_assert(GF_SEM_MOST < GF_SEMFILE_STRIDE, "the locks of two places must not touch");

/* ---- locks ----------------------------------------------------------------------------------- */

static int set_lock(int fd, int how, short type, off_t from, off_t len)
{
    struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = from, .l_len = len};
    return fcntl(fd, how, &l) == -1 ? -1 : 0;
}

int gf_semfile_lock(int fd, off_t from, off_t len)
{
    if (set_lock(fd, F_OFD_SETLK, F_WRLCK, from, len) == 0)
        return 0;
    if (errno == EACCES) /* POSIX allows either */
        errno = EAGAIN;
    return -1;
}

int gf_semfile_lock_wait(int fd, off_t from, off_t len)
{
    return set_lock(fd, F_OFD_SETLKW, F_WRLCK, from, len);
}

int gf_semfile_unlock(int fd, off_t from, off_t len)
{
    return set_lock(fd, F_OFD_SETLK, F_UNLCK, from, len);
}

/* The range of one lock of another description that meets [from, to): 1, 0 when there is none. */
static int find_lock(int fd, off_t from, off_t to, off_t *start, off_t *len)
{
    struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = from, .l_len = to - from};
    if (fcntl(fd, F_OFD_GETLK, &l) == -1)
        return -1;
    *start = l.l_start;
    *len = l.l_len;
    return l.l_type != F_UNLCK;
}

int gf_semfile_locked(int fd, off_t from, off_t len)
{
    off_t start, found;
    return find_lock(fd, from, from + len, &start, &found);
}

#define AREA (GF_SEMFILE_PLACE_COUNT * GF_SEMFILE_STRIDE)

int gf_semfile_busy(int fd)
{
    return gf_semfile_locked(fd, GF_SEMFILE_PLACES, AREA);
}

static int each_between(int fd, off_t from, off_t to, int (*f)(void *, off_t, off_t), void *arg)
{
    while (from < to) {
        off_t start, len;
        int found = find_lock(fd, from, to, &start, &len);
        if (found <= 0)
            return found;
        if (f(arg, start, len) != 0 || each_between(fd, from, start, f, arg) != 0)
            return -1;
        if (len == 0) /* to the end of all; not one of ours */
            return 0;
        from = start + len;
    }
    return 0;
}

int gf_semfile_each(int fd, off_t area, int (*f)(void *, off_t, off_t), void *arg)
{
    return each_between(fd, area, area + AREA, f, arg);
}

static int add_len(void *arg, off_t start, off_t len)
{
    (void)start;
    *(uint64_t *)arg += (uint64_t)len;
    return 0;
}

int gf_semfile_sum(int fd, off_t area, uint64_t *sum)
{
    *sum = 0;
    return gf_semfile_each(fd, area, add_len, sum);
}

/* ---- header ---------------------------------------------------------------------------------- */

struct header {
    char magic[16];
    uint32_t permits;
    uint32_t declared;
};

static const char magic[16] = "gf-sem state 1\n";

int gf_semfile_conf_lock(int fd)
{
    bool reads_only = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
    int r;
    do
        r = set_lock(fd, F_OFD_SETLKW, reads_only ? F_RDLCK : F_WRLCK, GF_SEMFILE_CONF, 1);
    while (r == -1 && errno == EINTR);
    return r;
}

void gf_semfile_conf_unlock(int fd)
{
    int code = errno;
    gf_semfile_unlock(fd, GF_SEMFILE_CONF, 1);
    errno = code;
}

/* pread and pwrite of one small block: what is short is not ours, or the disk is full. */
static int read_block(int fd, void *p, size_t len, off_t at)
{
    ssize_t n = pread(fd, p, len, at);
    if (n == (ssize_t)len)
        return 0;
    if (n >= 0)
        errno = n == 0 ? ENODATA : EBADMSG;
    return -1;
}

static int write_block(int fd, const void *p, size_t len, off_t at)
{
    ssize_t n = pwrite(fd, p, len, at);
    if (n == (ssize_t)len)
        return 0;
    if (n >= 0)
        errno = ENOSPC;
    return -1;
}

int gf_semfile_read_limits(int fd, struct gf_sem_limits *out)
{
    struct header h;
    if (read_block(fd, &h, sizeof h, 0) != 0)
        return -1;
    if (memcmp(h.magic, magic, sizeof magic) != 0 || h.permits < 1 || h.permits > GF_SEM_MOST) {
        errno = EBADMSG;
        return -1;
    }
    *out = (struct gf_sem_limits){h.permits, h.declared};
    return 0;
}

int gf_semfile_write_limits(int fd, const struct gf_sem_limits *in)
{
    struct header h = {.permits = in->permits, .declared = in->declared};
    memcpy(h.magic, magic, sizeof magic);
    return write_block(fd, &h, sizeof h, 0);
}

/* ---- records --------------------------------------------------------------------------------- */

static off_t record_at(int place)
{
    return (off_t)(place + 1) * (off_t)sizeof(struct gf_semfile_record);
}

int gf_semfile_read_record(int fd, int place, struct gf_semfile_record *out)
{
    return read_block(fd, out, sizeof *out, record_at(place));
}

int gf_semfile_write_record(int fd, int place, const struct gf_semfile_record *in)
{
    return write_block(fd, in, sizeof *in, record_at(place));
}
