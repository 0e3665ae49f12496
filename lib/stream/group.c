/*
 * group.c - each record into the group of its key.
 *
 * Where the key is a slice of the record, the keys of a batch are looked up at once, before the
 * first of its records is added, and with the key the value is found where one field of the record
 * is all that its aggregates need. Records of keys that the table has no room for go into a sorter,
 * and at the end every run of equal keys there is one group more.
 */
#include "stream/group.h"

#include <errno.h>
#include <stdlib.h>

enum {
    AHEAD = 64,       /* records looked up before the first of them is added */
    SLOT_AHEAD = 64,  /* where hashes are known, slots are fetched for a record so far behind ... */
    GROUP_AHEAD = 32, /* ... and what is in them */
    LABEL_ROOM = 32   /* what a label takes beyond its bytes, about */
};

static int hold_value(struct gf_stage *s, size_t i, uint64_t id, struct gf_slice v)
{
    struct gf_group *g = s->state;
    struct gf_held *h = &g->held[i];
    if (!h->open && gf_held_open(h, g->spec->agg[i].kind, &s->stream->set->fields, g->share,
                                 &s->stream->spill) != 0)
        return gf_stage_storage(s);
    return gf_held_add(h, id, v) == 0 ? 0 : gf_stage_storage(s);
}

/* Whether the text of an aggregate would outgrow the share by this value, or has: what follows a
 * value that is kept for later is kept too. */
static bool outgrows(const struct gf_group *g, const struct gf_aggregate *a, struct gf_slice v)
{
    if (g->ended)
        return false;
    size_t room = a->kept ? a->kept->text.cap : 0;
    return gf_aggregate_later(a) || (v.len >= room && g->bytes + v.len > g->share);
}

/* A value of a text that is to be added at the end. As gf_aggregate_add, with the fault set. */
static int add_later(struct gf_stage *s, struct gf_one_group *o, size_t i, struct gf_slice v)
{
    struct gf_group *g = s->state;
    struct gf_aggregate *a = &o->agg[i];
    struct gf_number number;
    if (gf_aggregate_counts(a->kind) && !gf_number_all(v, &number))
        return 1;
    if (gf_aggregate_add_later(a) != 0)
        return gf_fault_nomem(&s->stream->fault);
    g->holds = true;
    return hold_value(s, i, o->id, v);
}

/* As gf_aggregate_add, with the fault set at -1. */
static inline int add_value(struct gf_stage *s, struct gf_one_group *o, size_t i, struct gf_slice v)
{
    struct gf_group *g = s->state;
    struct gf_aggregate *a = &o->agg[i];
    bool replaces = gf_aggregate_replaces(a->kind);
    if (replaces && outgrows(g, a, v))
        return add_later(s, o, i, v);
    if (v.len > g->share && (replaces || a->kind == GF_AGG_FIRST)) {
        errno = EMSGSIZE;
        return gf_stage_storage(s);
    }
    size_t before = gf_aggregate_bytes(a);
    int got = gf_aggregate_add(a, v);
    g->bytes += gf_aggregate_bytes(a) - before;
    if (got < 0)
        return gf_fault_nomem(&s->stream->fault);
    return got == 0 && gf_aggregate_holds(a->kind) ? hold_value(s, i, o->id, v) : got;
}

/* A record into its group; `value` is of the field g->value, or NULL: g->cutter has cut it.
 * `number` is that value, or NULL: it is not known yet. */
static int add_to_group(struct gf_stage *s, struct gf_one_group *o, struct gf_slice rec,
                        const struct gf_slice *value, const int64_t *number)
{
    struct gf_group *g = s->state;
    bool bad = false;
    for (size_t i = 0; i < g->spec->n; i++) {
        const struct gf_agg *a = &g->spec->agg[i];
        if (a->kind == GF_AGG_COUNT) {
            o->agg[i].n++;
            continue;
        }
        struct gf_slice v = value      ? *value
                            : a->field ? gf_cutter_get(&g->cutter, a->field)
                                       : gf_stage_line(s, rec).value;
        if (number ? gf_aggregate_add_whole(&o->agg[i], *number)
                   : gf_aggregate_add_short(&o->agg[i], v))
            continue;
        int got = add_value(s, o, i, v);
        if (got < 0)
            return -1;
        if (got == 1 && !bad &&
            gf_stage_bad_or_skipped(s, v, g->spec->agg[i].column, g->node->skip_bad) != 0)
            return -1;
        bad |= got == 1;
    }
    return 0;
}

