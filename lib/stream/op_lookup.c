/*
 * op_lookup.c - lookup FILE: the fields of another file behind each record, by a key.
 *
 * The file is read into a table (lookup_table.h) when the stage opens. A record of the stream is
 * looked up, and given once for each of its rows. One whose key has rows that the table had no room
 * for, or may have, is put aside (aside.h). At the end those go, in the order of their keys, along
 * the sorted rest of the file, and what comes of them is sorted back by place. What is known has to
 * wait once a record that came before it was put aside.
 */
#include <errno.h>
#include <string.h>

#include "base/exit.h"
#include "stream/aside.h"
#include "stream/lookup_table.h"

struct lookup {
    const struct gf_node *node;
    struct gf_lookup_ahead ahead;
    struct gf_lookup_table file;
    struct gf_key_maker maker;
    size_t columns; /* fields of the stream's first record */
    struct gf_line line;
    uint64_t next; /* the row that is given next with the record at hand; 0: none */
    bool over;     /* the stream has ended */
    size_t walk;   /* through the keys of the file, then */
    struct gf_aside aside;
    bool ending;  /* the file has a rest, and what was put aside goes along it */
    bool grouped; /* there is a group of it at hand */
    bool matched; /* a record has its key */
};

/* ---- what is given --------------------------------------------------------------------------- */

static const struct gf_lookup *how(const struct lookup *l)
{
    return l->node->extra;
}

/* What was made last is given now, or waits behind what was put aside. */
static int give(struct gf_stage *s, struct lookup *l, uint64_t place)
{
    if (!l->aside.open && !l->ending)
        return 0;
    int bad = gf_aside_give_later(s, &l->aside, place, s->out[--s->n]);
    if (l->ending)
        gf_pad_clear(&s->pad);
    return bad;
}

/* The record at hand, and behind it the fields of a row; NULL: empty ones. */
static int emit(struct gf_stage *s, const struct lookup *l, const struct gf_lookup_row *row)
{
    struct gf_slice text = {row ? row->text : "", row ? row->len : 0};
    size_t columns = l->file.others ? l->node->columns : 0;
    struct gf_columns_end at = gf_columns_end(&s->stream->set->fields, columns, l->line.value);
    size_t joints = at.missing + (row && l->file.others ? 1 : l->file.others);
    return gf_columns_emit(s, at, joints, text, l->line.end);
}

/* A row whose key no record had: the keys stand in the columns that they have in the stream. */
static int emit_alone(struct gf_stage *s, const struct lookup *l, const struct gf_lookup_row *row)
{
    struct gf_slice joiner = s->stream->set->joiner;
    const struct gf_field_list *here = &l->node->list;
    struct gf_buf b = {0};
    for (size_t i = 1; i <= l->columns; i++) {
        const char *key = row->text + row->len;
        gf_buf_add(&b, joiner.data, i > 1 ? joiner.len : 0);
        for (size_t k = 0; k < here->n; k++) {
            size_t len;
            memcpy(&len, key, sizeof len);
            if ((uint64_t)here->range[k].lo == i)
                gf_buf_add(&b, key + sizeof len, len);
            key += sizeof len + len;
        }
    }
    gf_buf_add(&b, joiner.data, l->file.others ? joiner.len : 0);
    gf_buf_add(&b, row->text, row->len);
    int bad = b.failed ? gf_fault_nomem(&s->stream->fault) : gf_stage_emit_copy(s, b.data, b.len);
    gf_buf_release(&b);
    return bad;
}

/* ---- the stream ------------------------------------------------------------------------------ */

/* The row that is next with the record at hand. */
static int emit_next(struct gf_stage *s, struct lookup *l)
{
    const struct gf_lookup_row *row = gf_lookup_row_at(&l->file.rows, l->next);
    l->next = row->next;
    return emit(s, l, row) == 0 ? give(s, l, s->taken) : -1;
}

/* A record for which there is nothing in the file. */
static int without_match(struct gf_stage *s, struct lookup *l, struct gf_slice rec, uint64_t place)
{
    const struct gf_node *n = l->node;
    if (n->anti)
        s->out[s->n++] = rec;
    else if (!n->left && !n->outer)
        return 0;
    else if (emit(s, l, NULL) != 0)
        return -1;
    return give(s, l, place);
}

