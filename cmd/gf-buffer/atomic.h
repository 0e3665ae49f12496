/*
 * atomic.h - --atomic FILE: what comes replaces FILE when all of it is there, or not at all.
 */
#ifndef GF_CMD_BUFFER_ATOMIC_H
#define GF_CMD_BUFFER_ATOMIC_H

#include "options.h"

/* The exit status; dies by a signal where one ended the work. */
int atomic_run(const struct options *o);

#endif
