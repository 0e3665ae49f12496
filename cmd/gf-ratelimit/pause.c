/*
 * pause.c - --pause: a wait of a random length behind each record, in place of a rate.
 *
 * Each length in the span is as likely as any other. The wait begins when the record was written,
 * and is over before the next one passes: a record that comes later than that passes at once, and
 * no wait follows the last record.
 */
#include <string.h>

#include "base/duration.h"
#include "base/msg.h"
#include "base/random.h"
#include "base/sat.h"
#include "flow.h"
#include "options.h"

static int bad_span(const char *text, struct gf_perr *e, size_t from)
{
    e->col += from;
    if (!e->hint)
        e->hint = "write 5s, or 3m..10m";
    gf_error_parse("value of --pause", text, strlen(text), e);
    return -1;
}

int options_pause(const char *text, struct config *c)
{
    struct gf_perr e = {0};
    const char *dots = strstr(text, "..");
    size_t low = dots ? (size_t)(dots - text) : strlen(text);
    if (gf_parse_duration(text, low, &c->pause_low, &e) != 0)
        return bad_span(text, &e, 0);
    c->pause_high = c->pause_low;
    if (dots && gf_parse_duration(dots + 2, strlen(dots + 2), &c->pause_high, &e) != 0)
        return bad_span(text, &e, low + 2);
    if (c->pause_high < c->pause_low) {
        gf_perr_say(&e, 0, strlen(text), NULL, "the longest pause is shorter than the least");
        return bad_span(text, &e, 0);
    }
    c->pause = true;
    return 0;
}

enum io pause_step(struct flow *f)
{
    size_t len = records_next(f);
    if (len == 0)
        return records_read(f);
    enum io r = IO_OK;
    if (f->tally->seen && flow_now(f) < f->pause_until)
        r = flow_sleep(f, f->pause_until);
    if (r != IO_OK)
        return r;
    f->decided = f->searched = f->decided + len;
    f->tally->seen++;
    r = records_flush(f);
    gf_ns now = flow_now(f);
    if (r == IO_OK)
        tally_pass(f->tally, 1, len, f->now_mono);
    uint64_t more = (uint64_t)(f->config->pause_high - f->config->pause_low);
    f->pause_until = gf_sat_add_i64(now, f->config->pause_low + (gf_ns)gf_random_upto(more));
    return r;
}
