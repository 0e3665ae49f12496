/*
 * jobs.h - jobs from their start to their end.
 *
 *     jobs_open(&js, ...);
 *     enum start s = jobs_start(&js, &intake, slot);
 *     while (jobs_are_held_back(&js)) ... start no more ...
 *     jobs_end_late(&js);                           // at the end of the run
 *     jobs_close(&js);
 *
 * A job runs as a task (run/task.h), tells its observers, gives its slot back, waits for another
 * attempt or for its turn to be written (run/ordered.h), and is freed when its output is out and
 * nothing holds its pipes any more.
 */
#ifndef GF_POOL_JOBS_H
#define GF_POOL_JOBS_H

#include "capacity.h"
#include "intake.h"
#include "job.h"
#include "launch.h"
#include "observer.h"
#include "results.h"
#include "retry.h"
#include "run/orphans.h"
#include "run/tasks.h"
#include "verdict.h"

enum start {
    START_OK,
    START_FAILED_JOB, /* the job has failed, others may start */
    START_LATER,      /* the system is short of something: once more in a moment */
    START_STOP,       /* nothing may start any more; it was said */
};

/* `launch`, `capacity`, `results`, `observers` and `times` are the pool's. */
struct jobs {
    const struct options *opt;
    struct verdict *verdict;
    const struct observers *observers;
    struct capacity *capacity;
    struct launch *launch;
    struct results *results;
    const struct gf_hist *times; /* of jobs that ended: -t 300% */
    struct gf_tasks tasks;
    struct gf_orphans orphans;
    struct gf_ordered output;
    bool said_live; /* that the ceiling of held output is reached */
    struct retries retries;
    struct work again; /* of a job that is tried once more */
    struct job *free;
};

/* -1 after a message. The members that are the pool's are set. */
int jobs_open(struct jobs *js, struct ev_loop *loop);
void jobs_close(struct jobs *js);

/* Starts the job at hand, which has that number, in the slot. */
enum start jobs_start(struct jobs *js, const struct intake *in, uint64_t seq, unsigned slot);

/* Another attempt of a job that was taken from those that wait. Unless it is OK or LATER, the job
 * has ended. */
enum start jobs_again(struct jobs *js, struct job *j, unsigned slot);

/* No more attempts: the jobs that wait have ended. */
void jobs_give_up_retries(struct jobs *js);

/* Whether so much output is held back, or so many jobs or blocks wait, that none should start. */
bool jobs_are_held_back(const struct jobs *js);

/* Whether anything runs, waits or is to be written. */
bool jobs_are_busy(const struct jobs *js);

/* What is left in pipes that something still holds is taken, the rest is said to be lost. False:
 * first what was taken has to go out; call again. */
bool jobs_end_late(struct jobs *js);

/* Ends and names what is left of jobs that were ended. */
void jobs_end_orphans(struct jobs *js);

#endif
