/*
 * gather.c - pieces of the entries, numbered; piece number i is copied into slot i modulo their
 * number.
 *
 * Those from `given` to `taken` are with a thread or done. The one that was given last stays until
 * the next is asked for, so a slot is free when its piece is in front of `given`. Who asks copies a
 * piece himself when the one he needs is not done, and sleeps only when another has that one.
 */
#include "text/gather.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
    THREADS_MOST = 8,
    SLOTS_A_THREAD = 4,
    LEAST_PIECE = 64, /* records, or it is not worth the handing over */
    MOST_PIECE = 2048,
    LEAST_PIECES = 32, /* or threads are not worth their start */
    FETCH = 16         /* records are fetched so far ahead */
};

struct slot {
    char *data;
    size_t len;
    bool done;
};

struct gf_gather {
    const struct gf_entry *sorted;
    size_t n, piece; /* entries; of a piece */
    struct gf_gather_conf conf;
    char *room; /* of all slots */
    struct slot slot[THREADS_MOST * SLOTS_A_THREAD];
    size_t nslots, pieces;
    size_t given, taken; /* numbers of pieces; written under the lock */
    bool begun, stop;    /* begun: piece number `given` was given */
    pthread_t thread[THREADS_MOST];
    unsigned started;
    pthread_mutex_t lock;
    pthread_cond_t wanted, finished;
};

static size_t records_of(const struct gf_gather *g, size_t number)
{
    size_t left = g->n - number * g->piece;
    return left < g->piece ? left : g->piece;
}

static void copy_piece(const struct gf_gather *g, size_t number, struct slot *slot)
{
    const struct gf_entry *e = g->sorted + number * g->piece, *all = g->sorted + g->n;
    char *to = slot->data;
    for (size_t n = records_of(g, number); n-- > 0; e++) {
        if (all - e > FETCH)
            gf_item_fetch(e[FETCH].item, g->conf.longest);
        struct gf_slice rec = {e->item->bytes + g->conf.skip, e->item->len - g->conf.skip};
        to = gf_slice_put(to, rec);
        *to++ = g->conf.end;
    }
    slot->len = (size_t)(to - slot->data);
}

static struct slot *slot_of(struct gf_gather *g, size_t number)
{
    return &g->slot[number % g->nslots];
}

/* Copies the next piece for which there is a slot. False: there is none. The lock is held, and let
 * go of meanwhile. */
static bool work_once(struct gf_gather *g)
{
    if (g->taken == g->pieces || g->taken - g->given == g->nslots)
        return false;
    size_t number = g->taken++;
    struct slot *slot = slot_of(g, number);
    pthread_mutex_unlock(&g->lock);
    copy_piece(g, number, slot);
    pthread_mutex_lock(&g->lock);
    slot->done = true;
    pthread_cond_signal(&g->finished);
    return true;
}

static void *work(void *arg)
{
    struct gf_gather *g = arg;
    pthread_mutex_lock(&g->lock);
    while (!g->stop && g->taken < g->pieces)
        if (!work_once(g))
            pthread_cond_wait(&g->wanted, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

/* All signals stay with who asks. */
static void start_threads(struct gf_gather *g)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (g->started + 1 < g->conf.threads &&
           pthread_create(&g->thread[g->started], NULL, work, g) == 0)
        g->started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static bool has_slots(struct gf_gather *g)
{
    size_t bytes = g->piece * (g->conf.longest + 1);
    g->nslots = g->conf.threads * (size_t)SLOTS_A_THREAD;
    g->room = malloc(bytes * g->nslots);
    for (size_t i = 0; g->room && i < g->nslots; i++)
        g->slot[i].data = g->room + i * bytes;
    return g->room;
}

struct gf_gather *gf_gather_start(const struct gf_entry *sorted, size_t n,
                                  const struct gf_gather_conf *conf)
{
    size_t piece = GF_GATHER_BYTES / SLOTS_A_THREAD / (conf->longest + 1);
    piece = piece < MOST_PIECE ? piece : MOST_PIECE;
    if (conf->threads < 2 || piece < LEAST_PIECE || n / piece < LEAST_PIECES)
        return NULL;
    struct gf_gather *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    *g = (struct gf_gather){.sorted = sorted, .n = n, .piece = piece, .conf = *conf};
    g->conf.threads = conf->threads < THREADS_MOST ? conf->threads : THREADS_MOST;
    g->pieces = (n + piece - 1) / piece;
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->wanted, NULL);
    pthread_cond_init(&g->finished, NULL);
    if (has_slots(g))
        start_threads(g);
    if (g->started)
        return g;
    gf_gather_stop(g);
    return NULL;
}

bool gf_gather_next(struct gf_gather *g, struct gf_slice *run, size_t *records)
{
    pthread_mutex_lock(&g->lock);
    if (g->begun) {
        slot_of(g, g->given)->done = false;
        g->given++;
        pthread_cond_signal(&g->wanted);
    }
    g->begun = g->given < g->pieces;
    struct slot *slot = slot_of(g, g->given);
    while (g->begun && !slot->done)
        if (!work_once(g))
            pthread_cond_wait(&g->finished, &g->lock);
    pthread_mutex_unlock(&g->lock);
    if (!g->begun)
        return false;
    *run = (struct gf_slice){slot->data, slot->len};
    *records = records_of(g, g->given);
    return true;
}

void gf_gather_stop(struct gf_gather *g)
{
    if (!g)
        return;
    pthread_mutex_lock(&g->lock);
    g->stop = true;
    pthread_cond_broadcast(&g->wanted);
    pthread_mutex_unlock(&g->lock);
    for (unsigned i = 0; i < g->started; i++)
        pthread_join(g->thread[i], NULL);
    free(g->room);
    pthread_mutex_destroy(&g->lock);
    pthread_cond_destroy(&g->wanted);
    pthread_cond_destroy(&g->finished);
    free(g);
}
