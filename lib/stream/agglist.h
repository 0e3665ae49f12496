/*
 * agglist.h - the words that say what group works out: count,sum:2,p99:-1.
 */
#ifndef GF_STREAM_AGGLIST_H
#define GF_STREAM_AGGLIST_H

#include "stream/aggregate.h"
#include "stream/op.h"
#include "text/fields.h"

enum {
    GF_AGGS = 32
};

struct gf_agg {
    enum gf_aggregate_kind kind;
    int64_t field;               /* 0: none (count) */
    uint64_t percent;            /* of GF_PERCENT */
    char column[GF_COLUMN_SIZE]; /* what the field is called */
};

struct gf_agg_list {
    size_t n, need; /* fields to cut */
    struct gf_agg agg[GF_AGGS];
};

/* Adds what the words say to a list whose `need` is set; `columns` may be NULL: none has a name.
 * -1: the fault is set. */
int gf_agg_list_read(struct gf_agg_list *g, const struct gf_names *columns, const char *words,
                     struct gf_fault *f);

/* The one field that text[0..len) names. -1: `e` says why, or nothing where memory is out. */
int gf_agg_field(struct gf_field_list *l, const struct gf_names *columns, const char *text,
                 size_t len, struct gf_perr *e);

/* Up to the comma behind the word that s begins with; one in braces is none. */
size_t gf_agg_word_length(const char *s);

/* Adds what its column is called: count, or the name of its field with what is worked out of it
 * (bytes_sum). -1: ENOMEM. */
int gf_agg_column(const struct gf_agg *a, const struct gf_names *names, struct gf_names *out);

#endif
