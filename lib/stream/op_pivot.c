/*
 * op_pivot.c - pivot KEY COL AGG: a row for each key, a column for each value of COL.
 *
 * Three tables, each in the order in which its keys came: rows, columns, and cells, whose key is
 * the number of the row and of the column. All of it stays in memory. When the input has ended the
 * names of the columns are given, then row by row what the cells come to.
 */
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/num.h"
#include "stream/agglist.h"
#include "text/table.h"

/* What the node keeps: the column, the one aggregate, and what the columns of KEY are called. */
struct words {
    int64_t column;
    struct gf_agg_list agg;
    struct gf_names names;
};

struct place {
    uint64_t number; /* of the row or column, from 0 */
    size_t at, len;  /* of a row: what is printed of its key, in `labels` */
};

struct pivot {
    const struct gf_node *node;
    struct gf_keytable rows, columns, cells;
    struct gf_key_maker maker;
    struct gf_cutter cutter;
    struct gf_buf labels, item;
    size_t bytes; /* that the aggregates take beyond their structs */
    bool ended, cr;
    bool named; /* the names were given */
    size_t walk;
};

static const struct words *words_of(const struct pivot *p)
{
    return p->node->extra;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct label {
    struct gf_buf *b;
    struct gf_slice joiner;
    size_t n;
};

static int add_label(void *to, struct gf_slice field)
{
    struct label *l = to;
    gf_buf_add(l->b, l->joiner.data, l->n++ ? l->joiner.len : 0);
    return gf_buf_add(l->b, field.data, field.len);
}

/* The place that a key has in a table, made when there is none. */
static struct place *place_of(struct gf_stage *s, struct gf_keytable *t, struct gf_slice key,
                              bool *fresh)
{
    uint64_t number = t->n;
    struct place *at = gf_keytable_put(t, key, gf_keytable_hash(t, key), fresh);
    if (!at)
        gf_stage_full(s);
    else if (*fresh)
        at->number = number;
    return at;
}

static struct place *row_of(struct gf_stage *s, struct pivot *p, struct gf_slice rec)
{
    struct gf_slice key;
    bool fresh;
    if (gf_keyspec_of(&p->node->keys, &p->maker, rec, &key) != 0)
        return gf_stage_uncut(s), NULL;
    struct place *row = place_of(s, &p->rows, key, &fresh);
    if (!row || !fresh)
        return row;
    struct label label = {&p->labels, s->stream->set->joiner, 0};
    row->at = p->labels.len;
    if (gf_field_list_each(&p->node->list, &p->cutter, add_label, &label) != 0)
        return gf_fault_nomem(&s->stream->fault), NULL;
    row->len = p->labels.len - row->at;
    return row;
}

static struct gf_aggregate *cell_of(struct pivot *p, uint64_t row, uint64_t column, bool make)
{
    uint64_t at[2] = {row, column};
    struct gf_slice key = {(const char *)at, sizeof at};
    uint64_t hash = gf_keytable_hash(&p->cells, key);
    bool fresh;
    if (!make)
        return gf_keytable_get(&p->cells, key, hash);
    struct gf_aggregate *a = gf_keytable_put(&p->cells, key, hash, &fresh);
    if (a && fresh)
        a->kind = words_of(p)->agg.agg[0].kind;
    return a;
}

static int add_record(struct gf_stage *s, struct pivot *p, struct gf_slice rec)
{
    const struct gf_agg *agg = &words_of(p)->agg.agg[0];
    bool fresh;
    if (s->taken == 1)
        p->cr = gf_stage_line(s, rec).end.len > 0;
    if (gf_cutter_cut(&p->cutter, rec.data, rec.len, words_of(p)->agg.need) != 0)
        return gf_stage_uncut(s);
    struct gf_slice value =
        agg->field ? gf_cutter_get(&p->cutter, agg->field) : (struct gf_slice){"", 0};
    struct place *row = row_of(s, p, rec);
    struct place *column =
        row ? place_of(s, &p->columns, gf_cutter_get(&p->cutter, words_of(p)->column), &fresh)
            : NULL;
    if (!column)
        return -1;
    struct gf_aggregate *a = cell_of(p, row->number, column->number, true);
    if (!a)
        return gf_stage_full(s);
    size_t before = gf_aggregate_bytes(a);
    int bad = gf_aggregate_add(a, value);
    if (bad < 0)
        return gf_fault_nomem(&s->stream->fault);
    if (bad)
        return gf_stage_bad_or_skipped(s, value, agg->column, p->node->skip_bad);
    p->bytes += gf_aggregate_bytes(a) - before;
    return p->bytes + p->labels.cap <= s->stream->share / 4 ? 0 : gf_stage_full(s);
}

static int read_records(struct gf_stage *s, struct pivot *p)
{
    int got;
    while ((got = gf_stage_need(s, GF_BATCH)) == 1)
        while (gf_stage_has(s))
            if (add_record(s, p, gf_stage_take(s)) != 0)
                return -1;
    p->ended = true;
    return got;
}

/* ---- giving ---------------------------------------------------------------------------------- */

/* What was put into the item, as a record. */
static int give_item(struct gf_stage *s, struct pivot *p)
{
    gf_buf_add(&p->item, "\r", p->cr);
    if (p->item.failed)
        return gf_fault_nomem(&s->stream->fault);
    return gf_stage_emit_copy(s, p->item.data ? p->item.data : "", p->item.len);
}

static int give_names(struct gf_stage *s, struct pivot *p)
{
    const struct gf_names *names = &words_of(p)->names;
    struct label label = {&p->item, s->stream->set->joiner, 0};
    struct gf_slice key;
    size_t walk = 0;
    gf_buf_clear(&p->item);
    for (size_t i = 0; i < names->n; i++)
        add_label(&label, gf_names_get(names, i));
    while (gf_keytable_walk(&p->columns, &walk, &key))
        add_label(&label, key);
    p->named = true;
    return give_item(s, p);
}

static int give_row(struct gf_stage *s, struct pivot *p, const struct place *row)
{
    struct gf_slice joiner = s->stream->set->joiner;
    struct gf_aggregate none = {.kind = words_of(p)->agg.agg[0].kind};
    gf_buf_clear(&p->item);
    gf_buf_add(&p->item, p->labels.data + row->at, row->len);
    for (uint64_t i = 0; i < p->columns.n; i++) {
        const struct gf_aggregate *a = cell_of(p, row->number, i, false);
        gf_buf_add(&p->item, joiner.data, joiner.len);
        gf_aggregate_result(a ? a : &none, &p->item);
    }
    return give_item(s, p);
}

static int pull_pivot(struct gf_stage *s, size_t max)
{
    struct pivot *p = s->state;
    struct gf_slice key;
    const struct place *row;
    if (!p->ended && read_records(s, p) != 0)
        return -1;
    if (!p->named && p->rows.n && give_names(s, p) != 0)
        return -1;
    while (gf_stage_room(s, max) && (row = gf_keytable_walk(&p->rows, &p->walk, &key)))
        if (give_row(s, p, row) != 0)
            return -1;
    return s->n > 0;
}

static void close_pivot(struct gf_stage *s)
{
    struct pivot *p = s->state;
    struct gf_slice key;
    struct gf_aggregate *a;
    size_t walk = 0;
    while (p->cells.base && (a = gf_keytable_walk(&p->cells, &walk, &key)))
        gf_aggregate_release(a);
    gf_keytable_release(&p->rows);
    gf_keytable_release(&p->columns);
    gf_keytable_release(&p->cells);
    gf_key_maker_release(&p->maker);
    gf_cutter_release(&p->cutter);
    gf_buf_release(&p->labels);
    gf_buf_release(&p->item);
}

static struct gf_stage *open_pivot(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "pivot", sizeof(struct pivot));
    if (!s)
        return NULL;
    struct pivot *p = s->state;
    size_t place = sizeof(struct place);
    uint64_t seed = st->set->seed;
    p->node = n;
    gf_key_maker_init(&p->maker, &n->keys);
    gf_cutter_init(&p->cutter, &st->set->fields);
    s->pull = pull_pivot;
    s->close = close_pivot;
    if (gf_keytable_open(&p->rows, place, st->share / 4, seed) != 0 ||
        gf_keytable_open(&p->columns, place, st->share / 8, seed) != 0 ||
        gf_keytable_open(&p->cells, sizeof(struct gf_aggregate), st->share / 8 * 3, seed) != 0)
        return gf_stage_nomem(s);
    return s;
}

