/*
 * plan.h - what is due, what was missed, and when to look again.
 *
 * Pure: the owner tells the time, on both clocks, and is told which (job, due time) to run and
 * which were missed. So a night of zone changes, a suspend or a step of the clock is replayed in
 * microseconds with made-up times.
 *
 *     struct gf_plan p;
 *     if (gf_plan_open(&p, jobs, n, GF_DST_DEBIAN, wall, mono) != 0) ... ENOMEM ...
 *     for (;;) {
 *         sleep until gf_plan_wake(&p) seconds, or until the clock is set;
 *         if (gf_plan_look(&p, wall, mono) != 0) ... ENOMEM ...
 *         for (i < p.n_events) ... p.events[i].job, .due, .what ...
 *     }
 *     gf_plan_release(&p);
 *
 * The rules:
 *   - Of the due times of a job that have come since the last look at most one runs, the latest;
 *     the others were missed. (Normally there is one.)
 *   - The clock went forward by more than time passed, since it was set or the machine slept: there
 *     is a gap. In one up to the job's skew any job runs once. In one of less than three hours, as
 *     in a gap of the zone, fixed jobs run once, and jobs that follow real time do not.
 *   - In a longer gap: what lies between is missed, within the catch-up of the job.
 *   - The clock went back: what the plan has gone through already does not come again; times before
 * the plan's first look do, since they have not been.
 *   - A job that fires at the start runs then, for all of its due times that came before.
 *   - Before the first look: what was due since `since` was missed, unless catch-up lets the
 *     latest run.
 *   - Each missed due time is an event of its own, up to GF_PLAN_MISSED_MAX a job and look. Of
 * more, those between these and the latest are one event that says how many they were.
 *   - A plan of a new table goes on where the old one is (gf_plan_follow): what has come since the
 *     old one's last look goes by the new table, what was gone through does not come again.
 *
 * Times are seconds on the wall clock, ns where a name says so. Jobs are borrowed. One thread.
 */
#ifndef GF_CRON_PLAN_H
#define GF_CRON_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "cron/next.h"

enum {
    GF_PLAN_MISSED_MAX = 1000,
    GF_PLAN_COVERS = 8, /* stretches of time gone through that are remembered */
};

#define GF_PLAN_GAP_MAX ((int64_t)3 * 3600)

enum gf_plan_what {
    GF_PLAN_RUN,
    GF_PLAN_MISSED,
};

struct gf_plan_job {
    const struct gf_cron *when; /* a list of schedules */
    struct gf_zone *zone;
    int64_t catchup; /* seconds; 0: missed runs are not made up for */
    int64_t since;   /* due times after this count; INT64_MAX: from the first look on */
    int64_t skew;    /* seconds: a gap of the clock up to this loses no run; 0: each may */
    bool over;       /* it has no due time any more */
};

struct gf_plan_event {
    size_t job;
    int64_t due;
    uint64_t times; /* how many due times it stands for; `due` is the last of them */
    enum gf_plan_what what;
};

struct gf_plan {
    const struct gf_plan_job *jobs;
    size_t n;
    enum gf_dst dst;
    int64_t *due; /* of each job; INT64_MAX: no more */
    size_t *heap; /* jobs, the earliest due first */
    int64_t wall; /* of the last look */
    gf_ns mono;
    struct {
        int64_t from, to;
    } cover[GF_PLAN_COVERS]; /* (from, to] was gone through; the last one is growing */
    size_t covers;
    struct gf_plan_event *events; /* of the last look */
    size_t n_events, cap_events;
};

/* The first look: @start jobs are due at once, and so is what catch-up allows. */
int gf_plan_open(struct gf_plan *p, const struct gf_plan_job *jobs, size_t n, enum gf_dst dst,
                 int64_t wall, gf_ns mono);

/* In place of gf_plan_open, for the jobs of a table that takes the place of another. */
int gf_plan_follow(struct gf_plan *p, const struct gf_plan_job *jobs, size_t n,
                   const struct gf_plan *before);

/* Fills the events with what has come since the last look. */
int gf_plan_look(struct gf_plan *p, int64_t wall, gf_ns mono);

/* The owner has set `over` of a job: it has no due time any more. */
void gf_plan_drop(struct gf_plan *p, size_t job);

/* The next due time, INT64_MAX when there is none. */
int64_t gf_plan_wake(const struct gf_plan *p);

/* The job that is due next, of several the first in the table, and when; p->n: none is. A job that
 * the last look's events run counts as due, since the owner has yet to start it. */
size_t gf_plan_next(const struct gf_plan *p, int64_t *due);

void gf_plan_release(struct gf_plan *p);

#endif
