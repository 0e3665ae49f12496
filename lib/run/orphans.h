/*
 * orphans.h - processes that left the group of their task (by setsid), when that was told to end.
 *
 * We are the subreaper of all that tasks start: a process that outlives its parents becomes our
 * child. It is found among our children by GF_TOKEN of its environment, 128 random bits that each
 * start of a task has to itself: no task can guess the token of another, and have processes of that
 * one ended, or take its own for another's. (One that reads /proc of its user's other processes
 * needs no guess; it may as well send the signal.) What a task that ended by itself left behind is
 * not ours to end, so only tasks that were told to end are looked at.
 *
 *     struct gf_orphans o = {.run = "GF_POOL", .run_value = "4711"};
 *     struct gf_token token = gf_token_make();
 *     gf_environ_set(&env, GF_ORPHANS_TOKEN, token.text);    // of the task
 *     gf_orphans_adopt();
 *     gf_orphans_ending(&o, &token);                         // SIGTERM went to the task's group
 *     if (gf_orphans_live(&o, &token, is_leader)) ...        // a process of it, outside of the
 * group gf_orphans_signal(&o, &token, SIGKILL, is_leader); gf_orphans_end(&o, is_leader, say); //
 * at the end of the run gf_orphans_release(&o);
 *
 * A process with children of its own hands them to us when it ends, so looks are repeated. A
 * process that cleared its environment cannot be told from others; gf_orphans_end names it. So it
 * names what has another run in the variable `run`, but a token is all that a signal goes by.
 * Without /proc nothing is found. `is_leader` says whether a process is the leader of a task: it
 * has its own end. The last few thousand tasks that were told to end are remembered. Main thread.
 */
#ifndef GF_RUN_ORPHANS_H
#define GF_RUN_ORPHANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/random.h"

/* The variable that has the token. */
#define GF_ORPHANS_TOKEN "GF_TOKEN"

/* A process that is our child because its parents ended. */
struct gf_orphan {
    pid_t pid;
    struct gf_token token; /* of the start that it says it is of; none: it does not say */
    bool ours;             /* it says that it is of this run */
    bool signalled;        /* it was told to end, by SIGTERM */
};

struct gf_orphans {
    const char *run, *run_value; /* the variable that names this run, and its value; borrowed */
    struct gf_orphan *list;
    size_t n, cap;
    gf_ns scanned_mono; /* when the list was made; 0: never */
    struct gf_buf env;
    struct gf_token *ending; /* of tasks that were told to end */
    size_t nending, ending_cap;
};

typedef bool gf_orphans_leads(pid_t pid);

/* From now on we are the subreaper of what we start. Where that is not allowed less is found. */
void gf_orphans_adopt(void);

/* The task that was started with this token was told to end. */
void gf_orphans_ending(struct gf_orphans *o, const struct gf_token *token);

bool gf_orphans_live(struct gf_orphans *o, const struct gf_token *token,
                     gf_orphans_leads *is_leader);

/* SIGTERM for those that did not get one, or SIGKILL for all. */
void gf_orphans_signal(struct gf_orphans *o, const struct gf_token *token, int sig,
                       gf_orphans_leads *is_leader);

/* The last look, half a second at most: ends what is left of tasks that were told to end, reaps,
 * and calls `say` with each process that may be left of them and cannot be told from others. */
void gf_orphans_end(struct gf_orphans *o, gf_orphans_leads *is_leader,
                    void (*say)(pid_t pid, const char *command, size_t len));

void gf_orphans_release(struct gf_orphans *o);

#endif
