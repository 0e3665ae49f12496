/*
 * direct.h - --bytes from pipe to pipe: the kernel moves the bytes, and nothing of them is held.
 */
#ifndef GF_CMD_BUFFER_DIRECT_H
#define GF_CMD_BUFFER_DIRECT_H

#include <stdbool.h>

struct run;

/* Whether this run may do that at all; behind sink_begin. */
bool direct_is_possible(const struct run *r);

/* Moves what the sink takes now. False: not now, or not at all, and the input is to be read. */
bool direct_move(struct run *r);

#endif
