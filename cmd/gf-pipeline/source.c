/*
 * source.c - records from standard input.
 *
 * What one read has returned goes into the first flow at once; nothing is read while that has no
 * room.
 */
#include "source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "flow.h"
#include "room.h"
#include "run/watch.h"
#include "text/span.h"

static void on_input(struct ev_loop *loop, ev_io *w, int events)
{
    if (gf_watch_ready(loop, w, events))
        ev_io_stop(loop, w); /* read before the loop waits again */
}

int source_open(struct source *s, struct run *r)
{
    s->run = r;
    if (r->opt->replay) {
        s->fd = replay_open(r);
        gf_reader_init(&s->reader, s->fd, '\n', 0);
        return s->fd == -1 ? -1 : 0;
    }
    if (commit_open(r, &s->offset, &s->known) != 0)
        return -1;
    gf_reader_init(&s->reader, STDIN_FILENO, r->opt->record_end, (size_t)r->opt->max_record);
    gf_tool_waits(STDIN_FILENO, "records", NULL);
    return 0;
}

void source_begin(struct source *s)
{
    ev_io_init(&s->io, on_input, s->reader.fd, EV_READ);
}

void source_close(struct source *s)
{
    gf_reader_release(&s->reader);
    replay_close(&s->replay);
    if (s->fd > STDERR_FILENO)
        close(s->fd);
}

static int give(struct source *s, const char *data, size_t len)
{
    commit_read(s->run, data, len, s->offset);
    if (flow_take(s->run->flow, data, len, s->offset) != 0)
        return -1;
    s->offset += len;
    return 0;
}

/* The last record has no separator: it gets one. */
static void give_last(struct source *s, const struct gf_record *rec)
{
    struct gf_buf b = {0};
    gf_buf_add(&b, rec->data, rec->len);
    gf_buf_putc(&b, s->run->opt->record_end);
    if (b.failed) {
        run_no_memory(s->run);
    } else if (give(s, b.data, b.len) == 0) {
        s->offset--; /* it was not in the input */
        s->run->flow->ledger.end = s->offset;
    }
    gf_buf_release(&b);
}

/* A record is longer than it may be: a dead letter has its beginning. */
static void refuse_long(struct source *s)
{
    struct run *r = s->run;
    struct gf_reader *in = &s->reader;
    struct gf_ledger *l = &r->flow->ledger;
    if (!r->opt->dead && r->opt->commit) {
        gf_error("record %llu is longer than %llu bytes", (unsigned long long)l->in + 1,
                 (unsigned long long)r->opt->max_record);
        gf_hint("--max-record sets the limit");
        run_fail(r, GF_EXIT_TOOL);
        return;
    }
    const char *data = in->buf + in->start;
    const char *end = memchr(data, r->opt->record_end, in->end - in->start);
    l->in++;
    l->fate[GF_FATE_DEAD]++;
    r->some_failed = true;
    dead_oversize(r, l->before + l->in, s->offset, data,
                  end ? (size_t)(end - data) : in->end - in->start);
    events_oversize(r, l->before + l->in);
    s->skipping = r->commit.is_within = true;
}

/* Passes by the rest of such a record; whether something was there. It is done as a whole: a commit
 * in its midst would make a record of what is behind. */
static bool skip(struct source *s)
{
    struct gf_reader *in = &s->reader;
    const char *from = in->buf + in->start;
    size_t len = in->end - in->start;
    if (len == 0 && !in->eof)
        return false;
    const char *end = len ? memchr(from, s->run->opt->record_end, len) : NULL;
    size_t n = end ? (size_t)(end - from) + 1 : len;
    in->start += n;
    in->searched = in->start;
    commit_read(s->run, from, n, s->offset);
    s->offset += n;
    s->skipping = !end && !in->eof;
    s->run->commit.is_within = s->skipping;
    if (!s->skipping)
        s->run->flow->ledger.end = s->offset;
    return true;
}

