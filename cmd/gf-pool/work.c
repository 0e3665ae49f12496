/*
 * work.c - what one job is about.
 *
 * The items of one record are borrowed from the source. Items that are gathered are copied behind
 * one another into one buffer that may move while it grows, so until the end an item holds its
 * place in the buffer instead of an address. Columns are slices of the items; those that were in
 * quotes (--csv) are in a buffer that has room for all of them before the first is cut.
 */
#include "work.h"

#include <stdlib.h>
#include <string.h>

#include "base/sat.h"

static bool is_csv(const struct work *w)
{
    return w->columns && w->columns->framing.kind == GF_FRAME_CSV;
}

void work_init(struct work *w, const struct options *o)
{
    bool cuts = o && (o->has_columns || o->framing.kind == GF_FRAME_CSV);
    *w = (struct work){.columns = cuts ? o : NULL, .bytes = GF_BUF_INIT(1 << 30)};
    if (cuts)
        gf_cutter_init(&w->cutter, &o->columns);
}

void work_release(struct work *w)
{
    free(w->item);
    free(w->value);
    gf_buf_release(&w->bytes);
    gf_buf_release(&w->unquoted);
    gf_cutter_release(&w->cutter);
    *w = (struct work){0};
}

static int make_room(struct gf_value **v, size_t *cap, size_t n)
{
    if (n <= *cap)
        return 0;
    size_t more = gf_sat_mul(n, 2);
    struct gf_value *larger = realloc(*v, gf_sat_mul(more, sizeof *larger));
    if (!larger)
        return -1;
    *v = larger;
    *cap = more;
    return 0;
}

static int add_column(void *work, struct gf_slice field)
{
    struct work *w = work;
    if (make_room(&w->value, &w->value_cap, w->values + 1) != 0)
        return -1;
    w->value[w->values++] = (struct gf_value){field.data, field.len};
    return 0;
}

/* The buffer has room for all items, so it does not move. */
static int cut_csv(struct work *w)
{
    char comma = w->columns->framing.comma;
    size_t len = 0;
    for (size_t i = 0; i < w->items; i++)
        len = gf_sat_add(len, gf_csv_room(w->item[i].len));
    gf_buf_clear(&w->unquoted);
    if (gf_buf_reserve(&w->unquoted, len) != 0)
        return -1;
    for (size_t i = 0; i < w->items; i++) {
        struct gf_slice rec = {w->item[i].text, w->item[i].len};
        if (gf_csv_cut(comma, rec, &w->unquoted, add_column, w) != 0)
            return -1;
    }
    return 0;
}

/* The columns of one item behind those that are there. */
static int add_columns(struct work *w, struct gf_value item)
{
    struct gf_cutter *c = &w->cutter;
    if (gf_cutter_cut(c, item.text, item.len, SIZE_MAX) != 0 ||
        make_room(&w->value, &w->value_cap, w->values + c->n) != 0)
        return -1;
    for (size_t i = 0; i < c->n; i++)
        w->value[w->values++] = (struct gf_value){c->field[i].data, c->field[i].len};
    return 0;
}

static int cut_columns(struct work *w)
{
    w->values = 0;
    if (is_csv(w))
        return cut_csv(w);
    for (size_t i = 0; i < w->items; i++)
        if (add_columns(w, w->item[i]) != 0)
            return -1;
    return 0;
}

int work_set(struct work *w, const struct gf_value *v, size_t n)
{
    if (make_room(&w->item, &w->cap, n) != 0)
        return -1;
    memcpy(w->item, v, n * sizeof *v);
    w->items = n;
    return w->columns ? cut_columns(w) : 0;
}

void work_begin(struct work *w)
{
    gf_buf_clear(&w->bytes);
    w->items = 0;
}

/* The bytes move while they are gathered: until the end an item holds its place among them. */
int work_add(struct work *w, struct gf_value v)
{
    const char *place = (const char *)(uintptr_t)w->bytes.len;
    if (make_room(&w->item, &w->cap, w->items + 1) != 0 ||
        gf_buf_add(&w->bytes, v.text, v.len) != 0)
        return -1;
    w->item[w->items++] = (struct gf_value){place, v.len};
    return 0;
}

int work_end(struct work *w)
{
    for (size_t i = 0; i < w->items; i++)
        w->item[i].text = w->bytes.len ? w->bytes.data + (uintptr_t)w->item[i].text : "";
    return w->columns ? cut_columns(w) : 0;
}

int work_pack(const struct work *w, struct gf_buf *out)
{
    gf_buf_clear(out);
    for (size_t i = 0; i < w->items; i++) {
        gf_buf_add(out, (const char *)&w->item[i].len, sizeof w->item[i].len);
        gf_buf_add(out, w->item[i].text, w->item[i].len);
    }
    return out->failed ? -1 : 0;
}

int work_unpack(struct work *w, const struct gf_buf *packed)
{
    work_begin(w);
    for (size_t at = 0, len; at < packed->len; at += len) {
        memcpy(&len, packed->data + at, sizeof len);
        at += sizeof len;
        if (work_add(w, (struct gf_value){packed->data + at, len}) != 0)
            return -1;
    }
    return work_end(w);
}

struct gf_fill work_fill(const struct work *w, uint64_t seq, unsigned slot)
{
    return (struct gf_fill){.item = w->item,
                            .items = w->items,
                            .value = w->columns ? w->value : w->item,
                            .values = w->columns ? w->values : w->items,
                            .seq = seq,
                            .slot = slot};
}
