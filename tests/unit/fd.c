/* fd.c - base/fd: whole writes, reads that wait or do not, temporary files, closed descriptors. */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/sig.h"
#include "test.h"

static void nonblocking(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

TEST(fd, closed_ones_are_reserved_and_still_fail)
{
    for (int fd = 0; fd <= 2; fd++)
        close(fd);
    int r = gf_fd_reserve_std();
    char c;
    bool read_fails = read(0, &c, 1) == -1 && errno == EBADF;
    bool write_fails = write(1, "x", 1) == -1 && errno == EBADF && write(2, "x", 1) == -1;
    /* Nor is there another way to them. */
    int in = open("/dev/stdin", O_RDONLY);
    bool names_fail = (in == -1 || read(in, &c, 1) == -1) && open("/dev/stdout", O_WRONLY) == -1 &&
                      open("/dev/stderr", O_WRONLY | O_APPEND) == -1;
    int next = open("/dev/null", O_RDONLY);
    int flags = fcntl(0, F_GETFD);
    /* Nothing can be printed any more, so the verdict is the exit status. */
    if (r != 0 || !read_fails || !write_fails || !names_fail || next <= 2 || !(flags & FD_CLOEXEC))
        abort();
}

TEST(fd, open_ones_are_left_alone)
{
    struct stat before, after;
    fstat(1, &before);
    CHECK_INT(gf_fd_reserve_std(), 0);
    fstat(1, &after);
    CHECK(before.st_ino == after.st_ino);
    CHECK(!(fcntl(1, F_GETFD) & FD_CLOEXEC));
}

/* The half of a text is not written. */
TEST(fd, a_buffer_that_failed_is_not_written)
{
    int p[2];
    char got[8];
    struct gf_buf b = GF_BUF_INIT(5);
    CHECK_INT(pipe(p), 0);
    CHECK_INT(gf_write_buf(p[1], &b), 0);
    gf_buf_puts(&b, "12345");
    CHECK_INT(gf_write_buf(p[1], &b), 0);
    CHECK_INT(read(p[0], got, sizeof got), 5);
    gf_buf_putc(&b, '6');
    errno = 0;
    CHECK_INT(gf_write_buf(p[1], &b), -1);
    CHECK_INT(errno, EOVERFLOW);
    b.failed = ENOMEM;
    CHECK_INT(gf_write_buf(p[1], &b), -1);
    CHECK_INT(errno, ENOMEM);
    CHECK(!gf_read_ready(p[0]));
    gf_buf_release(&b);
}

static void nothing(int sig)
{
    (void)sig;
}

/* A signal a millisecond, until the test's process ends. */
static void storm(void)
{
    gf_sig_catch(SIGALRM, nothing);
    struct itimerval each = {.it_interval = {.tv_usec = 1000}, .it_value = {.tv_usec = 1000}};
    setitimer(ITIMER_REAL, &each, NULL);
}

enum {
    AMOUNT = 1 << 20
};

/*
 * Reads all and adds the bytes up; at first so slowly that a signal finds the writer waiting with
 * nothing written. The signals are the writer's.
 */
static void *slow_reader(void *arg)
{
    char buf[4096];
    static uint64_t sum;
    sum = 0;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    int slow = 10;
    for (ssize_t n; (n = gf_read(*(int *)arg, buf, sizeof buf)) > 0;) {
        for (ssize_t i = 0; i < n; i++)
            sum += (unsigned char)buf[i];
        nanosleep(&(struct timespec){.tv_nsec = slow-- > 0 ? 5000000 : 10000}, NULL);
    }
    return &sum;
}

static void write_through(bool nonblock)
{
    int p[2];
    REQUIRE(pipe(p) == 0);
    if (nonblock) {
        nonblocking(p[0]);
        nonblocking(p[1]);
    }
    static char data[AMOUNT];
    uint64_t want = 0;
    for (size_t i = 0; i < AMOUNT; i++)
        want += (unsigned char)(data[i] = (char)(i * 7));
    storm();
    pthread_t t;
    REQUIRE(pthread_create(&t, NULL, slow_reader, &p[0]) == 0);
    CHECK_INT(gf_write_all(p[1], data, AMOUNT), 0);
    close(p[1]);
    void *sum;
    pthread_join(t, &sum);
    CHECK(*(uint64_t *)sum == want);
    close(p[0]);
}

TEST(fd, write_all_through_signals)
{
    write_through(false);
}

TEST(fd, write_all_and_read_where_it_would_block)
{
    write_through(true);
}

TEST(fd, write_all_says_what_failed)
{
    int fd = open("/dev/full", O_WRONLY);
    CHECK_INT(gf_write_all(fd, "x", 1), -1);
    CHECK_INT(errno, ENOSPC);
    close(fd);
    CHECK_INT(gf_write_all(fd, "x", 1), -1);
    CHECK_INT(errno, EBADF);
    CHECK_INT(gf_write_all(-1, "", 0), 0);
}

TEST(fd, read_interruptible_returns_at_a_signal)
{
    int p[2];
    REQUIRE(pipe(p) == 0);
    for (int pass = 0; pass < 2; pass++) {
        storm();
        char c;
        CHECK_INT(gf_read_interruptible(p[0], &c, 1), -1);
        CHECK_INT(errno, EINTR);
        nonblocking(p[0]);
    }
}

TEST(fd, read_ready)
{
    int p[2];
    REQUIRE(pipe(p) == 0);
    CHECK(!gf_read_ready(p[0]));
    CHECK_INT(write(p[1], "x", 1), 1);
    CHECK(gf_read_ready(p[0]));
    char c;
    CHECK_INT(gf_read(p[0], &c, 1), 1);
    CHECK(!gf_read_ready(p[0]));
    close(p[1]);
    CHECK(gf_read_ready(p[0])); /* the end is at hand */
    CHECK_INT(gf_read(p[0], &c, 1), 0);
    close(p[0]);
    CHECK(gf_read_ready(p[0])); /* so is an error */
}

TEST(fd, write_ready_never_waits)
{
    int p[2];
    static char data[AMOUNT];
    REQUIRE(pipe(p) == 0);
    ssize_t all = 0, n;
    alarm(5); /* were it to wait, this ends the test */
    while ((n = gf_write_ready(p[1], data, AMOUNT)) > 0)
        all += n;
    CHECK_INT(n, 0);
    CHECK(all > 0 && all < AMOUNT);
    char buf[4096];
    CHECK(gf_read(p[0], buf, sizeof buf) == sizeof buf);
    CHECK(gf_write_ready(p[1], data, AMOUNT) > 0);
    close(p[0]);
    /* A reader that left is an error, not "later". */
    gf_sig_catch(SIGPIPE, nothing);
    CHECK_INT(gf_write_ready(p[1], data, 1), -1);
    CHECK_INT(errno, EPIPE);
}

/* A pipe grows, and never shrinks; nothing else changes, errno neither. */
TEST(fd, pipe_widen)
{
    int p[2], file = open("/dev/null", O_RDWR | O_CLOEXEC);
    REQUIRE(pipe2(p, O_CLOEXEC) == 0);
    errno = ENOLINK;
    gf_pipe_widen(p[1], 128 * 1024);
    CHECK_INT(fcntl(p[0], F_GETPIPE_SZ), 128 * 1024);
    gf_pipe_widen(p[0], 64 * 1024);
    CHECK_INT(fcntl(p[0], F_GETPIPE_SZ), 128 * 1024);
    gf_pipe_widen(file, 128 * 1024);
    gf_pipe_widen(-1, 128 * 1024);
    CHECK_INT(errno, ENOLINK);
    close(p[0]);
    close(p[1]);
    close(file);
}

TEST(fd, write_ready_writes_a_file_whole)
{
    static char data[AMOUNT];
    int fd = gf_tmpfile("/tmp");
    REQUIRE(fd != -1);
    CHECK_INT(gf_write_ready(fd, data, AMOUNT), AMOUNT);
    close(fd);
}

TEST(fd, tmpfile_has_no_name_and_is_ours_alone)
{
    char dir[] = "/tmp/gf-fd-XXXXXX";
    REQUIRE(mkdtemp(dir));
    umask(0);
    int fd = gf_tmpfile(dir);
    REQUIRE(fd != -1);
    struct stat st;
    CHECK_INT(fstat(fd, &st), 0);
    CHECK_INT(st.st_nlink, 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    CHECK_INT(gf_write_all(fd, "x", 1), 0);
    char c = 0;
    CHECK(pread(fd, &c, 1, 0) == 1 && c == 'x');
    CHECK_INT(gf_close(fd), 0);
    CHECK_INT(rmdir(dir), 0);
    CHECK_INT(gf_tmpfile(dir), -1);
    CHECK_INT(errno, ENOENT);
}

TEST(fd, sync_name)
{
    CHECK_INT(gf_sync_name("here"), 0);
    CHECK_INT(gf_sync_name("/here"), 0);
    CHECK_INT(gf_sync_name("/tmp/here"), 0);
    CHECK_INT(gf_sync_name("/nowhere/at/all"), -1);
    CHECK_INT(errno, ENOENT);
}

TEST(fd, close_reports)
{
    CHECK_INT(gf_close(-1), -1);
    CHECK_INT(errno, EBADF);
}

TEST(fd, wait)
{
    int p[2];
    REQUIRE(pipe(p) == 0);
    CHECK_INT(gf_fd_wait(p[1], POLLOUT), 0);
    close(p[1]);
    CHECK_INT(gf_fd_wait(p[0], POLLIN), 0);
}

TEST(fd, wait_input_and_a_reader_that_is_gone)
{
    int in[2], out[2], file = gf_tmpfile("/tmp");
    REQUIRE(pipe(in) == 0 && pipe(out) == 0 && file != -1);
    CHECK_INT(gf_wait_input(in[0], out[1], GF_MS), -1);
    CHECK_INT(errno, ETIMEDOUT);
    CHECK_INT(gf_wait_input(-1, out[1], GF_MS), -1);
    CHECK_INT(errno, ETIMEDOUT);
    CHECK(!gf_reader_is_gone(out[1]));
    REQUIRE(write(in[1], "x", 1) == 1);
    CHECK_INT(gf_wait_input(in[0], out[1], GF_NEVER), 0);
    close(out[0]);
    CHECK(gf_reader_is_gone(out[1]));
    CHECK_INT(gf_wait_input(in[0], out[1], GF_NEVER), -1); /* although there is input */
    CHECK_INT(errno, EPIPE);
    CHECK(!gf_reader_is_gone(file)); /* a file needs no reader */
    CHECK_INT(gf_wait_input(in[0], file, GF_NEVER), 0);
    close(in[1]);
    CHECK_INT(gf_wait_input(in[0], file, GF_NEVER), 0);
    close(in[0]);
    close(out[1]);
    close(file);
}

TEST(fd, open_input_does_not_wait)
{
    char dir[] = "/tmp/gf-unit-XXXXXX", path[64], c;
    REQUIRE(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/fifo", dir);
    REQUIRE(mkfifo(path, 0600) == 0);
    int fd = gf_open_input(path);
    CHECK(fd != -1 && !gf_read_ready(fd));
    CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0);
    int writer = open(path, O_WRONLY | O_CLOEXEC);
    CHECK(writer != -1 && !gf_read_ready(fd));
    CHECK(write(writer, "x", 1) == 1 && gf_read_ready(fd));
    CHECK(gf_read(fd, &c, 1) == 1 && c == 'x');
    close(writer);
    CHECK(gf_read_ready(fd) && gf_read(fd, &c, 1) == 0);
    close(fd);
    unlink(path);
    rmdir(dir);
}
