/*
 * task.h - one supervised child: its process group, pipes, time limit, the way it is ended, and
 * what it leaves behind.
 *
 *     static void on_output(struct gf_task *t, int stream, const char *data, size_t len)
 *     {
 *         write_somewhere(stream, data, len);
 *     }
 *
 *     static void on_drained(struct gf_task *t)
 *     {
 *         struct gf_ending e = gf_task_ending(t);
 *         printf("%d\n", gf_ending_status(&e));
 *     }
 *
 *     static const struct gf_task_events events = {.output = on_output, .drained = on_drained};
 *     static const struct gf_child_limits limits = {.timeout = GF_S, .kill_after = GF_S,
 *                                                   .linger = GF_S};
 *
 *     struct gf_tasks all = {0};
 *     gf_tasks_open(&all, loop);                        // run/tasks.h
 *     struct gf_task t = {.on = &events};
 *     struct gf_task_start start = {.command = &command, .limits = &limits,
 *                                   .spawn = {.argv = argv, .envp = environ, .fd = {-1, -1, -1}},
 *                                   .pipes = GF_TASK_PIPE_OUT | GF_TASK_PIPE_ERR};
 *     int err = gf_task_start(&t, &all, &start);        // 0, or an errno: nothing runs
 *     ev_run(loop, 0);
 *     gf_tasks_close(&all);
 *
 * THE LIFE OF A TASK is the table of proc/child.h. The owner is told in this order: `output` and
 * `closed` for each stream as they come, `timed_out` and `signalled` as they happen, `over` once,
 * and `drained` once, last. `over` means that the child has ended as far as anybody waits for it: a
 * place for another one is free. Something that it left in the background may still hold its pipes,
 * and what that writes comes as `output` until they close: then the task is `drained`, and the
 * struct is the owner's again. A task that was told to end is over when its whole group and the
 * processes that left the group are gone, or were sent SIGKILL. A child whose pipes are open when
 * it has ended is told of as `held` first: what it wrote itself has been read then, of each stream
 * that is not paused, and `over` follows when the pipes close, or after limits->linger.
 *
 * OWNERSHIP. The owner supplies the struct and keeps it in its place until `drained`, or until
 * gf_task_drop. In between the descriptors of the pipes and the watchers are the task's. Every
 * callback may drop the task and free the struct. A callback that is NULL is not called. A struct
 * that is zero but for `on` is safe to drop.
 *
 * READING. Up to sixteen reads of 64 KiB a turn of the loop, so that no task keeps the others
 * waiting. A stream that is paused is not read: what the child writes stays in the pipe. While the
 * pipes of a task that is paused are open, the time to give up on them does not pass, unless it was
 * told to end.
 *
 * SIGNALS go to the whole group, each followed by SIGCONT, since a stopped process would not see
 * it. Once a group was seen empty its number is never signalled again: it may be another's by then.
 *
 * All tasks of a process belong to its main thread and to one loop.
 */
#ifndef GF_RUN_TASK_H
#define GF_RUN_TASK_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/random.h"
#include "proc/child.h"
#include "proc/command.h"
#include "proc/ending.h"
#include "proc/spawn.h"
#include "run/reaper.h"

/* The two streams that a child writes. */
enum {
    GF_TASK_OUT = 0,
    GF_TASK_ERR = 1,
    GF_TASK_OUTPUTS = 2
};

/* Of gf_task_start.pipes: a pipe of the task's takes the place of spawn.fd. */
enum {
    GF_TASK_PIPE_IN = 1,
    GF_TASK_PIPE_OUT = 2,
    GF_TASK_PIPE_ERR = 4
};

struct gf_task;
struct gf_task_call;
struct gf_task_walk;
struct gf_orphans;

struct gf_task_events {
    /* Bytes of a stream, valid during the call. */
    void (*output)(struct gf_task *t, int stream, const char *data, size_t len);
    /* The end of a stream was read, or the stream was closed. */
    void (*closed)(struct gf_task *t, int stream);
    /* A stream cannot be read: `err` is the errno. `closed` follows; what the child writes there is
     * lost, so it counts as interrupted, whatever its status. */
    void (*broken)(struct gf_task *t, int stream, int err);
    /* There is room in the pipe of its standard input, after gf_task_write took less than all. */
    void (*writable)(struct gf_task *t);
    /* Its time limit has come. */
    void (*timed_out)(struct gf_task *t);
    /* `sig` is about to be sent to its group. */
    void (*signalled)(struct gf_task *t, int sig);
    /* It has stopped, since it wants to read the terminal (SIGTTIN) or to set it (SIGTTOU), which
     * is not its own; it goes on waiting. Once. */
    void (*wants_terminal)(struct gf_task *t, int sig);
    /* It has stopped by SIGTSTP: somebody typed that at its terminal (spawn.foreground). */
    void (*suspended)(struct gf_task *t);
    /* The child has ended, and its pipes are open: `over` follows. */
    void (*held)(struct gf_task *t);
    void (*over)(struct gf_task *t);
    void (*drained)(struct gf_task *t);
};

