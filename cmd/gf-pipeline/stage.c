/*
 * stage.c - the records of a stage: how they come, wait, leave, and fail.
 */
#include "stage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cannot_run.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/logfile.h"
#include "base/msg.h"
#include "base/own.h"
#include "base/random.h"
#include "base/sat.h"
#include "flow.h"
#include "text/span.h"

/* ---- records come ---------------------------------------------------------------------------- */

void stage_enter(struct stage *s, struct gf_piece *p)
{
    p->stage = s->number;
    p->attempt = 0;
    p->sent_mono = p->again_mono = 0;
    s->inside += p->n;
    s->n.in += p->n;
    s->n.bytes_in += p->len;
    queue_add(&s->waiting, p);
    if (s->waiting.records > s->n.peak)
        s->n.peak = s->waiting.records;
}

int stage_cut(struct stage *s, struct gf_piece *p, uint64_t n, struct gf_piece **rest)
{
    *rest = NULL;
    if (n >= p->n)
        return 0;
    *rest = gf_ledger_split(&s->flow->ledger, p, n);
    if (*rest)
        return 0;
    run_no_memory(s->run);
    return -1;
}

struct gf_piece *stage_take(struct stage *s, uint64_t records, size_t bytes)
{
    struct gf_piece *p = s->waiting.first, *rest;
    if (!p)
        return NULL;
    size_t n = p->n < records ? (size_t)p->n : (size_t)records;
    if (p->len > bytes && n > 1) {
        size_t fit = n;
        (void)gf_span_records(p->data, bytes, s->flow->ledger.separator, &fit);
        n = fit ? fit : 1;
    }
    queue_pop(&s->waiting);
    if (stage_cut(s, p, n, &rest) != 0) {
        queue_push(&s->waiting, p);
        return NULL;
    }
    if (rest)
        queue_push(&s->waiting, rest);
    return p;
}

void stage_return(struct stage *s, struct queue *q)
{
    for (struct gf_piece *p = q->first; p; p = p->behind) {
        p->sent_mono = 0;
        p->owner = NULL;
    }
    queue_splice(&s->waiting, q);
}

void stage_resend(struct stage *s, struct queue *q)
{
    struct queue expired = {0}, rest = {0};
    for (struct gf_piece *p; (p = queue_pop(q));)
        queue_add(p->expired ? &expired : &rest, p);
    s->n.resent += rest.records;
    stage_return(s, &rest);
    for (struct gf_piece *p; (p = queue_pop(&expired));)
        stage_fail_expired(s, p);
}

/* ---- records leave --------------------------------------------------------------------------- */

static void note_times(struct stage *s, const struct gf_piece *p, gf_ns now_mono)
{
    gf_ns sent = p->sent_mono ? p->sent_mono : now_mono;
    gf_hist_add_many(&s->n.service, now_mono - sent, p->n);
    gf_hist_add_many(&s->n.waiting, sent - p->entered_mono, p->n);
}

static void count_answered(struct stage *s, const struct gf_piece *p, gf_ns now_mono)
{
    note_times(s, p, now_mono);
    s->inside -= p->n;
    s->n.answered += p->n;
}

static void leave(struct stage *s, struct gf_piece *p, gf_ns now_mono)
{
    p->owner = NULL;
    p->entered_mono = now_mono;
    p->sent_mono = 0;
    s->n.out += p->n;
    s->n.bytes_out += p->len;
    const char *data = p->data;
    size_t len = p->len;
    tap_put(s, data, len);
    s->flow->pass(s->flow, p, s->number + 1, now_mono);
}

void stage_answer(struct stage *s, struct gf_piece *p, struct gf_bytes *bytes, const char *data,
                  size_t len, uint64_t n, gf_ns now_mono)
{
    count_answered(s, p, now_mono);
    if (gf_piece_set(&s->flow->ledger, p, bytes, data, len, n) != 0)
        run_no_memory(s->run); /* what follows has the record as it came: the run has failed */
    leave(s, p, now_mono);
}

void stage_answer_all(struct stage *s, struct gf_piece *first, struct gf_bytes *bytes,
                      const char *data, size_t len, uint64_t n, gf_ns now_mono)
{
    count_answered(s, first, now_mono);
    for (struct gf_piece *p = first->behind; p; p = p->behind)
        count_answered(s, p, now_mono);
    if (gf_ledger_merge(&s->flow->ledger, first, bytes, data, len, n) == 0) {
        leave(s, first, now_mono);
        return;
    }
    run_no_memory(s->run);
    for (struct gf_piece *p = first, *behind; p; p = behind) {
        behind = p->behind;
        leave(s, p, now_mono);
    }
}

/* ---- records fail ---------------------------------------------------------------------------- */

static bool is_tried_again(const struct stage *s, const struct gf_piece *p,
                           const struct failure *why)
{
    return p->attempt < s->plan->retries && !why->for_good && !s->run->aborted && !p->expired &&
           !s->crashed;
}

void stage_awake(struct stage *s, gf_ns now_mono)
{
    struct queue asleep = s->asleep;
    if (now_mono < s->asleep_mono)
        return;
    s->asleep = (struct queue){0};
    s->asleep_mono = GF_NEVER;
    for (struct gf_piece *p; (p = queue_pop(&asleep));) {
        bool due = p->again_mono <= now_mono || s->run->aborted;
        p->again_mono = due ? 0 : p->again_mono;
        queue_add(due ? &s->waiting : &s->asleep, p);
        if (!due && p->again_mono < s->asleep_mono)
            s->asleep_mono = p->again_mono;
    }
}

