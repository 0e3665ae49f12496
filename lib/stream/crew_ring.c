/*
 * crew_ring.c - a ring of jobs, and threads that take the next one.
 *
 * The thread that asks reads blocks into free jobs as long as there is input that need not be
 * waited for, works on a job itself when the one it needs is not done, and sleeps only when another
 * thread has that one.
 *
 * Handing a block over costs what its bytes cost to reach another processor, about as much as to
 * look for a text in them. A search for plain text is left to the thread that reads until it keeps
 * records in number, and always where they come out of a pipe; as long as there is no other thread
 * one place of the ring does, so that its memory stays in the cache.
 */
#include "stream/crew_ring.h"

#include <signal.h>
#include <stdlib.h>

enum {
    JOBS_A_THREAD = 4,
    BLOCK_LEAST = 32 * 1024, /* below this, a worker is not worth the handing over */
    ALONE = 4,               /* blocks that are done before threads are started */
    FEW = 16,                /* a search that keeps less than one record in so many needs no help */
    RING_BYTES = 8 << 20,    /* that blocks and what is made of them may take; no more are read */
    KEPT = 4 << 20,          /* that jobs keep for blocks to come */
    SLACK = 64 * 1024,       /* a job may make so much more than the blocks before it */
    LARGE = 2 << 20,  /* a job whose records take more, and twice its block, makes too much */
    LARGE_BLOCKS = 64 /* so do those behind it, as it seems */
};

/* ---- workers --------------------------------------------------------------------------------- */

static struct gf_crew_job *job_of(struct gf_crew_ring *c, size_t number)
{
    return &c->job[number % c->njobs];
}

/* The next job that waits for a worker, taken; NULL: there is none. The lock is held. */
static struct gf_crew_job *take_job(struct gf_crew_ring *c)
{
    while (c->taken < c->filled) {
        struct gf_crew_job *j = job_of(c, c->taken++);
        if (!j->done)
            return j;
    }
    return NULL;
}

struct member {
    struct gf_crew_ring *crew;
    size_t which;
};

