/*
 * onebyte.so.c - preloaded, lets each write to a regular file take one byte, as a sink may that has
 * little room: write, pwrite, writev and pwritev, each of a call. Children of the tool run without
 * it.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

__attribute__((constructor)) static void start(void)
{
    unsetenv("LD_PRELOAD");
}

static size_t most(int fd, size_t n)
{
    struct stat st;
    return n > 1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? 1 : n;
}

ssize_t write(int fd, const void *data, size_t n)
{
    return syscall(SYS_write, fd, data, most(fd, n));
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    return syscall(SYS_pwrite64, fd, data, most(fd, n), at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off_t at)
{
    return pwrite(fd, data, n, at);
}

/* The first piece that is not empty. */
static const struct iovec *first_of(const struct iovec *v, int n)
{
    while (n-- > 1 && v->iov_len == 0)
        v++;
    return v;
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
    return n ? write(fd, first_of(v, n)->iov_base, first_of(v, n)->iov_len) : 0;
}

ssize_t pwritev(int fd, const struct iovec *v, int n, off_t at)
{
    return n ? pwrite(fd, first_of(v, n)->iov_base, first_of(v, n)->iov_len, at) : 0;
}

ssize_t pwritev64(int fd, const struct iovec *v, int n, off_t at)
{
    return pwritev(fd, v, n, at);
}
