/*
 * runs.h - the life of runs: from a due time through jitter, overlap, slots and tries to a child,
 * its output and its end.
 *
 *     runs_open(&r, loop);
 *     runs_due(&r, table, job, due);             // a due time has come
 *     runs_stop(&r);                             // no new runs
 *     runs_end(&r, false);                       // those that go on are ended
 *     runs_release(&r);
 *     runs_close(&r);
 *
 * start.h starts what waits in the queue, try.h ends a try, lock.h has GF_LOCK, deferred.h has due
 * times that could not be claimed yet, output.h and outlets.h pass on what runs
 * write, journal.h keeps what became of them.
 */
#ifndef GF_CMD_CRON_RUNS_H
#define GF_CMD_CRON_RUNS_H

#include "deferred.h"
#include "hook.h"
#include "journal.h"
#include "lock.h"
#include "output.h"
#include "run.h"
#include "run/orphans.h"
#include "run/slots.h"
#include "run/tasks.h"

/* The owner sets `journal` to `owner`. */
struct runs {
    struct journal *journal;
    struct deferred *deferred;
    struct hooks *hooks;
    struct output *output;
    struct log *log;
    const struct rlimit *nofile; /* the limit on open files for children: as gf-cron was given it */
    void (*went_well)(void *owner, const struct run *run); /* jobs may follow: runs_follow */
    void *owner;
    struct gf_slots slots;
    struct gf_tasks tasks;
    struct gf_orphans orphans;
    struct gf_timers timers;
    struct locks locks;
    struct gf_command shell;
    char pid[24];             /* the value of GF_CRON */
    struct run *first, *last; /* runs in the order they came */
    uint64_t times;           /* -n: how many runs of a job may start; 0: no limit */
    uint64_t started;         /* the number of the last start: GF_RUN */
    ev_timer shortage;        /* rings when a start that found no room is to be tried again */
    bool starting;            /* start_queued is at work */
    bool stopping;
};

/* At most `most` runs go on at once. -1: errno. */
int runs_open(struct runs *r, struct ev_loop *loop, size_t most);
void runs_close(struct runs *r);

/* A due time has come. */
void runs_due(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due);

/* The run of another job, due then, went well, and this job follows. */
void runs_follow(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due);

/* Begins a run whose due time this scheduler has claimed. One that was asked for by hand has no
 * jitter, and starts though its job is paused. */
void runs_begin(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due,
                bool by_hand);

/* Ends and frees a run that waits: one that had a start ends as its last try did, any other one is
 * skipped. */
void runs_give_up(struct run *run, const char *why);

/* There is room for output: streams that were paused are read again. */
void runs_go_on(struct runs *r);

/* No new runs: a run that has not started is given back, for the next scheduler. */
void runs_stop(struct runs *r);

/* The lease is over, or about to be: a run that has not started is given back, and those that go on
 * are ended as by runs_end. */
void runs_lose(struct runs *r, bool at_once);

/* Ends all runs that go on: by SIGTERM and later SIGKILL, or by SIGKILL at once. */
void runs_end(struct runs *r, bool at_once);

/* Whether there are runs, and all of them are over but for their pipes; reads what is in those,
 * says what is lost, and lets them go, as far as there is room for output. */
bool runs_only_linger(const struct runs *r);
void runs_end_lingering(struct runs *r);

/* Ends processes that runs which were ended have left behind, and names those that still run. */
void runs_end_orphans(struct runs *r);

/* Output that a pipe still holds, and lines without an end, are written. Frees all runs. */
void runs_release(struct runs *r);

#endif
