/*
 * queued.h - --queue: jobs come from a durable queue, and what becomes of them goes back there.
 *
 *     struct queued q = {...};
 *     int status = queued_open(&q);                // before the environment of jobs is made
 *     status = queued_begin(&q, loop);
 *     switch (queued_next(&q, &work, &seq)) ...    // as intake_next
 *     queued_end(&q);                              // at the end of the run
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
    struct gf_queue_tool tool;
    struct gf_queue_agent *agent;
    struct ev_loop *loop;
    ev_io io;
    struct gf_queue_work at_hand; /* taken, and not started; bytes NULL: none */
    uint64_t seq;                 /* of the last one taken */
    enum gf_queue_agent_state state;
    gf_ns away_mono;
};

/* Opens the queue. -1 when all is well or there is no --queue, else the exit status after a
 * message. */
int queued_open(struct queued *q);

/* Starts the agent. -1, or the exit status after a message. */
int queued_begin(struct queued *q, struct ev_loop *loop);

/* The next job's record, which stays until the job has started: 1; 0, it may come, and the verdict
 * changes then; GF_READER_END; -1 after a message. */
int queued_next(struct queued *q, struct work *w, uint64_t *seq);

/* No job is wanted any more: what was taken and has not started goes back. */
void queued_give_back(struct queued *q);

/* The end of the run: what was not started goes back, and what became of the others is handed
 * in. -1 after a message: the queue does not know all of it. */
int queued_end(struct queued *q);

void queued_close(struct queued *q);

extern const struct observer_events queued_observer;

#endif
