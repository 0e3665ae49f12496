/*
 * nodeopt.h - what an option of an operation means for its node (op.h).
 *
 *     if (gf_opt_next(&p) == GF_OPT_OPTION && gf_node_take_option(node, &p, &fault) != 0) ...
 *
 * The value is borrowed from the parser's words. -1: it is wrong, or memory is out; the fault is
 * set.
 */
#ifndef GF_STREAM_NODEOPT_H
#define GF_STREAM_NODEOPT_H

#include "stream/op.h"

int gf_node_take_option(struct gf_node *n, const struct gf_optparser *p, struct gf_fault *f);

#endif
