/*
 * op_bucket.c - bucket FIELD DUR: a time becomes the beginning of the span that it is in.
 *
 * The field is replaced in the record, whose other bytes stay.
 */
#include "base/exit.h"
#include "stream/timed.h"

static int check_bucket(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (gf_check_list(n, n->operand[0], f) != 0)
        return -1;
    if (!gf_field_list_single(&n->list))
        return gf_fault_set(f, GF_EXIT_USAGE, "bucket: one field is replaced, not '%s'",
                            n->operand[0]);
    return gf_timed_bucket(n, n->operand[1], f) == 0 ? gf_timed_check(n, set, f) : -1;
}

struct bucket {
    const struct gf_node *node;
    struct gf_timed timed;
    struct gf_cutter cutter;
};

static int emit_bucket(struct gf_stage *s, struct bucket *b, struct gf_slice rec)
{
    struct gf_instant t;
    char text[GF_INSTANT_SIZE];
    if (gf_cutter_cut(&b->cutter, rec.data, rec.len, b->node->list.need) != 0)
        return gf_stage_uncut(s);
    struct gf_slice field = gf_cutter_get(&b->cutter, b->node->list.range[0].lo);
    bool good = gf_timed_read(&b->timed, field, &t) == 0;
    if (good) {
        t = gf_instant_bucket(t, b->node->number, b->timed.zone);
        good = gf_instant_fits(t, b->timed.zone);
    }
    if (!good) {
        if (!b->node->skip_bad)
            gf_fault_hint(&s->stream->fault, "--skip-bad skips such records; --format says how "
                                             "times are written");
        return gf_timed_bad(s, field, b->node->column, b->node->skip_bad);
    }
    size_t len = gf_instant_text(t, b->timed.zone, text);
    return gf_stage_emit_replaced(s, gf_stage_line(s, rec), field, (struct gf_slice){text, len});
}

static int pull_bucket(struct gf_stage *s, size_t max)
{
    struct bucket *b = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s))
        if (emit_bucket(s, b, gf_stage_take(s)) != 0)
            return -1;
    return 1;
}

static void close_bucket(struct gf_stage *s)
{
    struct bucket *b = s->state;
    gf_timed_release(&b->timed);
    gf_cutter_release(&b->cutter);
}

static struct gf_stage *open_bucket(const struct gf_node *n, struct gf_stream *st,
                                    struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "bucket", sizeof(struct bucket));
    if (!s)
        return NULL;
    struct bucket *b = s->state;
    b->node = n;
    gf_cutter_init(&b->cutter, &st->set->fields);
    s->pull = pull_bucket;
    s->close = close_bucket;
    return gf_timed_open(&b->timed, n, st) == 0 ? s : gf_stage_drop(s);
}

static const struct gf_opt bucket_opts[] = {
    {GF_OP_ZONE, 0, "zone", "ZONE", "days begin at midnight there (default UTC)", "@zone", 0},
    {GF_OP_FORMAT, 0, "format", "F", "how times are written: '%d.%m.%Y %T'", NULL, 0},
    {GF_OP_SKIP_BAD, 0, "skip-bad", NULL, "leave out records whose field is no time", NULL, 0},
    {0},
};
static const struct gf_cli bucket_cli = GF_OP_CLI_COLUMNS(
    NULL, NULL, "bucket", "make a time the start of its 5 minutes, hour, day: bucket 1 5m",
    "[--zone ZONE] [--format F] [--skip-bad] FIELD DURATION", bucket_opts, gf_op_number_exits,
    "gf-stream --from access.log bucket 4 5m group 4 count");
const struct gf_op gf_op_bucket = {&bucket_cli,  2,           false,          false, false,
                                   check_bucket, open_bucket, gf_columns_same};
