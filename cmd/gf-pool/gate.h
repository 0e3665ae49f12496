/*
 * gate.h - --rate: whether one more may start now, and a wake-up when it may.
 *
 *     struct gate g = {0};
 *     if (gate_open(&g, o, v, loop) != 0) ... said ...
 *     if (gate_allows(&g)) { start(); gate_pass(&g); }    // else the verdict changes when it does
 *     gate_close(&g);
 *
 * Without --rate the gate is open. A zeroed struct is safe to close.
 */
#ifndef GF_POOL_GATE_H
#define GF_POOL_GATE_H

#include <ev.h>

#include "limit/pacer.h"
#include "options.h"
#include "verdict.h"

struct gate {
    bool on; /* --rate was given */
    struct ev_loop *loop;
    struct verdict *verdict;
    struct gf_pacer pacer;
    ev_io io; /* a timerfd: the next start is due */
};

/* -1 after a message. */
int gate_open(struct gate *g, const struct options *o, struct verdict *v, struct ev_loop *loop);
void gate_close(struct gate *g);

bool gate_allows(struct gate *g);

/* One has started. */
void gate_pass(struct gate *g);

/* Something to start has come. Before now there was nothing: that was no lateness. */
void gate_arrived(struct gate *g);

#endif
