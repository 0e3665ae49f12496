/*
 * op_split.c - split: one record a piece.
 *
 * A record is cut some pieces at a time, so that no array has to hold all of them, and the pieces
 * are slices that are given out one by one. The stage takes the next record only when it gives
 * nothing of the one before, whose bytes may move.
 */
#include <errno.h>

#include "stream/op.h"

/* One piece a record. The piece behind the last separator is one too, as with fields. */
struct split {
    struct gf_cutter cutter;
    size_t next;
    struct gf_slice rest; /* of the record, from the first piece on that is not cut */
    bool more;            /* there is one, or blanks */
    struct gf_slice end;  /* what has to follow each piece: a CR, or nothing */
};

/* Cuts the next pieces of the record. -1: out of memory (the fault is set). */
static int cut_more(struct gf_stage *s, struct split *p)
{
    struct gf_cutter *c = &p->cutter;
    if (gf_cutter_cut(c, p->rest.data, p->rest.len, GF_BATCH) != 0)
        return gf_fault_nomem(&s->stream->fault);
    p->next = 0;
    p->more = false;
    if (c->n < GF_BATCH)
        return 0;
    struct gf_slice last = c->field[c->n - 1];
    size_t used = (size_t)(last.data - p->rest.data) + last.len;
    p->more = used + p->end.len < p->rest.len;
    if (p->more)
        used += c->sep->blanks ? 0 : c->sep->len;
    p->rest = (struct gf_slice){p->rest.data + used, p->rest.len - used};
    return 0;
}

static int pull_split(struct gf_stage *s, size_t max)
{
    struct split *p = s->state;
    while (s->n < max) {
        if (p->next < p->cutter.n) {
            if (gf_stage_emit_part(s, p->cutter.field[p->next++], p->end) != 0)
                return -1;
            continue;
        }
        if (p->more) {
            if (cut_more(s, p) != 0)
                return -1;
            continue;
        }
        if (s->n && !gf_stage_has(s))
            return 1;
        int got = gf_stage_need(s, s->up->source ? GF_BATCH : 1);
        if (got != 1)
            return got;
        p->rest = gf_stage_take(s);
        p->end = p->cutter.sep->crlf ? gf_stage_line(s, p->rest).end : (struct gf_slice){"", 0};
        p->more = true;
    }
    return 1;
}

static void close_split(struct gf_stage *s)
{
    gf_cutter_release(&((struct split *)s->state)->cutter);
}

static struct gf_stage *open_split(const struct gf_node *n, struct gf_stream *st,
                                   struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "split", sizeof(struct split));
    if (!s)
        return NULL;
    gf_cutter_init(&((struct split *)s->state)->cutter, &n->sep);
    s->pull = pull_split;
    s->close = close_split;
    return s;
}

static int check_split(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    struct gf_perr e = {0};
    const char *word = n->operand[0];
    if (strcmp(word, " ") == 0) { /* as awk has it: a space is runs of blanks */
        gf_sep_blanks(&n->sep, set->separator == '\0');
        n->sep.crlf = set->crlf == GF_CRLF_AUTO;
        return 0;
    }
    if (gf_sep_parse(&n->sep, word, strlen(word), &e) == 0) {
        n->sep.crlf = set->crlf == GF_CRLF_AUTO && n->sep.bytes[n->sep.len - 1] != '\r';
        return 0;
    }
    return errno == ENOMEM ? gf_fault_nomem(f) : gf_fault_parse(f, "separator", word, &e);
}

static const struct gf_cli split_cli =
    GF_OP_CLI("split", "make a record of each piece between separators", "SEP", gf_op_no_opts,
              gf_op_exits, "gf-stream split ,");
const struct gf_op gf_op_split = {&split_cli, 1,           false,      false,
                                  false,      check_split, open_split, NULL};
