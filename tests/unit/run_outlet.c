/* run/outlet: every byte in order through a pipe that is full, and what happens when a write
 * fails. */
#include "run/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "loop.h"
#include "test.h"

static int rooms, losses, loss_errno;

static void on_room(struct gf_outlet *o)
{
    CHECK(!gf_outlet_is_full(o));
    rooms++;
}

static void on_lost(struct gf_outlet *o)
{
    CHECK_INT(o->err, errno);
    losses++;
    loss_errno = errno;
}

static const struct gf_outlet_events events = {.room = on_room, .lost = on_lost};

static char byte_at(size_t n)
{
    return (char)(n * 2654435761u >> 11);
}

/* A pipe of one page, so that it is full soon. */
static int small_pipe(int p[2])
{
    if (pipe2(p, O_CLOEXEC) != 0 || fcntl(p[1], F_SETPIPE_SZ, 4096) == -1)
        return -1;
    return fcntl(p[0], F_SETFL, O_NONBLOCK);
}

/* Reads what is there; each byte must be the next one. */
static void read_all(int fd, size_t *at)
{
    char data[1024];
    ssize_t n;
    while ((n = read(fd, data, sizeof data)) > 0)
        for (ssize_t i = 0; i < n; i++)
            if (data[i] != byte_at((*at)++)) {
                test_failed(__FILE__, __LINE__, "byte %zu differs", *at - 1);
                return;
            }
}

static int put(struct gf_outlet *o, size_t *at, size_t len)
{
    char data[16384];
    for (size_t i = 0; i < len; i++)
        data[i] = byte_at(*at + i);
    int r = gf_outlet_put(o, data, len);
    *at += r == 0 ? len : 0;
    return r;
}

TEST(run_outlet, example)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    char line[8] = "";
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 256 * 1024};
    gf_outlet_open(&o, loop, p[1], 64 << 20);
    CHECK_INT(gf_outlet_put(&o, "line\n", 5), 0);
    CHECK(!gf_outlet_is_full(&o));
    CHECK_INT(read(p[0], line, sizeof line), 5);
    CHECK_STR(line, "line\n");
    CHECK_INT(gf_outlet_close(&o), 0);
    CHECK(fcntl(p[1], F_GETFD) != -1);           /* the descriptor stays open, */
    CHECK(!(fcntl(p[1], F_GETFL) & O_NONBLOCK)); /* as it was */
    ev_loop_destroy(loop);
}

TEST(run_outlet, zeroed)
{
    struct gf_outlet o = {0};
    CHECK_INT(gf_outlet_close(&o), 0);
    CHECK_INT(gf_outlet_close(&o), 0);
}

TEST(run_outlet, a_reader_that_comes_later)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    size_t written = 0, got = 0;
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 100000};
    gf_outlet_open(&o, loop, p[1], 0);
    for (int i = 0; i < 100; i++) {
        CHECK_INT(put(&o, &written, 3001), 0);
        CHECK(gf_outlet_is_full(&o) == (gf_outlet_waiting(&o) >= 100000));
    }
    CHECK(gf_outlet_waiting(&o) >= written - 4096);
    CHECK(!gf_outlet_flush(&o));
    run_for(loop, 5 * GF_MS);
    CHECK_INT(rooms, 0); /* nobody reads */
    RUN_UNTIL(loop, (read_all(p[0], &got), got == written));
    RUN_UNTIL(loop, gf_outlet_waiting(&o) == 0);
    CHECK(rooms > 0);
    CHECK_INT(losses, 0);
    CHECK(gf_outlet_flush(&o));
    CHECK_INT(gf_outlet_close(&o), 0);
    ev_loop_destroy(loop);
}

/* A reader who is always a little behind does not make the buffer grow. */
TEST(run_outlet, a_reader_that_is_behind)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    size_t written = 0, got = 0;
    unsigned seed = 21;
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 20000};
    gf_outlet_open(&o, loop, p[1], 0);
    for (int i = 0; i < 3000; i++) {
        seed = seed * 1103515245u + 12345u;
        if (!gf_outlet_is_full(&o))
            CHECK_INT(put(&o, &written, (seed >> 8) % 9000), 0);
        if (seed >> 30)
            read_all(p[0], &got);
        ev_run(loop, EVRUN_NOWAIT);
    }
    CHECK(o.waiting.cap < 200000);
    RUN_UNTIL(loop, (read_all(p[0], &got), got == written));
    gf_outlet_close(&o);
    ev_loop_destroy(loop);
}

