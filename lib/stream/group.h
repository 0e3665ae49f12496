/*
 * group.h - the groups of the operation group: records go in, rows come out.
 *
 * A table leads from key to group. When it is full, records of other keys are set aside, sorted by
 * key, and grouped one key at a time; their rows are sorted by first place, behind those of the
 * table. A text that would make the groups in the table larger than their share goes, behind the
 * number of its group, into a sorter too (held.h).
 *
 *     if (!g->ended && gf_group_read(s, g) != 0)
 *         return -1;
 *     ... gf_keytable_walk(&g->table, ...), gf_group_row(s, o, label), then g->rows ...
 *
 * What is called returns 0, or -1 with the fault of the stage set. One thread.
 */
#ifndef GF_STREAM_GROUP_H
#define GF_STREAM_GROUP_H

#include "stream/gaps.h"
#include "stream/one_group.h"
#include "stream/op.h"
#include "stream/prepare.h"
#include "text/sorter.h"
#include "text/table.h"

/* The group that is given next: what the table has of it and its key, or a row set aside. */
struct gf_group_next {
    bool there;
    void *data;
    struct gf_slice label, row;
};

struct gf_group {
    const struct gf_node *node;
    const struct gf_agg_list *spec;
    struct gf_keytable table; /* each key with its struct gf_one_group, or its count alone */
    size_t values;            /* fields that are cut for the aggregates; 0: they need none */
    size_t value;             /* the one field that all aggregates are of, found with the key's; or
                                 0: they are cut */
    struct gf_key_maker maker;
    struct gf_cutter cutter;
    struct gf_buf item, row;
    struct gf_held *held; /* one for each aggregate */
    size_t share;         /* of the budget, for each of the table, its texts, and the sorters */
    size_t bytes;         /* that texts and sums of the groups in the table take */
    bool full, ended;
    bool holds;          /* an aggregate has values in `held` */
    struct gf_slice end; /* behind each row: the CR of the first record, or nothing */
    bool key_is_label;   /* in the table: the key is one field, as it is printed */
    bool counts;         /* in the table: the number of records, in 8 bytes, is all that is asked */
    bool sums;           /* sums, means and counts are all that is asked */
    size_t walk;
    struct gf_sorter aside, rows; /* records of keys not in the table; their rows */
    bool has_aside, has_rows;
    struct gf_gaps gaps; /* with --fill */
    struct gf_group_next next;
};

/* What may be found in each record before it comes. False: its key is no plain field. `sep` and
 * `seed` are those of the table. */
bool gf_group_preparer(const struct gf_node *n, uint64_t seed, struct gf_preparer *out);

/* Reads all there is, and ends what has to be sorted; g->ended says so. */
int gf_group_read(struct gf_stage *s, struct gf_group *g);

/* The row of a group with this label, as g->row. */
int gf_group_row(struct gf_stage *s, const struct gf_one_group *o, struct gf_slice label);

#endif
