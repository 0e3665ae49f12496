/* op_answer.c - one answer about the whole stream: sum min max mean median percentile join
 * reduce. */
#include <errno.h>
#include <stdlib.h>

#include "base/exit.h"
#include "stream/aggregate.h"
#include "stream/op.h"
#include "text/scan.h"
#include "text/sorter.h"

enum {
    PERCENTILES = 64
};

struct percents {
    size_t n;
    uint64_t p[PERCENTILES]; /* of GF_PERCENT */
};

struct answer {
    const struct gf_node *node;
    struct gf_aggregate agg;
    struct gf_cutter cutter;
    struct gf_keyspec keys; /* median, percentile: of the sorter */
    struct gf_sorter sorter;
    bool sorts, done;
    struct gf_buf text;                      /* join, concat; the results, one behind the other */
    size_t end[PERCENTILES], results, given; /* where each of them ends */
};

static struct gf_slice value_of(struct gf_stage *s, struct answer *a, struct gf_slice rec, int *bad)
{
    const struct gf_field_list *l = &a->node->list;
    *bad = 0;
    if (!l->n)
        return gf_stage_line(s, rec).value;
    *bad = gf_cutter_cut(&a->cutter, rec.data, rec.len, l->need);
    if (*bad)
        gf_stage_uncut(s);
    return *bad ? rec : gf_cutter_get(&a->cutter, l->range[0].lo);
}

static int add_joined(struct gf_stage *s, struct answer *a, struct gf_slice v)
{
    if (a->agg.n)
        gf_buf_add(&a->text, a->node->text.data, a->node->text.len);
    gf_buf_add(&a->text, v.data, v.len);
    a->agg.n++;
    if (a->text.failed)
        return gf_fault_nomem(&s->stream->fault);
    return a->text.len <= s->stream->share ? 0 : gf_stage_full(s);
}

static int add_value(struct gf_stage *s, struct answer *a, struct gf_slice rec)
{
    int bad;
    struct gf_slice v = value_of(s, a, rec, &bad);
    if (bad)
        return -1;
    if (a->agg.kind == GF_AGG_JOIN)
        return add_joined(s, a, v);
    int got = gf_aggregate_add(&a->agg, v);
    if (got == 1)
        return gf_stage_bad_or_skipped(s, v, a->node->column, a->node->skip_bad);
    if (got < 0)
        return gf_fault_nomem(&s->stream->fault);
    return a->sorts && gf_sorter_add(&a->sorter, v) != 0 ? gf_stage_storage(s) : 0;
}

/* The percentiles in one walk: they are asked for in any order, so each walks to its rank in turn
 * of size. */
static int walk_ranks(struct gf_stage *s, struct answer *a, const struct percents *want)
{
    struct gf_buf lo[PERCENTILES], hi[PERCENTILES];
    struct gf_quantile q[PERCENTILES];
    struct gf_slice v;
    int r = 0;
    memset(lo, 0, sizeof lo);
    memset(hi, 0, sizeof hi);
    for (size_t i = 0; i < want->n; i++)
        q[i] = a->node->nearest ? gf_quantile_nearest(a->agg.n, want->p[i])
                                : gf_quantile_place(a->agg.n, want->p[i]);
    for (uint64_t at = 0; r == 0 && (r = gf_sorter_next(&a->sorter, &v)) == 1; at++, r = 0)
        for (size_t i = 0; i < want->n; i++) {
            if (q[i].rank == at)
                gf_buf_add(&lo[i], v.data, v.len);
            if (q[i].rank + 1 == at)
                gf_buf_add(&hi[i], v.data, v.len);
        }
    for (size_t i = 0; i < want->n; i++) {
        struct gf_slice l = {lo[i].data, lo[i].len}, h = {hi[i].data, hi[i].len};
        if (lo[i].failed || hi[i].failed)
            r = gf_fault_nomem(&s->stream->fault);
        if (r == 0 && (a->node->nearest ? gf_buf_add(&a->text, l.data, l.len)
                                        : gf_quantile_text(q[i], l, h.data ? h : l, &a->text)) != 0)
            r = gf_fault_nomem(&s->stream->fault);
        a->end[a->results++] = a->text.len;
        gf_buf_release(&lo[i]);
        gf_buf_release(&hi[i]);
    }
    return r < 0 ? gf_stage_storage(s) : 0;
}

static int make_answer(struct gf_stage *s, struct answer *a)
{
    static const struct percents half = {1, {50 * GF_PERCENT}};
    if (a->agg.n == 0 && a->agg.kind != GF_AGG_SUM) {
        s->stream->answer = GF_EXIT_NO;
        return 0;
    }
    if (a->sorts) {
        if (gf_sorter_end(&a->sorter) != 0)
            return gf_stage_storage(s);
        return walk_ranks(s, a, a->node->extra ? a->node->extra : &half);
    }
    if (a->agg.kind != GF_AGG_JOIN && gf_aggregate_result(&a->agg, &a->text) != 0)
        return gf_fault_nomem(&s->stream->fault);
    a->end[a->results++] = a->text.len;
    return 0;
}

