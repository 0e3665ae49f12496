/*
 * one_group.h - one group of the operation group: what its key looks like and what was worked out.
 *
 *     struct gf_one_group *o = calloc(1, gf_one_group_size(spec));
 *     gf_one_group_init(o, spec, number);
 *     gf_one_group_label(o, &list, &cutter, joiner);
 *     gf_aggregate_add(&o->agg[i], value); ...
 *     gf_one_group_row(o, spec, label, &row);             may be stored and read back
 *     gf_one_group_record((struct gf_slice){row.data, row.len}, spec, held, between, joiner, &out);
 *     gf_one_group_clear(o, spec);
 *
 * Every call gets the list of aggregates that the group was made with. One thread.
 */
#ifndef GF_STREAM_ONE_GROUP_H
#define GF_STREAM_ONE_GROUP_H

#include <stdint.h>

#include "base/buf.h"
#include "stream/agglist.h"
#include "stream/aggregate.h"
#include "stream/held.h"
#include "text/fields.h"

struct gf_one_group {
    uint64_t id; /* the place of its first record */
    char *label; /* owned: its length, a size_t, and the text; NULL: it has none of its own */
    struct gf_aggregate agg[];
};

/* Bytes of a group; they may lie anywhere that is aligned to 8. */
size_t gf_one_group_size(const struct gf_agg_list *spec);

/* Zeroed bytes become an empty group. */
void gf_one_group_init(struct gf_one_group *o, const struct gf_agg_list *spec, uint64_t id);

/* Frees what the group holds; its bytes are zeroed again. */
void gf_one_group_clear(struct gf_one_group *o, const struct gf_agg_list *spec);

/* The fields of the list, of the record that the cutter has cut, become the label. -1: ENOMEM. */
int gf_one_group_label(struct gf_one_group *o, const struct gf_field_list *list,
                       const struct gf_cutter *cutter, struct gf_slice joiner);

/* The label that the group has of its own. */
struct gf_slice gf_one_group_label_of(const struct gf_one_group *o);

/* The group as a row, in place of what was in `row`, with this label. -1: ENOMEM. */
int gf_one_group_row(const struct gf_one_group *o, const struct gf_agg_list *spec,
                     struct gf_slice label, struct gf_buf *row);

/* The label in a row. */
struct gf_slice gf_one_group_row_label(struct gf_slice row);

/*
 * The record of a row, in place of what was in `out`; `held` is one for each aggregate, and rows
 * come in the order of their groups' numbers. -1: errno, as gf_held_result has it.
 */
int gf_one_group_record(struct gf_slice row, const struct gf_agg_list *spec, struct gf_held *held,
                        struct gf_slice between, struct gf_slice joiner, struct gf_buf *out);

#endif
