/*
 * shared_warn.c - a user of a state has another rate in mind than the state has.
 *
 * What the first user said and what is in force are both right: the others start as they always
 * did when --set has changed the rate for a while.
 */
#include <inttypes.h>

#include "base/msg.h"
#include "shared.h"

static bool is_same(const struct gf_gcra *l, const struct limit *wanted)
{
    if (l->rate.unlimited || wanted->rate.unlimited)
        return l->rate.unlimited == wanted->rate.unlimited;
    if (l->rate.calendar || wanted->rate.calendar)
        return l->rate.calendar == wanted->rate.calendar && l->rate.count == wanted->rate.count &&
               l->rate.bytes == wanted->rate.bytes;
    return l->rate.count == wanted->rate.count && l->rate.period == wanted->rate.period &&
           l->rate.bytes == wanted->rate.bytes &&
           (!wanted->burst_text || l->burst == wanted->burst);
}

void shared_warn(const struct config *c, const struct gf_gcra *now, const struct gf_gcra *declared)
{
    if (is_same(now, &c->limits[0]) || is_same(declared, &c->limits[0]))
        return;
    char rate[GF_RATE_SIZE];
    gf_format_rate(&now->rate, rate);
    if (now->rate.unlimited)
        gf_note("'%s' is unlimited", c->state_name);
    else if (now->rate.calendar)
        gf_note("'%s' has the limit %s", c->state_name, rate);
    else
        gf_note("'%s' has the limit %s, burst %" PRIu64, c->state_name, rate, now->burst);
    gf_note_hint("--set and --set-burst change it for all users");
}
