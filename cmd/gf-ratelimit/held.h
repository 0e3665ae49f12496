/*
 * held.h - records that wait for their turn: a queue for each key, and a heap of the queues by the
 * time at which the first record of each may pass.
 *
 * Records of a key leave in the order in which they came. The heap knows nothing of limits: the
 * caller says when the first record of a key may pass, after a push to an empty queue, after a
 * take, and whenever that time has changed; so a change for one key costs no look at the other
 * keys.
 *
 *     struct held_key *k = held_know(&h, hash);
 *     struct held_record *r = k ? held_push(&h, k, data, len) : NULL;
 *     if (!r) ... memory is out ...
 *     r->due = due;
 *     if (k->first == r) held_place(&h, k, when);
 *     while (h.count && held_first(&h)->due <= now) {
 *         k = held_first(&h)->key;
 *         ...write k->first...
 *         held_take(&h, k);
 *         if (k->first) held_place(&h, k, when); else held_forget(&h, k);
 *     }
 *
 * A zeroed struct is empty.
 */
#ifndef GF_CMD_RATELIMIT_HELD_H
#define GF_CMD_RATELIMIT_HELD_H

#include <stddef.h>
#include <stdint.h>

#include "limit/budget.h"
#include "limit/pacers.h"

struct held_record {
    struct held_record *prev, *next; /* of the same key */
    gf_ns due;                       /* by the clock of the key; flow_held of it */
    uint64_t number;                 /* counts up from record to record */
    struct gf_load load;
    struct gf_turn turn; /* of a shared limit */
    size_t len;
    char data[];
};

struct key_clock;

struct held_key {
    uint64_t hash;
    struct held_key *chain; /* the next key of the same slot of the table */
    struct held_record *first, *last;
    size_t at;             /* the place in the heap, where `first` is not NULL and was placed */
    struct key_clock *own; /* keyclock.h; NULL: the key goes by the clock of all limits */
};

struct held_place {
    gf_ns due;       /* when the first record of the key may pass, by the clock of all limits */
    uint64_t number; /* of that record: between equal times the earlier record passes first */
    struct held_key *key;
};

struct held {
    struct held_place *heap;
    size_t placed, cap;
    struct held_key **slot; /* a hash table of all keys, chained */
    size_t slots, keys;     /* slots: a power of two, or 0 */
    size_t count;           /* records */
    size_t bytes;           /* the length of all records */
    uint64_t pushed;        /* the number of the next record */
};

/* A key that is known, or NULL. */
struct held_key *held_find(const struct held *h, uint64_t hash);

/* The same, and makes it known. NULL: memory is out. */
struct held_key *held_know(struct held *h, uint64_t hash);

/* Adds a copy of a record behind the others of its key; due, load and turn are the caller's to fill
 * in. NULL: memory is out. */
struct held_record *held_push(struct held *h, struct held_key *k, const char *data, size_t len);

/* Says when the first record of the key may pass. No allocation. */
void held_place(struct held *h, struct held_key *k, gf_ns due);

/* The key whose record may pass first, only when count is not 0. Valid until the next call. */
const struct held_place *held_first(const struct held *h);

/* Frees the first record of the key; a key that holds no more leaves the heap. */
void held_take(struct held *h, struct held_key *k);

/* Forgets a key that holds no record and has no clock of its own; any other stays. */
void held_forget(struct held *h, struct held_key *k);

/* The key after k, in no order; the first one for NULL. NULL: k was the last. Keys may be placed in
 * between, but none added or forgotten. */
struct held_key *held_each(const struct held *h, const struct held_key *k);

void held_release(struct held *h);

#endif
