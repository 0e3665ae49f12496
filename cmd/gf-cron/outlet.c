/* outlet.c - see outlet.h. */
#include "outlet.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner.h"

#include "base/fd.h"
#include "base/msg.h"

enum {
    FULL = 256 * 1024,       /* bytes that wait, from which on no more is asked for */
    MOST = 64 * 1024 * 1024, /* and beyond which events and messages are lost */
    FREE_FROM = 1024 * 1024,
};

static struct runner *voice; /* whose outlet takes messages */

static size_t left(const struct outlet *o)
{
    return o->waiting.len - o->at;
}

/* The reader is gone, or the disk is full. */
static void give_up(struct outlet *o)
{
    struct runner *r = o->r;
    ev_io_stop(r->loop, &o->io);
    gf_buf_release(&o->waiting);
    o->at = 0;
    if (r->lost_errno)
        return;
    r->lost_errno = errno;
    if (errno != EPIPE)
        gf_error_errno("cannot write the output of jobs");
    ev_feed_signal_event(r->loop, SIGTERM);
}

/* Writes data as far as it goes now. -1: errno. */
static ssize_t write_some(int fd, const char *data, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = gf_write_ready(fd, data + done, len - done);
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static void writable(struct ev_loop *loop, ev_io *io, int events)
{
    struct outlet *o = io->data;
    struct runner *r = o->r;
    (void)events;
    ssize_t n = write_some(o->fd, o->waiting.data + o->at, left(o));
    if (n < 0) {
        give_up(o);
    } else {
        o->at += (size_t)n;
        if (left(o) == 0) {
            ev_io_stop(loop, io);
            o->at = 0;
            gf_buf_clear(&o->waiting);
            if (o->waiting.cap > FREE_FROM)
                gf_buf_release(&o->waiting);
        }
    }
    if (!outlet_is_full(o))
        streams_go_on(r);
    if (left(o) == 0)
        r->changed(r);
}

static bool keep(struct outlet *o, const char *data, size_t len)
{
    if (o->at > left(o)) { /* what was written makes room */
        memmove(o->waiting.data, o->waiting.data + o->at, left(o));
        o->waiting.len -= o->at;
        o->at = 0;
    }
    if (gf_buf_add(&o->waiting, data, len) != 0) {
        o->waiting.failed = false; /* the next one may fit */
        return false;
    }
    ev_io_start(o->r->loop, &o->io);
    return true;
}

bool outlet_put(struct outlet *o, const char *data, size_t len)
{
    size_t done = 0;
    if (o->r->lost_errno) {
        errno = o->r->lost_errno;
        return false;
    }
    if (left(o) == 0) {
        ssize_t n = write_some(o->fd, data, len);
        if (n < 0) {
            give_up(o);
            return false;
        }
        done = (size_t)n;
    }
    return done == len || keep(o, data + done, len - done);
}

bool outlet_is_full(const struct outlet *o)
{
    return left(o) >= FULL;
}

bool outlets_wait(const struct runner *r)
{
    return left(&r->outlet[0]) || left(&r->outlet[1]);
}

/* What waits is given up; how many bytes there were. */
static size_t outlets_drop(struct runner *r)
{
    size_t n = left(&r->outlet[0]) + left(&r->outlet[1]);
    for (int i = 0; i < 2; i++) {
        ev_io_stop(r->loop, &r->outlet[i].io);
        gf_buf_release(&r->outlet[i].waiting);
        r->outlet[i].at = 0;
    }
    return n;
}

struct outlet *outlet_of(struct runner *r, int fd)
{
    return &r->outlet[fd == STDERR_FILENO && !r->one_outlet];
}

static bool take_message(const char *line, size_t len)
{
    struct outlet *o = outlet_of(voice, STDERR_FILENO);
    if (left(o) + len > MOST)
        return true; /* lost: its reader has stalled for long */
    return !voice->lost_errno && outlet_put(o, line, len);
}

static bool is_same_file(int a, int b)
{
    struct stat x, y;
    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

void outlets_open(struct runner *r)
{
    r->one_outlet = is_same_file(STDOUT_FILENO, STDERR_FILENO);
    for (int i = 0; i < 2; i++) {
        struct outlet *o = &r->outlet[i];
        *o = (struct outlet){.r = r, .fd = i + 1, .waiting = GF_BUF_INIT(MOST)};
        ev_io_init(&o->io, writable, o->fd, EV_WRITE);
        o->io.data = o;
    }
    voice = r;
    gf_msg_sink(take_message);
}

bool outlets_close(struct runner *r)
{
    bool can_say = left(outlet_of(r, STDERR_FILENO)) == 0;
    gf_msg_sink(NULL);
    voice = NULL;
    size_t n = r->loop ? outlets_drop(r) : 0;
    if (n && can_say)
        gf_error("%zu bytes of output were not taken by their reader, and are lost", n);
    return n == 0;
}
