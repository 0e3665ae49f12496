/*
 * op_distinct.c - distinct (over the whole stream), uniq (on neighbours), except and intersect.
 *
 * distinct keeps what it has seen in a table and gives records as they come. When the table is
 * full, keys that are not in it are set aside: sorted by key in temporary files, the chosen ones of
 * each key sorted back by their place in the input. All keys of the table came before any that was
 * set aside, so the order of the input holds. What can only be said at the end (--last, --only-dup,
 * --only-unique, counts by key) goes that way from the start; plain counts use the table.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exit.h"
#include "stream/op.h"
#include "text/reader.h"
#include "text/sorter.h"
#include "text/table.h"

enum {
    AHEAD = 32 /* records hashed before the first of them is looked up */
};

/* What a run of equal records gives: shared by distinct and uniq. */
struct choice {
    bool counts, last, only_dup, only_unique;
    uint64_t max;
};

static bool chosen_at_once(const struct choice *c, uint64_t nth)
{
    return !c->counts && !c->last && !c->only_dup && !c->only_unique && nth <= c->max;
}

/* At the end of a run of n: is its one record given? */
static bool chosen_at_end(const struct choice *c, uint64_t n)
{
    if (c->only_dup || c->only_unique)
        return c->only_dup ? n > 1 : n == 1;
    return c->counts || c->last;
}

static bool waits(const struct choice *c)
{
    return c->counts || c->last || c->only_dup || c->only_unique;
}

static struct choice choice_of(const struct gf_node *n)
{
    return (struct choice){n->counts, n->last, n->only_dup, n->only_unique, n->max};
}

static int check_distinct(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    int how = n->last + n->only_dup + n->only_unique + n->has_max;
    if (how > 1)
        return gf_fault_set(f, GF_EXIT_USAGE,
                            "%s: --last, --max, --only-dup and --only-unique exclude one another",
                            n->op->cli->name);
    if (n->has_max && n->counts)
        return gf_fault_set(f, GF_EXIT_USAGE, "%s: --max and -c exclude one another",
                            n->op->cli->name);
    if (n->group && (how || n->counts))
        return gf_fault_set(f, GF_EXIT_USAGE, "%s: --group goes with no other choice",
                            n->op->cli->name);
    if (n->list_word && n->keys.n)
        return gf_fault_set(f, GF_EXIT_USAGE, "%s: -f and -k exclude one another",
                            n->op->cli->name);
    if (n->list_word && (gf_check_list(n, n->list_word, f) != 0))
        return -1;
    if (n->list_word && gf_keyspec_add_list(&n->keys, &n->list) != 0)
        return gf_fault_nomem(f);
    return gf_check_keys(n, set, f);
}

/* COUNT TAB RECORD as the next record of out. */
static int emit_counted(struct gf_stage *s, uint64_t count, struct gf_slice rec)
{
    char number[32];
    int len = snprintf(number, sizeof number, "%" PRIu64 "\t", count);
    char *p = gf_pad_take(&s->pad, (size_t)len + rec.len);
    if (!p)
        return gf_fault_nomem(&s->stream->fault);
    memcpy(p, number, (size_t)len);
    if (rec.len)
        memcpy(p + len, rec.data, rec.len);
    s->out[s->n++] = (struct gf_slice){p, (size_t)len + rec.len};
    return 0;
}

/* ---- what is set aside -------------------------------------------------------------------------
 */

/* Records with their place, sorted by key; then the chosen ones, sorted by place. */
struct aside {
    struct gf_sorter by_key, by_place;
    bool open, sorted;
    struct gf_buf item;
};

static void put_place(char *to, uint64_t place)
{
    for (int i = 0; i < 8; i++)
        to[i] = (char)(place >> (56 - 8 * i));
}

static int add_placed(struct gf_stage *s, struct aside *a, struct gf_sorter *to, uint64_t place,
                      uint64_t count, struct gf_slice rec)
{
    char head[40];
    put_place(head, place);
    int len = 8;
    if (count)
        len += snprintf(head + 8, sizeof head - 8, "%" PRIu64 "\t", count);
    gf_buf_clear(&a->item);
    gf_buf_add(&a->item, head, (size_t)len);
    if (gf_buf_add(&a->item, rec.data, rec.len) != 0)
        return gf_fault_nomem(&s->stream->fault);
    return gf_sorter_add(to, (struct gf_slice){a->item.data, a->item.len}) == 0
               ? 0
               : gf_stage_storage(s);
}