/* --skip-known: what was read of the input that is done already. */
static bool pass_by(struct source *s)
{
    struct run *r = s->run;
    struct gf_reader *in = &s->reader;
    size_t len = in->end - in->start;
    if (len == 0 && in->eof) {
        gf_error("the input ends before byte %llu, up to which commit '%s' says it is done",
                 (unsigned long long)s->known, r->opt->commit);
        run_fail(r, GF_EXIT_TOOL);
        return true;
    }
    len = len < s->known - s->offset ? len : (size_t)(s->known - s->offset);
    commit_read(r, in->buf + in->start, len, s->offset);
    in->start += len;
    in->searched = in->start;
    s->offset += len;
    r->flow->ledger.end = s->offset;
    if (s->offset == s->known && commit_check_known(r) != 0)
        run_fail(r, GF_EXIT_TOOL);
    return len > 0;
}

/* The input ended with a record without a separator, and has grown since. */
static bool pass_end(struct source *s)
{
    struct run *r = s->run;
    struct gf_reader *in = &s->reader;
    size_t len = in->end - in->start;
    if (len == 0 && !in->eof)
        return false;
    r->commit.lacks_end = false;
    if (len == 0)
        return true;
    if (in->buf[in->start] != r->opt->record_end) {
        gf_error("record %llu is done, and goes on in the input now",
                 (unsigned long long)r->flow->ledger.before);
        gf_hint("the input ended without what ends a record; '%s' can be removed to begin anew",
                r->opt->commit);
        run_fail(r, GF_EXIT_TOOL);
        return true;
    }
    commit_read(r, in->buf + in->start, 1, s->offset);
    in->start++;
    in->searched = in->start;
    r->flow->ledger.end = ++s->offset;
    return true;
}

static void over(struct source *s)
{
    ev_io_stop(s->run->loop, &s->io);
    s->run->flow->source_over = true;
    s->run->flow->input_ended = true;
}

/* What was taken from `data` on is to be read again: its first record is too long. */
static void take_back(struct source *s, const char *data)
{
    struct gf_reader *in = &s->reader;
    in->start = in->searched = (size_t)(data - in->buf);
    refuse_long(s);
}

/* Whole records. One that is too long may have come with others, in one read. */
static void give_run(struct source *s, const struct gf_slice *records)
{
    const struct options *o = s->run->opt;
    size_t n = gf_span_within(records->data, records->len, o->record_end, (size_t)o->max_record);
    if ((n == 0 || give(s, records->data, n) == 0) && n < records->len)
        take_back(s, records->data + n);
}

static bool take_letter(struct source *s)
{
    struct gf_record line;
    int got = gf_reader_take(&s->reader, &line);
    if (got == 1)
        replay_letter(&s->replay, s->run, line.data, line.len);
    else if (got == GF_READER_END)
        over(s);
    return got != 0;
}

/* What was read already; whether something was there. */
static bool take(struct source *s)
{
    struct gf_slice records;
    struct gf_record last;
    if (s->run->opt->replay)
        return take_letter(s);
    if (s->skipping)
        return skip(s);
    if (s->offset < s->known)
        return pass_by(s);
    if (s->run->commit.lacks_end)
        return pass_end(s);
    gf_reader_take_run(&s->reader, &records);
    if (records.len) {
        give_run(s, &records);
        return true;
    }
    int got = gf_reader_take(&s->reader, &last);
    if (got == 1 && last.len > s->run->opt->max_record)
        take_back(s, last.data);
    else if (got == 1)
        give_last(s, &last);
    else if (got == GF_READER_END)
        over(s);
    return got != 0;
}

bool source_pump(struct source *s)
{
    struct run *r = s->run;
    bool any = false;
    while (!r->stopping && flow_has_room(r->flow)) {
        if (take(s)) {
            any = true;
            continue;
        }
        if (gf_reader_waits(&s->reader)) {
            ev_io_start(r->loop, &s->io);
            return any;
        }
        if (gf_reader_fill_on(&s->reader) == 1)
            continue;
        if (errno == EMSGSIZE) {
            refuse_long(s);
            continue;
        }
        if (r->opt->replay)
            gf_error_errno("cannot read dead letters '%s'", r->opt->replay);
        else
            gf_error_errno("cannot read standard input");
        run_fail(r, GF_EXIT_TOOL);
    }
    return any;
}
