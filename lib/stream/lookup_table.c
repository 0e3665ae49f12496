/*
 * lookup_table.c - one region of rows, with places in it instead of pointers, since it moves.
 *
 * Of the stage's share the table has a quarter, its rows a quarter, and the sorter of what they
 * have no room for a quarter; the last one is for records of the stream that wait (op_lookup.c).
 * The rows of one key of `rest` are in memory at a time, and have the share of the rows.
 */
#include "stream/lookup_table.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/exit.h"
#include "base/heap.h"

enum {
    LARGE_FROM = 4 << 20
};

static const struct gf_lookup *how(const struct gf_lookup_table *t)
{
    return t->node->extra;
}

/* Whether keys are pieces of their records, many of which are found at once. */
static bool is_sliced(const struct gf_keyspec *keys)
{
    return keys->plain && !keys->sep.splitter;
}

static struct gf_lookup_row *row_at(struct gf_buf *rows, uint64_t place)
{
    return (struct gf_lookup_row *)(void *)(rows->data + (place - 1));
}

/* The rows have more room than before. */
static void use_large_pages(struct gf_lookup_table *t)
{
    t->room = t->rows.cap;
    if (t->room > LARGE_FROM)
        gf_heap_large(t->rows.data, t->room);
}

/* Appends the row of the record that was cut. Its place; 0 with errno. */
static uint64_t put_row(const struct gf_lookup_table *t, struct gf_buf *rows,
                        struct gf_slice joiner)
{
    static const char padding[sizeof(uint64_t)];
    size_t from = rows->len, n = 0;
    struct gf_lookup_row head = {0};
    gf_buf_add(rows, &head, sizeof head);
    /* Where the columns have names a row has as many fields as there are. */
    size_t fields = how(t)->names.n ? how(t)->names.n : t->cutter.n;
    for (size_t i = 0; i < fields; i++) {
        if (gf_lookup_is_key(how(t), i + 1))
            continue;
        struct gf_slice field = gf_cutter_get(&t->cutter, (int64_t)i + 1);
        gf_buf_add(rows, joiner.data, n++ ? joiner.len : 0);
        gf_buf_add(rows, field.data, field.len);
    }
    size_t len = rows->len - from - sizeof head;
    for (size_t k = 0; t->node->outer && k < how(t)->list.n; k++) {
        struct gf_slice key = gf_cutter_get(&t->cutter, how(t)->list.range[k].lo);
        gf_buf_add(rows, &key.len, sizeof key.len);
        gf_buf_add(rows, key.data, key.len);
    }
    gf_buf_add(rows, padding, (size_t)(-rows->len % sizeof padding));
    if (rows->failed) {
        int err = rows->failed;
        rows->failed = 0; /* the rows in front of it are as they were */
        rows->len = from;
        errno = err;
        return 0;
    }
    row_at(rows, from + 1)->len = len;
    return from + 1;
}

/* ---- reading the file ------------------------------------------------------------------------ */

