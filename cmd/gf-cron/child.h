/* child.h - starts the child of a run. */
#ifndef GF_CMD_CRON_CHILD_H
#define GF_CMD_CRON_CHILD_H

#include <sys/resource.h>

#include "run.h"

/* Starts the run's command by its shell, whose file is kept in `shell_file`; `nofile` is the limit
 * that it gets. 0, or an errno when nothing was started. */
int child_start(struct run *run, struct gf_tasks *tasks, struct gf_command *shell_file,
                const struct rlimit *nofile);

#endif
