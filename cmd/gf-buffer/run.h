/*
 * run.h - one run: its parts, what was counted, and how it ends.
 *
 * Bytes come in by intake, wait in the store (buffer/store.h) or the spool (spill), and leave by
 * outflow to a sink. A part calls those behind it, and not those in front of it; what they have to
 * tell one another is here. session.c has the loop.
 */
#ifndef GF_CMD_BUFFER_RUN_H
#define GF_CMD_BUFFER_RUN_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "buffer/store.h"
#include "drops.h"
#include "intake.h"
#include "options.h"
#include "outflow.h"
#include "run/tasks.h"
#include "sink.h"
#include "spill.h"
#include "tee.h"

/* What was counted. Records and bytes of the input are what was read; what is added in front of
 * records, and markers, are bytes of the output alone. */
struct counts {
    uint64_t in, in_bytes;
    uint64_t out, out_bytes;
    uint64_t added_bytes;            /* times, markers, a separator at the end */
    uint64_t dropped, dropped_bytes; /* on the way to the spool; the store has its own */
    uint64_t spilled, spilled_bytes; /* that went through the spool */
    uint64_t found, found_bytes;     /* that an earlier run had left in it */
    uint64_t flushes, errors, retries, rotations;
    uint64_t removed, removed_bytes; /* archives that were not processed (--keep-force) */
    gf_ns blocked;                   /* in which the input was not read, for want of room */
    gf_ns waited;                    /* in which the reader of the output had no room */
};

struct run {
    const struct options *opt;
    struct ev_loop *loop;
    struct gf_tasks tasks;
    struct gf_store store;
    struct intake in;
    struct spill spill;
    struct outflow out;
    struct sink sink;
    struct tees tees;
    struct drops drops;
    ev_timer memory; /* memory.h */
    struct counts n;
    gf_ns begin_mono;
    bool stopping;    /* a signal asked us to end */
    bool over;        /* nothing more is read or written */
    bool reader_left; /* nobody reads the output any more */
    bool some_failed; /* 123 */
    int fatal;        /* the exit status of what ended the run; 0: nothing did */
};

/* The run ends, with this status; after a message. */
void run_fail(struct run *r, int status);
void run_no_memory(struct run *r);

/* Says that the directory, which `what` names the kind of, belongs to another process (0: not known
 * which); the exit status. */
int run_is_taken(const char *what, const char *dir, pid_t holder);

#endif
