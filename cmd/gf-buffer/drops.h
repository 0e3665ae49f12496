/*
 * drops.h - records that were dropped are told: once a second at most, while it happens.
 */
#ifndef GF_CMD_BUFFER_DROPS_H
#define GF_CMD_BUFFER_DROPS_H

#include <ev.h>
#include <stdint.h>

struct run;

struct drops {
    uint64_t told; /* records that were said */
    ev_timer timer;
};

void drops_begin(struct run *r);

/* Records (none with --bytes) and bytes that were dropped, in memory and in front of the spool. */
uint64_t drops_records(const struct run *r);
uint64_t drops_bytes(const struct run *r);

/* Looks whether there is something to tell; before the loop waits. */
void drops_look(struct run *r);

/* The line at the end. */
void drops_end(struct run *r);

#endif
