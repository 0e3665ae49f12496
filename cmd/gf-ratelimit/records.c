/*
 * records.c - record by record: what each weighs, whether it may pass, and what becomes of one that
 * may not.
 *
 * Deciding runs ahead of writing: records that may pass gather at the front of the buffer and are
 * written as one, before anything that blocks and before a gap. A record has to be whole to be
 * weighed, so the buffer grows up to a ceiling; a longer one is an error.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/num.h"
#include "base/sat.h"
#include "drops.h"
#include "field.h"
#include "flow.h"

enum {
    RECORD_MAX = 64 * 1024 * 1024,
    REJECT_BATCH = 64 * 1024
};

/* With --strict a record counts in its window from the moment at which it was written. */
static int windows_written(struct flow *f)
{
    gf_ns now = flow_now(f);
    for (size_t i = 0; i < f->config->limit_count; i++)
        if (gf_window_written(&f->window[i], now) != 0)
            return -1;
    return 0;
}

enum io records_flush(struct flow *f)
{
    enum io r = IO_OK;
    if (f->decided > f->start)
        r = output_write(f->config->output_fd, f->config->output, f->buf + f->start,
                         f->decided - f->start, f->tally);
    if (r != IO_OK)
        return r;
    drops_wrote(f, f->buf + f->start, f->decided - f->start);
    f->start = f->decided;
    if (f->config->strict && windows_written(f) != 0) {
        gf_error_nomem();
        return IO_FAILED;
    }
    r = output_buf(f->config->output_fd, f->config->output, &f->out, f->tally);
    if (r != IO_OK)
        return r;
    drops_wrote(f, f->out.data, f->out.len);
    gf_buf_clear(&f->out);
    r = output_buf(f->config->reject_fd, f->config->reject_name, &f->reject, f->tally);
    gf_buf_clear(&f->reject);
    return r;
}

bool records_too_long(const struct flow *f)
{
    return f->end - f->start == f->cap && f->cap >= RECORD_MAX;
}

/* Waits for input where reports of what was dropped will be due, and makes them. */
static enum io wait_with_reports(struct flow *f)
{
    bool ready = false, waited = false;
    enum io r = IO_OK;
    while (r == IO_OK && !ready && drops_before(f, GF_NEVER) != GF_NEVER) {
        r = input_wait(f->in, drops_before(f, GF_NEVER), &ready);
        waited = waited || !ready;
        if (r == IO_OK && !ready)
            r = drops_look(f);
    }
    if (waited)
        gf_pacers_arrived(&f->pacers, flow_now(f));
    return r;
}

enum io records_read(struct flow *f)
{
    enum io r = records_flush(f);
    if (r == IO_OK)
        r = wait_with_reports(f);
    if (r != IO_OK)
        return r;
    if (records_too_long(f)) {
        gf_error("record %" PRIu64 " is longer than 64 MiB", f->tally->seen + 1);
        return IO_FAILED;
    }
    if (f->end - f->start == f->cap) {
        char *larger = realloc(f->buf, f->cap * 2);
        if (!larger) {
            gf_error_nomem();
            return IO_FAILED;
        }
        f->buf = larger;
        f->cap *= 2;
    }
    size_t known = f->searched - f->start;
    r = flow_fill(f);
    f->decided = f->start;
    f->searched = f->start + known;
    return r;
}

size_t records_next(struct flow *f)
{
    const char *sep = memchr(f->buf + f->searched, f->config->separator, f->end - f->searched);
    if (sep)
        return (size_t)(sep - (f->buf + f->decided)) + 1;
    f->searched = f->end;
    return f->ended ? f->end - f->decided : 0;
}

/* The number in the cost field. A record without one counts 1, and the run exits with 123. */
static uint64_t cost_field(struct flow *f, const char *rec, size_t len)
{
    if (len && rec[len - 1] == f->config->separator)
        len--;
    struct slice s;
    uint64_t n;
    if (field_find(rec, len, f->config->cost.field, f->config->field_separator, &s) &&
        gf_parse_count(s.data, s.len, 0, INT64_MAX, &n, NULL) == 0)
        return n;
    tally_fail(f->tally, "no whole number in field %d, counted as 1", f->config->cost.field);
    return 1;
}

struct gf_load records_weigh(struct flow *f, const char *rec, size_t len)
{
    struct gf_load load = {.units = 1, .bytes = len};
    if (f->config->cost.kind == COST_BYTES)
        load.units = len;
    else if (f->config->cost.kind == COST_FIELD)
        load.units = load.bytes = cost_field(f, rec, len);
    return load;
}

