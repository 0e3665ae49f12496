/*
 * job_output.h - what is done when the output of jobs has its turn, or cannot be written: the
 * functions of struct gf_ordered_events whose owner is struct jobs.
 */
#ifndef GF_POOL_JOB_OUTPUT_H
#define GF_POOL_JOB_OUTPUT_H

#include "jobs.h"

void joboutput_pause(struct gf_ordered *o, struct gf_turn *t, int stream);
void joboutput_resume(struct gf_ordered *o, struct gf_turn *t);
void joboutput_begin(struct gf_ordered *o, struct gf_turn *t);
void joboutput_end(struct gf_ordered *o, struct gf_turn *t);
void joboutput_failed(struct gf_ordered *o, enum gf_ordered_failure what, struct gf_turn *t,
                      int stream, size_t lost);

#endif