static int set_aside(struct gf_stage *s, struct aside *a, const struct gf_keyspec *keys,
                     uint64_t place, struct gf_slice rec)
{
    struct gf_sorter_conf conf = {.keys = keys,
                                  .tag = true,
                                  .budget = s->stream->share / 4,
                                  .spill = &s->stream->spill,
                                  .threads = s->stream->set->threads};
    if (!a->open && gf_sorter_open(&a->by_key, &conf) != 0)
        return gf_stage_storage(s);
    a->open = true;
    return add_placed(s, a, &a->by_key, place, 0, rec);
}

/* What is given in the end, in the order of its place. */
static int open_by_place(struct gf_stage *s, struct aside *a)
{
    if (a->by_place.base)
        return 0;
    struct gf_sorter_conf conf = {.tag = true,
                                  .budget = s->stream->share / 4,
                                  .spill = &s->stream->spill,
                                  .threads = s->stream->set->threads};
    return gf_sorter_open(&a->by_place, &conf) == 0 ? 0 : gf_stage_storage(s);
}

/* A run of equal keys as it is walked. */
struct equal_run {
    struct gf_buf key, rec;
    uint64_t place, n;
};

static int end_equal_run(struct gf_stage *s, struct aside *a, const struct choice *c,
                         struct equal_run *r)
{
    if (r->n == 0 || !chosen_at_end(c, r->n))
        return 0;
    return add_placed(s, a, &a->by_place, r->place, c->counts ? r->n : 0,
                      (struct gf_slice){r->rec.data, r->rec.len});
}

static int walk_one(struct gf_stage *s, struct aside *a, const struct choice *c,
                    struct equal_run *r, struct gf_slice key, struct gf_slice item)
{
    uint64_t place = gf_key_prefix(item.data, 8, 0);
    struct gf_slice rec = {item.data + 8, item.len - 8};
    bool same = r->n && gf_slice_compare(key, (struct gf_slice){r->key.data, r->key.len}) == 0;
    if (!same) {
        if (end_equal_run(s, a, c, r) != 0)
            return -1;
        r->n = 0;
        gf_buf_clear(&r->key);
        gf_buf_add(&r->key, key.data, key.len);
    }
    r->n++;
    if (chosen_at_once(c, r->n))
        return add_placed(s, a, &a->by_place, place, 0, rec);
    if (r->n == 1 || c->last) {
        r->place = place;
        gf_buf_clear(&r->rec);
        gf_buf_add(&r->rec, rec.data, rec.len);
    }
    return r->key.failed || r->rec.failed ? gf_fault_nomem(&s->stream->fault) : 0;
}

/* All were set aside: chooses, and sorts what was chosen by place. */
static int sort_aside(struct gf_stage *s, struct aside *a, const struct gf_keyspec *keys,
                      const struct choice *c)
{
    struct equal_run r = {0};
    struct gf_key_maker maker;
    struct gf_slice item, key;
    int got = -1;
    a->sorted = true;
    if (!a->open)
        return 0;
    gf_key_maker_init(&maker, keys);
    if (gf_sorter_end(&a->by_key) != 0 || open_by_place(s, a) != 0) {
        gf_stage_storage(s);
        goto out;
    }
    while ((got = gf_sorter_next(&a->by_key, &item)) == 1) {
        struct gf_slice rec = {item.data + 8, item.len - 8};
        got = -1;
        if (gf_keyspec_of(keys, &maker, rec, &key) != 0) {
            gf_fault_nomem(&s->stream->fault);
            break;
        }
        if (walk_one(s, a, c, &r, key, item) != 0)
            break;
    }
    if (got == 0 && (end_equal_run(s, a, c, &r) != 0 || gf_sorter_end(&a->by_place) != 0))
        got = -1;
    if (got < 0)
        gf_stage_storage(s);
out:
    gf_buf_release(&r.key);
    gf_buf_release(&r.rec);
    gf_key_maker_release(&maker);
    return got;
}

static int give_aside(struct gf_stage *s, struct aside *a, size_t max)
{
    while (a->open && s->n < max) {
        struct gf_slice item;
        int got = gf_sorter_next(&a->by_place, &item);
        if (got < 0)
            return gf_stage_storage(s);
        if (got == 0)
            break;
        if (gf_stage_emit_copy(s, item.data + 8, item.len - 8) != 0)
            return -1;
    }
    return s->n ? 1 : 0;
}

static void release_aside(struct aside *a)
{
    gf_sorter_release(&a->by_key);
    gf_sorter_release(&a->by_place);
    gf_buf_release(&a->item);
}

/* ---- distinct ----------------------------------------------------------------------------------
 */

