/*
 * session.h - what both kinds of run have: the input, the command, the log, the observers, the
 * loop.
 *
 * pool.c (a job a record) and crew.c (workers that stay) each put one into their own struct, set up
 * what starts processes, and leave the rest to it:
 *
 *     struct session s;
 *     session_init(&s, o, &mode, owner);           // nothing can fail yet
 *     int status = session_open(&s);               // -1, else the exit status after a message
 *     ... open what starts processes ...
 *     status = session_begin(&s, slots);
 *     ev_run(s.loop, 0);
 *     status = session_conclude(&s);
 *     session_release(&s);
 *
 * Events of the loop only write the verdict. Just before the loop waits, `pump` of the mode does
 * what can be done; when it says that all is done, the loop ends.
 */
#ifndef GF_POOL_SESSION_H
#define GF_POOL_SESSION_H

#include <ev.h>

#include "events.h"
#include "failed.h"
#include "halt.h"
#include "hint.h"
#include "history.h"
#include "intake.h"
#include "launch.h"
#include "lookahead.h"
#include "observer.h"
#include "progress.h"
#include "record.h"
#include "results.h"
#include "run/signals.h"
#include "tally.h"
#include "timeline.h"
#include "verdict.h"

/* What the kind of run adds. */
struct session_mode {
    /* That the command can be run so. -1, else the exit status after a message. */
    int (*check_command)(void *owner);
    /* The environment of commands, in launch.env; `mark` is the value of GF_JOBLOG, or NULL. -1
     * after a message. */
    int (*set_environment)(void *owner, const char *mark);
    /* Writes what can be written, starts what may start. Whether all is done. */
    bool (*pump)(void *owner);
    /* A signal asked us to stop, for the n-th time. */
    void (*stop)(void *owner, unsigned times);
    /* We were stopped and go on: time has passed that does not count. NULL: nobody is told. */
    void (*resumed)(void *owner);
};

/* More than twenty members: it is the one place where the parts are put together. */
struct session {
    const struct options *opt;
    const struct session_mode *mode;
    void *owner; /* of the mode */
    struct ev_loop *loop;
    struct verdict verdict;
    struct lookahead lookahead;
    struct intake intake;
    bool input_over;
    bool all_done; /* as the last pump said; the events may wait for their reader */
    struct history history;
    struct launch launch;
    struct observers observers;
    struct events events;
    struct tally tally;
    struct record record;
    struct results results;
    struct failed failed;
    struct timeline timeline;
    struct gf_outfile report_file, stats_file;
    struct hint hint;
    struct halt_rule halt;
    struct progress progress;
    struct gf_tasks *tasks; /* the mode's */
    struct gf_signals signals;
    ev_prepare prepare;
};

/* Sets what cannot fail, so that session_release can be called at any time. */
void session_init(struct session *s, const struct options *o, const struct session_mode *mode,
                  void *owner, struct gf_tasks *tasks);
int session_open(struct session *s);

/* The parts of the mode are open: signals are heard, and the run begins with so many slots. -1,
 * else the exit status after a message. */
int session_begin(struct session *s, size_t slots);

/* What is said and written at the end. The exit status. */
int session_conclude(struct session *s);
void session_release(struct session *s);

/* How the process ends, when everything is released: by a signal, or with the status. */
int session_finish(const struct verdict *v, int status);

#endif
