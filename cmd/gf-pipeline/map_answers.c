/*
 * map_answers.c - what a process that stays has written: whose answers they are.
 *
 * That is known by counting. Bytes are cut at the last separator: whole answers are taken at once,
 * however many came in one read, and the beginning of the next one is kept.
 */
#include <errno.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "flow.h"
#include "map.h"
#include "text/scan.h"
#include "text/span.h"

/* ---- what is no answer ----------------------------------------------------------------------- */

static void end_of_trust(struct mapper *m)
{
    struct run *r = m->stage->run;
    if (!r->fatal)
        r->fatal = GF_EXIT_TOOL;
    run_abort(r, GF_REASON_CRASH);
}

void map_answers_too_much(struct mapper *m, size_t more)
{
    gf_error("stage '%s': its command wrote %zu record%s more than it was given",
             m->stage->plan->name, more, more == 1 ? "" : "s");
    gf_hint("a map writes one record for each that it reads; for others there is --mode filter");
    end_of_trust(m);
}

static void too_long(struct mapper *m)
{
    bool no_memory = m->answer.failed == ENOMEM;
    gf_buf_clear(&m->answer);
    if (no_memory)
        run_no_memory(m->stage->run);
    map_condemn(m, GF_REASON_OVERSIZE);
}

static void refuse(struct mapper *m, struct gf_piece *p, const char *answer, size_t len, gf_ns now)
{
    struct stage *s = m->stage;
    const char *prefix = s->plan->reject_prefix;
    len -= len > 0;
    if (prefix && len >= strlen(prefix) && memcmp(answer, prefix, strlen(prefix)) == 0) {
        struct failure why = {.reason = GF_REASON_REJECT,
                              .ending = {.how = GF_ENDING_OK, .code = -1},
                              .text = answer,
                              .len = len,
                              .seconds = p->sent_mono ? now - p->sent_mono : 0,
                              .for_good = true};
        stage_fail(s, p, &why);
        return;
    }
    stage_drop_empty(s, p, now);
}

/* ---- answers -------------------------------------------------------------------------------- */

/* How many of the answers at the front are neither refused nor dropped; *bytes is their length. */
static size_t plain_answers(const struct stage *s, const char *p, size_t len, size_t n,
                            size_t *bytes)
{
    const struct stage_plan *plan = s->plan;
    size_t prefix = plan->reject_prefix ? strlen(plan->reject_prefix) : 0;
    size_t plain = 0;
    *bytes = 0;
    if (!prefix && !plan->drop_empty) {
        *bytes = len;
        return n;
    }
    for (; plain < n; plain++) {
        const char *at = p + *bytes;
        const char *end = memchr(at, s->flow->ledger.separator, len - *bytes);
        size_t record = (size_t)(end - at);
        if ((prefix && record >= prefix && memcmp(at, plan->reject_prefix, prefix) == 0) ||
            (plan->drop_empty && record == 0))
            break;
        *bytes += record + 1;
    }
    return plain;
}

/* The first piece answers for n records, n at most those of it. */
static void answer_piece(struct mapper *m, struct gf_bytes *bytes, const char *data, size_t len,
                         size_t n, gf_ns now)
{
    struct stage *s = m->stage;
    struct gf_piece *p = m->given.first, *rest;
    if (p == m->unsent) { /* nobody answers what nobody has */
        map_answers_too_much(m, n);
        return;
    }
    queue_pop(&m->given);
    if (stage_cut(s, p, n, &rest) != 0) {
        queue_push(&m->given, p);
        return;
    }
    if (rest)
        queue_push(&m->given, rest);
    if (bytes)
        stage_answer(s, p, bytes, data, len, n, now);
    else
        refuse(m, p, data, len, now);
}

/* `n` answers that are alike: all are taken (with bytes), or the one is not. */
static void answer_run(struct mapper *m, struct gf_bytes *bytes, const char *data, size_t len,
                       size_t n, gf_ns now)
{
    char end = m->stage->flow->ledger.separator;
    while (n && m->given.first && !m->stage->run->fatal) {
        size_t k = m->given.first->n < n ? (size_t)m->given.first->n : n;
        size_t count = k, part = k < n ? gf_span_records(data, len, end, &count) : len;
        answer_piece(m, bytes, data, part, k, now);
        data += part;
        len -= part;
        n -= k;
    }
}

/* Whole answers. False: more than records wait for, or memory is out. */
static bool take_answers(struct mapper *m, const char *data, size_t len)
{
    struct stage *s = m->stage;
    size_t n = gf_scan_count(data, len, s->flow->ledger.separator);
    gf_ns now = gf_now_mono();
    if (n > m->given.records) {
        map_answers_too_much(m, n - (size_t)m->given.records);
        return false;
    }
    struct gf_bytes *bytes = gf_bytes_new(&s->flow->ledger, len);
    if (!bytes) {
        run_no_memory(s->run);
        return false;
    }
    memcpy(bytes->data, data, len);
    struct gf_window_answers answers = {
        .n = n,
        .waiting = (size_t)m->given.records,
        .since_mono = m->head_mono,
        .took = m->given.first->sent_mono ? now - m->given.first->sent_mono : 0};
    gf_window_answered(&m->window, &answers, now);
    s->deaths = 0;
    const char *at = bytes->data;
    while (n && !s->run->fatal) {
        size_t part, plain = plain_answers(s, at, len, n, &part);
        answer_run(m, bytes, at, part, plain, now);
        at += part;
        len -= part;
        n -= plain;
        if (n) { /* one that is refused or dropped */
            size_t one = 1;
            part = gf_span_records(at, len, s->flow->ledger.separator, &one);
            answer_run(m, NULL, at, part, 1, now);
            at += part;
            len -= part;
            n--;
        }
    }
    gf_bytes_drop(&s->flow->ledger, bytes);
    map_heard(m, now);
    return true;
}

void map_hear(struct mapper *m, const char *p, size_t len)
{
    char separator = m->stage->flow->ledger.separator;
    const char *last = gf_scan_last(p, len, separator);
    size_t whole = last ? (size_t)(last - p) + 1 : 0;
    if (whole && m->answer.len) { /* the beginning came before */
        size_t first = (size_t)((const char *)memchr(p, separator, len) - p) + 1;
        gf_buf_add(&m->answer, p, first);
        if (!m->answer.failed && !take_answers(m, m->answer.data, m->answer.len))
            return;
        if (m->answer.failed) {
            too_long(m);
            return;
        }
        gf_buf_clear(&m->answer);
        p += first;
        len -= first;
        whole -= first;
    }
    size_t fit = gf_span_within(p, whole, separator, (size_t)m->stage->run->opt->max_record);
    if (fit && !take_answers(m, p, fit))
        return;
    if (fit < whole) {
        too_long(m);
        return;
    }
    if (len > whole && gf_buf_add(&m->answer, p + whole, len - whole) != 0)
        too_long(m);
}
