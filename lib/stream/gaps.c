/*
 * gaps.c - from one bucket to the next by the clock of the zone.
 *
 * A day there has 23 or 25 hours twice a year, so the time one size later may be of the same
 * bucket: then it is looked for one size further on.
 */
#include "stream/gaps.h"

#include <string.h>

#include "base/exit.h"

struct gf_instant gf_gaps_step(struct gf_instant t, gf_ns size, struct gf_zone *zone)
{
    struct gf_instant later = t, next;
    do {
        gf_ns ns = later.ns + size % GF_S;
        later.seconds += size / GF_S + ns / GF_S;
        later.ns = (int32_t)(ns % GF_S);
        next = gf_instant_bucket(later, size, zone);
    } while (gf_instant_compare(next, t) <= 0);
    return next;
}

int gf_gaps_open(struct gf_gaps *x, const struct gf_node *n, struct gf_stream *st)
{
    x->size = n->number;
    x->word = n->fill_word;
    return gf_timed_open(&x->timed, n, st);
}

static int out_of_order(struct gf_stage *s, struct gf_gaps *x, struct gf_slice label)
{
    size_t len = gf_instant_text(x->last, x->timed.zone, x->text);
    gf_fault_hint(&s->stream->fault, "sort by the time in front of it: sort -f 1 group ...");
    return gf_fault_set(&s->stream->fault, GF_EXIT_SOME,
                        "%s: '%.*s' comes behind '%.*s': --fill wants times in order", s->name,
                        (int)label.len, label.data, (int)len, x->text);
}

static int no_bucket(struct gf_stage *s, const struct gf_gaps *x, struct gf_slice label)
{
    gf_fault_hint(&s->stream->fault, "bucket in front of it makes it one: bucket 1 %s group ...",
                  x->word);
    return gf_fault_set(&s->stream->fault, GF_EXIT_SOME,
                        "%s: '%.*s'%s is no start of a bucket of %s, which --fill wants", s->name,
                        (int)(label.len < 60 ? label.len : 60), label.data,
                        label.len > 60 ? "..." : "", x->word);
}

int gf_gaps_next(struct gf_stage *s, struct gf_gaps *x, struct gf_slice label,
                 struct gf_slice *text)
{
    struct gf_instant t;
    struct gf_zone *zone = x->timed.zone;
    if (gf_timed_read(&x->timed, label, &t) != 0 || !gf_instant_fits(t, zone) ||
        gf_instant_compare(gf_instant_bucket(t, x->size, zone), t) != 0)
        return no_bucket(s, x, label);
    if (x->begun && gf_instant_compare(t, x->last) < 0)
        return out_of_order(s, x, label);
    struct gf_instant next = x->begun ? gf_gaps_step(x->last, x->size, zone) : t;
    bool empty = gf_instant_compare(next, t) < 0;
    x->begun = true;
    x->last = empty ? next : t;
    if (empty)
        *text = (struct gf_slice){x->text, gf_instant_text(next, zone, x->text)};
    return empty;
}

void gf_gaps_release(struct gf_gaps *x)
{
    gf_timed_release(&x->timed);
}
