/*
 * source.c - one reader for each input; pulled in turn, or by a merge.
 *
 * A pull empties what the reader has before it reads again, and goes on to the next input at the
 * end of one. A record over the limit that came in whole is found behind the reader; records before
 * it are given first. A run is given only while no more than the limit is buffered, so no record in
 * it can be over.
 */
#include "stream/source.h"

#include <stdlib.h>

#include "stream/source_parts.h"
#include "text/crlf.h"
#include "text/scan.h"

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
static int check_sizes(struct gf_stage *s, struct gf_source *c)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->out[i].len > s->stream->set->max_record) {
            uint64_t record = c->reader[c->now].taken - (s->n - i) + 1;
            s->n = i;
            c->stopped = true;
            gf_source_too_long(s, c, c->now, record);
            return i ? 1 : -1;
        }
    return 1;
}

/* More of the input at hand, or, behind its end, the next one. As fill. */
static int read_on(struct gf_stage *s, struct gf_source *c)
{
    if (c->reader[c->now].eof) {
        int got = gf_source_end(s, c, c->now);
        gf_reader_release(&c->reader[c->now++]);
        return got;
    }
    int got = gf_source_fill(s, c, c->now);
    if (got == 1 && c->hooks->interrupted(c->hooks->arg))
        c->stopped = true;
    return got;
}

/* ---- giving ---------------------------------------------------------------------------------- */

static int pull_source(struct gf_stage *s, size_t max)
{
    struct gf_source *c = s->state;
    if (s->stream->fault.status)
        return -1;
    while (c->now < c->n && !c->stopped) {
        struct gf_reader *r = &c->reader[c->now];
        int headed = gf_source_pass_header(s, c, c->now);
        if (headed != 1)
            return headed;
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
    struct gf_source *c = s->state;
    while (!c->stopped && c->now < c->n && !s->stream->fault.status) {
        struct gf_reader *r = &c->reader[c->now];
        int headed = gf_source_pass_header(s, c, c->now);
        if (headed != 1)
            return headed;
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
    struct gf_source *c = s->state;
    while (!c->stopped && c->now < c->n && !s->stream->fault.status) {
        struct gf_reader *r = &c->reader[c->now];
        int headed = gf_source_pass_header(s, c, c->now);
        if (headed != 1)
            return headed;
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
    struct gf_source *c = s->state;
    struct gf_record one;
    int headed = gf_source_pass_header(s, c, which);
    while (headed == 1) {
        int got = gf_reader_take(&c->reader[which], &one);
        if (got == 1 && one.len > s->stream->set->max_record)
            return gf_source_too_long(s, c, which, c->reader[which].taken);
        *rec = (struct gf_slice){one.data, one.len};
        if (got == 1 && s->stream->set->crlf == GF_CRLF_STRIP)
            rec->len -= gf_slice_ends_in_cr(*rec);
        if (got == GF_READER_END)
            return gf_source_end(s, c, which) == 1 ? 0 : -1;
        if (got == 1)
            return 1;
        got = gf_source_fill(s, c, which);
        if (got != 1)
            return got;
    }
    return headed;
}

static int pull_merge(struct gf_stage *s, size_t max)
{
    struct gf_source *c = s->state;
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
    struct gf_source *c = s->state;
    gf_merge_free(c->merge);
    for (size_t i = 0; c->reader && i < c->n; i++)
        gf_reader_release(&c->reader[i]);
    free(c->reader);
    free(c->head);
    free(c->tabular);
    free(c->headed);
}

struct gf_stage *gf_source_open(struct gf_stream *st, const struct gf_input *in, size_t n,
                                const struct gf_source_hooks *hooks)
{
    struct gf_stage *s = gf_stage_new(st, NULL, "input", sizeof(struct gf_source));
    if (!s)
        return NULL;
    struct gf_source *c = s->state;
    *c = (struct gf_source){.in = in, .n = n, .hooks = hooks};
    s->source = true;
    s->pull = pull_source;
    s->pull_run = pull_source_run;
    s->trade_run = trade_source_run;
    s->close = close_source;
    c->reader = calloc(n, sizeof *c->reader);
    c->head = calloc(n, sizeof *c->head);
    c->headed = calloc(n, sizeof *c->headed);
    bool tables = st->set->table.kind != GF_TABULAR_NONE;
    if (tables)
        c->tabular = calloc(n, sizeof *c->tabular);
    if (!c->reader || !c->head || !c->headed || (tables && !c->tabular)) {
        gf_fault_nomem(&st->fault);
        gf_stage_free_all(s);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        gf_reader_init(&c->reader[i], in[i].fd, st->set->separator, st->set->max_record);
        if (tables) {
            c->tabular[i].kind = st->set->table.kind;
            c->tabular[i].comma = st->set->comma;
            c->reader[i].tabular = &c->tabular[i];
        }
    }
    return s;
}

int gf_source_merge(struct gf_stage *s, const struct gf_keyspec *keys)
{
    struct gf_source *c = s->state;
    s->pull = pull_merge;
    s->pull_run = NULL;
    s->trade_run = NULL;
    c->merge = gf_merge_open(c->n, pull_input, s, keys, false);
    return c->merge ? 0 : gf_fault_nomem(&s->stream->fault);
}
