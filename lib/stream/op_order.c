/* op_order.c - operations that change the order: sort top bottom shuffle, each a gf_sorter with
 * other keys. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/exit.h"
#include "stream/op.h"
#include "text/sorter.h"

/* ---- sort, top, bottom, shuffle -------------------------------------------------------------- */

struct sort {
    struct gf_sorter sorter;
    bool shuffles, ended;
    uint64_t random, count;
    struct gf_buf item;
};

/* shuffle: eight random bytes in front are what is sorted by. */
static int add_shuffled(struct sort *t, struct gf_slice rec)
{
    const uint64_t in[2] = {t->random, t->count++};
    uint64_t r = XXH3_64bits(in, sizeof in);
    gf_buf_clear(&t->item);
    gf_buf_add(&t->item, &r, sizeof r);
    if (gf_buf_add(&t->item, rec.data, rec.len) != 0)
        return -1;
    return gf_sorter_add(&t->sorter, (struct gf_slice){t->item.data, t->item.len});
}

static int read_all(struct gf_stage *s, struct sort *t)
{
    int got;
    while ((got = gf_stage_need(s, GF_BATCH)) == 1)
        while (gf_stage_has(s)) {
            struct gf_slice rec = gf_stage_take(s);
            if ((t->shuffles ? add_shuffled(t, rec) : gf_sorter_add(&t->sorter, rec)) != 0)
                return gf_stage_storage(s);
        }
    if (got == 0 && gf_sorter_end(&t->sorter) != 0)
        return gf_stage_storage(s);
    t->ended = true;
    return got;
}

static int pull_sort(struct gf_stage *s, size_t max)
{
    struct sort *t = s->state;
    if (!t->ended && read_all(s, t) != 0)
        return -1;
    /* A record of a merge is valid until the next one: it is copied, others lie still. */
    while (gf_stage_room(s, max)) {
        struct gf_slice rec;
        int got = gf_sorter_next(&t->sorter, &rec);
        if (got < 0)
            return gf_stage_storage(s);
        if (got == 0)
            break;
        if (t->shuffles)
            rec = (struct gf_slice){rec.data + 8, rec.len - 8};
        if (!t->sorter.merge)
            s->out[s->n++] = rec;
        else if (gf_stage_emit_copy(s, rec.data, rec.len) != 0)
            return -1;
    }
    return s->n ? 1 : 0;
}

static int pull_sort_run(struct gf_stage *s, struct gf_slice *run)
{
    struct sort *t = s->state;
    size_t records = 0;
    if (!t->ended && read_all(s, t) != 0)
        return -1;
    int got =
        gf_sorter_run(&t->sorter, t->shuffles ? 8 : 0, s->stream->set->separator, run, &records);
    s->given += records;
    return got < 0 ? gf_stage_storage(s) : got;
}

static void close_sort(struct gf_stage *s)
{
    struct sort *t = s->state;
    gf_sorter_release(&t->sorter);
    gf_buf_release(&t->item);
}

static struct gf_stage *open_sorter(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up, const struct gf_sorter_conf *conf)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct sort));
    if (!s)
        return NULL;
    struct sort *t = s->state;
    t->shuffles = !conf->keys;
    t->random = n->has_seed ? n->seed : st->set->seed;
    s->pull = pull_sort;
    if (st->set->table.kind == GF_TABULAR_NONE) /* a record may hold a separator */
        s->pull_run = pull_sort_run;
    s->close = close_sort;
    if (gf_sorter_open(&t->sorter, conf) == 0)
        return s;
    return gf_stage_nomem(s);
}

/* ---- sort --check ---------------------------------------------------------------------------- */

struct check {
    const struct gf_node *node;
    struct gf_key_maker maker;
    struct gf_buf last;
};

static int pull_check(struct gf_stage *s, size_t max)
{
    struct check *c = s->state;
    int got;
    (void)max;
    while ((got = gf_stage_need(s, s->up->source ? GF_BATCH : 1)) == 1)
        while (gf_stage_has(s)) {
            struct gf_slice rec = gf_stage_take(s), key;
            if (gf_keyspec_of(&c->node->keys, &c->maker, rec, &key) != 0)
                return gf_stage_uncut(s);
            int order = gf_slice_compare((struct gf_slice){c->last.data, c->last.len}, key);
            if (s->taken > 1 && (order > 0 || (order == 0 && c->node->unique)))
                return gf_fault_set(&s->stream->fault, GF_EXIT_NO,
                                    "sort: record %" PRIu64 " is out of order: '%.*s'", s->taken,
                                    (int)(rec.len < 60 ? rec.len : 60), rec.data);
            gf_buf_clear(&c->last);
            if (gf_buf_add(&c->last, key.data, key.len) != 0)
                return gf_fault_nomem(&s->stream->fault);
        }
    return got;
}

