/*
 * median.h - -t 300%: a time limit that goes by how long jobs took so far.
 */
#ifndef GF_POOL_MEDIAN_H
#define GF_POOL_MEDIAN_H

#include "base/hist.h"
#include "options.h"
#include "proc/child.h"
#include "run/tasks.h"

/* A job has ended: the limit moves with the median of the times, and tasks that run without one get
 * it. Nothing, where the option is not given or too few jobs have ended. */
void median_limit(const struct options *o, const struct gf_hist *times,
                  struct gf_child_limits *limits, struct gf_tasks *tasks);

#endif