/* A record goes into the sorter, with its number in front. */
static int put_rest(struct gf_stage *s, struct gf_lookup_table *t, uint64_t number,
                    struct gf_slice rec)
{
    struct gf_sorter_conf conf = {.keys = &how(t)->keys,
                                  .tag = true,
                                  .budget = s->stream->share / 4,
                                  .spill = &s->stream->spill,
                                  .threads = s->stream->set->threads};
    if (!t->more && gf_sorter_open(&t->rest, &conf) != 0)
        return gf_stage_storage(s);
    t->more = true;
    struct gf_buf *item = &t->group.key;
    gf_buf_clear(item);
    for (int shift = 56; shift >= 0; shift -= 8)
        gf_buf_putc(item, (char)(number >> shift));
    if (gf_buf_add(item, rec.data, rec.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    if (gf_sorter_add(&t->rest, (struct gf_slice){item->data, item->len}) == 0)
        return 0;
    if (errno != EMSGSIZE)
        return gf_stage_storage(s);
    gf_fault_hint(&s->stream->fault, "--memory sets the budget");
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "lookup: record %" PRIu64 " of '%s' is larger than the memory it may use",
                        number, t->node->operand[0]);
}

/* The row of the record that was cut, in the table. 1; 0: there is no room for it; -1. */
static int put_in_table(struct gf_stage *s, struct gf_lookup_table *t, uint64_t number,
                        struct gf_slice key, uint64_t hash)
{
    bool fresh = false;
    struct gf_lookup_rows *rows = t->more ? gf_keytable_get(&t->table, key, hash)
                                          : gf_keytable_put(&t->table, key, hash, &fresh);
    if (t->more && rows)
        rows->more = true;
    if (t->more || (!rows && errno == ENOSPC))
        return 0;
    if (!rows)
        return gf_stage_storage(s);
    rows->number = fresh ? number : rows->number;
    uint64_t place = put_row(t, &t->rows, s->stream->set->joiner);
    if (!place && errno == EOVERFLOW) {
        rows->more = true;
        return 0;
    }
    if (!place)
        return gf_fault_nomem(&s->stream->fault);
    if (t->rows.cap != t->room)
        use_large_pages(t);
    if (rows->last)
        row_at(&t->rows, rows->last)->next = place;
    rows->first = rows->first ? rows->first : place;
    rows->last = place;
    return 1;
}

/* With its key and its hash; NULL: they are to be found. */
static int add_record(struct gf_stage *s, struct gf_lookup_table *t, uint64_t number,
                      struct gf_slice rec, const struct gf_slice *known, uint64_t hash)
{
    struct gf_slice key = known ? *known : (struct gf_slice){0};
    if (gf_cutter_cut(&t->cutter, rec.data, rec.len, SIZE_MAX) != 0 ||
        (!known && gf_keyspec_of(&how(t)->keys, &t->maker, rec, &key) != 0))
        return gf_stage_uncut(s);
    hash = known ? hash : gf_keytable_hash(&t->table, key);
    if (t->table.n == 0 && !how(t)->names.n)
        t->others = t->cutter.n > how(t)->list.n ? t->cutter.n - how(t)->list.n : 0;
    int got = put_in_table(s, t, number, key, hash);
    return got ? (got < 0 ? -1 : 0) : put_rest(s, t, number, rec);
}

/* Some records; the slots of the table are fetched for all of them before the first is put. */
static int add_records(struct gf_stage *s, struct gf_lookup_table *t, uint64_t first,
                       struct gf_slice *rec, int n)
{
    struct gf_slice key[GF_LOOKUP_AHEAD];
    uint64_t hash[GF_LOOKUP_AHEAD] = {0};
    bool known = is_sliced(&how(t)->keys);
    for (int i = 0; i < n && s->stream->set->fields.crlf; i++)
        rec[i].len -= gf_slice_ends_in_cr(rec[i]);
    if (known && gf_keyspec_slices(&how(t)->keys, &t->maker, rec, (size_t)n, key) != 0)
        return gf_stage_uncut(s);
    if (known)
        gf_keytable_fetch(&t->table, key, (size_t)n, hash);
    for (int i = 0; i < n; i++)
        if (add_record(s, t, first + (uint64_t)i, rec[i], known ? &key[i] : NULL, hash[i]) != 0)
            return -1;
    return n;
}

static int load(struct gf_stage *s, struct gf_lookup_table *t)
{
    struct gf_filein in = how(t)->in, *open = &((struct gf_lookup *)t->node->extra)->in;
    struct gf_slice rec[GF_LOOKUP_AHEAD];
    int got = 0;
    if (open->fd == -1) {
        if (gf_filein_open(&in, t->node->operand[0], s->stream) != 0)
            return -1;
        got = gf_filein_pass_header(&in, s->stream);
    } else {
        in.reader.tabular = in.reader.tabular ? &in.table : NULL;
        open->reader = (struct gf_reader){0}; /* it is ours */
        open->fd = -1;
    }
    while (got >= 0 && (got = gf_filein_many(&in, s->stream, rec, GF_LOOKUP_AHEAD)) > 0)
        got = add_records(s, t, in.record - (uint64_t)got + 1, rec, got);
    gf_filein_close(&in);
    if (got == 0 && t->more && gf_sorter_end(&t->rest) != 0)
        got = gf_stage_storage(s);
    return got < 0 ? -1 : 0;
}

int gf_lookup_table_open(struct gf_stage *s, struct gf_lookup_table *t, const struct gf_node *n)
{
    size_t share = s->stream->share;
    t->node = n;
    t->rows.max = t->group.rows.max = share / 4;
    gf_key_maker_init(&t->maker, &how(t)->keys);
    gf_cutter_init(&t->cutter, &s->stream->set->fields);
    if (how(t)->names.n > how(t)->list.n)
        t->others = how(t)->names.n - how(t)->list.n;
    if (gf_keytable_open(&t->table, sizeof(struct gf_lookup_rows), share / 4,
                         s->stream->set->seed) != 0)
        return gf_fault_nomem(&s->stream->fault);
    return load(s, t);
}

struct gf_lookup_rows *gf_lookup_table_get(const struct gf_lookup_table *t, struct gf_slice key)
{
    return gf_keytable_get(&t->table, key, gf_keytable_hash(&t->table, key));
}

/* Looks up some records from `at` on: memory is the cost of each, so all are asked for at once. */
static int look_ahead(const struct gf_stage *s, const struct gf_lookup_table *t,
                      struct gf_key_maker *maker, struct gf_lookup_ahead *a, size_t at)
{
    const struct gf_stage *up = s->up;
    struct gf_slice key[GF_LOOKUP_AHEAD];
    uint64_t hash[GF_LOOKUP_AHEAD];
    a->from = at;
    a->n = up->n - at < GF_LOOKUP_AHEAD ? up->n - at : GF_LOOKUP_AHEAD;
    if (gf_keyspec_slices(&t->node->keys, maker, up->out + at, a->n, key) != 0)
        return -1;
    gf_keytable_look(&t->table, key, a->n, hash, a->found);
    for (size_t i = 0; i < a->n; i++) {
        const struct gf_lookup_rows *rows = a->found[i];
        if (rows && rows->first)
            __builtin_prefetch(gf_lookup_row_at(&t->rows, rows->first));
    }
    return 0;
}

int gf_lookup_table_find(const struct gf_stage *s, const struct gf_lookup_table *t,
                         struct gf_key_maker *maker, struct gf_lookup_ahead *a, struct gf_slice rec,
                         struct gf_lookup_rows **rows)
{
    const struct gf_keyspec *keys = &t->node->keys;
    size_t at = s->up->used - 1;
    struct gf_slice key;
    if (!is_sliced(keys)) {
        if (gf_keyspec_of(keys, maker, rec, &key) != 0)
            return -1;
        *rows = gf_lookup_table_get(t, key);
        return 0;
    }
    if ((at < a->from || at >= a->from + a->n) && look_ahead(s, t, maker, a, at) != 0)
        return -1;
    *rows = a->found[at - a->from];
    return 0;
}

/* ---- what the table had no room for ---------------------------------------------------------- */

static struct gf_slice record_of(struct gf_slice item)
{
    return (struct gf_slice){item.data + 8, item.len - 8};
}

/* The record at hand becomes a row of the group, behind `last`. Its place; 0: the fault is set. */
static uint64_t add_to_group(struct gf_stage *s, struct gf_lookup_table *t, uint64_t last)
{
    struct gf_slice rec = record_of(t->item);
    struct gf_buf *rows = &t->group.rows;
    if (gf_cutter_cut(&t->cutter, rec.data, rec.len, SIZE_MAX) != 0)
        return gf_stage_uncut(s), 0;
    uint64_t place = put_row(t, rows, s->stream->set->joiner);
    if (place && last)
        row_at(rows, last)->next = place;
    if (place)
        return place;
    if (errno != EOVERFLOW)
        return gf_fault_nomem(&s->stream->fault), 0;
    gf_fault_hint(&s->stream->fault, "--memory sets the budget");
    gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                 "lookup: the records of '%s' with one key, from record %" PRIu64
                 " on, are larger than the memory they may use",
                 t->node->operand[0], t->group.number);
    return 0;
}

