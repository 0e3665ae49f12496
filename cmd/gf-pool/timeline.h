/*
 * timeline.h - --report: what the page shows, gathered while jobs run, in bounded memory
 * (page/bars.h).
 *
 * An observer. An attempt is a bar in the lane of its slot; a job that failed is kept with the end
 * of its standard error.
 */
#ifndef GF_POOL_TIMELINE_H
#define GF_POOL_TIMELINE_H

#include <stdbool.h>

#include "observer.h"
#include "page/bars.h"

struct timeline {
    bool on; /* --report is given; else nothing is kept */
    gf_ns begin_mono;
    struct gf_bars bars;
    unsigned slots; /* that were in use */
    struct gf_page_failures failures;
};

extern const struct observer_events timeline_observer;

void timeline_release(struct timeline *t);

#endif
