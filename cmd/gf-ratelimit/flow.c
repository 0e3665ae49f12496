/*
 * flow.c - what all ways through the limits need: to read on, to know the time, to wait.
 *
 * The time is that of the limits' clock (clock.h), which feedback may slow down or speed up.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/escape.h"
#include "base/msg.h"
#include "base/sat.h"
#include "drops.h"
#include "flow.h"
#include "shared.h"

enum io flow_fill(struct flow *f)
{
    size_t left = f->end - f->start;
    memmove(f->buf, f->buf + f->start, left);
    f->end = left;
    f->start = 0;
    size_t got;
    bool waited = false;
    /* Without a limit `waited` is not needed, and it costs a system call for every block. */
    enum io r = input_read(f->in, f->buf + left, f->cap - left, &got,
                           f->config->unlimited ? NULL : &waited);
    gf_ns now = flow_now(f);
    f->read_mono = f->now_mono;
    if (waited)
        gf_pacers_arrived(&f->pacers, now);
    if (r == IO_OK)
        f->end += got;
    f->ended = r == IO_END;
    return f->ended ? IO_OK : r;
}

bool flow_has_quota(const struct flow *f)
{
    return f->shared ? f->shared->limit->rate.calendar != NULL : f->config->quota;
}

gf_ns flow_held(const struct flow *f, gf_ns t)
{
    return flow_has_quota(f) ? gf_sat_add_i64(t, f->config->calendars->ahead) : t;
}

gf_ns flow_unheld(const struct flow *f, gf_ns t)
{
    return flow_has_quota(f) ? gf_sat_sub_i64(t, f->config->calendars->ahead) : t;
}

gf_ns flow_now(struct flow *f)
{
    f->now_mono = gf_now_mono();
    gf_ns now = clock_at(&f->clock, f->now_mono);
    if (flow_has_quota(f))
        gf_calendars_look(f->config->calendars, now, gf_now_wall());
    return now;
}

void flow_tell_wait(struct flow *f, gf_ns span, const char *key, size_t len)
{
    char text[GF_DURATION_SIZE];
    struct gf_buf whose = {0};
    if (f->told_wait || span <= GF_S || !gf_msg_is_verbose())
        return;
    f->told_wait = true;
    gf_format_duration(span, text);
    if (key) {
        gf_buf_puts(&whose, " of the key '");
        gf_escape_term(&whose, key, len < 60 ? len : 60);
        gf_buf_puts(&whose, "'");
    }
    gf_detail("a record%.*s waits %s for the limit", (int)whose.len, whose.data ? whose.data : "",
              text);
    gf_buf_release(&whose);
}

void flow_tell_refusal(struct flow *f, gf_ns span)
{
    char would[GF_DURATION_SIZE], may[GF_DURATION_SIZE];
    const struct config *c = f->config;
    if (f->told_refusal || c->leaky || c->max_wait == 0 || span == GF_NEVER)
        return;
    f->told_refusal = true;
    gf_format_duration(span, would);
    gf_format_duration(c->max_wait, may);
    gf_detail("record %" PRIu64 " would wait %s, longer than -w %s", f->tally->seen, would, may);
}

bool flow_is_paused(struct flow *f)
{
    return f->config->feedback && clock_is_paused(&f->clock, f->now_mono);
}

enum io flow_sleep(struct flow *f, gf_ns until)
{
    gf_ns from = gf_now_mono();
    flow_tell_wait(f, clock_when(&f->clock, until) - from, NULL, 0);
    gf_ns wake;
    enum io r;
    do { /* feedback may have slowed the clock meanwhile */
        wake = clock_when(&f->clock, until);
        gf_ns end = drops_before(f, wake);
        bool looks = flow_has_quota(f) && end > from + FLOW_LOOK;
        r = wait_until(looks ? from + FLOW_LOOK : end, f->config, f->tally);
        if (r == IO_OK)
            r = drops_look(f);
        if (looks)
            break;
    } while (r == IO_OK && flow_now(f) < until);
    f->tally->waited += gf_now_mono() - from;
    if (r == IO_OK && f->now_mono >= wake)
        gf_hist_add(&f->tally->lateness, f->now_mono - wake);
    return r;
}

/* xorshift (Marsaglia 2003); the numbers only have to differ between processes. */
gf_ns flow_random(struct flow *f, gf_ns most)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 7;
    f->random ^= f->random << 17;
    return (gf_ns)(f->random % ((uint64_t)most + 1));
}

gf_ns flow_jitter(struct flow *f)
{
    return f->jitter_most ? flow_random(f, f->jitter_most) : 0;
}

enum io flow_wait(struct flow *f, struct gf_load load, gf_ns now)
{
    gf_ns wake = gf_pacers_wake(&f->pacers, load, now);
    return flow_sleep(f, gf_sat_add_i64(wake, flow_jitter(f)));
}
