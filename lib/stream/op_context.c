/*
 * op_context.c - context: records that match, and those around them.
 *
 * The last records that did not match wait in a queue, as many as may stand in front of one that
 * does; that one lets them go, and comes behind them. Then so many records are given as they are.
 */
#include "base/exit.h"
#include "stream/held_back.h"
#include "stream/match.h"

struct context {
    struct gf_match match;
    uint64_t before, after;
    uint64_t left;                /* records behind a match that are still to be given */
    bool found;                   /* a record matched, and waits for those in front of it */
    struct gf_slice match_record; /* that one */
    struct gf_held_back queue;
};

/* Those in front of a match as far as there is room, then the match. */
static int give_found(struct gf_stage *s, struct context *c, size_t max)
{
    struct gf_slice rec;
    int got = 1;
    while (gf_stage_room(s, max) && (got = gf_held_back_pop(s, &c->queue, &rec)) == 1)
        if (gf_stage_emit_copy(s, rec.data, rec.len) != 0)
            return -1;
    if (got != 0)
        return got < 0 ? -1 : 0;
    s->out[s->n++] = c->match_record;
    c->found = false;
    c->left = c->after;
    return 0;
}

static int look(struct gf_stage *s, struct context *c)
{
    struct gf_slice rec = gf_stage_take(s);
    int yes = gf_match_test(s, &c->match, rec);
    if (yes < 0)
        return -1;
    if (yes) {
        c->found = true;
        c->match_record = rec; /* nothing is asked for until it is given */
        return 0;
    }
    if (c->left) {
        c->left--;
        s->out[s->n++] = rec;
        return 0;
    }
    if (c->before == 0)
        return 0;
    if (c->queue.n == c->before)
        gf_held_back_drop(&c->queue);
    return gf_held_back_push(s, &c->queue, rec);
}

/* As many as are missing, but for those that the next match would let go. */
static size_t want_of(const struct gf_stage *s, const struct context *c, size_t max)
{
    size_t missing = max - s->n;
    if (s->up->source)
        return GF_BATCH;
    return c->queue.n < missing ? missing - (size_t)c->queue.n : 1;
}

static int pull_context(struct gf_stage *s, size_t max)
{
    struct context *c = s->state;
    while (gf_stage_room(s, max)) {
        if (c->found) {
            if (give_found(s, c, max) != 0)
                return -1;
            continue;
        }
        if (s->n && !gf_stage_has(s))
            break;
        int got = gf_stage_need(s, want_of(s, c, max));
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        if (look(s, c) != 0)
            return -1;
    }
    return s->n > 0;
}

static void close_context(struct gf_stage *s)
{
    struct context *c = s->state;
    gf_finder_release(&c->match.finder);
    gf_cutter_release(&c->match.cutter);
    gf_held_back_release(&c->queue);
}

static struct gf_stage *open_context(const struct gf_node *n, struct gf_stream *st,
                                     struct gf_stage *up)
{
    struct gf_stage *s = gf_match_stage(n, st, up, pull_context, sizeof(struct context));
    if (!s)
        return NULL;
    struct context *c = s->state;
    c->before = n->before == UINT64_MAX ? 0 : n->before;
    c->after = n->after == UINT64_MAX ? 0 : n->after;
    s->close = close_context;
    return s;
}

static int check_context(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (n->before == UINT64_MAX && n->after == UINT64_MAX) {
        gf_fault_hint(f, "-B 2, -A 2, or -C 2 for both; filter keeps the records alone");
        return gf_fault_set(f, GF_EXIT_USAGE, "context: how many records around is not said");
    }
    n->streams = n->before == 0 || n->before == UINT64_MAX;
    return gf_match_check(n, set, f);
}

static const struct gf_opt context_opts[] = {
    {GF_OP_BEFORE, 'B', "before", "N", "keep N records before each that matches", NULL, 0},
    {GF_OP_AFTER, 'A', "after", "N", "keep N records after each that matches", NULL, 0},
    {GF_OP_AROUND, 'C', "around", "N", "keep N records before and after", NULL, 0},
    GF_MATCH_OPTIONS,
    {0},
};
static const struct gf_opt_rule context_rules[] = {
    {GF_OPT_NOT_WITH, "-x", "-w", "nothing stands beside a whole record"},
    {GF_OPT_NOT_WITH, "-C", "-A -B", "it says both"},
    {0},
};
static const struct gf_cli context_cli = GF_OP_CLI_WITH(
    context_rules, NULL, "context", "keep the records that match PAT, and those around",
    "[-B N] [-A N] [-C N] [-Fiwx] [-f N] PAT | -e PAT...", context_opts, gf_op_exits,
    "gf-stream --from access.log context -B 1 -A 3 -f 9 500");
const struct gf_op gf_op_context = {
    &context_cli, 1, true, true, false, check_context, open_context, gf_columns_same};
