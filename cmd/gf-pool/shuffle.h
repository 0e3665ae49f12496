/*
 * shuffle.h - --shuf: the records in random order.
 *
 *     struct shuffle s = {.opt = o};
 *     int got = shuffle_take(&s, &source, &v);     // as source_take, which it calls
 *     shuffle_release(&s);
 *
 * The first record comes when the input has ended, since any of them may be the first. Without
 * --shuf it is source_take. The same seed and the same input are the same order, on every machine.
 */
#ifndef GF_POOL_SHUFFLE_H
#define GF_POOL_SHUFFLE_H

#include "options.h"
#include "source.h"

struct shuffle {
    const struct options *opt;
    struct gf_buf bytes;    /* of all values */
    struct gf_value *value; /* the values of all records, one record behind the other */
    size_t n, cap;          /* values */
    size_t next;            /* the one to be given out */
    bool whole;             /* the input has ended, and the order is made */
};

/* 1, 0, GF_READER_END as source_take; -1 after a message. */
int shuffle_take(struct shuffle *s, struct source *from, const struct gf_value **out);
void shuffle_release(struct shuffle *s);

#endif
