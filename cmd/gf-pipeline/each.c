/*
 * each.c - a stage that starts a process for each record, or for several: each, batch.
 *
 * The process reads its records on standard input. When it has exited with 0, what it wrote is the
 * answer, whole; else its records have failed, one by one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/exit.h"
#include "base/msg.h"
#include "base/tail.h"
#include "batch.h"
#include "flow.h"
#include "room.h"
#include "stage.h"
#include "text/scan.h"

enum {
    TAIL = 4096,   /* bytes of standard error in a dead letter */
    KEPT = 1 << 20 /* memory of an answer that is kept for the next one */
};

/* One process and its records. */
struct unit {
    struct stage *stage;
    struct gf_task task;
    bool is_up;
    bool condemned; /* told to end by us, */
    bool expired;   /* because the total time of one of its records was over */
    enum gf_reason reason;
    struct queue records;
    struct gf_buf in; /* of a batch; else the piece itself is written */
    const char *data; /* to write: data[at..len) */
    size_t at, len;
    struct gf_buf answer;
    struct gf_tail err;
    gf_ns start_mono;
};

struct each {
    struct stage *stage;
    unsigned n, at_work;
    gf_ns looked_mono; /* when the pump saw what is due */
    struct unit unit[];
};

/* ---- its end --------------------------------------------------------------------------------- */

/* Why its records have failed; GF_REASON_EXIT with GF_ENDING_OK: they have not. */
static struct failure failure_of(struct unit *u, const struct gf_ending *e)
{
    const struct options *o = u->stage->run->opt;
    struct failure why = {.ending = *e, .reason = GF_REASON_EXIT};
    why.len = gf_tail_get(&u->err, &why.text);
    why.seconds = gf_now_mono() - u->start_mono;
    if (u->condemned)
        why.reason = u->reason;
    else if (e->how == GF_ENDING_TIMEOUT)
        why.reason = GF_REASON_TIMEOUT;
    else if (e->signal)
        why.reason = GF_REASON_SIGNAL;
    if (answer_refuses(&u->answer, u->stage->plan, e)) {
        why.reason = GF_REASON_REJECT;
        why.for_good = true;
        if (e->how == GF_ENDING_OK) {
            why.text = u->answer.data;
            why.len = u->answer.len -
                      (u->answer.data[u->answer.len - 1] == u->stage->flow->ledger.separator);
        }
    } else if (e->how == GF_ENDING_OK && !u->condemned &&
               !answer_end(&u->answer, o->record_end, o->max_record)) {
        why.reason = GF_REASON_OVERSIZE;
    }
    if (why.reason != GF_REASON_EXIT && !(why.reason == GF_REASON_REJECT && e->code > 0))
        why.ending.code = -1;
    return why;
}

/* Each record by itself; but those of a batch that was ended for the sake of others wait again. */
static void fail_all(struct unit *u, const struct failure *why)
{
    struct stage *s = u->stage;
    struct gf_piece *p, *rest;
    struct queue records = u->records;
    u->records = (struct queue){0};
    if (u->expired) {
        stage_resend(s, &records);
        return;
    }
    while ((p = queue_pop(&records)))
        for (; p; p = rest) {
            if (stage_cut(s, p, 1, &rest) != 0)
                return;
            stage_fail(s, p, why);
        }
}

static void succeed(struct unit *u, gf_ns now)
{
    struct stage *s = u->stage;
    struct gf_ledger *l = &s->flow->ledger;
    struct gf_buf *a = &u->answer;
    struct gf_piece *first = u->records.first;
    bool several = u->records.records > 1; /* nobody knows which line answers which */
    struct gf_bytes *bytes = a->failed ? NULL : gf_bytes_new(l, a->len);
    if (!bytes) {
        run_no_memory(s->run);
        return;
    }
    memcpy(bytes->data, a->data, a->len);
    size_t n = gf_scan_count(bytes->data, bytes->len, l->separator);
    u->records = (struct queue){0};
    if (s->plan->drop_empty && bytes->len == 1) {
        for (struct gf_piece *p = first, *behind; p; p = behind) {
            behind = p->behind;
            stage_drop_empty(s, p, now);
        }
    } else if (several) {
        stage_answer_all(s, first, bytes, bytes->data, bytes->len, n, now);
    } else {
        stage_answer(s, first, bytes, bytes->data, bytes->len, n, now);
    }
    gf_bytes_drop(l, bytes);
}

