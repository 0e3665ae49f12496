/*
 * outlets.c - standard output and error of the scheduler.
 *
 * When one of them cannot be written any more, nothing more goes to either: the reader of the jobs'
 * output is gone, and the scheduler is asked to stop.
 */
#include "outlets.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/msg.h"

enum {
    FULL = 256 * 1024,      /* bytes that wait: from here on the pipes of jobs are not read */
    MOST = 64 * 1024 * 1024 /* bytes that wait: beyond these, events and messages are lost */
};

static struct outlets *message_outlets; /* NULL: messages are written directly */

static struct gf_outlet *outlet_of(struct outlets *o, int fd)
{
    return &o->out[fd == STDERR_FILENO && !o->is_one];
}

static void on_lost(struct gf_outlet *outlet)
{
    struct outlets *o = outlet->owner;
    if (o->lost_errno)
        return;
    o->lost_errno = errno;
    if (errno != EPIPE)
        gf_error_errno("cannot write the output of jobs");
    o->lost(o->owner);
}

static void on_room(struct gf_outlet *outlet)
{
    struct outlets *o = outlet->owner;
    o->room(o->owner);
}

static const struct gf_outlet_events events = {.room = on_room, .lost = on_lost};

static bool is_lost(const struct outlets *o)
{
    if (o->lost_errno)
        errno = o->lost_errno;
    return o->lost_errno;
}

bool outlets_put(struct outlets *o, int fd, const struct gf_buf *lines)
{
    if (gf_buf_check(lines) == 0 && lines->len == 0)
        return true; /* even where the outlet takes no more */
    return !is_lost(o) && gf_outlet_put_buf(outlet_of(o, fd), lines) == 0;
}

bool outlets_is_full(const struct outlets *o, int fd)
{
    return gf_outlet_is_full(&o->out[fd == STDERR_FILENO && !o->is_one]);
}

bool outlets_wait(const struct outlets *o)
{
    return o->is_open && (gf_outlet_waiting(&o->out[0]) || gf_outlet_waiting(&o->out[1]));
}

static bool take_message(const char *line, size_t len)
{
    struct gf_outlet *o = outlet_of(message_outlets, STDERR_FILENO);
    if (gf_outlet_waiting(o) + len > MOST)
        return true; /* the message is lost: the reader has stalled for long */
    return !is_lost(message_outlets) && gf_outlet_put(o, line, len) == 0;
}

static bool is_same_file(int a, int b)
{
    struct stat x, y;
    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

void outlets_open(struct outlets *o, struct ev_loop *loop)
{
    o->is_one = is_same_file(STDOUT_FILENO, STDERR_FILENO);
    for (int i = 0; i < 2; i++) {
        o->out[i].on = &events;
        o->out[i].owner = o;
        o->out[i].full = FULL;
        gf_outlet_open(&o->out[i], loop, i + 1, MOST);
        if (i == 0)
            gf_outlet_watch(&o->out[i]);
    }
    o->is_open = true;
    message_outlets = o;
    gf_msg_sink(take_message);
}

bool outlets_close(struct outlets *o)
{
    if (!o->is_open)
        return true;
    bool can_say = gf_outlet_waiting(outlet_of(o, STDERR_FILENO)) == 0;
    gf_msg_sink(NULL);
    message_outlets = NULL;
    o->is_open = false;
    size_t n = gf_outlet_close(&o->out[0]) + gf_outlet_close(&o->out[1]);
    if (n && can_say)
        gf_error("%zu bytes of output were not taken by their reader, and are lost", n);
    return n == 0;
}
