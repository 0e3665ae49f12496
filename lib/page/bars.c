/*
 * bars.c - bars that are thinned out when there are too many.
 *
 * Those of the middle length go by turns, in case all are equally long, and bars of failures stay.
 */
#include "page/bars.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/grow.h"
#include "page/text.h"

enum {
    BARS_MOST = 20000,
    FAILURES_MOST = 500,
    WHAT_MOST = 1024 /* bytes of what failed */
};

static int by_length(const void *a, const void *b)
{
    gf_ns x = *(const gf_ns *)a, y = *(const gf_ns *)b;
    return (x > y) - (x < y);
}

/* The middle one of their lengths; 0: memory is out. */
static gf_ns middle_length(const struct gf_bars *all)
{
    gf_ns *length = malloc(all->n * sizeof *length);
    if (!length)
        return 0;
    for (size_t i = 0; i < all->n; i++)
        length[i] = all->bar[i].end - all->bar[i].start;
    qsort(length, all->n, sizeof *length, by_length);
    gf_ns middle = length[all->n / 2];
    free(length);
    return middle;
}

static void thin_out(struct gf_bars *all)
{
    size_t kept = 0;
    gf_ns middle = middle_length(all);
    for (size_t i = 0; i < all->n; i++) {
        const struct gf_bar *b = &all->bar[i];
        gf_ns length = b->end - b->start;
        if (length > middle || (length == middle && i % 2) || b->outcome == GF_BAR_FAILED)
            all->bar[kept++] = *b;
    }
    if (kept > BARS_MOST / 4 * 3)
        kept = BARS_MOST / 2;
    all->not_drawn += all->n - kept;
    all->n = kept;
    all->shortest = middle;
}

/* Steps that people count in: 1, 2 and 5 of each power of ten. */
gf_ns gf_bars_from(unsigned i)
{
    static const gf_ns step[] = {GF_MS, 2 * GF_MS, 5 * GF_MS};
    gf_ns from = i ? step[(i - 1) % 3] : 0;
    for (unsigned n = i ? (i - 1) / 3 : 0; n > 0; n--)
        from *= 10;
    return from;
}

static unsigned bucket_of(gf_ns length)
{
    unsigned i = 0;
    while (i + 1 < GF_BARS_BUCKETS && gf_bars_from(i + 1) <= length)
        i++;
    return i;
}

void gf_bars_add(struct gf_bars *all, const struct gf_bar *b)
{
    all->bucket[bucket_of(b->end - b->start)][b->outcome]++;
    if (b->end - b->start < all->shortest && b->outcome != GF_BAR_FAILED) {
        all->not_drawn++;
        return;
    }
    if (all->n == BARS_MOST)
        thin_out(all);
    struct gf_bar *more = gf_grow(all->bar, &all->cap, all->n + 1, sizeof *more);
    if (!more) {
        all->not_drawn++;
        return;
    }
    all->bar = more;
    more[all->n++] = *b;
}

void gf_bars_release(struct gf_bars *all)
{
    free(all->bar);
    *all = (struct gf_bars){0};
}

void gf_bar_name(struct gf_bar *bar, const char *text, size_t len)
{
    struct gf_buf name = {0};
    gf_page_clip(&name, text, len, sizeof bar->name - 1);
    snprintf(bar->name, sizeof bar->name, "%s", name.len ? name.data : "");
    gf_buf_release(&name);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static int by_start(const void *a, const void *b)
{
    const struct gf_bar *x = a, *y = b;
    if (x->start != y->start)
        return (x->start > y->start) - (x->start < y->start);
    return (x->seq > y->seq) - (x->seq < y->seq);
}

/* The first of the rows that is free at that time; else a further one, or the one that is free
 * first. */
static unsigned row_at(const gf_ns *free_from, unsigned rows, unsigned most, gf_ns start)
{
    unsigned first = 0;
    for (unsigned i = 0; i < rows; i++) {
        if (free_from[i] <= start)
            return i;
        if (free_from[i] < free_from[first])
            first = i;
    }
    return rows < most ? rows : first;
}

int gf_bars_stack(struct gf_bars *all, unsigned *rows, size_t lanes, unsigned most)
{
    for (size_t i = 0; i < lanes; i++)
        rows[i] = 1;
    for (size_t i = 0; i < all->n; i++)
        all->bar[i].row = 0;
    gf_ns *free_from = calloc(lanes * most + 1, sizeof *free_from);
    if (!free_from)
        return -1;
    if (all->n)
        qsort(all->bar, all->n, sizeof *all->bar, by_start);
    for (size_t i = 0; i < all->n; i++) {
        struct gf_bar *b = &all->bar[i];
        gf_ns *lane = free_from + b->lane * most;
        b->row = row_at(lane, rows[b->lane], most, b->start);
        if (b->row == rows[b->lane])
            rows[b->lane]++;
        if (lane[b->row] < b->end)
            lane[b->row] = b->end;
    }
    free(free_from);
    return 0;
}

/* ---- failures -------------------------------------------------------------------------------- */

void gf_page_failures_add(struct gf_page_failures *all, const struct gf_page_failure *from,
                          const char *what, size_t len, const char *words, size_t words_len)
{
    if (all->n == FAILURES_MOST ||
        (!all->failure && !(all->failure = calloc(FAILURES_MOST, sizeof *all->failure)))) {
        all->more++;
        return;
    }
    struct gf_page_failure *f = &all->failure[all->n++];
    *f = *from;
    f->what = f->words = (struct gf_buf){0};
    gf_page_clip(&f->what, what, len, WHAT_MOST);
    gf_buf_add(&f->words, words, words_len);
}

void gf_page_failures_release(struct gf_page_failures *all)
{
    for (size_t i = 0; i < all->n; i++) {
        gf_buf_release(&all->failure[i].what);
        gf_buf_release(&all->failure[i].words);
    }
    free(all->failure);
    *all = (struct gf_page_failures){0};
}
