/*
 * map.c - a stage whose processes stay, and answer each record with one.
 *
 * A process has a window of records that it has not answered (proc/window.h).
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
#include "room.h"
#include "text/scan.h"
#include "text/span.h"

enum {
    GIVEN_BYTES = 1 << 20, /* unanswered, when another record is given */
    DIRECT = 8 << 10,      /* bytes of a piece that are worth a write of their own */
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

/* So much more has been written. */
static void note_sent(struct mapper *m, uint64_t sent)
{
    gf_ns now = gf_now_mono();
    m->sent = sent;
    mark_sent(m, now);
    if (m->head_mono == GF_NEVER && m->given.first && m->given.first->place < m->sent)
        m->head_mono = now;
}

/* A large piece is written where it lies, when nothing waits in front of it: how many bytes go. */
static size_t write_directly(struct mapper *m, const struct gf_piece *p)
{
    if (!m->is_up || m->task.in.io.fd == -1 || m->out.len || p->len < DIRECT)
        return 0;
    ssize_t sent = gf_task_write(&m->task, p->data, p->len);
    return sent < 0 ? p->len
                    : (size_t)sent; /* what it will never read is sent, too: its time runs */
}

static bool give(struct mapper *m)
{
    struct stage *s = m->stage;
    size_t room = room_of(m);
    bool each = s->plan->by || s->waiting.first->attempt;
    struct gf_piece *p = stage_take(s, each ? 1 : room, DEAL_BYTES);
    if (!p) {
        run_no_memory(s->run);
        return false;
    }
    if (!m->given.records) {
        gf_ns now = gf_now_mono();
        gf_window_first(&m->window, now);
        m->busy_mono = now;
    }
    compact(m);
    p->owner = m;
    p->place = m->out_place + m->out.len;
    queue_add(&m->given, p);
    m->unsent = m->unsent ? m->unsent : p;
    size_t sent = write_directly(m, p);
    if (sent) {
        m->out_place += sent;
        note_sent(m, m->out_place);
    }
    if (gf_buf_add(&m->out, p->data + sent, p->len - sent) == 0)
        return true;
    run_no_memory(s->run);
    return false;
}

static void send(struct mapper *m)
{
    size_t n = m->out.len - m->out_at;
    if (!m->is_up || m->task.in.io.fd == -1)
        return;
    if (n) {
        ssize_t sent = gf_task_write(&m->task, m->out.data + m->out_at, n);
        m->out_at += sent < 0 ? n : (size_t)sent;
        note_sent(m, m->out_place + m->out_at);
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
                                     .busy = map_busy,
                                     .close = close_map};
