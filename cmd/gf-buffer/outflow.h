/*
 * outflow.h - what waits leaves: to the sink, and to the copies.
 */
#ifndef GF_CMD_BUFFER_OUTFLOW_H
#define GF_CMD_BUFFER_OUTFLOW_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

struct run;

struct outflow {
    bool holds;           /* --start-at: until so much is there */
    uint64_t dropped;     /* bytes that the store had dropped at the last write */
    struct gf_buf marker; /* --drop-marker: one that is being written */
    size_t marker_at;
    char last;         /* the byte that was written last; the separator at first */
    gf_ns waits_since; /* since when the reader has no room; 0: it has */
    ev_timer flush;    /* --flush-interval */
};

void outflow_begin(struct run *r);

/* Writes what may be written now; whether something was. */
bool outflow_pump(struct run *r);

/* Whether nothing is left to be written. */
bool outflow_is_done(const struct run *r);

/* How many bytes the store may get now so that nothing is dropped that the sink would take at once,
 * as what one read brings can be more than the store holds. SIZE_MAX: any number, since the sink
 * has no room, or no record is ever dropped. */
size_t outflow_leaves(const struct run *r);

/* Waits for what is due by time: before the loop waits. */
void outflow_arm(struct run *r);
void outflow_close(struct run *r);

#endif
