/*
 * order.c - all entries are scattered once, by several threads, and then sorted part by part.
 *
 * For the scattering each thread has a slice of the entries, of which it counts the digits; where a
 * slice puts its entries of a digit follows from the counts of all, so the scattering is stable.
 * The parts then lie in the second array, in order. Threads take one after the other, bring it back
 * and sort it, while the owner uses those in front; a part that the owner needs and nobody has
 * begun it sorts itself. So sorting goes on while the first records are used already.
 */
#include "text/order.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "text/order_range.h"

enum {
    THREADS_MAX = 16,
    PARTS = 64,      /* where nothing has to be scattered */
    ALONE = 1 << 14, /* below this, threads are not worth their start */
    DIGITS = 1 << GF_RANGE_DIGIT,
    STACK = 1 << 20 /* 32 nested calls take a third of it; musl gives a thread an eighth */
};

/* What one thread looks at before the parts are known. */
struct slice {
    size_t from, to;
    uint64_t diff;
    bool ordered;
    uint32_t next[DIGITS];
};

struct gf_order_work {
    const struct gf_entry *a; /* all entries */
    struct gf_range r;        /* those that are not in place, which are the last */
    struct gf_digit digit;
    bool scattered; /* parts lie in r.tmp until they are sorted */
    size_t ready;   /* entries in front that the owner knows to be sorted: all parts below `at` */
    unsigned at, parts;
    uint32_t start[DIGITS + 1]; /* of the parts */
    pthread_mutex_t lock;       /* over what follows */
    pthread_cond_t one_done;
    unsigned next; /* part that nobody has taken */
    bool done[DIGITS];
    unsigned started;
    pthread_t thread[THREADS_MAX];
    unsigned nslices;
    struct slice slice[];
};

static unsigned start_threads(pthread_t *id, unsigned n, void *(*work)(void *), void *arg)
{
    pthread_attr_t attr;
    unsigned started = 0;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    while (started < n && pthread_create(&id[started], &attr, work, arg) == 0)
        started++;
    pthread_attr_destroy(&attr);
    return started;
}

static void join_threads(const pthread_t *id, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        pthread_join(id[i], NULL);
}

/* ---- slices, until all of them are done ------------------------------------------------------ */

struct round {
    struct gf_order_work *w;
    void (*work)(struct gf_order_work *w, struct slice *s);
    atomic_uint next;
};

static void *do_slices(void *arg)
{
    struct round *c = arg;
    unsigned i;
    while ((i = atomic_fetch_add(&c->next, 1)) < c->w->nslices)
        c->work(c->w, &c->w->slice[i]);
    return NULL;
}

static void each_slice(struct gf_order_work *w,
                       void (*work)(struct gf_order_work *, struct slice *))
{
    pthread_t id[THREADS_MAX];
    struct round c = {.w = w, .work = work};
    unsigned started = start_threads(id, w->nslices - 1, do_slices, &c);
    do_slices(&c);
    join_threads(id, started);
}

static void look_at_slice(struct gf_order_work *w, struct slice *s)
{
    struct gf_range part = gf_range_part(&w->r, s->from, s->to);
    s->diff = gf_range_differing(&part, &s->ordered);
}

static void count_slice(struct gf_order_work *w, struct slice *s)
{
    gf_range_count(&w->r, s->from, s->to, w->digit, s->next);
}

static void scatter_slice(struct gf_order_work *w, struct slice *s)
{
    gf_range_scatter(&w->r, s->from, s->to, w->digit, s->next);
}

/* ---- the parts ------------------------------------------------------------------------------- */

/* Entries stand from the last to the first: turned round. */
static void turn_round(struct gf_entry *a, size_t n)
{
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        struct gf_entry t = a[--j];
        a[j] = a[i];
        a[i] = t;
    }
}

/* The bits in which all prefixes differ, by what is known of the slices. */
static uint64_t diff_of_slices(const struct gf_order_work *w, bool *ordered)
{
    const struct gf_entry *a = w->r.a;
    uint64_t diff = w->slice[0].diff;
    *ordered = w->slice[0].ordered;
    for (unsigned i = 1; i < w->nslices; i++) {
        const struct slice *s = &w->slice[i];
        diff |= s->diff | (a[s->from].prefix ^ a[0].prefix);
        *ordered &= s->ordered && a[s->from - 1].prefix <= a[s->from].prefix;
    }
    return diff;
}

static void cut_slices(struct gf_order_work *w)
{
    for (unsigned i = 0; i < w->nslices; i++) {
        w->slice[i].from = w->r.n / w->nslices * i;
        w->slice[i].to = i + 1 == w->nslices ? w->r.n : w->r.n / w->nslices * (i + 1);
    }
}

