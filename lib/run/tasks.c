/*
 * tasks.c - the children of a supervisor together.
 *
 * A loop over all tasks keeps the next one in a struct that the set knows, so that a task that is
 * taken out meanwhile (its callback dropped it, or another one) is passed by.
 */
#include "run/tasks.h"

#include <signal.h>
#include <stdlib.h>

#include "base/cli.h"
#include "run/reaper.h"
#include "run/task_parts.h"

/* All that are open, for the one end that nobody comes back from (gf_tool_memory). */
static struct gf_tasks *open_tasks;

static void kill_all(void)
{
    for (struct gf_tasks *all = open_tasks; all; all = all->also)
        for (struct gf_task *t = all->first; t; t = t->next)
            if (!t->is_over && t->child.pid > 0)
                kill(-t->child.pid, SIGKILL);
}

static void forget(const struct gf_tasks *all)
{
    struct gf_tasks **at = &open_tasks;
    while (*at && *at != all)
        at = &(*at)->also;
    if (*at)
        *at = all->also;
}

int gf_tasks_open(struct gf_tasks *all, struct ev_loop *loop)
{
    if (gf_reaper_open(loop) != 0)
        return -1;
    all->chunk = malloc(GF_TASK_CHUNK);
    if (!all->chunk) {
        gf_reaper_close();
        return -1;
    }
    all->loop = loop;
    all->also = open_tasks;
    open_tasks = all;
    gf_tool_at_last(kill_all);
    return 0;
}

void gf_tasks_close(struct gf_tasks *all)
{
    if (!all->loop)
        return;
    while (all->first)
        gf_task_drop(all->first);
    forget(all);
    free(all->chunk);
    all->chunk = NULL;
    all->loop = NULL;
    gf_reaper_close();
}

/* Calls `act` for each task that is not over. */
static void for_each(struct gf_tasks *all, void (*act)(struct gf_task *t, int64_t arg), int64_t arg)
{
    struct gf_task_walk walk = {.outer = all->walk};
    all->walk = &walk;
    for (struct gf_task *t = all->first; t; t = walk.next) {
        walk.next = t->next;
        if (!t->is_over)
            act(t, arg);
    }
    all->walk = walk.outer;
}

static void end(struct gf_task *t, int64_t unused)
{
    (void)unused;
    gf_task_end(t);
}

static void kill_one(struct gf_task *t, int64_t unused)
{
    (void)unused;
    gf_task_kill(t);
}

static void signal_one(struct gf_task *t, int64_t sig)
{
    gf_task_signal(t, (int)sig);
}

static void postpone(struct gf_task *t, int64_t by)
{
    gf_task_postpone(t, by);
}

void gf_tasks_end(struct gf_tasks *all)
{
    for_each(all, end, 0);
}

void gf_tasks_kill(struct gf_tasks *all)
{
    for_each(all, kill_one, 0);
}

void gf_tasks_signal(struct gf_tasks *all, int sig)
{
    for_each(all, signal_one, sig);
}

void gf_tasks_postpone(struct gf_tasks *all, gf_ns by)
{
    for_each(all, postpone, by);
}

void gf_tasks_resume(struct gf_tasks *all)
{
    for (struct gf_task *t = all->first; t; t = t->next)
        gf_task_resume(t);
}
