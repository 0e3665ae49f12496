/*
 * report.c - what is said of the limits and of what has passed: with -v, for SIGUSR1, at the end,
 * with --stats.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/duration.h"
#include "base/msg.h"
#include "base/sat.h"
#include "base/size.h"
#include "ratelimit.h"

void tally_pass(struct tally *t, uint64_t records, size_t bytes, gf_ns now_mono)
{
    t->records += records;
    t->bytes += bytes;
    if (t->first_mono < 0)
        t->first_mono = now_mono;
    t->last_mono = now_mono;
}

/* Records a second between the first and the last: n records make n - 1 intervals. */
static double achieved(const struct tally *t)
{
    if (t->records < 2 || t->last_mono <= t->first_mono)
        return 0;
    return (double)(t->records - 1) * 1e9 / (double)(t->last_mono - t->first_mono);
}

void tally_fail(struct tally *t, const char *reason, ...)
{
    char text[sizeof t->failures.first] = "";
    if (t->seen <= t->last_failed)
        return;
    t->last_failed = t->seen;
    if (t->failures.failed == 0) {
        va_list ap;
        va_start(ap, reason);
        vsnprintf(text, sizeof text, reason, ap);
        va_end(ap);
    }
    gf_failures_add(&t->failures, t->seen, "record %" PRIu64 ": %s", t->seen, text);
}

enum {
    STATUS_SIZE = 256
};

static void status_text(const struct tally *t, char text[STATUS_SIZE])
{
    char span[GF_DURATION_SIZE], waited[GF_DURATION_SIZE], size[GF_SIZE_SIZE], refused[40] = "";
    gf_format_duration(gf_now_mono() - t->started_mono, span);
    if (t->command) {
        snprintf(text, STATUS_SIZE, "the command has waited %s", span);
        return;
    }
    gf_format_duration(t->waited, waited);
    gf_format_size(t->bytes, size);
    if (t->refused)
        snprintf(refused, sizeof refused, ", %" PRIu64 " over the limit", t->refused);
    snprintf(text, STATUS_SIZE, "%" PRIu64 " records, %s in %s, %.6g/s, waited %s for the limit%s",
             t->records, size, span, achieved(t), waited, refused);
}

void tally_status(const struct tally *t)
{
    char text[STATUS_SIZE];
    status_text(t, text);
    gf_note("%s", text);
}

void tally_end(const struct tally *t)
{
    char text[STATUS_SIZE];
    gf_failures_say(&t->failures, t->seen, "records");
    status_text(t, text);
    gf_detail("%s", text);
}

void quota_end(const struct gf_calendar *c, char out[GF_STAMP_SIZE])
{
    gf_ns end = gf_calendar_start(c, gf_calendar_window(c, gf_now_mono()) + 1);
    gf_ns wall = gf_sat_add_i64(end, c->owner->ahead);
    int32_t off = c->zone ? gf_zone_span(c->zone, wall / GF_S).off : 0;
    gf_stamp_format(wall / GF_S, off, true, out);
}

/* ---- the limits ------------------------------------------------------------------------------ */

/* A quota and when its window ends, in the zone of the window. */
static void add_quota(struct gf_buf *b, const struct gf_rate *rate)
{
    char text[GF_RATE_SIZE], end[GF_STAMP_SIZE];
    gf_format_rate(rate, text);
    quota_end(rate->calendar, end);
    gf_buf_printf(b, "limit %s, this window until %s", text, end);
}

static void add_limit(struct gf_buf *b, const struct gf_rate *rate, uint64_t burst)
{
    if (rate->calendar) {
        add_quota(b, rate);
        return;
    }
    char text[GF_RATE_SIZE], size[GF_SIZE_SIZE];
    gf_format_rate(rate, text);
    gf_format_size(burst, size);
    if (rate->unlimited)
        gf_buf_puts(b, "no limit");
    else if (rate->bytes)
        gf_buf_printf(b, "limit %s, burst %s", text, size);
    else
        gf_buf_printf(b, "limit %s, burst %" PRIu64, text, burst);
}

