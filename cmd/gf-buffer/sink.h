/*
 * sink.h - where the output goes: a reader (a pipe, a terminal), a file, or a log directory.
 */
#ifndef GF_CMD_BUFFER_SINK_H
#define GF_CMD_BUFFER_SINK_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/clock.h"
#include "fault.h"
#include "rotate.h"
#include "run/outlet.h"

struct run;

struct sink {
    const char *name;        /* for messages */
    int fd;                  /* of a reader or a file */
    bool is_file;            /* a file, or a log directory */
    struct gf_outlet outlet; /* of a reader */
    struct fault fault;      /* of a file */
    bool dirty;              /* what was written is not synced */
    bool unsynced;           /* a sync has failed, and none has succeeded since */
    bool told_moved;         /* that the name cannot be opened anew */
    bool removed;            /* nobody finds the file, and its name could not be opened anew */
    ev_timer sync;           /* --fsync */
    ev_timer look;           /* whether the name of the file still leads to it */
    struct rotate rotate;    /* of a log directory */
};

/* -1 after a message. */
int sink_open(struct run *r);
void sink_begin(struct run *r);

/* Whether something may be written. */
bool sink_is_ready(const struct run *r);

/* Writes what goes now: how many bytes, 0 where there is no room now, or the run is over. */
ssize_t sink_write(struct run *r, const char *data, size_t len);

/* The time to end is over: the next write does not wait for the loop to find that there is room, or
 * for the time of a further try. */
void sink_last(struct run *r);

/* Tries again what has failed and is no write, a sync or a rotation, when nothing waits to be
 * written, which would show whether the trouble is over; before the loop waits. */
void sink_mend(struct run *r);

/* Whether all that was written is where it should be, as --fsync asks. */
bool sink_is_synced(const struct run *r);

/* Ends the last record, and syncs. -1 after a message. */
int sink_end(struct run *r);
void sink_close(struct run *r);

#endif
