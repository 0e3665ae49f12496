/*
 * median.c - the limit is a percentage of the median, and a millisecond at least.
 */
#include "median.h"

#include "base/sat.h"

enum {
    ENOUGH = 3 /* jobs that make a median */
};

void median_limit(const struct options *o, const struct gf_hist *times,
                  struct gf_child_limits *limits, struct gf_tasks *tasks)
{
    unsigned percent = o->timeout_percent;
    if (!percent || times->count < ENOUGH)
        return;
    double limit = (double)gf_hist_percentile(times, 50) * percent / 100;
    limits->timeout = limit > (double)GF_MS ? (gf_ns)limit : GF_MS;
    for (struct gf_task *t = tasks->first; t; t = t->next)
        gf_task_limit(t, gf_sat_add_i64(t->start_mono, limits->timeout));
}
