/* start.h - a child for a run: environment, descriptors, spawn. */
#ifndef GF_CMD_CRON_START_H
#define GF_CMD_CRON_START_H

#include "runner.h"

/* Starts run->job; fills run->pid and opens its streams. 0, or an errno when nothing was started.
 */
int run_start_child(struct run *run);

/* A descriptor that reads the text, without a writer that could block. -1: errno. */
int open_text(const char *text, size_t len);

#endif
