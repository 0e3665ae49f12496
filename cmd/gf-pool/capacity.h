/*
 * capacity.h - how many jobs may run at once, by all that has a say in it: -j, the limit on open
 * files, how busy the machine is, make's jobserver, and a shortage that passes.
 *
 *     int status = capacity_open(&c, o, v, &tally, loop);
 *     if (capacity_allows(&c)) {
 *         unsigned slot = capacity_next(&c);
 *         switch (start(slot)) ...
 *             capacity_take(&c, slot);
 *         capacity_settle(&c);
 *     }
 *     capacity_give(&c, slot);                     // it has ended
 *
 * -j @FILE moves how many slots are used. When it says less, what runs goes on.
 */
#ifndef GF_POOL_CAPACITY_H
#define GF_POOL_CAPACITY_H

#include <ev.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "options.h"
#include "proc/jobserver.h"
#include "run/slots.h"
#include "tally.h"
#include "verdict.h"

enum {
    SLOTS_TEXT = 64 /* bytes of the file of -j @FILE */
};

struct capacity {
    const struct options *opt;
    struct verdict *verdict;
    struct tally *tally;
    struct ev_loop *loop; /* NULL: not open */
    struct gf_slots slots;
    size_t fit;             /* how many the limit on open files has room for */
    struct rlimit nofile;   /* what we were given, for the jobs */
    ev_timer file;          /* of -j @FILE: look what it says */
    char text[SLOTS_TEXT];  /* what it said */
    ssize_t text_len;       /* -1: it was not read */
    ev_timer look;          /* the machine is busy: look again */
    int short_of;           /* the errno of the last start for which there was no room */
    ev_timer shortage;      /* no process could be made: try again */
    gf_ns waits_for_memory; /* since then; 0: it does not */
    bool said;
    struct gf_jobserver server; /* make's; rfd is -1 where there is none */
    ev_io token_io;
};

/* -1, else the exit status after a message. */
int capacity_open(struct capacity *c, const struct options *o, struct verdict *v, struct tally *t,
                  struct ev_loop *loop);
void capacity_close(struct capacity *c);

/* Whether a slot is free, as far as that is known without a look at the machine. */
bool capacity_has_slot(struct capacity *c);

/* Whether one more may start now. If not, the verdict changes when it may. Takes a token of make's,
 * so start one or call capacity_settle. */
bool capacity_allows(struct capacity *c);

/* The slot of the next one. */
unsigned capacity_next(struct capacity *c);
void capacity_take(struct capacity *c, unsigned slot);
void capacity_give(struct capacity *c, unsigned slot);

/* A start failed because the system is short of something: it is tried again in a moment; when that
 * was often enough the run fails, after a message; `short_of` says of what. */
void capacity_short(struct capacity *c);

/* Gives back what fewer running jobs need no more. */
void capacity_settle(struct capacity *c);

#endif
