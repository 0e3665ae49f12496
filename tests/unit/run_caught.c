/* run/caught and run/watch: signals on the loop, and a descriptor that epoll refuses. */
#include "run/caught.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "loop.h"
#include "run/watch.h"
#include "test.h"

static unsigned came;
static int last;

static void on_signal(struct gf_caught *c)
{
    came++;
    last = c->sig;
}

TEST(run_caught, told_once_until_the_loop_looks)
{
    struct ev_loop *loop = loop_new();
    struct gf_caught c = {.sig = SIGUSR1, .came = on_signal}, same = {.sig = SIGUSR1};
    REQUIRE(gf_caught_start(&c, loop) == 0);
    raise(SIGUSR1);
    raise(SIGUSR1);
    CHECK_INT(came, 0);
    RUN_UNTIL(loop, came);
    CHECK_INT(came, 1);
    CHECK_INT(last, SIGUSR1);
    CHECK_INT(gf_caught_start(&same, loop), -1);
    CHECK_INT(errno, EBUSY);
    gf_caught_stop(&same); /* it has nothing to stop */
    raise(SIGUSR1);
    RUN_UNTIL(loop, came == 2);
    gf_caught_feed(SIGUSR1);
    gf_caught_feed(SIGUSR2); /* nobody has it */
    RUN_UNTIL(loop, came == 3);
    gf_caught_stop(&c);
    struct sigaction sa;
    sigaction(SIGUSR1, NULL, &sa);
    CHECK(sa.sa_handler == SIG_DFL);
    ev_loop_destroy(loop);
}

static struct gf_caught second = {.sig = SIGUSR2, .came = on_signal};

static void stop_another(struct gf_caught *c)
{
    came++;
    gf_caught_stop(&second);
    gf_caught_stop(c);
}

TEST(run_caught, one_stops_another_and_itself)
{
    struct ev_loop *loop = loop_new(), *other = loop_new();
    struct gf_caught c = {.sig = SIGUSR1, .came = stop_another};
    REQUIRE(gf_caught_start(&c, loop) == 0 && gf_caught_start(&second, loop) == 0);
    CHECK_INT(gf_caught_start(&(struct gf_caught){.sig = SIGHUP}, other), -1);
    raise(SIGUSR1);
    raise(SIGUSR2);
    RUN_UNTIL(loop, came);
    CHECK_INT(came, 1);
    REQUIRE(gf_caught_start(&second, other) == 0); /* nobody has it any more */
    gf_caught_stop(&second);
    ev_loop_destroy(loop);
    ev_loop_destroy(other);
}

static unsigned readable;

static void on_readable(struct ev_loop *loop, ev_io *w, int events)
{
    char byte;
    if (!gf_watch_ready(loop, w, events))
        return;
    readable += read(w->fd, &byte, 1) == 1;
}

/* libev calls it as it does when epoll has refused the descriptor: stopped, with EV_ERROR. */
TEST(run_watch, a_refused_watcher_goes_on)
{
    struct ev_loop *loop = loop_new();
    ev_io io;
    int p[2];
    REQUIRE(pipe(p) == 0);
    ev_io_init(&io, on_readable, p[0], EV_READ);
    ev_io_start(loop, &io);
    ev_run(loop, EVRUN_NOWAIT);
    ev_io_stop(loop, &io);
    on_readable(loop, &io, EV_ERROR | EV_READ | EV_WRITE);
    CHECK_INT(readable, 0); /* a read would have waited */
    CHECK(ev_is_active(&io));
    REQUIRE(write(p[1], "ab", 2) == 2);
    RUN_UNTIL(loop, readable == 2);
    ev_io_stop(loop, &io);
    ev_loop_destroy(loop);
}

static unsigned early;

static void on_early(struct ev_loop *loop, ev_timer *w, int events)
{
    (void)loop, (void)w, (void)events;
    early++;
}

TEST(run_caught, a_start_calls_nobody)
{
    struct ev_loop *loop = loop_new();
    struct gf_caught c = {.sig = SIGUSR1, .came = on_signal};
    ev_timer timer;
    ev_timer_init(&timer, on_early, 0, 0);
    ev_timer_start(loop, &timer);
    REQUIRE(gf_caught_start(&c, loop) == 0);
    CHECK_INT(early, 0);
    RUN_UNTIL(loop, early);
    CHECK_INT(early, 1);
    gf_caught_stop(&c);
    ev_loop_destroy(loop);
}
