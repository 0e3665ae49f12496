/* run_list.h - runs are made, counted by their phases, and freed; for runs.c. */
#ifndef GF_CMD_CRON_RUN_LIST_H
#define GF_CMD_CRON_RUN_LIST_H

#include "runs.h"

/* Makes a run in PHASE_WAITING, at the end of the list. NULL: memory is out. */
struct run *runlist_new(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due,
                        const struct gf_task_events *on);
void runlist_set_phase(struct run *run, enum phase phase);

/* Sets the run's timer to fire after `time`; the run waits for `what` until then. */
void runlist_wait(struct run *run, enum gf_wait what, gf_ns time);

/* The state is told what the run waits for, if that is something else than before. */
void runlist_set_wait(struct run *run, enum gf_wait what, gf_ns until);

/* Closes and frees a run. */
void runlist_drop(struct run *run);

#endif
