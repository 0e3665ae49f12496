/*
 * fulldisk.so.c - preloaded, a disk that fills up: regular files take GF_DISK_BYTES more bytes, the
 * write that reaches the end is short and the next one fails with ENOSPC; GF_DISK_FILES files can
 * be made. Standard error is exempt. With GF_DISK_NAMES the disk has no files without a name.
 * Children of the tool run without it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static bool names_only;
static long bytes_left = LONG_MAX, files_left = LONG_MAX;

static long setting(const char *name)
{
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : LONG_MAX;
}

__attribute__((constructor)) static void start(void)
{
    bytes_left = setting("GF_DISK_BYTES");
    files_left = setting("GF_DISK_FILES");
    names_only = getenv("GF_DISK_NAMES") != NULL;
    unsetenv("LD_PRELOAD");
}

/* What of n bytes may be written to fd; -1: nothing. */
static ssize_t granted(int fd, size_t n)
{
    struct stat st;
    if (fd == STDERR_FILENO || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return (ssize_t)n;
    if (n && bytes_left == 0) {
        errno = ENOSPC;
        return -1;
    }
    if (n > (size_t)bytes_left)
        n = (size_t)bytes_left;
    bytes_left -= (long)n;
    return (ssize_t)n;
}

ssize_t write(int fd, const void *buf, size_t n)
{
    ssize_t may = granted(fd, n);
    return may < 0 ? -1 : syscall(SYS_write, fd, buf, (size_t)may);
}

ssize_t pwrite(int fd, const void *buf, size_t n, off_t at)
{
    ssize_t may = granted(fd, n);
    return may < 0 ? -1 : syscall(SYS_pwrite64, fd, buf, (size_t)may, at);
}

/* The last piece that has room may be cut. */
ssize_t pwritev(int fd, const struct iovec *iov, int n, off_t at)
{
    ssize_t done = 0;
    for (int i = 0; i < n; i++) {
        ssize_t k = pwrite(fd, iov[i].iov_base, iov[i].iov_len, at + done);
        if (k < 0)
            return done ? done : -1;
        done += k;
        if ((size_t)k < iov[i].iov_len)
            break;
    }
    return done;
}

static int open_at(int dir, const char *path, int flags, va_list ap)
{
    bool nameless = (flags & O_TMPFILE) == O_TMPFILE;
    bool makes = (flags & O_CREAT) || nameless;
    mode_t mode = makes ? va_arg(ap, mode_t) : 0;
    if (nameless && names_only) {
        errno = EOPNOTSUPP;
        return -1;
    }
    if (makes && files_left-- <= 0) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_openat, dir, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    int fd = open_at(AT_FDCWD, path, flags, ap);
    va_end(ap);
    return fd;
}

int openat(int dir, const char *path, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    int fd = open_at(dir, path, flags, ap);
    va_end(ap);
    return fd;
}
