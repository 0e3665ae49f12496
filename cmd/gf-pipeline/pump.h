/* pump.h - what is done before the loop waits. */
#ifndef GF_PIPELINE_PUMP_H
#define GF_PIPELINE_PUMP_H

#include "run.h"
#include "source.h"

struct pump {
    struct run *run;
    struct source *source;
    ev_prepare prepare;
    ev_timer timer;   /* the earliest of what is waited for, */
    gf_ns timer_mono; /* at that time; GF_NEVER: it is not set */
    gf_ns drain_mono; /* when draining ends; GF_NEVER: nothing is drained */
};

void pump_begin(struct pump *p, struct run *r, struct source *source);

/* No more is read, and what is inside has as long as --drain says. */
void pump_drain(struct pump *p);

/* Who reads the output, or a tap, may never go on: what waits for them is dropped. */
void pump_give_up(struct run *r);

#endif
