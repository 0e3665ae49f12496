/*
 * forget.h - old runs are deleted from the state while the scheduler runs.
 *
 *     forget_open(&f, loop, journal);
 *     forget_look(&f, now);            // at each look at the plan: once an hour a round begins
 *     if (!forget_is_busy(&f)) ... the loop may end by itself ...
 *     forget_close(&f);
 */
#ifndef GF_CMD_CRON_FORGET_H
#define GF_CMD_CRON_FORGET_H

#include <ev.h>

#include "journal.h"

struct forget {
    gf_ns keep; /* --keep; 0: as many and as long as by default */
    int64_t
        catchup; /* the longest of the table, in seconds: claims on a server are kept for longer */
    struct journal *journal;
    struct ev_loop *loop;
    ev_timer timer;  /* to the next slice of a round */
    int64_t next;    /* when the next round begins; seconds */
    int64_t before;  /* what was due before this is deleted */
    bool is_cutting; /* nothing is left to delete: space is given back */
};

/* How much is kept by default, whichever is less. */
enum {
    FORGET_DAYS = 400,
    FORGET_RUNS = 100000,
};

/* `keep` is set. */
void forget_open(struct forget *f, struct ev_loop *loop, struct journal *journal);
void forget_close(struct forget *f);

/* Begins a round, once an hour; `now` is in seconds. */
void forget_look(struct forget *f, int64_t now);

/* Whether a round goes on. */
bool forget_is_busy(const struct forget *f);

#endif
