/*
 * held.h - records that wait, each until a time of its own: a heap of copies, earliest first, and
 * in the order they came where the times are equal.
 *
 * A zeroed struct is empty. -1: memory is out.
 */
#ifndef GF_CMD_RATELIMIT_HELD_H
#define GF_CMD_RATELIMIT_HELD_H

#include <stddef.h>
#include <stdint.h>

#include "limit/budget.h"
#include "limit/pacers.h"

struct held_record {
    gf_ns due;
    uint64_t number; /* counts up from record to record */
    uint64_t hash;   /* the hash of the record's key */
    struct gf_load load;
    struct gf_turn turn; /* of a shared limit */
    char *data;
    size_t len;
};

struct held {
    struct held_record *heap;
    size_t count, cap;
    uint64_t pushed; /* the number of the next record */
    size_t bytes;    /* the length of all records in the heap */
};

/* A copy of a record that came just now; due, hash and load are the caller's to fill in. */
int held_push(struct held *h, const struct held_record *r);

/* Puts a record back that held_take took out; the heap owns its bytes again. */
int held_put_back(struct held *h, const struct held_record *r);

/* The earliest record, only when count is not 0. Valid until the next call. */
const struct held_record *held_first(const struct held *h);

/* Takes the earliest record out; the caller frees its bytes. */
struct held_record held_take(struct held *h);

/* Which of two records is earlier, as qsort asks. */
int held_order(const struct held_record *a, const struct held_record *b);

/* Makes the heap a heap again when records in it were moved or their times were changed; behind
 * this the records lie in their order. */
void held_reorder(struct held *h);

void held_release(struct held *h);

#endif
