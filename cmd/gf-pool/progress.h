/*
 * progress.h - where the run stands, on one line: for --progress, and when SIGUSR1 asks.
 *
 *     12/100 done, 1 failed, 4 run, 3.2/s, 27s left, elapsed 3.75s, slowest 2.1s: job 9, curl ...
 *
 * A narrow terminal shows the beginning, so what matters most stands first, in short words. The
 * time left is what the rest takes at the rate of the jobs that ended in this run.
 */
#ifndef GF_POOL_PROGRESS_H
#define GF_POOL_PROGRESS_H

#include "history.h"
#include "intake.h"
#include "lookahead.h"
#include "run/progress_timer.h"
#include "run/tasks.h"
#include "tally.h"

/* All borrowed. */
struct progress {
    const struct tally *tally;
    const struct history *history;
    const struct intake *intake;
    const bool *input_over;
    const struct gf_tasks *tasks;
    struct lookahead *lookahead;
    struct gf_progress_timer timer;
};

/* Shows the line from time to time, where --progress wants it. */
void progress_begin(struct progress *p, struct ev_loop *loop);

/* Writes it now. */
void progress_say(struct progress *p);

#endif
