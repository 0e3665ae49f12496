/*
 * map_times.c - the times of a process that stays: the limit of a record, a window that may grow, a
 * silence.
 *
 * Each time is computed when it is asked for; nothing has to be armed again when an answer moves
 * it.
 */
#include <signal.h>
#include <sys/ioctl.h>

#include "base/msg.h"
#include "base/sat.h"
#include "flow.h"
#include "map.h"

#define STALL (10 * GF_S)
#define LINGER GF_S /* how long it may go on when it has answered all, and has no more input */

void map_heard(struct mapper *m, gf_ns now_mono)
{
    m->head_mono = m->given.first && m->given.first->place < m->sent ? now_mono : GF_NEVER;
    if (!m->given.first)
        map_heard_no_more(m);
}

void map_heard_no_more(struct mapper *m)
{
    if (m->busy_mono)
        m->stage->n.busy += gf_now_mono() - m->busy_mono;
    m->busy_mono = 0;
}

void map_pause(struct mapper *m, int stream)
{
    gf_task_pause(&m->task, stream);
    map_heard_no_more(m); /* it waits for us */
}

void map_resume(struct mapper *m)
{
    gf_ns now = gf_now_mono();
    if (m->head_mono != GF_NEVER)
        m->head_mono = now;
    m->window.heard_mono = now;
    if (m->given.first)
        m->busy_mono = now;
    gf_task_resume(&m->task);
}

void map_condemn(struct mapper *m, enum gf_reason reason)
{
    if (m->condemned)
        return;
    m->condemned = true;
    m->reason = reason;
    gf_task_close_input(&m->task);
    gf_task_end(&m->task);
}

static bool is_at_work(const struct mapper *m)
{
    return m->is_up && !m->condemned && !m->task.is_over && m->given.first &&
           !gf_task_is_paused(&m->task);
}

static gf_ns deadline_of(const struct mapper *m)
{
    gf_ns limit = m->stage->plan->timeout;
    if (!limit || !is_at_work(m) || m->head_mono == GF_NEVER)
        return GF_NEVER;
    return gf_sat_add_i64(m->head_mono, limit);
}

static gf_ns growth_of(const struct mapper *m)
{
    if (!is_at_work(m) || m->had_all || !m->stage->waiting.first)
        return GF_NEVER;
    return gf_window_grow_at(&m->window, (size_t)m->given.records);
}

static gf_ns stall_of(const struct mapper *m)
{
    if (!is_at_work(m) || m->stall_was_said || m->out.len != m->out_at || m->had_all)
        return GF_NEVER;
    return gf_sat_add_i64(m->window.heard_mono, STALL);
}

/* When it should have ended by itself. */
static gf_ns linger_of(const struct mapper *m)
{
    if (!m->is_up || m->task.reaped || m->lingers)
        return GF_NEVER;
    if (m->closed_mono != GF_NEVER) /* it can answer no more */
        return gf_sat_add_i64(m->closed_mono, LINGER);
    if (!m->had_all || m->given.first)
        return GF_NEVER;
    gf_ns heard = m->window.heard_mono;
    return gf_sat_add_i64(heard > m->had_all_mono ? heard : m->had_all_mono, LINGER);
}

static gf_ns wake_of(const struct mapper *m)
{
    gf_ns wake = deadline_of(m), growth = growth_of(m), stall = stall_of(m), linger = linger_of(m);
    wake = growth < wake ? growth : wake;
    wake = stall < wake ? stall : wake;
    return linger < wake ? linger : wake;
}

gf_ns map_wake(const struct stage *s)
{
    const struct map *all = s->state;
    gf_ns wake = s->asleep_mono;
    bool starts = false;
    for (unsigned i = 0; i < all->n; i++) {
        gf_ns at = wake_of(&all->mapper[i]);
        wake = at < wake ? at : wake;
        starts = starts || (!all->mapper[i].is_up && all->mapper[i].given.first);
    }
    if (starts && !s->run->aborted && s->again_mono < wake)
        wake = s->again_mono;
    return wake;
}

/* Whether it has read all that we wrote: one that reads a record at a time is busy with the
 * first. */
static bool has_read_all(const struct mapper *m)
{
    int unread, fd = m->task.in.io.fd;
    return fd != -1 && ioctl(fd, FIONREAD, &unread) == 0 && unread == 0;
}

static void tick(struct mapper *m, gf_ns now)
{
    const char *name = m->stage->plan->name;
    if (deadline_of(m) <= now)
        map_condemn(m, GF_REASON_TIMEOUT);
    if (growth_of(m) <= now)
        gf_window_grow(&m->window, has_read_all(m), now);
    if (linger_of(m) <= now) {
        m->lingers = true;
        if (m->closed_mono == GF_NEVER)
            gf_note("stage '%s': process %ld has answered all and did not end when its input had "
                    "ended: it is told to",
                    name, (long)m->task.child.pid);
        gf_task_end(&m->task);
    }
    if (stall_of(m) <= now) {
        m->stall_was_said = true;
        gf_note("stage '%s': process %ld has %llu records and has answered none for 10s", name,
                (long)m->task.child.pid, (unsigned long long)m->given.records);
        gf_note_hint("a command that holds its output back answers at once behind `stdbuf -oL`; "
                     "mawk needs -Winteractive; --window bounds how many records it has");
    }
}

void map_tick(struct stage *s, gf_ns now_mono)
{
    struct map *all = s->state;
    for (unsigned i = 0; i < all->n; i++)
        tick(&all->mapper[i], now_mono);
}

void map_postpone(struct stage *s, gf_ns by)
{
    struct map *all = s->state;
    for (unsigned i = 0; i < all->n; i++) {
        struct mapper *m = &all->mapper[i];
        m->head_mono += m->head_mono == GF_NEVER ? 0 : by;
        m->closed_mono += m->closed_mono == GF_NEVER ? 0 : by;
        m->busy_mono += m->busy_mono ? by : 0;
        m->had_all_mono += by;
        m->window.heard_mono += by;
        m->window.grown_mono += by;
    }
}

gf_ns map_busy(const struct stage *s, gf_ns now_mono)
{
    const struct map *all = s->state;
    gf_ns busy = s->n.busy;
    for (unsigned i = 0; i < all->n; i++)
        if (all->mapper[i].busy_mono)
            busy += now_mono - all->mapper[i].busy_mono;
    return busy;
}
