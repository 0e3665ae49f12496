/*
 * held_back.h - records in the order they came, taken out at the front: what tail and skip -N hold
 * back.
 *
 * What the stage's share of the budget has no room for waits in temporary files, whose room is
 * given back as it is used up. A zeroed struct is empty.
 *
 *     gf_held_back_push(s, &q, rec) ...
 *     if (q.n > keep) gf_held_back_drop(&q);
 *     while ((got = gf_held_back_pop(s, &q, &rec)) == 1) ...      rec: valid until the next call
 *     gf_held_back_release(&q);
 *
 * Errors: -1 with the fault of the stage's stream set; a record that alone is larger than half of
 * the share is one. One thread.
 */
#ifndef GF_STREAM_HELD_BACK_H
#define GF_STREAM_HELD_BACK_H

#include "stream/stage.h"

/* Records in a file. */
struct gf_held_back_part {
    struct gf_runfile_run run;
    uint64_t n;
};

struct gf_held_back {
    uint64_t n;                     /* records in it */
    struct gf_held_back_part *part; /* the oldest first; behind them what is in memory */
    size_t parts, parts_cap;
    struct gf_run_reader reader; /* of the first part */
    bool reading;
    uint64_t passed;    /* records in front in the first part that were dropped, but not read */
    struct gf_buf text; /* the others; the first `gone` of them are taken out already */
    size_t *end;        /* of each in the text */
    size_t gone, held, cap;
};

/* A copy of it behind all others. */
int gf_held_back_push(struct gf_stage *s, struct gf_held_back *q, struct gf_slice rec);

/* 1: the oldest, which is taken out; 0: there is none. */
int gf_held_back_pop(struct gf_stage *s, struct gf_held_back *q, struct gf_slice *rec);

/* Takes the oldest out, without a look at it; there has to be one. */
void gf_held_back_drop(struct gf_held_back *q);
void gf_held_back_release(struct gf_held_back *q);

#endif