static void on_over(struct gf_task *t)
{
    struct unit *u = t->owner;
    struct stage *s = u->stage;
    struct each *all = s->state;
    struct gf_ending e = gf_task_ending(t);
    gf_ns now = gf_now_mono();
    s->n.busy += now - u->start_mono;
    events_process(s->run, s, "ended", t->child.pid);
    all->at_work--;
    if (u->records.first && !s->run->aborted) {
        struct failure why = failure_of(u, &e);
        if (e.how == GF_ENDING_OK && why.reason == GF_REASON_EXIT)
            succeed(u, now);
        else
            fail_all(u, &why);
    }
    gf_task_close(t, GF_TASK_OUT);
    gf_task_close(t, GF_TASK_ERR);
}

static void on_drained(struct gf_task *t)
{
    struct unit *u = t->owner;
    u->is_up = false;
    gf_buf_clear(&u->answer);
    if (u->answer.cap > KEPT)
        gf_buf_release(&u->answer);
}

/* ---- what it reads and writes ---------------------------------------------------------------- */

static void condemn(struct unit *u, enum gf_reason reason)
{
    if (u->condemned)
        return;
    u->condemned = true;
    u->reason = reason;
    gf_task_end(&u->task);
}

static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
{
    struct unit *u = t->owner;
    if (stream == GF_TASK_ERR) {
        gf_tail_add(&u->err, data, len);
        stage_complain(u->stage, data, len);
    } else if (!u->condemned && gf_buf_add(&u->answer, data, len) != 0) {
        bool no_memory = u->answer.failed == ENOMEM;
        u->answer.failed = 0;
        if (no_memory)
            run_no_memory(u->stage->run);
        condemn(u, GF_REASON_OVERSIZE);
    }
}

static void on_broken(struct gf_task *t, int stream, int err)
{
    const struct unit *u = t->owner;
    (void)stream;
    stage_cannot_read(u->stage, err);
}

static void on_writable(struct gf_task *t)
{
    struct unit *u = t->owner;
    ssize_t n = gf_task_write(t, u->data + u->at, u->len - u->at);
    u->at += n < 0 ? u->len - u->at : (size_t)n; /* who reads no more may succeed all the same */
    if (u->at == u->len)
        gf_task_close_input(t);
}

static const struct gf_task_events events = {.output = on_output,
                                             .broken = on_broken,
                                             .writable = on_writable,
                                             .over = on_over,
                                             .drained = on_drained};

/* ---- its start ------------------------------------------------------------------------------- */

/* The records that it works on, and what it reads: -1 after a message. */
static int gather(struct unit *u, struct gf_piece *first)
{
    struct stage *s = u->stage;
    gf_buf_clear(&u->in);
    if (s->plan->mode == MODE_BATCH) {
        if (batch_take(s, first, &u->records) != 0)
            return -1;
    } else {
        struct gf_piece *p = stage_take(s, 1, SIZE_MAX);
        if (!p)
            return -1;
        queue_add(&u->records, p);
    }
    first = u->records.first;
    u->at = 0;
    u->data = first->data;
    u->len = first->len;
    for (struct gf_piece *p = first; p; p = p->behind)
        p->owner = u;
    if (!first->behind)
        return 0;
    for (struct gf_piece *p = first; p; p = p->behind)
        gf_buf_add(&u->in, p->data, p->len);
    if (u->in.failed) {
        run_no_memory(s->run);
        return -1;
    }
    u->data = u->in.data;
    u->len = u->in.len;
    return 0;
}

static bool start(struct unit *u, struct gf_piece *first)
{
    struct stage *s = u->stage;
    struct each *all = s->state;
    if (gather(u, first) != 0)
        return false;
    answer_begin(&u->answer, u->records.records, s->run->opt->max_record);
    u->start_mono = gf_now_mono(); /* what it runs for may be over when we know that it runs */
    int err =
        stage_spawn(s, &u->task, GF_TASK_PIPE_IN | GF_TASK_PIPE_OUT | GF_TASK_PIPE_ERR, -1, -1);
    if (err) {
        stage_return(s, &u->records);
        stage_cannot_start(s, err);
        return false;
    }
    u->is_up = true;
    u->condemned = u->expired = false;
    gf_tail_clear(&u->err);
    all->at_work++;
    for (struct gf_piece *p = u->records.first; p; p = p->behind)
        p->sent_mono = u->start_mono;
    on_writable(&u->task);
    return true;
}

