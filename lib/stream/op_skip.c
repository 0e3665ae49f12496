/*
 * op_skip.c - skip, tail, every: records by their number.
 *
 * From the front records are counted and dropped. From the end a queue holds the last N: skip gives
 * out the record that is one too many, tail drops it and gives out the queue at the end.
 */
#include "stream/op.h"
#include "stream/held_back.h"

struct skip {
    uint64_t left; /* records to drop from the front */
    uint64_t keep; /* records to hold back */
    bool ended;
    struct gf_held_back queue;
};

static void close_skip(struct gf_stage *s)
{
    gf_held_back_release(&((struct skip *)s->state)->queue);
}

static int pull_skip_front(struct gf_stage *s, size_t max)
{
    struct skip *k = s->state;
    size_t want = k->left < GF_BATCH ? (size_t)k->left + max : GF_BATCH;
    int got = gf_stage_need(s, gf_stage_want(s, want));
    if (got != 1)
        return got;
    for (; k->left && gf_stage_has(s); k->left--)
        gf_stage_take(s);
    while (s->n < max && gf_stage_has(s))
        s->out[s->n++] = gf_stage_take(s);
    return 1;
}

/* skip -N: a record comes out when N newer ones are held. */
static int pull_skip_back(struct gf_stage *s, size_t max)
{
    struct skip *k = s->state;
    uint64_t missing = k->keep - k->queue.n;
    int got = gf_stage_need(s, !missing ? max : missing < GF_BATCH ? (size_t)missing : GF_BATCH);
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s)) {
        struct gf_slice old;
        if (gf_held_back_push(s, &k->queue, gf_stage_take(s)) != 0)
            return -1;
        if (k->queue.n <= k->keep)
            continue;
        if (gf_held_back_pop(s, &k->queue, &old) != 1 ||
            gf_stage_emit_copy(s, old.data, old.len) != 0)
            return -1;
    }
    return 1;
}

static int pull_tail(struct gf_stage *s, size_t max)
{
    struct skip *k = s->state;
    struct gf_slice rec;
    int got = 0;
    while (!k->ended && k->keep && (got = gf_stage_need(s, GF_BATCH)) != 0) {
        if (got < 0)
            return -1;
        while (gf_stage_has(s)) {
            if (gf_held_back_push(s, &k->queue, gf_stage_take(s)) != 0)
                return -1;
            if (k->queue.n > k->keep)
                gf_held_back_drop(&k->queue);
        }
    }
    k->ended = true;
    while (gf_stage_room(s, max) && (got = gf_held_back_pop(s, &k->queue, &rec)) == 1)
        if (gf_stage_emit_copy(s, rec.data, rec.len) != 0)
            return -1;
    return got < 0 ? -1 : s->n > 0;
}

static struct gf_stage *open_skip(const struct gf_node *n, struct gf_stream *st,
                                  struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct skip));
    if (!s)
        return NULL;
    struct skip *k = s->state;
    bool back = n->op == &gf_op_skip && n->number < 0;
    k->left = n->number < 0 ? 0 : (uint64_t)n->number;
    k->keep = (uint64_t)(n->number < 0 ? -n->number : n->number);
    s->pull = n->op == &gf_op_tail ? pull_tail : back ? pull_skip_back : pull_skip_front;
    s->close = close_skip;
    return s;
}

static int check_skip(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    const char *word = n->operand[0];
    bool minus = word[0] == '-' && word[1];
    (void)set;
    if (gf_check_count(n, word + minus, 0, f) != 0)
        return -1;
    n->number = minus ? -n->number : n->number;
    return 0;
}

static const struct gf_cli skip_cli =
    GF_OP_CLI("skip", "drop the first N records; -N drops the last N", "N | -N", gf_op_no_opts,
              gf_op_exits, "gf-stream skip 1");
const struct gf_op gf_op_skip = {&skip_cli, 1,          false,     true,
                                 false,     check_skip, open_skip, gf_columns_same};
static const struct gf_cli tail_cli =
    GF_OP_CLI_WITH(NULL, gf_tail_elsewhere, "tail", "keep the last N records", "N", gf_op_no_opts,
                   gf_op_exits, "gf-stream tail 10");
const struct gf_op gf_op_tail = {&tail_cli, 1,          false,     true,
                                 false,     gf_check_n, open_skip, gf_columns_same};

static int pull_every(struct gf_stage *s, size_t max)
{
    const uint64_t *n = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (s->n < max && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        if (s->taken % *n == 0)
            s->out[s->n++] = rec;
    }
    return 1;
}

static struct gf_stage *open_every(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "every", sizeof(uint64_t));
    if (!s)
        return NULL;
    *(uint64_t *)s->state = (uint64_t)n->number;
    s->pull = pull_every;
    return s;
}

static const struct gf_cli every_cli = GF_OP_CLI("every", "keep every Nth record", "N",
                                                 gf_op_no_opts, gf_op_exits, "gf-stream every 100");
const struct gf_op gf_op_every = {&every_cli, 1,           false,      false,
                                  false,      gf_check_n1, open_every, gf_columns_same};
