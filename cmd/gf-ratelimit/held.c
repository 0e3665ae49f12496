/*
 * held.c - lists of records, found by a chained hash table of keys and by a binary heap.
 *
 * The heap is ordered by due time, then by the number of the record. Each key knows its place, so
 * that a key whose time changes moves up or down from there, and no other key is looked at. An
 * entry of the heap carries what is compared, so that moving it touches only keys that move. There
 * is room in the heap for every known key, so that placing allocates nothing.
 */
#include "held.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/sat.h"

enum {
    FIRST_SLOTS = 64
};

/* ---- the table of keys ----------------------------------------------------------------------- */

static struct held_key **slot_of(const struct held *h, uint64_t hash)
{
    return &h->slot[hash & (h->slots - 1)];
}

static int more_slots(struct held *h)
{
    struct held next = *h;
    next.slots = h->slots ? gf_sat_mul(h->slots, 2) : FIRST_SLOTS;
    next.slot = calloc(next.slots, sizeof *next.slot);
    if (!next.slot)
        return -1;
    for (size_t i = 0; i < h->slots; i++)
        for (struct held_key *k = h->slot[i], *rest; k; k = rest) {
            struct held_key **to = slot_of(&next, k->hash);
            rest = k->chain;
            k->chain = *to;
            *to = k;
        }
    free(h->slot);
    *h = next;
    return 0;
}

static int room_in_heap(struct held *h)
{
    if (h->keys < h->cap)
        return 0;
    size_t cap = h->cap ? gf_sat_mul(h->cap, 2) : FIRST_SLOTS;
    struct held_place *heap = realloc(h->heap, gf_sat_mul(cap, sizeof *heap));
    if (!heap)
        return -1;
    h->heap = heap;
    h->cap = cap;
    return 0;
}

struct held_key *held_find(const struct held *h, uint64_t hash)
{
    if (h->keys == 0)
        return NULL;
    struct held_key *k = *slot_of(h, hash);
    while (k && k->hash != hash)
        k = k->chain;
    return k;
}

struct held_key *held_know(struct held *h, uint64_t hash)
{
    struct held_key *k = held_find(h, hash);
    if (k)
        return k;
    if ((h->keys >= h->slots && more_slots(h) != 0) || room_in_heap(h) != 0)
        return NULL;
    k = malloc(sizeof *k);
    if (!k)
        return NULL;
    struct held_key **slot = slot_of(h, hash);
    *k = (struct held_key){.hash = hash, .chain = *slot, .at = SIZE_MAX};
    *slot = k;
    h->keys++;
    return k;
}

void held_forget(struct held *h, struct held_key *k)
{
    if (k->first || k->own)
        return;
    struct held_key **link = slot_of(h, k->hash);
    while (*link != k)
        link = &(*link)->chain;
    *link = k->chain;
    h->keys--;
    free(k);
}

struct held_key *held_each(const struct held *h, const struct held_key *k)
{
    if (k && k->chain)
        return k->chain;
    for (size_t i = k ? (k->hash & (h->slots - 1)) + 1 : 0; i < h->slots; i++)
        if (h->slot[i])
            return h->slot[i];
    return NULL;
}

/* ---- the heap -------------------------------------------------------------------------------- */

static bool before(const struct held_place *a, const struct held_place *b)
{
    return a->due != b->due ? a->due < b->due : a->number < b->number;
}

static void set(struct held *h, size_t at, struct held_place p)
{
    h->heap[at] = p;
    p.key->at = at;
}

/* Puts p where the heap has a hole, or above or below that where p belongs. */
static void settle(struct held *h, size_t at, struct held_place p)
{
    for (; at > 0 && before(&p, &h->heap[(at - 1) / 2]); at = (at - 1) / 2)
        set(h, at, h->heap[(at - 1) / 2]);
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < h->placed && before(&h->heap[child + 1], &h->heap[child]))
            child++;
        if (child >= h->placed || !before(&h->heap[child], &p))
            break;
        set(h, at, h->heap[child]);
        at = child;
    }
    set(h, at, p);
}

void held_place(struct held *h, struct held_key *k, gf_ns due)
{
    size_t at = k->at == SIZE_MAX ? h->placed++ : k->at;
    settle(h, at, (struct held_place){due, k->first->number, k});
}

static void leave_heap(struct held *h, struct held_key *k)
{
    struct held_place last = h->heap[--h->placed];
    if (last.key != k)
        settle(h, k->at, last);
    k->at = SIZE_MAX;
}

const struct held_place *held_first(const struct held *h)
{
    return &h->heap[0];
}

/* ---- records --------------------------------------------------------------------------------- */

struct held_record *held_push(struct held *h, struct held_key *k, const char *data, size_t len)
{
    struct held_record *r = malloc(gf_sat_add(sizeof *r, len));
    if (!r)
        return NULL;
    *r = (struct held_record){.prev = k->last, .number = h->pushed++, .len = len};
    memcpy(r->data, data, len);
    if (k->last)
        k->last->next = r;
    else
        k->first = r;
    k->last = r;
    h->count++;
    h->bytes += len;
    return r;
}

void held_take(struct held *h, struct held_key *k)
{
    struct held_record *r = k->first;
    h->count--;
    h->bytes -= r->len;
    k->first = r->next;
    free(r);
    if (k->first) {
        k->first->prev = NULL;
        return;
    }
    k->last = NULL;
    leave_heap(h, k);
}

void held_release(struct held *h)
{
    for (size_t i = 0; i < h->slots; i++)
        for (struct held_key *k = h->slot[i], *rest; k; k = rest) {
            rest = k->chain;
            while (k->first)
                held_take(h, k);
            free(k->own);
            free(k);
        }
    free(h->slot);
    free(h->heap);
    *h = (struct held){0};
}
