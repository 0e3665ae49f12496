/*
 * caught.c - signals that were caught, told on the event loop.
 *
 * The handler sets a flag of its signal and writes to an eventfd, which the loop watches; a write
 * that finds the counter full has nothing to add. The flags are looked at in the order of the
 * numbers, each taken down before its owner is told: what comes during that is told next.
 *
 * The same eventfd wakes the loop when the kernel refuses another watcher (run/watch.h): libev then
 * has an event for it, and waits all the same.
 */
#include "run/caught.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Of the process, as signals are. */
static struct {
    struct ev_loop *loop;
    ev_io io;
    unsigned started;
    struct gf_caught *by[NSIG];
    volatile sig_atomic_t came[NSIG];
    volatile int fd;
} caught = {.fd = -1};

static void wake(void)
{
    const uint64_t one = 1;
    ssize_t n = write(caught.fd, &one, sizeof one);
    (void)n;
}

static void note(int sig)
{
    int keep = errno;
    caught.came[sig] = 1;
    wake();
    errno = keep;
}

static void before_wait(struct ev_loop *loop) EV_NOEXCEPT
{
    if (ev_pending_count(loop))
        wake();
}

static void after_wait(struct ev_loop *loop) EV_NOEXCEPT
{
    (void)loop;
}

static void on_noted(struct ev_loop *loop, ev_io *w, int events)
{
    uint64_t count;
    (void)loop;
    (void)events;
    ssize_t n = read(w->fd, &count, sizeof count);
    (void)n;
    for (int sig = 1; sig < NSIG; sig++) {
        if (!caught.came[sig])
            continue;
        caught.came[sig] = 0;
        if (caught.by[sig])
            caught.by[sig]->came(caught.by[sig]);
    }
}

static void close_eventfd(void)
{
    ev_io_stop(caught.loop, &caught.io);
    ev_set_loop_release_cb(caught.loop, NULL, NULL);
    close(caught.fd);
    caught.fd = -1;
    caught.loop = NULL;
}

static void leave_pending(struct ev_loop *loop)
{
    (void)loop;
}

/* The loop looks at what it watches, which shows whether the kernel takes the eventfd. What it
 * finds is told when it runs. */
static bool is_refused(struct ev_loop *loop)
{
    ev_set_invoke_pending_cb(loop, leave_pending);
    ev_run(loop, EVRUN_NOWAIT);
    ev_set_invoke_pending_cb(loop, ev_invoke_pending);
    return ev_clear_pending(loop, &caught.io) & EV_ERROR;
}

static int open_eventfd(struct ev_loop *loop)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd == -1)
        return -1;
    caught.loop = loop;
    caught.fd = fd;
    ev_io_init(&caught.io, on_noted, fd, EV_READ);
    ev_set_priority(&caught.io, EV_MAXPRI); /* a stop comes before more work */
    ev_io_start(loop, &caught.io);
    ev_set_loop_release_cb(loop, before_wait, after_wait);
    if (!is_refused(loop))
        return 0;
    close_eventfd();
    errno = ENOMEM;
    return -1;
}

int gf_caught_start(struct gf_caught *c, struct ev_loop *loop)
{
    if (caught.by[c->sig] || (caught.loop && caught.loop != loop)) {
        errno = EBUSY;
        return -1;
    }
    if (!caught.started && open_eventfd(loop) != 0)
        return -1;
    caught.started++;
    caught.by[c->sig] = c;
    caught.came[c->sig] = 0;
    struct sigaction sa = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigset_t one;
    sigfillset(&sa.sa_mask);
    sigaction(c->sig, &sa, NULL);
    sigemptyset(&one);
    sigaddset(&one, c->sig);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    return 0;
}

void gf_caught_feed(int sig)
{
    caught.came[sig] = 1;
    wake();
}

void gf_caught_stop(struct gf_caught *c)
{
    if (c->sig <= 0 || c->sig >= NSIG || caught.by[c->sig] != c)
        return;
    struct sigaction sa = {.sa_handler = SIG_DFL};
    sigaction(c->sig, &sa, NULL);
    caught.by[c->sig] = NULL;
    if (--caught.started == 0)
        close_eventfd();
}
