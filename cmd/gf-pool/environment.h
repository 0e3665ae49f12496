/*
 * environment.h - the environment that the options ask for, and the directory of jobs.
 */
#ifndef GF_POOL_ENVIRONMENT_H
#define GF_POOL_ENVIRONMENT_H

#include "options.h"
#include "proc/environ.h"

/* Ours as --clean-env and --env change it; e->failed: memory is out. */
void environment_begin(struct gf_environ *e, const struct options *o);

/* That --chdir can be gone to; said once here, where it is not taken for a command that is missing.
 * -1 after a message. */
int environment_check_directory(const struct options *o);

#endif
