/*
 * op_fill.c - fill-down: an empty field gets what stood in its column last.
 *
 * The last value of each column of the list is kept. A record in which nothing is to be filled is
 * passed on as it is; of another a copy is made, with values put in where the empty fields are.
 */
#include <stdlib.h>

#include "base/grow.h"
#include "stream/op.h"

struct fill {
    const struct gf_field_list *list;
    struct gf_cutter cutter;
    struct gf_buf *last; /* of each column, from 0 */
    size_t n, cap;
    size_t bytes; /* that they have room for */
};

/* The columns of a part of the list, from 1, in a record of `n` fields. */
static struct gf_field_range columns_of(struct gf_field_range r, size_t n)
{
    int64_t all = (int64_t)n;
    bool single = r.lo == r.hi;
    r.lo = r.lo < 0 ? r.lo + all + 1 : r.lo;
    r.hi = r.hi < 0 ? r.hi + all + 1 : r.hi;
    if (r.lo < 1)
        r.lo = single ? all + 1 : 1;
    r.hi = r.hi > all ? all : r.hi;
    return r;
}

static bool is_listed(const struct fill *m, size_t column)
{
    for (size_t i = 0; i < m->list->n; i++) {
        struct gf_field_range r = columns_of(m->list->range[i], m->cutter.n);
        if ((int64_t)column + 1 >= r.lo && (int64_t)column + 1 <= r.hi)
            return true;
    }
    return false;
}

static int keep(struct gf_stage *s, struct fill *m, size_t column, struct gf_slice value)
{
    if (column >= m->n) {
        struct gf_buf *more = gf_grow(m->last, &m->cap, column + 1, sizeof *more);
        if (!more)
            return gf_fault_nomem(&s->stream->fault);
        m->last = more;
        for (; m->n <= column; m->n++)
            m->last[m->n] = (struct gf_buf){0};
    }
    struct gf_buf *b = &m->last[column];
    m->bytes -= b->cap;
    gf_buf_clear(b);
    if (gf_buf_add(b, value.data, value.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    m->bytes += b->cap;
    return m->bytes + m->cap * sizeof *b <= s->stream->share ? 0 : gf_stage_full(s);
}

/* What goes into an empty field of the column; empty: nothing. */
static struct gf_slice filling_of(const struct fill *m, size_t column)
{
    if (m->cutter.field[column].len || column >= m->n || !m->last[column].len)
        return (struct gf_slice){0};
    return is_listed(m, column) ? (struct gf_slice){m->last[column].data, m->last[column].len}
                                : (struct gf_slice){0};
}

static int fill(struct gf_stage *s, struct fill *m, struct gf_slice rec)
{
    size_t len = rec.len;
    if (gf_cutter_cut(&m->cutter, rec.data, rec.len, m->list->need) != 0)
        return gf_stage_uncut(s);
    for (size_t i = 0; i < m->cutter.n; i++) {
        len += filling_of(m, i).len;
        if (m->cutter.field[i].len && is_listed(m, i) && keep(s, m, i, m->cutter.field[i]) != 0)
            return -1;
    }
    if (len == rec.len) {
        s->out[s->n++] = rec;
        return 0;
    }
    char *to = gf_pad_take(&s->pad, len);
    if (!to)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){to, len};
    const char *from = rec.data;
    for (size_t i = 0; i < m->cutter.n; i++) {
        struct gf_slice value = filling_of(m, i);
        if (!value.len)
            continue;
        const char *here = m->cutter.field[i].data;
        to = gf_slice_put(to, (struct gf_slice){from, (size_t)(here - from)});
        to = gf_slice_put(to, value);
        from = here;
    }
    gf_slice_put(to, (struct gf_slice){from, (size_t)(rec.data + rec.len - from)});
    return 0;
}

static int pull_fill(struct gf_stage *s, size_t max)
{
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s))
        if (fill(s, s->state, gf_stage_take(s)) != 0)
            return -1;
    return 1;
}

static void close_fill(struct gf_stage *s)
{
    struct fill *m = s->state;
    gf_cutter_release(&m->cutter);
    for (size_t i = 0; i < m->n; i++)
        gf_buf_release(&m->last[i]);
    free(m->last);
}

static struct gf_stage *open_fill(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "fill-down", sizeof(struct fill));
    if (!s)
        return NULL;
    struct fill *m = s->state;
    m->list = &n->list;
    gf_cutter_init(&m->cutter, &st->set->fields);
    s->pull = pull_fill;
    s->close = close_fill;
    return s;
}

static int check_fill(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    return gf_check_list(n, n->operand[0], f);
}

static const struct gf_cli fill_cli = GF_OP_CLI_COLUMNS(
    NULL, NULL, "fill-down", "fill empty fields from the record before: 1,3", "LIST", gf_op_no_opts,
    gf_op_exits, "gf-stream --csv --header fill-down country,city");
const struct gf_op gf_op_fill_down = {&fill_cli, 1,          false,     true,
                                      false,     check_fill, open_fill, gf_columns_same};