struct distinct {
    const struct gf_keyspec *keys;
    struct choice choice;
    struct gf_keytable table;
    bool full, at_end; /* at_end: nothing can be given before the end */
    bool table_counts; /* counts of whole records, kept in the table */
    bool ended;
    size_t walk;
    struct gf_key_maker maker;
    struct aside aside;
};

static int give_later(struct gf_stage *s, struct aside *a, struct gf_slice rec)
{
    return open_by_place(s, a) == 0 ? add_placed(s, a, &a->by_place, s->taken, 0, rec) : -1;
}

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
        return set_aside(s, &d->aside, d->keys, s->taken, rec);
    if (d->table.extra == 0)
        return !d->full && fresh;
    if (++*count > d->choice.max || d->table_counts)
        return 0;
    /* Others may have been set aside before it: it has to wait for them. */
    return d->full ? give_later(s, &d->aside, rec) : 1;
}

/* A few records at a time: all are hashed and their slots fetched before the first is looked up. */
static int pull_fresh(struct gf_stage *s, struct distinct *d, size_t max)
{
    struct gf_slice rec[AHEAD];
    uint64_t hash[AHEAD];
    size_t n = 0, room = max - s->n;
    const struct gf_stage *up = s->up;
    n = up->n - up->used < AHEAD ? up->n - up->used : AHEAD;
    n = n < room ? n : room;
    for (size_t i = 0; i < n; i++) {
        rec[i] = up->out[up->used + i];
        hash[i] = gf_keytable_hash(&d->table, rec[i]);
        gf_keytable_prefetch(&d->table, hash[i]);
    }
    for (size_t i = 0; i < n; i++) {
        gf_stage_take(s);
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
        return gf_fault_nomem(&s->stream->fault);
    int got = meet(s, d, rec, key, gf_keytable_hash(&d->table, key));
    if (got > 0)
        s->out[s->n++] = rec;
    return got < 0 ? -1 : 0;
}

/* Reads on; returns as gf_stage_need, with records in out as they turn up. */
static int read_distinct(struct gf_stage *s, struct distinct *d, size_t max)
{
    bool whole = d->keys->plain && d->keys->key[0].whole && !d->keys->key[0].order.skip_start;
    int got = gf_stage_need(s, gf_stage_want(s, waits(&d->choice) ? GF_BATCH : max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        int r;
        if (d->at_end) {
            struct gf_slice rec = gf_stage_take(s);
            r = set_aside(s, &d->aside, d->keys, s->taken, rec);
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
    while (s->n < max) {
        const uint64_t *count = gf_keytable_walk(&d->table, &d->walk, &key);
        if (!count)
            break;
        if (chosen_at_end(&d->choice, *count) && emit_counted(s, *count, key) != 0)
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
        if (got == 1 && !waits(&d->choice))
            return 1;
        d->ended = got == 0;
    }
    if (d->table_counts && give_table_counts(s, d, max) != 0)
        return -1;
    if (s->n)
        return 1;
    if (!d->aside.sorted && sort_aside(s, &d->aside, d->keys, &d->choice) != 0)
        return -1;
    return give_aside(s, &d->aside, max);
}

static void close_distinct(struct gf_stage *s)
{
    struct distinct *d = s->state;
    gf_keytable_release(&d->table);
    gf_key_maker_release(&d->maker);
    release_aside(&d->aside);
}

static struct gf_stage *open_distinct(const struct gf_node *n, struct gf_stream *st,
                                      struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "distinct", sizeof(struct distinct));
    if (!s)
        return NULL;
    struct distinct *d = s->state;
    d->keys = &n->keys;
    d->choice = choice_of(n);
    d->table_counts = n->counts && !n->last && n->keys.plain && n->keys.key[0].whole;
    d->at_end = waits(&d->choice) && !d->table_counts;
    gf_key_maker_init(&d->maker, &n->keys);
    s->pull = pull_distinct;
    s->close = close_distinct;
    size_t extra = d->table_counts || d->choice.max > 1 ? sizeof(uint64_t) : 0;
    if (d->at_end || gf_keytable_open(&d->table, extra, st->share / 2, st->set->seed) == 0)
        return s;
    gf_fault_nomem(&st->fault);
    s->up = NULL;
    gf_stage_free_all(s);
    return NULL;
}

#define DISTINCT_OPTIONS                                                                           \
    {GF_OP_LIST, 'f', "fields", "LIST", "by these fields", NULL, 0},                               \
        {GF_OP_KEY, 'k', "key", "KEY", "by a key as in sort: 2,2n or 1.3,1.5", NULL, 0},           \
        {GF_OP_ICASE, 'i', "ignore-case", NULL, "upper and lower case are the same", NULL, 0},     \
        {GF_OP_COUNTS, 'c', "count", NULL, "put how many there are and a TAB in front", NULL, 0},  \
        {GF_OP_LAST, 0, "last", NULL, "keep the last of each, in its place", NULL, 0},             \
        {GF_OP_MAX, 0, "max", "N", "keep the first N of each", NULL, 0},                           \
        {GF_OP_ONLY_DUP, 0, "only-dup", NULL, "only those there are several of", NULL, 0},         \
    {                                                                                              \
        GF_OP_ONLY_UNIQUE, 0, "only-unique", NULL, "only those there is one of", NULL, 0           \
    }
#define DISTINCT_USAGE "[-ci] [-f LIST | -k KEY...] [--last | --max N | --only-dup | --only-unique]"

static const struct gf_opt distinct_opts[] = {DISTINCT_OPTIONS, {0}};
static const struct gf_cli distinct_cli =
    GF_OP_CLI("distinct", "the first of each over the whole stream, in input order", DISTINCT_USAGE,
              distinct_opts, gf_op_exits, "gf-stream distinct -f 1");
const struct gf_op gf_op_distinct = {&distinct_cli, 0, false, true, false, check_distinct,
                                     open_distinct};

/* ---- uniq --------------------------------------------------------------------------------------
 */

struct uniq {
    const struct gf_keyspec *keys;
    struct choice choice;
    bool group, ended;
    struct gf_key_maker maker;
    struct gf_buf key, rec;
    uint64_t n;
    bool has_waiting; /* rec is a record behind a blank one that did not fit */
};

static int end_run(struct gf_stage *s, struct uniq *u)
{
    if (u->n == 0 || !chosen_at_end(&u->choice, u->n))
        return 0;
    struct gf_slice rec = {u->rec.data, u->rec.len};
    return u->choice.counts ? emit_counted(s, u->n, rec) : gf_stage_emit_copy(s, rec.data, rec.len);
}

static int take_uniq(struct gf_stage *s, struct uniq *u)
{
    struct gf_slice rec = gf_stage_take(s), key;
    if (gf_keyspec_of(u->keys, &u->maker, rec, &key) != 0)
        return gf_fault_nomem(&s->stream->fault);
    bool same = u->n && gf_slice_compare(key, (struct gf_slice){u->key.data, u->key.len}) == 0;
    if (!same) {
        if (end_run(s, u) != 0)
            return -1;
        if (u->group && u->n)
            s->out[s->n++] = (struct gf_slice){"", 0};
        u->n = 0;
        gf_buf_clear(&u->key);
        gf_buf_add(&u->key, key.data, key.len);
    }
    u->n++;
    if (u->group || chosen_at_once(&u->choice, u->n)) {
        s->out[s->n++] = rec;
    } else if (waits(&u->choice) && (u->n == 1 || u->choice.last)) {
        gf_buf_clear(&u->rec);
        gf_buf_add(&u->rec, rec.data, rec.len);
    }
    return u->key.failed || u->rec.failed ? gf_fault_nomem(&s->stream->fault) : 0;
}

static int pull_uniq(struct gf_stage *s, size_t max)
{
    struct uniq *u = s->state;
    if (u->has_waiting) {
        u->has_waiting = false;
        return gf_stage_emit_copy(s, u->rec.data, u->rec.len) == 0 ? 1 : -1;
    }
    int got = u->ended ? 0 : gf_stage_need(s, gf_stage_want(s, max));
    if (got < 0)
        return -1;
    if (got == 0) {
        if (!u->ended && end_run(s, u) != 0)
            return -1;
        u->ended = true;
        return s->n ? 1 : 0;
    }
    while (s->n < max && gf_stage_has(s)) {
        if (take_uniq(s, u) != 0)
            return -1;
        if (s->n > max) { /* a blank and its record: the record waits */
            struct gf_slice over = s->out[--s->n];
            gf_buf_clear(&u->rec);
            if (gf_buf_add(&u->rec, over.data, over.len) != 0)
                return gf_fault_nomem(&s->stream->fault);
            u->has_waiting = true;
        }
    }
    return 1;
}

static void close_uniq(struct gf_stage *s)
{
    struct uniq *u = s->state;
    gf_key_maker_release(&u->maker);
    gf_buf_release(&u->key);
    gf_buf_release(&u->rec);
}

static struct gf_stage *open_uniq(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "uniq", sizeof(struct uniq));
    if (!s)
        return NULL;
    struct uniq *u = s->state;
    u->keys = &n->keys;
    u->choice = choice_of(n);
    u->group = n->group;
    gf_key_maker_init(&u->maker, &n->keys);
    s->pull = pull_uniq;
    s->close = close_uniq;
    return s;
}

static const struct gf_opt uniq_opts[] = {
    DISTINCT_OPTIONS,
    {GF_OP_GROUP, 0, "group", "separate", "all records, an empty one between runs", "separate",
     GF_OPT_OPTIONAL},
    {0},
};
static const struct gf_cli uniq_cli =
    GF_OP_CLI("uniq", "the same on neighbours", DISTINCT_USAGE " | --group", uniq_opts, gf_op_exits,
              "gf-stream uniq -c");
const struct gf_op gf_op_uniq = {&uniq_cli, 0, false, false, false, check_distinct, open_uniq};

/* ---- except, intersect -------------------------------------------------------------------------
 */

struct set {
    struct gf_keytable table;
    const struct gf_keyspec *keys;
    struct gf_key_maker maker;
    bool wanted;
};

static int load(struct gf_stage *s, struct set *t, const char *path, int fd)
{
    struct gf_reader r;
    struct gf_record rec;
    struct gf_slice key;
    int got = 0;
    bool fresh;
    gf_reader_init(&r, fd, s->stream->set->separator, s->stream->set->max_record);
    while (got >= 0 && (got = gf_reader_take(&r, &rec)) != GF_READER_END) {
        if (got == 0) {
            got = gf_reader_fill(&r);
            if (got < 0)
                gf_fault_errno(&s->stream->fault, GF_EXIT_TOOL, "cannot read '%s'", path);
            continue;
        }
        if (gf_keyspec_of(t->keys, &t->maker, (struct gf_slice){rec.data, rec.len}, &key) != 0) {
            got = gf_fault_nomem(&s->stream->fault);
        } else if (!gf_keytable_put(&t->table, key, gf_keytable_hash(&t->table, key), &fresh)) {
            gf_fault_hint(&s->stream->fault, "--memory sets the budget");
            got = gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                               "%s: '%s' is larger than the memory it may use", s->name, path);
        }
    }
    gf_reader_release(&r);
    return got < 0 ? -1 : 0;
}

static int pull_set(struct gf_stage *s, size_t max)
{
    struct set *t = s->state;
    struct gf_slice key;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        if (gf_keyspec_of(t->keys, &t->maker, rec, &key) != 0)
            return gf_fault_nomem(&s->stream->fault);
        bool in = gf_keytable_get(&t->table, key, gf_keytable_hash(&t->table, key)) != NULL;
        if (in == t->wanted)
            s->out[s->n++] = rec;
    }
    return 1;
}

