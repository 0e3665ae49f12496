/*
 * outlet.h - standard output and error of the scheduler, written without waiting for their reader.
 *
 * What the reader does not take now is kept, in order, and written when it can be; so a reader that
 * stalls holds up neither signals nor other jobs. An outlet that is full asks for no more: the
 * pipes of jobs are not read until it has room (output.c), so jobs that write much wait as they
 * would for the reader itself. Where both descriptors lead to one file, both are one outlet: lines
 * never mix. Messages (base/msg.h) go through the outlet of standard error too.
 *
 *     outlets_open(r);
 *     outlet_put(&r->outlet[0], "line\n", 5);
 *     ... until !outlets_wait(r) ...
 *     outlets_close(r);           // what is left is dropped, and said
 */
#ifndef GF_CMD_CRON_OUTLET_H
#define GF_CMD_CRON_OUTLET_H

#include <ev.h>
#include <stdbool.h>

#include "base/buf.h"

struct runner;

struct outlet {
    struct runner *r;
    int fd;
    struct gf_buf waiting; /* waiting[at..] is yet to be written */
    size_t at;
    ev_io io;
};

void outlets_open(struct runner *r);

/* The outlet of descriptor 1 or 2. */
struct outlet *outlet_of(struct runner *r, int fd);

/* Whole lines, to be written in order. False: they are lost, and errno says why. */
bool outlet_put(struct outlet *o, const char *data, size_t len);

bool outlet_is_full(const struct outlet *o);

/* Whether something is yet to be written. */
bool outlets_wait(const struct runner *r);

/* No more lines come; messages are written directly again. Whether all was written. */
bool outlets_close(struct runner *r);

#endif
