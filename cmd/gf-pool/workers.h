/* workers.h - --worker: a pool of commands that stay, and answer each record with one. */
#ifndef GF_POOL_WORKERS_H
#define GF_POOL_WORKERS_H

#include "options.h"

/* The exit status; does not come back when a signal ended the run. */
int workers_run(const struct options *o);

#endif
