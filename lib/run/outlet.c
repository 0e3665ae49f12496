/*
 * outlet.c - a descriptor that is written without waiting for its reader.
 *
 * Bytes that wait are in one buffer; what is written of it is moved away when it is more than what
 * is left, so that a reader who is always a little behind does not make the buffer grow, or when
 * the ceiling asks for its room. The watcher of the loop is active only while something waits.
 *
 * gf_write_ready gives a pipe that refuses RWF_NOWAIT PIPE_BUF bytes a write, four calls of the
 * system each. The first such piece tells, and the pipe is opened once more.
 */
#include "run/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/file.h"
#include "run/watch.h"

#define LOOK_EVERY 1. /* seconds */

enum {
    FREE_FROM = 1024 * 1024 /* a buffer of this size is given back when it is empty */
};

size_t gf_outlet_waiting(const struct gf_outlet *o)
{
    return o->waiting.len - o->at;
}

bool gf_outlet_is_full(const struct gf_outlet *o)
{
    return gf_outlet_waiting(o) >= o->full;
}

static void empty(struct gf_outlet *o)
{
    o->at = 0;
    gf_buf_clear(&o->waiting);
    if (o->waiting.cap > FREE_FROM)
        gf_buf_release(&o->waiting);
}

static void unwatch(struct gf_outlet *o)
{
    if (!o->is_watched)
        return;
    o->is_watched = false;
    ev_ref(o->loop);
    ev_io_stop(o->loop, &o->gone);
    ev_timer_stop(o->loop, &o->look_on);
}

static void lose(struct gf_outlet *o, int err)
{
    unwatch(o);
    ev_io_stop(o->loop, &o->io);
    empty(o);
    o->err = err;
    errno = err;
    if (o->on && o->on->lost)
        o->on->lost(o);
    errno = err;
}

void gf_outlet_reopen(struct gf_outlet *o)
{
    struct stat st;
    if (!o->tried_again && fstat(o->fd, &st) == 0 && S_ISFIFO(st.st_mode))
        o->again = gf_open_again(o->fd, O_WRONLY | O_NONBLOCK);
    o->tried_again = true;
}