static void close_check(struct gf_stage *s)
{
    struct check *c = s->state;
    gf_key_maker_release(&c->maker);
    gf_buf_release(&c->last);
}

static struct gf_stage *open_check(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "sort", sizeof(struct check));
    if (!s)
        return NULL;
    struct check *c = s->state;
    c->node = n;
    gf_key_maker_init(&c->maker, &n->keys);
    s->pull = pull_check;
    s->close = close_check;
    return s;
}

/* ---- sort -u behind --merge: of equal neighbours the first ----------------------------------- */

static struct gf_stage *open_sort(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    if (n->check)
        return open_check(n, st, up);
    if (n->merge) { /* the source has merged; what is left to do is -u */
        const struct gf_node all = {.op = &gf_op_collect};
        return n->unique ? gf_op_uniq.open(n, st, up) : gf_op_collect.open(&all, st, up);
    }
    return open_sorter(n, st, up,
                       &(struct gf_sorter_conf){.keys = &n->keys,
                                                .unique = n->unique,
                                                .limit = n->limit,
                                                .budget = st->share,
                                                .spill = &st->spill,
                                                .threads = st->set->threads});
}

static int check_sort(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (n->has_seed && n->order.type != GF_KEY_RANDOM) {
        bool random = false;
        for (size_t i = 0; i < n->keys.n; i++)
            random |= n->keys.key[i].order.type == GF_KEY_RANDOM;
        if (!random)
            return gf_fault_set(f, GF_EXIT_USAGE, "sort: --seed goes with -R");
    }
    return gf_check_keys(n, set, f);
}

#define KEY_OPTIONS                                                                                  \
    {GF_OP_NUMBER, 'n', "numeric", NULL, "compare as numbers of any precision", NULL, 0},            \
        {GF_OP_FLOAT, 'g', "general", NULL, "compare as numbers with exponents, inf, nan", NULL, 0}, \
        {GF_OP_HUMAN, 'h', "human", NULL, "compare as numbers with a suffix: 2K 1M", NULL, 0},       \
        {GF_OP_VERSION, 'V', "version-sort", NULL, "compare as versions: 1.9 before 1.10", NULL, 0}, \
        {GF_OP_MONTH, 'M', "month", NULL, "compare as months: JAN before FEB", NULL, 0},             \
        {GF_OP_BLANKS, 'b', "ignore-blanks", NULL, "ignore blanks in front of a key", NULL, 0},      \
        {GF_OP_DICTIONARY,                                                                           \
         'd',                                                                                        \
         "dictionary",                                                                               \
         NULL,                                                                                       \
         "compare blanks, letters and digits only",                                                  \
         NULL,                                                                                       \
         0},                                                                                         \
        {GF_OP_PRINTABLE, 'i', "printable", NULL, "compare printable bytes only", NULL, 0},          \
        {GF_OP_ICASE, 0, "ignore-case", NULL, "ignore the case of letters", NULL, 0},                \
        {GF_OP_REVERSE, 'r', "reverse", NULL, "reverse the order", NULL, 0},                         \
        {GF_OP_KEY_FIELDS, 'f', "fields", "KEYS", "order by these fields only: 2,1nr",               \
         "@column",        0},                                                                       \
    {                                                                                                \
        GF_OP_KEY, 'k', "key", "KEY", "order by this key, as sort -k: 2,2n 1.3,1.5", NULL,           \
            GF_OPT_AGAIN                                                                             \
    }

#define TEXT_ALONE "a number, month or version is not compared as text"
#define KEY_RULES                                                                                  \
    {GF_OPT_NOT_WITH, "-n", "-g -h -M -V", ONE_KIND},                                              \
        {GF_OPT_NOT_WITH, "-g", "-h -M -V", ONE_KIND}, {GF_OPT_NOT_WITH, "-h", "-M -V", ONE_KIND}, \
        {GF_OPT_NOT_WITH, "-M", "-V", ONE_KIND},                                                   \
        {GF_OPT_NOT_WITH, "-d", "-n -g -h -M -V", TEXT_ALONE},                                     \
        {GF_OPT_NOT_WITH, "-i", "-n -g -h -M -V", TEXT_ALONE},                                     \
    {                                                                                              \
        GF_OPT_NOT_WITH, "--ignore-case", "-n -g -h -M -V", TEXT_ALONE                             \
    }
