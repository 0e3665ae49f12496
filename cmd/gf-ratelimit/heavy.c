/*
 * heavy.c - records whose weight would take too long: --max-cost-time.
 *
 * One huge number in the field of -c would stop a run, or the budget of all who share it, for
 * years. Each way through the limits asks before it charges a record; what is too heavy is over the
 * limit, and records_refuse says why.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/duration.h"
#include "base/msg.h"
#include "flow.h"

bool heavy_is(struct flow *f, const struct gf_gcra *limit, struct gf_load load)
{
    gf_ns most = f->config->max_cost_time;
    if (limit->rate.calendar) /* what is more than a window ends the run */
        return false;
    if (most < 0)
        most = gf_gcra_longest(limit);
    uint64_t n = gf_load_share(load, limit);
    gf_ns takes = gf_gcra_cost(limit, n);
    if (takes <= most)
        return false;
    f->heavy = (struct heavy){.cost = n, .takes = takes, .most = most, .bytes = limit->rate.bytes};
    return true;
}

/* `a cost of 9000 takes 2h30m, longer than 1h`. */
static void reason(const struct heavy *h, char text[HEAVY_SIZE])
{
    char takes[GF_DURATION_SIZE], most[GF_DURATION_SIZE];
    gf_format_duration(h->takes, takes);
    gf_format_duration(h->most, most);
    snprintf(text, HEAVY_SIZE, "a cost of %" PRIu64 "%s takes %s%s, longer than %s", h->cost,
             h->bytes ? " bytes" : "", h->takes == GF_NEVER ? "over " : "", takes, most);
}

void heavy_tell(struct flow *f)
{
    struct tally *t = f->tally;
    char text[HEAVY_SIZE];
    reason(&f->heavy, text);
    f->heavy.takes = 0;
    if (f->config->over != OVER_WAIT && f->config->over != OVER_FAIL)
        return;
    if (!f->heavy_told) { /* the input may have no end, where the others are counted */
        gf_error("record %" PRIu64 " is over the limit: %s", t->seen, text);
        gf_hint("--max-cost-time DUR sets how long it may take; --reject FILE keeps such records");
    }
    f->heavy_told = true;
    if (f->config->over == OVER_WAIT)
        tally_fail(t, "%s", text);
}