/* Nothing of it is taken, and the next one is. */
TEST(run_outlet, a_buffer_that_failed)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    char data[64] = "";
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 10};
    struct gf_buf part = GF_BUF_INIT(3), whole = GF_BUF_INIT(3);
    gf_buf_puts(&part, "ab\n");
    gf_buf_puts(&part, "cd\n");
    gf_buf_puts(&whole, "ef\n");
    gf_outlet_open(&o, loop, p[1], 0);
    errno = 0;
    CHECK_INT(gf_outlet_put_buf(&o, &part), -1);
    CHECK_INT(errno, EOVERFLOW);
    part.failed = ENOMEM;
    CHECK_INT(gf_outlet_add_buf(&o, &part), -1);
    CHECK_INT(errno, ENOMEM);
    CHECK_INT(gf_outlet_add_buf(&o, &whole), 0);
    CHECK_INT(gf_outlet_put_buf(&o, &whole), 0);
    CHECK(gf_outlet_flush(&o));
    CHECK_INT(read(p[0], data, sizeof data), 6);
    CHECK_STR(data, "ef\nef\n");
    CHECK_INT(losses, 0);
    gf_buf_release(&part);
    gf_buf_release(&whole);
    gf_outlet_close(&o);
    ev_loop_destroy(loop);
}

TEST(run_outlet, many_small_pieces_in_one_write)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    char data[64] = "";
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 10};
    gf_outlet_open(&o, loop, p[1], 0);
    for (int i = 0; i < 5; i++)
        CHECK_INT(gf_outlet_add(&o, "ab\n", 3), 0);
    CHECK_INT(gf_outlet_waiting(&o), 15);
    CHECK(gf_outlet_is_full(&o));
    CHECK_INT(read(p[0], data, sizeof data), -1); /* nothing went yet */
    CHECK_INT(gf_outlet_put(&o, "cd\n", 3), 0);   /* keeps its place */
    CHECK(gf_outlet_flush(&o));
    CHECK_INT(read(p[0], data, sizeof data), 18);
    CHECK_STR(data, "ab\nab\nab\nab\nab\ncd\n");
    CHECK(gf_outlet_flush(&o)); /* of nothing */
    gf_outlet_close(&o);
    ev_loop_destroy(loop);
}

TEST(run_outlet, write_keeps_nothing)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    size_t got = 0, at = 0;
    static char data[50000];
    REQUIRE(small_pipe(p) == 0);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = byte_at(i);
    struct gf_outlet o = {.on = &events, .full = SIZE_MAX};
    gf_outlet_open(&o, loop, p[1], 0);
    ssize_t n = gf_outlet_write(&o, data, sizeof data);
    CHECK(n > 0 && n <= 4096);
    at = (size_t)n;
    CHECK_INT(gf_outlet_write(&o, data + at, sizeof data - at), 0);
    CHECK_INT(gf_outlet_waiting(&o), 0);
    while (at < sizeof data) {
        int before = rooms;
        read_all(p[0], &got);
        RUN_UNTIL(loop, rooms > before);
        n = gf_outlet_write(&o, data + at, sizeof data - at);
        REQUIRE(n > 0);
        at += (size_t)n;
    }
    read_all(p[0], &got);
    CHECK_INT(got, sizeof data);
    gf_outlet_close(&o);
    ev_loop_destroy(loop);
}

