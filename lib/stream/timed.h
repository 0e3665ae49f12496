/*
 * timed.h - fields that are times (time/stamp.h), for the operations with --zone and --format.
 *
 *     gf_timed_check(n, set, &f)                      what the two options say
 *     gf_timed_open(&m->timed, n, st)            each stage has a zone of its own
 *     if (gf_timed_read(&m->timed, field, &t) != 0)
 *         return gf_timed_bad(s, field, n->column, n->skip_bad);
 *     gf_timed_release(&m->timed)
 */
#ifndef GF_STREAM_TIMED_H
#define GF_STREAM_TIMED_H

#include "stream/op.h"
#include "time/stamp.h"

struct gf_timed {
    const char *format; /* NULL: as it looks */
    struct gf_zone *zone;
    int64_t now;
};

/* -1: the fault is set. */
int gf_timed_check(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f);

/* The size of a bucket that a word of the chain is, into n->number. -1: the fault is set. */
int gf_timed_bucket(struct gf_node *n, const char *word, struct gf_fault *f);

/* The time that a word of the chain is, in the zone of the node; never by its format. */
int gf_timed_value(const struct gf_node *n, const char *word, const struct gf_settings *set,
                   struct gf_instant *out, struct gf_fault *f);

int gf_timed_open(struct gf_timed *t, const struct gf_node *n, struct gf_stream *st);

/* -1: it is no time. */
int gf_timed_read(const struct gf_timed *t, struct gf_slice field, struct gf_instant *out);

/* The fault that a field of the record taken last is no time: -1. With `skip` the record is counted
 * as skipped instead: 0. */
int gf_timed_bad(struct gf_stage *s, struct gf_slice field, const char *column, bool skip);

void gf_timed_release(struct gf_timed *t);

#endif
