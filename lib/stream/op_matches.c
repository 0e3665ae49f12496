/*
 * op_matches.c - matches: one record for each match, or for its first group.
 *
 * Matches are slices of the record at hand, found one after the other; an empty match moves on by
 * a byte. The stage gives out what it has before it takes a batch that would move those slices.
 */
#include "stream/op.h"

struct matches {
    struct gf_finder finder;
    struct gf_slice rec;
    size_t from;
    bool inside;
};

static void close_matches(struct gf_stage *s)
{
    gf_finder_release(&((struct matches *)s->state)->finder);
}

static int pull_matches(struct gf_stage *s, size_t max)
{
    struct matches *m = s->state;
    while (s->n < max) {
        if (!m->inside) {
            if (s->n && !gf_stage_has(s))
                return 1; /* the records given are slices of the batch above */
            int got = gf_stage_need(s, s->up->source ? GF_BATCH : 1);
            if (got != 1)
                return got;
            m->rec = gf_stage_take(s);
            m->from = 0;
            m->inside = true;
            continue;
        }
        struct gf_place at;
        int got = gf_finder_next(&m->finder, m->rec, m->from, &at);
        if (got < 0)
            return gf_stage_bound(s, m->rec);
        m->inside = got == 1;
        if (!m->inside)
            continue;
        m->from = at.to > at.from ? at.to : at.to + 1;
        if (at.group_from != SIZE_MAX && at.group_to > at.group_from)
            s->out[s->n++] =
                (struct gf_slice){m->rec.data + at.group_from, at.group_to - at.group_from};
    }
    return 1;
}

static struct gf_stage *open_matches(const struct gf_node *n, struct gf_stream *st,
                                     struct gf_stage *up)
{
    struct gf_stage *s = gf_stage_new(st, up, "matches", sizeof(struct matches));
    if (!s)
        return NULL;
    struct matches *m = s->state;
    s->pull = pull_matches;
    s->close = close_matches;
    if (gf_finder_open(&m->finder, n->pattern) == 0)
        return s;
    return gf_stage_nomem(s);
}

static const struct gf_opt matches_opts[] = {
    {GF_OP_FIXED, 'F', "fixed", NULL, "take the pattern as plain text", NULL, 0},
    {GF_OP_ICASE, 'i', "ignore-case", NULL, "ignore the case of letters", NULL, 0},
    {GF_OP_WORD, 'w', "word", NULL, "match whole words only", NULL, 0},
    {GF_OP_PATTERN, 'e', "pattern", "PAT", "a pattern; it may begin with a dash", NULL,
     GF_OPT_AGAIN},
    {GF_OP_PATTERNS, 0, "patterns", "FILE", "find any pattern of FILE, one a line", "@file",
     GF_OPT_AGAIN},
    {0},
};
static const struct gf_cli matches_cli = GF_OP_CLI(
    "matches", "make a record of each match", "[-Fiw] PAT | -e PAT ... | --patterns FILE ...",
    matches_opts, gf_op_exits, "gf-stream --from access.log matches '[0-9]+'");
const struct gf_op gf_op_matches = {&matches_cli, 1,   true, false, false, gf_check_pattern,
                                    open_matches, NULL};
