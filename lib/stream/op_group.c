/*
 * op_group.c - group LIST AGG,...: one record a key, in the order the keys were first seen.
 *
 * A table leads from key to group. Aggregates of constant size live in the group; those that need
 * all values (median, pNN, distinct, join) put each value, behind the number of its group, into a
 * sorter of their own, so that at the end the values of the first group come first, of the second
 * next, and so on. When the table is full, records of other keys are set aside, sorted by key, and
 * grouped one key at a time; their rows are sorted by first place, behind those of the table.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/exit.h"
#include "stream/one_group.h"
#include "stream/op.h"
#include "text/sorter.h"
#include "text/table.h"

static bool is_join(enum gf_aggregate_kind k)
{
    return k == GF_AGG_JOIN;
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
    if (gf_agg_list_read(g, n->operand[1], f) != 0)
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
    if (gf_check_text(n, n->join_word ? n->join_word : ",", "value of --join", f) != 0)
        return -1;
    return gf_check_keys(n, set, f);
}

enum {
    AHEAD = 64,      /* records looked up before the first of them is added */
    TEXT_GUESS = 512 /* bytes that an aggregate may hold outside of its group */
};

/* ---- groups ---------------------------------------------------------------------------------- */

struct group {
    const struct gf_node *node;
    const struct gf_agg_list *spec;
    struct gf_keytable table; /* each key with its struct gf_one_group */
    size_t values;            /* fields that are cut for the aggregates; 0: they need none */
    struct gf_key_maker maker;
    struct gf_cutter cutter;
    struct gf_buf item, row;
    struct gf_held *held; /* one for each aggregate */
    size_t bytes, share;
    bool full, ended;
    bool key_is_label; /* in the table: the key is one field, as it is printed */
    size_t walk;
    struct gf_sorter aside, rows; /* records of keys not in the table; their rows */
    bool has_aside, has_rows;
};

static int hold_value(struct gf_stage *s, size_t i, uint64_t id, struct gf_slice v)
{
    struct group *g = s->state;
    struct gf_held *h = &g->held[i];
    if (!h->open && gf_held_open(h, g->spec->agg[i].kind, &s->stream->set->fields, g->share,
                                 &s->stream->spill) != 0)
        return gf_stage_storage(s);
    return gf_held_add(h, id, v) == 0 ? 0 : gf_stage_storage(s);
}

/* A record into its group; g->cutter has cut it. */
static int add_to_group(struct gf_stage *s, struct gf_one_group *o, struct gf_slice rec)
{
    struct group *g = s->state;
    bool bad = false;
    for (size_t i = 0; i < g->spec->n; i++) {
        const struct gf_agg *a = &g->spec->agg[i];
        if (a->kind == GF_AGG_COUNT) {
            o->agg[i].n++;
            continue;
        }
        struct gf_slice v = a->field ? gf_cutter_get(&g->cutter, a->field) : rec;
        int got = gf_aggregate_add(&o->agg[i], v);
        if (got < 0)
            return gf_fault_nomem(&s->stream->fault);
        if (got == 1 && !bad && gf_stage_bad_or_skipped(s, v, g->node->skip_bad) != 0)
            return -1;
        bad |= got == 1;
        if (got == 0 && gf_aggregate_holds(a->kind) && hold_value(s, i, o->id, v) != 0)
            return -1;
    }
    return 0;
}

static int label_group(struct gf_stage *s, struct gf_one_group *o)
{
    struct group *g = s->state;
    struct gf_slice joiner = s->stream->set->joiner;
    return gf_one_group_label(o, &g->node->list, &g->cutter, joiner) == 0
               ? 0
               : gf_fault_nomem(&s->stream->fault);
}

