/*
 * signals.h - what is asked of a supervisor while it runs.
 *
 *     static void on_stop(void *owner, int sig, unsigned times) ...
 *
 *     static const struct gf_signals_events events = {.stop = on_stop, .status = on_status};
 *     struct gf_signals s = {.on = &events, .owner = me};
 *     if (gf_signals_open(&s, loop, &tasks) == 0)
 *         ev_run(loop, 0);
 *     gf_signals_close(&s);
 *     if (s.stop_signal) gf_die_by(s.stop_signal);
 *
 *   SIGINT SIGTERM SIGHUP   `stop`, with how many of them have come: 1, 2, ... (SIGHUP is `reload`
 *                           where that is not NULL)
 *   SIGTSTP                 the tasks' groups are stopped, then we are; at SIGCONT they go on, and
 *                           the time that we were stopped does not count against their deadlines
 *   SIGCONT                 after a SIGSTOP of ours, which cannot be caught: the groups go on
 *   SIGUSR1                 `status`
 *   SIGPIPE                 is ignored: a closed pipe is an error of one write
 *
 * One that was ignored when we started stays ignored. Signals that were blocked are unblocked. The
 * struct is the owner's, in its place until it is closed; a zeroed one is safe to close. Main
 * thread.
 */
#ifndef GF_RUN_SIGNALS_H
#define GF_RUN_SIGNALS_H

#include <ev.h>

#include "base/clock.h"
#include "run/caught.h"
#include "run/tasks.h"

struct gf_signals_events {
    void (*stop)(void *owner, int sig, unsigned times);
    void (*reload)(void *owner); /* NULL: SIGHUP is a stop */
    void (*status)(void *owner);
    /* We were stopped for so long; the tasks know already. NULL: nobody is told. */
    void (*resumed)(void *owner, gf_ns by);
};

enum {
    GF_SIGNALS = 6
};

struct gf_signals {
    const struct gf_signals_events *on;
    void *owner;
    struct ev_loop *loop;
    struct gf_tasks *tasks;
    int stop_signal; /* the first that asked us to stop; 0: none did */
    unsigned stops;  /* how many came */
    struct gf_caught caught[GF_SIGNALS];
};

/* 0, or -1 with errno, as gf_caught_start. */
int gf_signals_open(struct gf_signals *s, struct ev_loop *loop, struct gf_tasks *tasks);

/* From here on a signal to stop ends the process at once; one that only asks is ignored. */
void gf_signals_close(struct gf_signals *s);

#endif
