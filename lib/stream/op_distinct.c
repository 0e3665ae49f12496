/*
 * op_distinct.c - distinct, over the whole stream.
 *
 * distinct keeps what it has seen in a table and gives records as they come. When the table is
 * full, records whose keys are not in it are put aside (aside.h). All keys of the table came before
 * any that was put aside, so the order of the input holds. What can only be said at the end
 * (--last, --only-dup, --only-unique, counts by key) goes that way from the start; plain counts use
 * the table.
 */
#include <errno.h>

#include "stream/aside.h"
#include "text/table.h"

enum {
    AHEAD = 64 /* records hashed before the first of them is looked up */
};

struct distinct {
    const struct gf_keyspec *keys;
    struct gf_choice choice;
    struct gf_keytable table;
    bool full, at_end; /* at_end: nothing can be given before the end */
    bool table_counts; /* counts of whole records, kept in the table */
    bool ended;
    size_t walk;
    struct gf_key_maker maker;
    struct gf_aside aside;
};

/* One record whose key and hash are known. 1: give it now. */
static int meet(struct gf_stage *s, struct distinct *d, struct gf_slice rec, struct gf_slice key,
                uint64_t hash)
{
    bool fresh;
    uint64_t *count = d->full ? gf_keytable_get(&d->table, key, hash)
                              : gf_keytable_put(&d->table, key, hash, &fresh);
    if (!count && !d->full) {
        if (errno != ENOSPC)
            return gf_fault_nomem(&s->stream->fault);
        d->full = true;
    }
    if (!count)
        return gf_aside_add(s, &d->aside, d->keys, s->taken, rec);
    if (d->table.extra == 0)
        return !d->full && fresh;
    if (++*count > d->choice.max || d->table_counts)
        return 0;
    /* Others may have been set aside before it: it has to wait for them. */
    return d->full ? gf_aside_give_later(s, &d->aside, s->taken, rec) : 1;
}

/* A few records at a time: all are looked up before the first that is new enters the table. */
static int pull_fresh(struct gf_stage *s, struct distinct *d, size_t max)
{
    uint64_t hash[AHEAD];
    void *found[AHEAD];
    size_t room = max - s->n;
    const struct gf_stage *up = s->up;
    size_t n = up->n - up->used < AHEAD ? up->n - up->used : AHEAD;
    n = n < room ? n : room;
    const struct gf_slice *rec = up->out + up->used;
    gf_keytable_look(&d->table, rec, n, hash, found);
    for (size_t i = 0; i < n; i++) {
        gf_stage_take(s);
        if (found[i] && d->table_counts)
            ++*(uint64_t *)found[i];
        if (found[i] && (d->table_counts || d->table.extra == 0))
            continue;
        int got = meet(s, d, rec[i], rec[i], hash[i]);
        if (got < 0)
            return -1;
        if (got)
            s->out[s->n++] = rec[i];
    }
    return 0;
}

static int pull_fresh_key(struct gf_stage *s, struct distinct *d)
{
    struct gf_slice rec = gf_stage_take(s), key;
    if (gf_keyspec_of(d->keys, &d->maker, rec, &key) != 0)
        return gf_stage_uncut(s);
    int got = meet(s, d, rec, key, gf_keytable_hash(&d->table, key));
    if (got > 0)
        s->out[s->n++] = rec;
    return got < 0 ? -1 : 0;
}

/* Reads on; returns as gf_stage_need, with records in out as they turn up. */
static int read_distinct(struct gf_stage *s, struct distinct *d, size_t max)
{
    bool whole = d->keys->plain && d->keys->key[0].whole && !d->keys->key[0].order.skip_start;
    int got = gf_stage_need(s, gf_stage_want(s, gf_choice_waits(&d->choice) ? GF_BATCH : max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s)) {
        int r;
        if (d->at_end) {
            struct gf_slice rec = gf_stage_take(s);
            r = gf_aside_add(s, &d->aside, d->keys, s->taken, rec);
        } else {
            r = whole ? pull_fresh(s, d, max) : pull_fresh_key(s, d);
        }
        if (r != 0)
            return -1;
    }
    return 1;
}

static int give_table_counts(struct gf_stage *s, struct distinct *d, size_t max)
{
    struct gf_slice key;
    while (gf_stage_room(s, max)) {
        const uint64_t *count = gf_keytable_walk(&d->table, &d->walk, &key);
        if (!count)
            break;
        if (gf_choice_at_end(&d->choice, *count) &&
            gf_choice_emit_counted(s, *count, key, (struct gf_slice){"", 0}) != 0)
            return -1;
    }
    return 0;
}

static int pull_distinct(struct gf_stage *s, size_t max)
{
    struct distinct *d = s->state;
    int got = 0;
    while (!d->ended) {
        got = read_distinct(s, d, max);
        if (got < 0)
            return -1;
        if (got == 1 && s->n)
            return 1;
        if (got == 1 && !gf_choice_waits(&d->choice))
            return 1;
        d->ended = got == 0;
    }
    if (d->table_counts && give_table_counts(s, d, max) != 0)
        return -1;
    if (s->n)
        return 1;
    if (!d->aside.sorted && gf_aside_sort(s, &d->aside, d->keys, &d->choice) != 0)
        return -1;
    return gf_aside_give(s, &d->aside, max);
}

static void close_distinct(struct gf_stage *s)
{
    struct distinct *d = s->state;
    gf_keytable_release(&d->table);
    gf_key_maker_release(&d->maker);
    gf_aside_release(&d->aside);
}

static struct gf_stage *open_distinct(const struct gf_node *n, struct gf_stream *st,
                                      struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "distinct", sizeof(struct distinct));
    if (!s)
        return NULL;
    struct distinct *d = s->state;
    d->keys = &n->keys;
    d->aside.budget = st->share / 4;
    d->choice = gf_choice_of(n);
    d->table_counts = n->counts && !n->last && n->keys.plain && n->keys.key[0].whole;
    d->at_end = gf_choice_waits(&d->choice) && !d->table_counts;
    gf_key_maker_init(&d->maker, &n->keys);
    s->pull = pull_distinct;
    s->close = close_distinct;
    size_t extra = d->table_counts || d->choice.max > 1 ? sizeof(uint64_t) : 0;
    if (d->at_end)
        return s;
    if (gf_keytable_open(&d->table, extra, st->share / 2, st->set->seed) != 0)
        return gf_stage_nomem(s);
    if (st->set->threads > 1)
        gf_keytable_make_ahead(&d->table);
    return s;
}

static const struct gf_opt distinct_opts[] = {
    GF_CHOICE_OPTIONS,
    {GF_OP_ANY_ORDER, 0, "any-field-order", NULL, "compare the fields in whatever order", NULL, 0},
    {0},
};
static const struct gf_opt_rule distinct_rules[] = {
    GF_CHOICE_RULES,
    {GF_OPT_NOT_WITH, "--any-field-order", "-k", "a key is no field"},
    {0},
};
static const struct gf_cli distinct_cli =
    GF_OP_CLI_WITH(distinct_rules, gf_uniq_elsewhere, "distinct",
                   "keep the first of equal records, wherever they stand", "[options]",
                   distinct_opts, gf_op_exits, "gf-stream distinct -f 1");
const struct gf_op gf_op_distinct = {
    &distinct_cli, 0, false, true, false, gf_choice_check, open_distinct, gf_columns_counted};