static int look_up(struct gf_stage *s, struct lookup *l, struct gf_slice rec)
{
    const struct gf_node *n = l->node;
    struct gf_lookup_rows *rows;
    if (gf_lookup_table_find(s, &l->file, &l->maker, &l->ahead, rec, &rows) != 0)
        return gf_stage_uncut(s);
    if (rows)
        rows->met = true;
    if (n->anti && rows)
        return 0;
    if (rows ? rows->more : l->file.more)
        return gf_aside_add(s, &l->aside, &n->keys, s->taken, rec);
    l->line = gf_stage_line(s, rec);
    if (!rows)
        return without_match(s, l, rec, s->taken);
    l->next = rows->first;
    return emit_next(s, l);
}

/* How many columns the stream has, by its first record. */
static int count_columns(struct gf_stage *s, struct lookup *l, struct gf_slice rec)
{
    struct gf_cutter c;
    gf_cutter_init(&c, &s->stream->set->fields);
    int bad = gf_cutter_cut(&c, rec.data, rec.len, SIZE_MAX);
    l->columns = c.n > l->columns ? c.n : l->columns;
    gf_cutter_release(&c);
    return bad ? gf_stage_uncut(s) : 0;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* The rows from `first` on, each alone, at a place behind the stream. */
static int leave(struct gf_stage *s, struct lookup *l, const struct gf_buf *rows, uint64_t first,
                 uint64_t number)
{
    while (first) {
        const struct gf_lookup_row *row = gf_lookup_row_at(rows, first);
        if (emit_alone(s, l, row) != 0 || give(s, l, s->taken + number) != 0)
            return -1;
        first = row->next;
    }
    return 0;
}

/* With --outer: what of the file no record had, by the number of the first record of each key. */
static int leave_table(struct gf_stage *s, struct lookup *l)
{
    struct gf_slice key;
    const struct gf_lookup_rows *rows;
    while ((rows = gf_keytable_walk(&l->file.table, &l->walk, &key)))
        if (!rows->met && leave(s, l, &l->file.rows, rows->first, rows->number) != 0)
            return -1;
    return 0;
}

static int leave_group(struct gf_stage *s, struct lookup *l)
{
    const struct gf_lookup_group *g = &l->file.group;
    struct gf_slice key = {g->key.data, g->key.len};
    const struct gf_lookup_rows *rows = gf_lookup_table_get(&l->file, key);
    l->grouped = false;
    if (!how(l)->leaves || l->matched || (rows && rows->met))
        return 0;
    return leave(s, l, &g->rows, 1, rows ? rows->number : g->number);
}

/* Goes on to the group of `key`, or behind where it would be. 1: it is there; 0; -1. */
static int find_group(struct gf_stage *s, struct lookup *l, struct gf_slice key)
{
    const struct gf_lookup_group *g = &l->file.group;
    for (;;) {
        if (l->grouped) {
            int order = gf_slice_compare((struct gf_slice){g->key.data, g->key.len}, key);
            if (order >= 0)
                return order == 0;
            if (leave_group(s, l) != 0)
                return -1;
        }
        int got = gf_lookup_table_next(s, &l->file);
        if (got != 1)
            return got;
        l->grouped = true;
        l->matched = false;
    }
}

/* The record at hand with the rows from `first` on. */
static int emit_rows(struct gf_stage *s, struct lookup *l, const struct gf_buf *rows,
                     uint64_t first, uint64_t place)
{
    while (first && !l->node->anti) {
        const struct gf_lookup_row *row = gf_lookup_row_at(rows, first);
        if (emit(s, l, row) != 0 || give(s, l, place) != 0)
            return -1;
        first = row->next;
    }
    return 0;
}

/* gf_aside_each: a record that was put aside. */
static int look_up_again(struct gf_stage *s, void *arg, uint64_t place, struct gf_slice key,
                         struct gf_slice rec)
{
    struct lookup *l = arg;
    const struct gf_lookup_rows *rows = gf_lookup_table_get(&l->file, key);
    int got = find_group(s, l, key);
    l->line = gf_stage_line(s, rec);
    if (got < 0)
        return -1;
    l->matched |= got == 1;
    if (!rows && got == 0)
        return without_match(s, l, rec, place);
    if (rows && emit_rows(s, l, &l->file.rows, rows->first, place) != 0)
        return -1;
    return got ? emit_rows(s, l, &l->file.group.rows, 1, place) : 0;
}

/* The stream has ended, and the file has a rest. */
static int look_up_rest(struct gf_stage *s, struct lookup *l)
{
    int got = 1;
    l->ending = true;
    if ((how(l)->leaves && leave_table(s, l) != 0) ||
        gf_aside_walk(s, &l->aside, &l->node->keys, look_up_again, l) != 0)
        return -1;
    while (how(l)->leaves && got == 1) {
        if (l->grouped && leave_group(s, l) != 0)
            return -1;
        got = gf_lookup_table_next(s, &l->file);
        l->grouped = got == 1;
        l->matched = false;
    }
    return got < 0 ? -1 : gf_aside_end(s, &l->aside);
}

/* The same where all of the file is in the table. 1; 0: nothing more; -1. */
static int give_left(struct gf_stage *s, struct lookup *l, size_t max)
{
    struct gf_slice key;
    while (gf_stage_room(s, max)) {
        if (l->next) {
            const struct gf_lookup_row *row = gf_lookup_row_at(&l->file.rows, l->next);
            l->next = row->next;
            if (emit_alone(s, l, row) != 0)
                return -1;
            continue;
        }
        const struct gf_lookup_rows *rows = gf_keytable_walk(&l->file.table, &l->walk, &key);
        if (!rows)
            return s->n > 0;
        l->next = rows->met ? 0 : rows->first;
    }
    return 1;
}

static int end_lookup(struct gf_stage *s, struct lookup *l, size_t max)
{
    if (!l->file.more)
        return how(l)->leaves ? give_left(s, l, max) : 0;
    if (!l->ending && look_up_rest(s, l) != 0)
        return -1;
    return gf_aside_give(s, &l->aside, max);
}

static int pull_lookup(struct gf_stage *s, size_t max)
{
    struct lookup *l = s->state;
    if (!l->over && !l->next) {
        if (!gf_stage_has(s))
            l->ahead.n = 0;
        int got = gf_stage_need(s, l->node->outer ? max : gf_stage_want(s, max));
        if (got < 0)
            return -1;
        l->over = got == 0;
    }
    if (l->over)
        return end_lookup(s, l, max);
    while (gf_stage_room(s, max) && (l->next || gf_stage_has(s))) {
        int bad;
        if (l->next) {
            bad = emit_next(s, l);
        } else {
            struct gf_slice rec = gf_stage_take(s);
            bad = s->taken == 1 ? count_columns(s, l, rec) : 0;
            bad = bad ? bad : look_up(s, l, rec);
        }
        if (bad)
            return -1;
    }
    return 1;
}

static void close_lookup(struct gf_stage *s)
{
    struct lookup *l = s->state;
    gf_lookup_table_release(&l->file);
    gf_key_maker_release(&l->maker);
    gf_aside_release(&l->aside);
}

static struct gf_stage *open_lookup(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "lookup", sizeof(struct lookup));
    if (!s)
        return NULL;
    struct lookup *l = s->state;
    l->node = n;
    l->aside.budget = st->share / 8;
    gf_key_maker_init(&l->maker, &n->keys);
    for (size_t i = 0; i < n->list.n; i++)
        if ((uint64_t)n->list.range[i].lo > l->columns)
            l->columns = (size_t)n->list.range[i].lo; /* where no record says how many there are */
    s->pull = pull_lookup;
    s->close = close_lookup;
    return gf_lookup_table_open(s, &l->file, n) == 0 ? s : gf_stage_drop(s);
}

