/*
 * fd.c - reads and writes that go to their end, and descriptors as a tool needs them.
 *
 * gf_write_ready: a pipe that polls writable has at least one free page slot, so a write of up to
 * PIPE_BUF bytes does not wait. Newer kernels take RWF_NOWAIT on pipes and sockets, which writes as
 * much as fits; what they refuse (EOPNOTSUPP, EINVAL) goes by PIPE_BUF. A regular file may answer
 * EAGAIN for ever there, since it always polls writable: it is written plainly.
 */
#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "base/sat.h"

/*
 * A name like /dev/stdout opens anew what the descriptor leads to: /dev/null would take, and lose,
 * all that is written there, and as /dev/stdin be an empty input. A directory is neither. Reading
 * it through 0 has to be EBADF, not EISDIR, hence O_PATH; 1 and 2 have none since a loop cannot
 * watch such a descriptor. Who may not list / gets /dev/null.
 */
static int reserve(int fd)
{
    int got = gf_open("/", fd == 0 ? O_PATH | O_DIRECTORY : O_RDONLY | O_DIRECTORY, 0);
    return got == -1 ? gf_open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY, 0) : got;
}

int gf_fd_reserve_std(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
            continue;
        int got = reserve(fd);
        if (got == -1)
            return -1;
        if (got != fd) { /* cannot be: the lowest free one is fd */
            close(got);
            errno = EBADF;
            return -1;
        }
    }
    return 0;
}

int gf_open_input(const char *path)
{
    int fd = gf_open(path, O_RDONLY | O_NONBLOCK, 0);
    if (fd != -1) /* the description is ours alone */
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;
}

/* Sockets and devices answer ENXIO, too: no reader will come to those. */
static bool lacks_reader(const char *path)
{
    struct stat st;
    return errno == ENXIO && stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* The descriptor of our own that the path names, or -1. */
static int named_descriptor(const char *path)
{
    static const char *const dirs[] = {"/dev/fd/", "/proc/self/fd/"};
    uint64_t fd;
    if (strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
        size_t len = strlen(dirs[i]);
        if (strncmp(path, dirs[i], len) == 0 &&
            gf_parse_count(path + len, strlen(path + len), 0, INT_MAX, &fd, NULL) == 0)
            return (int)fd;
    }
    return -1;
}

/* A second number for a descriptor that can be written to. */
static int copy_to_write(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags != -1 && (flags & O_ACCMODE) != O_RDONLY)
        return fcntl(fd, F_DUPFD_CLOEXEC, 3);
    errno = EBADF;
    return -1;
}

int gf_open_output(const char *path, int flags, gf_ns patience)
{
    static const struct timespec pause = {.tv_nsec = 10 * GF_MS};
    int own = named_descriptor(path);
    if (own != -1)
        return copy_to_write(own);
    flags |= O_WRONLY | O_APPEND | O_NOCTTY;
    if (patience == GF_NEVER)
        return gf_open(path, flags, 0);
    gf_ns deadline_mono = gf_sat_add_i64(gf_now_mono(), patience);
    int fd;
    while ((fd = gf_open(path, flags | O_NONBLOCK, 0)) == -1 && lacks_reader(path)) {
        if (gf_now_mono() >= deadline_mono) {
            errno = ENXIO;
            return -1;
        }
        nanosleep(&pause, NULL);
    }
    if (fd != -1) /* the description is ours alone */
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    return fd;
}

int gf_fd_wait(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, -1) == -1 ? -1 : 0;
}

/* Of what poll can say that its reader is gone. */
static bool has_reader(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

bool gf_reader_is_gone(int fd)
{
    struct pollfd p = {.fd = fd};
    return has_reader(fd) && poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP));
}

int gf_wait_input(int in, int out, gf_ns most)
{
    struct pollfd p[] = {{.fd = in, .events = POLLIN}, {.fd = has_reader(out) ? out : -1}};
    struct timespec ts = {.tv_sec = most / GF_S, .tv_nsec = most % GF_S};
    int n = ppoll(p, 2, most == GF_NEVER ? NULL : &ts, NULL);
    if (n == -1)
        return -1;
    bool gone = p[1].revents & (POLLERR | POLLHUP);
    if (!gone && p[0].revents)
        return 0;
    errno = gone ? EPIPE : ETIMEDOUT;
    return -1;
}

bool gf_read_ready(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) != 0;
}

ssize_t gf_read_interruptible(int fd, void *buf, size_t len)
{
    for (;;) {
        ssize_t n = read(fd, buf, len);
        if (n != -1 || (errno != EAGAIN && errno != EWOULDBLOCK))
            return n;
        if (gf_fd_wait(fd, POLLIN) == -1)
            return -1;
    }
}

