/*
 * progress.h - where the run stands, on one line: for --progress, and when SIGUSR1 asks.
 *
 *     1200 in, 1187 out, 1 dead, 12 inside, 310/s, slowest: enrich (98%), elapsed 3.75s
 */
#ifndef GF_PIPELINE_PROGRESS_H
#define GF_PIPELINE_PROGRESS_H

#include "run.h"
#include "run/progress_timer.h"

/* Shows the line from time to time, where --progress wants it. */
void progress_begin(struct gf_progress_timer *t, struct run *r);

/* Writes it now, with what there is at each stage. */
void progress_say(struct run *r);

#endif
