/*
 * times.h - how many runs of a job may start: GF_TIMES, counted in the state for good, and -n,
 * counted since this scheduler was started.
 *
 * A run counts once, at its first start, also when it could not be started; one that was asked for
 * by hand does not count. Without either limit nothing is counted.
 */
#ifndef GF_CMD_CRON_TIMES_H
#define GF_CMD_CRON_TIMES_H

#include "run.h"

enum times {
    TIMES_GO,
    TIMES_LATER, /* another process has the state locked */
    TIMES_NOT,
};

/* Whether the run may start now. With the last start, no due time of the job is left in the plan of
 * the run's table. NOT: *why says why. */
enum times times_take(struct run *run, const char **why);

#endif
