/*
 * op_lookup.c - lookup FILE: the fields of another file behind each record, by a key.
 *
 * The file is read into a table when the stage opens: of each key the rows in their order, one
 * linked to the next. A record of the stream is looked up, and given once for each row. The table
 * has a half of the stage's share, and the rows the other one.
 */
#include <errno.h>
#include <string.h>

#include "base/exit.h"
#include "stream/lookup.h"
#include "text/table.h"

/* What hangs on a key: the places of its first row and of its last, from 1. */
struct rows {
    uint64_t first, last;
    uint64_t met; /* by a record of the stream */
};

struct row {
    uint64_t next; /* place of the next row of the key; 0: there is none */
    uint64_t len;
    char text[];
};

struct lookup {
    const struct gf_node *node;
    struct gf_keytable table;
    struct gf_key_maker maker, file_maker;
    struct gf_cutter cutter; /* of the file */
    struct gf_buf rows;
    size_t others;  /* fields of the file that are no key, by its first record */
    size_t columns; /* fields of the stream's first record */
    struct gf_line line;
    uint64_t next; /* the row that is given next with the record at hand; 0: none */
    bool over;     /* the stream has ended */
    size_t walk;   /* through the keys of the file, then */
};

static const struct gf_lookup *how(const struct lookup *l)
{
    return l->node->extra;
}

static struct row *row_at(const struct lookup *l, uint64_t place)
{
    return (struct row *)(void *)(l->rows.data + (place - 1));
}

/* ---- the file -------------------------------------------------------------------------------- */

static int too_large(struct gf_stage *s, const struct lookup *l, int err)
{
    if (err != ENOSPC && err != EOVERFLOW)
        return gf_fault_nomem(&s->stream->fault);
    gf_fault_hint(&s->stream->fault, "--memory sets the budget");
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "lookup: '%s' is larger than the memory it may use", l->node->operand[0]);
}

/* Appends a row: the fields of a record of the file that are no key, and with --outer behind them
 * the keys, each with its length in front. */
static void put_row(struct lookup *l, struct gf_slice joiner)
{
    static const char padding[sizeof(uint64_t)];
    size_t place = l->rows.len, n = 0;
    struct row head = {0};
    gf_buf_add(&l->rows, &head, sizeof head);
    for (size_t i = 0; i < l->cutter.n; i++) {
        if (gf_lookup_is_key(how(l), i + 1))
            continue;
        gf_buf_add(&l->rows, joiner.data, n++ ? joiner.len : 0);
        gf_buf_add(&l->rows, l->cutter.field[i].data, l->cutter.field[i].len);
    }
    size_t len = l->rows.len - place - sizeof head;
    for (size_t k = 0; l->node->outer && k < how(l)->list.n; k++) {
        struct gf_slice key = gf_cutter_get(&l->cutter, how(l)->list.range[k].lo);
        gf_buf_add(&l->rows, &key.len, sizeof key.len);
        gf_buf_add(&l->rows, key.data, key.len);
    }
    gf_buf_add(&l->rows, padding, (size_t)(-l->rows.len % sizeof padding));
    if (!l->rows.failed)
        row_at(l, place + 1)->len = len;
}

static int add_record(struct gf_stage *s, struct lookup *l, struct gf_slice rec)
{
    struct gf_slice key;
    bool fresh;
    rec.len -= s->stream->set->fields.crlf && gf_slice_ends_in_cr(rec);
    if (gf_cutter_cut(&l->cutter, rec.data, rec.len, SIZE_MAX) != 0 ||
        gf_keyspec_of(&how(l)->keys, &l->file_maker, rec, &key) != 0)
        return gf_fault_nomem(&s->stream->fault);
    if (l->rows.len == 0 && !how(l)->names.n)
        l->others = l->cutter.n > how(l)->list.n ? l->cutter.n - how(l)->list.n : 0;
    struct rows *rows = gf_keytable_put(&l->table, key, gf_keytable_hash(&l->table, key), &fresh);
    if (!rows)
        return too_large(s, l, errno);
    uint64_t place = l->rows.len + 1;
    put_row(l, s->stream->set->joiner);
    if (l->rows.failed)
        return too_large(s, l, l->rows.failed);
    if (rows->last)
        row_at(l, rows->last)->next = place;
    rows->first = rows->first ? rows->first : place;
    rows->last = place;
    return 0;
}

static int load(struct gf_stage *s, struct lookup *l)
{
    struct gf_filein in = how(l)->in, *open = &((struct gf_lookup *)l->node->extra)->in;
    struct gf_slice rec;
    int got = 0;
    if (open->fd == -1) {
        if (gf_filein_open(&in, l->node->operand[0], s->stream) != 0)
            return -1;
        got = gf_filein_pass_header(&in, s->stream);
    } else {
        in.reader.tabular = in.reader.tabular ? &in.table : NULL;
        open->reader = (struct gf_reader){0}; /* it is ours */
        open->fd = -1;
    }
    while (got >= 0 && (got = gf_filein_next(&in, s->stream, &rec)) == 1)
        got = add_record(s, l, rec);
    gf_filein_close(&in);
    return got < 0 ? -1 : 0;
}

/* ---- the stream ------------------------------------------------------------------------------ */

