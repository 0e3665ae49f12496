/*
 * task.c - one supervised child.
 *
 * What happens to the child is an event of the table in proc/child.h: `tell` reports the event and
 * does what the table answers, which is to send a signal, to arm the timer, or to be over.
 *
 * Every callback may drop the task. So functions that call back return whether the task is still
 * there, and whoever gets false does not touch it any more. A task that was handed back by
 * `drained` counts as dropped.
 */
#include "run/task.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/sat.h"
#include "run/orphans.h"
#include "run/reaper.h"
#include "run/task_parts.h"
#include "run/watch.h"

enum {
    LOOK_AGAIN_MS = 20, /* at a group that was told to end */
    PASS = 16,          /* reads of one stream before others get their turn */
    PASSES_AT_END = 8,  /* such turns, when the leader has just ended */
};

/* ---- the set --------------------------------------------------------------------------------- */

static void link_in(struct gf_tasks *all, struct gf_task *t)
{
    t->all = all;
    t->prev = NULL;
    t->next = all->first;
    if (t->next)
        t->next->prev = t;
    all->first = t;
    all->running++;
}

static void take_out(struct gf_task *t)
{
    struct gf_tasks *all = t->all;
    for (struct gf_task_walk *w = all->walk; w; w = w->outer)
        if (w->next == t)
            w->next = t->next;
    *(t->prev ? &t->prev->next : &all->first) = t->next;
    if (t->next)
        t->next->prev = t->prev;
    all->running -= !t->is_over;
    t->all = NULL;
}

static void drained(struct gf_task *t)
{
    void (*f)(struct gf_task *) = t->on->drained;
    take_out(t);
    gf_task_mark_dropped(t);
    if (f)
        f(t);
}

/* ---- timer and events ------------------------------------------------------------------------ */

/* Whether what is left of it is looked at now and then: what was killed may hand children that left
 * its group to us, and they may hold its pipes. */
static bool is_looked_at(const struct gf_task *t)
{
    return t->life.state == GF_CHILD_CLEARING ||
           (t->life.state == GF_CHILD_DRAINING && t->life.last_signal == SIGKILL);
}

static void arm(struct gf_task *t)
{
    gf_ns wake = t->life.wake_mono;
    if (ev_is_active(&t->timer))
        ev_timer_stop(t->all->loop, &t->timer);
    if (wake == GF_NEVER && !is_looked_at(t))
        return;
    gf_ns now = gf_now_mono();
    if (is_looked_at(t) && wake > now + LOOK_AGAIN_MS * GF_MS)
        wake = now + LOOK_AGAIN_MS * GF_MS;
    ev_timer_set(&t->timer, wake > now ? (double)(wake - now) / 1e9 : 0, 0);
    ev_timer_start(t->all->loop, &t->timer);
}

static bool become_over(struct gf_task *t)
{
    t->is_over = true;
    t->all->running--;
    ev_timer_stop(t->all->loop, &t->timer);
    if (!gf_task_call_back(t, t->on->over))
        return false;
    t->over_was_told = true;
    if (gf_task_is_open(t))
        return true;
    drained(t);
    return false;
}

/* Reports an event to the table and does what it answers. */
static bool tell(struct gf_task *t, enum gf_child_event ev)
{
    gf_ns now = gf_now_mono();
    bool had_time = !t->life.timed_out, was_held = t->life.state == GF_CHILD_DRAINING;
    struct gf_child_step step = gf_child_event(&t->life, ev, now);
    if (had_time && t->life.timed_out && !gf_task_call_back(t, t->on->timed_out))
        return false;
    if (step.signal && !gf_task_send(t, step.signal))
        return false;
    /* The last pipe may have closed before the leader ended. */
    if (t->life.state == GF_CHILD_DRAINING && !gf_task_is_open(t))
        step = gf_child_event(&t->life, GF_CHILD_EOF, now);
    if (step.over)
        return become_over(t);
    arm(t);
    bool is_held = !was_held && t->life.state == GF_CHILD_DRAINING;
    return !is_held || gf_task_call_back(t, t->on->held);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
    struct gf_task *t = w->data;
    (void)loop;
    (void)events;
    if (t->life.state == GF_CHILD_DRAINING && is_looked_at(t))
        gf_task_kill_orphans(t);
    if (t->life.state == GF_CHILD_CLEARING && !gf_task_any_lives(t))
        tell(t, gf_task_is_open(t) ? GF_CHILD_EMPTY_HELD : GF_CHILD_EMPTY);
    else if (gf_now_mono() < t->life.wake_mono)
        arm(t);
    else if (gf_task_is_held(t) && t->life.state == GF_CHILD_DRAINING)
        gf_task_postpone(t, t->life.limits->linger);
    else if (!gf_task_is_held(t)) /* else gf_task_resume arms the timer */
        tell(t, GF_CHILD_TIME);
}

