/*
 * numbers.c - which number a job has.
 *
 * The numbers of the rows are in one list, linked by the name of their jobs, and once more sorted,
 * to be looked up. A number that is given to a new job need not be kept: places rise, so above the
 * numbers of the rows everything up to the highest one given counts as given.
 */
#include "numbers.h"

#include <stdlib.h>

#include "base/sat.h"

int numbers_add(struct numbers *n, struct numbers_chain *c, uint64_t seq)
{
    if (n->n == n->cap) {
        size_t cap = n->cap ? gf_sat_mul(n->cap, 2) : 256;
        struct number *list = realloc(n->list, gf_sat_mul(cap, sizeof *list));
        if (!list)
            return -1;
        n->list = list;
        n->cap = cap;
    }
    n->list[n->n++] = (struct number){.seq = seq};
    *(c->last ? &n->list[c->last - 1].next : &c->first) = n->n;
    c->last = n->n;
    return 0;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

int numbers_settle(struct numbers *n)
{
    n->sorted = n->n ? calloc(n->n, sizeof *n->sorted) : NULL;
    if (n->n && !n->sorted)
        return -1;
    for (size_t i = 0; i < n->n; i++)
        n->sorted[i] = n->list[i].seq;
    if (n->n) {
        qsort(n->sorted, n->n, sizeof *n->sorted, compare);
        n->most = n->sorted[n->n - 1];
    }
    return 0;
}

uint64_t numbers_take(const struct numbers *n, struct numbers_chain *c)
{
    if (!c->first)
        return 0;
    const struct number *taken = &n->list[c->first - 1];
    c->first = taken->next;
    return taken->seq;
}

/* Whether a row of the log, or a job that was given it in this run, has the number. */
static bool is_given(const struct numbers *n, uint64_t seq)
{
    uint64_t of_rows = n->n ? n->sorted[n->n - 1] : 0;
    if (seq > of_rows)
        return seq <= n->most;
    return bsearch(&seq, n->sorted, n->n, sizeof seq, compare);
}

uint64_t numbers_new(struct numbers *n, uint64_t place, struct results *results,
                     struct gf_slice command)
{
    uint64_t seq = place;
    while (is_given(n, seq) || (results && results_hold_another(results, seq, command))) {
        if (seq > n->most)
            n->most = seq;
        if (n->most == UINT64_MAX) /* whoever wrote such a row has left no number above it */
            return place;
        seq = n->most + 1;
    }
    if (seq > n->most)
        n->most = seq;
    return seq;
}

void numbers_release(struct numbers *n)
{
    free(n->list);
    free(n->sorted);
    *n = (struct numbers){0};
}
