/*
 * queued.h - --queue: jobs come from a durable queue, and what becomes of them goes back there.
 *
 *     struct queued q = {...};
 *     int status = queued_open(&q);                // before the environment of jobs is made
 *     status = queued_begin(&q, loop);
 *     switch (queued_next(&q, &work, &seq)) ...    // as intake_next
 *     if (no job is left) over = queued_is_told(&q); // at the end of the run, until it is true
 *     queued_end(&q);
 *     queued_close(&q);
 *
 * An agent (queue/agent.h) speaks with the queue in a thread of its own, so that a server that does
 * not answer holds up no job. It has as many jobs as there are free slots, and renews the leases of
 * all. As an observer of jobs this part learns how each ends: done, to be delivered again, dead, or
 * given back because the run ended.
 */
#ifndef GF_POOL_QUEUED_H
#define GF_POOL_QUEUED_H

#include <ev.h>

#include "capacity.h"
#include "job.h"
#include "observer.h"
#include "options.h"
#include "queue/agent.h"
#include "queue/tool.h"
#include "run/tasks.h"
#include "work.h"

/* `opt`, `verdict`, `tasks` and `capacity` are the pool's. */
struct queued {
    const struct options *opt;
    struct verdict *verdict;
    struct gf_tasks *tasks;
    struct capacity *capacity;
    struct gf_queue_tool *tool; /* a thread that does not end keeps it */
    struct gf_queue_agent *agent;
    struct ev_loop *loop;
    ev_io io;
    struct gf_queue_work at_hand; /* taken, and not started; bytes NULL: none */
    uint64_t seq;                 /* of the last one taken */
    enum gf_queue_agent_state state;
    gf_ns away_mono;
    bool ending;           /* the run is over but for what the agent hands in, */
    bool hurries;          /* and a signal has ended the wait for that */
    gf_ns end_mono;        /* since when, */
    gf_ns short_mono;      /* and since when the queue is away meanwhile */
    struct ev_timer timer; /* when the wait is over */
};

/* Opens the queue. -1 when all is well or there is no --queue, else the exit status after a
 * message. */
int queued_open(struct queued *q);

/* Starts the agent. -1, or the exit status after a message. */
int queued_begin(struct queued *q, struct ev_loop *loop);

/* The next job's record, which stays until the job has started: 1; 0, it may come, and the verdict
 * changes then; GF_READER_END; -1 after a message. */
int queued_next(struct queued *q, struct work *w, uint64_t *seq);

/* Whether the job that was taken may start now; when it may later the verdict changes. *has: it is
 * still ours. */
bool queued_may_start(struct queued *q, bool *has);

/* No job is wanted any more: what was taken and has not started goes back. */
void queued_give_back(struct queued *q);

/* What the agent has to tell. */
void queued_hear(struct queued *q);

/* No job runs or will: what was not started goes back, what became of the others is handed in.
 * Whether that is done, or has taken too long; if not, the verdict changes when it may be. */
bool queued_is_told(struct queued *q);

/* We were told to stop, so many times. */
void queued_stop(struct queued *q, unsigned times);

/* Lets the agent go. -1 after a message: the queue does not know all of it. */
int queued_end(struct queued *q);

void queued_close(struct queued *q);

extern const struct observer_events queued_observer;

#endif
