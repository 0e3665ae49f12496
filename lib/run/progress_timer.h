/*
 * progress_timer.h - the line of --progress, shown from time to time while the loop goes on.
 *
 *     struct gf_progress_timer t = {.line = {.build = build, .owner = me}};
 *     gf_progress_timer_start(&t, loop, mode, begin_mono);
 *     gf_progress_say_line(&t.line);                      // SIGUSR1
 *     gf_progress_end();                                  // base/progress.h
 *
 * base/progress.h says when it is shown. The struct is the owner's, in its place as long as the
 * loop is there. Main thread.
 */
#ifndef GF_RUN_PROGRESS_TIMER_H
#define GF_RUN_PROGRESS_TIMER_H

#include <ev.h>

#include "base/progress.h"

struct gf_progress_timer {
    struct gf_progress_line line;
    ev_timer timer;
};

/* `begin_mono`: of the work. Nothing is started where nothing is ever shown. */
void gf_progress_timer_start(struct gf_progress_timer *t, struct ev_loop *loop,
                             enum gf_progress_mode mode, gf_ns begin_mono);

#endif
