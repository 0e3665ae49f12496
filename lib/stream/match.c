/*
 * match.c - a finder over the pattern, and a cutter where one field is asked for.
 *
 * The stage is made by gf_match_stage with room for the state of its operation, whose first member
 * is the match; closing it needs to know no more. A record on which the pattern hit its bound is a
 * fault of the stage.
 */
#include "stream/match.h"

#include "base/exit.h"

const struct gf_opt gf_match_opts[] = {GF_MATCH_OPTIONS, {0}};

const struct gf_opt_rule gf_match_rules[] = {
    {GF_OPT_NOT_WITH, "-x", "-w", "nothing stands beside a whole record"},
    {0},
};

int gf_match_check(struct gf_node *n, const struct gf_settings *set, struct gf_fault *f)
{
    if (gf_check_pattern(n, set, f) != 0)
        return -1;
    if (n->list.n && !gf_field_list_single(&n->list))
        return gf_fault_set(f, GF_EXIT_USAGE, "%s: -f takes one field, not '%s'", n->op->cli->name,
                            n->list_word);
    return 0;
}

static void close_match(struct gf_stage *s)
{
    struct gf_match *m = s->state;
    gf_finder_release(&m->finder);
    gf_cutter_release(&m->cutter);
}

struct gf_stage *gf_match_stage(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up,
                                int (*pull)(struct gf_stage *s, size_t max), size_t size)
{
    struct gf_stage *s = gf_stage_new(st, up, n->op->cli->name, size);
    if (!s)
        return NULL;
    struct gf_match *m = s->state;
    m->list = n->list.n ? &n->list : NULL;
    gf_cutter_init(&m->cutter, &st->set->fields);
    s->pull = pull;
    s->close = close_match;
    if (gf_finder_open(&m->finder, n->pattern) == 0)
        return s;
    return gf_stage_nomem(s);
}

int gf_match_test(struct gf_stage *s, struct gf_match *m, struct gf_slice rec)
{
    struct gf_slice subject = rec;
    if (m->list) {
        if (gf_cutter_cut(&m->cutter, rec.data, rec.len, m->list->need) != 0)
            return gf_stage_uncut(s);
        subject = gf_cutter_get(&m->cutter, m->list->range[0].lo);
    }
    int got = gf_finder_test(&m->finder, subject);
    return got == GF_REGEX_BOUND ? gf_stage_bound(s, rec) : got;
}
