/*
 * crew_ring.h - the jobs of a crew (crew.h) in the order of the input, and the threads that do
 * them.
 *
 * What the ring takes is bounded, whatever the operations make of a block: a job whose records are
 * more than was set aside for them is `large`. Its records are made when they are given.
 *
 * Job number i lies in the ring at i modulo its size: those from `given` to `taken` are with a
 * worker or done, those up to `filled` wait for one. The job whose records were given last stays
 * until the next is asked for, since they are slices of it.
 *
 *     if (gf_crew_ring_open(&ring, st, nodes, n) != 0) ... the fault of st is set ...
 *     while ((got = gf_crew_ring_next(&ring, s)) == 1)
 *         ... ring.giving->side ...
 *     gf_crew_ring_close(&ring);
 *
 * One thread calls; the others are the ring's own. The struct may not be moved while it is open.
 */
#ifndef GF_STREAM_CREW_RING_H
#define GF_STREAM_CREW_RING_H

#include <pthread.h>

#include "stream/sidework.h"

enum {
    GF_CREW_THREADS = 8
};

struct gf_crew_job {
    struct gf_sidejob side;
    size_t taken; /* what it may take: the bytes of the block, and of the records made of it */
    size_t kept;  /* what it has room for while no block is in it */
    bool done;
};

/* What the jobs take of the memory. */
struct gf_crew_room {
    size_t bytes;   /* those from given to filled may take */
    size_t kept;    /* what the others keep */
    size_t grown;   /* eighths of its bytes that a block makes, as far as is known */
    unsigned alone; /* blocks to come that make too much for the ring */
};

struct gf_crew_ring {
    const struct gf_node *node;
    size_t nnodes, nthreads, started;
    const struct gf_preparer *preparer; /* NULL: there is none */
    bool quick;                         /* to read takes about as long as what the operations do */
    struct gf_sidework work[GF_CREW_THREADS]; /* the first is that of the thread that asks */
    pthread_t thread[GF_CREW_THREADS];
    struct gf_crew_job *job;
    size_t njobs; /* places in the ring */
    struct gf_crew_room room;
    size_t given, taken, filled; /* numbers of jobs; written under the lock */
    bool stop;
    pthread_mutex_t lock;
    pthread_cond_t wanted, finished;
    uint64_t blocks;             /* that were read */
    struct gf_side_counts total; /* of all jobs that were given */
    struct gf_crew_job *giving;  /* NULL: none */
    bool through;                /* what comes is in no blocks */
    struct gf_fault later;       /* of the source, behind the jobs in the ring */
};

/* For the first n operations, and a preparer, as with gf_sidework_open. -1: the fault of `st` is
 * set. */
int gf_crew_ring_open(struct gf_crew_ring *c, struct gf_stream *st, const struct gf_node *node,
                      size_t n, const struct gf_preparer *preparer);
void gf_crew_ring_close(struct gf_crew_ring *c);

/* The next job, as c->giving, of the input of `s`; the records of a large one are those that
 * c->work[0].last gives. 1; 0: what follows is in no blocks; -1: the fault is set. */
int gf_crew_ring_next(struct gf_crew_ring *c, struct gf_stage *s);

/* From here on the stages of c->work[0] read from the source itself, what is in no blocks. */
void gf_crew_ring_through(struct gf_crew_ring *c, struct gf_stage *s);

/* The fault of c->work[0], if there is one, becomes that of the chain. -1. */
int gf_crew_ring_fault(struct gf_crew_ring *c, struct gf_stage *s);

#endif