TEST(run_outlet, reader_is_gone)
{
    struct ev_loop *loop = loop_new();
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    for (int waits = 0; waits < 2; waits++) {
        int p[2];
        size_t written = 0;
        losses = rooms = 0;
        REQUIRE(small_pipe(p) == 0);
        struct gf_outlet o = {.on = &events, .full = 100000};
        gf_outlet_open(&o, loop, p[1], 0);
        if (waits) /* something waits, and it is the loop that finds out */
            CHECK_INT(put(&o, &written, 9000), 0);
        close(p[0]);
        if (waits) {
            RUN_UNTIL(loop, losses);
        } else {
            CHECK_INT(put(&o, &written, 10), -1);
            CHECK_INT(errno, EPIPE);
        }
        CHECK_INT(losses, 1);
        CHECK_INT(loss_errno, EPIPE);
        CHECK_INT(o.err, EPIPE);
        CHECK_INT(gf_outlet_waiting(&o), 0);
        for (int i = 0; i < 3; i++) {
            errno = 0;
            CHECK_INT(put(&o, &written, 10), -1);
            CHECK_INT(errno, EPIPE);
            errno = 0;
            CHECK_INT(gf_outlet_add(&o, "x", 1), -1);
            CHECK_INT(errno, EPIPE);
            CHECK_INT(gf_outlet_write(&o, "x", 1), -1);
            CHECK(gf_outlet_flush(&o));
        }
        run_for(loop, 5 * GF_MS);
        CHECK_INT(losses, 1);
        CHECK_INT(rooms, 0);
        gf_outlet_close(&o);
        close(p[1]);
    }
    ev_loop_destroy(loop);
}

TEST(run_outlet, no_room_on_the_device)
{
    struct ev_loop *loop = loop_new();
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(fd != -1);
    struct gf_outlet o = {.full = 1}; /* nobody is told */
    gf_outlet_open(&o, loop, fd, 0);
    CHECK_INT(gf_outlet_put(&o, "x", 1), -1);
    CHECK_INT(errno, ENOSPC);
    CHECK_INT(o.err, ENOSPC);
    gf_outlet_close(&o);
    gf_outlet_open(&o, loop, STDOUT_FILENO, 0); /* opened again, it is as new */
    CHECK_INT(o.err, 0);
    gf_outlet_close(&o);
    close(fd);
    ev_loop_destroy(loop);
}

/* What is refused for the ceiling was not taken, not even its beginning; the rest goes on. */
TEST(run_outlet, ceiling)
{
    struct ev_loop *loop = loop_new();
    int p[2], refused = 0;
    size_t written = 0, got = 0;
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 5000};
    gf_outlet_open(&o, loop, p[1], 10000);
    for (int i = 0; i < 30; i++) {
        errno = 0;
        if (put(&o, &written, 900) != 0) {
            CHECK_INT(errno, EOVERFLOW);
            refused++;
        }
    }
    CHECK(refused > 10);
    CHECK(gf_outlet_waiting(&o) > 9000 && gf_outlet_waiting(&o) <= 10000);
    CHECK_INT(put(&o, &written, 10000 - gf_outlet_waiting(&o)), 0); /* something shorter fits */
    CHECK_INT(put(&o, &written, 1), -1);
    CHECK_INT(gf_outlet_add(&o, "x", 1), -1);
    CHECK_INT(errno, EOVERFLOW);
    RUN_UNTIL(loop, (read_all(p[0], &got), got == written));
    CHECK_INT(put(&o, &written, 900), 0);
    RUN_UNTIL(loop, (read_all(p[0], &got), got == written));
    CHECK_INT(losses, 0);
    gf_outlet_close(&o);
    ev_loop_destroy(loop);
}

/* Bytes that were written do not count as waiting. */
TEST(run_outlet, ceiling_counts_what_waits)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    size_t written = 0, got = 0;
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 5000};
    gf_outlet_open(&o, loop, p[1], 10000);
    CHECK_INT(put(&o, &written, 10000), 0);
    CHECK_INT(put(&o, &written, 10000 - gf_outlet_waiting(&o)), 0);
    read_all(p[0], &got);
    RUN_UNTIL(loop, gf_outlet_waiting(&o) < 10000);
    CHECK_INT(put(&o, &written, 10000 - gf_outlet_waiting(&o)), 0);
    CHECK_INT(put(&o, &written, 1), -1);
    RUN_UNTIL(loop, (read_all(p[0], &got), got == written));
    gf_outlet_close(&o);
    ev_loop_destroy(loop);
}