/* ---- the words ------------------------------------------------------------------------------- */

static void drop_words(struct gf_node *n)
{
    struct words *w = n->extra;
    gf_names_release(&w->names);
}

/* What the columns of KEY are called in front of the others: their names, or their numbers. */
static int name_keys(const struct gf_node *n, struct words *w, struct gf_fault *f)
{
    int bad = 0;
    if (n->names && !n->names->ended_by)
        return n->names->pending || gf_columns_listed(n->names, &n->list, &w->names) == 0
                   ? 0
                   : gf_fault_nomem(f);
    for (size_t i = 0; i < n->list.n && !bad; i++) {
        struct gf_field_range r = n->list.range[i];
        if (r.lo < 1 || r.hi < 1)
            return gf_fault_set(f, GF_EXIT_USAGE,
                                "pivot: fields are counted from the front, not '%s'",
                                n->operand[0]);
        for (int64_t k = r.lo; k <= r.hi && !bad; k++) {
            char text[GF_UINT_SIZE];
            size_t len = gf_format_uint((uint64_t)k, text);
            bad = gf_names_add(&w->names, (struct gf_slice){text, len});
        }
    }
    return bad ? gf_fault_nomem(f) : 0;
}

static int read_column(const struct gf_node *n, struct words *w, struct gf_fault *f)
{
    struct gf_field_list column = {0};
    struct gf_perr e = {0};
    const char *word = n->operand[1];
    if (gf_agg_field(&column, n->names, word, strlen(word), &e) != 0) {
        gf_field_list_release(&column);
        return gf_check_names_fault(n->names, "column", word, &e, f);
    }
    w->column = column.range[0].lo;
    w->agg.need = column.need > w->agg.need ? column.need : w->agg.need;
    gf_field_list_release(&column);
    return 0;
}