static void tell_to_end(struct gf_task *t, enum gf_child_event ev)
{
    if (!t->all || t->is_over)
        return;
    t->life.told = t->life.told || gf_task_leader_runs(t);
    tell(t, ev);
}

void gf_task_end(struct gf_task *t)
{
    tell_to_end(t, GF_CHILD_END);
}

void gf_task_kill(struct gf_task *t)
{
    tell_to_end(t, GF_CHILD_KILL);
}

void gf_task_limit(struct gf_task *t, gf_ns deadline_mono)
{
    if (!t->all || t->is_over || t->reaped)
        return;
    gf_child_limit(&t->life, gf_sat_add_i64(deadline_mono, t->held));
    arm(t);
}

void gf_task_postpone(struct gf_task *t, gf_ns by)
{
    if (!t->all || t->is_over)
        return;
    gf_child_shift(&t->life, by);
    t->paused_mono += by;
    arm(t);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Closes our end and says so. */
static bool close_stream(struct gf_task *t, int stream)
{
    struct gf_task_pipe *p = &t->out[stream];
    if (p->io.fd == -1)
        return true;
    ev_io_stop(t->all->loop, &p->io);
    close(p->io.fd);
    ev_io_set(&p->io, -1, EV_READ);
    p->paused = false;
    return gf_task_call_with(t, t->on->closed, stream);
}

/* What follows for the task from a stream that was closed. */
static void streams_changed(struct gf_task *t)
{
    if (gf_task_is_open(t))
        return;
    /* While `signalled` is called the signal is still to be sent; `tell` looks at the pipes
     * then. */
    if (!t->is_over && !t->is_signalled)
        tell(t, GF_CHILD_EOF);
    else if (t->over_was_told) /* else become_over does it when its callback returns */
        drained(t);
}

/* Up to PASS reads, but at most `most` bytes. *ended: the stream's end was found; *got: how many
 * bytes came. */
static bool read_some(struct gf_task *t, int stream, size_t most, bool *ended, size_t *got)
{
    struct gf_task_pipe *p = &t->out[stream];
    *ended = false;
    *got = 0;
    for (int pass = 0; pass < PASS && *got < most; pass++) {
        size_t room = most - *got < GF_TASK_CHUNK ? most - *got : GF_TASK_CHUNK;
        ssize_t n = read(p->io.fd, t->all->chunk, room);
        if (n == -1 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (n <= 0) {
            *ended = true;
            return n == 0 || gf_task_call_broken(t, stream, errno);
        }
        *got += (size_t)n;
        if (!gf_task_call_output(t, stream, t->all->chunk, (size_t)n))
            return false;
        if (n < GF_TASK_CHUNK / 2)
            return true; /* most likely empty now; the loop tells when it is not */
        if (p->paused || p->io.fd == -1)
            return true;
    }
    return true;
}

static void on_readable(struct ev_loop *loop, ev_io *w, int events)
{
    struct gf_task *t = w->data;
    int stream = w == &t->out[GF_TASK_ERR].io ? GF_TASK_ERR : GF_TASK_OUT;
    bool ended;
    size_t got;
    if (!gf_watch_ready(loop, w, events))
        return;
    if (read_some(t, stream, SIZE_MAX, &ended, &got) && ended && close_stream(t, stream))
        streams_changed(t);
}

/* Reads what is there of all streams that are not paused; those whose end is found are closed. */
static bool read_now(struct gf_task *t)
{
    for (int i = 0; i < GF_TASK_OUTPUTS; i++) {
        struct gf_task_pipe *p = &t->out[i];
        bool ended = false;
        size_t got = GF_TASK_CHUNK;
        for (int n = 0; n < PASSES_AT_END && p->io.fd != -1 && !p->paused && !ended &&
                        got >= GF_TASK_CHUNK / 2;
             n++)
            if (!read_some(t, i, SIZE_MAX, &ended, &got))
                return false;
        if (ended && !close_stream(t, i))
            return false;
    }
    return true;
}

void gf_task_read(struct gf_task *t)
{
    if (t->all && gf_task_is_open(t) && read_now(t))
        streams_changed(t);
}

void gf_task_close(struct gf_task *t, int stream)
{
    if (t->all && t->out[stream].io.fd != -1 && close_stream(t, stream))
        streams_changed(t);
}

void gf_task_finish_reading(struct gf_task *t)
{
    bool was_open = t->all && gf_task_is_open(t);
    for (int i = 0; i < GF_TASK_OUTPUTS && was_open; i++) {
        int left = 0;
        bool ended = false;
        size_t got = 1;
        if (t->out[i].io.fd == -1)
            continue;
        if (ioctl(t->out[i].io.fd, FIONREAD, &left) != 0)
            left = 0;
        while (left > 0 && got > 0 && !ended && t->out[i].io.fd != -1) {
            if (!read_some(t, i, (size_t)left, &ended, &got))
                return;
            left -= (int)got;
        }
        if (!close_stream(t, i))
            return;
    }
    if (was_open)
        streams_changed(t);
}

/* ---- start ----------------------------------------------------------------------------------- */

static void attach(struct gf_task *t, int ends[3][2])
{
    ev_io_init(&t->in.io, gf_task_on_writable, ends[0][1], EV_WRITE);
    t->in.io.data = t;
    for (int i = 0; i < GF_TASK_OUTPUTS; i++) {
        struct gf_task_pipe *p = &t->out[i];
        ev_io_init(&p->io, on_readable, ends[i + 1][0], EV_READ);
        p->io.data = t;
        p->paused = false;
        if (p->io.fd != -1)
            ev_io_start(t->all->loop, &p->io);
    }
}

static void on_reaped(struct gf_reaper_child *c, int status, const struct rusage *usage)
{
    struct gf_task *t = (struct gf_task *)((char *)c - offsetof(struct gf_task, child));
    t->reaped = true;
    t->wait_status = status;
    t->usage = *usage;
    t->end_mono = gf_now_mono();
    gf_task_close_input(t);
    if (!read_now(t))
        return;
    if (t->life.state == GF_CHILD_KILLED)
        gf_task_kill_orphans(t);
    if (t->life.state == GF_CHILD_ENDING && gf_task_any_lives(t))
        tell(t, GF_CHILD_EXIT_GROUP);
    else
        tell(t, gf_task_is_open(t) ? GF_CHILD_EXIT_HELD : GF_CHILD_EXIT);
}

/* What a start begins with, whatever the struct held before. */
static void reset(struct gf_task *t, pid_t pid)
{
    t->calls = NULL;
    t->child =
        (struct gf_reaper_child){.pid = pid, .ended = on_reaped, .stopped = gf_task_on_stopped};
    t->wanted_terminal = t->reaped = t->is_over = t->over_was_told = t->group_is_gone =
        t->is_signalled = false;
    t->end_mono = t->held = 0;
    t->wait_status = 0;
    memset(&t->usage, 0, sizeof t->usage);
    ev_timer_init(&t->timer, on_timer, 0, 0);
    t->timer.data = t;
}

int gf_task_start(struct gf_task *t, struct gf_tasks *all, const struct gf_task_start *start)
{
    int ends[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    struct gf_spawn s = start->spawn;
    pid_t pid = 0;
    s.own_group = s.die_with_us = true;
    int err = gf_reaper_reserve() == 0 ? gf_task_open_pipes(start->pipes, ends, &s) : ENOMEM;
    t->start_wall = gf_now_wall();
    t->start_mono = gf_now_mono();
    if (err == 0)
        err = gf_command_spawn(start->command, &s, &pid);
    if (err) {
        for (int i = 0; i < 3; i++)
            gf_task_close_pair(ends[i]);
        return err;
    }
    for (int i = 0; i < 3; i++)
        if (ends[i][i != 0] != -1)
            close(ends[i][i != 0]);
    reset(t, pid);
    link_in(all, t);
    gf_reaper_add(&t->child);
    attach(t, ends);
    gf_child_init(&t->life, start->limits, t->start_mono);
    arm(t);
    return 0;
}

/* ---- end ------------------------------------------------------------------------------------- */

void gf_task_drop(struct gf_task *t)
{
    struct gf_tasks *all = t->all;
    if (!all)
        return;
    gf_task_mark_dropped(t);
    gf_task_close_input(t);
    for (int i = 0; i < GF_TASK_OUTPUTS; i++) {
        struct gf_task_pipe *p = &t->out[i];
        if (p->io.fd == -1)
            continue;
        ev_io_stop(all->loop, &p->io);
        close(p->io.fd);
        p->io.fd = -1;
    }
    ev_timer_stop(all->loop, &t->timer);
    if (!t->reaped)
        gf_reaper_remove(&t->child);
    take_out(t);
}