static int label_group(struct gf_stage *s, struct gf_one_group *o)
{
    struct gf_group *g = s->state;
    struct gf_slice joiner = s->stream->set->joiner;
    return gf_one_group_label(o, &g->node->list, &g->cutter, joiner) == 0
               ? 0
               : gf_fault_nomem(&s->stream->fault);
}

static int put_aside(struct gf_stage *s, struct gf_group *g, struct gf_slice rec)
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
    if (gf_buf_add(&g->item, rec.data, rec.len) != 0) {
        errno = errno == EOVERFLOW ? EMSGSIZE : errno;
        return gf_stage_storage(s);
    }
    return gf_sorter_add(&g->aside, (struct gf_slice){g->item.data, g->item.len}) == 0
               ? 0
               : gf_stage_storage(s);
}

/* The group of a key that the table does not have, a new one. NULL: the record was set aside, and
 * *r is 0; or *r is -1. */
static void *enter_group(struct gf_stage *s, struct gf_group *g, struct gf_slice rec,
                         struct gf_slice key, uint64_t hash, int *r)
{
    bool fresh = false;
    *r = -1;
    g->full |= g->bytes > g->share;
    void *data = g->full ? gf_keytable_get(&g->table, key, hash)
                         : gf_keytable_put(&g->table, key, hash, &fresh);
    if (!data) {
        g->full = true;
        *r = put_aside(s, g, rec);
        return NULL;
    }
    if (g->counts)
        return data;
    struct gf_one_group *o = data;
    if (fresh)
        gf_one_group_init(o, g->spec, s->taken);
    if (fresh && !g->key_is_label) {
        if (gf_cutter_cut(&g->cutter, rec.data, rec.len, g->node->list.need) != 0) {
            gf_stage_uncut(s);
            return NULL;
        }
        if (label_group(s, o) != 0)
            return NULL;
        g->bytes += gf_one_group_label_of(o).len + LABEL_ROOM;
    }
    return o;
}

/* The record taken last, whose key and hash are known; `o` is its group, or NULL; `value` and
 * `number` are as with add_to_group. */
static int group_record(struct gf_stage *s, struct gf_group *g, struct gf_slice rec,
                        struct gf_slice key, uint64_t hash, void *o, const struct gf_slice *value,
                        const int64_t *number)
{
    int r;
    if (!o && !(o = enter_group(s, g, rec, key, hash, &r)))
        return r;
    if (g->counts) {
        ++*(uint64_t *)o;
        return 0;
    }
    if (!value && g->values && gf_cutter_cut(&g->cutter, rec.data, rec.len, g->values) != 0)
        return gf_stage_uncut(s);
    return add_to_group(s, o, rec, value, number);
}

/* A whole number into a group of which sums and counts alone are asked. False, and nothing is
 * added: one of the sums needs more than an addition. */
static inline bool add_short(const struct gf_group *g, struct gf_one_group *o, int64_t number)
{
    int64_t all;
    for (size_t i = 0; i < g->spec->n; i++)
        if (o->agg[i].kind != GF_AGG_COUNT &&
            (o->agg[i].sum || __builtin_add_overflow(o->agg[i].whole, number, &all)))
            return false;
    for (size_t i = 0; i < g->spec->n; i++) {
        o->agg[i].n++;
        o->agg[i].whole += o->agg[i].kind != GF_AGG_COUNT ? number : 0;
    }
    return true;
}

/* Records in which a crew has found what is needed: of those behind it, known too, slots and groups
 * are fetched in time. */
static int group_prepared(struct gf_stage *s, struct gf_group *g)
{
    const struct gf_stage *up = s->up;
    const struct gf_prepared *p = up->prepared + up->used, *end = up->prepared_end;
    for (; gf_stage_has(s); p++) {
        if (end - p > SLOT_AHEAD)
            gf_keytable_fetch_slot(&g->table, p[SLOT_AHEAD].hash);
        if (end - p > GROUP_AHEAD)
            gf_keytable_fetch_entry(&g->table, p[GROUP_AHEAD].hash, p[GROUP_AHEAD].key_len);
        struct gf_slice rec = gf_stage_take(s), key = {rec.data + p->key_at, p->key_len};
        struct gf_slice value = {rec.data + p->value_at, p->value_len};
        void *found = gf_keytable_get(&g->table, key, p->hash);
        if (g->counts && found)
            ++*(uint64_t *)found;
        else if (!(found && g->sums && p->is_short && add_short(g, found, p->number)) &&
                 group_record(s, g, rec, key, p->hash, found, g->value ? &value : NULL,
                              p->is_short ? &p->number : NULL) != 0)
            return -1;
    }
    return 0;
}

