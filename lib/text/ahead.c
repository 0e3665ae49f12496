/*
 * ahead.c - one thread, two ends of the region, and a counter pair for each.
 *
 * The owner says how much it uses at each end; the thread makes pages one MiB at a time until it is
 * a fixed way ahead of both. The lock is held only while the counters are read or moved, never
 * during madvise. When madvise fails the thread ends: the pages are then made by whoever touches
 * them.
 */
#include "text/ahead.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum {
    STEP = 1 << 20 /* made at once */
};

struct gf_ahead {
    char *base;
    size_t size;
    pthread_t thread;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t more;
    bool stop;
    struct side {
        size_t want, made; /* bytes from that end */
    } front, back;
};

/* The next piece to make. False: none is wanted. */
static bool next_piece(struct gf_ahead *a, size_t *at)
{
    struct side *s = a->front.made < a->front.want ? &a->front : &a->back;
    if (s->made >= s->want)
        return false;
    *at = s == &a->front ? s->made : a->size - s->made - STEP;
    s->made += STEP;
    return true;
}

static void *work(void *arg)
{
    struct gf_ahead *a = arg;
    size_t at;
    pthread_mutex_lock(&a->lock);
    while (!a->stop) {
        if (!next_piece(a, &at)) {
            pthread_cond_wait(&a->more, &a->lock);
            continue;
        }
        pthread_mutex_unlock(&a->lock);
        int made = madvise(a->base + at, STEP, MADV_POPULATE_WRITE);
        pthread_mutex_lock(&a->lock);
        if (made != 0)
            break; /* this kernel cannot, or memory is out: who needs the page will see */
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

struct gf_ahead *gf_ahead_start(char *base, size_t size)
{
    struct gf_ahead *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->base = base;
    a->size = size & ~(size_t)(STEP - 1);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->more, NULL);
    if (pthread_create(&a->thread, NULL, work, a) == 0)
        return a;
    pthread_cond_destroy(&a->more);
    pthread_mutex_destroy(&a->lock);
    free(a);
    return NULL;
}

/* What its owner has made itself is not made again. */
static void move(struct side *s, size_t used, size_t most)
{
    used &= ~(size_t)(STEP - 1);
    size_t want = used + (used / 2 < GF_AHEAD ? used / 2 : GF_AHEAD);
    s->want = want < most ? want : most;
    if (s->made < used)
        s->made = used;
}

void gf_ahead_used(struct gf_ahead *a, size_t front, size_t back)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    move(&a->front, front, a->size);
    move(&a->back, back, a->size);
    pthread_cond_signal(&a->more);
    pthread_mutex_unlock(&a->lock);
}

void gf_ahead_stop(struct gf_ahead *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    a->stop = true;
    pthread_cond_signal(&a->more);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    pthread_cond_destroy(&a->more);
    pthread_mutex_destroy(&a->lock);
    free(a);
}
