/*
 * task_group.c - the processes of a task: its group, and those that left it.
 */
#include "run/task_parts.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

#include "run/orphans.h"
#include "run/reaper.h"

static bool gf_task_group_lives(struct gf_task *t)
{
    /* While a member lives, the kernel gives the group's number to nobody else. */
    if (!t->group_is_gone && kill(-t->child.pid, 0) != 0 && errno != EPERM)
        t->group_is_gone = true;
    return !t->group_is_gone;
}

void gf_task_signal(struct gf_task *t, int sig)
{
    if (t->all && (!t->reaped || gf_task_group_lives(t)))
        kill(-t->child.pid, sig);
}

/* Of a task that was told to end. Those that left its group may not have been told yet. */
bool gf_task_any_lives(struct gf_task *t)
{
    struct gf_orphans *o = t->all->orphans;
    if (o && gf_orphans_live(o, &t->token, gf_reaper_knows)) {
        gf_orphans_signal(o, &t->token, SIGTERM, gf_reaper_knows);
        return true;
    }
    return gf_task_group_lives(t);
}

bool gf_task_leader_runs(const struct gf_task *t)
{
    siginfo_t ended = {.si_pid = 0};
    if (t->reaped)
        return false;
    return waitid(P_PID, (id_t)t->child.pid, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           ended.si_pid == 0;
}

void gf_task_kill_orphans(const struct gf_task *t)
{
    if (t->all->orphans)
        gf_orphans_signal(t->all->orphans, &t->token, SIGKILL, gf_reaper_knows);
}

/* The kernel stops the whole group, which is in the background: the leader stands for all. */
void gf_task_on_stopped(struct gf_reaper_child *c, int sig)
{
    struct gf_task *t = (struct gf_task *)((char *)c - offsetof(struct gf_task, child));
    if (sig == SIGTSTP) {
        (void)gf_task_call_back(t, t->on->suspended);
        return;
    }
    if ((sig != SIGTTIN && sig != SIGTTOU) || t->wanted_terminal)
        return;
    t->wanted_terminal = true;
    (void)gf_task_call_with(t, t->on->wants_terminal, sig);
}

bool gf_task_send(struct gf_task *t, int sig)
{
    bool before = t->is_signalled;
    t->is_signalled = true;
    if (!gf_task_call_with(t, t->on->signalled, sig))
        return false;
    t->is_signalled = before;
    if (t->all->orphans)
        gf_orphans_ending(t->all->orphans, &t->token);
    if (sig == SIGKILL)
        gf_task_kill_orphans(t);
    gf_task_signal(t, sig);
    gf_task_signal(t, SIGCONT); /* a stopped process would not see the one before */
    return true;
}
