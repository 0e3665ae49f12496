/* status.h - --status DIR: what is in a spool. */
#ifndef GF_CMD_BUFFER_STATUS_H
#define GF_CMD_BUFFER_STATUS_H

#include "options.h"

/* The exit status. */
int status_show(const struct options *o);

#endif
