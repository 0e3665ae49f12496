/* state.h - what is done with a shared budget without passing records. */
#ifndef GF_CMD_RATELIMIT_STATE_H
#define GF_CMD_RATELIMIT_STATE_H

#include "ratelimit.h"

/* Does c->act, which is not ACT_FILTER. The exit status; with ACT_RUN this returns only when the
 * command cannot be run. */
int state_act(const struct config *c, const struct tally *t);

#endif
