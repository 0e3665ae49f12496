/*
 * file.c - calls about files, each made again after EINTR and after a part.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

int gf_openat(int dir, const char *path, int flags, mode_t mode)
{
    int fd;
    do
        fd = openat(dir, path, flags | O_CLOEXEC, mode);
    while (fd == -1 && errno == EINTR);
    return fd;
}

int gf_open(const char *path, int flags, mode_t mode)
{
    return gf_openat(AT_FDCWD, path, flags, mode);
}

int gf_open_again(int fd, int flags)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return gf_open(path, flags, 0);
}

ssize_t gf_pread(int fd, void *buf, size_t len, off_t at)
{
    char *p = buf;
    size_t done = 0;
    while (done < len) {
        ssize_t n = pread(fd, p + done, len - done, at + (off_t)done);
        if (n == 0)
            break;
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)done;
}

int gf_pwrite_all(int fd, const void *buf, size_t len, off_t at)
{
    const char *p = buf;
    while (len) {
        ssize_t n = pwrite(fd, p, len, at);
        if (n == 0)
            errno = ENOSPC;
        if (n <= 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            p += n;
            at += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

/* The pieces without their first `len` bytes. */
static void take_off(struct iovec **piece, size_t *n, size_t len)
{
    while (*n && len >= (*piece)->iov_len) {
        len -= (*piece)->iov_len;
        ++*piece;
        --*n;
    }
    if (len == 0)
        return;
    (*piece)->iov_base = (char *)(*piece)->iov_base + len;
    (*piece)->iov_len -= len;
}

int gf_pwritev_all(int fd, struct iovec *piece, size_t n, off_t at)
{
    take_off(&piece, &n, 0);
    while (n) {
        ssize_t done = pwritev(fd, piece, (int)n, at);
        if (done == 0)
            errno = ENOSPC;
        if (done <= 0 && errno != EINTR)
            return -1;
        if (done > 0) {
            at += done;
            take_off(&piece, &n, (size_t)done);
        }
    }
    return 0;
}

off_t gf_whole_lines(int fd, off_t size)
{
    char block[4096];
    while (size > 0) {
        size_t want = size < (off_t)sizeof block ? (size_t)size : sizeof block;
        if (gf_pread(fd, block, want, size - (off_t)want) != (ssize_t)want)
            return -1;
        const char *end = memrchr(block, '\n', want);
        size -= (off_t)want;
        if (end)
            return size + (end - block) + 1;
    }
    return 0;
}

int gf_truncate(int fd, off_t len)
{
    int r;
    do
        r = ftruncate(fd, len);
    while (r == -1 && errno == EINTR);
    return r;
}

/* A file system has a largest file too, which no limit raises. */
const char *gf_file_cure(int code)
{
    struct rlimit size;
    bool limited = code == EFBIG && getrlimit(RLIMIT_FSIZE, &size) == 0;
    return limited && size.rlim_cur != RLIM_INFINITY
               ? "raise the limit on the size of files (ulimit -f)"
               : NULL;
}