static int put_aside(struct gf_stage *s, struct group *g, struct gf_slice rec)
{
    if (!g->has_aside && gf_sorter_open(&g->aside, &(struct gf_sorter_conf){
                                                       .keys = &g->node->keys,
                                                       .tag = true,
                                                       .budget = g->share,
                                                       .spill = &s->stream->spill,
                                                       .threads = s->stream->set->threads}) != 0)
        return gf_stage_storage(s);
    g->has_aside = true;
    char head[8];
    for (int i = 0; i < 8; i++)
        head[i] = (char)(s->taken >> (56 - 8 * i));
    gf_buf_clear(&g->item);
    gf_buf_add(&g->item, head, 8);
    if (gf_buf_add(&g->item, rec.data, rec.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    return gf_sorter_add(&g->aside, (struct gf_slice){g->item.data, g->item.len}) == 0
               ? 0
               : gf_stage_storage(s);
}

/* The group of a key that the table does not have: a new one. NULL: the record was set aside, *r is
 * 0, or -1. */
static struct gf_one_group *enter_group(struct gf_stage *s, struct group *g, struct gf_slice rec,
                                        struct gf_slice key, uint64_t hash, int *r)
{
    bool fresh = false;
    *r = -1;
    g->full |= g->bytes > g->share;
    struct gf_one_group *o = g->full ? gf_keytable_get(&g->table, key, hash)
                                     : gf_keytable_put(&g->table, key, hash, &fresh);
    if (!o) {
        g->full = true;
        *r = put_aside(s, g, rec);
        return NULL;
    }
    if (fresh)
        gf_one_group_init(o, g->spec, s->taken);
    if (fresh && !g->key_is_label) {
        if (gf_cutter_cut(&g->cutter, rec.data, rec.len, g->node->list.need) != 0) {
            gf_fault_nomem(&s->stream->fault);
            return NULL;
        }
        if (label_group(s, o) != 0)
            return NULL;
        g->bytes += o->label.cap;
    }
    g->bytes += fresh ? g->spec->n * TEXT_GUESS : 0;
    return o;
}

/* The record taken last, whose key and hash are known; `o` is its group, or NULL: not in the table.
 */
static int group_record(struct gf_stage *s, struct group *g, struct gf_slice rec,
                        struct gf_slice key, uint64_t hash, struct gf_one_group *o)
{
    int r;
    if (!o && !(o = enter_group(s, g, rec, key, hash, &r)))
        return r;
    if (g->values && gf_cutter_cut(&g->cutter, rec.data, rec.len, g->values) != 0)
        return gf_fault_nomem(&s->stream->fault);
    return add_to_group(s, o, rec);
}

/* A few records, whose keys are slices of them: all are looked up before the first is added. */
static int group_batch(struct gf_stage *s, struct group *g)
{
    struct gf_slice key[AHEAD] = {{0}};
    uint64_t hash[AHEAD];
    void *found[AHEAD];
    const struct gf_stage *up = s->up;
    size_t n = up->n - up->used < AHEAD ? up->n - up->used : AHEAD;
    for (size_t i = 0; i < n; i++)
        if (gf_keyspec_of(&g->node->keys, &g->maker, up->out[up->used + i], &key[i]) != 0)
            return gf_fault_nomem(&s->stream->fault);
    gf_keytable_look(&g->table, key, n, hash, found);
    for (size_t i = 0; i < n; i++)
        if (group_record(s, g, gf_stage_take(s), key[i], hash[i], found[i]) != 0)
            return -1;
    return 0;
}

static int group_one(struct gf_stage *s, struct group *g)
{
    struct gf_slice rec = gf_stage_take(s), key;
    if (gf_keyspec_of(&g->node->keys, &g->maker, rec, &key) != 0)
        return gf_fault_nomem(&s->stream->fault);
    return group_record(s, g, rec, key, gf_keytable_hash(&g->table, key), NULL);
}

/* ---- the end: rows of what was set aside ----------------------------------------------------- */

static int make_row(struct gf_stage *s, const struct gf_one_group *o, struct gf_slice label)
{
    struct group *g = s->state;
    return gf_one_group_row(o, g->spec, label, &g->row) == 0 ? 0
                                                             : gf_fault_nomem(&s->stream->fault);
}

/* One group of those set aside is complete. */
static int end_aside_group(struct gf_stage *s, struct gf_one_group *o)
{
    struct group *g = s->state;
    if (!o)
        return 0;
    if (make_row(s, o, (struct gf_slice){o->label.data, o->label.len}) != 0)
        return -1;
    return gf_sorter_add(&g->rows, (struct gf_slice){g->row.data, g->row.len}) == 0
               ? 0
               : gf_stage_storage(s);
}

/* Ends the group at hand, if there is one, and begins that of `key`. */
static int next_aside_group(struct gf_stage *s, struct group *g, struct gf_one_group *o,
                            struct gf_buf *last, struct gf_slice key)
{
    if (end_aside_group(s, o->id ? o : NULL) != 0)
        return -1;
    gf_one_group_clear(o, g->spec);
    gf_one_group_init(o, g->spec, s->taken);
    gf_buf_clear(last);
    return gf_buf_add(last, key.data, key.len) == 0 ? label_group(s, o) : -1;
}

static int walk_aside(struct gf_stage *s, struct group *g)
{
    struct gf_buf last = {0};
    struct gf_one_group *o = calloc(1, gf_one_group_size(g->spec));
    struct gf_slice item, key = {0};
    uint64_t all = s->taken;
    int got = -1, r = -1;
    while (o && (got = gf_sorter_next(&g->aside, &item)) == 1) {
        struct gf_slice rec = {item.data + 8, item.len - 8};
        s->taken = gf_key_prefix(item.data, 8, 0); /* what an error names */
        if (gf_keyspec_of(&g->node->keys, &g->maker, rec, &key) != 0 ||
            gf_cutter_cut(&g->cutter, rec.data, rec.len, g->spec->need) != 0)
            goto out;
        if ((!o->id || gf_slice_compare(key, (struct gf_slice){last.data, last.len}) != 0) &&
            next_aside_group(s, g, o, &last, key) != 0)
            goto out;
        if (add_to_group(s, o, rec) != 0)
            goto out;
    }
    if (got == 0 && end_aside_group(s, o->id ? o : NULL) == 0)
        r = 0;
    s->taken = all;
out:
    if (o)
        gf_one_group_clear(o, g->spec);
    free(o);
    gf_buf_release(&last);
    return r == 0 ? 0 : gf_stage_storage(s);
}

static int end_group(struct gf_stage *s, struct group *g)
{
    g->ended = true;
    if (g->has_aside) {
        if (gf_sorter_end(&g->aside) != 0 ||
            gf_sorter_open(&g->rows, &(struct gf_sorter_conf){.tag = true,
                                                              .budget = g->share,
                                                              .spill = &s->stream->spill,
                                                              .threads = 1}) != 0)
            return gf_stage_storage(s);
        g->has_rows = true;
        if (walk_aside(s, g) != 0)
            return -1;
        if (gf_sorter_end(&g->rows) != 0)
            return gf_stage_storage(s);
    }
    for (size_t i = 0; i < g->spec->n; i++)
        if (gf_held_end(&g->held[i]) != 0)
            return gf_stage_storage(s);
    return 0;
}

/* ---- giving ---------------------------------------------------------------------------------- */

static int give_row(struct gf_stage *s, struct gf_slice row)
{
    struct group *g = s->state;
    struct gf_slice between = {g->node->text.data, g->node->text.len};
    if (gf_one_group_record(row, g->spec, g->held, between, s->stream->set->joiner, &g->item) != 0)
        return gf_stage_storage(s);
    if (g->item.failed)
        return gf_fault_nomem(&s->stream->fault);
    return gf_stage_emit_copy(s, g->item.data, g->item.len);
}

/* The next row: of the table, then of those set aside. 1, 0, -1. */
static int next_row(struct gf_stage *s, struct group *g, struct gf_slice *row)
{
    struct gf_slice key;
    struct gf_one_group *o = gf_keytable_walk(&g->table, &g->walk, &key);
    if (!o) {
        int got = g->has_rows ? gf_sorter_next(&g->rows, row) : 0;
        return got < 0 ? gf_stage_storage(s) : got;
    }
    struct gf_slice label = {o->label.data, o->label.len};
    if (make_row(s, o, g->key_is_label ? key : label) != 0)
        return -1;
    gf_one_group_clear(o, g->spec);
    *row = (struct gf_slice){g->row.data, g->row.len};
    return 1;
}

static int pull_group(struct gf_stage *s, size_t max)
{
    struct group *g = s->state;
    int got;
    while (!g->ended) {
        got = gf_stage_need(s, GF_BATCH);
        if (got < 0 || (got == 0 && end_group(s, g) != 0))
            return -1;
        while (got == 1 && gf_stage_has(s))
            if ((g->node->keys.plain ? group_batch : group_one)(s, g) != 0)
                return -1;
    }
    while (s->n < max) {
        struct gf_slice row;
        got = next_row(s, g, &row);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        if (give_row(s, row) != 0)
            return -1;
    }
    return s->n ? 1 : 0;
}

static void close_group(struct gf_stage *s)
{
    struct group *g = s->state;
    struct gf_slice key;
    struct gf_one_group *o;
    for (size_t at = 0; g->table.base && (o = gf_keytable_walk(&g->table, &at, &key));)
        gf_one_group_clear(o, g->spec);
    gf_keytable_release(&g->table);
    gf_key_maker_release(&g->maker);
    gf_cutter_release(&g->cutter);
    gf_buf_release(&g->item);
    gf_buf_release(&g->row);
    for (size_t i = 0; g->held && i < g->spec->n; i++)
        gf_held_release(&g->held[i]);
    free(g->held);
    gf_sorter_release(&g->aside);
    gf_sorter_release(&g->rows);
}

static struct gf_stage *open_group(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "group", sizeof(struct group));
    if (!s)
        return NULL;
    struct group *g = s->state;
    size_t holders = 3;
    g->node = n;
    g->spec = n->extra;
    for (size_t i = 0; i < g->spec->n; i++)
        holders += gf_aggregate_holds(g->spec->agg[i].kind);
    for (size_t i = 0; i < g->spec->n; i++)
        g->values = g->spec->agg[i].field ? g->spec->need : g->values;
    g->share = st->share / holders;
    g->key_is_label = n->keys.plain && gf_field_list_single(&n->list);
    gf_key_maker_init(&g->maker, &n->keys);
    gf_cutter_init(&g->cutter, &st->set->fields);
    s->pull = pull_group;
    s->close = close_group;
    g->held = calloc(g->spec->n, sizeof *g->held);
    if (g->held &&
        gf_keytable_open(&g->table, gf_one_group_size(g->spec), g->share, st->set->seed) == 0)
        return s;
    return gf_stage_nomem(s);
}

static const struct gf_opt group_opts[] = {
    {GF_OP_JOIN, 0, "join", "SEP", "text between the values of join:F (default ,)", NULL, 0},
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "skip values that are no number", NULL, 0},
    {0},
};
static const struct gf_cli group_cli =
    GF_OP_CLI("group", "print a record for each key: counts, sums, percentiles",
              "[--skip-bad] [--join SEP] LIST AGG,...", group_opts, gf_op_number_exits,
              "gf-stream --from access.log group 1 count,first:4");
const struct gf_op gf_op_group = {&group_cli, 2, false, true, false, check_group, open_group};
