/*
 * run.h - the parts of a run, and what they have to tell one another.
 *
 * Stages between two filters are a flow (flow.h): one ledger, one order. A filter ends one flow and
 * begins the next, since its output is a stream that nobody can match with its input.
 */
#ifndef GF_PIPELINE_RUN_H
#define GF_PIPELINE_RUN_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/failures.h"
#include "commit.h"
#include "dead.h"
#include "events.h"
#include "options.h"
#include "proc/environ.h"
#include "report.h"
#include "run/orphans.h"
#include "run/outlet.h"
#include "run/tasks.h"
#include "run/timers.h"

struct stage;
struct flow;

struct run {
    const struct options *opt;
    struct ev_loop *loop;
    struct gf_tasks tasks;
    struct gf_orphans orphans;
    struct gf_timers timers;
    struct gf_environ env;
    char *token, *stage_name; /* values in env, rewritten for each start */
    char pid[24];
    int null_fd;
    struct gf_outlet out; /* standard output */
    struct gf_outlet err; /* what children write to standard error */
    struct dead dead;
    struct commit commit;
    struct events events;
    struct report report;
    struct gf_failures failures;
    struct stage *stage;
    size_t nstages;
    struct flow *flow;
    size_t nflows;
    gf_ns begin_mono, begin_wall;
    uint64_t delivered;          /* bytes given to standard output */
    bool unordered;              /* records are written as they are done */
    bool stopping;               /* no more is read */
    bool aborted;                /* what is inside will not be done, */
    enum gf_reason abort_reason; /* for this reason; */
    bool swept;                  /* and has its fate */
    bool reader_left;            /* of standard output */
    bool input_failed;
    bool in_bits;     /* a few answers came, and many are to come: the loop is slow to look */
    int fatal;        /* an exit status, after a message */
    bool some_failed; /* 123 */
};

/* The tool itself has failed, after a message: nothing more is read, what is inside is not done. */
void run_fail(struct run *r, int status);

/* The same for want of memory, with the message. */
void run_no_memory(struct run *r);

/* What is inside will not be done: dead letters of this reason, or, with --commit, left for the
 * next run. */
void run_abort(struct run *r, enum gf_reason reason);

#endif
