/*
 * beside.c - a file without a name where that can be, else one under a lock.
 *
 * linkat(2) gives a file of O_TMPFILE its name, but replaces none that is there. So the file gets a
 * temporary name first, and is renamed at once. By way of /proc, since AT_EMPTY_PATH takes a
 * capability on older kernels.
 *
 * A temporary name is one of a few that follow from the name of the file, so that the next run
 * finds what was left without reading the directory; when all of them are in use it is a random
 * one. The lock belongs to the open file, so it ends with the process that has it, and a second
 * descriptor keeps it from the close, which may say at last what the disk says, to the rename.
 *
 * Who makes a file locks it a moment later, and in between it looks like one that was left. So who
 * makes it looks whether it still has its name when it has the lock, and who removes one does so
 * under the lock.
 */
#include "base/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "base/random.h"

enum {
    KNOWN = 8, /* names that a later run looks for: as many runs at once as leave nothing behind */
    TRIES = 100
};

/* FNV-1a; who puts files there on purpose only makes us try the next name. */
static uint64_t hash_of(const char *name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return h;
}

static void choose_name(const char *name, int i, char tmp[GF_BESIDE_NAME])
{
    uint64_t n = i < KNOWN ? hash_of(name) + (uint64_t)i : gf_random();
    snprintf(tmp, GF_BESIDE_NAME, ".gf-%016" PRIx64, n);
}

/* ---- what was left --------------------------------------------------------------------------- */

/* False: somebody has the lock. On a file system without locks nobody can have it, or take it. */
static bool lock(int fd)
{
    return flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* Whether what is open has that name, and no other. */
static bool has_name(int fd, int dir, const char *tmp)
{
    struct stat st, named;
    return fstat(fd, &st) == 0 && st.st_nlink == 1 &&
           fstatat(dir, tmp, &named, AT_SYMLINK_NOFOLLOW) == 0 && st.st_dev == named.st_dev &&
           st.st_ino == named.st_ino;
}

/* Removes the file if it is ours and in no use. To lock it NFS wants it open for writing. */
static void remove_left(int dir, const char *tmp)
{
    struct stat st;
    int fd = gf_openat(dir, tmp, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
    if (fd == -1)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
        flock(fd, LOCK_EX | LOCK_NB) == 0 && has_name(fd, dir, tmp))
        (void)unlinkat(dir, tmp, 0);
    close(fd);
}

/* ---- making ---------------------------------------------------------------------------------- */

static void descriptor_path(int fd, char out[32])
{
    snprintf(out, 32, "/proc/self/fd/%d", fd);
}

/* A file without a name, which can be given one. */
static int make_unnamed(int dir, int flags, mode_t mode)
{
    char self[32];
    int fd = gf_openat(dir, ".", O_TMPFILE | flags, mode);
    if (fd == -1)
        return -1;
    descriptor_path(fd, self);
    if (access(self, F_OK) == 0 && lock(fd))
        return fd;
    close(fd);
    errno = EOPNOTSUPP;
    return -1;
}

static int make_named(int dir, const char *name, int flags, mode_t mode, char tmp[GF_BESIDE_NAME])
{
    for (int i = 0; i < TRIES; i++) {
        choose_name(name, i, tmp);
        int fd = gf_openat(dir, tmp, flags | O_CREAT | O_EXCL, mode);
        if (fd != -1 && lock(fd) && has_name(fd, dir, tmp))
            return fd;
        if (fd == -1 && errno != EEXIST)
            break;
        if (fd != -1) /* somebody has it for one that was left, and removes it */
            close(fd);
        errno = EEXIST;
    }
    tmp[0] = '\0';
    return -1;
}

static int make(int dir, const char *name, int flags, mode_t mode, char tmp[GF_BESIDE_NAME])
{
    tmp[0] = '\0';
    int fd = make_unnamed(dir, flags, mode);
    if (fd == -1 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT))
        fd = make_named(dir, name, flags, mode, tmp);
    return fd;
}

static int remove_and_make(int dir, const char *name, int flags, mode_t mode,
                           char tmp[GF_BESIDE_NAME])
{
    for (int i = 0; i < KNOWN; i++) {
        choose_name(name, i, tmp);
        remove_left(dir, tmp);
    }
    return make(dir, name, flags, mode, tmp);
}

int gf_beside_make(int dir, const char *name, mode_t mode, char tmp[GF_BESIDE_NAME])
{
    return remove_and_make(dir, name, O_WRONLY, mode, tmp);
}

