/*
 * task_input.c - the standard input of a task, where that is a pipe of ours.
 *
 * The write comes first, and the loop is asked to tell of room only when it took less than all: so
 * a child that reads as fast as we write costs no turn of the loop. Until the loop tells, nothing
 * is tried: an owner that has many children writes to each of them whenever one of them answers.
 */
#include "run/task_parts.h"

#include <errno.h>
#include <unistd.h>

#include "run/watch.h"

void gf_task_on_writable(struct ev_loop *loop, ev_io *w, int events)
{
    struct gf_task *t = w->data;
    if (!gf_watch_ready(loop, w, events))
        return;
    ev_io_stop(loop, w);
    gf_task_call_back(t, t->on->writable);
}

void gf_task_close_input(struct gf_task *t)
{
    struct gf_task_pipe *p = &t->in;
    if (!t->all || p->io.fd == -1)
        return;
    ev_io_stop(t->all->loop, &p->io);
    close(p->io.fd);
    ev_io_set(&p->io, -1, EV_WRITE);
}

ssize_t gf_task_write(struct gf_task *t, const char *data, size_t len)
{
    size_t done = 0;
    if (!t->all || t->in.io.fd == -1)
        return -1;
    if (ev_is_active(&t->in.io))
        return 0; /* it is full, as far as we know */
    while (done < len) {
        ssize_t n = write(t->in.io.fd, data + done, len - done);
        if (n > 0) {
            done += (size_t)n;
        } else if (n == -1 && errno == EAGAIN) {
            ev_io_start(t->all->loop, &t->in.io);
            break;
        } else if (n == -1 && errno != EINTR) {
            gf_task_close_input(t);
            return done ? (ssize_t)done : -1;
        }
    }
    return (ssize_t)done;
}
