/*
 * op_transpose.c - transpose: rows become columns.
 *
 * All cells are kept, row by row: their bytes one behind the other, and where each ends. Then each
 * column is walked once through all rows. With names of columns these are the first row.
 */
#include <stdlib.h>

#include "base/grow.h"
#include "stream/op.h"

struct row {
    size_t first, n; /* of its cells */
};

struct transpose {
    const struct gf_names *names; /* or NULL */
    struct gf_cutter cutter;
    struct gf_buf text;
    size_t *end; /* of each cell in the text */
    size_t cells, cells_cap;
    struct row *row;
    size_t rows, rows_cap;
    size_t widest, next; /* columns there are, and the one that is made next */
    bool cr, ended;      /* cr: of the first row, and of all that are made */
};

static int add_cell(struct gf_stage *s, struct transpose *t, struct gf_slice cell)
{
    size_t *end = gf_grow(t->end, &t->cells_cap, t->cells + 1, sizeof *end);
    if (!end)
        return gf_fault_nomem(&s->stream->fault);
    t->end = end;
    if (gf_buf_add(&t->text, cell.data, cell.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    t->end[t->cells++] = t->text.len;
    t->row[t->rows - 1].n++;
    if (t->row[t->rows - 1].n > t->widest)
        t->widest = t->row[t->rows - 1].n;
    size_t bytes = t->text.cap + t->cells_cap * sizeof *end + t->rows_cap * sizeof *t->row;
    return bytes <= s->stream->share ? 0 : gf_stage_full(s);
}

static int add_row(struct gf_stage *s, struct transpose *t)
{
    struct row *row = gf_grow(t->row, &t->rows_cap, t->rows + 1, sizeof *row);
    if (!row)
        return gf_fault_nomem(&s->stream->fault);
    t->row = row;
    t->row[t->rows++] = (struct row){t->cells, 0};
    return 0;
}

static int add_names(struct gf_stage *s, struct transpose *t)
{
    int bad = add_row(s, t);
    for (size_t i = 0; i < t->names->n && !bad; i++)
        bad = add_cell(s, t, gf_names_get(t->names, i));
    t->cr = t->names->cr;
    return bad;
}

static int add_record(struct gf_stage *s, struct transpose *t, struct gf_slice rec)
{
    struct gf_line line = gf_stage_line(s, rec);
    if (t->rows == 0)
        t->cr = line.end.len > 0;
    if (add_row(s, t) != 0)
        return -1;
    if (gf_cutter_cut(&t->cutter, line.value.data, line.value.len, SIZE_MAX) != 0)
        return gf_stage_uncut(s);
    for (size_t i = 0; i < t->cutter.n; i++)
        if (add_cell(s, t, t->cutter.field[i]) != 0)
            return -1;
    return 0;
}

static int read_rows(struct gf_stage *s, struct transpose *t)
{
    int got;
    if (t->names && add_names(s, t) != 0)
        return -1;
    while ((got = gf_stage_need(s, GF_BATCH)) == 1)
        while (gf_stage_has(s))
            if (add_record(s, t, gf_stage_take(s)) != 0)
                return -1;
    t->ended = true;
    return got;
}

/* The cell of that row and column; empty where the row has no such. */
static struct gf_slice cell_at(const struct transpose *t, size_t row, size_t column)
{
    if (column >= t->row[row].n)
        return (struct gf_slice){"", 0};
    size_t at = t->row[row].first + column, from = at ? t->end[at - 1] : 0;
    return (struct gf_slice){t->text.data + from, t->end[at] - from};
}

static int emit_column(struct gf_stage *s, const struct transpose *t, size_t column)
{
    struct gf_slice joiner = s->stream->set->joiner;
    size_t len = (t->rows - 1) * joiner.len + t->cr;
    for (size_t i = 0; i < t->rows; i++)
        len += cell_at(t, i, column).len;
    char *to = gf_pad_take(&s->pad, len);
    if (!to)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){to, len};
    for (size_t i = 0; i < t->rows; i++) {
        if (i)
            to = gf_slice_put(to, joiner);
        to = gf_slice_put(to, cell_at(t, i, column));
    }
    gf_slice_put(to, (struct gf_slice){"\r", t->cr});
    return 0;
}

static int pull_transpose(struct gf_stage *s, size_t max)
{
    struct transpose *t = s->state;
    if (!t->ended && read_rows(s, t) != 0)
        return -1;
    for (; gf_stage_room(s, max) && t->next < t->widest; t->next++)
        if (emit_column(s, t, t->next) != 0)
            return -1;
    return s->n > 0;
}

static void close_transpose(struct gf_stage *s)
{
    struct transpose *t = s->state;
    gf_cutter_release(&t->cutter);
    gf_buf_release(&t->text);
    free(t->end);
    free(t->row);
}

static struct gf_stage *open_transpose(const struct gf_node *n, struct gf_stream *st,
                                       struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "transpose", sizeof(struct transpose));
    if (!s)
        return NULL;
    struct transpose *t = s->state;
    t->names = n->extra;
    gf_cutter_init(&t->cutter, &st->set->fields);
    s->pull = pull_transpose;
    s->close = close_transpose;
    return s;
}

static void drop_names(struct gf_node *n)
{
    gf_names_release(n->extra);
}

/* The names that the columns have in front of it; behind it they have none. */
static int check_transpose(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    if (!n->names || n->names->pending || n->names->ended_by)
        return 0;
    struct gf_names *names = n->extra = calloc(1, sizeof *names);
    if (!names)
        return gf_fault_nomem(f);
    n->drop = drop_names;
    return gf_names_copy(names, n->names) == 0 ? 0 : gf_fault_nomem(f);
}

static const struct gf_cli transpose_cli =
    GF_OP_CLI("transpose", "make columns of the records", "", gf_op_no_opts, gf_op_exits,
              "gf-stream --csv transpose");
const struct gf_op gf_op_transpose = {&transpose_cli, 0,   false, true, false, check_transpose,
                                      open_transpose, NULL};
