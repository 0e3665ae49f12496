/*
 * queue.h - pieces in a row, of which each is in one queue at most: they wait, sleep, or are at a
 * process.
 *
 * A zeroed struct is empty. Pieces are borrowed.
 */
#ifndef GF_PIPELINE_QUEUE_H
#define GF_PIPELINE_QUEUE_H

#include "pipeline/ledger.h"

struct queue {
    struct gf_piece *first, *last;
    uint64_t records;
    size_t bytes;
};

void queue_add(struct queue *q, struct gf_piece *p);
void queue_push(struct queue *q, struct gf_piece *p); /* in front */
struct gf_piece *queue_pop(struct queue *q);
void queue_remove(struct queue *q, struct gf_piece *p);

/* All of `from`, which is empty then, stands in front of what the queue has. */
void queue_splice(struct queue *q, struct queue *from);

#endif
