/*
 * progress.h - where the run stands, on one line: for --progress, and when SIGUSR1 asks.
 *
 *     12 of 100 done, 1 failed, 4 under way, 3.2/s, elapsed 3.75s
 */
#ifndef GF_FETCH_PROGRESS_H
#define GF_FETCH_PROGRESS_H

#include "fetcher.h"
#include "run/progress_timer.h"
#include "source.h"
#include "tally.h"

/* All borrowed. */
struct progress {
    const struct tally *tally;
    const struct source *source;
    const struct fetcher *fetcher;
    struct gf_progress_timer timer;
};

/* Shows the line from time to time, where --progress wants it. */
void progress_begin(struct progress *p, struct ev_loop *loop);

/* Writes it now. */
void progress_say(struct progress *p);

#endif
