/*
 * op_member.c - except and intersect.
 *
 * The records of the file, or of standard input, are read into a hash table when the stage opens.
 * Each record of the stream is looked up, and passes when it is absent (except) or present
 * (intersect).
 *
 * Keys that the table has no room for are sorted. A record that is not in the table is then put
 * aside (aside.h), and at the end those, in the order of their keys, go along the sorted keys of
 * the file. What is known to pass has to wait once one that came before it was put aside.
 *
 * Of the stage's share the table takes a half, the sorted keys a quarter, and the two sorters of
 * the records put aside an eighth each: all four are there while the stream is read.
 */
#include <errno.h>
#include <inttypes.h>

#include "base/exit.h"
#include "stream/aside.h"
#include "stream/choice.h"
#include "stream/filein.h"
#include "text/table.h"

struct set {
    struct gf_keytable table;
    const struct gf_keyspec *keys;
    struct gf_key_maker maker;
    bool wanted, ended;
    bool more;               /* the file has keys that the table has not */
    struct gf_keyspec bytes; /* of a key: the key */
    struct gf_sorter rest;   /* those keys, each once */
    struct gf_slice now;     /* of them, what the walk over the records put aside has come to */
    bool over;
    struct gf_aside aside;
};

static int open_rest(struct gf_stage *s, struct set *t)
{
    t->more = true;
    gf_keyspec_init(&t->bytes, &s->stream->set->fields, 0);
    if (gf_keyspec_seal(&t->bytes, &(struct gf_key_order){.type = GF_KEY_BYTES}) != 0)
        return -1;
    return gf_sorter_open(&t->rest, &(struct gf_sorter_conf){.keys = &t->bytes,
                                                             .unique = true,
                                                             .budget = s->stream->share / 4,
                                                             .spill = &s->stream->spill,
                                                             .threads = s->stream->set->threads});
}

/* Into the table, or the sorter behind it. -1: errno. */
static int add_key(struct gf_stage *s, struct set *t, struct gf_slice key)
{
    uint64_t hash = gf_keytable_hash(&t->table, key);
    bool fresh;
    if (t->more ? gf_keytable_get(&t->table, key, hash) != NULL
                : gf_keytable_put(&t->table, key, hash, &fresh) != NULL)
        return 0;
    if (!t->more && (errno != ENOSPC || open_rest(s, t) != 0))
        return -1;
    return gf_sorter_add(&t->rest, key);
}

/* A key of record number `record` of the file was not added: errno says why. */
static int not_added(struct gf_stage *s, const char *path, uint64_t record)
{
    if (errno != EMSGSIZE)
        return gf_stage_storage(s);
    gf_fault_hint(&s->stream->fault, "--memory sets the budget");
    return gf_fault_set(&s->stream->fault, GF_EXIT_TOOL,
                        "%s: record %" PRIu64 " of '%s' is larger than the memory it may use",
                        s->name, record, path);
}

static int add_record(struct gf_stage *s, struct set *t, struct gf_slice rec, const char *path,
                      uint64_t number)
{
    struct gf_slice key;
    if (gf_keyspec_of(t->keys, &t->maker, rec, &key) != 0)
        return gf_stage_uncut(s);
    return add_key(s, t, key) == 0 ? 0 : not_added(s, path, number);
}

static int load(struct gf_stage *s, struct set *t, const char *word)
{
    struct gf_filein in;
    struct gf_slice rec;
    if (gf_filein_open(&in, word, s->stream) != 0)
        return -1;
    int got = gf_filein_pass_header(&in, s->stream);
    while (got >= 0 && (got = gf_filein_next(&in, s->stream, &rec)) == 1)
        got = add_record(s, t, rec, in.path, in.record);
    gf_filein_close(&in);
    if (got >= 0 && t->more && gf_sorter_end(&t->rest) != 0)
        got = gf_stage_storage(s);
    return got < 0 ? -1 : 0;
}

