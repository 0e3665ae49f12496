/*
 * pool.h - the pool of jobs: sets all parts up, goes round until there is nothing left to do.
 *
 * CONTRIBUTING.md shows the parts, and how a record flows through them.
 */
#ifndef GF_POOL_POOL_H
#define GF_POOL_POOL_H

#include "options.h"

/* The exit status; does not come back when a signal ended the run. */
int pool_run(const struct options *o);

#endif
