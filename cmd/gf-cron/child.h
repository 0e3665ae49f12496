/* child.h - starts the child of a run. */
#ifndef GF_CMD_CRON_CHILD_H
#define GF_CMD_CRON_CHILD_H

#include <sys/resource.h>

#include "run.h"

/* Starts the run's command by its shell. The file of the shell is kept in `shell_file` for the next
 * start; `nofile` is the command's limit on open files. 0, or an errno when nothing was started. */
int child_start(struct run *run, struct gf_tasks *tasks, struct gf_command *shell_file,
                const struct rlimit *nofile);

#endif
