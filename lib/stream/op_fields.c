/*
 * op_fields.c - fields: picked and reordered.
 *
 * A record is cut at its separators once. One field alone is a slice of the record, and nothing is
 * built but where a CR has to follow; several are gathered first, so that the room for the new
 * record is taken in one piece.
 */
#include <stdlib.h>

#include "stream/op.h"

struct fields {
    const struct gf_field_list *list;
    struct gf_cutter cutter;
    struct gf_slice joiner;
    struct gf_slice *part;
    size_t n, cap, bytes;
    bool single;
};

static int add_part(void *to, struct gf_slice field)
{
    struct fields *f = to;
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 16;
        struct gf_slice *more = realloc(f->part, cap * sizeof *more);
        if (!more)
            return -1;
        f->part = more;
        f->cap = cap;
    }
    f->part[f->n++] = field;
    f->bytes += field.len;
    return 0;
}

static int emit_fields(struct gf_stage *s, struct fields *f, struct gf_slice end)
{
    f->n = f->bytes = 0;
    if (gf_field_list_each(f->list, &f->cutter, add_part, f) != 0)
        return gf_fault_nomem(&s->stream->fault);
    size_t len = f->bytes + (f->n ? f->n - 1 : 0) * f->joiner.len + end.len;
    char *p = gf_pad_take(&s->pad, len);
    if (!p)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){p, len};
    for (size_t i = 0; i < f->n; i++) {
        if (i)
            p = gf_slice_put(p, f->joiner);
        p = gf_slice_put(p, f->part[i]);
    }
    gf_slice_put(p, end);
    return 0;
}

static int pull_fields(struct gf_stage *s, size_t max)
{
    struct fields *f = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        if (gf_cutter_cut(&f->cutter, rec.data, rec.len, f->list->need) != 0)
            return gf_stage_uncut(s);
        struct gf_slice end = gf_stage_line(s, rec).end;
        int r = f->single
                    ? gf_stage_emit_part(s, gf_cutter_get(&f->cutter, f->list->range[0].lo), end)
                    : emit_fields(s, f, end);
        if (r != 0)
            return -1;
    }
    return 1;
}

static void close_fields(struct gf_stage *s)
{
    struct fields *f = s->state;
    gf_cutter_release(&f->cutter);
    free(f->part);
}

static struct gf_stage *open_fields(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "fields", sizeof(struct fields));
    if (!s)
        return NULL;
    struct fields *f = s->state;
    f->list = &n->list;
    f->joiner = st->set->joiner;
    f->single = gf_field_list_single(&n->list);
    gf_cutter_init(&f->cutter, &st->set->fields);
    s->pull = pull_fields;
    s->close = close_fields;
    return s;
}

static int check_fields(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    return gf_check_list(n, n->operand[0], f);
}

/* The columns of the list: a range has those that are there. */
static int columns_of_fields(const struct gf_node *n, struct gf_names *out)
{
    return gf_columns_listed(n->names, &n->list, out);
}

static const struct gf_cli fields_cli = GF_OP_CLI_COLUMNS(
    NULL, gf_fields_elsewhere, "fields", "keep the listed fields in the listed order: 3,1 2- -1",
    "LIST", gf_op_no_opts, gf_op_exits, "gf-stream fields 3,1");
const struct gf_op gf_op_fields = {
    &fields_cli, 1, false, false, false, check_fields, open_fields, columns_of_fields};
