/*
 * op_while.c - take-while and drop-while.
 *
 * Both keep whether the first record was met that does not match, or with -v that does. take-while
 * ends there, and asks an operation in front for one record at a time, so that none is used beyond;
 * drop-while passes everything from there on without a test.
 */
#include "stream/match.h"

struct run_of {
    struct gf_match match;
    bool invert; /* it is the first that matches */
    bool over;   /* that record was met */
};

static int pull_take_while(struct gf_stage *s, size_t max)
{
    struct run_of *m = s->state;
    int got = m->over ? 0 : gf_stage_need(s, s->up->source ? GF_BATCH : 1);
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s) && !m->over) {
        struct gf_slice rec = gf_stage_take(s);
        int yes = gf_match_test(s, &m->match, rec);
        if (yes < 0)
            return -1;
        if (yes != m->invert)
            s->out[s->n++] = rec;
        else
            m->over = true;
    }
    return 1;
}

static int pull_drop_while(struct gf_stage *s, size_t max)
{
    struct run_of *m = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        int yes = m->over ? m->invert : gf_match_test(s, &m->match, rec);
        if (yes < 0)
            return -1;
        m->over |= yes == m->invert;
        if (m->over)
            s->out[s->n++] = rec;
    }
    return 1;
}

static struct gf_stage *open_while(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    bool takes = n->op == &gf_op_take_while;
    struct gf_stage *s =
        gf_match_stage(n, st, up, takes ? pull_take_while : pull_drop_while, sizeof(struct run_of));
    if (s)
        ((struct run_of *)s->state)->invert = n->invert;
    return s;
}

static const struct gf_opt while_opts[] = {
    GF_MATCH_OPTIONS,
    {GF_OP_INVERT, 'v', "invert-match", NULL, "up to the first record that does match", NULL, 0},
    {0},
};
#define WHILE_USAGE "[-Fivwx] [-f N] PAT | -e PAT... | --patterns FILE..."

static const struct gf_cli take_while_cli = GF_OP_CLI_WITH(
    gf_match_rules, NULL, "take-while", "stop at the first record that does not match PAT",
    WHILE_USAGE, while_opts, gf_op_exits, "gf-stream --from access.log take-while .");
const struct gf_op gf_op_take_while = {&take_while_cli, 1,          true,           false, false,
                                       gf_match_check,  open_while, gf_columns_same};

static const struct gf_cli drop_while_cli = GF_OP_CLI_WITH(
    gf_match_rules, NULL, "drop-while", "drop records up to the first that does not match PAT",
    WHILE_USAGE, while_opts, gf_op_exits, "gf-stream --from access.log drop-while '^#'");
const struct gf_op gf_op_drop_while = {&drop_while_cli, 1,          true,           false, false,
                                       gf_match_check,  open_while, gf_columns_same};
