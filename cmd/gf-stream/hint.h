/* hint.h - the command line that was probably meant, for a word that is no operation. */
#ifndef GF_STREAM_CMD_HINT_H
#define GF_STREAM_CMD_HINT_H

#include <stdbool.h>

#include "base/opt.h"

/*
 * `p` stands at the first word of the chain, `unknown` at a later word of p->argv. Says the hint
 * and returns true when the word is a file or an operation in quotes; else says nothing.
 */
bool hint_command(const struct gf_optparser *p, char *const *unknown);

#endif
