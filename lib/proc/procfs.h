/*
 * procfs.h - what /proc tells of other processes.
 *
 * Where /proc is not there, or not ours to read, what is asked for is empty. Any thread.
 *
 *     struct gf_buf env = {0};
 *     gf_procfs_read(pid, "environ", &env);
 *     const char *seq = gf_procfs_variable(&env, "GF_SEQ=");
 */
#ifndef GF_PROC_PROCFS_H
#define GF_PROC_PROCFS_H

#include <sys/types.h>

#include <stdbool.h>

#include "base/buf.h"

/* What /proc/PID/NAME holds, at most 4 MiB, in place of what `out` held. */
void gf_procfs_read(pid_t pid, const char *name, struct gf_buf *out);

/* The value of a variable in an environment, NUL-terminated; NULL: not there. `name` ends with
 * =. */
const char *gf_procfs_variable(const struct gf_buf *env, const char *name);

/* The process's command line on one line, cut to `most` bytes, in place of what `out` held. */
void gf_procfs_command(pid_t pid, size_t most, struct gf_buf *out);

/* Whether it has ended and only waits to be reaped. `room` is overwritten. */
bool gf_procfs_zombie(pid_t pid, struct gf_buf *room);

/* The user who started it (its real user id). `room` is overwritten. -1: it is gone. */
int gf_procfs_user(pid_t pid, struct gf_buf *room, uid_t *user);

/* Calls `f` for each process there is, until it returns false. -1: /proc is not there. */
int gf_procfs_each(bool (*f)(void *arg, pid_t pid), void *arg);

/* The same for our own children. */
int gf_procfs_children(bool (*f)(void *arg, pid_t pid), void *arg);

#endif
