/*
 * held.c - records that wait, each until a time of its own: a binary heap in an array.
 *
 * The heap is ordered by due time, then by the number that a record gets when it is pushed: so
 * records with one due time leave in the order in which they came. A record that is put back keeps
 * its number. held_put_back moves a hole up from the end, held_take moves a hole down from the
 * front, and a record is stored once where the hole ends. The bytes of a record are a copy with an
 * allocation of its own.
 */
#include "held.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/sat.h"

static bool before(const struct held_record *a, const struct held_record *b)
{
    return a->due != b->due ? a->due < b->due : a->number < b->number;
}

int held_order(const struct held_record *a, const struct held_record *b)
{
    return before(a, b) ? -1 : before(b, a);
}

static int order(const void *a, const void *b)
{
    return held_order(a, b);
}

void held_reorder(struct held *h)
{
    if (h->count)
        qsort(h->heap, h->count, sizeof *h->heap, order); /* what is sorted is a heap */
}

static int make_room(struct held *h)
{
    if (h->count < h->cap)
        return 0;
    size_t cap = h->cap ? gf_sat_mul(h->cap, 2) : 64;
    struct held_record *heap = realloc(h->heap, gf_sat_mul(cap, sizeof *heap));
    if (!heap)
        return -1;
    h->heap = heap;
    h->cap = cap;
    return 0;
}

int held_put_back(struct held *h, const struct held_record *r)
{
    if (make_room(h) != 0)
        return -1;
    size_t at = h->count++;
    for (; at > 0 && before(r, &h->heap[(at - 1) / 2]); at = (at - 1) / 2)
        h->heap[at] = h->heap[(at - 1) / 2];
    h->heap[at] = *r;
    h->bytes += r->len;
    return 0;
}

int held_push(struct held *h, const struct held_record *r)
{
    struct held_record copy = *r;
    copy.number = h->pushed;
    copy.data = malloc(r->len);
    if (!copy.data)
        return -1;
    memcpy(copy.data, r->data, r->len);
    if (held_put_back(h, &copy) != 0) {
        free(copy.data);
        return -1;
    }
    h->pushed++;
    return 0;
}

const struct held_record *held_first(const struct held *h)
{
    return &h->heap[0];
}

struct held_record held_take(struct held *h)
{
    struct held_record first = h->heap[0];
    h->bytes -= first.len;
    struct held_record last = h->heap[--h->count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < h->count && before(&h->heap[child + 1], &h->heap[child]))
            child++;
        if (child >= h->count || !before(&h->heap[child], &last))
            break;
        h->heap[at] = h->heap[child];
        at = child;
    }
    if (h->count)
        h->heap[at] = last;
    return first;
}

void held_release(struct held *h)
{
    for (size_t i = 0; i < h->count; i++)
        free(h->heap[i].data);
    free(h->heap);
    *h = (struct held){0};
}