TEST(run_outlet, more_than_the_ceiling_at_once)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    size_t written = 0, got = 0;
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 5000};
    gf_outlet_open(&o, loop, p[1], 1000);
    CHECK_INT(put(&o, &written, 16000), -1); /* the pipe takes 4096, the outlet 1000 */
    CHECK_INT(errno, EOVERFLOW);
    CHECK_INT(put(&o, &written, 500), 0);
    RUN_UNTIL(loop, (read_all(p[0], &got), got >= written));
    run_for(loop, 5 * GF_MS);
    read_all(p[0], &got);
    CHECK_INT(got, written);
    gf_outlet_close(&o);
    ev_loop_destroy(loop);
}

TEST(run_outlet, close_drops_what_waits)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    size_t written = 0;
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 5000};
    gf_outlet_open(&o, loop, p[1], 0);
    CHECK_INT(put(&o, &written, 9000), 0);
    size_t waiting = gf_outlet_waiting(&o);
    CHECK(waiting >= 9000 - 4096);
    CHECK_INT(gf_outlet_close(&o), waiting);
    CHECK_INT(gf_outlet_waiting(&o), 0);
    CHECK_INT(ev_run(loop, EVRUN_NOWAIT), 0);
    ev_loop_destroy(loop);
}

TEST(run_outlet, two_side_by_side)
{
    struct ev_loop *loop = loop_new();
    int p[2], q[2];
    size_t wp = 0, wq = 0, gp = 0, gq = 0;
    REQUIRE(small_pipe(p) == 0 && small_pipe(q) == 0);
    struct gf_outlet a = {.on = &events, .full = 5000}, b = {.on = &events, .full = 5000};
    gf_outlet_open(&a, loop, p[1], 0);
    gf_outlet_open(&b, loop, q[1], 0);
    for (int i = 0; i < 10; i++) {
        CHECK_INT(put(&a, &wp, 2000), 0);
        CHECK_INT(put(&b, &wq, 3000), 0);
    }
    RUN_UNTIL(loop, (read_all(q[0], &gq), gq == wq)); /* nobody reads the other one */
    CHECK(gf_outlet_waiting(&a) >= wp - 4096);
    CHECK_INT(gf_outlet_close(&b), 0);
    RUN_UNTIL(loop, (read_all(p[0], &gp), gp == wp));
    gf_outlet_close(&a);
    ev_loop_destroy(loop);
}

/* The loss is told from inside of a put: the owner may close there. */
static void on_lost_close(struct gf_outlet *o)
{
    losses++;
    gf_outlet_close(o);
}

TEST(run_outlet, closed_when_it_is_lost)
{
    static const struct gf_outlet_events closing = {.lost = on_lost_close};
    struct ev_loop *loop = loop_new();
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    int p[2];
    size_t written = 0;
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &closing, .full = 5000};
    gf_outlet_open(&o, loop, p[1], 0);
    CHECK_INT(put(&o, &written, 9000), 0);
    close(p[0]);
    RUN_UNTIL(loop, losses);
    CHECK_INT(ev_run(loop, EVRUN_NOWAIT), 0);
    CHECK_INT(losses, 1);
    ev_loop_destroy(loop);
}

/* ---- a reader that goes while nothing is written --------------------------------------------- */

TEST(run_outlet, watch_notices_a_reader_that_goes)
{
    struct ev_loop *loop = loop_new();
    int p[2];
    losses = 0;
    REQUIRE(small_pipe(p) == 0);
    struct gf_outlet o = {.on = &events, .full = 4096};
    gf_outlet_open(&o, loop, p[1], 0);
    gf_outlet_watch(&o);
    gf_outlet_watch(&o); /* once is enough */
    run_for(loop, 5 * GF_MS);
    CHECK_INT(losses, 0);
    close(p[0]);
    RUN_UNTIL(loop, losses > 0);
    CHECK_INT(losses, 1);
    CHECK_INT(loss_errno, EPIPE);
    CHECK_INT(gf_outlet_put(&o, "x", 1), -1);
    CHECK_INT(losses, 1);
    gf_outlet_close(&o);
    close(p[1]);
    ev_loop_destroy(loop);
}