#define ONE_KIND "keys are compared in one way"

static const struct gf_opt sort_opts[] = {
    KEY_OPTIONS,
    {GF_OP_RANDOM, 'R', "random", NULL, "random order, equal keys together", NULL, 0},
    {GF_OP_SEED, 0, "seed", "N", "make the random order repeatable", NULL, 0},
    {GF_OP_UNIQUE, 'u', "unique", NULL, "keep the first of equal keys", NULL, 0},
    {GF_OP_CHECK, 0, "check", NULL, "print nothing; exit with 1 if not sorted", NULL, 0},
    {GF_OP_MERGE, 0, "merge", NULL, "merge inputs that are sorted already", NULL, 0},
    {0},
};
static const struct gf_opt_rule sort_rules[] = {
    KEY_RULES,
    {GF_OPT_NOT_WITH, "-R", "-n -g -h -M -V", ONE_KIND},
    {GF_OPT_NEEDS, "--seed", "-R -k -f", "nothing is random without R"},
    {GF_OPT_NOT_WITH, "--check", "--merge", "it prints no records"},
    {0},
};
static const struct gf_cli sort_cli = GF_OP_CLI_WITH(
    sort_rules, gf_sort_elsewhere, "sort", "sort the records; equal records keep their order",
    "[-ghnMVRbdiru] [-f KEYS] [-k KEY]... [--check | --merge]", sort_opts, gf_op_answer_exits,
    "gf-stream --from access.log sort -f 1,-1nr");
const struct gf_op gf_op_sort = {&sort_cli, 0,          false,     true,
                                 false,     check_sort, open_sort, gf_columns_same};

/* ---- top, bottom ----------------------------------------------------------------------------- */

static int check_top(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (gf_check_count(n, n->operand[0], 0, f) != 0 || check_sort(n, set, f) != 0)
        return -1;
    if (n->op == &gf_op_top)
        gf_keyspec_reverse(&n->keys);
    return 0;
}

static struct gf_stage *open_top(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up)
{
    if (n->number == 0) /* nothing is wanted: as limit 0 */
        return gf_op_limit.open(n, st, up);
    return open_sorter(n, st, up,
                       &(struct gf_sorter_conf){.keys = &n->keys,
                                                .limit = (uint64_t)n->number,
                                                .budget = st->share,
                                                .spill = &st->spill,
                                                .threads = st->set->threads});
}

static const struct gf_opt top_opts[] = {KEY_OPTIONS, {0}};
static const struct gf_opt_rule top_rules[] = {KEY_RULES, {0}};
static const struct gf_cli top_cli = GF_OP_CLI_WITH(
    top_rules, NULL, "top", "keep the K largest records, largest first",
    "[-ghnMVbdir] [-f KEYS] [-k KEY]... K", top_opts, gf_op_exits, "gf-stream top -n 10");
const struct gf_op gf_op_top = {&top_cli, 1,         false,    true,
                                false,    check_top, open_top, gf_columns_same};
static const struct gf_cli bottom_cli = GF_OP_CLI_WITH(
    top_rules, NULL, "bottom", "keep the K smallest records, smallest first",
    "[-ghnMVbdir] [-f KEYS] [-k KEY]... K", top_opts, gf_op_exits, "gf-stream bottom -n 10");
const struct gf_op gf_op_bottom = {&bottom_cli, 1,         false,    true,
                                   false,       check_top, open_top, gf_columns_same};

/* ---- shuffle --------------------------------------------------------------------------------- */

static struct gf_stage *open_shuffle(const struct gf_node *n, struct gf_stream *st,
                                     struct gf_stage *up)
{
    return open_sorter(
        n, st, up,
        &(struct gf_sorter_conf){
            .tag = true, .budget = st->share, .spill = &st->spill, .threads = st->set->threads});
}

static const struct gf_opt seed_opts[] = {
    {GF_OP_SEED, 0, "seed", "N", "make the random order repeatable", NULL, 0},
    {0},
};
static const struct gf_cli shuffle_cli =
    GF_OP_CLI_WITH(NULL, gf_shuffle_elsewhere, "shuffle", "put the records in random order",
                   "[--seed N]", seed_opts, gf_op_exits, "gf-stream shuffle --seed 7");
const struct gf_op gf_op_shuffle = {
    &shuffle_cli, 0, false, true, false, gf_check_nothing, open_shuffle, gf_columns_same};
