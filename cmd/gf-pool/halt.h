/*
 * halt.h - --halt: whether what it waits for has come.
 *
 * An observer: it counts nothing itself, it reads the tally after each job, writes the verdict, and
 * with `now` ends the tasks that run. So it is added behind the tally.
 */
#ifndef GF_POOL_HALT_H
#define GF_POOL_HALT_H

#include "observer.h"
#include "options.h"
#include "run/tasks.h"
#include "tally.h"
#include "verdict.h"

struct halt_rule {
    const struct halt *wanted;
    const struct tally *tally;
    struct verdict *verdict;
    struct gf_tasks *tasks;
};

extern const struct observer_events halt_observer;

#endif