enum io records_refuse(struct flow *f, size_t len)
{
    enum io r = IO_OK;
    bool heavy = f->heavy.takes > 0;
    f->tally->refused++;
    if (f->decided > f->start || f->reject.len + len > REJECT_BATCH)
        r = records_flush(f);
    if (r != IO_OK)
        return r;
    if (heavy)
        heavy_tell(f);
    if (f->config->over == OVER_FAIL) {
        if (!heavy)
            gf_error("record %" PRIu64 " is over the limit", f->tally->seen);
        return IO_REFUSED;
    }
    if (f->config->over == OVER_REJECT && gf_buf_add(&f->reject, f->buf + f->decided, len) != 0) {
        gf_error_nomem();
        return IO_FAILED;
    }
    drops_add(f, f->buf + f->decided, len);
    f->start = f->decided = f->searched = f->decided + len;
    return flow_done(f) ? records_flush(f) : IO_OK;
}

gf_ns records_by(struct flow *f, gf_ns now)
{
    if (f->config->over == OVER_WAIT)
        return GF_NEVER;
    gf_ns by = clock_at(&f->clock, gf_sat_add_i64(f->read_mono, f->config->max_wait));
    return by > now ? by : now;
}

/* ---- buckets or windows ---------------------------------------------------------------------- */

static uint64_t share(const struct flow *f, size_t i, struct gf_load load)
{
    return f->config->limits[i].rate.bytes ? load.bytes : load.units;
}

static gf_ns limits_due(struct flow *f, struct gf_load load, gf_ns now)
{
    gf_ns last = flow_is_paused(f) ? now + 1 : now;
    if (!f->config->strict) {
        gf_ns due = gf_pacers_due(&f->pacers, load, now);
        return due > last ? due : last;
    }
    for (size_t i = 0; i < f->config->limit_count; i++) {
        gf_ns due = gf_window_due(&f->window[i], share(f, i, load), now);
        last = due > last ? due : last;
    }
    return last;
}

static void limits_pass(struct flow *f, struct gf_load load, gf_ns now)
{
    if (!f->config->strict) {
        gf_pacers_pass(&f->pacers, load, now);
        return;
    }
    for (size_t i = 0; i < f->config->limit_count; i++)
        gf_window_pass(&f->window[i], share(f, i, load));
}

static bool limits_fit(const struct flow *f, struct gf_load load)
{
    if (!f->config->strict)
        return gf_pacers_fit(&f->pacers, load);
    for (size_t i = 0; i < f->config->limit_count; i++)
        if (share(f, i, load) > f->window[i].most)
            return false;
    return true;
}

static enum io limits_wait(struct flow *f, struct gf_load load, gf_ns now)
{
    if (flow_is_paused(f))
        return flow_sleep(f, now + 1);
    if (!f->config->strict)
        return flow_wait(f, load, now);
    now = flow_now(f); /* the records before this one were written just now: time has passed */
    return flow_sleep(f, gf_sat_add_i64(limits_due(f, load, now), flow_jitter(f)));
}

/* ---- a record -------------------------------------------------------------------------------- */

/* Whether the record is refused and not waited for. */
static bool is_over(struct flow *f, struct gf_load load, gf_ns due, gf_ns now)
{
    return f->config->over != OVER_WAIT && (due > records_by(f, now) || !limits_fit(f, load));
}

static bool is_heavy(struct flow *f, struct gf_load load)
{
    for (size_t i = 0; i < f->config->limit_count && !f->config->strict; i++)
        if (heavy_is(f, &f->pacers.pacer[i].limit, load))
            return true;
    return false;
}

/* A record that weighs more than a window may hold would wait for ever: it ends the run. */
enum io records_refuse_forever(struct flow *f)
{
    enum io r = records_flush(f);
    if (r != IO_OK)
        return r;
    f->tally->refused++;
    gf_error("record %" PRIu64 " weighs more than any window may hold", f->tally->seen);
    gf_hint("--drop or --reject goes on without such records");
    return IO_REFUSED;
}

enum io records_step(struct flow *f)
{
    size_t len = records_next(f);
    if (len == 0)
        return records_read(f);
    f->tally->seen++;
    struct gf_load load = records_weigh(f, f->buf + f->decided, len);
    gf_ns now = flow_now(f);
    gf_ns due = limits_due(f, load, now);
    if (is_heavy(f, load))
        return records_refuse(f, len);
    if (is_over(f, load, due, now)) {
        if (due > now && limits_fit(f, load))
            flow_tell_refusal(f, due - now);
        return records_refuse(f, len);
    }
    if ((f->config->strict || f->config->quota) && due == GF_NEVER)
        return records_refuse_forever(f);
    while (due > now) {
        enum io r = records_flush(f);
        if (r == IO_OK)
            r = limits_wait(f, load, now);
        if (r != IO_OK)
            return r;
        now = flow_now(f);
        load.earned = load.earned || now >= due;
        due = limits_due(f, load, now);
    }
    limits_pass(f, load, now);
    tally_pass(f->tally, 1, len, f->now_mono);
    f->decided = f->searched = f->decided + len;
    return f->ended && f->decided == f->end ? records_flush(f) : IO_OK;
}
