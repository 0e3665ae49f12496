/*
 * source.c - one reader for each input; pulled in turn, or by a merge.
 *
 * A pull empties what the reader has before it reads again, and goes on to the next input at the
 * end of one. A record over the limit that came in whole is found behind the reader; records before
 * it are given first. A run is given only while no more than the limit is buffered, so no record in
 * it can be over.
 */
#include "stream/source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/exit.h"
#include "stream/head.h"
#include "stream/unpack.h"
#include "text/crlf.h"
#include "text/merge.h"
#include "text/reader.h"
#include "text/scan.h"

struct source {
    const struct gf_input *in;
    size_t n, now;
    const struct gf_source_hooks *hooks;
    struct gf_reader *reader; /* one for each input */
    struct gf_head *head;     /* likewise */
    struct gf_merge *merge;
    bool stopped;
    bool ready; /* the input at hand can be read */
    bool piped; /* and another process writes it */
};

static int too_long(struct gf_stage *s, struct source *c, size_t which, uint64_t record)
{
    return gf_stage_too_long(s, c->in[which].name, record);
}

/* Waits until there is something to read. 1; 0: stopped by a signal; -1. */
static int await(struct source *c, const struct gf_reader *r)
{
    int got;
    bool ready = c->ready;
    c->ready = false;
    if (ready || !gf_reader_waits(r))
        return 1;
    while ((got = c->hooks->idle(c->hooks->arg, r->fd)) == 1)
        if (c->hooks->interrupted(c->hooks->arg)) {
            c->stopped = true;
            return 0;
        }
    return got == 0 ? 1 : -1;
}

/* The first time that input `which` can be read: who unpacks it has a look. As await. */
static int begin(struct gf_stage *s, struct source *c, size_t which)
{
    const struct gf_unpack *u = s->stream->unpack;
    struct gf_reader *r = &c->reader[which];
    struct stat st;
    int got = 1;
    if (r->begun)
        return 1;
    if (u) {
        r->begun = true; /* it can be read */
        r->fd = u->begin(u->arg, c->in[which].name, r->fd, &s->stream->fault);
        got = r->fd == -1 ? -1 : await(c, r);
    }
    c->piped = got == 1 && fstat(r->fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
    return got;
}

/* All of input `which` was given. 1, or -1 when that was not its end. */
static int end(struct gf_stage *s, struct source *c, size_t which)
{
    const struct gf_unpack *u = s->stream->unpack;
    return !u || u->end(u->arg, c->reader[which].fd, &s->stream->fault) == 0 ? 1 : -1;
}

/* One read for input `which`. 1; 0: stopped by a signal; -1. */
static int fill(struct gf_stage *s, struct source *c, size_t which)
{
    struct gf_reader *r = &c->reader[which];
    int got = await(c, r);
    if (got == 1)
        got = begin(s, c, which);
    if (got != 1)
        return got;
    while (gf_reader_fill(r) < 0) {
        if (errno == EINTR) {
            if (c->hooks->interrupted(c->hooks->arg)) {
                c->stopped = true;
                return 0;
            }
            continue;
        }
        if (errno == EMSGSIZE)
            return too_long(s, c, which, r->taken + 1);
        if (errno == ENOMEM)
            return gf_fault_nomem(&s->stream->fault);
        return gf_fault_errno(&s->stream->fault, GF_EXIT_TOOL, "cannot read '%s'",
                              c->in[which].name);
    }
    gf_head_look(&c->head[which], r, c->in[which].name, s->stream);
    return 1;
}

/* With GF_CRLF_STRIP, takes the CR from the ends of the records that are given. */
static void strip_records(struct gf_stage *s)
{
    if (s->stream->set->crlf != GF_CRLF_STRIP)
        return;
    for (size_t i = 0; i < s->n; i++)
        s->out[i].len -= gf_slice_ends_in_cr(s->out[i]);
}

/* The same for a run that lies in `buf`, which is ours to change. */
static void strip_run(const struct gf_stage *s, char *buf, struct gf_slice *run)
{
    if (s->stream->set->crlf == GF_CRLF_STRIP)
        run->len = gf_crlf_strip(buf + (run->data - buf), run->len, s->stream->set->separator);
}

/* Records over the limit are let through by the reader when they came in whole. */
static int check_sizes(struct gf_stage *s, struct source *c)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->out[i].len > s->stream->set->max_record) {
            uint64_t record = c->reader[c->now].taken - (s->n - i) + 1;
            s->n = i;
            c->stopped = true;
            too_long(s, c, c->now, record);
            return i ? 1 : -1;
        }
    return 1;
}

/* More of the input at hand, or, behind its end, the next one. As fill. */
static int read_on(struct gf_stage *s, struct source *c)
{
    if (c->reader[c->now].eof) {
        int got = end(s, c, c->now);
        gf_reader_release(&c->reader[c->now++]);
        return got;
    }
    int got = fill(s, c, c->now);
    if (got == 1 && c->hooks->interrupted(c->hooks->arg))
        c->stopped = true;
    return got;
}

static int pull_source(struct gf_stage *s, size_t max)
{
    struct source *c = s->state;
    if (s->stream->fault.status)
        return -1;
    while (c->now < c->n && !c->stopped) {
        struct gf_reader *r = &c->reader[c->now];
        s->n = gf_reader_take_many(r, s->out, max);
        if (s->n) {
            int got = check_sizes(s, c);
            strip_records(s);
            return got;
        }
        int got = read_on(s, c);
        if (got != 1)
            return got;
    }
    return 0;
}

