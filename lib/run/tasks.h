/*
 * tasks.h - the children of a supervisor together: signalled, ended, put off.
 *
 *     struct gf_tasks all = {.orphans = &orphans};      // or NULL: nobody looks for orphans
 *     if (gf_tasks_open(&all, loop) != 0) ... errno ...
 *     ... gf_task_start ...
 *     gf_tasks_end(&all);                               // SIGTERM for each, SIGKILL later
 *     gf_tasks_close(&all);
 *
 * Several sets may live in one process, on one loop. The owner supplies the struct (run/task.h); a
 * zeroed one is safe to close. A callback may start, end and drop any task while all are gone
 * through. Main thread.
 */
#ifndef GF_RUN_TASKS_H
#define GF_RUN_TASKS_H

#include "run/task.h"

/* -1 with ENOMEM, or EBUSY when another set is on another loop. */
int gf_tasks_open(struct gf_tasks *all, struct ev_loop *loop);

/* Drops every task that is left. */
void gf_tasks_close(struct gf_tasks *all);

/* gf_task_end for each that is not over. */
void gf_tasks_end(struct gf_tasks *all);

/* gf_task_kill for each that is not over. */
void gf_tasks_kill(struct gf_tasks *all);

/* gf_task_signal for each that is not over. */
void gf_tasks_signal(struct gf_tasks *all, int sig);

/* gf_task_postpone for each that is not over. */
void gf_tasks_postpone(struct gf_tasks *all, gf_ns by);

/* gf_task_resume for each that is not drained. */
void gf_tasks_resume(struct gf_tasks *all);

#endif
