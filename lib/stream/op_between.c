/*
 * op_between.c - between BEGIN END: the records from one that matches to the next that matches.
 *
 * A block without its END is none. So what would be given of an open block waits in a queue
 * (held_back.h) until the END comes; with --not what would be given if it never came waits for the
 * end of the input. With --unclosed nothing has to wait.
 */
#include <stdlib.h>

#include "stream/held_back.h"
#include "stream/match.h"

struct between {
    struct gf_match begin, end;
    bool inner, first, others, unclosed;
    bool inside;   /* BEGIN was met, and its END was not */
    bool finished; /* with --first: its block has ended */
    bool giving;   /* what waits may go */
    bool ended;    /* of the input, or of what is looked at */
    struct gf_held_back queue;
};

/* How many records to ask for, that none is read which need not be: each gives one more, and where
 * some wait the next may release all of them. */
static size_t want_of(const struct gf_stage *s, const struct between *b, size_t max)
{
    size_t missing = max - s->n;
    if (s->up->source)
        return GF_BATCH;
    if (b->first && !b->others)
        return 1;
    if (b->others || !b->inside)
        return missing;
    return b->queue.n < missing ? missing - (size_t)b->queue.n : 1;
}

/* A record that is given whether the block ends or not, or one that waits to know that. */
static int give(struct gf_stage *s, struct between *b, struct gf_slice rec, bool certain)
{
    if (!certain)
        return gf_held_back_push(s, &b->queue, rec);
    s->out[s->n++] = rec;
    return 0;
}

/* A record that begins a block, is inside of one, or ends it. `ends`: its END is here. */
static int take_inside(struct gf_stage *s, struct between *b, struct gf_slice rec, bool mark,
                       bool ends)
{
    bool chosen = !(b->inner && mark) != b->others; /* given, where the block is one */
    b->inside = !ends;
    b->finished = ends && b->first;
    if (b->unclosed)
        return chosen ? give(s, b, rec, true) : 0;
    if (!ends && (chosen || b->others))
        return give(s, b, rec, chosen && b->others && b->queue.n == 0);
    if (!ends)
        return 0;
    if (b->others) {
        /* Of what waits only the BEGIN of --inner is no part of the block, and that was given. */
        while (b->queue.n)
            gf_held_back_drop(&b->queue);
        return chosen ? give(s, b, rec, true) : 0;
    }
    b->giving = true;
    return chosen ? give(s, b, rec, b->queue.n == 0) : 0;
}

/* The next record. -1: the fault is set. */
static int look(struct gf_stage *s, struct between *b, struct gf_slice rec)
{
    bool inside = b->inside;
    int yes = b->finished ? 0 : gf_match_test(s, inside ? &b->end : &b->begin, rec);
    if (yes < 0)
        return -1;
    if (inside || yes)
        return take_inside(s, b, rec, yes, inside && yes);
    return b->others ? give(s, b, rec, true) : 0;
}

/* What waits, as far as there is room. */
static int give_queue(struct gf_stage *s, struct between *b, size_t max)
{
    struct gf_slice rec;
    int got = 1;
    while (gf_stage_room(s, max) && (got = gf_held_back_pop(s, &b->queue, &rec)) == 1)
        if (gf_stage_emit_copy(s, rec.data, rec.len) != 0)
            return -1;
    b->giving = got == 1;
    return got < 0 ? -1 : 0;
}

static int pull_between(struct gf_stage *s, size_t max)
{
    struct between *b = s->state;
    while (gf_stage_room(s, max)) {
        if (b->giving) {
            if (give_queue(s, b, max) != 0)
                return -1;
            continue;
        }
        if (b->ended || (b->finished && !b->others) || (s->n && !gf_stage_has(s)))
            break;
        int got = gf_stage_need(s, want_of(s, b, max));
        if (got < 0)
            return -1;
        b->ended = got == 0;
        if (b->ended)
            b->giving = b->others; /* the open block is none */
        else if (look(s, b, gf_stage_take(s)) != 0)
            return -1;
    }
    return s->n > 0;
}

static void close_between(struct gf_stage *s)
{
    struct between *b = s->state;
    gf_finder_release(&b->begin.finder);
    gf_cutter_release(&b->begin.cutter);
    gf_finder_release(&b->end.finder);
    gf_cutter_release(&b->end.cutter);
    gf_held_back_release(&b->queue);
}

static struct gf_stage *open_between(const struct gf_node *n, struct gf_stream *st,
                                     struct gf_stage *up)
{
    struct gf_stage *s = gf_match_stage(n, st, up, pull_between, sizeof(struct between));
    if (!s)
        return NULL;
    struct between *b = s->state;
    b->inner = n->inner;
    b->first = n->first;
    b->others = n->others;
    b->unclosed = n->unclosed;
    b->end.list = b->begin.list;
    gf_cutter_init(&b->end.cutter, &st->set->fields);
    s->close = close_between;
    if (gf_finder_open(&b->end.finder, *(struct gf_pattern *const *)n->extra) == 0)
        return s;
    return gf_stage_nomem(s);
}

static void drop_between(struct gf_node *n)
{
    gf_pattern_free(*(struct gf_pattern **)n->extra);
}

/* The pattern of END goes into `extra`, that of BEGIN stays in the node. */
static int check_between(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_pattern **end = n->extra = calloc(1, sizeof *end);
    if (!end)
        return gf_fault_nomem(f);
    n->drop = drop_between;
    n->streams = n->unclosed;
    int bad = gf_check_pattern_word(n, n->operand[1], set, f);
    *end = n->pattern;
    n->pattern = NULL;
    if (bad)
        return -1;
    n->room -= gf_pattern_bytes(*end);
    return gf_match_check(n, set, f);
}

static const struct gf_opt between_opts[] = {
    GF_MATCH_LETTERS,
    {GF_OP_INNER, 0, "inner", NULL, "leave out the records that match BEGIN and END", NULL, 0},
    {GF_OP_FIRST, 0, "first", NULL, "one block only: read no further", NULL, 0},
    {GF_OP_NOT, 0, "not", NULL, "keep everything else", NULL, 0},
    {GF_OP_UNCLOSED, 0, "unclosed", NULL, "the input may end a block, as END does", NULL, 0},
    {0},
};
static const struct gf_cli between_cli = GF_OP_CLI_WITH(
    gf_match_rules, NULL, "between", "keep the blocks from a record that matches BEGIN to END",
    "[-Fiwx] [-f N] [options] BEGIN END", between_opts, gf_op_exits,
    "gf-stream --from access.log between --first ' 500 ' ' 200 '");
const struct gf_op gf_op_between = {
    &between_cli, 2, false, true, false, check_between, open_between, gf_columns_same};
