/*
 * chain_open.c - the stages of a chain, one on top of the other.
 *
 * The first operations are one stage where they may be done side by side. Operations that hold data
 * share evenly what the patterns have left of the budget.
 */
#include "stream/chain.h"

#include "stream/crew.h"

struct gf_stage *gf_chain_open(const struct gf_chain *c, struct gf_stream *st,
                               struct gf_stage *source)
{
    struct gf_stage *last = source;
    size_t holders = 0;
    for (size_t i = 0; i < c->n; i++)
        holders += gf_node_holds(&c->node[i]);
    uint64_t taken = gf_chain_pattern_bytes(c), memory = st->set->memory;
    st->share = (size_t)((memory > taken ? memory - taken : 0) / (holders ? holders : 1));
    bool folds = false;
    size_t crew = st->counted || st->set->threads < 2 ? 0 : gf_crew_size(c->node, c->n, &folds);
    for (size_t i = 0, step = 1; i < c->n; i += step) {
        bool first = last == source && crew > 0 && source->trade_run;
        step = first ? crew - folds : 1; /* what puts parts together is opened on the crew, too */
        struct gf_stage *s = first ? gf_crew_open(st, last, c->node, crew)
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
