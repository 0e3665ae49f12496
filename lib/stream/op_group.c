/*
 * op_group.c - group LIST AGG,...: one record a key, in the order the keys were first seen.
 *
 * Aggregates of constant size live in the group (group.h); those that need all values (median, pNN,
 * distinct, join) put each value, behind the number of its group, into a sorter of their own, so
 * that at the end the values of the first group come first, of the second next, and so on.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/num.h"
#include "stream/group.h"

enum {
    RECORD = 4 << 20 /* that a record may take beside its part of the budget */
};

static bool is_join(enum gf_aggregate_kind k)
{
    return k == GF_AGG_JOIN;
}

static bool only_counts(const struct gf_agg_list *g)
{
    bool only = true;
    for (size_t i = 0; i < g->n; i++)
        only &= g->agg[i].kind == GF_AGG_COUNT;
    return only;
}

static bool only_sums(const struct gf_agg_list *g)
{
    bool only = true;
    for (size_t i = 0; i < g->n; i++)
        only &= g->agg[i].kind == GF_AGG_COUNT || g->agg[i].kind == GF_AGG_SUM ||
                g->agg[i].kind == GF_AGG_MEAN;
    return only;
}

static bool any_of(const struct gf_agg_list *g, bool (*is)(enum gf_aggregate_kind))
{
    bool any = false;
    for (size_t i = 0; i < g->n; i++)
        any |= is(g->agg[i].kind);
    return any;
}

static int check_group(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_agg_list *g = n->extra = calloc(1, sizeof *g);
    if (!g)
        return gf_fault_nomem(f);
    if (gf_check_list(n, n->operand[0], f) != 0)
        return -1;
    if (gf_keyspec_add_list(&n->keys, &n->list) != 0)
        return gf_fault_nomem(f);
    g->need = n->list.need;
    if (gf_agg_list_read(g, n->names, n->operand[1], f) != 0)
        return -1;
    if (n->join_word && !any_of(g, is_join)) {
        gf_fault_hint(f, "leave --join out");
        return gf_fault_set(f, GF_EXIT_USAGE, "group: --join is about join:F, and '%s' has none",
                            n->operand[1]);
    }
    if (n->skip_bad && !any_of(g, gf_aggregate_counts)) {
        gf_fault_hint(f, "leave --skip-bad out");
        return gf_fault_set(f, GF_EXIT_USAGE,
                            "group: --skip-bad is about numbers, and '%s' has none", n->operand[1]);
    }
    if (n->fill_word && !gf_field_list_single(&n->list))
        return gf_fault_set(f, GF_EXIT_USAGE, "group: --fill goes with one field, a time, not '%s'",
                            n->operand[0]);
    if (n->fill_word &&
        (gf_timed_bucket(n, n->fill_word, f) != 0 || gf_timed_check(n, set, f) != 0))
        return -1;
    if (gf_check_text(n, n->join_word ? n->join_word : ",", "value of --join", f) != 0)
        return -1;
    return gf_check_keys(n, set, f);
}

/* The columns of the key, then SUM of a column called bytes as bytes_sum, a count as count. */
static int columns_of_group(const struct gf_node *n, struct gf_names *out)
{
    const struct gf_agg_list *g = n->extra;
    int bad = gf_columns_listed(n->names, &n->list, out);
    for (size_t i = 0; i < g->n && !bad; i++)
        bad = gf_agg_column(&g->agg[i], n->names, out);
    return bad;
}

/* ---- giving ---------------------------------------------------------------------------------- */

/* A record was not made: errno says why. */
static int no_record(struct gf_stage *s, struct gf_slice label)
{
    if (errno != EOVERFLOW)
        return gf_stage_storage(s);
    gf_fault_hint(&s->stream->fault, "--memory sets the budget");
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "group: the record of '%.*s' is larger than the memory it may use",
                        (int)(label.len < 60 ? label.len : 60), label.data);
}

