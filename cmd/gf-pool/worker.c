/*
 * worker.c - one worker of --worker.
 *
 * Bytes that it writes are cut at the last separator: whole answers are taken at once, however many
 * came in one read, and the beginning of the next one is kept.
 *
 * A process is over when its task says so; its records are settled then, and the next process
 * starts when the task is drained.
 */
#include "worker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cannot_run.h"
#include "base/escape.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/random.h"
#include "base/sat.h"
#include "text/scan.h"
#include "text/span.h"

enum {
    DEATHS_MOST = 100 /* of processes in a row without an answer */
};

/* ---- what it is given ------------------------------------------------------------------------ */

bool worker_has_room(const struct worker *w)
{
    bool takes = !w->is_up || (w->task.in.io.fd != -1 && !w->task.is_over);
    return !w->condemned && takes && !worker_is_served(w) && gf_inflight_has_room(&w->in);
}

int worker_give(struct worker *w, const struct gf_value *record, uint64_t seq)
{
    struct about about = {.records = record->text,
                          .len = record->len,
                          .slot = w->slot,
                          .attempt = 1,
                          .pid = w->is_up ? w->task.child.pid : 0,
                          .since_mono = GF_NEVER};
    /* The time counts for the first record only, and the clock costs more than all the rest. */
    gf_ns now = w->in.waiting ? 0 : gf_now_mono();
    /* Each record that waits has its chunk, or neither is there. */
    return gf_inflight_reserve(&w->in, record->len) == 0 &&
                   answers_given(&w->pool->answers, &w->chunks, seq, &about) == 0
               ? gf_inflight_give(&w->in, record->text, record->len, now)
               : -1;
}

void worker_send(struct worker *w)
{
    const char *data;
    size_t n = gf_inflight_unsent(&w->in, &data);
    if (!w->is_up || w->task.in.io.fd == -1)
        return;
    if (n) {
        ssize_t sent = gf_task_write(&w->task, data, n);
        /* What it will never read is sent, too: its time runs. */
        gf_inflight_sent(&w->in, sent < 0 ? n : (size_t)sent, gf_now_mono());
    }
    if (worker_is_served(w) && gf_inflight_unsent(&w->in, &data) == 0) {
        w->had_all_mono = w->had_all ? w->had_all_mono : gf_now_mono();
        w->had_all = true;
        gf_task_close_input(&w->task);
    }
}

/* ---- what it answers ------------------------------------------------------------------------- */

/* Whole answers. False: more than records wait for. */
static bool take_answers(struct worker *w, const char *p, size_t len)
{
    size_t n = gf_scan_count(p, len, w->in.separator);
    if (n > w->in.waiting) {
        gf_error("worker %u answered %zu records more than it was given", w->slot + 1,
                 n - w->in.waiting);
        gf_hint("a worker writes one record for each that it reads, and nothing else");
        verdict_fail(worker_verdict(w), GF_EXIT_TOOL);
        return false;
    }
    struct about about = worker_first(w);
    w->deaths = 0;
    answers_take(&w->pool->answers, &w->chunks, &about, p, len, n);
    gf_inflight_answered(&w->in, n, gf_now_mono());
    return true;
}

/* Bytes that it wrote: what is whole is answered, the rest is kept. */
static void hear(struct worker *w, const char *p, size_t len)
{
    char separator = w->in.separator;
    const char *last = gf_scan_last(p, len, separator);
    size_t whole = last ? (size_t)(last - p) + 1 : 0;
    if (whole && w->answer.len) { /* the beginning came before */
        size_t first = (size_t)((const char *)memchr(p, separator, len) - p) + 1;
        gf_buf_add(&w->answer, p, first);
        if (!w->answer.failed && !take_answers(w, w->answer.data, w->answer.len))
            return;
        gf_buf_clear(&w->answer);
        p += first;
        len -= first;
        whole -= first;
    }
    if (whole && !take_answers(w, p, whole))
        return;
    if (len > whole)
        gf_buf_add(&w->answer, p + whole, len - whole);
    if (w->answer.failed) {
        gf_error("worker %u: an answer is longer than there is room for", w->slot + 1);
        gf_hint("--max-record sets the limit");
        verdict_fail(worker_verdict(w), GF_EXIT_TOOL);
    }
}

static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct worker *w = t->owner;
    if (!w->condemned && !worker_verdict(w)->fatal)
        hear(w, data, len);
    if (gf_ordered_is_full(&w->pool->answers.output))
        gf_task_pause(t, stream);
    verdict_changed(worker_verdict(w));
}

/* Without standard output it can answer no more: it gets no more records, and finds the end of its
 * input. */
static void on_closed(struct gf_task *t, int stream)
{
    (void)stream;
    gf_task_close_input(t);
    verdict_changed(worker_verdict(t->owner));
}

static void on_writable(struct gf_task *t)
{
    worker_send(t->owner);
}

/* ---- its end --------------------------------------------------------------------------------- */

