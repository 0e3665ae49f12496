/*
 * progress.h - where the run stands, on one line: for --progress, and when SIGUSR1 asks.
 *
 *     1200 in, 1187 out, 1 dead, 12 inside, 310/s, slowest: enrich (98%), elapsed 3.75s
 */
#ifndef GF_PIPELINE_PROGRESS_H
#define GF_PIPELINE_PROGRESS_H

#include <ev.h>

#include "run.h"

struct progress {
    const struct run *run;
    ev_timer timer;
};

/* Shows the line from time to time, where --progress wants it. */
void progress_begin(struct progress *p, const struct run *r);

/* Writes it now, with what there is at each stage. */
void progress_say(const struct run *r);

#endif
