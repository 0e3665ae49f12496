/*
 * map_process.c - the life of a process that stays: its start, what it writes, its end.
 *
 * A process is over when its task says so; its records are settled then, and the next process
 * starts when the task is drained.
 */
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "flow.h"
#include "room.h"
#include "map.h"

enum {
    TAIL = 4096,      /* bytes of standard error in a dead letter */
    FEW_BYTES = 8192, /* in a read: more would have come a moment later, */
    MANY = 64         /* where so many records have no answer yet */
};

/* ---- what it writes -------------------------------------------------------------------------- */

static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct mapper *m = t->owner;
    struct stage *s = m->stage;
    if (stream == GF_TASK_ERR) {
        gf_tail_add(&m->err, data, len);
        stage_complain(s, data, len);
        return;
    }
    if (!m->condemned && !s->run->aborted)
        map_hear(m, data, len);
    if (len < FEW_BYTES && m->given.records >= MANY)
        s->run->in_bits = true;
    if (!stage_may_answer(s))
        map_pause(m, stream);
}

/* Without standard output it can answer no more: it gets no more records, and finds the end of its
 * input. */
static void on_closed(struct gf_task *t, int stream)
{
    struct mapper *m = t->owner;
    if (stream == GF_TASK_ERR || t->is_over)
        return;
    m->closed_mono = gf_now_mono();
    gf_task_close_input(t);
}

static void on_broken(struct gf_task *t, int stream, int err)
{
    const struct mapper *m = t->owner;
    (void)stream;
    stage_cannot_read(m->stage, err);
}

/* ---- its end --------------------------------------------------------------------------------- */

static struct failure failure_of(struct mapper *m)
{
    struct failure why = {.ending = gf_task_ending(&m->task), .reason = GF_REASON_EXIT};
    gf_ns now = gf_now_mono();
    if (m->condemned)
        why.reason = m->reason;
    else if (why.ending.signal)
        why.reason = GF_REASON_SIGNAL;
    if (m->condemned)
        why.ending.code = -1;
    why.len = gf_tail_get(&m->err, &why.text);
    why.seconds = m->head_mono < now ? now - m->head_mono : 0;
    return why;
}

/* It ended as it should, with fewer answers than records: which is whose, nobody knows, and another
 * process would do the same. */
static void settle_all(struct mapper *m)
{
    struct stage *s = m->stage;
    struct failure why = failure_of(m);
    struct queue given = m->given;
    struct gf_piece *p, *rest;
    gf_error("stage '%s': its command ended without an answer for %llu records; those it gave may "
             "belong to others",
             s->plan->name, (unsigned long long)given.records);
    gf_hint("a map writes one record for each that it reads; --mode filter is for other commands");
    why.for_good = true;
    m->given = (struct queue){0};
    while ((p = queue_pop(&given)))
        for (; p; p = rest) {
            if (stage_cut(s, p, 1, &rest) != 0)
                return;
            stage_fail(s, p, &why);
        }
}

/* It was not ended by us, and all its records are answered: whether it said or did more. */
static void settle_rest(struct mapper *m, size_t unasked)
{
    struct gf_ending e = gf_task_ending(&m->task);
    char how[GF_ENDING_SIZE];
    if (unasked)
        map_answers_too_much(m, 1);
    if (unasked || !m->had_all || e.how == GF_ENDING_OK)
        return;
    gf_note("stage '%s': its command answered all and then failed: %s", m->stage->plan->name,
            gf_ending_text(&e, how));
    m->stage->run->some_failed = true;
}

static void settle(struct mapper *m)
{
    struct stage *s = m->stage;
    struct gf_piece *first = m->given.first, *rest;
    bool clean = gf_task_ending(&m->task).how == GF_ENDING_OK && !m->condemned;
    if (clean && m->answer.len && first) { /* the last one without its separator */
        char end = s->flow->ledger.separator;
        map_hear(m, &end, 1);
        first = m->given.first;
    }
    size_t partial = m->answer.len;
    gf_buf_clear(&m->answer);
    if (s->run->aborted)
        return;
    if (!first && !m->condemned && !m->task.life.last_signal)
        settle_rest(m, partial);
    if (!m->window.has_answered && !m->condemned)
        stage_died(s, gf_now_mono());
    if (!first || s->run->aborted)
        return;
    if (m->had_all && clean && !m->task.life.last_signal && m->given.records > 1) {
        settle_all(m);
        return;
    }
    if (m->for_expired && !first->expired) { /* it did not take too long */
        stage_resend(s, &m->given);
        return;
    }
    queue_pop(&m->given);
    if (stage_cut(s, first, 1, &rest) != 0)
        return;
    if (rest)
        queue_push(&m->given, rest);
    struct failure why = failure_of(m);
    stage_resend(s, &m->given);
    stage_fail(s, first, &why);
}