/* A few records, whose keys are slices of them: all are looked up before the first is added. */
static int group_batch(struct gf_stage *s, struct gf_group *g)
{
    struct gf_slice key[AHEAD], value[AHEAD];
    const struct gf_keyspec *keys = &g->node->keys;
    uint64_t hash[AHEAD];
    void *found[AHEAD];
    const struct gf_stage *up = s->up;
    size_t n = up->n - up->used < AHEAD ? up->n - up->used : AHEAD;
    if (g->value)
        gf_field_pairs_at(&keys->sep, up->out + up->used, n, (size_t)keys->key[0].range.lo,
                          g->value, key, value);
    else if (gf_keyspec_slices(keys, &g->maker, up->out + up->used, n, key) != 0)
        return gf_stage_uncut(s);
    gf_keytable_look(&g->table, key, n, hash, found);
    for (size_t i = 0; i < n; i++) {
        struct gf_slice rec = gf_stage_take(s);
        if (g->counts && found[i])
            ++*(uint64_t *)found[i];
        else if (group_record(s, g, rec, key[i], hash[i], found[i], g->value ? &value[i] : NULL,
                              NULL) != 0)
            return -1;
    }
    return 0;
}

static int group_one(struct gf_stage *s, struct gf_group *g)
{
    struct gf_slice rec = gf_stage_take(s), key;
    if (gf_keyspec_of(&g->node->keys, &g->maker, rec, &key) != 0)
        return gf_stage_uncut(s);
    return group_record(s, g, rec, key, gf_keytable_hash(&g->table, key), NULL, NULL, NULL);
}

/* ---- the end: rows of what was set aside ----------------------------------------------------- */

int gf_group_row(struct gf_stage *s, const struct gf_one_group *o, struct gf_slice label)
{
    struct gf_group *g = s->state;
    return gf_one_group_row(o, g->spec, label, &g->row) == 0 ? 0
                                                             : gf_fault_nomem(&s->stream->fault);
}

/* One group of those set aside is complete. */
static int end_aside_group(struct gf_stage *s, struct gf_one_group *o)
{
    struct gf_group *g = s->state;
    if (!o)
        return 0;
    if (gf_group_row(s, o, gf_one_group_label_of(o)) != 0)
        return -1;
    return gf_sorter_add(&g->rows, (struct gf_slice){g->row.data, g->row.len}) == 0
               ? 0
               : gf_stage_storage(s);
}

/* Ends the group at hand, if there is one, and begins that of `key`. */
static int next_aside_group(struct gf_stage *s, struct gf_group *g, struct gf_one_group *o,
                            struct gf_buf *last, struct gf_slice key)
{
    if (end_aside_group(s, o->id ? o : NULL) != 0)
        return -1;
    gf_one_group_clear(o, g->spec);
    gf_one_group_init(o, g->spec, s->taken);
    gf_buf_clear(last);
    return gf_buf_add(last, key.data, key.len) == 0 ? label_group(s, o) : -1;
}

static int walk_aside(struct gf_stage *s, struct gf_group *g)
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
        if (add_to_group(s, o, rec, NULL, NULL) != 0)
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

static int end_group(struct gf_stage *s, struct gf_group *g)
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
        gf_sorter_release(&g->aside);
        if (gf_sorter_end(&g->rows) != 0)
            return gf_stage_storage(s);
    }
    for (size_t i = 0; i < g->spec->n; i++)
        if (gf_held_end(&g->held[i]) != 0)
            return gf_stage_storage(s);
    return 0;
}

int gf_group_read(struct gf_stage *s, struct gf_group *g)
{
    while (!g->ended) {
        int got = gf_stage_need(s, GF_BATCH);
        if (got < 0 || (got == 0 && end_group(s, g) != 0))
            return -1;
        if (got == 1 && s->taken == 0)
            g->end = (struct gf_slice){"\r", gf_stage_line(s, s->up->out[s->up->used]).end.len};
        while (got == 1 && gf_stage_has(s))
            if ((s->up->prepared       ? group_prepared
                 : g->node->keys.plain ? group_batch
                                       : group_one)(s, g) != 0)
                return -1;
    }
    return 0;
}