/* The tasks of a supervisor. run/tasks.h has what is done with all of them. */
struct gf_tasks {
    struct gf_orphans *orphans; /* the owner's; NULL: none are looked for */
    struct ev_loop *loop;
    struct gf_tasks *also;     /* another supervisor's that are open */
    struct gf_task *first;     /* those that are not drained, the newest first */
    struct gf_task_walk *walk; /* the loops over them that are at work */
    size_t running;            /* not over */
    char *chunk;               /* room for one read */
};

/* Our end of a pipe. */
struct gf_task_pipe {
    ev_io io; /* io.fd is -1 once it is closed */
    bool paused;
};

/* The members from `all` on are the engine's; the owner may read those that have a comment. More
 * than twenty, because a task is a process, three pipes, a clock and what was measured, in one
 * place in memory that is used again for the next start. */
struct gf_task {
    const struct gf_task_events *on;
    void *owner;
    struct gf_token token; /* of this start, by which its orphans are known (run/orphans.h); the
                              owner puts it into the environment. None: it has none */

    struct gf_tasks *all; /* NULL: it was not started, or is drained */
    struct gf_task *next, *prev;
    struct gf_task_call *calls;
    struct gf_reaper_child child; /* child.pid is the leader, and its group */
    bool reaped;                  /* the leader has ended, and wait_status says how */
    bool is_over;                 /* `over` was called, or is being called */
    bool over_was_told;           /* the call has returned */
    bool group_is_gone;
    bool is_signalled; /* `signalled` is being called */
    bool wanted_terminal;
    struct gf_child life;
    ev_timer timer;
    struct gf_task_pipe in;
    struct gf_task_pipe out[GF_TASK_OUTPUTS];
    gf_ns paused_mono;            /* since when one of them is paused */
    gf_ns held;                   /* the time before in which one was */
    gf_ns start_wall, start_mono; /* of the start */
    gf_ns end_mono;               /* when the leader was reaped */
    int wait_status;
    struct rusage usage; /* of the leader and the children that it waited for */
};

struct gf_task_start {
    struct gf_command *command;           /* finds and remembers the file of spawn.argv[0] */
    struct gf_spawn spawn;                /* own_group and die_with_us are set by the start */
    unsigned pipes;                       /* GF_TASK_PIPE_..., together */
    const struct gf_child_limits *limits; /* borrowed until the task is over */
};

/* Starts it. 0, or the errno that says why nothing runs: of pipe2(2), or gf_command_spawn. */
int gf_task_start(struct gf_task *t, struct gf_tasks *all, const struct gf_task_start *start);

/* SIGTERM, and SIGKILL after limits->kill_after. A task whose leader runs is interrupted by it
 * (proc/ending.h). */
void gf_task_end(struct gf_task *t);

/* SIGKILL; interrupts as gf_task_end does. */
void gf_task_kill(struct gf_task *t);

/* A time limit for one that runs and has none; at a time that has passed it comes at once. The time
 * in which it was paused is added. */
void gf_task_limit(struct gf_task *t, gf_ns deadline_mono);

/* A signal for its group, while there is one; without any consequence for its life. */
void gf_task_signal(struct gf_task *t, int sig);

/* Its deadlines come later, by so much: it was stopped. */
void gf_task_postpone(struct gf_task *t, gf_ns by);

/* ---- its pipes ------------------------------------------------------------------------------- */

/* Whether a stream of its output is open. */
bool gf_task_is_open(const struct gf_task *t);

/* Does not read the stream. One that writes there waits for us, so its time limit stands still. */
void gf_task_pause(struct gf_task *t, int stream);

/* Reads on what was paused. */
void gf_task_resume(struct gf_task *t);
bool gf_task_is_paused(const struct gf_task *t);

/* Reads what is there now, of streams that are not paused, without waiting, up to some MiB. */
void gf_task_read(struct gf_task *t);

/* Reads what the pipes hold at this moment, paused or not, and closes them. */
void gf_task_finish_reading(struct gf_task *t);

/* Closes a stream; what was not read is lost. A task that is over and has no open stream any more
 * is drained. */
void gf_task_close(struct gf_task *t, int stream);

/* Writes to its standard input as much as goes without waiting: how many bytes, or -1 when nothing
 * reads them any more (the pipe is closed then). When that is less than `len`, `writable` follows,
 * and until then nothing more is taken. */
ssize_t gf_task_write(struct gf_task *t, const char *data, size_t len);
void gf_task_close_input(struct gf_task *t);

/* ---- its end --------------------------------------------------------------------------------- */

/* How it ended; of one whose leader was reaped. */
static inline struct gf_ending gf_task_ending(const struct gf_task *t)
{
    return gf_ending_of(t->wait_status, &t->life);
}

/* Processor time of the leader and the children that it waited for. */
static inline gf_ns gf_task_cpu(const struct gf_task *t)
{
    const struct rusage *u = &t->usage;
    return (u->ru_utime.tv_sec + u->ru_stime.tv_sec) * GF_S +
           (u->ru_utime.tv_usec + u->ru_stime.tv_usec) * GF_US;
}

/* Lets go of it: pipes and watchers are closed, no callback comes any more, and the struct is the
 * owner's. What runs goes on, and is reaped when it ends. */
void gf_task_drop(struct gf_task *t);

#endif