/* --on-error: what becomes of a record that is not tried again. */
static void give_fate(struct stage *s, struct gf_piece *p, const struct failure *why, gf_ns now)
{
    struct run *r = s->run;
    enum on_error what = r->aborted ? ON_ERROR_DEAD : s->plan->on_error;
    if (what == ON_ERROR_STOP) {
        gf_error("stage '%s' failed with record %llu, and --on-error stop ends the run",
                 s->plan->name, (unsigned long long)gf_piece_seq(p));
        if (r->opt->commit) { /* it is not done, nor is what is behind it */
            run_abort(r, GF_REASON_SHUTDOWN);
            return;
        }
    }
    s->inside -= p->n;
    if (what == ON_ERROR_PASS) {
        p->passed = true;
        p->expired = false; /* the next stage finds out, and has an --on-error of its own */
        s->n.passed += p->n;
        dead_count_spared(s, p, why, "handed on as it came");
        p->entered_mono = now;
        s->flow->pass(s->flow, p, s->number + 1, now);
        return;
    }
    if (what == ON_ERROR_DROP) {
        s->n.dropped += p->n;
        dead_count_spared(s, p, why, "dropped");
        gf_ledger_end(&s->flow->ledger, p, GF_FATE_DROPPED);
        return;
    }
    s->n.dead += p->n;
    s->n.rejected += why->reason == GF_REASON_REJECT ? p->n : 0;
    dead_letter(s, p, why);
    events_dead(r, s, p, why);
    gf_ledger_end(&s->flow->ledger, p, GF_FATE_DEAD);
    if (what == ON_ERROR_STOP)
        run_abort(r, GF_REASON_SHUTDOWN);
}

void stage_fail(struct stage *s, struct gf_piece *p, const struct failure *why)
{
    struct run *r = s->run;
    gf_ns now = gf_now_mono();
    p->owner = NULL;
    s->n.timed_out += why->reason == GF_REASON_TIMEOUT;
    if (is_tried_again(s, p, why)) {
        s->n.retried++;
        p->attempt++;
        gf_ns wait = gf_backoff_wait(&s->plan->backoff, p->attempt, gf_random());
        events_retry(r, s, p, why, wait);
        p->again_mono = wait ? gf_sat_add_i64(now, wait) : 0;
        p->sent_mono = 0;
        if (!wait) {
            queue_push(&s->waiting, p);
            return;
        }
        queue_add(&s->asleep, p);
        s->asleep_mono = p->again_mono < s->asleep_mono ? p->again_mono : s->asleep_mono;
        return;
    }
    r->some_failed = true;
    s->n.failed += p->n;
    give_fate(s, p, why, now);
}

void stage_fail_expired(struct stage *s, struct gf_piece *p)
{
    gf_ns now = gf_now_mono();
    const struct failure why = {.reason = GF_REASON_TIMEOUT,
                                .seconds = now - p->read_mono,
                                .ending = {.how = GF_ENDING_TIMEOUT, .code = -1},
                                .for_good = true};
    struct gf_piece *rest;
    p->expired = true;
    for (; p; p = rest) { /* each record has a letter */
        if (stage_cut(s, p, 1, &rest) != 0)
            return;
        stage_fail(s, p, &why);
    }
}

void stage_drop_empty(struct stage *s, struct gf_piece *p, gf_ns now_mono)
{
    count_answered(s, p, now_mono);
    s->n.empty += p->n;
    s->n.dropped += p->n;
    p->owner = NULL;
    gf_ledger_end(&s->flow->ledger, p, GF_FATE_DROPPED);
}

bool stage_sleeps(const struct stage *s, const struct gf_piece *p)
{
    return p->again_mono && p->stage == s->number;
}

/* ---------------------------------------------------------------------------------------------- */

static const struct stage_kind *const kinds[] = {[MODE_MAP] = &stage_map,
                                                 [MODE_FILTER] = &stage_filter,
                                                 [MODE_EACH] = &stage_each,
                                                 [MODE_BATCH] = &stage_each};

uint64_t stage_key(const struct stage *s, const struct gf_piece *p)
{
    const char *end = memchr(p->data, s->flow->ledger.separator, p->len);
    struct gf_slice record = {p->data, (size_t)(end - p->data)};
    struct gf_slice field = gf_field_at(&s->plan->separator, record, (size_t)s->plan->by);
    return gf_fingerprint(&s->key, field).low;
}

int stage_open(struct stage *s, struct run *r, const struct stage_plan *plan, unsigned number)
{
    s->run = r;
    s->plan = plan;
    s->number = number;
    s->kind = kinds[plan->mode];
    s->asleep_mono = GF_NEVER;
    for (size_t i = 0; i < GF_FINGERPRINT_WORDS; i++)
        s->key.word[i] = gf_random();
    s->file.search = getenv("PATH");
    s->limits = (struct gf_child_limits){.kill_after = plan->kill_after, .linger = GF_S};
    return tap_open(s) != 0 || s->kind->open(s) != 0 ? -1 : 0;
}

void stage_close(struct stage *s)
{
    if (s->kind)
        s->kind->close(s);
    gf_command_release(&s->file);
    tap_close(s);
}
