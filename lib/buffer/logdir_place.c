/*
 * logdir_place.c - a directory is opened without following a link, judged by its descriptor, and
 * locked through it.
 *
 * The lock is on the directory, not on a file in it: a file could be removed, and made anew by a
 * second process, which would then have a lock as well. The file `lock` only tells whose it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "base/own.h"
#include "buffer/logdir_parts.h"

enum {
    NUMBER = 24 /* room for the number of a process, a newline and a NUL */
};

static const char name_of_lock[] = "lock";

/* ---- the directory --------------------------------------------------------------------------- */

/* What is wrong with it, or NULL. One of root's is as good as ours. */
static const char *fault(const struct stat *st)
{
    struct stat as = *st;
    if (as.st_uid == 0)
        as.st_uid = geteuid();
    return gf_own_fault(&as, true, GF_OWN_OURS);
}

static int judge(int fd, const char **why)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return gf_own_drop(fd, why);
    const char *bad = fault(&st);
    if (!bad)
        return fd;
    close(fd);
    return gf_own_refuse(why, EPERM, bad);
}

/* Opens it, and makes it first where it is missing. The group is given to the one that was made. */
static int open_or_make(const char *path, gid_t group, const char **why)
{
    bool made;
    int fd = gf_own_opendir(AT_FDCWD, path, false, &made, why);
    if (fd != -1 || errno != ENOENT)
        return fd;
    made = mkdir(path, 0750) == 0;
    if (!made && errno != EEXIST)
        return gf_own_refuse_errno(why);
    bool ignored;
    fd = gf_own_opendir(AT_FDCWD, path, false, &ignored, why);
    if (fd == -1 || !made || group == (gid_t)-1 || fchown(fd, (uid_t)-1, group) == 0)
        return fd;
    (void)gf_own_drop(fd, why);
    int code = errno;
    (void)rmdir(path);
    errno = code;
    return -1;
}

/* A slash at the end would make the kernel follow a link in spite of O_NOFOLLOW. */
static int open_path(const char *path, gid_t group, const char **why)
{
    char bare[PATH_MAX];
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    if (len >= sizeof bare) {
        errno = ENAMETOOLONG;
        return gf_own_refuse_errno(why);
    }
    memcpy(bare, path, len);
    bare[len] = '\0';
    return open_or_make(bare, group, why);
}

/* ---- the lock -------------------------------------------------------------------------------- */

/* Whose number the file has; 0: it does not tell. */
static pid_t read_holder(int dir)
{
    char text[NUMBER];
    const char *why;
    bool made;
    uint64_t number = 0;
    int fd = gf_own_openat(dir, name_of_lock, O_RDONLY, &made, &why);
    if (fd == -1)
        return 0;
    ssize_t len = gf_pread(fd, text, sizeof text, 0);
    close(fd);
    if (len < 2 || text[len - 1] != '\n' ||
        gf_parse_count(text, (size_t)len - 1, 1, INT_MAX, &number, NULL) != 0)
        return 0;
    return (pid_t)number;
}

/* A disk that is full leaves the number out; the lock does not depend on it. */
static int write_holder(int dir, const char **why)
{
    char text[NUMBER];
    bool made;
    int fd = gf_own_openat(dir, name_of_lock, O_RDWR | O_CREAT, &made, why);
    if (fd == -1 && (errno == ENOSPC || errno == EDQUOT))
        return 0;
    if (fd == -1 || (fd = gf_own_check(fd, false, why)) == -1)
        return -1;
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (gf_truncate(fd, 0) == 0)
        (void)gf_pwrite_all(fd, text, (size_t)len, 0);
    close(fd);
    return 0;
}

/* What a file system says that locks files alone: NFS wants a descriptor that may write. */
static bool locks_no_directory(int err)
{
    return err == EBADF || err == EINVAL || err == ENOSYS || err == EOPNOTSUPP;
}

/* A network or a file system in user space may be interrupted, though nothing is waited for. */
static int lock(int dir, struct gf_logdir_refusal *no)
{
    while (flock(dir, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (locks_no_directory(errno))
            return gf_own_refuse(&no->why, errno, "its file system does not lock directories");
        if (errno != EWOULDBLOCK)
            return gf_own_refuse_errno(&no->why);
        no->holder = read_holder(dir);
        return gf_own_refuse(&no->why, EBUSY, "another process has it");
    }
    return 0;
}

int gf_logdir_place_open(const char *path, gid_t group, struct gf_logdir_refusal *no)
{
    int fd = open_path(path, group, &no->why);
    if (fd == -1 || (fd = judge(fd, &no->why)) == -1)
        return -1;
    if (lock(fd, no) == 0) {
        if (write_holder(fd, &no->why) == 0)
            return fd;
        no->file = name_of_lock;
    }
    int code = errno;
    close(fd);
    errno = code;
    return -1;
}
