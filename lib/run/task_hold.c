/*
 * task_hold.c - a task whose pipes are not read for a while.
 *
 * Who writes there waits for us: the deadlines are moved by that time when all are read again.
 */
#include "run/task_parts.h"

void gf_task_pause(struct gf_task *t, int stream)
{
    struct gf_task_pipe *p = &t->out[stream];
    if (!t->all || p->io.fd == -1)
        return;
    if (!gf_task_is_paused(t))
        t->paused_mono = gf_now_mono();
    p->paused = true;
    ev_io_stop(t->all->loop, &p->io);
}

void gf_task_resume(struct gf_task *t)
{
    gf_ns held = t->life.state == GF_CHILD_RUNNING && gf_task_is_paused(t)
                     ? gf_now_mono() - t->paused_mono
                     : 0;
    for (int i = 0; i < GF_TASK_OUTPUTS; i++) {
        struct gf_task_pipe *p = &t->out[i];
        if (p->paused && p->io.fd != -1)
            ev_io_start(t->all->loop, &p->io);
        p->paused = false;
    }
    if (held == 0)
        return;
    t->held += held;
    gf_task_postpone(t, held);
}
