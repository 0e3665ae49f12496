/*
 * flow.c - records from the input through the pacer to standard output.
 *
 * One block is the only buffer. What the limit lets pass of it now is one write; when it lets
 * nothing pass, we sleep until the pacer says; when no whole record is left, we read on. So nothing
 * that may pass is ever held while we read.
 *
 * A record is held until it is complete, unless it is longer than the block (or, for a rate of
 * bytes, than the burst): then it goes on in pieces. By records, its first piece pays for it and
 * the rest is free.
 */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "ratelimit.h"
#include "text/span.h"

enum {
    BLOCK = 256 * 1024
};

struct flow {
    const struct config *config;
    struct input *in;
    struct tally *tally;
    struct gf_pacer pacer;
    char *buf;
    size_t start, end; /* not yet passed: buf[start..end) */
    bool ended;        /* no more input */
    bool inside;       /* the first bytes belong to a record of which a piece has passed */
};

static size_t have(const struct flow *f)
{
    return f->end - f->start;
}

static const char *data(const struct flow *f)
{
    return f->buf + f->start;
}

/* Reads more behind what is there. */
static enum io fill(struct flow *f)
{
    memmove(f->buf, data(f), have(f));
    f->end = have(f);
    f->start = 0;
    size_t got;
    bool waited;
    enum io r = input_read(f->in, f->buf + f->end, BLOCK - f->end, &got, &waited);
    if (waited)
        gf_pacer_arrived(&f->pacer, gf_now_mono());
    if (r == IO_OK)
        f->end += got;
    f->ended = r == IO_END;
    return f->ended ? IO_OK : r;
}

/* Passes the first `len` bytes, in which `records` records end. */
static enum io pass(struct flow *f, size_t len, uint64_t records, gf_ns now)
{
    enum io r = output_write(data(f), len, f->tally);
    if (r != IO_OK)
        return r;
    tally_pass(f->tally, records, len, now);
    f->start += len;
    return IO_OK;
}

static enum io wait_for(struct flow *f, uint64_t units, gf_ns now)
{
    gf_ns wake = gf_pacer_wake(&f->pacer, units, now);
    enum io r = wait_until(wake, f->tally);
    gf_ns woken = gf_now_mono();
    f->tally->waited += woken - now;
    if (r == IO_OK)
        gf_hist_add(&f->tally->lateness, woken - wake);
    return r;
}

/* Whether what is left without a separator must not be held longer. */
static bool piece_due(const struct flow *f)
{
    return have(f) == BLOCK || (f->ended && have(f) > 0);
}

/* The rest of a record of which a piece has passed; it is paid for. */
static enum io pass_rest(struct flow *f)
{
    const char *sep = memchr(data(f), f->config->separator, have(f));
    size_t len = sep ? (size_t)(sep - data(f)) + 1 : have(f);
    f->inside = !sep;
    return pass(f, len, 0, gf_now_mono());
}

/* One step of a rate of records: pass what may pass, or wait, or read. */
static enum io step_records(struct flow *f)
{
    if (f->inside && have(f))
        return pass_rest(f);
    gf_ns now = gf_now_mono();
    uint64_t may = gf_pacer_may(&f->pacer, now);
    size_t n = may < SIZE_MAX ? (size_t)may : SIZE_MAX;
    size_t look = n ? n : 1;
    size_t len = gf_span_records(data(f), have(f), f->config->separator, &look);
    if (len == 0 && piece_due(f)) {
        look = 1;
        len = have(f);
        f->inside = n > 0;
    }
    if (len == 0)
        return fill(f);
    if (n == 0)
        return wait_for(f, 1, now);
    gf_pacer_pass(&f->pacer, look, now);
    return pass(f, len, look, now);
}

/* How long the first record is, as far as it matters: more than `most` is most + 1. 0: not known
 * before more is read. */
static size_t first_record(const struct flow *f, size_t most)
{
    size_t look = have(f) < most ? have(f) : most;
    const char *sep = memchr(data(f), f->config->separator, look);
    if (sep)
        return (size_t)(sep - data(f)) + 1;
    if (have(f) > most || have(f) == BLOCK)
        return most + 1;
    return f->ended ? have(f) : 0;
}

static enum io pass_bytes(struct flow *f, size_t len, gf_ns now)
{
    char separator = f->config->separator;
    uint64_t records = gf_span_count(data(f), len, separator);
    f->inside = data(f)[len - 1] != separator;
    gf_pacer_pass(&f->pacer, len, now);
    return pass(f, len, records, now);
}

/* One step of a rate of bytes: the whole records that fit, or a piece of one that never will. */
static enum io step_bytes(struct flow *f)
{
    if (have(f) == 0)
        return fill(f);
    gf_ns now = gf_now_mono();
    uint64_t may = gf_pacer_may(&f->pacer, now);
    size_t len = may < have(f) ? (size_t)may : have(f);
    const char *sep = len ? memrchr(data(f), f->config->separator, len) : NULL;
    if (sep)
        return pass_bytes(f, (size_t)(sep - data(f)) + 1, now);
    uint64_t burst = f->pacer.limit.burst;
    size_t most = burst < BLOCK ? (size_t)burst : BLOCK;
    size_t first = f->inside ? most + 1 : first_record(f, most);
    if (first == 0)
        return fill(f);
    if (first > most)
        return len ? pass_bytes(f, len, now) : wait_for(f, 1, now);
    return first <= len ? pass_bytes(f, first, now) : wait_for(f, first, now);
}

/* No limit: blocks as they come, counted only when somebody wants the count. */
static enum io step_unlimited(struct flow *f)
{
    if (have(f) == 0)
        return fill(f);
    size_t len = have(f);
    uint64_t records = 0;
    if (f->config->stats) {
        records = gf_span_count(data(f), len, f->config->separator);
        f->inside = data(f)[len - 1] != f->config->separator;
    }
    return pass(f, len, records, gf_now_mono());
}

enum io flow_run(const struct config *c, struct input *in, struct tally *t)
{
    struct flow f = {.config = c, .in = in, .tally = t};
    f.buf = malloc(BLOCK);
    if (!f.buf) {
        gf_error_nomem();
        return IO_FAILED;
    }
    enum io (*step)(struct flow *) = c->rate.unlimited ? step_unlimited
                                     : c->rate.bytes   ? step_bytes
                                                       : step_records;
    gf_ns now = gf_now_mono();
    enum io r = IO_FAILED;
    /* main has refused what init refuses. */
    if (gf_pacer_init(&f.pacer, c->rate, c->burst, c->initial, c->slack, now) == 0) {
        do
            r = step(&f);
        while (r == IO_OK && !(f.ended && have(&f) == 0));
    }
    if (r == IO_OK && f.inside && (c->rate.bytes || c->rate.unlimited))
        t->records++; /* the last one, whose separator was never seen */
    free(f.buf);
    return r == IO_OK ? IO_END : r;
}
