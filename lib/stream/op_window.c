/*
 * op_window.c - batch and window: several records as one.
 *
 * A ring holds copies of the last N records. When it is full they are joined into one record; then
 * batch empties the ring, and window lets the next record push out the oldest.
 */
#include "stream/op_scan.h"
#include "stream/ring.h"

struct window {
    size_t size;
    struct gf_slice joiner;
    struct gf_ring ring;
    struct gf_slice end; /* of the record taken last: a CR, or nothing */
    bool ended;
};

static void close_window(struct gf_stage *s)
{
    gf_ring_release(&((struct window *)s->state)->ring);
}

static int emit_joined(struct gf_stage *s, struct window *w)
{
    size_t len = w->joiner.len * (w->ring.n - 1) + w->end.len;
    for (size_t i = 0; i < w->ring.n; i++)
        len += gf_ring_at(&w->ring, i)->len;
    char *p = gf_pad_take(&s->pad, len);
    if (!p)
        return gf_fault_nomem(&s->stream->fault);
    s->out[s->n++] = (struct gf_slice){p, len};
    for (size_t i = 0; i < w->ring.n; i++) {
        if (i && w->joiner.len) {
            memcpy(p, w->joiner.data, w->joiner.len);
            p += w->joiner.len;
        }
        struct gf_buf *b = gf_ring_at(&w->ring, i);
        if (b->len)
            memcpy(p, b->data, b->len);
        p += b->len;
    }
    gf_slice_put(p, w->end);
    return 0;
}

static int pull_window(struct gf_stage *s, size_t max)
{
    struct window *w = s->state;
    bool slides = strcmp(s->name, "window") == 0;
    while (gf_stage_room(s, max) && !w->ended) {
        size_t missing = w->size - (w->ring.n < w->size ? w->ring.n : w->size);
        if (s->n && !gf_stage_has(s))
            return 1;
        int got = gf_stage_need(s, missing ? missing : 1);
        if (got < 0)
            return -1;
        if (got == 0) {
            w->ended = true;
            return !slides && w->ring.n ? emit_joined(s, w) == 0 ? 1 : -1 : s->n > 0;
        }
        struct gf_line line = gf_stage_line(s, gf_stage_take(s));
        if (gf_ring_add(s, &w->ring, line.value, w->size) != 0)
            return -1;
        w->end = (struct gf_slice){"\r", line.end.len};
        if (w->ring.n < w->size)
            continue;
        if (emit_joined(s, w) != 0)
            return -1;
        if (!slides)
            w->ring.n = w->ring.first = 0;
    }
    return s->n > 0;
}

static struct gf_stage *open_window(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    if (n->agg_word)
        return gf_scan_open(n, st, up);
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, sizeof(struct window));
    if (!s)
        return NULL;
    struct window *w = s->state;
    w->size = (size_t)n->number;
    w->joiner = (struct gf_slice){n->text.data, n->text.len};
    s->pull = pull_window;
    s->close = close_window;
    return s;
}

/* What is joined has no columns of its own. */
static int columns_of_window(const struct gf_node *n, struct gf_names *out)
{
    if (n->agg_word)
        return gf_scan_columns(n, out);
    gf_names_end(out, n->op->cli->name);
    return 0;
}

static int check_window(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    (void)set;
    if (gf_check_count(n, n->operand[0], 1, f) != 0)
        return -1;
    if (n->agg_word)
        return gf_scan_check(n, n->agg_word, (uint64_t)n->number, f);
    bool tables = set->table.kind != GF_TABULAR_NONE;
    return gf_check_text(n,
                         n->join_word ? n->join_word
                         : tables     ? "\\x1f"
                                      : "\\t",
                         "value of --join", f);
}

static const struct gf_opt join_opts[] = {
    {GF_OP_JOIN, 0, "join", "SEP", "text between the records (default TAB)", NULL, 0},
    {0},
};
static const struct gf_cli batch_cli =
    GF_OP_CLI("batch", "join every N records into one", "[--join SEP] N", join_opts, gf_op_exits,
              "gf-stream batch 2");
const struct gf_op gf_op_batch = {&batch_cli,   1,           false, true, false,
                                  check_window, open_window, NULL};
static const struct gf_opt window_opts[] = {
    {GF_OP_JOIN, 0, "join", "SEP", "text between the records (default TAB)", NULL, 0},
    {GF_OP_AGG, 0, "agg", "LIST", "running values of the N records: mean:2,max:2", NULL, 0},
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "with --agg: leave out records that are no number", NULL,
     0},
    {0},
};
static const struct gf_opt_rule window_rules[] = {
    {GF_OPT_NOT_WITH, "--agg", "--join", "no records are joined"},
    {GF_OPT_NEEDS, "--skip-bad", "--agg", "no number is looked at"},
    {0},
};
static const struct gf_cli window_cli = GF_OP_CLI_WITH(
    window_rules, NULL, "window", "join each record with the N-1 records before it",
    "[--join SEP | --agg LIST] N", window_opts, gf_op_number_exits, "gf-stream window 3");
const struct gf_op gf_op_window = {
    &window_cli, 1, false, true, false, check_window, open_window, columns_of_window};
