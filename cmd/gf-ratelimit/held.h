/*
 * held.h - records that wait, each until a time of its own: a heap of copies, earliest first, and
 * in the order they came where the times are equal.
 *
 * A zeroed struct is empty. held_push copies; -1 when memory is out.
 */
#ifndef GF_CMD_RATELIMIT_HELD_H
#define GF_CMD_RATELIMIT_HELD_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct held_record {
    gf_ns due;
    uint64_t number;
    char *data;
    size_t len;
};

struct held {
    struct held_record *heap;
    size_t count, cap;
    uint64_t pushed;
    size_t bytes; /* of all records in it */
};

int held_push(struct held *h, gf_ns due, const char *data, size_t len);

/* The earliest; only when count is not 0. Valid until the next call. */
const struct held_record *held_first(const struct held *h);

/* Takes the earliest out and frees it. */
void held_pop(struct held *h);

void held_release(struct held *h);

#endif