static void say_why(const struct worker *w, const struct gf_ending *e, char out[64])
{
    if (e->how == GF_ENDING_TIMEOUT)
        snprintf(out, 64, "timed out");
    else if (e->signal)
        snprintf(out, 64, "signal %d ended worker %u", e->signal, w->slot + 1);
    else
        snprintf(out, 64, "worker %u ended with exit status %d", w->slot + 1, e->code);
}

/* How the process ended, as far as its first record is concerned: that one has no answer, so an
 * exit status of 0 is none for it, nor is a worker done that was told to end. */
static struct gf_ending ending_of_first(const struct worker *w)
{
    struct gf_ending e = gf_task_ending(&w->task);
    if (w->condemned)
        e.how = GF_ENDING_TIMEOUT;
    else if (w->task.life.told)
        e.how = GF_ENDING_INTERRUPTED;
    else if (e.how == GF_ENDING_OK)
        e = (struct gf_ending){.how = GF_ENDING_EXIT, .code = 1};
    return e;
}

static void fail_first(struct worker *w, const struct gf_ending *e, const char *why)
{
    struct about about = worker_first(w);
    answers_none(&w->pool->answers, &w->chunks, &about, e, why);
    gf_inflight_drop_first(&w->in, gf_now_mono());
}

/* --retry-on: whether this way to end is one of those. */
static bool is_worth_it(const struct options *o, const struct gf_ending *e)
{
    int code = gf_ending_status(e);
    return !o->retry_some || (o->retry_on[code / 64] >> code % 64 & 1);
}

static void retry_first(struct worker *w, const struct gf_ending *e, const char *why)
{
    gf_ns wait = gf_backoff_wait(&worker_options(w)->backoff, w->in.attempt, gf_random());
    struct about about = worker_first(w);
    answers_retried(&w->pool->answers, &w->chunks, &about, e, wait);
    gf_note("record %llu is tried again: %s", (unsigned long long)answers_first(&w->chunks), why);
    w->in.attempt++;
    w->before = *e;
    w->again_mono = wait ? gf_sat_add_i64(gf_now_mono(), wait) : 0;
}

/* The record it worked on has failed, or is tried again. */
static void settle_first(struct worker *w)
{
    const struct options *o = worker_options(w);
    struct gf_ending e = ending_of_first(w);
    struct gf_ending real = gf_task_ending(&w->task);
    char why[64];
    say_why(w, e.how == GF_ENDING_TIMEOUT ? &e : &real, why);
    if (w->in.attempt <= o->retries && is_worth_it(o, &e) && verdict_may_start(worker_verdict(w)))
        retry_first(w, &e, why);
    else
        fail_first(w, &e, why);
}

/* It ended as it should, with fewer answers than records: which is whose, nobody knows. */
static void settle_all(struct worker *w)
{
    static const struct gf_ending e = {.how = GF_ENDING_EXIT, .code = 1};
    gf_error(
        "worker %u ended without an answer for %zu records; those it gave may belong to others",
        w->slot + 1, w->in.waiting);
    gf_hint("a worker writes one record for each that it reads");
    while (w->in.waiting)
        fail_first(w, &e, "no answer");
}

static void settle(struct worker *w, bool served)
{
    bool clean = gf_task_ending(&w->task).how == GF_ENDING_OK && !w->condemned;
    bool answered = w->in.window.has_answered;
    if (clean && w->answer.len && w->in.waiting) { /* the last one without its separator */
        gf_buf_putc(&w->answer, w->in.separator);
        if (!w->answer.failed)
            take_answers(w, w->answer.data, w->answer.len);
    }
    gf_buf_clear(&w->answer);
    w->in.given = w->in.waiting; /* to the next one */
    if (w->in.waiting == 0 || worker_verdict(w)->fatal)
        return;
    if (served && clean && !w->task.life.last_signal) {
        settle_all(w);
        return;
    }
    settle_first(w);
    w->in.head_mono = GF_NEVER; /* nobody works on the next one */
    if (!answered && ++w->deaths >= DEATHS_MOST) {
        gf_error("worker %u ended %u times without one answer", w->slot + 1, w->deaths);
        gf_hint("--worker is for commands that read records and answer each with one");
        verdict_fail(worker_verdict(w), GF_EXIT_SOME);
    } else if (w->in.waiting && !worker_pool_is_ended(w->pool)) {
        gf_note("%zu records that worker %u had are given again", w->in.waiting, w->slot + 1);
    }
}

static void on_over(struct gf_task *t)
{
    struct worker *w = t->owner;
    capacity_give(&w->pool->capacity, w->slot);
    settle(w, w->had_all);
    gf_task_close(t, GF_TASK_OUT); /* whoever still holds it is no worker */
}

static void on_drained(struct gf_task *t)
{
    struct worker *w = t->owner;
    w->is_up = w->condemned = false;
    verdict_changed(worker_verdict(w));
}

