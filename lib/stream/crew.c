/*
 * crew.c - a ring of jobs in the order of the input, and threads that take the next one.
 *
 * The thread that pulls reads blocks into free jobs as long as there is input that need not be
 * waited for, works on a job itself when the one it needs is not done, and sleeps only when another
 * thread has that one. Job number i lies in the ring at i modulo its size: those from `given` to
 * `taken` are with a worker or done, those up to `filled` wait for one.
 *
 * The job whose records were given last stays until the next pull, since they are slices of it.
 */
#include "stream/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "stream/sidework.h"
#include "text/scan.h"

enum {
    THREADS_MAX = 8,
    JOBS_A_THREAD = 4,
    BLOCK_LEAST = 32 * 1024, /* below this, a worker is not worth the handing over */
    ALONE = 4                /* blocks that are done before threads are started */
};

struct job {
    struct gf_sidejob side;
    bool done;
};

struct crew {
    const struct gf_node *node;
    size_t nnodes, nthreads, started;
    struct gf_sidework work[THREADS_MAX]; /* the first is that of the thread that pulls */
    pthread_t thread[THREADS_MAX];
    struct job *job;
    size_t njobs;
    size_t given, taken, filled; /* numbers of jobs; written under the lock */
    bool stop;
    pthread_mutex_t lock;
    pthread_cond_t wanted, finished;
    uint64_t blocks;             /* that were read */
    struct gf_side_counts total; /* of all jobs that were given */
    struct job *giving;          /* NULL: none */
    size_t at, next;             /* of what is given: the byte, and the record or run */
    bool through;                /* what comes is not in runs now */
    struct gf_fault later;       /* of the source, behind the jobs in the ring */
};

/* Whether what becomes of a record depends on nothing but the record. */
static bool looks_at_one(const struct gf_node *n)
{
    static const struct gf_op *const ops[] = {
        &gf_op_filter, &gf_op_reject, &gf_op_where, &gf_op_map,   &gf_op_fields, &gf_op_template,
        &gf_op_upper,  &gf_op_lower,  &gf_op_trim,  &gf_op_split, &gf_op_matches};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (n->op == ops[i])
            return !n->skip_bad;
    return false;
}

size_t gf_crew_size(const struct gf_node *node, size_t n)
{
    size_t i = 0;
    while (i < n && i < GF_SIDE_OPS && looks_at_one(&node[i]))
        i++;
    return i;
}

static void move_fault(struct gf_fault *to, struct gf_fault *from)
{
    gf_fault_release(to);
    *to = *from;
    *from = (struct gf_fault){0};
}

/* ---- workers --------------------------------------------------------------------------------- */

static struct job *job_of(struct crew *c, size_t number)
{
    return &c->job[number % c->njobs];
}

/* The next job that waits for a worker, taken; NULL: there is none. The lock is held. */
static struct job *take_job(struct crew *c)
{
    while (c->taken < c->filled) {
        struct job *j = job_of(c, c->taken++);
        if (!j->done)
            return j;
    }
    return NULL;
}

struct member {
    struct crew *crew;
    size_t which;
};

