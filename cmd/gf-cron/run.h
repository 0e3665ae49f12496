/*
 * run.h - one run: one job at one due time; and what runs of one job share.
 *
 * Its phases:
 *
 *     WAITING   put off by jitter           -> QUEUED when the time has come
 *     QUEUED    the job's last run goes on, or all slots are taken, or the lock is -> RUNNING
 *     RUNNING   a child                     -> HELD, RETRYING, or over
 *     HELD      the child has ended, and for a moment its slot is kept for a process that it left
 *               behind and that holds the pipes -> RETRYING, or over
 *     RETRYING  failed, another try is due  -> QUEUED; over when the job's next run comes first
 *     LINGERING over, but a process that the run left behind still writes to the run's pipes
 */
#ifndef GF_CMD_CRON_RUN_H
#define GF_CMD_CRON_RUN_H

#include "base/tail.h"
#include "cron/plan.h"
#include "cron/state.h"
#include "cron/table.h"
#include "proc/ending.h"
#include "run/task.h"
#include "run/timers.h"

enum phase {
    PHASE_WAITING,
    PHASE_QUEUED,
    PHASE_RUNNING,
    PHASE_HELD,
    PHASE_RETRYING,
    PHASE_LINGERING,
    PHASES,
};

/* How many runs of a job are in each phase. Jobs of one id, in tables that follow one another, have
 * one seat; the last table that goes frees it. */
struct seat {
    size_t tables;
    size_t runs[PHASES];
    uint64_t starts; /* runs that its schedule brought and that had a start: times.h */
};

/* A table in force. One that was replaced stays until its last run is over. */
struct loaded {
    struct gf_table table;
    struct gf_plan_job *jobs;
    struct gf_plan plan;
    struct seat **seats;             /* the seat of each job */
    struct gf_state_name *state_ids; /* of jobs with GF_EACH_HOST; NULL: none */
    size_t runs;                     /* runs and other users of the table */
};

/* More than twenty members: a run is its place in a list, its job and due time, how far it has
 * come, its child, and how the last try ended. */
struct run {
    struct run *next, *prev;
    void *owner; /* struct runs */
    struct loaded *from;
    struct seat *seat;
    const struct gf_job *job;
    int64_t due; /* seconds */
    enum phase phase;
    unsigned tries;
    uint64_t number; /* of its last start: GF_RUN */
    unsigned slot;
    bool interrupted; /* the scheduler ended the run: for a stop, or for a newer run */
    bool by_hand;     /* asked for by gf-cron trigger */
    bool replaced;    /* interrupted for a newer run of the job */
    bool counted;     /* its start was counted: times.h */
    bool passed;      /* the job's next run came while this one was held: no retry */
    struct gf_task task;
    struct gf_child_limits limits;
    bool ended;                          /* the last try is over */
    struct gf_ending ending;             /* how the last try ended, when `ended` */
    gf_ns took;                          /* the last try, from its start to its process's end */
    struct gf_buf line[GF_TASK_OUTPUTS]; /* of each stream: bytes without a newline yet */
    struct gf_tail tail;                 /* the end of the output, for GF_ON_FAILURE */
    struct lock *lock;                   /* of GF_LOCK; NULL: none */
    bool has_lock;
    struct gf_timer timer; /* the end of jitter, the next try */
    enum gf_wait wait;     /* what the run waits for, as the state has it */
    gf_ns until;           /* on the wall clock; 0: nobody knows */
};

/* The id of a job in the state. */
static inline const char *run_state_id(const struct gf_job *job)
{
    return job->state_id ? job->state_id : job->id;
}

/* The outcome of a run that is over. */
static inline enum gf_outcome run_outcome(const struct run *run)
{
    if (run->interrupted)
        return GF_OUTCOME_INTERRUPTED;
    if (run->ending.how == GF_ENDING_TIMEOUT)
        return GF_OUTCOME_TIMEOUT;
    return run->ending.how == GF_ENDING_OK ? GF_OUTCOME_OK : GF_OUTCOME_FAILED;
}

#endif
