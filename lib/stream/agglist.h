/*
 * agglist.h - the words that say what group works out: count,sum:2,p99:-1.
 */
#ifndef GF_STREAM_AGGLIST_H
#define GF_STREAM_AGGLIST_H

#include "stream/aggregate.h"
#include "stream/fault.h"
#include "text/fields.h"

enum {
    GF_AGGS = 32
};

struct gf_agg {
    enum gf_aggregate_kind kind;
    int64_t field;    /* 0: none (count) */
    uint64_t percent; /* of GF_PERCENT */
};

struct gf_agg_list {
    size_t n, need; /* fields to cut */
    struct gf_agg agg[GF_AGGS];
};

/* Adds what the words say to a list whose `need` is set. -1: the fault is set. */
int gf_agg_list_read(struct gf_agg_list *g, const char *words, struct gf_fault *f);

#endif
