/*
 * trouble.so.c - preloaded, a file system that is in trouble while the file GF_TROUBLE is there:
 * what would write to a regular file, make, rename or sync one fails with the error number
 * GF_TROUBLE_ERRNO. Standard error is exempt, and so is what only reads. With GF_TROUBLE_SYNC only
 * syncs fail. Children of the tool run without it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char file[4096];
static int number;
static bool sync_only;

__attribute__((constructor)) static void start(void)
{
    const char *name = getenv("GF_TROUBLE"), *text = getenv("GF_TROUBLE_ERRNO");
    for (size_t i = 0; name && name[i] && i < sizeof file - 1; i++)
        file[i] = name[i];
    number = text ? (int)strtol(text, NULL, 10) : EIO;
    sync_only = getenv("GF_TROUBLE_SYNC") != NULL;
    unsetenv("LD_PRELOAD");
}

static bool is_met(bool sync)
{
    struct stat st;
    int before = errno;
    bool there = (sync || !sync_only) && *file && stat(file, &st) == 0;
    errno = there ? number : before;
    return there;
}

static bool is_met_by(int fd)
{
    struct stat st;
    return fd != STDERR_FILENO && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_met(false);
}

ssize_t write(int fd, const void *buf, size_t n)
{
    return is_met_by(fd) ? -1 : syscall(SYS_write, fd, buf, n);
}

ssize_t pwrite(int fd, const void *buf, size_t n, off_t at)
{
    return is_met_by(fd) ? -1 : syscall(SYS_pwrite64, fd, buf, n, at);
}

ssize_t pwritev(int fd, const struct iovec *iov, int n, off_t at)
{
    return is_met_by(fd) ? -1 : syscall(SYS_pwritev, fd, iov, (long)n, (long)at, 0L);
}

int fdatasync(int fd)
{
    return is_met(true) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    return is_met(true) ? -1 : (int)syscall(SYS_fsync, fd);
}

int openat(int dir, const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    mode_t mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    return (flags & O_CREAT) && is_met(false) ? -1
                                              : (int)syscall(SYS_openat, dir, path, flags, mode);
}

int renameat(int from, const char *a, int to, const char *b)
{
    return is_met(false) ? -1 : (int)syscall(SYS_renameat2, from, a, to, b, 0);
}

int renameat2(int from, const char *a, int to, const char *b, unsigned flags)
{
    return is_met(false) ? -1 : (int)syscall(SYS_renameat2, from, a, to, b, flags);
}
