/*
 * watch.c - a watcher of a descriptor that the kernel refuses, now and then.
 */
#include "run/watch.h"

#include <poll.h>

enum {
    MOMENT_MS = 5
};

bool gf_watch_ready(struct ev_loop *loop, ev_io *w, int events)
{
    if (!(events & EV_ERROR))
        return true;
    struct pollfd p = {.fd = w->fd,
                       .events = (short)((w->events & EV_READ ? POLLIN : 0) |
                                         (w->events & EV_WRITE ? POLLOUT : 0))};
    bool ready = poll(&p, 1, MOMENT_MS) > 0;
    ev_io_set(w, w->fd, w->events & (EV_READ | EV_WRITE)); /* else libev believes it is watched */
    ev_io_start(loop, w);
    return ready;
}
