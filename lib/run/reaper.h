/*
 * reaper.h - children are reaped, and whoever started one is told of its end.
 *
 *     static void on_end(struct gf_reaper_child *c, int status, const struct rusage *usage)
 *     ...
 *     gf_reaper_open(loop);                             // 0, or -1: EBUSY on another loop
 *     if (gf_reaper_reserve() != 0) ... out of memory ...
 *     struct gf_reaper_child c = {.ended = on_end, .pid = fork_somehow()};
 *     gf_reaper_add(&c);
 *     ev_run(loop, 0);
 *     gf_reaper_close();
 *
 * One for the process, because wait(2) is: any number of parts may open it, on one loop, and it
 * lasts until each has closed it. It listens to SIGCHLD. A child that nobody added (an orphan that
 * became ours, one from before an exec) is reaped and forgotten. The structs are their owners'; one
 * that was told is not in the table any more. Main thread.
 */
#ifndef GF_RUN_REAPER_H
#define GF_RUN_REAPER_H

#include <ev.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

struct gf_reaper_child {
    pid_t pid;
    /* With the status of wait(2) and what the child used. Called from the loop. */
    void (*ended)(struct gf_reaper_child *c, int status, const struct rusage *usage);
    /* A signal has stopped it; it has not ended. NULL: nobody is told. */
    void (*stopped)(struct gf_reaper_child *c, int sig);
};

/* -1 with EBUSY: it is open on another loop. */
int gf_reaper_open(struct ev_loop *loop);
void gf_reaper_close(void);

/* Makes room for one more child, so that gf_reaper_add cannot fail. -1: memory is out. Before the
 * fork: a child that cannot be waited for must not be started. */
int gf_reaper_reserve(void);

/* After gf_reaper_reserve. */
void gf_reaper_add(struct gf_reaper_child *c);

/* Nobody is told of its end; it is reaped all the same. One that is not there: nothing is done. */
void gf_reaper_remove(const struct gf_reaper_child *c);

/* Whether a child of this number was added, and has not ended. */
bool gf_reaper_knows(pid_t pid);

#endif