static void *work(void *arg)
{
    struct member me = *(struct member *)arg;
    struct crew *c = me.crew;
    free(arg);
    pthread_mutex_lock(&c->lock);
    while (!c->stop) {
        struct job *j = take_job(c);
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
static bool start_thread(struct gf_stage *s, struct crew *c)
{
    size_t which = c->started + 1;
    struct member *me = malloc(sizeof *me);
    struct gf_fault none = {0};
    if (!me || gf_sidework_open(&c->work[which], s->stream, c->node, c->nnodes) != 0) {
        move_fault(&none, &s->stream->fault);
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
static void start_threads(struct gf_stage *s, struct crew *c)
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

/* Whether the block is done at once, by the thread that read it. */
static bool is_for_us(struct gf_stage *s, struct crew *c, const struct job *j)
{
    if (c->blocks <= ALONE || j->side.block.run.len < BLOCK_LEAST)
        return true;
    if (c->started == 0 && c->nthreads > 1)
        start_threads(s, c);
    return c->started == 0;
}

/* Hands blocks out while there is room in the ring, and input that is there; waits for input only
 * when nothing else is left to do. */
static void hand_out(struct gf_stage *s, struct crew *c)
{
    while (c->filled - c->given < c->njobs && !c->through) {
        bool first = c->filled == c->given;
        struct job *j = job_of(c, c->filled);
        int got = s->up->trade_run(s->up, &j->side.block, first);
        c->through = got < 0 || (got == 0 && first);
        if (got < 0)
            move_fault(&c->later, &s->stream->fault);
        if (got != 1)
            return;
        c->blocks++;
        bool ours = is_for_us(s, c, j);
        if (ours)
            gf_sidework_run(&c->work[0], &j->side);
        pthread_mutex_lock(&c->lock);
        j->done = ours;
        c->filled++;
        pthread_cond_signal(&c->wanted);
        pthread_mutex_unlock(&c->lock);
        if (ours)
            return;
    }
}

/* ---- giving ---------------------------------------------------------------------------------- */

/* The fault of our own stages, if there is one, becomes that of the chain. */
static int take_fault(struct gf_stage *s, struct crew *c)
{
    if (c->work[0].st.fault.status)
        move_fault(&s->stream->fault, &c->work[0].st.fault);
    return -1;
}

/* Works, or waits, until the oldest job is done. */
static void finish(struct crew *c, struct job *oldest)
{
    pthread_mutex_lock(&c->lock);
    while (!oldest->done) {
        struct job *j = take_job(c);
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

/* A job that met a fault is done once more by stages that count from the start of the input. */
static int do_again(struct gf_stage *s, struct crew *c, struct job *j)
{
    gf_sidework_close(&c->work[0]);
    if (gf_sidework_open(&c->work[0], s->stream, c->node, c->nnodes) != 0)
        return -1;
    gf_sidework_count_from(&c->work[0], &c->total);
    gf_sidework_run(&c->work[0], &j->side);
    return 0;
}

/* Behind the last record of a job: its place in the ring is free. 0, or -1: the fault is met. */
static int put_away(struct gf_stage *s, struct crew *c)
{
    struct job *j = c->giving;
    if (!j)
        return 0;
    if (j->side.failed)
        return take_fault(s, c);
    for (size_t i = 0; i <= c->nnodes; i++)
        c->total.given[i] += j->side.counts.given[i];
    c->giving = NULL;
    pthread_mutex_lock(&c->lock);
    c->given++;
    c->taken = c->taken < c->given ? c->given : c->taken; /* we did some ourselves */
    pthread_mutex_unlock(&c->lock);
    return 0;
}

/* The next job whose records are to be given. 1; 0: what follows is in no blocks; -1. */
static int next_job(struct gf_stage *s, struct crew *c)
{
    if (put_away(s, c) != 0)
        return -1;
    hand_out(s, c);
    if (c->given == c->filled && c->later.status)
        move_fault(&s->stream->fault, &c->later);
    if (c->given == c->filled)
        return s->stream->fault.status ? -1 : 0;
    struct job *j = job_of(c, c->given);
    finish(c, j);
    if (j->side.failed && do_again(s, c, j) != 0)
        return -1;
    c->giving = j;
    c->at = c->next = 0;
    return 1;
}

/* Records that were made, as slices of the job's output. */
static void give_made(struct gf_stage *s, struct crew *c, size_t max)
{
    const struct gf_sidejob *side = &c->giving->side;
    for (; s->n < max && c->next < side->n; c->at += side->len[c->next++] + 1)
        s->out[s->n++] = (struct gf_slice){side->out.data + c->at, side->len[c->next]};
}

/* Records of the runs of the job. */
static void give_cut(struct gf_stage *s, struct crew *c, size_t max)
{
    const struct gf_sidejob *side = &c->giving->side;
    while (s->n < max && c->next < side->nruns) {
        struct gf_slice run = side->run[c->next];
        size_t used;
        s->n += gf_scan_split(run.data + c->at, run.len - c->at, s->stream->set->separator,
                              s->out + s->n, max - s->n, &used);
        c->at += used;
        if (c->at == run.len) {
            c->next++;
            c->at = 0;
        }
    }
}

/* What is in no blocks goes through our own stages. */
static int pull_through(struct gf_stage *s, struct crew *c, size_t max)
{
    struct gf_sidework *w = &c->work[0];
    if (w->source->pull_run) {
        gf_sidework_count_from(w, &c->total);
        gf_sidework_through(w, s->up);
    }
    int got = gf_stage_pull(w->last, max);
    for (; got == 1 && s->n < w->last->n; s->n++)
        s->out[s->n] = w->last->out[s->n];
    return got < 0 ? take_fault(s, c) : got;
}

static int pull_crew(struct gf_stage *s, size_t max)
{
    struct crew *c = s->state;
    for (;;) {
        if (c->giving)
            (c->giving->side.made ? give_made : give_cut)(s, c, max);
        if (s->n)
            return 1;
        int got = next_job(s, c);
        if (got != 1)
            return got < 0 ? -1 : pull_through(s, c, max);
    }
}

/* The next run of the job at hand; false: there is none. */
static bool give_run(struct crew *c, struct gf_slice *run)
{
    const struct gf_sidejob *side = &c->giving->side;
    if (!side->made && c->next < side->nruns) {
        *run = side->run[c->next++];
        return true;
    }
    if (!side->made || c->next == side->n)
        return false;
    *run = (struct gf_slice){side->out.data, side->out.len};
    c->next = side->n;
    return true;
}

static int pull_crew_run(struct gf_stage *s, struct gf_slice *run)
{
    struct crew *c = s->state;
    int got;
    if (c->at)
        return 0; /* some of it was given as records */
    while (!c->giving || !give_run(c, run)) {
        if ((got = next_job(s, c)) != 1)
            return got;
        s->given += c->giving->side.counts.given[c->nnodes];
    }
    return 1;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void close_crew(struct gf_stage *s)
{
    struct crew *c = s->state;
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

struct gf_stage *gf_crew_open(struct gf_stream *st, struct gf_stage *up, const struct gf_node *node,
                              size_t n)
{
    struct gf_stage *s = gf_stage_new(st, up, node[n - 1].op->cli->name, sizeof(struct crew));
    if (!s)
        return NULL;
    struct crew *c = s->state;
    c->node = node;
    c->nnodes = n;
    c->nthreads = st->set->threads < THREADS_MAX ? st->set->threads : THREADS_MAX;
    c->njobs = JOBS_A_THREAD * c->nthreads;
    c->job = calloc(c->njobs, sizeof *c->job);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wanted, NULL);
    pthread_cond_init(&c->finished, NULL);
    s->pull = pull_crew;
    s->pull_run = pull_crew_run;
    s->close = close_crew;
    if (c->job && gf_sidework_open(&c->work[0], st, node, n) == 0)
        return s;
    return c->job ? gf_stage_drop(s) : gf_stage_nomem(s);
}
