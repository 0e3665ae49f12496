/*
 * batch.h - which records that wait are given to a process together: --mode batch.
 *
 * A batch is given when it has its number of records, when the first of them has waited for its
 * time, when no more will come, or when no more could come before some are done. In order, its
 * records stand behind one another in the input, since the answer to them has one place there.
 */
#ifndef GF_PIPELINE_BATCH_H
#define GF_PIPELINE_BATCH_H

#include "stage.h"

/* The first record of a batch that may be given now; NULL: there is none. One waits at least. */
struct gf_piece *batch_ready(const struct stage *s, gf_ns now_mono);

/* When what waits is a batch although it is too few; GF_NEVER: no time makes it one. */
gf_ns batch_mono(const struct stage *s);

/* Takes the batch that begins with `first` out of what waits. -1 after a message; what was taken by
 * then is in the queue. */
int batch_take(struct stage *s, struct gf_piece *first, struct queue *to);

#endif