static void on_broken(struct gf_task *t, int stream, int err)
{
    const struct worker *w = t->owner;
    (void)stream;
    errno = err;
    gf_error_errno("cannot read what worker %u writes", w->slot + 1);
    verdict_fail(worker_verdict(w), GF_EXIT_TOOL);
}

static void on_wants_terminal(struct gf_task *t, int sig)
{
    const struct worker *w = t->owner;
    tally_say_stopped("worker", w->slot + 1, sig);
}

static const struct gf_task_events events = {.output = on_output,
                                             .closed = on_closed,
                                             .broken = on_broken,
                                             .writable = on_writable,
                                             .signalled = worker_on_signalled,
                                             .wants_terminal = on_wants_terminal,
                                             .over = on_over,
                                             .drained = on_drained};

/* ---- its start ------------------------------------------------------------------------------- */

/* The words hold no place but {%}; what they are called in the log. */
int worker_check_command(struct worker_pool *p)
{
    struct session *s = p->session;
    const struct options *o = s->opt;
    struct gf_places places = {.mark = o->placeholder, .no_record = true};
    struct gf_buf *b = &p->answers.command;
    size_t where;
    if (gf_template_init(&s->launch.command, o->words, o->nwords, &places, &where) ==
        GF_TEMPLATE_NOMEM)
        b->failed = ENOMEM;
    if (answers_add_command(b, o) == 0 && !b->failed)
        return -1;
    gf_error_nomem();
    return GF_EXIT_TOOL;
}

bool worker_needs_start(const struct worker *w, gf_ns now_mono)
{
    return !w->is_up && w->in.waiting && now_mono >= w->again_mono;
}

static void cannot_start(struct worker *w, int err)
{
    const char *name = worker_options(w)->words[0];
    w->pool->capacity.short_of = err;
    if (gf_command_fault(err, false) == GF_FAULT_MOMENT)
        capacity_short(&w->pool->capacity);
    else
        verdict_fail(worker_verdict(w), gf_cannot_run(name, err, "-s"));
}

bool worker_start(struct worker *w)
{
    struct worker_pool *p = w->pool;
    struct launch *l = &p->session->launch;
    struct gf_value none = {"", 0};
    struct gf_fill fill = {.item = &none, .items = 1, .slot = w->slot + 1};
    if (!capacity_has_slot(&p->capacity))
        return false;
    l->argv = gf_template_expand(&l->command, &fill);
    gf_environ_write(l->slot, w->slot + 1);
    gf_environ_write(p->number, p->processes + 1);
    int err = l->argv ? launch_spawn(l, &w->task, &p->tasks, -1, &p->limits,
                                     GF_TASK_PIPE_IN | GF_TASK_PIPE_OUT)
                      : ENOMEM;
    if (err) {
        cannot_start(w, err);
        return false;
    }
    p->processes++;
    w->is_up = true;
    w->had_all = w->lingers = w->stall_was_said = false;
    w->again_mono = 0;
    p->session->tally.restarts += w->was_up;
    w->was_up = true;
    capacity_take(&p->capacity, w->slot);
    gf_inflight_begin(&w->in, gf_now_mono());
    gf_detail("worker %u started: process %ld", w->slot + 1, (long)w->task.child.pid);
    return true;
}

/* ---------------------------------------------------------------------------------------------- */

void worker_stop_waiting(struct worker *w)
{
    if (w->is_up || !w->again_mono || verdict_may_start(worker_verdict(w)))
        return;
    w->again_mono = 0;
    w->in.attempt--;
    struct about about = worker_first(w);
    about.is_given_up = true;
    answers_none(&w->pool->answers, &w->chunks, &about, &w->before, "not tried again");
    gf_inflight_drop_first(&w->in, gf_now_mono());
    w->in.head_mono = GF_NEVER;
}

void worker_give_up(struct worker *w)
{
    static const struct gf_ending untried = {.how = GF_ENDING_INTERRUPTED, .code = -1};
    worker_stop_waiting(w);
    if (w->in.waiting && w->in.head_mono != GF_NEVER) { /* a process worked on it */
        struct gf_ending e = ending_of_first(w);
        fail_first(w, &e, "no answer");
    }
    while (w->in.waiting)
        fail_first(w, &untried, "no answer");
}

void worker_init(struct worker *w, struct worker_pool *pool, unsigned slot)
{
    const struct options *o = pool->session->opt;
    *w = (struct worker){.pool = pool, .slot = slot, .chunks = {.owner = w}};
    w->task = (struct gf_task){.on = &events, .owner = w};
    w->in.separator = o->separator;
    w->in.head_mono = GF_NEVER;
    w->in.span = gf_span_records;
    w->answer = (struct gf_buf)GF_BUF_INIT(o->max_record);
}

void worker_release(struct worker *w)
{
    gf_task_drop(&w->task);
    gf_inflight_release(&w->in);
    gf_buf_release(&w->answer);
}