static int pull_source_run(struct gf_stage *s, struct gf_slice *run)
{
    struct source *c = s->state;
    while (!c->stopped && c->now < c->n && !s->stream->fault.status) {
        struct gf_reader *r = &c->reader[c->now];
        if (r->end - r->start > s->stream->set->max_record)
            return 0;
        gf_reader_take_run(r, run);
        if (run->len) {
            uint64_t n = gf_scan_count(run->data, run->len, s->stream->set->separator);
            r->taken += n;
            s->given += n;
            strip_run(s, r->buf, run);
            return 1;
        }
        if (r->eof && r->start < r->end)
            return 0;
        int got = read_on(s, c);
        if (got != 1)
            return got;
    }
    return s->stream->fault.status ? -1 : 0;
}

enum {
    TRADE_GOAL = 256 * 1024 /* bytes worth handing over, when they need not be waited for */
};

static int trade_source_run(struct gf_stage *s, struct gf_block *b, bool may_wait)
{
    struct source *c = s->state;
    while (!c->stopped && c->now < c->n && !s->stream->fault.status) {
        struct gf_reader *r = &c->reader[c->now];
        size_t unread = r->end - r->start;
        bool waits = !r->eof && gf_reader_waits(r);
        if (unread > s->stream->set->max_record)
            return 0;
        if (unread >= TRADE_GOAL || r->eof || waits) {
            if (gf_reader_trade_run(r, &b->buf, &b->cap, &b->run) != 0)
                return gf_fault_nomem(&s->stream->fault);
            b->piped = c->piped;
            b->records = gf_scan_count(b->run.data, b->run.len, r->separator);
            r->taken += b->records;
            s->given += b->records;
            strip_run(s, b->buf, &b->run);
            if (b->run.len)
                return 1;
            if ((r->eof && r->start < r->end) || (waits && !may_wait))
                return 0;
        }
        c->ready = !r->eof && !waits;
        int got = read_on(s, c);
        if (got != 1)
            return got;
    }
    return s->stream->fault.status ? -1 : 0;
}

static int pull_input(void *arg, size_t which, struct gf_slice *rec)
{
    struct gf_stage *s = arg;
    struct source *c = s->state;
    struct gf_record one;
    for (;;) {
        int got = gf_reader_take(&c->reader[which], &one);
        if (got == 1 && one.len > s->stream->set->max_record)
            return too_long(s, c, which, c->reader[which].taken);
        *rec = (struct gf_slice){one.data, one.len};
        if (got == 1 && s->stream->set->crlf == GF_CRLF_STRIP)
            rec->len -= gf_slice_ends_in_cr(*rec);
        if (got == GF_READER_END)
            return end(s, c, which) == 1 ? 0 : -1;
        if (got == 1)
            return 1;
        got = fill(s, c, which);
        if (got != 1)
            return got;
    }
}

static int pull_merge(struct gf_stage *s, size_t max)
{
    struct source *c = s->state;
    struct gf_slice rec, key;
    int got = 1;
    while (gf_stage_room(s, max) && (got = gf_merge_next(c->merge, &rec, &key)) == 1)
        if (gf_stage_emit_copy(s, rec.data, rec.len) != 0)
            return -1;
    if (got < 0)
        return gf_fault_nomem(&s->stream->fault);
    return s->n ? 1 : 0;
}

static void close_source(struct gf_stage *s)
{
    struct source *c = s->state;
    gf_merge_free(c->merge);
    for (size_t i = 0; c->reader && i < c->n; i++)
        gf_reader_release(&c->reader[i]);
    free(c->reader);
    free(c->head);
}

struct gf_stage *gf_source_open(struct gf_stream *st, const struct gf_input *in, size_t n,
                                const struct gf_source_hooks *hooks)
{
    struct gf_stage *s = gf_stage_new(st, NULL, "input", sizeof(struct source));
    if (!s)
        return NULL;
    struct source *c = s->state;
    *c = (struct source){.in = in, .n = n, .hooks = hooks};
    s->source = true;
    s->pull = pull_source;
    s->pull_run = pull_source_run;
    s->trade_run = trade_source_run;
    s->close = close_source;
    c->reader = calloc(n, sizeof *c->reader);
    c->head = calloc(n, sizeof *c->head);
    if (!c->reader || !c->head) {
        gf_fault_nomem(&st->fault);
        gf_stage_free_all(s);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        gf_reader_init(&c->reader[i], in[i].fd, st->set->separator, st->set->max_record);
    return s;
}

struct gf_stage *gf_source_open_merge(struct gf_stream *st, const struct gf_input *in, size_t n,
                                      const struct gf_keyspec *keys,
                                      const struct gf_source_hooks *hooks)
{
    struct gf_stage *s = gf_source_open(st, in, n, hooks);
    if (!s)
        return NULL;
    struct source *c = s->state;
    s->pull = pull_merge;
    s->pull_run = NULL;
    c->merge = gf_merge_open(n, pull_input, s, keys, false);
    if (c->merge)
        return s;
    gf_fault_nomem(&st->fault);
    gf_stage_free_all(s);
    return NULL;
}
