/*
 * work.h - what one job is about: its items, which {} ranges over, and its values, {1} {2} ...
 *
 * One record is one item, and its values are itself, or with -d and --csv its columns. A record of
 * several lists is an item for each; then the columns of all items are its values, one behind the
 * other.
 * With -n and -X a job has several records.
 */
#ifndef GF_POOL_WORK_H
#define GF_POOL_WORK_H

#include "options.h"
#include "proc/template.h"
#include "text/fields.h"

struct work {
    const struct options *columns; /* -d or --csv; NULL: items are not cut */
    struct gf_value *item;
    size_t items, cap;
    struct gf_value *value; /* the columns */
    size_t values, value_cap;
    struct gf_buf bytes; /* of items that are gathered or read back */
    struct gf_cutter cutter;
    struct gf_buf unquoted; /* --csv: the columns that were in quotes */
};

/* Items are cut into columns as the options say; NULL: they are not. */
void work_init(struct work *w, const struct options *o);
void work_release(struct work *w);

/* The n values of one record, borrowed. -1: memory is out. */
int work_set(struct work *w, const struct gf_value *v, size_t n);

/* Gathers copies: begin, add each, end. -1: memory is out. */
void work_begin(struct work *w);
int work_add(struct work *w, struct gf_value v);
int work_end(struct work *w);

/* All items as one piece of bytes, and back. -1: memory is out. */
int work_pack(const struct work *w, struct gf_buf *out);
int work_unpack(struct work *w, const struct gf_buf *packed);

struct gf_fill work_fill(const struct work *w, uint64_t seq, unsigned slot);

#endif