static const struct gf_opt lookup_opts[] = {
    {GF_OP_LIST, 'f', "fields", "LIST", "keys, here and there: 1=2 user=id (default 1)", "@column",
     0},
    {GF_OP_LEFT, 0, "left", NULL, "keep a record without a match, with empty fields", NULL, 0},
    {GF_OP_ANTI, 0, "anti", NULL, "keep only records without a match, as they are", NULL, 0},
    {GF_OP_OUTER, 0, "outer", NULL, "as --left, and in the end what FILE has left", NULL, 0},
    {0},
};
static const struct gf_opt_rule lookup_rules[] = {
    {GF_OPT_NOT_WITH, "--left", "--anti --outer", "one way is asked for"},
    {GF_OPT_NOT_WITH, "--anti", "--outer", "one way is asked for"},
    {0},
};
static const struct gf_cli lookup_cli = {
    .rules = lookup_rules,
    .name = "lookup",
    .summary = "put the fields of FILE behind, by a key: lookup -f 1=2 FILE",
    .usage = (const char *const[]){"[-f LIST] [--left | --anti | --outer] FILE", NULL},
    .opts = lookup_opts,
    .exits = gf_op_exits,
    .examples = (const char *const[]){"gf-stream --from urls.txt lookup --left access.log", NULL},
    .parent = &gf_stream_cli,
    .operands = "@file",
    .stop_at_operand = true,
    .only_help = true};
const struct gf_op gf_op_lookup = {
    &lookup_cli, 1, false, true, false, gf_lookup_check, open_lookup, gf_lookup_columns};
