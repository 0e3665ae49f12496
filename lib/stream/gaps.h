/*
 * gaps.h - the buckets of time in which nothing came: those between one label and the next.
 *
 *     gf_gaps_open(&x, n, st)                       of the size n->number, in words n->fill_word
 *     while ((got = gf_gaps_next(s, &x, label, &text)) == 1)
 *         ... a row for `text`, which is written as bucket writes it ...
 *     if (got == 0) ... the row of the label ...
 *     gf_gaps_release(&x)
 *
 * Labels have to be beginnings of buckets (time/stamp.h), in order. One thread.
 */
#ifndef GF_STREAM_GAPS_H
#define GF_STREAM_GAPS_H

#include "stream/timed.h"

struct gf_gaps {
    gf_ns size;
    const char *word; /* that says it */
    struct gf_timed timed;
    struct gf_instant last; /* the bucket that was given last */
    bool begun;
    char text[GF_INSTANT_SIZE];
};

/* The bucket behind that of t, on the clock of the zone; t is the beginning of one. */
struct gf_instant gf_gaps_step(struct gf_instant t, gf_ns size, struct gf_zone *zone);

/* -1: the fault is set. */
int gf_gaps_open(struct gf_gaps *x, const struct gf_node *n, struct gf_stream *st);

/* 1: an empty bucket comes first, *text until the next call; 0: none any more; -1: a fault. */
int gf_gaps_next(struct gf_stage *s, struct gf_gaps *x, struct gf_slice label,
                 struct gf_slice *text);

void gf_gaps_release(struct gf_gaps *x);

#endif