/* Parts of about the same size, none of which ends between equal prefixes. */
static void cut_parts(struct gf_order_work *w)
{
    const struct gf_range *r = &w->r;
    w->parts = PARTS;
    for (size_t i = 1; i < PARTS; i++) {
        size_t at = r->n / PARTS * i;
        w->start[i] =
            at <= w->start[i - 1] ? w->start[i - 1] : (uint32_t)gf_range_same_prefix(r, at);
    }
    w->start[PARTS] = (uint32_t)r->n;
}

static void scatter_all(struct gf_order_work *w)
{
    uint32_t sum = 0;
    each_slice(w, count_slice);
    w->parts = 1u << w->digit.bits;
    for (unsigned d = 0; d < w->parts; d++) {
        w->start[d] = sum;
        for (unsigned i = 0; i < w->nslices; i++) {
            uint32_t count = w->slice[i].next[d];
            w->slice[i].next[d] = sum;
            sum += count;
        }
    }
    w->start[w->parts] = sum;
    each_slice(w, scatter_slice);
    w->scattered = true;
}

/* False: there is nothing left to sort. */
static bool make_parts(struct gf_order_work *w)
{
    bool ordered;
    size_t before = w->r.n;
    cut_slices(w);
    each_slice(w, look_at_slice);
    uint64_t diff = diff_of_slices(w, &ordered);
    if (diff == 0 && !gf_range_difference(&w->r, &diff, &ordered))
        return false;
    if (w->r.n != before) /* keys that have ended are in place, in front */
        cut_slices(w);
    if (ordered) {
        cut_parts(w);
    } else {
        w->digit = gf_range_digit(w->r.n, diff);
        scatter_all(w);
    }
    return true;
}

/* With the lock: the next part, if there is one. */
static bool take_part(struct gf_order_work *w, unsigned *d)
{
    for (; w->next < w->parts && w->start[w->next] == w->start[w->next + 1]; w->next++)
        w->done[w->next] = true;
    *d = w->next;
    w->next += w->next < w->parts;
    return *d < w->parts;
}

/* With the lock, which is not held while the part is sorted. */
static void sort_part(struct gf_order_work *w, unsigned d)
{
    struct gf_range part = gf_range_part(&w->r, w->start[d], w->start[d + 1]);
    pthread_mutex_unlock(&w->lock);
    if (w->scattered)
        memcpy(part.a, part.tmp, part.n * sizeof *part.a);
    if (part.n > 1)
        gf_range_sort(part);
    pthread_mutex_lock(&w->lock);
    w->done[d] = true;
    pthread_cond_signal(&w->one_done);
}

static void *sort_parts(void *arg)
{
    struct gf_order_work *w = arg;
    unsigned d;
    pthread_mutex_lock(&w->lock);
    while (take_part(w, &d))
        sort_part(w, d);
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

size_t gf_order_sorted(struct gf_order_work *w, size_t at)
{
    size_t front = (size_t)(w->r.a - w->a);
    unsigned d;
    pthread_mutex_lock(&w->lock);
    while (w->at < w->parts && (front + w->ready <= at || w->done[w->at])) {
        if (w->done[w->at])
            w->ready = w->start[++w->at];
        else if (take_part(w, &d))
            sort_part(w, d);
        else
            pthread_cond_wait(&w->one_done, &w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return front + w->ready;
}

static void release(struct gf_order_work *w)
{
    pthread_cond_destroy(&w->one_done);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

void gf_order_stop(struct gf_order_work *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->next = w->parts;
    pthread_mutex_unlock(&w->lock);
    join_threads(w->thread, w->started);
    release(w);
}

struct gf_order_work *gf_order_start(struct gf_entry *a, struct gf_entry *tmp, size_t n,
                                     struct gf_order_hint hint, unsigned threads)
{
    struct gf_range r = {a, tmp, n, hint.common, hint.length};
    unsigned slices = threads < 1 ? 1 : threads < THREADS_MAX ? threads : THREADS_MAX;
    struct gf_order_work *w = NULL;
    if (hint.backwards)
        turn_round(a, n);
    if (n >= ALONE)
        w = malloc(sizeof *w + slices * sizeof *w->slice);
    if (!w) {
        gf_range_sort(r);
        return NULL;
    }
    *w = (struct gf_order_work){.a = a, .r = r, .nslices = slices};
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->one_done, NULL);
    if (!make_parts(w)) {
        release(w);
        return NULL;
    }
    w->started = start_threads(w->thread, slices - 1, sort_parts, w);
    return w;
}

void gf_order(struct gf_entry *a, struct gf_entry *tmp, size_t n, struct gf_order_hint hint,
              unsigned threads)
{
    struct gf_order_work *w = gf_order_start(a, tmp, n, hint, threads);
    if (w)
        gf_order_sorted(w, n - 1);
    gf_order_stop(w);
}