/* All values there are. 0, or -1. */
static int take_all(struct gf_stage *s, struct answer *a)
{
    int got;
    while ((got = gf_stage_need(s, GF_BATCH)) == 1)
        while (gf_stage_has(s))
            if (add_value(s, a, gf_stage_take(s)) != 0)
                return -1;
    return got;
}

static int take_parts(struct gf_stage *s, struct answer *a)
{
    struct gf_aggregate part;
    int got;
    while ((got = s->up->pull_part(s->up, &part)) == 1)
        if (gf_aggregate_put_together(&a->agg, &part) != 0)
            return gf_fault_nomem(&s->stream->fault);
    return got;
}

static int fold_answer(struct gf_stage *s, struct gf_aggregate *out)
{
    struct answer *a = s->state;
    int got = take_all(s, a);
    *out = a->agg;
    a->agg = (struct gf_aggregate){.kind = out->kind};
    return got;
}

static int pull_answer(struct gf_stage *s, size_t max)
{
    struct answer *a = s->state;
    int got = a->done ? 0 : (s->up->pull_part ? take_parts : take_all)(s, a);
    if (got < 0 || (!a->done && make_answer(s, a) != 0))
        return -1;
    a->done = true;
    for (; s->n < max && a->given < a->results; a->given++) {
        size_t from = a->given ? a->end[a->given - 1] : 0;
        s->out[s->n++] = (struct gf_slice){a->text.data + from, a->end[a->given] - from};
    }
    return s->n ? 1 : 0;
}

static void close_answer(struct gf_stage *s)
{
    struct answer *a = s->state;
    gf_aggregate_release(&a->agg);
    gf_cutter_release(&a->cutter);
    gf_sorter_release(&a->sorter);
    gf_keyspec_release(&a->keys);
    gf_buf_release(&a->text);
}

static int open_sorter(struct gf_stage *s, struct answer *a)
{
    gf_keyspec_init(&a->keys, &s->stream->set->fields, 0);
    return gf_keyspec_seal(&a->keys, &(struct gf_key_order){.type = GF_KEY_FLOAT}) == 0
               ? gf_sorter_open(&a->sorter,
                                &(struct gf_sorter_conf){.keys = &a->keys,
                                                         .budget = s->stream->share,
                                                         .spill = &s->stream->spill,
                                                         .threads = s->stream->set->threads})
               : -1;
}

static struct gf_stage *open_answer(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct answer));
    if (!s)
        return NULL;
    struct answer *a = s->state;
    a->node = n;
    a->agg.kind = (enum gf_aggregate_kind)n->number;
    a->sorts = a->agg.kind == GF_AGG_MEDIAN || a->agg.kind == GF_AGG_PERCENTILE;
    gf_cutter_init(&a->cutter, &st->set->fields);
    s->pull = pull_answer;
    if (gf_aggregate_adds_up(a->agg.kind))
        s->fold = fold_answer;
    s->close = close_answer;
    if (!a->sorts || open_sorter(s, a) == 0)
        return s;
    return gf_stage_nomem(s);
}

/* ---- words ----------------------------------------------------------------------------------- */

static int check_field(struct gf_node *n, struct gf_fault *f)
{
    if (!n->list_word)
        return 0;
    if (gf_check_list(n, n->list_word, f) != 0)
        return -1;
    if (!gf_field_list_single(&n->list))
        return gf_fault_set(f, GF_EXIT_USAGE, "%s: -f takes one field, not '%s'", n->op->cli->name,
                            n->list_word);
    return 0;
}

static int check_percentile(struct gf_node *n, struct gf_fault *f)
{
    const char *word = n->operand[0];
    struct percents *want = n->extra = calloc(1, sizeof *want);
    if (!want)
        return gf_fault_nomem(f);
    for (const char *p = word;;) {
        size_t len = strcspn(p, ",");
        uint64_t v;
        if (gf_percent_read((struct gf_slice){p, len}, &v) != 0 || want->n == PERCENTILES) {
            struct gf_perr e = {0};
            gf_perr_say(&e, (size_t)(p - word), len,
                        "a list of percentiles is like 50,90,99.9, with at most 16 digits "
                        "behind a point",
                        want->n == PERCENTILES ? "too many percentiles"
                                               : "a percentile is a number from 0 to 100");
            return gf_fault_parse(f, "percentiles", word, &e);
        }
        want->p[want->n++] = v;
        if (!p[len])
            return 0;
        p += len + 1;
    }
}

