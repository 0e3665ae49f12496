/* op_scan.h - running values, for the operations that have them: scan, and window --agg. */
#ifndef GF_STREAM_OP_SCAN_H
#define GF_STREAM_OP_SCAN_H

#include "stream/op.h"

/* Reads the words into n->extra; `window` as in gf_scan_list_read. -1: the fault is set. */
int gf_scan_check(struct gf_node *n, const char *words, uint64_t window, struct gf_fault *f);

/* The columns that come, and one for each running value. */
int gf_scan_columns(const struct gf_node *n, struct gf_names *out);

struct gf_stage *gf_scan_open(const struct gf_node *n, struct gf_stream *st, struct gf_stage *up);

#endif
