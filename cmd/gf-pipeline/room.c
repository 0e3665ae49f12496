/* room.c - how much may be inside, and who has to wait. */
#include "room.h"

/* Without order, records may be done far behind one that is not. A commit would stand in front of
 * that one, and they would be done again. */
static bool is_far_behind(const struct flow *f)
{
    const struct gf_ledger *l = &f->ledger;
    if (!f->run->unordered || !f->run->opt->commit || !l->first)
        return false;
    /* One read may bring half as many. */
    return l->before + l->in - gf_piece_seq(l->first) >= FLOW_RECORDS / 2 ||
           l->end - gf_ledger_done(l) >= FLOW_BYTES;
}

bool flow_is_full(const struct flow *f)
{
    return f->ledger.lines >= f->most || f->ledger.held >= FLOW_BYTES || is_far_behind(f);
}

bool flow_is_jammed(const struct flow *f)
{
    return f->ledger.lines >= 4 * f->most || f->ledger.held >= 2 * (size_t)FLOW_BYTES;
}

bool flow_holds_up(const struct flow *f, const struct stage *s)
{
    const struct gf_piece *first = f->ledger.first;
    return flow_is_jammed(f) && first && !first->finished && first->stage != s->number;
}

bool flow_sink_has_room(const struct flow *f)
{
    return f->sink ? f->sink->kind->has_room(f->sink) : !gf_outlet_is_full(&f->run->out);
}

bool flow_has_room(const struct flow *f)
{
    if (f->source_over || f->run->aborted || flow_is_full(f))
        return false;
    if (f->first == f->end)
        return flow_sink_has_room(f);
    return stage_has_room(&f->run->stage[f->first], FLOW_WAITING / 2);
}

bool stage_is_served(const struct stage *s)
{
    const struct flow *f = s->flow;
    if (s->run->aborted)
        return true;
    if (!f->source_over || s->waiting.first || s->asleep.first)
        return false;
    for (unsigned i = f->first; i < s->number; i++)
        if (s->run->stage[i].inside)
            return false;
    return true;
}

bool stage_has_room(const struct stage *s, size_t bytes)
{
    return s->waiting.bytes < bytes ||
           (s->plan->mode == MODE_BATCH && s->waiting.records < s->plan->batch);
}

bool stage_may_answer(const struct stage *s)
{
    const struct flow *f = s->flow;
    if (tap_is_full(s))
        return false;
    if (flow_is_jammed(f))
        return !flow_holds_up(f, s);
    if (s->number + 1 == f->end)
        return flow_sink_has_room(f);
    return stage_has_room(s + 1, FLOW_WAITING);
}

bool stage_may_give(const struct stage *s)
{
    const struct flow *f = s->flow;
    return !s->run->aborted && !s->crashed && !flow_holds_up(f, s);
}