int gf_beside_make_rw(int dir, const char *name, mode_t mode, char tmp[GF_BESIDE_NAME])
{
    return remove_and_make(dir, name, O_RDWR, mode, tmp);
}

int gf_beside_make_plain(int dir, mode_t mode, char tmp[GF_BESIDE_NAME])
{
    return make(dir, "", O_WRONLY, mode, tmp);
}

int gf_beside_mode(int dir, mode_t mode, mode_t *out)
{
    char tmp[GF_BESIDE_NAME];
    struct stat st;
    int fd = gf_beside_make_plain(dir, mode, tmp);
    if (fd == -1)
        return -1;
    int result = fstat(fd, &st);
    int keep = errno;
    gf_beside_drop(dir, tmp);
    close(fd);
    errno = keep;
    if (result == 0)
        *out = st.st_mode & 07777;
    return result;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Gives the file that has no name one. */
static int link_named(int dir, const char *name, int fd, char tmp[GF_BESIDE_NAME])
{
    char self[32];
    descriptor_path(fd, self);
    for (int i = 0; i < TRIES; i++) {
        choose_name(name, i, tmp);
        if (linkat(AT_FDCWD, self, dir, tmp, AT_SYMLINK_FOLLOW) == 0)
            return 0;
        if (errno != EEXIST)
            break;
    }
    tmp[0] = '\0';
    return -1;
}

int gf_beside_commit(int dir, const char *name, int *fd, char tmp[GF_BESIDE_NAME])
{
    int locked = fcntl(*fd, F_DUPFD_CLOEXEC, 3);
    int result = locked == -1 ? -1 : fsync(*fd);
    if (result == 0 && !tmp[0])
        result = link_named(dir, name, *fd, tmp);
    int keep = errno;
    int closed = gf_close(*fd);
    *fd = -1;
    if (result == 0)
        result = closed;
    else
        errno = keep;
    if (result == 0)
        result = renameat(dir, tmp, dir, name);
    if (result == 0)
        tmp[0] = '\0';
    keep = errno;
    if (locked != -1)
        close(locked);
    errno = keep;
    return result;
}

bool gf_beside_is_same(int dir, const char *a, const char *b)
{
    struct stat one, two;
    return fstatat(dir, a, &one, AT_SYMLINK_NOFOLLOW) == 0 &&
           fstatat(dir, b, &two, AT_SYMLINK_NOFOLLOW) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

int gf_beside_link(int dir, const char *name, char tmp[GF_BESIDE_NAME])
{
    for (int i = 0; i < TRIES; i++) {
        choose_name(name, i, tmp);
        if (linkat(dir, name, dir, tmp, 0) == 0)
            return 0;
        if (errno != EEXIST)
            break;
        if (gf_beside_is_same(dir, name, tmp))
            return 0;
        errno = EEXIST;
    }
    tmp[0] = '\0';
    return -1;
}

int gf_beside_rename_new(int dir, const char *from, const char *name)
{
    int r = renameat2(dir, from, dir, name, RENAME_NOREPLACE);
    if (r == -1 && (errno == EINVAL || errno == ENOSYS)) { /* a file system without that */
        r = linkat(dir, from, dir, name, 0);
        if (r == 0)
            (void)unlinkat(dir, from, 0);
    }
    return r;
}

/* Gives the file the name, which nobody has. */
static int place_new(int dir, const char *name, int fd, char tmp[GF_BESIDE_NAME])
{
    char self[32];
    descriptor_path(fd, self);
    if (!tmp[0])
        return linkat(AT_FDCWD, self, dir, name, AT_SYMLINK_FOLLOW);
    int r = gf_beside_rename_new(dir, tmp, name);
    if (r == 0)
        tmp[0] = '\0';
    return r;
}

int gf_beside_commit_plain(int dir, const char *name, int *fd, char tmp[GF_BESIDE_NAME],
                           bool replace)
{
    int result = replace && !tmp[0] ? link_named(dir, "", *fd, tmp) : 0;
    if (result == 0 && !replace)
        result = place_new(dir, name, *fd, tmp);
    if (result == 0 && replace && (result = renameat(dir, tmp, dir, name)) == 0)
        tmp[0] = '\0';
    int keep = errno;
    int closed = gf_close(*fd);
    *fd = -1;
    if (result == 0)
        return closed;
    errno = keep;
    return result;
}

void gf_beside_drop(int dir, char tmp[GF_BESIDE_NAME])
{
    int keep = errno;
    if (tmp[0])
        (void)unlinkat(dir, tmp, 0);
    tmp[0] = '\0';
    errno = keep;
}