static void *work(void *arg)
{
    struct member me = *(struct member *)arg;
    struct gf_crew_ring *c = me.crew;
    free(arg);
    pthread_mutex_lock(&c->lock);
    while (!c->stop) {
        struct gf_crew_job *j = take_job(c);
        if (!j) {
            pthread_cond_wait(&c->wanted, &c->lock);
            continue;
        }
        pthread_mutex_unlock(&c->lock);
        gf_sidework_run(&c->work[me.which], &j->side);
        pthread_mutex_lock(&c->lock);
        j->done = true;
        pthread_cond_signal(&c->finished);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* One more thread. False: there cannot be more. */
static bool start_thread(struct gf_stage *s, struct gf_crew_ring *c)
{
    size_t which = c->started + 1;
    struct member *me = malloc(sizeof *me);
    struct gf_fault none = {0};
    if (!me || gf_sidework_open(&c->work[which], s->stream, c->node, c->nnodes, c->preparer) != 0) {
        gf_fault_move(&none, &s->stream->fault);
        gf_fault_release(&none);
        free(me);
        return false;
    }
    *me = (struct member){c, which};
    if (pthread_create(&c->thread[which], NULL, work, me) == 0)
        return true;
    gf_sidework_close(&c->work[which]);
    free(me);
    return false;
}

/* All signals stay with the thread that pulls: it is the one that waits for input. */
static void start_threads(struct gf_stage *s, struct gf_crew_ring *c)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (c->started + 1 < c->nthreads && start_thread(s, c))
        c->started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    c->nthreads = c->started + 1; /* those that could not be started are not tried again */
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Whether other threads would not help in a search for plain text: it keeps few records, or another
 * process, which needs a processor too, copies the block into a pipe about as fast as it is
 * searched. */
static bool needs_no_help(const struct gf_crew_ring *c, const struct gf_block *b)
{
    return c->quick && (b->piped || c->total.given[c->nnodes] < c->total.given[0] / FEW);
}

/* Whether the block is done at once, by the thread that read it. */
static bool is_for_us(struct gf_stage *s, struct gf_crew_ring *c, const struct gf_crew_job *j)
{
    if (c->blocks <= ALONE || j->side.block.run.len < BLOCK_LEAST)
        return true;
    if (c->started == 0 && c->nthreads > 1 && !needs_no_help(c, &j->side.block))
        start_threads(s, c);
    return c->started == 0;
}

/* ---- room ------------------------------------------------------------------------------------ */

static size_t most_of(size_t len)
{
    return len > LARGE / 2 ? 2 * len : LARGE;
}

/* Sets aside what the records made of the block may take, if those before tell. */
static void set_aside(struct gf_crew_ring *c, struct gf_crew_job *j)
{
    size_t len = j->side.block.run.len, seems = len / 8 * c->room.grown + SLACK;
    j->side.most = seems < most_of(len) ? seems : most_of(len);
    j->taken = len + j->side.most;
    c->room.bytes += j->taken;
    c->room.kept -= j->kept;
    j->kept = 0;
}

/* The job is void, and keeps its room if there is little of that. */
static void set_free(struct gf_crew_ring *c, struct gf_crew_job *j)
{
    size_t room = gf_sidejob_room(&j->side);
    if (c->room.kept + room > KEPT) {
        gf_sidejob_shrink(&j->side);
        room = 0;
    }
    j->kept = room;
    c->room.kept += room;
    c->room.bytes -= j->taken;
}

/* Learns from a job that is done what blocks make. */
static void learn(struct gf_crew_ring *c, const struct gf_sidejob *side)
{
    size_t len = side->block.run.len;
    if (len < BLOCK_LEAST || (side->large && !side->bytes))
        return;
    size_t made = side->bytes / (len / 10) + 1; /* a quarter more than there was */
    c->room.grown = made > c->room.grown ? made : c->room.grown - (c->room.grown - made) / 8;
    if (side->large && side->bytes > most_of(len))
        c->room.alone = LARGE_BLOCKS;
}

/* Hands blocks out while there is room in the ring, and input that is there; waits for input only
 * when nothing else is left to do. */
static void hand_out(struct gf_stage *s, struct gf_crew_ring *c)
{
    while (c->filled - c->given < c->njobs && c->room.bytes < RING_BYTES && !c->through) {
        bool first = c->filled == c->given;
        struct gf_crew_job *j = job_of(c, c->filled);
        int got = s->up->trade_run(s->up, &j->side.block, first);
        c->through = got < 0 || (got == 0 && first);
        if (got < 0)
            gf_fault_move(&c->later, &s->stream->fault);
        if (got != 1)
            return;
        c->blocks++;
        set_aside(c, j);
        bool ours = c->room.alone || is_for_us(s, c, j);
        if (c->room.alone) {
            c->room.alone--;
            j->side.large = true;
            j->side.bytes = 0; /* not known */
        } else if (ours) {
            gf_sidework_run(&c->work[0], &j->side);
        }
        pthread_mutex_lock(&c->lock);
        j->done = ours;
        c->filled++;
        pthread_cond_signal(&c->wanted);
        pthread_mutex_unlock(&c->lock);
        if (ours)
            return;
    }
}

/* ---- the next job ---------------------------------------------------------------------------- */

int gf_crew_ring_fault(struct gf_crew_ring *c, struct gf_stage *s)
{
    if (c->work[0].st.fault.status)
        gf_fault_move(&s->stream->fault, &c->work[0].st.fault);
    return -1;
}

/* Works, or waits, until the oldest job is done. */
static void finish(struct gf_crew_ring *c, struct gf_crew_job *oldest)
{
    pthread_mutex_lock(&c->lock);
    while (!oldest->done) {
        struct gf_crew_job *j = take_job(c);
        if (!j) {
            pthread_cond_wait(&c->finished, &c->lock);
            continue;
        }
        pthread_mutex_unlock(&c->lock);
        gf_sidework_run(&c->work[0], &j->side);
        pthread_mutex_lock(&c->lock);
        j->done = true;
    }
    pthread_mutex_unlock(&c->lock);
}

/* A job that met a fault is done once more by stages that count from the start of the input; so is
 * one whose records were too many to be kept, as they are given. */
static int do_again(struct gf_stage *s, struct gf_crew_ring *c, struct gf_crew_job *j)
{
    gf_sidework_close(&c->work[0]);
    if (gf_sidework_open(&c->work[0], s->stream, c->node, c->nnodes, c->preparer) != 0)
        return -1;
    gf_sidework_count_from(&c->work[0], &c->total);
    if (j->side.large)
        gf_sidework_begin(&c->work[0], &j->side);
    else
        gf_sidework_run(&c->work[0], &j->side);
    return 0;
}

/* Behind the last record of a job: its place in the ring is free. 0, or -1: the fault is met. */
static int put_away(struct gf_stage *s, struct gf_crew_ring *c)
{
    struct gf_crew_job *j = c->giving;
    if (!j)
        return 0;
    if (j->side.failed && !j->side.large)
        return gf_crew_ring_fault(c, s);
    for (size_t i = 0; i <= c->nnodes; i++)
        c->total.given[i] = j->side.large ? c->work[0].stage[i]->given
                                          : c->total.given[i] + j->side.counts.given[i];
    c->giving = NULL;
    set_free(c, j);
    pthread_mutex_lock(&c->lock);
    c->given++;
    c->taken = c->taken < c->given ? c->given : c->taken; /* we did some ourselves */
    if (c->started == 0 && c->given == c->filled)
        c->given = c->taken = c->filled = 0;
    pthread_mutex_unlock(&c->lock);
    return 0;
}

int gf_crew_ring_next(struct gf_crew_ring *c, struct gf_stage *s)
{
    if (put_away(s, c) != 0)
        return -1;
    hand_out(s, c);
    if (c->given == c->filled && c->later.status)
        gf_fault_move(&s->stream->fault, &c->later);
    if (c->given == c->filled)
        return s->stream->fault.status ? -1 : 0;
    struct gf_crew_job *j = job_of(c, c->given);
    finish(c, j);
    learn(c, &j->side);
    if ((j->side.failed || j->side.large) && do_again(s, c, j) != 0)
        return -1;
    c->giving = j;
    return 1;
}

void gf_crew_ring_through(struct gf_crew_ring *c, struct gf_stage *s)
{
    struct gf_sidework *w = &c->work[0];
    if (!w->source->pull_run)
        return;
    gf_sidework_count_from(w, &c->total);
    gf_sidework_through(w, s->up);
}

void gf_crew_ring_close(struct gf_crew_ring *c)
{
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_cond_broadcast(&c->wanted);
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 1; i <= c->started; i++)
        pthread_join(c->thread[i], NULL);
    for (size_t i = 0; i <= c->started; i++)
        gf_sidework_close(&c->work[i]);
    for (size_t i = 0; c->job && i < c->njobs; i++)
        gf_sidejob_release(&c->job[i].side);
    free(c->job);
    gf_fault_release(&c->later);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->wanted);
    pthread_cond_destroy(&c->finished);
}

/* Whether the operations only look for plain texts in whole records. */
static bool are_quick(const struct gf_node *node, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool filters = node[i].op == &gf_op_filter || node[i].op == &gf_op_reject;
        if (!filters || node[i].list.n || !gf_pattern_is_quick(node[i].pattern))
            return false;
    }
    return true;
}

int gf_crew_ring_open(struct gf_crew_ring *c, struct gf_stream *st, const struct gf_node *node,
                      size_t n, const struct gf_preparer *preparer)
{
    *c = (struct gf_crew_ring){.node = node,
                               .nnodes = n,
                               .preparer = preparer,
                               .quick = !preparer && are_quick(node, n),
                               .room.grown = 8 + 4};
    c->nthreads = st->set->threads < GF_CREW_THREADS ? st->set->threads : GF_CREW_THREADS;
    c->njobs = JOBS_A_THREAD * c->nthreads;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wanted, NULL);
    pthread_cond_init(&c->finished, NULL);
    c->job = calloc(c->njobs, sizeof *c->job);
    if (!c->job)
        return gf_fault_nomem(&st->fault);
    return gf_sidework_open(&c->work[0], st, node, n, preparer);
}
