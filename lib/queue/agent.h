/*
 * agent.h - a thread that works with a queue for a program that must not wait: it takes as many
 * jobs as are wanted, renews the leases of all that were given out, and hands in what became of
 * them, many in one step.
 *
 *     struct gf_queue_agent *a;
 *     struct gf_queue_agent_how how = {.lease = 30 * GF_S, .deliveries = 5, .worker = "h:1"};
 *     if (gf_queue_agent_start(&a, q, &how) != 0) ... errno ...
 *     gf_queue_agent_want(a, 8);
 *     ... when gf_queue_agent_fd(a) is readable:
 *     gf_queue_agent_heard(a);
 *     while (gf_queue_agent_take(a, &job)) { ... job.token, job.record ...; free(job.bytes); }
 *     while (gf_queue_agent_lost(a, token)) ... end that job: another has it ...
 *     gf_queue_agent_end(a, &end, 1);
 *     ...
 *     gf_queue_agent_finish(a, gf_now_mono() + 10 * GF_S);
 *     ... gf_queue_agent_fd(a) is readable, and gf_queue_agent_is_over(a), or time is over ...
 *     size_t unsure = gf_queue_agent_unsure(a);
 *     if (gf_queue_agent_leave(a)) ... close the queue ...
 *
 * From gf_queue_agent_start to gf_queue_agent_leave the queue is the thread's. A job is renewed
 * from when it was taken until its end was handed in, whoever has it meanwhile. When a call fails
 * and may pass it is repeated until it succeeds; leases may be over by then, and which of them are
 * lost is known at that time. A job whose lease may be over (the answer came late, the machine
 * slept) is not given out until it is renewed; one that is lost by then never is. Any other failure
 * ends the thread (`failed`).
 *
 * One thread calls these, beside the agent's own, which takes no signals.
 */
#ifndef GF_QUEUE_AGENT_H
#define GF_QUEUE_AGENT_H

#include "queue/queue.h"

struct gf_queue_agent;

struct gf_queue_agent_how {
    gf_ns lease, keep;
    unsigned deliveries;
    const char *worker; /* copied */
    gf_ns look;         /* look so often whether all is empty, when nothing is there; 0: never */
};

/* A job that was taken. */
struct gf_queue_work {
    char token[GF_QUEUE_TOKEN];
    char id[GF_QUEUE_TOKEN];
    unsigned delivery;
    struct gf_queue_bytes record;
    char *bytes; /* of the record; the caller frees them */
};

/* -1 with errno; the queue is still the caller's then. */
int gf_queue_agent_start(struct gf_queue_agent **out, struct gf_queue *q,
                         const struct gf_queue_agent_how *how);

/* Readable when there is something new; gf_queue_agent_heard empties it. */
int gf_queue_agent_fd(const struct gf_queue_agent *a);
void gf_queue_agent_heard(struct gf_queue_agent *a);

/* So many jobs may be started now, those that wait to be taken by us among them. */
void gf_queue_agent_want(struct gf_queue_agent *a, unsigned n);

/* The next job, in the order of the queue; false: none is there now, or none that may start. */
bool gf_queue_agent_take(struct gf_queue_agent *a, struct gf_queue_work *out);

/* Whether the leases of all jobs are known to hold now, and none that is lost is still to be told
 * of (gf_queue_agent_lost). When that changes for the better there is
 * something new. */
bool gf_queue_agent_is_sure(struct gf_queue_agent *a);

/* Hands in what became of a job, of which everything is copied, and wants `want` jobs from now on:
 * both are one step. -1: memory is out, and the lease will end. */
int gf_queue_agent_end(struct gf_queue_agent *a, const struct gf_queue_end *e, unsigned want);

/* The next token whose lease was lost, or whose end was refused; false: none. */
bool gf_queue_agent_lost(struct gf_queue_agent *a, char token[GF_QUEUE_TOKEN]);

/* Jobs that were found delivered too often, since the last call. */
uint64_t gf_queue_agent_buried(struct gf_queue_agent *a);

/* Whether the last step that found nothing to take found the whole queue empty. */
bool gf_queue_agent_is_empty(struct gf_queue_agent *a);

enum gf_queue_agent_state {
    GF_QUEUE_AGENT_WORKS,
    GF_QUEUE_AGENT_AWAY,   /* a call failed, and is repeated */
    GF_QUEUE_AGENT_FAILED, /* nothing more comes */
};

/* Once, when there is something to say of the place (gf_queue_note). */
bool gf_queue_agent_note(struct gf_queue_agent *a, char out[GF_QUEUE_NOTE]);

/* How it is; the trouble is copied when it is not well. */
enum gf_queue_agent_state gf_queue_agent_state(struct gf_queue_agent *a,
                                               struct gf_queue_trouble *why);

/* Gives back what was not taken by us, hands in what is left, and then the thread is over; it is
 * too when a call has failed and that time has come. When it is called again the time is another.
 * Nothing waits here: a call of the queue may take much longer than that. */
void gf_queue_agent_finish(struct gf_queue_agent *a, gf_ns by_mono);
bool gf_queue_agent_is_over(struct gf_queue_agent *a);

/* How many ends nobody has accepted or refused. */
size_t gf_queue_agent_unsure(struct gf_queue_agent *a);

/* Releases an agent that is over. False: its thread is still in a call of the queue, and has both
 * until the process ends; nobody may touch or free them. */
bool gf_queue_agent_leave(struct gf_queue_agent *a);

#endif
