/*
 * elsewhere.h - what words of other tools are in gf-stream and its operations (base/opt.h).
 *
 * A word without a dash is a command that stands where an operation is expected; where its tool is
 * the command itself, the two are one word in messages and in the page.
 */
#ifndef GF_STREAM_ELSEWHERE_H
#define GF_STREAM_ELSEWHERE_H

#include "base/opt.h"

extern const struct gf_opt_elsewhere gf_stream_elsewhere[];
extern const struct gf_opt_elsewhere gf_sort_elsewhere[], gf_uniq_elsewhere[],
    gf_filter_elsewhere[], gf_reject_elsewhere[], gf_limit_elsewhere[], gf_tail_elsewhere[],
    gf_shuffle_elsewhere[], gf_fields_elsewhere[], gf_count_elsewhere[], gf_join_elsewhere[];

#endif
