/*
 * spans.c - one kind of limit: as much as may pass is one write.
 *
 * One block is the only buffer. The part of the block that the limits let pass now is one write.
 * When the limits let nothing pass, a step sleeps until they do; when no whole record is left, a
 * step reads on. So nothing that may pass is ever held during a read.
 *
 * A record is held until it is complete, unless it is longer than the block (or, for a rate of
 * bytes, than the burst): then it goes on in pieces. By records, its first piece pays for it and
 * the rest is free.
 */
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "flow.h"
#include "text/scan.h"
#include "text/span.h"

static size_t have(const struct flow *f)
{
    return f->end - f->start;
}

static const char *data(const struct flow *f)
{
    return f->buf + f->start;
}

/* Passes the first `len` bytes, in which `records` records end. */
static enum io pass(struct flow *f, size_t len, uint64_t records)
{
    enum io r = output_write(f->config->output_fd, f->config->output, data(f), len, f->tally);
    if (r != IO_OK)
        return r;
    tally_pass(f->tally, records, len, f->now_mono);
    f->start += len;
    return IO_OK;
}

/* Whether bytes without a separator must pass as a piece: the block is full, or the input has
 * ended. */
static bool piece_due(const struct flow *f)
{
    return have(f) == f->cap || (f->ended && have(f) > 0);
}

/* Passes the rest of a record of which a piece has passed; its first piece paid for all of it. */
static enum io pass_rest(struct flow *f)
{
    const char *sep = memchr(data(f), f->config->separator, have(f));
    size_t len = sep ? (size_t)(sep - data(f)) + 1 : have(f);
    f->inside = !sep;
    (void)flow_now(f);
    return pass(f, len, 0);
}

/* One step of a rate of records: pass what may pass, or wait, or read. */
static enum io step_records(struct flow *f)
{
    if (f->inside && have(f))
        return pass_rest(f);
    gf_ns now = flow_now(f);
    uint64_t may = gf_pacers_may(&f->pacers, now);
    size_t n = may < SIZE_MAX ? (size_t)may : SIZE_MAX;
    size_t look = n ? n : 1;
    size_t len = gf_span_records(data(f), have(f), f->config->separator, &look);
    if (len == 0 && piece_due(f)) {
        look = 1;
        len = have(f);
        f->inside = n > 0;
    }
    if (len == 0)
        return flow_fill(f);
    if (n == 0)
        return flow_wait(f, (struct gf_load){.units = 1}, now);
    gf_pacers_pass(&f->pacers, (struct gf_load){.units = look}, now);
    return pass(f, len, look);
}

/* The length of the first record; most + 1 when it is longer than `most`. 0: not known before more
 * is read. */
static size_t first_record(const struct flow *f, size_t most)
{
    size_t look = have(f) < most ? have(f) : most;
    const char *sep = memchr(data(f), f->config->separator, look);
    if (sep)
        return (size_t)(sep - data(f)) + 1;
    if (have(f) > most || have(f) == f->cap)
        return most + 1;
    return f->ended ? have(f) : 0;
}

static enum io wait_for_bytes(struct flow *f, size_t len, gf_ns now)
{
    return flow_wait(f, (struct gf_load){.bytes = len}, now);
}

static enum io pass_bytes(struct flow *f, size_t len, gf_ns now)
{
    char separator = f->config->separator;
    uint64_t records = gf_scan_count(data(f), len, separator);
    f->inside = data(f)[len - 1] != separator;
    gf_pacers_pass(&f->pacers, (struct gf_load){.bytes = len}, now);
    return pass(f, len, records);
}

/* One step of a rate of bytes: the whole records that fit, or a piece of one that never will. */
static enum io step_bytes(struct flow *f)
{
    if (have(f) == 0)
        return flow_fill(f);
    gf_ns now = flow_now(f);
    uint64_t may = gf_pacers_may(&f->pacers, now);
    size_t len = may < have(f) ? (size_t)may : have(f);
    const char *sep = len ? memrchr(data(f), f->config->separator, len) : NULL;
    if (sep)
        return pass_bytes(f, (size_t)(sep - data(f)) + 1, now);
    uint64_t burst = gf_pacers_burst(&f->pacers);
    size_t most = burst < f->cap ? (size_t)burst : f->cap;
    size_t first = f->inside ? most + 1 : first_record(f, most);
    if (first == 0)
        return flow_fill(f);
    if (first > most)
        return len ? pass_bytes(f, len, now) : wait_for_bytes(f, 1, now);
    return first <= len ? pass_bytes(f, first, now) : wait_for_bytes(f, first, now);
}

/* No limit: blocks as they come, counted only when somebody wants the count. */
static enum io step_unlimited(struct flow *f)
{
    if (have(f) == 0)
        return flow_fill(f);
    size_t len = have(f);
    uint64_t records = 0;
    if (f->config->stats || gf_msg_is_verbose()) {
        records = gf_scan_count(data(f), len, f->config->separator);
        f->inside = data(f)[len - 1] != f->config->separator;
    }
    (void)flow_now(f);
    return pass(f, len, records);
}

enum io spans_step(struct flow *f)
{
    if (f->config->feedback && have(f)) {
        gf_ns now = flow_now(f);
        if (flow_is_paused(f))
            return flow_sleep(f, now + 1);
    }
    if (f->config->unlimited)
        return step_unlimited(f);
    return f->config->limits[0].rate.bytes ? step_bytes(f) : step_records(f);
}
