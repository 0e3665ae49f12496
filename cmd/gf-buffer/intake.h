/*
 * intake.h - standard input, as far as there is room for it.
 */
#ifndef GF_CMD_BUFFER_INTAKE_H
#define GF_CMD_BUFFER_INTAKE_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

struct run;

struct intake {
    ev_io io;
    bool ended;          /* nothing more is read */
    bool told_end;       /* and the parts behind know */
    bool lacks;          /* the last record so far has no separator */
    bool rests;          /* --resume-at: it was full, and is not yet empty enough */
    bool last;           /* the time is over: what is there is read, also while it rests */
    gf_ns blocked_since; /* since when there is no room; 0: there is */
    char *chunk;         /* what was read on its way to the spool, or to get times; NULL: neither */
    struct gf_buf stamped;
    size_t kept_at, kept; /* bytes of the chunk that are a record whose end is to come */
    bool mid;             /* what was given a place last ends no record */
    const char *waiting;  /* what of these has no place yet */
    size_t waiting_len;
    bool splice; /* --bytes: from pipe to pipe without us */
};

/* -1 after a message. */
int intake_open(struct run *r);
void intake_begin(struct run *r);

/* Gives what was read a place; whether something got one. */
bool intake_pump(struct run *r);

/* Reads what there is in a pipe now, as far as what goes makes room: at the end of --drain. */
void intake_last(struct run *r);

/* Watches the input while there is room for it: before the loop waits. */
void intake_arm(struct run *r);

/* Records, as far as their end has come, and bytes that were read and have no place yet. */
uint64_t intake_held(const struct run *r);
uint64_t intake_held_bytes(const struct run *r);

void intake_close(struct run *r);

#endif
