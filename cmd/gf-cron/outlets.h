/*
 * outlets.h - standard output and error of the scheduler, written without waiting for their reader.
 *
 * What the reader does not take now is kept, in order, and written when it can be (run/outlet.h);
 * so a reader that stalls holds up neither signals nor other jobs. An outlet that is full asks for
 * no more: the pipes of jobs are not read until it has room, so jobs that write much wait as they
 * would for the reader itself. Where both descriptors lead to one file, both are one outlet: lines
 * never mix. Messages (base/msg.h) go through the outlet of standard error too.
 *
 *     outlets_open(&o, loop);
 *     outlets_put(&o, STDERR_FILENO, &lines);
 *     ... until !outlets_wait(&o) ...
 *     outlets_close(&o);           // what is left is dropped, and said
 */
#ifndef GF_CMD_CRON_OUTLETS_H
#define GF_CMD_CRON_OUTLETS_H

#include "run/outlet.h"

struct outlets {
    /* The owner sets these three. */
    void (*room)(void *owner); /* there is room again */
    void (*lost)(void *owner); /* a write failed, errno says why */
    void *owner;
    struct gf_outlet out[2];
    bool is_one; /* both descriptors lead to one file: out[0] serves both */
    bool is_open;
    int lost_errno; /* why output could not be written; 0: no write failed */
};

void outlets_open(struct outlets *o, struct ev_loop *loop);

/* Whole lines for descriptor 1 or 2, to be written in order. False: the lines are lost, errno says
 * why: an append to the buffer had failed, or the outlet takes no more. */
bool outlets_put(struct outlets *o, int fd, const struct gf_buf *lines);

/* Whether the outlet of the descriptor is full: pipes that feed it should not be read for now. */
bool outlets_is_full(const struct outlets *o, int fd);

/* Whether something is still to be written. */
bool outlets_wait(const struct outlets *o);

/* No more lines come; messages are written directly again. Whether all was written. */
bool outlets_close(struct outlets *o);

#endif
