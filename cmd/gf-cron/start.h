/* start.h - runs that wait in the queue are started, for runs.c. */
#ifndef GF_CMD_CRON_START_H
#define GF_CMD_CRON_START_H

#include "runs.h"

void start_open(struct runs *r, struct ev_loop *loop);
void start_close(struct runs *r, struct ev_loop *loop);

/* Starts the runs that can start, the oldest first. */
void start_queued(struct runs *r);

/* Starts a run that has entered the queue, or has it wait there. No look at the queue: runs before
 * this one that could start have started already. */
void start_or_wait(struct run *run);

/* Whether the job was paused while the run waited; a run that starts at once has just been claimed.
 * A run that was asked for by hand starts all the same, and is not tried again. */
bool start_is_held_back(const struct run *run);

/* With GF_OVERLAP=skip: why the run does not start beside one that another scheduler has; NULL:
 * none goes on. */
const char *start_beside_another(const struct run *run);

#endif