static void close_set(struct gf_stage *s)
{
    struct set *t = s->state;
    gf_keytable_release(&t->table);
    gf_key_maker_release(&t->maker);
}

static struct gf_stage *open_set(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct set));
    if (!s)
        return NULL;
    struct set *t = s->state;
    t->keys = &n->keys;
    t->wanted = n->op == &gf_op_intersect;
    gf_key_maker_init(&t->maker, &n->keys);
    s->pull = pull_set;
    s->close = close_set;
    int fd = open(n->operand[0], O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        gf_fault_errno(&st->fault, GF_EXIT_TOOL, "cannot open '%s'", n->operand[0]);
    else if (gf_keytable_open(&t->table, 0, st->share, st->set->seed) != 0)
        gf_fault_nomem(&st->fault);
    else
        load(s, t, n->operand[0], fd);
    if (fd != -1)
        close(fd);
    if (!st->fault.status)
        return s;
    s->up = NULL;
    gf_stage_free_all(s);
    return NULL;
}

static const struct gf_opt set_opts[] = {
    {GF_OP_LIST, 'f', "fields", "LIST", "compare these fields, of the records and of FILE", NULL,
     0},
    {0},
};
#define SET_CLI(name_, summary_, example_)                                                         \
    {                                                                                              \
        .name = name_, .summary = summary_,                                                        \
        .usage = (const char *const[]){"[-f LIST] FILE", NULL}, .opts = set_opts,                  \
        .exits = gf_op_exits, .examples = (const char *const[]){example_, NULL},                   \
        .parent = &gf_stream_cli, .operands = "@file", .stop_at_operand = true                     \
    }
static const struct gf_cli except_cli = SET_CLI("except", "keep records that are not in FILE",
                                                "gf-stream --from urls.txt except access.log");
static const struct gf_cli intersect_cli = SET_CLI("intersect", "keep records that are in FILE",
                                                   "gf-stream --from urls.txt intersect urls.txt");
const struct gf_op gf_op_except = {&except_cli, 1, false, true, false, check_distinct, open_set};
const struct gf_op gf_op_intersect = {&intersect_cli, 1,       false, true, false,
                                      check_distinct, open_set};
