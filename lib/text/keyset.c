/*
 * keyset.c - the key of a record whose fields are compared in no order.
 *
 * Each field is put as a part of a key is, so that none is the beginning of another; the parts are
 * sorted and then stand one behind the other. So two records have the same key when they have the
 * same fields, each as many times.
 */
#include <stdlib.h>

#include "base/grow.h"
#include "text/keycode.h"

struct parts {
    struct gf_key_maker *m;
    const struct gf_key_order *order;
};

/* Only how long the part is: the bytes may move yet. */
static int put_part(void *to, struct gf_slice field)
{
    struct parts *p = to;
    struct gf_key_maker *m = p->m;
    size_t from = m->buf.len;
    struct gf_slice *more = gf_grow(m->part, &m->parts_cap, m->parts + 1, sizeof *more);
    if (!more)
        return -1;
    m->part = more;
    if (gf_key_put_bytes(&m->buf, p->order, field, false) != 0)
        return -1;
    m->part[m->parts++].len = m->buf.len - from;
    return 0;
}

static int by_bytes(const void *a, const void *b)
{
    return gf_slice_compare(*(const struct gf_slice *)a, *(const struct gf_slice *)b);
}

int gf_key_put_set(const struct gf_keyspec *k, struct gf_key_maker *m, struct gf_slice line)
{
    m->parts = 0;
    gf_buf_clear(&m->buf);
    gf_buf_clear(&m->sorted);
    if (gf_cutter_cut(&m->cutter, line.data, line.len, k->need) != 0)
        return -1;
    for (size_t i = 0; i < k->n; i++) {
        struct gf_field_range all = {1, -1};
        struct gf_field_range r = k->key[i].whole ? all : k->key[i].range;
        const struct gf_field_list one = {.range = &r, .n = 1};
        struct parts to = {m, &k->key[i].order};
        if (gf_field_list_each(&one, &m->cutter, put_part, &to) != 0)
            return -1;
    }
    const char *at = m->buf.data;
    for (size_t i = 0; i < m->parts; at += m->part[i++].len)
        m->part[i].data = at;
    if (m->parts > 1)
        qsort(m->part, m->parts, sizeof *m->part, by_bytes);
    for (size_t i = 0; i < m->parts; i++)
        if (gf_buf_add(&m->sorted, m->part[i].data, m->part[i].len) != 0)
            return -1;
    return 0;
}
