/*
 * computed.h - an expression (expr/expr.h) over the records of a stage.
 *
 *     gf_computed_check(n, word, 0, set, &f)     compiles it, with the names of the columns
 *     gf_computed_open(&m->computed, n, set)
 *     int got = gf_computed_value(s, &m->computed, rec, &value);
 *     gf_computed_release(&m->computed);
 */
#ifndef GF_STREAM_COMPUTED_H
#define GF_STREAM_COMPUTED_H

#include "expr/expr.h"
#include "stream/op.h"

struct gf_computed {
    const struct gf_node *node;
    struct gf_expr_run run;
    struct gf_cutter cutter;
    size_t need; /* fields to cut */
};

/* The expression that stands in `word` from `at` on. -1: the fault is set. */
int gf_computed_check(struct gf_node *n, const char *word, size_t at, const struct gf_settings *set,
                      struct gf_fault *f);

void gf_computed_open(struct gf_computed *c, const struct gf_node *n,
                      const struct gf_settings *set);

/* The value for the record that was taken last: 1. With --skip-bad 0, where it has none; else -1
 * with the fault. The cutter has cut `need` fields of the record, or as many as it has. */
int gf_computed_value(struct gf_stage *s, struct gf_computed *c, struct gf_slice rec,
                      struct gf_expr_value *out);

void gf_computed_release(struct gf_computed *c);

#endif
