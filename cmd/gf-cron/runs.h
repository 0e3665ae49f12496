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
 * deferred.h has due times that could not be claimed yet, output.h and outlets.h pass on what runs
 * write, journal.h keeps what became of them.
 */
#ifndef GF_CMD_CRON_RUNS_H
#define GF_CMD_CRON_RUNS_H

#include "deferred.h"
#include "hook.h"
#include "journal.h"
#include "output.h"
#include "run.h"
#include "run/orphans.h"
#include "run/slots.h"
#include "run/tasks.h"

/* `journal` to `changed` are the owner's. */
struct runs {
    struct journal *journal;
    struct deferred *deferred;
    struct hooks *hooks;
    struct output *output;
    struct log *log;
    void (*changed)(void *owner); /* a run is over */
    void *owner;
    const struct rlimit *nofile; /* for children: what we were given */
    struct gf_slots slots;
    struct gf_tasks tasks;
    struct gf_orphans orphans;
    struct gf_timers timers;
    struct gf_command shell;
    char pid[24];             /* the value of GF_CRON */
    struct run *first, *last; /* runs in the order they came */
    uint64_t started;         /* the number of the last start: GF_RUN */
    ev_timer shortage;        /* no process could be made: try again */
    bool placing;             /* runs_place is at work */
    bool stopping;
};

/* At most so many at once. -1: errno. */
int runs_open(struct runs *r, struct ev_loop *loop, size_t most);
void runs_close(struct runs *r);

/* A due time has come. */
void runs_due(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due);

/* A run that is on record as ours already. */
void runs_begin(struct runs *r, struct loaded *from, const struct gf_job *job, int64_t due);

/* Starts what waits for a slot, the oldest first. */
void runs_place(struct runs *r);

/* There is room for output: streams that were paused are read again. */
void runs_go_on(struct runs *r);

/* No new runs: what has not started is given up. */
void runs_stop(struct runs *r);

/* Ends what runs: by SIGTERM, SIGKILL later, or at once. */
void runs_end(struct runs *r, bool at_once);

/* Ends and names what is left of runs that were ended. */
void runs_end_orphans(struct runs *r);

/* Output that a pipe still holds, and lines without an end, are written. Frees all runs. */
void runs_release(struct runs *r);

#endif
