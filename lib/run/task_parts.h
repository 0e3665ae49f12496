/* task_parts.h - what the files task*.c share, for those alone; run/task.h is the contract. */
#ifndef GF_RUN_TASK_PARTS_H
#define GF_RUN_TASK_PARTS_H

#include "run/task.h"

enum {
    GF_TASK_CHUNK = 64 * 1024 /* bytes of one read; what a pipe holds */
};

/* A loop over the tasks that is at work. */
struct gf_task_walk {
    struct gf_task_walk *outer;
    struct gf_task *next; /* moved on when this one is taken out of the set */
};

/* ---- task_call.c: true while the task is still there when the callback returns --------------- */

bool gf_task_call_back(struct gf_task *t, void (*f)(struct gf_task *t));

/* With a number: a stream or a signal. */
bool gf_task_call_with(struct gf_task *t, void (*f)(struct gf_task *t, int n), int n);

/* What was not read is lost, so that an exit status of 0 is no success. */
bool gf_task_call_broken(struct gf_task *t, int stream, int err);
bool gf_task_call_output(struct gf_task *t, int stream, const char *data, size_t len);

/* Whoever is at work on the task finds it gone. */
void gf_task_mark_dropped(struct gf_task *t);

/* ---- task_group.c ---------------------------------------------------------------------------- */

/* Whether anything lives of a task that was told to end. What left its group is told now, if it was
 * not yet. */
bool gf_task_any_lives(struct gf_task *t);

/* Whether the leader runs: one that has ended, and is only not reaped yet, has ended by itself. */
bool gf_task_leader_runs(const struct gf_task *t);
void gf_task_kill_orphans(const struct gf_task *t);

/* Of the leader; for the reaper. */
void gf_task_on_stopped(struct gf_reaper_child *c, int sig);

/* A signal that the table of its life asks for. False: a callback has dropped the task. */
bool gf_task_send(struct gf_task *t, int sig);

/* ---- task_input.c ---------------------------------------------------------------------------- */

void gf_task_on_writable(struct ev_loop *loop, ev_io *w, int events);

/* ---- task_pipes.c ---------------------------------------------------------------------------- */

/* The pipes that are asked for (GF_TASK_PIPE_...); the child's ends take their places in `s`. 0 or
 * an errno; what is open then is the caller's to close. */
int gf_task_open_pipes(unsigned which, int ends[3][2], struct gf_spawn *s);
void gf_task_close_pair(const int fd[2]);

/* Whether its clock stands still, since the owner does not read its pipes. */
bool gf_task_is_held(const struct gf_task *t);

#endif
