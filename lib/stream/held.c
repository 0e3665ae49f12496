/*
 * held.c - the number of the group as 16 hexadecimal digits in front of each value.
 *
 * The first key of the sorter is these digits, the second one the value: as a number for quantiles,
 * as bytes for distinct, none for the others, which keep the order of arrival. A result reads as
 * many values as its group has, so the groups have to be asked in order.
 */
#include "stream/held.h"

#include <inttypes.h>

enum {
    ID = 16 /* digits of a group's number in front of a value */
};

int gf_held_open(struct gf_held *h, enum gf_aggregate_kind kind, const struct gf_sep *fields,
                 size_t budget, struct gf_runfile *spill)
{
    static const struct gf_key_order bytes = {.type = GF_KEY_BYTES};
    gf_keyspec_init(&h->keys, fields, 0);
    if (gf_keyspec_add_posix(&h->keys, "1.1,1.16", 8, NULL) != 0 ||
        (kind != GF_AGG_JOIN && !gf_aggregate_replaces(kind) &&
         gf_keyspec_add_posix(&h->keys, "1.17", 4, NULL) != 0) ||
        gf_keyspec_seal(&h->keys, &bytes) != 0)
        return -1;
    if (kind == GF_AGG_MEDIAN || kind == GF_AGG_PERCENTILE)
        h->keys.key[1].order.type = GF_KEY_FLOAT;
    h->open = true;
    return gf_sorter_open(
        &h->sorter,
        &(struct gf_sorter_conf){.keys = &h->keys, .budget = budget, .spill = spill, .threads = 1});
}

int gf_held_add(struct gf_held *h, uint64_t group, struct gf_slice value)
{
    gf_buf_clear(&h->item);
    gf_buf_printf(&h->item, "%016" PRIx64, group);
    if (gf_buf_add(&h->item, value.data, value.len) != 0)
        return -1;
    return gf_sorter_add(&h->sorter, (struct gf_slice){h->item.data, h->item.len});
}

int gf_held_end(struct gf_held *h)
{
    return h->open ? gf_sorter_end(&h->sorter) : 0;
}

static int next_value(struct gf_held *h, struct gf_slice *v)
{
    if (gf_sorter_next(&h->sorter, v) != 1)
        return -1;
    *v = (struct gf_slice){v->data + ID, v->len - ID};
    return 0;
}

static int join(struct gf_held *h, uint64_t n, struct gf_slice between, struct gf_buf *out)
{
    for (uint64_t i = 0; i < n; i++) {
        struct gf_slice v;
        if (next_value(h, &v) != 0)
            return -1;
        if (i && gf_buf_add(out, between.data, between.len) != 0)
            return -1;
        if (gf_buf_add(out, v.data, v.len) != 0)
            return -1;
    }
    return 0;
}

static int count_distinct(struct gf_held *h, uint64_t n, struct gf_buf *out)
{
    struct gf_buf last = {0};
    uint64_t different = 0;
    int r = 0;
    for (uint64_t i = 0; i < n && r == 0; i++) {
        struct gf_slice v;
        r = next_value(h, &v);
        if (r != 0)
            break;
        different += !i || gf_slice_compare(v, (struct gf_slice){last.data, last.len}) != 0;
        gf_buf_clear(&last);
        r = gf_buf_add(&last, v.data, v.len);
    }
    if (r == 0)
        r = gf_buf_printf(out, "%" PRIu64, different);
    gf_buf_release(&last);
    return r;
}

static int quantile(struct gf_held *h, uint64_t n, uint64_t percent, struct gf_buf *out)
{
    struct gf_buf lo = {0}, hi = {0};
    struct gf_quantile q = gf_quantile_place(n, percent);
    int r = 0;
    for (uint64_t i = 0; i < n && r == 0; i++) {
        struct gf_slice v;
        r = next_value(h, &v);
        if (r == 0 && (i == q.rank || i == q.rank + 1))
            r = gf_buf_add(i == q.rank ? &lo : &hi, v.data, v.len);
    }
    struct gf_slice low = {lo.data, lo.len}, high = {hi.data, hi.len};
    if (r == 0)
        r = gf_quantile_text(q, low, hi.data ? high : low, out);
    gf_buf_release(&lo);
    gf_buf_release(&hi);
    return r;
}

int gf_held_result(struct gf_held *h, const struct gf_agg *a, uint64_t n, struct gf_slice between,
                   struct gf_buf *out)
{
    int r = 0;
    if (a->kind == GF_AGG_JOIN)
        r = join(h, n, between, out);
    else if (a->kind == GF_AGG_DISTINCT)
        r = count_distinct(h, n, out);
    else if (n)
        r = quantile(h, n, a->percent, out);
    return r;
}

int gf_held_fold(struct gf_held *h, const struct gf_agg *a, uint64_t n, struct gf_slice before,
                 struct gf_buf *out)
{
    struct gf_aggregate all = {.kind = a->kind};
    int r = before.len ? gf_aggregate_add(&all, before) : 0;
    for (uint64_t i = 0; i < n && r == 0; i++) {
        struct gf_slice v;
        r = next_value(h, &v);
        if (r == 0)
            r = gf_aggregate_add(&all, v);
    }
    if (r == 0)
        r = gf_aggregate_result(&all, out);
    gf_aggregate_release(&all);
    return r;
}

void gf_held_release(struct gf_held *h)
{
    if (h->open)
        gf_sorter_release(&h->sorter);
    gf_keyspec_release(&h->keys);
    gf_buf_release(&h->item);
}
