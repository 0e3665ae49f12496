/*
 * semfile.c - the locks of the file, and how all those of others are found.
 *
 * The kernel tells of one lock in a range at a time (F_OFD_GETLK), whichever comes first in its own
 * list; all of them are found by asking again on both sides of each answer.
 */
#include "limit/semfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/grow.h"

_Static_assert(sizeof(off_t) == 8, "lock ranges need 64-bit offsets");
_Static_assert(sizeof(struct gf_semfile_record) == 296, "records are laid out by size");
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

int gf_semfile_unlock(int fd, off_t from, off_t len)
{
    return set_lock(fd, F_OFD_SETLK, F_UNLCK, from, len);
}

/* A lock for reading, so that those who wait for the same byte do not wait for one another. */
int gf_semfile_await(int fd, off_t from)
{
    if (set_lock(fd, F_OFD_SETLKW, F_RDLCK, from, 1) != 0)
        return -1;
    return gf_semfile_unlock(fd, from, 1);
}

/* The byte is locked for writing, or, where fd is open for reading alone, for reading. */
static int lock_in_line(int fd, off_t at)
{
    bool reads_only = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
    int r;
    do
        r = set_lock(fd, F_OFD_SETLKW, reads_only ? F_RDLCK : F_WRLCK, at, 1);
    while (r == -1 && errno == EINTR);
    return r;
}

static void unlock_byte(int fd, off_t at)
{
    int code = errno;
    gf_semfile_unlock(fd, at, 1);
    errno = code;
}

int gf_semfile_gate_lock(int fd)
{
    return lock_in_line(fd, GF_SEMFILE_GATE);
}