/* What the other side of a socket sends is no sign of its end, and makes nothing spin. */
TEST(run_outlet, watch_of_a_socket_that_sends)
{
    struct ev_loop *loop = loop_new();
    int s[2];
    losses = 0;
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    struct gf_outlet o = {.on = &events, .full = 4096};
    gf_outlet_open(&o, loop, s[1], 0);
    gf_outlet_watch(&o);
    CHECK_INT(write(s[0], "unasked", 7), 7);
    run_for(loop, 20 * GF_MS);
    CHECK_INT(losses, 0);
    CHECK(!ev_is_active(&o.gone)); /* it would be called without end */
    close(s[0]);
    ev_feed_event(loop, &o.look_on, EV_TIMER); /* its time has come */
    RUN_UNTIL(loop, losses > 0);
    CHECK_INT(loss_errno, EPIPE);
    gf_outlet_close(&o);
    close(s[1]);
    ev_loop_destroy(loop);
}

/* A file has no reader to watch, and what is watched keeps no loop going. */
TEST(run_outlet, watch_of_a_file_and_the_loop)
{
    struct ev_loop *loop = loop_new();
    struct gf_outlet file = {.on = &events}, pipe_end = {.on = &events};
    int p[2], fd = gf_tmpfile("/tmp");
    REQUIRE(fd != -1 && small_pipe(p) == 0);
    gf_outlet_open(&file, loop, fd, 0);
    gf_outlet_watch(&file);
    CHECK(!file.is_watched);
    gf_outlet_open(&pipe_end, loop, p[1], 0);
    gf_outlet_watch(&pipe_end);
    CHECK(pipe_end.is_watched);
    ev_run(loop, 0); /* comes back: nothing is to be waited for */
    gf_outlet_close(&file);
    gf_outlet_close(&pipe_end);
    CHECK(!pipe_end.is_watched);
    close(fd);
    close(p[0]);
    close(p[1]);
    ev_loop_destroy(loop);
}

/* The pipe once more, by itself without waiting; who shares the descriptor notices nothing. */
TEST(run_outlet, opened_once_more)
{
    struct ev_loop *loop = loop_new();
    int p[2], q[2];
    size_t written = 0, got = 0;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    losses = 0;
    REQUIRE(small_pipe(p) == 0);
    REQUIRE(small_pipe(q) == 0);
    struct gf_outlet o = {.on = &events, .full = SIZE_MAX};
    gf_outlet_open(&o, loop, p[1], 0);
    CHECK_INT(o.again, -1);
    gf_outlet_reopen(&o);
    REQUIRE(o.again != -1);
    int first = o.again;
    gf_outlet_reopen(&o);
    CHECK_INT(o.again, first);
    CHECK(fcntl(o.again, F_GETFL) & O_NONBLOCK);
    CHECK(!(fcntl(p[1], F_GETFL) & O_NONBLOCK));
    REQUIRE(fcntl(p[1], F_SETPIPE_SZ, 65536) != -1);
    CHECK_INT(put(&o, &written, 16384), 0);
    CHECK_INT(gf_outlet_waiting(&o), 0); /* all of it at once */
    for (int i = 0; i < 20; i++)
        CHECK_INT(put(&o, &written, 16384), 0);
    CHECK(gf_outlet_waiting(&o) > 0);
    RUN_UNTIL(loop, (read_all(p[0], &got), got == written));

    gf_outlet_turn(&o, q[1]); /* another pipe, whose reader goes */
    CHECK_INT(o.again, -1);
    close(p[1]);
    char c;
    CHECK_INT(read(p[0], &c, 1), 0); /* nobody has the first one open any more */
    gf_outlet_reopen(&o);
    close(q[0]);
    CHECK_INT(put(&o, &written, 100), -1);
    CHECK_INT(losses, 1);
    CHECK_INT(loss_errno, EPIPE);
    gf_outlet_close(&o);

    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    gf_outlet_open(&o, loop, null, 0);
    gf_outlet_reopen(&o);
    CHECK_INT(o.again, -1);
    gf_outlet_close(&o);
    close(null);
    ev_loop_destroy(loop);
}
