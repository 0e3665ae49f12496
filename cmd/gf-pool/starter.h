/*
 * starter.h - whether the next job may start now, and if not, when.
 *
 * Everything that has a say is asked in turn: the input (is there a record?), --resume (is it done
 * already?), --rate, and capacity.h. What says no arranges that the verdict changes when it would
 * say yes.
 */
#ifndef GF_POOL_STARTER_H
#define GF_POOL_STARTER_H

#include <ev.h>

#include "confirm.h"
#include "events.h"
#include "gate.h"
#include "history.h"
#include "intake.h"
#include "jobs.h"
#include "queued.h"

/* `opt` to `jobs` are the pool's. */
struct starter {
    const struct options *opt;
    struct verdict *verdict;
    const struct observers *observers;
    struct intake *intake;
    bool *input_over; /* the session's */
    struct history *history;
    struct events *events;
    struct capacity *capacity;
    struct jobs *jobs;
    struct queued *queued;
    struct ev_loop *loop;
    ev_io input_io;
    struct gate gate;
    struct confirm confirm;
    struct gf_buf command; /* that is asked for */
    bool is_confirmed;     /* the work at hand may start */
    bool has_work;         /* intake.work was taken, and its job has not started */
    uint64_t seq;          /* its number */
    bool is_checked;       /* it was, against --resume: it is to be done */
};

/* The members that are the pool's are set. -1 when all is ready, else the exit status after a
 * message. */
int starter_open(struct starter *s, struct ev_loop *loop);
void starter_close(struct starter *s);

/* Starts what may start now. */
void starter_pump(struct starter *s);

/* Whether more jobs may come. */
bool starter_takes_more(const struct starter *s);

#endif
