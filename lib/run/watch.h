/*
 * watch.h - a watcher of a descriptor that the kernel refuses, now and then.
 *
 * epoll may have no memory for one more descriptor, or the user's share of them may be used up
 * (/proc/sys/fs/epoll/max_user_watches). libev stops the watchers of such a descriptor and calls
 * them once with EV_ERROR; who takes no notice waits for ever. Each callback of an ev_io begins so:
 *
 *     static void on_readable(struct ev_loop *loop, ev_io *w, int events)
 *     {
 *         if (!gf_watch_ready(loop, w, events))
 *             return;
 *         ... read(w->fd, ...) does not wait ...
 *     }
 *
 * Some signal has to be caught on the loop (run/caught.h): that wakes it for such a call. A refused
 * watcher is started again after a moment, so that the descriptor is looked at some
 * hundred times a second until the kernel has room: slower, and nothing is lost.
 *
 * Main thread.
 */
#ifndef GF_RUN_WATCH_H
#define GF_RUN_WATCH_H

#include <ev.h>
#include <stdbool.h>

/* Whether the descriptor is ready for what the watcher waits for, an error included. */
bool gf_watch_ready(struct ev_loop *loop, ev_io *w, int events);

#endif
