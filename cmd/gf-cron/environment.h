/*
 * environment.h - what a run's command is given besides its descriptors: environment and shell.
 *
 *     struct gf_environ e = {0};
 *     environment_build(&e, run);
 *     gf_environ_set(&e, "GF_EXIT", "3");
 *     if (e.failed) ... out of memory ...
 *     gf_environ_release(&e);
 */
#ifndef GF_CMD_CRON_ENVIRONMENT_H
#define GF_CMD_CRON_ENVIRONMENT_H

#include "proc/environ.h"
#include "run.h"

void environment_build(struct gf_environ *e, const struct run *run);

/* The SHELL of the table; the SHELL of gf-cron's own environment does not count. */
const char *environment_shell(const struct run *run);

#endif
