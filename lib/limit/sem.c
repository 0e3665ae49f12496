/*
 * sem.c - a semaphore is opened, looked at, changed, and let go.
 *
 * How permits are taken: semclaim.c. How one waits: semsleep.c.
 */
#include "limit/sem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "limit/semfile.h"

/* ---- open ------------------------------------------------------------------------------------ */

/* Moves fd out of the way of commands that open or close low numbers by hand (sh: exec 3>file). */
static int move_up(int fd)
{
    static const int floors[] = {200, 20}; /* where the limit of descriptors allows */
    for (size_t i = 0; i < sizeof floors / sizeof floors[0]; i++) {
        int high = fcntl(fd, F_DUPFD_CLOEXEC, floors[i]);
        if (high == -1)
            continue;
        close(fd);
        return high;
    }
    return fd;
}

/* Reads the limits, or writes the first ones. */
static int settle_limits(int fd, const struct gf_sem_limits *make, bool looks)
{
    struct gf_sem_limits l;
    if (gf_semfile_conf_lock(fd) != 0)
        return -1;
    int r = gf_semfile_read_limits(fd, &l);
    if (r == -1 && errno == ENODATA && make) {
        l = *make;
        r = gf_semfile_write_limits(fd, &l);
    } else if (r == 0 && l.is_older && !looks) {
        r = gf_semfile_write_limits(fd, &l);
    }
    gf_semfile_conf_unlock(fd);
    if (r == -1 && errno == ENODATA)
        errno = ENOENT; /* its maker died before it was anything */
    return r;
}

static const struct gf_sem closed = {
    .fd = -1, .hold = -1, .place = -1, .target.place = -1, .suspect.place = -1, .ignored = -1};

static int find_identity(struct gf_sem *s)
{
    struct stat st;
    if (fstat(s->fd, &st) != 0)
        return -1;
    s->dev = st.st_dev;
    s->ino = st.st_ino;
    return 0;
}

static const char *reason(int code)
{
    if (code == EBADMSG)
        return "is not a semaphore of gf-sem";
    return code == EBUSY ? "is in use by an older version of gf-sem" : strerror(code);
}

int gf_sem_open(struct gf_sem *s, const struct gf_statepath *path, enum gf_sem_mode mode,
                const struct gf_sem_limits *make, const char **why)
{
    *s = closed;
    int dir = gf_state_opendir(path, make != NULL, why);
    if (dir == -1)
        return -1;
    int flags = mode == GF_SEM_LOOK ? O_RDONLY : O_RDWR;
    int fd = gf_state_openat(dir, "permits", flags | (make ? O_CREAT : 0), path, why);
    int code = errno;
    close(dir);
    errno = code;
    if (fd == -1)
        return -1;
    s->fd = s->hold = move_up(fd);
    if (settle_limits(s->fd, make, mode == GF_SEM_LOOK) == 0 && find_identity(s) == 0)
        return 0;
    code = errno;
    *why = reason(code);
    gf_sem_release(s);
    errno = code;
    return -1;
}

/* The line needs a description of its own: one that dies leaves it, but not the caller's. */
int gf_sem_open_bare(struct gf_sem *s, int fd, uint32_t permits)
{
    char path[64];
    *s = closed;
    int flags = fcntl(fd, F_GETFL);
    if (flags == -1)
        return -1;
    if ((flags & O_ACCMODE) != O_RDWR) {
        errno = EBADF;
        return -1;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    s->fd = gf_open(path, O_RDWR, 0);
    if (s->fd == -1)
        return -1;
    s->hold = fd;
    s->bare = true;
    s->permits = permits;
    return find_identity(s);
}

struct own {
    struct gf_sem *s;
    uint64_t held;
};

/* The kernel tells each description of the locks of others: ours is seen from `fd` but not from
 * `hold`. One that was given back meanwhile is then seen from neither. */
static int add_own(void *arg, off_t start, off_t len)
{
    struct own *own = arg;
    int others = gf_semfile_locked(own->s->hold, start, len);
    int any = others == 0 ? gf_semfile_locked(own->s->fd, start, len) : 0;
    if (others == -1 || any == -1)
        return -1;
    own->held += any ? (uint64_t)len : 0;
    return 0;
}

/* At the gate, so that no permit is taken between two looks. */
int gf_sem_bare_held(struct gf_sem *s, uint64_t *held)
{
    struct own own = {s, 0};
    if (gf_semfile_gate_lock(s->fd) != 0)
        return -1;
    int r = gf_semfile_each(s->fd, GF_SEMFILE_HOLDS, add_own, &own);
    gf_semfile_gate_unlock(s->fd);
    *held = own.held;
    return r;
}

void gf_sem_release(struct gf_sem *s)
{
    if (s->fd >= 0 && s->place >= 0 && !s->bare) /* a hint to those who look for a place */
        (void)gf_semfile_write_state(s->fd, s->place, GF_SEMFILE_FREE);
    if (s->fd >= 0)
        close(s->fd);
    free(s->seen);
    *s = closed;
}

int gf_sem_limits(struct gf_sem *s, struct gf_sem_limits *out)
{
    *out = (struct gf_sem_limits){s->permits, s->permits, GF_SEM_COUNTED, false};
    if (s->bare)
        return 0;
    if (gf_semfile_conf_lock(s->fd) != 0)
        return -1;
    int r = gf_semfile_read_limits(s->fd, out);
    gf_semfile_conf_unlock(s->fd);
    return r;
}

/* ---- changes --------------------------------------------------------------------------------- */

int gf_sem_set(struct gf_sem *s, uint32_t permits)
{
    struct gf_sem_limits l;
    if (gf_semfile_conf_lock(s->fd) != 0)
        return -1;
    int r = gf_semfile_read_limits(s->fd, &l);
    if (r == 0) {
        l.permits = permits;
        r = gf_semfile_write_limits(s->fd, &l);
    }
    gf_semfile_conf_unlock(s->fd);
    return r;
}

static int change_kind(struct gf_sem *s, enum gf_sem_kind kind)
{
    struct gf_sem_limits l;
    if (gf_semfile_conf_lock(s->fd) != 0)
        return -1;
    int r = gf_semfile_read_limits(s->fd, &l);
    if (r == 0 && l.kind != kind) {
        l.kind = kind;
        r = gf_semfile_busy(s->fd);
        if (r == 1)
            errno = EBUSY;
        r = r == 0 ? gf_semfile_write_limits(s->fd, &l) : -1;
    }
    gf_semfile_conf_unlock(s->fd);
    return r;
}

int gf_sem_set_kind(struct gf_sem *s, enum gf_sem_kind kind)
{
    if (gf_semfile_gate_lock(s->fd) != 0)
        return -1;
    int r = change_kind(s, kind);
    gf_semfile_gate_unlock(s->fd);
    return r;
}

bool gf_sem_is_idle(struct gf_sem *s)
{
    return gf_semfile_busy(s->fd) == 0;
}
