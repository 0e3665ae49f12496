/*
 * outlet.h - a descriptor that is written without waiting for its reader.
 *
 *     static const struct gf_outlet_events events = {.room = on_room, .lost = on_lost};
 *     struct gf_outlet o = {.on = &events, .full = 256 * 1024};
 *     gf_outlet_open(&o, loop, STDOUT_FILENO, 64 << 20);
 *     if (gf_outlet_put(&o, "line\n", 5) != 0) ... errno: nobody will read it ...
 *     if (gf_outlet_is_full(&o)) ... ask for no more, until `room` ...
 *     gf_outlet_close(&o);
 *
 * What the reader does not take now is kept, in order, and written when there is room; so a reader
 * that stalls holds up neither signals nor others. An outlet that is full still takes what it is
 * given, up to its ceiling: the owner stops asking for more.
 *
 * When a write fails (EPIPE, ENOSPC) what waits is dropped, `lost` is called once, and every put
 * fails with that errno from then on.
 *
 * The descriptor is the owner's, and stays as it is: it is not switched to non-blocking, because
 * the switch would reach every process that shares it. What cannot be asked to take only what it
 * has room for (a named pipe, RWF_NOWAIT) is opened once more where that is allowed, and that one
 * does not wait. A zeroed struct is safe to close. The thread
 * of the loop.
 */
#ifndef GF_RUN_OUTLET_H
#define GF_RUN_OUTLET_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

struct gf_outlet;

struct gf_outlet_events {
    /* What waited was written in part or whole, and the outlet is not full. */
    void (*room)(struct gf_outlet *o);
    /* Writing failed, errno says why. */
    void (*lost)(struct gf_outlet *o);
};

struct gf_outlet {
    const struct gf_outlet_events *on; /* NULL: nobody is told */
    void *owner;
    size_t full; /* bytes that wait from which on it is full */
    struct ev_loop *loop;
    int fd;
    int again; /* the same pipe, opened once more, without waiting; -1: it is not */
    bool tried_again;
    int err; /* errno of the write that failed; 0: none did */
    ev_io io;
    bool is_watched;
    ev_io gone;            /* the reader, of what is watched */
    ev_timer look_on;      /* where `gone` would be called without end */
    struct gf_buf waiting; /* waiting.data[at..len) is still to be written */
    size_t at;
};

/* `most`: bytes that may wait; 0: no ceiling. Closed before the descriptor is. */
void gf_outlet_open(struct gf_outlet *o, struct ev_loop *loop, int fd, size_t most);

/*
 * Opens a pipe once more (`again`) now, instead of when it turns out to be needed: for who is about
 * to give up opening files, or hands the pipe to splice(2), which for good takes the leave to write
 * with RWF_NOWAIT from what it is given (FMODE_NOWAIT, fs/splice.c of Linux). Where that fails, or
 * it is no pipe, nothing changes.
 */
void gf_outlet_reopen(struct gf_outlet *o);

/*
 * From now on a reader that goes is noticed although nothing is written: the outlet is then lost,
 * with EPIPE, as if something had been. Of a pipe or a socket; for others nothing is watched.
 */
void gf_outlet_watch(struct gf_outlet *o);

/* What waits, and what comes, goes to another descriptor from now on: of a regular file in the
 * place of one. */
void gf_outlet_turn(struct gf_outlet *o, int fd);

/* Writes it, or keeps what does not go now. -1: ENOMEM or EOVERFLOW, nothing was taken; another
 * errno: the outlet is lost. */
int gf_outlet_put(struct gf_outlet *o, const char *data, size_t len);

/* Only keeps it: many small pieces go out in one write, at gf_outlet_flush. */
int gf_outlet_add(struct gf_outlet *o, const char *data, size_t len);

/* The same of all that a buffer holds; one that an append failed for is not taken, with the errno
 * of that append. */
int gf_outlet_put_buf(struct gf_outlet *o, const struct gf_buf *b);
int gf_outlet_add_buf(struct gf_outlet *o, const struct gf_buf *b);

/* Writes what goes now. Whether nothing waits any more. */
bool gf_outlet_flush(struct gf_outlet *o);

/* Writes what goes now of data that stays the caller's, and keeps nothing: how many bytes, 0 when
 * none go (then `room` follows), -1 when the outlet is lost. */
ssize_t gf_outlet_write(struct gf_outlet *o, const char *data, size_t len);

/* Bytes that wait. */
size_t gf_outlet_waiting(const struct gf_outlet *o);
bool gf_outlet_is_full(const struct gf_outlet *o);

/* Stops, and frees. What waits is dropped: how many bytes. The descriptor stays open. */
size_t gf_outlet_close(struct gf_outlet *o);

#endif