void gf_semfile_gate_unlock(int fd)
{
    unlock_byte(fd, GF_SEMFILE_GATE);
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

/* ---- places ---------------------------------------------------------------------------------- */

#define AREA (GF_SEMFILE_BARE_COUNT * GF_SEMFILE_STRIDE)

off_t gf_semfile_place(int32_t place)
{
    return GF_SEMFILE_PLACES + place * GF_SEMFILE_STRIDE;
}

off_t gf_semfile_hold(int32_t place)
{
    return GF_SEMFILE_HOLDS + place * GF_SEMFILE_STRIDE;
}

int32_t gf_semfile_index(off_t area, off_t start)
{
    return (int32_t)((start - area) / GF_SEMFILE_STRIDE);
}

int gf_semfile_busy(int fd)
{
    int waited = gf_semfile_locked(fd, GF_SEMFILE_PLACES, AREA);
    return waited ? waited : gf_semfile_locked(fd, GF_SEMFILE_HOLDS, AREA);
}

struct stretch {
    off_t from, to;
};

/*
 * The kernel tells of any one lock in a stretch. What lies in front of that lock is looked at next;
 * what lies behind waits in a list, which gets as long as locks were taken from the back to the
 * front.
 */
int gf_semfile_each(int fd, off_t area, int (*f)(void *, off_t, off_t), void *arg)
{
    struct stretch *waiting = NULL, *more;
    size_t n = 0, cap = 0;
    struct stretch now = {area, area + AREA};
    int r = -1;
    for (;;) {
        off_t start, len;
        int found = now.from < now.to ? find_lock(fd, now.from, now.to, &start, &len) : 0;
        if (found == 0 && n == 0)
            break;
        if (found == 0) {
            now = waiting[--n];
            continue;
        }
        if (found == -1 || f(arg, start, len) != 0)
            goto out;
        if (len != 0 && start + len < now.to) { /* 0: to the end of all; not one of ours */
            if (!(more = gf_grow(waiting, &cap, n + 1, sizeof *waiting)))
                goto out;
            waiting = more;
            waiting[n++] = (struct stretch){start + len, now.to};
        }
        now.to = start;
    }
    r = 0;
out:
    free(waiting);
    return r;
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
    int64_t last_asked;
    uint32_t kind; /* enum gf_sem_kind */
    uint32_t unused;
};

static const char magic[16] = "gf-sem state 2\n";
static const char older[16] = "gf-sem state 1\n"; /* the same limits, other locks and records */

int gf_semfile_conf_lock(int fd)
{
    return lock_in_line(fd, GF_SEMFILE_CONF);
}

void gf_semfile_conf_unlock(int fd)
{
    unlock_byte(fd, GF_SEMFILE_CONF);
}

/* One small block: what is short is not ours. */
static int read_block(int fd, void *p, size_t len, off_t at)
{
    ssize_t n = gf_pread(fd, p, len, at);
    if (n == (ssize_t)len)
        return 0;
    if (n >= 0)
        errno = n == 0 ? ENODATA : EBADMSG;
    return -1;
}

int gf_semfile_read_limits(int fd, struct gf_sem_limits *out)
{
    struct header h = {.kind = GF_SEM_COUNTED};
    if (read_block(fd, &h, offsetof(struct header, last_asked), 0) != 0)
        return -1;
    bool is_older = memcmp(h.magic, older, sizeof older) == 0;
    bool is_ours = memcmp(h.magic, magic, sizeof magic) == 0;
    if (is_ours && read_block(fd, &h, sizeof h, 0) != 0)
        return -1;
    if ((!is_older && !is_ours) || h.kind > GF_SEM_READERS_WRITERS || h.permits < 1 ||
        h.permits > GF_SEM_MOST) {
        errno = EBADMSG;
        return -1;
    }
    if (is_older && gf_semfile_busy(fd) != 0) {
        errno = EBUSY;
        return -1;
    }
    *out = (struct gf_sem_limits){h.permits, h.declared, (enum gf_sem_kind)h.kind, is_older};
    return 0;
}

/* The last turn is the gate's, not ours: it is written over only where there is no line yet. */
int gf_semfile_write_limits(int fd, const struct gf_sem_limits *in)
{
    struct header h = {
        .permits = in->permits, .declared = in->declared, .kind = (uint32_t)in->kind};
    int64_t last;
    memcpy(h.magic, magic, sizeof magic);
    if (in->is_older || gf_semfile_read_last(fd, &last) != 0) {
        if (gf_truncate(fd, 0) != 0)
            return -1;
        return gf_pwrite_all(fd, &h, sizeof h, 0);
    }
    if (gf_pwrite_all(fd, &h, offsetof(struct header, last_asked), 0) != 0)
        return -1;
    return gf_pwrite_all(fd, &h.kind, sizeof h.kind, offsetof(struct header, kind));
}

int gf_semfile_read_last(int fd, int64_t *last)
{
    return read_block(fd, last, sizeof *last, offsetof(struct header, last_asked));
}

int gf_semfile_write_last(int fd, int64_t last)
{
    return gf_pwrite_all(fd, &last, sizeof last, offsetof(struct header, last_asked));
}

/* ---- records --------------------------------------------------------------------------------- */

static off_t record_at(int32_t place)
{
    return (off_t)(place + 1) * (off_t)sizeof(struct gf_semfile_record);
}

int gf_semfile_read_record(int fd, int32_t place, struct gf_semfile_record *out)
{
    return read_block(fd, out, sizeof *out, record_at(place));
}

int gf_semfile_write_record(int fd, int32_t place, const struct gf_semfile_record *in)
{
    return gf_pwrite_all(fd, in, sizeof *in, record_at(place));
}

static int write_number(int fd, int32_t place, size_t at, uint32_t n)
{
    return gf_pwrite_all(fd, &n, sizeof n, record_at(place) + (off_t)at);
}

int gf_semfile_write_state(int fd, int32_t place, enum gf_semfile_state state)
{
    return write_number(fd, place, offsetof(struct gf_semfile_record, state), (uint32_t)state);
}

int gf_semfile_write_beat(int fd, int32_t place, uint32_t beat)
{
    return write_number(fd, place, offsetof(struct gf_semfile_record, beat), beat);
}

int gf_semfile_write_overtaken(int fd, int32_t place, uint32_t times)
{
    return write_number(fd, place, offsetof(struct gf_semfile_record, overtaken), times);
}

int32_t gf_semfile_read_all(int fd, struct gf_semfile_record **out, size_t *cap)
{
    const size_t size = sizeof **out;
    struct stat st;
    if (fstat(fd, &st) != 0)
        return -1;
    off_t count = st.st_size / (off_t)size - 1;
    if (count < 0)
        count = 0;
    if (count > GF_SEMFILE_PLACE_COUNT)
        count = GF_SEMFILE_PLACE_COUNT;
    if ((size_t)count > *cap) {
        struct gf_semfile_record *more = realloc(*out, (size_t)count * size);
        if (!more)
            return -1;
        *out = more;
        *cap = (size_t)count;
    }
    ssize_t n = count ? gf_pread(fd, *out, (size_t)count * size, record_at(0)) : 0;
    return n < 0 ? -1 : (int32_t)((size_t)n / size);
}