static int check_pivot(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct words *w = n->extra = calloc(1, sizeof *w);
    if (!w)
        return gf_fault_nomem(f);
    n->drop = drop_words;
    if (gf_check_list(n, n->operand[0], f) != 0)
        return -1;
    if (gf_keyspec_add_list(&n->keys, &n->list) != 0)
        return gf_fault_nomem(f);
    w->agg.need = n->list.need;
    if (read_column(n, w, f) != 0 || gf_agg_list_read(&w->agg, n->names, n->operand[2], f) != 0)
        return -1;
    if (w->agg.n != 1)
        return gf_fault_set(f, GF_EXIT_USAGE, "pivot: a cell has one value, not '%s'",
                            n->operand[2]);
    if (gf_aggregate_holds(w->agg.agg[0].kind)) {
        gf_fault_hint(f, "group works it out in front: group 1,2 p99:3 pivot 1 2 first:3");
        return gf_fault_set(f, GF_EXIT_USAGE,
                            "pivot: '%s' needs all values, which it does not keep", n->operand[2]);
    }
    if (n->skip_bad && !gf_aggregate_counts(w->agg.agg[0].kind)) {
        gf_fault_hint(f, "leave --skip-bad out");
        return gf_fault_set(f, GF_EXIT_USAGE,
                            "pivot: --skip-bad is about numbers, and '%s' has none", n->operand[2]);
    }
    return name_keys(n, w, f) == 0 ? gf_check_keys(n, set, f) : -1;
}

static const struct gf_opt pivot_opts[] = {
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "skip values that are no number", NULL, 0},
    {0},
};
static const struct gf_cli pivot_cli = GF_OP_CLI_COLUMNS(
    NULL, NULL, "pivot", "make a table of two fields: a row a KEY, a column a value of COL",
    "[--skip-bad] KEY COL AGG", pivot_opts, gf_op_number_exits,
    "gf-stream --from access.log pivot 1 9 count");
const struct gf_op gf_op_pivot = {&pivot_cli, 3, false, true, false, check_pivot, open_pivot, NULL};
