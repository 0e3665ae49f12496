/* session.h - a whole run: records in, through the stages, out. */
#ifndef GF_PIPELINE_SESSION_H
#define GF_PIPELINE_SESSION_H

#include "options.h"

/* The exit status; does not come back when a signal or a closed pipe ended the run. */
int session_run(const struct options *o);

#endif
