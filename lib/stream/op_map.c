/*
 * op_map.c - map: a substitution on each record.
 *
 * The replacement is parsed when the chain is read (text/subst.h). A record without a match is
 * passed on as the slice that it is; only a changed one is copied.
 */
#include <errno.h>

#include "stream/op.h"

struct map {
    struct gf_substituter sub;
    struct gf_buf buf;
};

static int pull_map(struct gf_stage *s, size_t max)
{
    struct map *m = s->state;
    int got = gf_stage_need(s, gf_stage_want(s, max));
    if (got != 1)
        return got;
    while (gf_stage_room(s, max) && gf_stage_has(s)) {
        struct gf_slice rec = gf_stage_take(s);
        gf_buf_clear(&m->buf);
        got = gf_subst_run(&m->sub, rec, &m->buf);
        if (got == GF_REGEX_BOUND)
            return gf_stage_bound(s, rec);
        if (got < 0)
            return gf_fault_nomem(&s->stream->fault);
        if (got == 0)
            s->out[s->n++] = rec;
        else if (gf_stage_emit_copy(s, m->buf.data, m->buf.len) != 0)
            return -1;
    }
    return 1;
}

static void close_map(struct gf_stage *s)
{
    struct map *m = s->state;
    gf_substituter_release(&m->sub);
    gf_buf_release(&m->buf);
}

static struct gf_stage *open_map(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "map", sizeof(struct map));
    if (!s)
        return NULL;
    struct map *m = s->state;
    s->pull = pull_map;
    s->close = close_map;
    return gf_substituter_open(&m->sub, n->subst) == 0 ? s : gf_stage_nomem(s);
}

static int check_map(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_perr e = {0};
    const char *word = n->operand[0];
    n->subst = gf_subst_parse(word, strlen(word), set->utf8 ? GF_REGEX_UTF : 0, &e);
    if (n->subst)
        return 0;
    return errno == ENOMEM ? gf_fault_nomem(f) : gf_fault_parse(f, "expression", word, &e);
}

static const struct gf_cli map_cli =
    GF_OP_CLI("map", "replace text: s/re/replacement/flags, or bytes: y/a-c/xyz/", "EXPR",
              gf_op_no_opts, gf_op_exits, "gf-stream map 's/.*id=(\\w+).*/$1/'");
const struct gf_op gf_op_map = {&map_cli, 1,         false,    false,
                                false,    check_map, open_map, gf_columns_same};
