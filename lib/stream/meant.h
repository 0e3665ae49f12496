/*
 * meant.h - what was meant by a word that stands where an operation is expected.
 *
 *     char hint[GF_MEANT_SIZE];
 *     const struct gf_meant_chain before = {op, words, n, op_at, at};
 *     gf_meant_operation(&before, hint);              fields 1 2: "fields takes one list: fields
 * 1,2"
 *
 * Pure; any thread. There is always a hint: at the least where the operations are listed. Words are
 * quoted for sh.
 */
#ifndef GF_STREAM_MEANT_H
#define GF_STREAM_MEANT_H

#include "stream/op.h"

enum {
    GF_MEANT_SIZE = 200
};

struct gf_meant_chain {
    const struct gf_op *op; /* the operation before the word; NULL: the word is the first */
    char *const *words;     /* of the chain */
    size_t n, op_at, at;    /* their number; where that operation stands, and the word */
};

/* Whether the word has the form of an option, behind the -- of the operation. */
bool gf_meant_behind_end(const struct gf_meant_chain *c);

void gf_meant_operation(const struct gf_meant_chain *c, char hint[GF_MEANT_SIZE]);

#endif
