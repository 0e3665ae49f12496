/* pump.h - what a chain gives, to the output. */
#ifndef GF_STREAM_CMD_PUMP_H
#define GF_STREAM_CMD_PUMP_H

#include "output.h"
#include "stream/chain.h"
#include "stream/source.h"

/* Asks the last stage of the chain for all there is, and writes it, behind the names of its
 * columns. 0 at the end; -1: the fault of the stream is set. */
int pump(const struct gf_chain *c, struct gf_stage *last, struct output *out);

#endif
