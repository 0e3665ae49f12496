/* try.h - the end of a try, for runs.c and start.c. */
#ifndef GF_CMD_CRON_TRY_H
#define GF_CMD_CRON_TRY_H

#include "runs.h"

/* The run has no child, or its child is over: another try follows, or the run is over. */
void try_end(struct run *run);

#endif