/* The record that was made. 1; 0: it is the last of its batch, too long to copy; -1. */
static int give_item(struct gf_stage *s, struct gf_buf *item)
{
    const struct gf_group *g = s->state;
    if (gf_buf_add(item, g->end.data, g->end.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    if (item->len < GF_BATCH_BYTES)
        return gf_stage_emit_copy(s, item->data, item->len) == 0 ? 1 : -1;
    s->out[s->n++] = (struct gf_slice){item->data, item->len};
    return 0;
}

static int give_row(struct gf_stage *s, struct gf_slice row)
{
    struct gf_group *g = s->state;
    struct gf_slice between = {g->node->text.data, g->node->text.len};
    if (gf_one_group_record(row, g->spec, g->held, between, s->stream->set->joiner, &g->item) != 0)
        return no_record(s, gf_one_group_row_label(row));
    return give_item(s, &g->item);
}

/* A group all of whose results are in it. */
static int give_whole(struct gf_stage *s, const struct gf_one_group *o, struct gf_slice label)
{
    struct gf_group *g = s->state;
    struct gf_slice joiner = s->stream->set->joiner;
    gf_buf_clear(&g->item);
    int r = gf_buf_add(&g->item, label.data, label.len);
    for (size_t i = 0; i < g->spec->n && r == 0; i++) {
        r = gf_buf_add(&g->item, joiner.data, joiner.len);
        r = r == 0 ? gf_aggregate_result(&o->agg[i], &g->item) : r;
    }
    return r == 0 ? give_item(s, &g->item) : no_record(s, label);
}

static int give_group(struct gf_stage *s, struct gf_one_group *o, struct gf_slice label)
{
    struct gf_group *g = s->state;
    int got = g->holds ? gf_group_row(s, o, label) : give_whole(s, o, label);
    if (g->holds && got == 0)
        got = give_row(s, (struct gf_slice){g->row.data, g->row.len});
    gf_one_group_clear(o, g->spec);
    return got;
}

/* A group of which the table has the count alone: made where it stays, unless that is too long. */
static int give_counted(struct gf_stage *s, uint64_t count, struct gf_slice key)
{
    struct gf_group *g = s->state;
    char text[GF_UINT_SIZE];
    struct gf_slice number = {text, gf_format_uint(count, text)}, joiner = s->stream->set->joiner;
    size_t len = key.len + g->spec->n * (joiner.len + number.len) + g->end.len;
    bool copied = len < GF_BATCH_BYTES;
    gf_buf_clear(&g->item);
    char *p = copied ? gf_pad_take(&s->pad, len) : NULL;
    if (copied && !p)
        return gf_fault_nomem(&s->stream->fault);
    if (!copied && gf_buf_reserve(&g->item, len) != 0)
        return no_record(s, key);
    p = copied ? p : g->item.data;
    s->out[s->n++] = (struct gf_slice){p, len};
    p = gf_slice_put(p, key);
    for (size_t i = 0; i < g->spec->n; i++)
        p = gf_slice_put(gf_slice_put(p, joiner), number);
    gf_slice_put(p, g->end);
    return copied;
}

/* Finds the next group: of the table, then of those set aside. 1; 0: there is none; -1. */
static int find_next(struct gf_stage *s, struct gf_group *g)
{
    struct gf_group_next *next = &g->next;
    next->data = gf_keytable_walk(&g->table, &g->walk, &next->label);
    int got = next->data ? 1 : g->has_rows ? gf_sorter_next(&g->rows, &next->row) : 0;
    if (got < 0)
        return gf_stage_storage(s);
    if (got && !next->data)
        next->label = gf_one_group_row_label(next->row);
    else if (got && !g->key_is_label)
        next->label = gf_one_group_label_of(next->data);
    next->there = got == 1;
    return got;
}

/* A bucket in which no record was: counts and sums are 0, what else there is is empty. */
static int give_gap(struct gf_stage *s, struct gf_group *g, struct gf_slice label)
{
    struct gf_slice joiner = s->stream->set->joiner;
    gf_buf_clear(&g->item);
    gf_buf_add(&g->item, label.data, label.len);
    for (size_t i = 0; i < g->spec->n; i++) {
        enum gf_aggregate_kind k = g->spec->agg[i].kind;
        bool zero = k == GF_AGG_COUNT || k == GF_AGG_SUM || k == GF_AGG_DISTINCT;
        gf_buf_add(&g->item, joiner.data, joiner.len);
        gf_buf_add(&g->item, "0", zero);
    }
    return g->item.failed ? gf_fault_nomem(&s->stream->fault) : give_item(s, &g->item);
}

/* 1; 0: the batch ends; -1. */
static int give_next(struct gf_stage *s, struct gf_group *g)
{
    struct gf_group_next *next = &g->next;
    struct gf_slice gap;
    int got = next->there ? 1 : find_next(s, g);
    if (got != 1)
        return got;
    if (g->node->fill_word && (got = gf_gaps_next(s, &g->gaps, next->label, &gap)) != 0)
        return got == 1 ? give_gap(s, g, gap) : -1;
    next->there = false;
    if (!next->data)
        return give_row(s, next->row);
    return g->counts ? give_counted(s, *(const uint64_t *)next->data, next->label)
                     : give_group(s, next->data, next->label);
}

static int pull_group(struct gf_stage *s, size_t max)
{
    struct gf_group *g = s->state;
    int got = 1;
    if (!g->ended && gf_group_read(s, g) != 0)
        return -1;
    while (gf_stage_room(s, max) && got == 1)
        got = give_next(s, g);
    return got < 0 ? -1 : s->n > 0;
}

static void close_group(struct gf_stage *s)
{
    struct gf_group *g = s->state;
    struct gf_slice key;
    struct gf_one_group *o;
    while (g->table.base && !g->counts && (o = gf_keytable_walk(&g->table, &g->walk, &key)))
        gf_one_group_clear(o, g->spec);
    gf_keytable_release(&g->table);
    gf_key_maker_release(&g->maker);
    gf_cutter_release(&g->cutter);
    gf_buf_release(&g->item);
    gf_buf_release(&g->row);
    gf_gaps_release(&g->gaps);
    for (size_t i = 0; g->held && i < g->spec->n; i++)
        gf_held_release(&g->held[i]);
    free(g->held);
    gf_sorter_release(&g->aside);
    gf_sorter_release(&g->rows);
}

/* How many share the budget: the table, the rows of what is aside, and that itself, then a record;
 * the texts and sums of the table's groups; values that are held. */
static size_t holders_of(const struct gf_group *g)
{
    bool texts = !g->key_is_label;
    size_t n = 3;
    for (size_t i = 0; i < g->spec->n; i++) {
        enum gf_aggregate_kind k = g->spec->agg[i].kind;
        n += gf_aggregate_holds(k) || gf_aggregate_replaces(k);
        texts |= k != GF_AGG_COUNT && !gf_aggregate_holds(k);
    }
    return n + texts;
}

/* The field that is the key, counted from the front; 0: the key is another. */
static size_t key_field(const struct gf_node *n)
{
    const struct gf_key *key = &n->keys.key[0];
    bool plain = n->keys.plain && key->range.lo > 0 && !key->order.skip_start;
    return plain && !n->keys.sep.splitter ? (size_t)key->range.lo : 0;
}

/* The field that all aggregates with one are of, counted from the front, where the key is such a
 * field too; 0: there is none. */
static size_t one_value(const struct gf_node *n)
{
    const struct gf_agg_list *spec = n->extra;
    int64_t field = 0;
    if (!key_field(n))
        return 0;
    for (size_t i = 0; i < spec->n; i++) {
        const struct gf_agg *a = &spec->agg[i];
        if (a->kind == GF_AGG_COUNT)
            continue;
        if (a->field <= 0 || (field && a->field != field))
            return 0;
        field = a->field;
    }
    return (size_t)field;
}

bool gf_group_preparer(const struct gf_node *n, uint64_t seed, struct gf_preparer *out)
{
    *out = (struct gf_preparer){
        .sep = &n->keys.sep, .key = key_field(n), .value = one_value(n), .seed = seed};
    return out->key > 0;
}

static struct gf_stage *open_group(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "group", sizeof(struct gf_group));
    if (!s)
        return NULL;
    struct gf_group *g = s->state;
    g->node = n;
    g->spec = n->extra;
    for (size_t i = 0; i < g->spec->n; i++)
        g->holds |= gf_aggregate_holds(g->spec->agg[i].kind);
    for (size_t i = 0; i < g->spec->n; i++)
        g->values = g->spec->agg[i].field ? g->spec->need : g->values;
    g->value = one_value(n);
    g->key_is_label = n->keys.plain && gf_field_list_single(&n->list);
    g->sums = only_sums(g->spec);
    g->counts = g->key_is_label && only_counts(g->spec);
    g->share = st->share / holders_of(g);
    g->item.max = g->share + RECORD;
    gf_key_maker_init(&g->maker, &n->keys);
    gf_cutter_init(&g->cutter, &st->set->fields);
    s->pull = pull_group;
    s->close = close_group;
    g->held = calloc(g->spec->n, sizeof *g->held);
    size_t extra = g->counts ? sizeof(uint64_t) : gf_one_group_size(g->spec);
    if (!g->held || gf_keytable_open(&g->table, extra, g->share, st->set->seed) != 0)
        return gf_stage_nomem(s);
    if (n->fill_word && gf_gaps_open(&g->gaps, n, st) != 0)
        return gf_stage_drop(s);
    if (st->set->threads > 1)
        gf_keytable_make_ahead(&g->table);
    return s;
}

static const struct gf_opt group_opts[] = {
    {GF_OP_JOIN, 0, "join", "SEP", "text between the values of join:F (default ,)", NULL, 0},
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "skip values that are no number", NULL, 0},
    {GF_OP_FILL, 0, "fill", "DUR", "a record also for each bucket of DUR without one", NULL, 0},
    {GF_OP_ZONE, 0, "zone", "ZONE", "with --fill: that of bucket (default UTC)", "@zone", 0},
    {0},
};
static const struct gf_opt_rule group_rules[] = {
    {GF_OPT_NEEDS, "--zone", "--fill", "no time is counted on"},
    {0},
};
static const struct gf_cli group_cli = GF_OP_CLI_COLUMNS(
    group_rules, NULL, "group", "print a record for each key: counts, sums, percentiles",
    "[--skip-bad] [--join SEP] [--fill DUR] LIST AGG,...", group_opts, gf_op_number_exits,
    "gf-stream --from access.log group 1 count,first:4");
const struct gf_op gf_op_group = {&group_cli, 2,           false,      true,
                                  false,      check_group, open_group, columns_of_group};
