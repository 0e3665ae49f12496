/*
 * process.h - another process: whether a number still means it.
 *
 * A process number is used again, and means something else in another PID name space; with the
 * time of its start and the name space it names one process for as long as the machine is up.
 * Where /proc is not there, or shows no such process, all of these are 0. Any thread.
 *
 *     uint64_t started = gf_process_started(pid);      // kept beside pid
 *     ...
 *     if (started && gf_process_started(pid) == started) ... it is the same one ...
 */
#ifndef GF_BASE_PROCESS_H
#define GF_BASE_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* When it was started, in clock ticks since the machine was. */
uint64_t gf_process_started(pid_t pid);

/* R, S, D, T (stopped), t (stopped by a tracer), Z: as in proc_pid_stat(5). */
char gf_process_state(pid_t pid);

/* Names the PID name space of this process. */
uint64_t gf_process_space(void);

#endif
