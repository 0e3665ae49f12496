/*
 * answers.c - the answers of workers, put into the order that was asked for.
 *
 * Records in a row that one worker has are a chunk. With -k the chunks of all workers are a list in
 * the order of the records: an answer waits in its chunk until all chunks in front are answered.
 */
#include "crew.h"

#include <errno.h>
#include <stdlib.h>

#include "base/exit.h"
#include "base/fd.h"
#include "base/msg.h"
#include "text/span.h"

void crew_fail(struct crew *c, int status)
{
    if (!c->fatal)
        c->fatal = status;
}

void crew_no_memory(struct crew *c)
{
    gf_error_nomem();
    crew_fail(c, GF_EXIT_TOOL);
}

/* ---- order ----------------------------------------------------------------------------------- */

int crew_given(struct worker *w)
{
    struct crew *c = w->crew;
    struct chunk *k = w->last;
    uint64_t seq = ++c->seq;
    if (k && k->seq + k->count == seq) {
        k->count++;
        return 0;
    }
    k = calloc(1, sizeof *k);
    if (!k)
        return -1;
    *k = (struct chunk){.seq = seq, .count = 1};
    *(w->last ? &w->last->next : &w->first) = k;
    w->last = k;
    if (c->opt->keep_order) {
        *(c->last ? &c->last->next_order : &c->first) = k;
        c->last = k;
    }
    return 0;
}

uint64_t crew_first_seq(const struct worker *w)
{
    return w->first->seq + w->first->answered;
}

void crew_free_chunk(struct chunk *k)
{
    gf_buf_release(&k->out);
    free(k);
}

/* Answers whose turn has come. */
static void put_in_order(struct crew *c)
{
    while (c->first) {
        struct chunk *k = c->first;
        gf_buf_add(&c->out, k->out.data ? k->out.data : "", k->out.len);
        c->held -= k->out.len;
        gf_buf_clear(&k->out);
        if (k->answered < k->count)
            return;
        c->first = k->next_order;
        if (!c->first)
            c->last = NULL;
        crew_free_chunk(k);
    }
}

static void keep(struct crew *c, struct chunk *k, const char *p, size_t len)
{
    if (!c->opt->keep_order || k == c->first) {
        gf_buf_add(&c->out, p, len);
        return;
    }
    gf_buf_add(&k->out, p, len);
    c->held += len;
    if (k->out.failed)
        crew_no_memory(c);
}

void crew_answers(struct worker *w, const char *p, size_t len, size_t n)
{
    struct crew *c = w->crew;
    while (n > 0) {
        struct chunk *k = w->first;
        size_t m = k->count - k->answered < n ? (size_t)(k->count - k->answered) : n;
        size_t count = m, bytes = gf_span_records(p, len, c->opt->separator, &count);
        keep(c, k, p, bytes);
        p += bytes;
        len -= bytes;
        n -= m;
        k->answered += m;
        if (k->answered < k->count)
            break;
        w->first = k->next;
        if (!w->first)
            w->last = NULL;
        if (!c->opt->keep_order)
            crew_free_chunk(k);
    }
    put_in_order(c);
    if (c->out.failed)
        crew_no_memory(c);
}

/* Counts a record, and says so with -v: a run of --worker has no log, but it may have many of
 * them. */
void crew_record_failed(struct crew *c, uint64_t seq, const char *why, const char *record,
                        size_t len)
{
    enum {
        SHOWN = 256
    };
    int shown = len < SHOWN ? (int)len : SHOWN;
    c->failed++;
    gf_failures_add(&c->failures, seq, "record %llu, %s: %.*s", (unsigned long long)seq, why, shown,
                    record);
    gf_detail("record %llu failed: %s", (unsigned long long)seq, why);
}

void crew_no_answer(struct worker *w, const char *record, size_t len, const char *why)
{
    struct crew *c = w->crew;
    crew_record_failed(c, crew_first_seq(w), why, record, len);
    if (c->failed_fd != -1 && (gf_write_all(c->failed_fd, record, len) != 0 ||
                               gf_write_all(c->failed_fd, &c->opt->separator, 1) != 0)) {
        gf_error_errno("cannot write to '%s'", c->opt->failed);
        crew_fail(c, GF_EXIT_TOOL);
        c->failed_fd = -1;
    }
    crew_answers(w, "", 0, 1);
}
