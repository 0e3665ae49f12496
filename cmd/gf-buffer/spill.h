/*
 * spill.h - the spool (buffer/spool.h) between the intake and the store: what has no room in memory
 * (spill), or everything (--durable).
 *
 * Once something is in the spool all that comes goes there, until the spool is empty and what came
 * out of it is written: so the order is kept. Records in the store are either plain, and came
 * straight from the input, or behind these, from the spool.
 */
#ifndef GF_CMD_BUFFER_SPILL_H
#define GF_CMD_BUFFER_SPILL_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "buffer/spool.h"
#include "fault.h"

struct run;

struct spill {
    struct gf_spool *spool; /* NULL: there is none */
    bool active;            /* what comes goes there */
    bool closed;            /* --then=error: it was full, and takes nothing more */
    bool skipping;          /* the rest of a record that is dropped is still to come */
    bool inside;            /* the last byte that was put ends no record */
    uint64_t unread;        /* whole records that were put and not got */
    uint64_t unread_bytes;  /* bytes that were, but where some were damaged */
    uint64_t plain;         /* bytes at the front of the store that did not come out of it */
    uint64_t held;          /* bytes in the store that did */
    uint64_t in_pipe;       /* bytes that were written, and may be in the pipe of the output */
    gf_ns dirty_mono;       /* since when something is put that is not synced; 0: nothing is */
    bool behind;            /* something is out, and the checkpoint does not say so */
    bool unkept;            /* the last sync or checkpoint has failed */
    struct fault fault;
    ev_timer keep; /* the next checkpoint, and sync */
};

/* -1 after a message. */
int spill_open(struct run *r);
void spill_begin(struct run *r);

static inline bool spill_is_on(const struct spill *s)
{
    return s->spool != NULL;
}

/* Takes what came: how many bytes, fewer where there is no room now. */
size_t spill_take(struct run *r, const char *data, size_t len);

/* The input has ended: whether its last record, which lacks its end, was dropped. */
bool spill_ends_dropped(struct run *r);

/* Fills the store from the spool; whether something came. */
bool spill_pump(struct run *r);

/* So many bytes left the store. */
void spill_wrote(struct run *r, size_t len);

/* Whether nothing is in the spool, and what came out of it is out. */
bool spill_is_done(const struct run *r);

uint64_t spill_held(const struct run *r);
uint64_t spill_held_bytes(const struct run *r);

/* Syncs what was put, and writes down what is out (`checkpoint`). */
void spill_keep(struct run *r, bool checkpoint);

/* Sees to it that both are done when they are due; before the loop waits. */
void spill_arm(struct run *r);
void spill_end(struct run *r);
void spill_close(struct run *r);

#endif
