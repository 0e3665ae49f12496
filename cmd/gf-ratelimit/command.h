/* command.h - a command in our place, when a shared limit and the machine allow it. */
#ifndef GF_CMD_RATELIMIT_COMMAND_H
#define GF_CMD_RATELIMIT_COMMAND_H

#include "ratelimit.h"

/* Waits, and becomes c->command; comes back only when that was not to be, with the exit status. */
int command_run(const struct config *c, const struct tally *t);

#endif