/* The window is the time that the rate was written for, so the text says it best. */
static void add_window(struct gf_buf *b, const struct limit *l)
{
    char window[GF_DURATION_SIZE];
    gf_format_duration(l->rate.window, window);
    gf_buf_printf(b, "limit %s in any window of %s", l->rate_text, window);
}

static void add_pause(struct gf_buf *b, const struct config *c)
{
    char low[GF_DURATION_SIZE], high[GF_DURATION_SIZE];
    gf_format_duration(c->pause_low, low);
    gf_format_duration(c->pause_high, high);
    gf_buf_printf(b, "a pause of %s", low);
    if (c->pause_high > c->pause_low)
        gf_buf_printf(b, " to %s", high);
    gf_buf_puts(b, " after each record");
}

static void add_whose(struct gf_buf *b, const struct config *c)
{
    if (config_has_key(c))
        gf_buf_printf(b, ", for each key of %s%s", c->key ? "field " : "", c->key_text);
    if (c->key_rates)
        gf_buf_printf(b, ", with the rates of '%s'", c->key_rates);
    if (c->state)
        gf_buf_printf(b, ", shared as '%s'", c->state_name);
}

void report_limits(const struct config *c, const struct gf_gcra *shared)
{
    for (size_t i = 0; i < c->limit_count && gf_msg_is_verbose(); i++) {
        struct gf_buf b = {0};
        const struct limit *l = &c->limits[i];
        if (c->pause)
            add_pause(&b, c);
        else if (c->strict && !l->rate.unlimited)
            add_window(&b, l);
        else
            add_limit(&b, shared ? &shared->rate : &l->rate, shared ? shared->burst : l->burst);
        add_whose(&b, c);
        if (!b.failed)
            gf_detail("%s", b.data);
        gf_buf_release(&b);
    }
}

/* ---- the statistics -------------------------------------------------------------------------- */

int tally_report(const struct tally *t, const struct config *c, struct gf_outfile *to)
{
    struct gf_metric_top top[TOPDROPS_MOST];
    const struct gf_metric m[] = {
        {.name = "records",
         .help = "records that passed",
         .kind = GF_METRIC_COUNTER,
         .value = t->records},
        {.name = "passed", .help = "bytes that passed", .kind = GF_METRIC_BYTES, .value = t->bytes},
        {.name = "refused",
         .help = "records over the limit",
         .kind = GF_METRIC_COUNTER,
         .value = t->refused},
        {.name = "keys_evicted",
         .help = "keys forgotten before they were idle",
         .kind = GF_METRIC_COUNTER,
         .value = t->keys_evicted},
        {.name = "clock_cuts",
         .help = "shared budgets that were too far ahead, by a clock or damage",
         .kind = GF_METRIC_COUNTER,
         .value = t->clock_cuts},
        {.name = "refusals",
         .help = "lines 429 and slow that feedback read",
         .kind = GF_METRIC_COUNTER,
         .value = t->refusals},
        {.name = "speed",
         .help = "the part of the rate that feedback left",
         .kind = GF_METRIC_RATIO,
         .real = t->speed},
        {.name = "elapsed",
         .help = "time since the start",
         .kind = GF_METRIC_TIME,
         .ns = gf_now_mono() - t->started_mono},
        {.name = "waited",
         .help = "time spent waiting for the limit",
         .kind = GF_METRIC_TIME,
         .ns = t->waited},
        {.name = "rate",
         .help = "records a second between the first and the last",
         .kind = GF_METRIC_RATIO,
         .real = achieved(t),
         .unit = "/s"},
        {.name = "lateness",
         .help = "how late waiting ended",
         .kind = GF_METRIC_TIMES,
         .hist = &t->lateness},
        {.name = "refused_keys",
         .help = "the keys with the most records over the limit",
         .kind = GF_METRIC_TOP,
         .value = topdrops_best(&t->top, top),
         .top = top},
    };
    size_t rows = sizeof m / sizeof m[0] - (config_has_key(c) ? 0 : 1);
    return gf_stats_write((enum gf_stats_format)c->stats_format, to, c->stats_file, "gf-ratelimit",
                          m, rows);
}