/* The record at hand, and behind it the fields of a row; NULL: empty ones. */
static int emit(struct gf_stage *s, const struct lookup *l, const struct row *row)
{
    struct gf_slice joiner = s->stream->set->joiner, value = l->line.value;
    struct gf_slice text = {row ? row->text : "", row ? row->len : 0};
    size_t joints = row && l->others ? 1 : l->others;
    size_t len = value.len + joints * joiner.len + text.len + l->line.end.len;
    char *to = gf_pad_take(&s->pad, len);
    if (!to)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){to, len};
    to = gf_slice_put(to, value);
    for (size_t i = 0; i < joints; i++)
        to = gf_slice_put(to, joiner);
    gf_slice_put(gf_slice_put(to, text), l->line.end);
    return 0;
}

/* A row whose key no record had: the keys stand in the columns that they have in the stream. */
static int emit_alone(struct gf_stage *s, const struct lookup *l, const struct row *row)
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
    gf_buf_add(&b, joiner.data, l->others ? joiner.len : 0);
    gf_buf_add(&b, row->text, row->len);
    int bad = b.failed ? gf_fault_nomem(&s->stream->fault) : gf_stage_emit_copy(s, b.data, b.len);
    gf_buf_release(&b);
    return bad;
}

/* The row that is next with the record at hand. */
static int emit_next(struct gf_stage *s, struct lookup *l)
{
    const struct row *row = row_at(l, l->next);
    l->next = row->next;
    return emit(s, l, row);
}

static int look_up(struct gf_stage *s, struct lookup *l, struct gf_slice rec)
{
    const struct gf_node *n = l->node;
    struct gf_slice key;
    if (gf_keyspec_of(&n->keys, &l->maker, rec, &key) != 0)
        return gf_fault_nomem(&s->stream->fault);
    struct rows *rows = gf_keytable_get(&l->table, key, gf_keytable_hash(&l->table, key));
    l->line = gf_stage_line(s, rec);
    if (n->anti) {
        if (!rows)
            s->out[s->n++] = rec;
        return 0;
    }
    if (rows) {
        rows->met = 1;
        l->next = rows->first;
        return emit_next(s, l);
    }
    return n->left || n->outer ? emit(s, l, NULL) : 0;
}

/* What the file has left, when the stream has ended. 1; 0: nothing more; -1. */
static int give_left(struct gf_stage *s, struct lookup *l, size_t max)
{
    struct gf_slice key;
    const struct rows *rows;
    while (gf_stage_room(s, max)) {
        if (l->next) {
            const struct row *row = row_at(l, l->next);
            l->next = row->next;
            if (emit_alone(s, l, row) != 0)
                return -1;
            continue;
        }
        rows = gf_keytable_walk(&l->table, &l->walk, &key);
        if (!rows)
            return s->n > 0;
        l->next = rows->met ? 0 : rows->first;
    }
    return 1;
}

/* How many columns the stream has, by its first record. */
static int count_columns(struct gf_stage *s, struct lookup *l, struct gf_slice rec)
{
    struct gf_cutter c;
    gf_cutter_init(&c, &s->stream->set->fields);
    int bad = gf_cutter_cut(&c, rec.data, rec.len, SIZE_MAX);
    l->columns = c.n > l->columns ? c.n : l->columns;
    gf_cutter_release(&c);
    return bad ? gf_fault_nomem(&s->stream->fault) : 0;
}

static int pull_lookup(struct gf_stage *s, size_t max)
{
    struct lookup *l = s->state;
    if (!l->over && !l->next) {
        int got = gf_stage_need(s, l->node->outer ? max : gf_stage_want(s, max));
        if (got < 0)
            return -1;
        l->over = got == 0;
    }
    if (l->over)
        return l->node->outer ? give_left(s, l, max) : 0;
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
    gf_keytable_release(&l->table);
    gf_key_maker_release(&l->maker);
    gf_key_maker_release(&l->file_maker);
    gf_cutter_release(&l->cutter);
    gf_buf_release(&l->rows);
}

static struct gf_stage *open_lookup(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "lookup", sizeof(struct lookup));
    if (!s)
        return NULL;
    struct lookup *l = s->state;
    l->node = n;
    l->rows.max = st->share / 2;
    gf_key_maker_init(&l->maker, &n->keys);
    gf_key_maker_init(&l->file_maker, &how(l)->keys);
    gf_cutter_init(&l->cutter, &st->set->fields);
    for (size_t i = 0; i < n->list.n; i++)
        if ((uint64_t)n->list.range[i].lo > l->columns)
            l->columns = (size_t)n->list.range[i].lo; /* where no record says how many there are */
    if (how(l)->names.n > how(l)->list.n)
        l->others = how(l)->names.n - how(l)->list.n;
    s->pull = pull_lookup;
    s->close = close_lookup;
    if (gf_keytable_open(&l->table, sizeof(struct rows), st->share / 2, st->set->seed) != 0)
        gf_fault_nomem(&st->fault);
    else
        load(s, l);
    return st->fault.status ? gf_stage_drop(s) : s;
}

static const struct gf_opt lookup_opts[] = {
    {GF_OP_LIST, 'f', "fields", "LIST", "keys, here and there: 1=2 user=id (default 1)", NULL, 0},
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
