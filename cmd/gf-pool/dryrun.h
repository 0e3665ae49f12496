/* dryrun.h - --dry-run: prints the command of every job, and runs none. */
#ifndef GF_POOL_DRYRUN_H
#define GF_POOL_DRYRUN_H

#include "options.h"

/* The exit status. */
int dryrun(const struct options *o);

#endif
