/*
 * job.h - one job: what it is about, its child, its output, and what the observers keep of it.
 *
 * A job lives from the moment its record is taken until its output is written and nothing of it
 * holds its pipes any more (jobs.c). A job that is tried again keeps its number, its record and,
 * with -k, its turn.
 */
#ifndef GF_POOL_JOB_H
#define GF_POOL_JOB_H

#include "base/buf.h"
#include "base/tail.h"
#include "ci.h"
#include "proc/command.h"
#include "proc/ending.h"
#include "queue/queue.h"
#include "results.h"
#include "run/ordered.h"
#include "run/task.h"
#include "run/timers.h"
#include "tag.h"

enum {
    STDOUT = GF_TASK_OUT,
    STDERR = GF_TASK_ERR,
    STREAMS = GF_TASK_OUTPUTS
};

/* More than twenty members: each observer has its own part, so that none needs a table of jobs. */
struct job {
    struct job *next; /* in a list of whoever has it: free, due for another attempt */
    void *owner;      /* struct jobs */
    uint64_t seq;     /* its number, from 1 */
    unsigned slot;    /* from 0; distinct among jobs that run */
    unsigned attempt; /* from 1 */
    bool finished;    /* no attempt follows */
    bool like_option; /* its record may be taken for an option */
    struct gf_task task;
    struct gf_turn turn;
    struct gf_timer retry;   /* when the next attempt is due, */
    void *retry_queue;       /* and whom to tell: struct retries */
    struct gf_ending ending; /* of the last attempt */
    uint64_t received;       /* bytes of output of this attempt */
    bool exceeded;           /* --max-output: this attempt wrote more, which is not taken */
    bool wrote[STREAMS];     /* something came there, in this attempt */
    struct gf_buf command;   /* quoted; its beginning only, where nobody keeps the whole */
    struct gf_buf packed;    /* with --retries and --failed: its records (work.h) */
    int block;               /* --pipe: the file that it reads, plus 1; 0: none */
    struct tag tag;
    struct ci_fold fold;
    struct results_files results;
    struct gf_tail stderr_end;  /* --report */
    char token[GF_QUEUE_TOKEN]; /* --queue; empty: its lease was lost, or it was acknowledged */
    unsigned delivery;
    struct gf_tail result_end; /* of its standard error */
};

static inline const char *job_command(const struct job *j)
{
    return j->command.len ? j->command.data : "";
}

/* Why it cannot start, for people. */
static inline const char *job_why_not(const struct job *j, int err)
{
    return j->results.why.len ? j->results.why.data : gf_command_why_not(err);
}

static inline gf_ns job_runtime(const struct job *j)
{
    return j->task.end_mono - j->task.start_mono;
}

static inline struct job *job_of_turn(const struct gf_turn *t)
{
    return (struct job *)(size_t)((const char *)t - offsetof(struct job, turn));
}

#endif
