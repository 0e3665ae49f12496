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
#include "field.h"
#include "flow.h"

enum {
    RECORD_MAX = 64 * 1024 * 1024,
    REJECT_BATCH = 64 * 1024
};

enum io records_flush(struct flow *f)
{
    enum io r = IO_OK;
    if (f->decided > f->start)
        r = output_write(STDOUT_FILENO, NULL, f->buf + f->start, f->decided - f->start, f->tally);
    if (r != IO_OK)
        return r;
    f->start = f->decided;
    if (f->out.len)
        r = output_write(STDOUT_FILENO, NULL, f->out.data, f->out.len, f->tally);
    if (r != IO_OK)
        return r;
    gf_buf_clear(&f->out);
    if (f->reject.len)
        r = output_write(f->config->reject_fd, f->config->reject_name, f->reject.data,
                         f->reject.len, f->tally);
    gf_buf_clear(&f->reject);
    return r;
}

enum io records_read(struct flow *f)
{
    enum io r = records_flush(f);
    if (r != IO_OK)
        return r;
    if (f->end - f->start == f->cap) {
        if (f->cap >= RECORD_MAX) {
            gf_error("record %" PRIu64 " is longer than 64 MiB", f->tally->seen + 1);
            return IO_FAILED;
        }
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

/* What its cost field says; a record without a cost counts 1, is told of, and makes the run 123. */
static uint64_t cost_field(struct flow *f, const char *rec, size_t len)
{
    if (len && rec[len - 1] == f->config->separator)
        len--;
    struct slice s;
    uint64_t n;
    if (field_find(rec, len, f->config->cost.field, f->config->field_separator, &s) &&
        gf_parse_count(s.data, s.len, 0, INT64_MAX, &n, NULL) == 0)
        return n;
    if (f->tally->without_cost++ == 0)
        gf_note("record %" PRIu64 ": no whole number in field %d, counted as 1", f->tally->seen,
                f->config->cost.field);
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
    f->tally->refused++;
    if (f->decided > f->start || f->reject.len + len > REJECT_BATCH)
        r = records_flush(f);
    if (r != IO_OK)
        return r;
    if (f->config->over == OVER_FAIL) {
        gf_error("record %" PRIu64 " is over the limit", f->tally->seen);
        return IO_REFUSED;
    }
    if (f->config->over == OVER_REJECT && gf_buf_add(&f->reject, f->buf + f->decided, len) != 0) {
        gf_error_nomem();
        return IO_FAILED;
    }
    f->start = f->decided = f->searched = f->decided + len;
    return flow_done(f) ? records_flush(f) : IO_OK;
}

gf_ns records_by(const struct flow *f, gf_ns now)
{
    if (f->config->over == OVER_WAIT)
        return GF_NEVER;
    gf_ns by = gf_sat_add_i64(f->read_mono, f->config->max_wait);
    return by > now ? by : now;
}

/* Whether it is refused rather than waited for. */
static bool is_over(const struct flow *f, struct gf_load load, gf_ns due, gf_ns now)
{
    return due > records_by(f, now) ||
           (f->config->over != OVER_WAIT && !gf_pacers_fit(&f->pacers, load));
}

enum io records_step(struct flow *f)
{
    size_t len = records_next(f);
    if (len == 0)
        return records_read(f);
    f->tally->seen++;
    struct gf_load load = records_weigh(f, f->buf + f->decided, len);
    gf_ns now = gf_now_mono();
    gf_ns due = gf_pacers_due(&f->pacers, load, now);
    if (is_over(f, load, due, now))
        return records_refuse(f, len);
    while (due > now) {
        enum io r = records_flush(f);
        if (r == IO_OK)
            r = flow_wait(f, load, now);
        if (r != IO_OK)
            return r;
        load.earned = true;
        now = gf_now_mono();
        due = gf_pacers_due(&f->pacers, load, now);
    }
    gf_pacers_pass(&f->pacers, load, now);
    tally_pass(f->tally, 1, len, now);
    f->decided = f->searched = f->decided + len;
    return f->ended && f->decided == f->end ? records_flush(f) : IO_OK;
}