/* ---- the stage ------------------------------------------------------------------------------- */

/* The first record for which a process may be started; NULL: there is none. */
static struct gf_piece *ready(const struct stage *s, gf_ns now_mono)
{
    if (!s->waiting.first || now_mono < s->again_mono || !stage_may_give(s) || !stage_may_answer(s))
        return NULL;
    return s->plan->mode == MODE_BATCH ? batch_ready(s, now_mono) : s->waiting.first;
}

/* A process that may be started for the first record that waits. */
static struct unit *idle_unit(struct each *all)
{
    const struct stage *s = all->stage;
    if (s->plan->by) {
        struct unit *u = &all->unit[stage_key(s, s->waiting.first) % all->n];
        return u->is_up ? NULL : u;
    }
    for (unsigned i = 0; i < all->n; i++)
        if (!all->unit[i].is_up)
            return &all->unit[i];
    return NULL;
}

static bool pump(struct stage *s)
{
    struct each *all = s->state;
    gf_ns now = gf_now_mono();
    struct unit *u;
    bool any = false;
    all->looked_mono = now;
    stage_awake(s, now);
    struct gf_piece *first;
    while (all->at_work < all->n && (first = ready(s, now)) != NULL &&
           (u = idle_unit(all)) != NULL) {
        if (!start(u, first))
            break;
        any = true;
    }
    return any;
}

static gf_ns wake(const struct stage *s)
{
    const struct each *all = s->state;
    gf_ns at = s->asleep_mono, batch = batch_mono(s), again = s->again_mono;
    if (all->at_work == all->n || s->run->aborted || !s->waiting.first)
        return at;
    /* What was due when the pump looked waits for something else than time. */
    if (batch > all->looked_mono && batch < at)
        at = batch;
    return again > all->looked_mono && again < at ? again : at;
}

static void expire(struct stage *s, struct gf_piece *p)
{
    struct unit *u = p->owner;
    (void)s;
    u->expired = u->expired || !u->condemned;
    condemn(u, GF_REASON_TIMEOUT);
}

static void forget(struct stage *s)
{
    struct each *all = s->state;
    for (unsigned i = 0; i < all->n; i++)
        all->unit[i].records = (struct queue){0};
}

static unsigned at_work(const struct stage *s)
{
    const struct each *all = s->state;
    return all->at_work;
}

static gf_ns busy(const struct stage *s, gf_ns now_mono)
{
    const struct each *all = s->state;
    gf_ns sum = s->n.busy;
    for (unsigned i = 0; i < all->n; i++)
        if (all->unit[i].is_up && !all->unit[i].task.is_over)
            sum += now_mono - all->unit[i].start_mono;
    return sum;
}

static int open_each(struct stage *s)
{
    struct each *all = calloc(1, sizeof *all + s->plan->jobs * sizeof all->unit[0]);
    if (!all) {
        gf_error_nomem();
        return -1;
    }
    s->state = all;
    s->limits.timeout = s->plan->timeout;
    all->stage = s;
    all->n = (unsigned)s->plan->jobs;
    for (unsigned i = 0; i < all->n; i++) {
        struct unit *u = &all->unit[i];
        u->stage = s;
        u->task = (struct gf_task){.on = &events, .owner = u};
        u->err.most = TAIL;
    }
    return 0;
}

static void close_each(struct stage *s)
{
    struct each *all = s->state;
    if (!all)
        return;
    for (unsigned i = 0; i < all->n; i++) {
        struct unit *u = &all->unit[i];
        gf_task_drop(&u->task);
        gf_buf_release(&u->in);
        gf_buf_release(&u->answer);
        gf_tail_release(&u->err);
    }
    free(all);
}

const struct stage_kind stage_each = {.open = open_each,
                                      .pump = pump,
                                      .wake = wake,
                                      .expire = expire,
                                      .forget = forget,
                                      .at_work = at_work,
                                      .busy = busy,
                                      .close = close_each};
