/*
 * one_group.c - the label and the aggregates of one key, and the same as a row of bytes.
 *
 * A row is the number of the group in 8 big-endian bytes, so that a sorter can take it for a tag,
 * then the label and each result as a cell: 8 bytes of length, and the text. The values of a held
 * aggregate are elsewhere (held.h). Its cell is how many values it has, without a text, and that
 * many are asked for when the record is made of the row. In front of a text that may be replaced
 * stands how many of its values are there likewise.
 */
#include "stream/one_group.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct gf_aggregate) <= 24, "there are millions of groups");

size_t gf_one_group_size(const struct gf_agg_list *spec)
{
    return sizeof(struct gf_one_group) + spec->n * sizeof(struct gf_aggregate);
}

void gf_one_group_init(struct gf_one_group *o, const struct gf_agg_list *spec, uint64_t id)
{
    o->id = id;
    for (size_t i = 0; i < spec->n; i++)
        o->agg[i].kind = spec->agg[i].kind;
}

void gf_one_group_clear(struct gf_one_group *o, const struct gf_agg_list *spec)
{
    for (size_t i = 0; i < spec->n; i++)
        gf_aggregate_release(&o->agg[i]);
    free(o->label);
    memset(o, 0, gf_one_group_size(spec));
}

struct labeller {
    struct gf_buf *b;
    struct gf_slice joiner;
    bool more;
};

static int add_label(void *to, struct gf_slice field)
{
    struct labeller *l = to;
    if (l->more)
        gf_buf_add(l->b, l->joiner.data, l->joiner.len);
    l->more = true;
    return gf_buf_add(l->b, field.data, field.len);
}

int gf_one_group_label(struct gf_one_group *o, const struct gf_field_list *list,
                       const struct gf_cutter *cutter, struct gf_slice joiner)
{
    struct gf_buf b = {0};
    struct labeller l = {&b, joiner, false};
    size_t len = 0;
    if (gf_buf_add(&b, &len, sizeof len) != 0 ||
        gf_field_list_each(list, cutter, add_label, &l) != 0) {
        gf_buf_release(&b);
        return -1;
    }
    len = b.len - sizeof len;
    memcpy(b.data, &len, sizeof len);
    o->label = b.data;
    return 0;
}

struct gf_slice gf_one_group_label_of(const struct gf_one_group *o)
{
    size_t len;
    memcpy(&len, o->label, sizeof len);
    return (struct gf_slice){o->label + sizeof len, len};
}

static void add_u64(struct gf_buf *b, uint64_t v)
{
    gf_buf_add(b, &v, sizeof v);
}

int gf_one_group_row(const struct gf_one_group *o, const struct gf_agg_list *spec,
                     struct gf_slice label, struct gf_buf *row)
{
    struct gf_buf cell = {0};
    int r = 0;
    gf_buf_clear(row);
    for (int i = 0; i < 8; i++)
        gf_buf_putc(row, (char)(o->id >> (56 - 8 * i)));
    add_u64(row, label.len);
    gf_buf_add(row, label.data, label.len);
    for (size_t i = 0; i < spec->n && r == 0; i++) {
        gf_buf_clear(&cell);
        if (gf_aggregate_holds(spec->agg[i].kind)) {
            add_u64(row, o->agg[i].n);
            continue;
        }
        if (gf_aggregate_replaces(spec->agg[i].kind))
            add_u64(row, gf_aggregate_later(&o->agg[i]));
        r = gf_aggregate_result(&o->agg[i], &cell);
        add_u64(row, cell.len);
        gf_buf_add(row, cell.data ? cell.data : "", cell.len);
    }
    gf_buf_release(&cell);
    return row->failed ? -1 : r;
}

static uint64_t take_u64(const char **p)
{
    uint64_t v;
    memcpy(&v, *p, sizeof v);
    *p += sizeof v;
    return v;
}

struct gf_slice gf_one_group_row_label(struct gf_slice row)
{
    const char *p = row.data + 8;
    uint64_t len = take_u64(&p);
    return (struct gf_slice){p, (size_t)len};
}

/* One result, whose cell *p is at. -1: errno. */
static int add_cell(const struct gf_agg *a, struct gf_held *held, struct gf_slice between,
                    const char **p, struct gf_buf *out)
{
    uint64_t later = 0;
    if (gf_aggregate_holds(a->kind))
        return gf_held_result(held, a, take_u64(p), between, out);
    if (gf_aggregate_replaces(a->kind))
        later = take_u64(p);
    struct gf_slice text = {NULL, (size_t)take_u64(p)};
    text.data = *p;
    *p += text.len;
    return later ? gf_held_fold(held, a, later, text, out) : gf_buf_add(out, text.data, text.len);
}

int gf_one_group_record(struct gf_slice row, const struct gf_agg_list *spec, struct gf_held *held,
                        struct gf_slice between, struct gf_slice joiner, struct gf_buf *out)
{
    struct gf_slice label = gf_one_group_row_label(row);
    const char *p = label.data + label.len;
    gf_buf_clear(out);
    if (gf_buf_add(out, label.data, label.len) != 0)
        return -1;
    for (size_t i = 0; i < spec->n; i++)
        if (gf_buf_add(out, joiner.data, joiner.len) != 0 ||
            add_cell(&spec->agg[i], &held[i], between, &p, out) != 0)
            return -1;
    return 0;
}