/* What goes without waiting; 0: nothing does. -1 with errno. */
static ssize_t write_ready(struct gf_outlet *o, const char *data, size_t len)
{
    if (o->again == -1) {
        ssize_t n = gf_write_ready(o->fd, data, len);
        if (n == PIPE_BUF && len > PIPE_BUF)
            gf_outlet_reopen(o);
        return n;
    }
    ssize_t n = write(o->again, data, len);
    return n == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

ssize_t gf_outlet_write(struct gf_outlet *o, const char *data, size_t len)
{
    size_t done = 0;
    if (o->err) {
        errno = o->err;
        return -1;
    }
    while (done < len) {
        ssize_t n = write_ready(o, data + done, len - done);
        if (n < 0) {
            lose(o, errno);
            return -1;
        }
        if (n == 0) {
            ev_io_start(o->loop, &o->io);
            break;
        }
        done += (size_t)n;
    }
    return (ssize_t)done;
}

bool gf_outlet_flush(struct gf_outlet *o)
{
    if (gf_outlet_waiting(o) == 0)
        return true;
    ssize_t n = gf_outlet_write(o, o->waiting.data + o->at, gf_outlet_waiting(o));
    if (n < 0)
        return true; /* nothing waits: it is lost */
    o->at += (size_t)n;
    if (gf_outlet_waiting(o) > 0)
        return false;
    ev_io_stop(o->loop, &o->io);
    empty(o);
    return true;
}

static void on_writable(struct ev_loop *loop, ev_io *io, int events)
{
    struct gf_outlet *o = io->data;
    if (!gf_watch_ready(loop, io, events))
        return;
    if (gf_outlet_waiting(o) == 0)
        ev_io_stop(loop, io); /* it was gf_outlet_write that had no room */
    gf_outlet_flush(o);
    if (!o->err && !gf_outlet_is_full(o) && o->on && o->on->room)
        o->on->room(o);
}

int gf_outlet_add(struct gf_outlet *o, const char *data, size_t len)
{
    if (o->err) {
        errno = o->err;
        return -1;
    }
    bool tight = o->waiting.max && len > o->waiting.max - o->waiting.len;
    if (o->at > gf_outlet_waiting(o) || (o->at && tight)) {
        o->waiting.len -= o->at;
        memmove(o->waiting.data, o->waiting.data + o->at, o->waiting.len);
        o->at = 0;
    }
    if (gf_buf_add(&o->waiting, data, len) == 0)
        return 0;
    o->waiting.failed = 0; /* something shorter may fit */
    return -1;
}

int gf_outlet_add_buf(struct gf_outlet *o, const struct gf_buf *b)
{
    return gf_buf_check(b) == 0 ? gf_outlet_add(o, b->data, b->len) : -1;
}

/* Room for what may have to wait comes first: a beginning that is out cannot be taken back. */
static ssize_t write_at_once(struct gf_outlet *o, const char *data, size_t len)
{
    if (!o->err && gf_buf_reserve(&o->waiting, len) != 0) {
        o->waiting.failed = 0;
        return -1;
    }
    return gf_outlet_write(o, data, len);
}

int gf_outlet_put(struct gf_outlet *o, const char *data, size_t len)
{
    ssize_t done = 0;
    if (gf_outlet_waiting(o) == 0)
        done = write_at_once(o, data, len);
    if (done < 0)
        return -1;
    if ((size_t)done == len)
        return 0;
    ev_io_start(o->loop, &o->io);
    return gf_outlet_add(o, data + done, len - (size_t)done);
}

int gf_outlet_put_buf(struct gf_outlet *o, const struct gf_buf *b)
{
    return gf_buf_check(b) == 0 ? gf_outlet_put(o, b->data, b->len) : -1;
}

void gf_outlet_open(struct gf_outlet *o, struct ev_loop *loop, int fd, size_t most)
{
    o->loop = loop;
    o->fd = fd;
    o->again = -1;
    o->tried_again = false;
    o->err = 0;
    o->at = 0;
    o->waiting = (struct gf_buf)GF_BUF_INIT(most);
    ev_io_init(&o->io, on_writable, fd, EV_WRITE);
    o->io.data = o;
}

static void on_look(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct gf_outlet *o = timer->data;
    (void)loop;
    (void)events;
    if (gf_reader_is_gone(o->fd))
        lose(o, EPIPE);
}

/* A pipe is only ever readable here when its reader is gone. A socket is also when the other side
 * has sent us something, which nobody takes: then we look from time to time. */
static void on_gone(struct ev_loop *loop, ev_io *io, int events)
{
    struct gf_outlet *o = io->data;
    if (!gf_watch_ready(loop, io, events))
        return;
    if (gf_reader_is_gone(o->fd)) {
        lose(o, EPIPE);
        return;
    }
    ev_io_stop(loop, io);
    ev_timer_start(loop, &o->look_on);
}

void gf_outlet_watch(struct gf_outlet *o)
{
    struct stat st;
    if (o->err || o->is_watched || fstat(o->fd, &st) != 0 ||
        !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
        return;
    o->is_watched = true;
    ev_io_init(&o->gone, on_gone, o->fd, EV_READ);
    ev_timer_init(&o->look_on, on_look, LOOK_EVERY, LOOK_EVERY);
    o->gone.data = o->look_on.data = o;
    ev_io_start(o->loop, &o->gone);
    ev_unref(o->loop); /* it keeps no loop going */
}

static void close_again(struct gf_outlet *o)
{
    if (o->again != -1)
        close(o->again);
    o->again = -1;
    o->tried_again = false;
}

void gf_outlet_turn(struct gf_outlet *o, int fd)
{
    ev_io_stop(o->loop, &o->io);
    close_again(o);
    o->fd = fd;
    ev_io_set(&o->io, fd, EV_WRITE);
    if (gf_outlet_waiting(o) > 0)
        ev_io_start(o->loop, &o->io);
}

size_t gf_outlet_close(struct gf_outlet *o)
{
    size_t dropped = gf_outlet_waiting(o);
    if (o->loop) {
        unwatch(o);
        ev_io_stop(o->loop, &o->io);
        close_again(o);
    }
    gf_buf_release(&o->waiting);
    o->at = 0;
    o->loop = NULL;
    return dropped;
}