ssize_t gf_read(int fd, void *buf, size_t len)
{
    ssize_t n;
    do
        n = gf_read_interruptible(fd, buf, len);
    while (n == -1 && errno == EINTR);
    return n;
}

int gf_write_all(int fd, const void *buf, size_t len)
{
    const char *p = buf;
    while (len) {
        ssize_t n = write(fd, p, len);
        if (n >= 0) {
            p += n;
            len -= (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (gf_fd_wait(fd, POLLOUT) == -1 && errno != EINTR)
                return -1;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return 0;
}

int gf_write_buf(int fd, const struct gf_buf *b)
{
    return gf_buf_check(b) == 0 ? gf_write_all(fd, b->data, b->len) : -1;
}

void gf_pipe_widen(int fd, int size)
{
    int err = errno, now = fcntl(fd, F_GETPIPE_SZ);
    if (now != -1 && now < size)
        fcntl(fd, F_SETPIPE_SZ, size);
    errno = err;
}

static bool is_file(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* What fits without waiting; ENOSYS where the C library cannot ask for that (musl before 1.2.5). */
static ssize_t write_nowait(int fd, const void *buf, size_t len)
{
#ifdef RWF_NOWAIT
    struct iovec iov = {.iov_base = (void *)(size_t)buf, .iov_len = len};
    return pwritev2(fd, &iov, 1, -1, RWF_NOWAIT);
#else
    (void)fd, (void)buf, (void)len;
    errno = ENOSYS;
    return -1;
#endif
}

ssize_t gf_write_ready(int fd, const void *buf, size_t len)
{
    ssize_t n = write_nowait(fd, buf, len);
    if (n >= 0)
        return n;
    int err = errno;
    bool file = is_file(fd);
    errno = err;
    if (errno == EINTR || (errno == EAGAIN && !file))
        return 0;
    if (errno != EAGAIN && errno != EOPNOTSUPP && errno != EINVAL && errno != ENOSYS &&
        errno != ESPIPE)
        return -1;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int ready = poll(&p, 1, 0);
    if (ready <= 0)
        return ready == 0 || errno == EINTR ? 0 : -1;
    n = write(fd, buf, file || len < PIPE_BUF ? len : PIPE_BUF);
    return n == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

/* Without the system call (before Linux 5.11): the descriptors that /proc lists. */
static int cloexec_listed(int first)
{
    DIR *d = opendir("/proc/self/fd");
    if (!d)
        return -1;
    for (struct dirent *e; (e = readdir(d));) {
        uint64_t fd;
        if (gf_parse_count(e->d_name, strlen(e->d_name), 0, INT_MAX, &fd, NULL) == 0 &&
            fd >= (uint64_t)first)
            fcntl((int)fd, F_SETFD, FD_CLOEXEC);
    }
    closedir(d);
    return 0;
}

int gf_fd_count(void)
{
    DIR *d = opendir("/proc/self/fd");
    if (!d)
        return -1;
    int n = -1; /* the directory's own */
    for (struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

int gf_fd_cloexec_from(int first)
{
#ifdef SYS_close_range
    enum {
        CLOSE_RANGE_CLOEXEC_BIT = 1 << 2
    };
    if (syscall(SYS_close_range, (unsigned)first, ~0u, CLOSE_RANGE_CLOEXEC_BIT) == 0)
        return 0;
#endif
    return cloexec_listed(first);
}

int gf_close(int fd)
{
    int r = close(fd);
    return r == -1 && errno == EINTR ? 0 : r;
}

/* Syncs a directory, -1 for one that could not be opened, and closes it. */
static int sync_and_close(int fd)
{
    if (fd == -1)
        return -1;
    int result = fsync(fd) == 0 || errno == EINVAL ? 0 : -1; /* EINVAL: nothing to wait for here */
    int keep = errno;
    close(fd);
    errno = keep;
    return result;
}

int gf_sync_dir(int dir)
{
    return sync_and_close(gf_openat(dir, ".", O_RDONLY | O_DIRECTORY, 0));
}

int gf_sync_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    char dir[PATH_MAX] = ".";
    if (slash) {
        size_t len = slash > path ? (size_t)(slash - path) : 1;
        if (len >= sizeof dir) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(dir, path, len);
        dir[len] = '\0';
    }
    return sync_and_close(gf_open(dir, O_RDONLY | O_DIRECTORY, 0));
}

int gf_tmpfile(const char *dir)
{
    int fd = gf_open(dir, O_TMPFILE | O_RDWR, 0600);
    if (fd != -1 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT))
        return fd;
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/gf-XXXXXX", dir);
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd != -1)
        unlink(path);
    return fd;
}
