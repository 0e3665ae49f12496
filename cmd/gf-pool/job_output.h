/*
 * job_output.h - what is done when the output of jobs has its turn, or cannot be written: the
 * functions of struct gf_ordered_events whose owner is struct jobs; and how much of it is taken.
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

/* Of struct gf_task_events: what a job writes cannot be read. */
void joboutput_broken(struct gf_task *t, int stream, int err);

/* --max-output: how many bytes more the job may write; and that it wrote others, which are not
 * taken. */
size_t joboutput_room(const struct jobs *js, const struct job *j);
void joboutput_exceed(struct jobs *js, struct job *j);

#endif
