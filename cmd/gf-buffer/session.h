/* session.h - a run of gf-buffer, from its begin to its exit status. */
#ifndef GF_CMD_BUFFER_SESSION_H
#define GF_CMD_BUFFER_SESSION_H

#include "options.h"

int session_run(const struct options *o);

#endif
