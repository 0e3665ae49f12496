/*
 * launch.h - what a job is started with: its words, its environment, the file of its command.
 *
 *     int status = launch_check_command(&l, o, names, nnames);   // -1: the words are good
 *     status = launch_check_tag(&l, o, names, nnames);
 *     launch_open(&l, log_mark);
 *     int err = launch_words(&l, job, &work, slot);              // 0, or an errno
 *     err = launch_start(&l, job, &tasks);
 *     launch_release(&l);
 */
#ifndef GF_POOL_LAUNCH_H
#define GF_POOL_LAUNCH_H

#include <sys/resource.h>

#include "history.h"
#include "job.h"
#include "options.h"
#include "proc/command.h"
#include "proc/environ.h"
#include "proc/template.h"
#include "tag.h"

struct launch {
    const struct options *opt;
    struct history *history;     /* --retry-failed: whose words are run */
    const struct rlimit *nofile; /* for the jobs */
    struct gf_template command;
    struct gf_command file;
    struct gf_child_limits limits;
    struct gf_environ env;
    char *seq, *slot, *attempt; /* values in env, rewritten for each start */
    char *token;                /* the same: GF_TOKEN */
    char run[24];               /* the value of GF_POOL */
    char **argv;                /* of launch_words */
    int null_fd;                /* standard input of jobs; -1: not open */
    struct tags tags;
};

/* Reads the command's words. -1 when they are good, else the exit status after a message. */
int launch_check_command(struct launch *l, const struct options *o, const struct gf_value *names,
                         size_t nnames);

/* The same for what else may hold places, whatever the command is. */
int launch_check_tag(struct launch *l, const struct options *o, const struct gf_value *names,
                     size_t nnames);

/* The environment that jobs get. `log_mark` is the value of GF_JOBLOG, or NULL. -1: memory is
 * out. */
int launch_environment(struct launch *l, const char *log_mark);

/* The same for workers, which have no number of a job. The value of GF_WORKER, which the owner
 * rewrites before each start; NULL after a message. */
char *launch_worker_environment(struct launch *l, const char *log_mark);

/* Everything else. -1 after a message. */
int launch_open(struct launch *l);
void launch_release(struct launch *l);

/* The words of the job for this slot, and in job.command what the log will show. 0, or an errno:
 * ENOMEM for want of memory, others say what is wrong with the record. */
int launch_words(struct launch *l, struct job *j, const struct work *w, unsigned slot);

/* Starts what launch_words made. 0, or an errno. */
int launch_start(struct launch *l, struct job *j, struct gf_tasks *tasks);

/* The same for any task: `in` is its standard input, or -1. */
int launch_spawn(struct launch *l, struct gf_task *t, struct gf_tasks *tasks, int in,
                 const struct gf_child_limits *limits, unsigned pipes);

#endif
