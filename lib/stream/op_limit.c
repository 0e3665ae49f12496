/*
 * op_limit.c - limit, first, collect.
 *
 * One stage for the three: a count of records that are still let through. It never asks for more
 * than that, so the operations in front stop where the count ends. `first` counts one and sets the
 * answer to no when nothing came.
 */
#include "base/exit.h"
#include "stream/op.h"

struct limit {
    uint64_t left;
    bool asks; /* first: nothing at all is the answer no */
};

static int pull_limit(struct gf_stage *s, size_t max)
{
    struct limit *l = s->state;
    if (l->left == 0)
        return 0;
    int got = gf_stage_need(s, l->left < max ? (size_t)l->left : max);
    if (got == 0 && l->asks)
        s->stream->answer = GF_EXIT_NO;
    if (got != 1)
        return got;
    for (; s->n < max && l->left && gf_stage_has(s); l->left--)
        s->out[s->n++] = gf_stage_take(s);
    l->asks = false;
    return 1;
}

static struct gf_stage *open_limit(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct limit));
    if (!s)
        return NULL;
    bool asks = n->op == &gf_op_first;
    *(struct limit *)s->state = (struct limit){asks ? 1 : (uint64_t)n->number, asks};
    if (n->op == &gf_op_collect)
        ((struct limit *)s->state)->left = UINT64_MAX;
    s->pull = pull_limit;
    return s;
}

static const struct gf_cli limit_cli = GF_OP_CLI_WITH(
    NULL, gf_limit_elsewhere, "limit", "keep the first N records and read no further", "N",
    gf_op_no_opts, gf_op_exits, "gf-stream limit 10");
const struct gf_op gf_op_limit = {&limit_cli, 1,          false,      false,
                                  false,      gf_check_n, open_limit, gf_columns_same};
static const struct gf_cli first_cli =
    GF_OP_CLI("first", "keep the first record; exit status 1 if there is none", "", gf_op_no_opts,
              gf_op_answer_exits, "gf-stream --from access.log filter GET first");
const struct gf_op gf_op_first = {&first_cli,       0,          false,          false, true,
                                  gf_check_nothing, open_limit, gf_columns_same};
static const struct gf_cli collect_cli =
    GF_OP_CLI("collect", "print the records; no operation can follow", "", gf_op_no_opts,
              gf_op_exits, "gf-stream limit 3 collect");
const struct gf_op gf_op_collect = {&collect_cli,     0,          false,          false, true,
                                    gf_check_nothing, open_limit, gf_columns_same};