/* What it would be written. */
static void forget_output(struct mapper *m)
{
    m->out_at = 0;
    m->unsent = NULL;
    gf_buf_clear(&m->out);
}

void map_unload(struct mapper *m)
{
    forget_output(m);
    stage_resend(m->stage, &m->given);
}

static void on_over(struct gf_task *t)
{
    struct mapper *m = t->owner;
    struct stage *s = m->stage;
    map_heard_no_more(m);
    events_process(s->run, s, "ended", t->child.pid);
    settle(m);
    forget_output(m);
    gf_task_close(t, GF_TASK_OUT); /* whoever still holds them is no process of ours */
    gf_task_close(t, GF_TASK_ERR);
}

static void on_drained(struct gf_task *t)
{
    struct mapper *m = t->owner;
    m->is_up = m->condemned = m->for_expired = false;
}

static void on_writable(struct gf_task *t)
{
    (void)t; /* the loop looks before it waits */
}

static const struct gf_task_events events = {.output = on_output,
                                             .closed = on_closed,
                                             .broken = on_broken,
                                             .writable = on_writable,
                                             .over = on_over,
                                             .drained = on_drained};

/* ---- its start ------------------------------------------------------------------------------- */

bool map_start(struct mapper *m)
{
    struct stage *s = m->stage;
    gf_ns now = gf_now_mono();
    int err =
        stage_spawn(s, &m->task, GF_TASK_PIPE_IN | GF_TASK_PIPE_OUT | GF_TASK_PIPE_ERR, -1, -1);
    if (err) {
        stage_cannot_start(s, err);
        return false;
    }
    m->is_up = true;
    m->had_all = m->lingers = m->stall_was_said = false;
    m->closed_mono = GF_NEVER;
    m->out_place = m->sent = 0;
    m->head_mono = GF_NEVER;
    for (struct gf_piece *p = m->given.first; p; p = p->behind) {
        p->place = m->out_place;
        m->out_place += p->len;
    }
    m->out_place = 0;
    m->unsent = m->given.first;
    gf_tail_clear(&m->err);
    gf_window_begin(&m->window, (size_t)m->given.records, now);
    return true;
}

/* ---- the stage ------------------------------------------------------------------------------- */

void map_bury(struct stage *s)
{
    struct map *all = s->state;
    struct gf_piece *p, *rest;
    const struct failure why = {
        .reason = GF_REASON_CRASH, .ending = {.how = GF_ENDING_EXIT, .code = -1}, .for_good = true};
    for (unsigned i = 0; i < all->n; i++)
        if (!all->mapper[i].is_up)
            map_unload(&all->mapper[i]);
    while (!s->run->aborted && (p = queue_pop(&s->waiting))) {
        if (stage_cut(s, p, 1, &rest) != 0)
            return;
        if (rest)
            queue_push(&s->waiting, rest);
        stage_fail(s, p, &why);
    }
}

void map_expire(struct stage *s, struct gf_piece *p)
{
    struct mapper *m = p->owner;
    (void)s;
    if (!m->is_up) { /* it is to start again, and nobody has the record */
        map_unload(m);
        return;
    }
    m->for_expired = m->for_expired || !m->condemned;
    map_condemn(m, GF_REASON_TIMEOUT);
}

void map_forget(struct stage *s)
{
    struct map *all = s->state;
    for (unsigned i = 0; i < all->n; i++) {
        all->mapper[i].given = (struct queue){0};
        all->mapper[i].unsent = NULL;
    }
}

void map_init(struct mapper *m, struct map *all, unsigned slot)
{
    struct stage *s = all->stage;
    const struct stage_plan *plan = s->plan;
    *m = (struct mapper){.all = all, .stage = s, .slot = slot, .head_mono = GF_NEVER};
    m->task = (struct gf_task){.on = &events, .owner = m};
    m->answer = (struct gf_buf)GF_BUF_INIT(s->run->opt->max_record + 1);
    m->err.most = TAIL;
    m->window = (struct gf_window){.most = plan->window,
                                   .period = plan->latency,
                                   .silence = plan->jobs == 1 ? GF_MS : 5 * GF_MS,
                                   .narrows = true};
}

void map_release(struct mapper *m)
{
    gf_task_drop(&m->task);
    gf_buf_release(&m->out);
    gf_buf_release(&m->answer);
    gf_tail_release(&m->err);
}
