/*
 * chain_open.c - the stages of a chain, one on top of the other.
 *
 * The first operations are one stage where they may be done side by side. Operations that hold data
 * share evenly what the patterns have left of the budget.
 */
#include "stream/chain.h"

#include "stream/crew.h"
#include "stream/group.h"

/* The operations at the front that one stage stands for, side by side. */
struct front {
    size_t n;
    bool folds; /* the last of them is opened on the crew as well */
    bool prepares;
    struct gf_preparer preparer;
};

static struct front front_of(const struct gf_chain *c, const struct gf_stream *st,
                             const struct gf_stage *source)
{
    struct front f = {0};
    if (st->counted || st->set->threads < 2 || !source->trade_run)
        return f;
    f.n = gf_crew_size(c->node, c->n, &f.folds);
    f.prepares = f.n < c->n && !f.folds && c->node[f.n].op == &gf_op_group &&
                 gf_crew_may_prepare(c->node, f.n) &&
                 gf_group_preparer(&c->node[f.n], st->set->seed, &f.preparer);
    return f;
}

struct gf_stage *gf_chain_open(const struct gf_chain *c, struct gf_stream *st,
                               struct gf_stage *source)
{
    struct gf_stage *last = source;
    size_t holders = 0;
    for (size_t i = 0; i < c->n; i++)
        holders += gf_node_holds(&c->node[i]);
    uint64_t taken = gf_chain_pattern_bytes(c), memory = st->set->memory;
    st->share = (size_t)((memory > taken ? memory - taken : 0) / (holders ? holders : 1));
    struct front f = front_of(c, st, source);
    for (size_t i = 0, step = 1; i < c->n; i += step) {
        bool crew = last == source && (f.n > 0 || f.prepares);
        step = crew ? f.n - f.folds : 1;
        struct gf_stage *s =
            crew ? gf_crew_open(st, last, c->node, f.n, f.prepares ? &f.preparer : NULL)
                 : c->node[i].op->open(&c->node[i], st, last);
        if (!s) {
            while (last != source) {
                struct gf_stage *up = last->up;
                last->up = NULL;
                gf_stage_free_all(last);
                last = up;
            }
            return NULL;
        }
        last = s;
    }
    return last;
}
