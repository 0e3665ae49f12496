/* state.h - what is asked of a shared budget, or changed in it. */
#ifndef GF_CMD_RATELIMIT_STATE_H
#define GF_CMD_RATELIMIT_STATE_H

#include "ratelimit.h"

/* Does c->act, which is neither ACT_FILTER nor ACT_RUN. The exit status. */
int state_act(const struct config *c);

#endif