/* 1: the record taken last is given now; 0; -1. */
static int look_up(struct gf_stage *s, struct set *t, struct gf_slice rec)
{
    struct gf_slice key;
    if (gf_keyspec_of(t->keys, &t->maker, rec, &key) != 0)
        return gf_stage_uncut(s);
    bool in = gf_keytable_get(&t->table, key, gf_keytable_hash(&t->table, key)) != NULL;
    if (!in && t->more)
        return gf_aside_add(s, &t->aside, t->keys, s->taken, rec);
    if (in != t->wanted)
        return 0;
    return t->aside.open ? gf_aside_give_later(s, &t->aside, s->taken, rec) : 1;
}

/* gf_aside_test: keys come in order, so the sorted ones are walked along with them. */
static int passes(void *arg, struct gf_slice key)
{
    struct set *t = arg;
    int order = -1;
    while (!t->over && (!t->now.data || (order = gf_slice_compare(t->now, key)) < 0)) {
        int got = gf_sorter_next(&t->rest, &t->now);
        if (got < 0)
            return -1;
        t->over = got == 0;
    }
    return (!t->over && order == 0) == t->wanted;
}

static int end_set(struct gf_stage *s, struct set *t)
{
    t->ended = true;
    gf_keytable_release(&t->table); /* what was put aside is in none of it */
    return gf_aside_keep(s, &t->aside, t->keys, passes, t);
}

static int pull_set(struct gf_stage *s, size_t max)
{
    struct set *t = s->state;
    int got = t->ended ? 0 : gf_stage_need(s, gf_stage_want(s, max));
    if (got < 0)
        return -1;
    if (got == 0) {
        if (!t->ended && end_set(s, t) != 0)
            return -1;
        return gf_aside_give(s, &t->aside, max);
    }
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        got = look_up(s, t, rec);
        if (got < 0)
            return -1;
        if (got)
            s->out[s->n++] = rec;
    }
    return 1;
}

static void close_set(struct gf_stage *s)
{
    struct set *t = s->state;
    gf_keytable_release(&t->table);
    gf_key_maker_release(&t->maker);
    gf_sorter_release(&t->rest);
    gf_keyspec_release(&t->bytes);
    gf_aside_release(&t->aside);
}

static struct gf_stage *open_set(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct set));
    if (!s)
        return NULL;
    struct set *t = s->state;
    t->keys = &n->keys;
    t->aside.budget = st->share / 8;
    t->wanted = n->op == &gf_op_intersect;
    gf_key_maker_init(&t->maker, &n->keys);
    s->pull = pull_set;
    s->close = close_set;
    if (gf_keytable_open(&t->table, 0, st->share / 2, st->set->seed) != 0)
        gf_fault_nomem(&st->fault);
    else
        load(s, t, n->operand[0]);
    if (!st->fault.status)
        return s;
    return gf_stage_drop(s);
}

static const struct gf_opt set_opts[] = {
    {GF_OP_LIST, 'f', "fields", "LIST", "compare these fields only, on both sides", "@column", 0},
    {0},
};
#define SET_CLI(name_, summary_, example_)                                                         \
    {                                                                                              \
        .name = (name_), .summary = (summary_),                                                    \
        .usage = (const char *const[]){"[-f LIST] FILE", NULL}, .opts = set_opts,                  \
        .exits = gf_op_exits, .examples = (const char *const[]){(example_), NULL},                 \
        .parent = &gf_stream_cli, .operands = "@file", .stop_at_operand = true, .only_help = true  \
    }
static const struct gf_cli except_cli = SET_CLI("except", "keep the records that are not in FILE",
                                                "gf-stream --from urls.txt except access.log");
static const struct gf_cli intersect_cli =
    SET_CLI("intersect", "keep the records that are also in FILE",
            "gf-stream --from urls.txt intersect urls.txt");
const struct gf_op gf_op_except = {&except_cli,     1,        false,          true, false,
                                   gf_choice_check, open_set, gf_columns_same};
const struct gf_op gf_op_intersect = {&intersect_cli,  1,        false,          true, false,
                                      gf_choice_check, open_set, gf_columns_same};