static int check_answer(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    static const struct {
        const struct gf_op *op;
        enum gf_aggregate_kind kind;
    } kinds[] = {
        {&gf_op_sum, GF_AGG_SUM},
        {&gf_op_min, GF_AGG_MIN},
        {&gf_op_max, GF_AGG_MAX},
        {&gf_op_mean, GF_AGG_MEAN},
        {&gf_op_median, GF_AGG_MEDIAN},
        {&gf_op_join, GF_AGG_JOIN},
        {&gf_op_percentile, GF_AGG_PERCENTILE},
    };
    (void)set;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].op == n->op)
            n->number = kinds[i].kind;
    if (n->op == &gf_op_percentile && check_percentile(n, f) != 0)
        return -1;
    if (n->op == &gf_op_join && gf_check_text(n, n->operand[0], "separator", f) != 0)
        return -1;
    return check_field(n, f);
}

static int check_reduce(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    static const char *const words[] = {"sum", "min", "max", "concat", NULL};
    static const enum gf_aggregate_kind kinds[] = {GF_AGG_SUM, GF_AGG_MIN, GF_AGG_MAX, GF_AGG_JOIN};
    (void)set;
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], n->operand[0]) == 0) {
            n->number = kinds[i];
            if (n->skip_bad && kinds[i] == GF_AGG_JOIN) {
                gf_fault_hint(f, "leave --skip-bad out");
                return gf_fault_set(
                    f, GF_EXIT_USAGE,
                    "reduce: --skip-bad is about numbers, and concat joins any records");
            }
            return check_field(n, f);
        }
    gf_fault_hint(f, "reduce takes sum, min, max or concat");
    return gf_fault_set(f, GF_EXIT_USAGE, "reduce: unknown reduction '%s'", n->operand[0]);
}

static const struct gf_opt number_opts[] = {
    {GF_OP_FIELD, 'f', "field", "N", "use field N instead of the record", "@column", 0},
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "skip records that are no number", NULL, 0},
    {0},
};
static const struct gf_opt join_opts[] = {
    {GF_OP_FIELD, 'f', "field", "N", "use field N instead of the record", "@column", 0},
    {0},
};

static const struct gf_opt percentile_opts[] = {
    {GF_OP_NEAREST, 0, "nearest", NULL, "a value that is there, as it was written", NULL, 0},
    {GF_OP_FIELD, 'f', "field", "N", "use field N instead of the record", "@column", 0},
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "skip records that are no number", NULL, 0},
    {0},
};

#define NUMBER_OP(name, summary, usage, operands, holds, example)                                  \
    static const struct gf_cli name##_cli =                                                        \
        GF_OP_CLI(#name, summary, usage, number_opts, gf_op_number_answer_exits, example);         \
    const struct gf_op gf_op_##name = {&name##_cli, operands,     false,       holds,              \
                                       false,       check_answer, open_answer, NULL}

static const int gf_op_number_answer_exits[] = {0, 1, 2, 123, 125, -1};

NUMBER_OP(sum, "print the sum", "[--skip-bad] [-f N]", 0, false, "seq 10 | gf-stream sum");
NUMBER_OP(min, "print the smallest number as it was written", "[--skip-bad] [-f N]", 0, false,
          "seq 10 | gf-stream min");
NUMBER_OP(max, "print the largest number as it was written", "[--skip-bad] [-f N]", 0, false,
          "seq 10 | gf-stream max");
NUMBER_OP(mean, "print the mean", "[--skip-bad] [-f N]", 0, false, "seq 10 | gf-stream mean");
NUMBER_OP(median, "print the median", "[--skip-bad] [-f N]", 0, true, "seq 10 | gf-stream median");
static const struct gf_cli percentile_cli =
    GF_OP_CLI("percentile", "print percentiles, one a record: percentile 50,99",
              "[--nearest] [--skip-bad] [-f N] P,...", percentile_opts, gf_op_number_answer_exits,
              "seq 10 | gf-stream percentile 50,90,99.9");
const struct gf_op gf_op_percentile = {&percentile_cli, 1,           false, true, false,
                                       check_answer,    open_answer, NULL};

static const struct gf_cli join_cli = GF_OP_CLI_WITH(
    NULL, gf_join_elsewhere, "join", "join all records into one, with SEP between them",
    "[-f N] SEP", join_opts, gf_op_answer_exits, "seq 10 | gf-stream join ,");
const struct gf_op gf_op_join = {&join_cli, 1, false, true, false, check_answer, open_answer, NULL};

static const struct gf_cli reduce_cli =
    GF_OP_CLI("reduce", "reduce all records to one: sum, min, max or concat",
              "[--skip-bad] [-f N] sum|min|max|concat", number_opts, gf_op_number_answer_exits,
              "seq 10 | gf-stream reduce sum");
const struct gf_op gf_op_reduce = {&reduce_cli,  1,           false, true, false,
                                   check_reduce, open_answer, NULL};