/* The record that is next of `rest`, and its key. 1; 0; -1. */
static int look_at_next(struct gf_stage *s, struct gf_lookup_table *t, struct gf_slice *key)
{
    int got = t->at_hand ? 1 : t->over ? 0 : gf_sorter_next(&t->rest, &t->item);
    t->at_hand = got == 1;
    t->over |= got == 0;
    if (got != 1)
        return got < 0 ? gf_stage_storage(s) : 0;
    return gf_keyspec_of(&how(t)->keys, &t->maker, record_of(t->item), key) == 0
               ? 1
               : gf_stage_uncut(s);
}

int gf_lookup_table_next(struct gf_stage *s, struct gf_lookup_table *t)
{
    struct gf_lookup_group *g = &t->group;
    struct gf_slice key = {0};
    uint64_t last = 0;
    int got = t->more ? look_at_next(s, t, &key) : 0;
    if (got != 1)
        return got;
    gf_buf_clear(&g->rows);
    gf_buf_clear(&g->key);
    if (gf_buf_add(&g->key, key.data, key.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    g->number = gf_key_prefix(t->item.data, 8, 0);
    do {
        if (!(last = add_to_group(s, t, last)))
            return -1;
        t->at_hand = false;
        got = look_at_next(s, t, &key);
    } while (got == 1 && gf_slice_compare(key, (struct gf_slice){g->key.data, g->key.len}) == 0);
    return got < 0 ? -1 : 1;
}

void gf_lookup_table_release(struct gf_lookup_table *t)
{
    gf_keytable_release(&t->table);
    gf_key_maker_release(&t->maker);
    gf_cutter_release(&t->cutter);
    gf_buf_release(&t->rows);
    gf_buf_release(&t->group.key);
    gf_buf_release(&t->group.rows);
    gf_sorter_release(&t->rest);
}
