/*
 * orphans.h - processes that left the group of their task (by setsid), when that was told to end.
 *
 * We are the subreaper of all that tasks start: a process that outlives its parents becomes our
 * child. It is found among our children by two variables of its environment: one that names this
 * run, one that names the task by a number. What a task that ended by itself left behind is not
 * ours to end, so only tasks that were told to end are looked at.
 *
 *     struct gf_orphans o = {.run = "GF_POOL", .run_value = "4711", .task = "GF_SEQ"};
 *     gf_orphans_adopt();
 *     gf_orphans_ending(&o, 17);                       // SIGTERM went to the group of task 17
 *     if (gf_orphans_live(&o, 17, is_leader)) ...    // one of its processes, outside of the group
 *     gf_orphans_signal(&o, 17, SIGKILL, is_leader);
 *     gf_orphans_end(&o, is_leader, say);            // at the end of the run
 *     gf_orphans_release(&o);
 *
 * A process with children of its own hands them to us when it ends, so looks are repeated. A
 * process that cleared its environment cannot be told from others; gf_orphans_end names it. Without
 * /proc nothing is found. `is_leader` says whether a process is the leader of a task: it has its
 * own end. The last few thousand tasks that were told to end are remembered. Main thread.
 */
#ifndef GF_RUN_ORPHANS_H
#define GF_RUN_ORPHANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"

/* A process that is our child because its parents ended. */
struct gf_orphan {
    pid_t pid;
    uint64_t task;  /* of which it is; 0: it does not say */
    bool signalled; /* it was told to end, by SIGTERM */
};

struct gf_orphans {
    const char *run, *run_value; /* the variable that names this run, and its value; borrowed */
    const char *task;            /* the one that names a task */
    struct gf_orphan *list;
    size_t n, cap;
    gf_ns scanned_mono; /* when the list was made; 0: never */
    struct gf_buf env;
    uint64_t *ending; /* tasks that were told to end */
    size_t nending, ending_cap;
};

typedef bool gf_orphans_leads(pid_t pid);

/* From now on we are the subreaper of what we start. Where that is not allowed less is found. */
void gf_orphans_adopt(void);

/* The task was told to end. */
void gf_orphans_ending(struct gf_orphans *o, uint64_t task);

bool gf_orphans_live(struct gf_orphans *o, uint64_t task, gf_orphans_leads *is_leader);

/* SIGTERM for those that did not get one, or SIGKILL for all. */
void gf_orphans_signal(struct gf_orphans *o, uint64_t task, int sig, gf_orphans_leads *is_leader);

/* The last look, half a second at most: ends what is left of tasks that were told to end, reaps,
 * and calls `say` with each process that may be left of them and cannot be told from others. */
void gf_orphans_end(struct gf_orphans *o, gf_orphans_leads *is_leader,
                    void (*say)(pid_t pid, const char *command, size_t len));

void gf_orphans_release(struct gf_orphans *o);

#endif
