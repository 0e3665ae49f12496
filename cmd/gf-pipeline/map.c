/*
 * map.c - a stage whose processes stay, and answer each record with one.
 *
 * A process has a window of records that it has not answered (proc/window.h). Whose answer is whose
 * is known by counting. Bytes that it writes are cut at the last separator: whole answers are taken
 * at once, however many came in one read, and the beginning of the next one is kept.
 *
 * When a process dies, the first unanswered record is what it worked on: that one has failed, or is
 * tried again; those behind it wait again, in front of the others, for the process that follows.
 */
#include "map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/exit.h"
#include "base/msg.h"
#include "base/sat.h"
#include "flow.h"
#include "text/scan.h"
#include "text/span.h"

enum {
    GIVEN_BYTES = 1 << 20, /* unanswered, when another record is given */
    COMPACT = 64 << 10,    /* written bytes that are worth a move */
    DEAL_BYTES = 64 << 10  /* given to one process before the next one has its turn */
};

/* ---- what it is given ------------------------------------------------------------------------ */

static size_t room_of(const struct mapper *m)
{
    size_t window = gf_window_size(&m->window);
    bool takes = !m->is_up || (m->task.in.io.fd != -1 && !m->task.is_over && !m->had_all);
    if (m->condemned || !takes || m->given.bytes >= GIVEN_BYTES || m->given.records >= window)
        return 0;
    return window - (size_t)m->given.records;
}

/* Which process may have the first record that waits; NULL: none. */
static struct mapper *who_takes(struct map *all)
{
    struct stage *s = all->stage;
    if (s->plan->by) {
        struct mapper *m = &all->mapper[stage_key(s, s->waiting.first) % all->n];
        return room_of(m) ? m : NULL;
    }
    for (unsigned i = 0; i < all->n; i++) {
        struct mapper *m = &all->mapper[(all->turn + i) % all->n];
        if (room_of(m)) {
            all->turn = (m->slot + 1) % all->n;
            return m;
        }
    }
    return NULL;
}

static void mark_sent(struct mapper *m, gf_ns now_mono)
{
    for (; m->unsent && m->unsent->place < m->sent; m->unsent = m->unsent->behind)
        m->unsent->sent_mono = now_mono;
}

/* What was written is moved away when it is the larger half: each byte is moved once at most. */
static void compact(struct mapper *m)
{
    if (m->out_at < COMPACT || m->out_at < m->out.len / 2)
        return;
    m->out.len -= m->out_at;
    memmove(m->out.data, m->out.data + m->out_at, m->out.len);
    m->out_place += m->out_at;
    m->out_at = 0;
}

static bool give(struct mapper *m)
{
    struct stage *s = m->stage;
    size_t room = room_of(m);
    bool each = s->plan->by || s->waiting.first->attempt;
    struct gf_piece *p = stage_take(s, each ? 1 : room, DEAL_BYTES);
    compact(m);
    if (!p || gf_buf_add(&m->out, p->data, p->len) != 0) {
        run_no_memory(s->run);
        return false;
    }
    if (!m->given.records) {
        gf_ns now = gf_now_mono();
        gf_window_first(&m->window, now);
        m->busy_mono = now;
    }
    p->owner = m;
    p->place = m->out_place + m->out.len - p->len;
    queue_add(&m->given, p);
    m->unsent = m->unsent ? m->unsent : p;
    return true;
}

static void send(struct mapper *m)
{
    size_t n = m->out.len - m->out_at;
    if (!m->is_up || m->task.in.io.fd == -1)
        return;
    if (n) {
        ssize_t sent = gf_task_write(&m->task, m->out.data + m->out_at, n);
        gf_ns now = gf_now_mono();
        /* What it will never read is sent, too: its time runs. */
        m->out_at += sent < 0 ? n : (size_t)sent;
        m->sent = m->out_place + m->out_at;
        mark_sent(m, now);
        if (m->head_mono == GF_NEVER && m->given.first && m->given.first->place < m->sent)
            m->head_mono = now;
        if (m->out_at == m->out.len) {
            m->out_place += m->out.len;
            m->out_at = 0;
            gf_buf_clear(&m->out);
        }
    }
    if (m->out.len == m->out_at && stage_is_served(m->stage) && !m->had_all) {
        m->had_all = true;
        m->had_all_mono = gf_now_mono();
        gf_task_close_input(&m->task);
    }
}

/* ---- what it answers ------------------------------------------------------------------------- */

/* How many of the answers at the front are neither refused nor dropped; *what is the first that is.
 */
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
        map_refuse(m, p, data, len, now);
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
            map_too_long(m);
            return;
        }
        gf_buf_clear(&m->answer);
        p += first;
        len -= first;
        whole -= first;
    }
    if (whole && !take_answers(m, p, whole))
        return;
    if (len > whole && gf_buf_add(&m->answer, p + whole, len - whole) != 0)
        map_too_long(m);
}

/* ---- the stage ------------------------------------------------------------------------------- */

static bool deal(struct map *all)
{
    struct stage *s = all->stage;
    struct mapper *m;
    bool any = false;
    while (s->waiting.first && stage_may_give(s) && (m = who_takes(all)) != NULL) {
        if (!give(m))
            break;
        any = true;
    }
    return any;
}

static bool pump(struct stage *s)
{
    struct map *all = s->state;
    gf_ns now = gf_now_mono();
    stage_awake(s, now);
    bool any = deal(all);
    for (unsigned i = 0; i < all->n; i++) {
        struct mapper *m = &all->mapper[i];
        if (!m->is_up && m->given.first && now >= s->again_mono && !s->run->aborted)
            any |= map_start(m);
        if (m->is_up && gf_task_is_paused(&m->task) && stage_may_answer(s))
            map_resume(m);
        send(m);
    }
    if (s->crashed)
        map_bury(s);
    return any;
}

static int open_map(struct stage *s)
{
    struct map *all = calloc(1, sizeof *all + s->plan->jobs * sizeof all->mapper[0]);
    if (!all) {
        gf_error_nomem();
        return -1;
    }
    s->state = all;
    all->stage = s;
    all->n = (unsigned)s->plan->jobs;
    for (unsigned i = 0; i < all->n; i++)
        map_init(&all->mapper[i], all, i);
    return 0;
}

static void close_map(struct stage *s)
{
    struct map *all = s->state;
    if (!all)
        return;
    for (unsigned i = 0; i < all->n; i++)
        map_release(&all->mapper[i]);
    free(all);
}

const struct stage_kind stage_map = {.open = open_map,
                                     .pump = pump,
                                     .tick = map_tick,
                                     .wake = map_wake,
                                     .expire = map_expire,
                                     .postpone = map_postpone,
                                     .forget = map_forget,
                                     .at_work = map_at_work,
                                     .busy = map_busy,
                                     .close = close_map};
