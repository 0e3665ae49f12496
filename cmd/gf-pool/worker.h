/*
 * worker.h - one worker of --worker: a command that stays, and answers each record with one.
 *
 * The process is a task (run/task.h) whose standard input and output are pipes of ours. What it was
 * given and has not answered is proc/inflight.h's. When a worker dies or is ended by the time
 * limit, the first unanswered record is what it worked on: that one has failed or is tried again,
 * and those behind it are given to the process that takes its place.
 *
 * workers.c is the pool of them.
 */
#ifndef GF_POOL_WORKER_H
#define GF_POOL_WORKER_H

#include "answers.h"
#include "capacity.h"
#include "proc/inflight.h"
#include "run/orphans.h"
#include "run/tasks.h"

/* What all workers share. */
struct worker_pool {
    struct session *session;
    struct answers answers;
    struct capacity capacity;
    struct gf_tasks tasks;
    struct gf_orphans orphans;
    struct gf_child_limits limits;
    char *number;       /* the value of GF_WORKER in the environment */
    uint64_t processes; /* that were started */
    bool no_more;       /* no record will be given any more */
};

struct worker {
    struct worker_pool *pool;
    unsigned slot;
    struct gf_task task;
    bool is_up; /* a process is there; false again when the task is drained */
    struct gf_inflight in;
    struct gf_buf answer; /* the beginning of one that is not whole */
    struct chunks chunks;
    bool condemned;          /* told to end by us: what it still says does not count */
    bool had_all;            /* its input was closed because no more will come, */
    gf_ns had_all_mono;      /* at that time */
    bool lingers;            /* it was told to end, since it did not when its input had ended */
    bool was_up;             /* there was a process before */
    bool stall_was_said;     /* of this process */
    struct gf_ending before; /* how the attempt ended that another one follows */
    gf_ns again_mono; /* the record at the front is tried again: no start before; 0: at once */
    unsigned deaths;  /* in a row without an answer */
};

static inline const struct options *worker_options(const struct worker *w)
{
    return w->pool->session->opt;
}

static inline struct verdict *worker_verdict(const struct worker *w)
{
    return &w->pool->session->verdict;
}

/* Whether no worker takes the place of one that ends. */
static inline bool worker_pool_is_ended(const struct worker_pool *p)
{
    const struct verdict *v = &p->session->verdict;
    return v->fatal || (v->halted && p->session->opt->halt.now);
}

/* Whether this process will get no more records. */
static inline bool worker_is_served(const struct worker *w)
{
    uint64_t most = worker_options(w)->max_items;
    return w->pool->no_more || (most && w->in.given >= most);
}

void worker_init(struct worker *w, struct worker_pool *pool, unsigned slot);
void worker_release(struct worker *w);

/* Reads the words of the command, and makes of them what the log shows in front of a record. -1,
 * else the exit status after a message. */
int worker_check_command(struct worker_pool *p);

/* Starts the process, which is given what was not answered. False: later, or never (the
 * verdict). */
bool worker_start(struct worker *w);

/* Whether a start is due: records wait, and no process is there. */
bool worker_needs_start(const struct worker *w, gf_ns now_mono);

/* Whether it may have another record, and gives it. -1: memory is out. */
bool worker_has_room(const struct worker *w);
int worker_give(struct worker *w, const struct gf_value *record, uint64_t seq);

/* Writes what it takes now; closes its input when no more will come. */
void worker_send(struct worker *w);

/* When no attempt may follow any more, a record that waits for one has failed. */
void worker_stop_waiting(struct worker *w);

/* What will not be answered any more was interrupted, or has failed with its worker. */
void worker_give_up(struct worker *w);

/* ---- worker_times.c -------------------------------------------------------------------------- */

/* What answers.h wants to know of its first record. */
struct about worker_first(const struct worker *w);

/* Its task is about to get a signal: told of the first record. */
void worker_on_signalled(struct gf_task *t, int sig);

/* Times that have come: the limit of a record, a window that may grow, a silence. */
void worker_tick(struct worker *w, gf_ns now_mono);

/* When worker_tick or worker_start has to be called next. */
gf_ns worker_wake(const struct worker *w);

/* Reads on after a pause, which does not count against its times. */
void worker_resume(struct worker *w);

/* ---- worker_output.c: what is done with the answers; the owner is struct worker_pool --------- */

extern const struct gf_ordered_events worker_output_events;

#endif
