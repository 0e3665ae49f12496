/*
 * runner.h - the life of runs: from a due time through jitter, overlap, the cap and retries to a
 * child, its output and its end.
 *
 * One run is one (job, due time). Its phases:
 *
 *     WAITING   put off by jitter           -> QUEUED when the time has come
 *     QUEUED    the job's last run goes on, or all places are taken -> RUNNING
 *     RUNNING   a child                     -> RETRYING, or over
 *     RETRYING  failed, another try is due  -> QUEUED; over when the job's next run comes first
 *     LEFT      over, but something it left behind still writes to its pipes
 *
 * late.c has due times that could not be claimed yet, runner.c brings a run to its start, start.c
 * starts the child, life.c sees to it until it is gone, output.c and outlet.c pass on what it
 * writes, record.c keeps what became of it.
 */
#ifndef GF_CMD_CRON_RUNNER_H
#define GF_CMD_CRON_RUNNER_H

#include <ev.h>
#include <sys/resource.h>

#include "aside.h"
#include "cron.h"
#include "outlet.h"

#include "base/failures.h"
#include "cron/plan.h"
#include "cron/state.h"
#include "proc/child.h"

enum output {
    OUTPUT_PREFIX,
    OUTPUT_RAW,
    OUTPUT_JSON,
};

enum log_form {
    LOG_TROUBLE, /* what did not go well */
    LOG_TEXT,
    LOG_JSON,
};

enum phase {
    PHASE_WAITING,
    PHASE_QUEUED,
    PHASE_RUNNING,
    PHASE_RETRYING,
    PHASE_LEFT,
    PHASES,
};

/* How many runs of a job are in each phase. Jobs of one id, in tables that follow one another, have
 * one seat; the last table that goes frees it. */
struct seat {
    size_t tables;
    size_t runs[PHASES];
};

/* A table in force. One that was replaced stays until its last run is over. */
struct loaded {
    struct gf_table table;
    struct gf_plan_job *jobs;
    struct gf_plan plan;
    struct seat **seats; /* of each job */
    size_t runs;
};

struct run;

/* One of a child's outputs. */
struct stream {
    struct run *run;
    int fd;              /* -1: closed */
    bool is_err, paused; /* paused: not read, until the outlet has room */
    ev_io io;
    struct gf_buf line; /* what has no newline yet */
};

struct runner;

struct run {
    struct run *next, *prev;
    struct runner *r;
    struct loaded *from;
    struct seat *seat;
    const struct gf_job *job;
    int64_t due;
    enum phase phase;
    unsigned tries;
    pid_t pid; /* 0: reaped, or not started */
    int wait_status;
    struct rusage usage;
    struct gf_child_limits limits;
    struct gf_child life;
    bool interrupted; /* ended by us: the scheduler stops, or a newer run replaces it */
    bool replaced;    /* the latter */
    struct stream out[2];
    struct gf_buf tail; /* the last of its output, for GF_ON_FAILURE */
    ev_timer timer;
    gf_ns started_wall, started_mono;
};

struct owed;
struct late;

struct runner {
    struct ev_loop *loop;
    struct run *first, *last; /* runs in the order they came */
    size_t running, max_running;
    struct rlimit nofile; /* for children: what we were given */
    bool placing;         /* runner_place is at work */
    enum output output;
    enum log_form log;
    struct gf_state *state;        /* NULL: none */
    struct owed *owed, **owed_end; /* rows that could not be written yet: record.c */
    struct late *late, **late_end; /* due times that could not be claimed yet: late.c */
    ev_timer state_timer;          /* for both */
    bool locked;                   /* said that another process has a lock on the state */
    struct asides asides;
    struct outlet outlet[2];
    bool one_outlet, paused; /* paused: some stream is */
    const char *ping;        /* NULL: nowhere */
    bool stopping, failed;   /* failed: something beside a run, which was said */
    struct gf_failures failures;
    bool log_lost; /* an event of --log=json could not be written */
    bool output_lost;
    int lost_errno; /* why output could not be written; 0: it could */
    struct {
        uint64_t ok, failed, timeout, skipped, missed, interrupted, retried;
    } count;
    void (*changed)(struct runner *r); /* a run is over, a command beside one, or all is written */
};

/* Once the loop is there. */
void runner_open(struct runner *r);

/* A due time has come. */
void runner_due(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due);

/* A run that is on record as ours already. */
void runner_begin(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due);

/* Reaps every child there is, ours and orphans. */
void runner_reap(struct runner *r);

/* Whether a child goes on that the end has to wait for. */
bool runner_is_busy(const struct runner *r);

/* No new runs: what has not started is given up. */
void runner_stop(struct runner *r);

/* Ends what runs: by TERM, KILL later, or at once. */
void runner_end(struct runner *r, bool at_once);

/* Output that a pipe still holds, and lines without an end, are written. Frees all runs. */
void runner_release(struct runner *r);

/* Starts what waits for a place, the oldest first. */
void runner_place(struct runner *r);

void run_set_phase(struct run *run, enum phase phase);

/* 0 .. most, evenly. */
gf_ns runner_random(gf_ns most);

/* Frees a run and what is open of it. */
void run_drop(struct run *run);

/* life.c: tells the run what happened to its child. */
void run_told(struct run *run, enum gf_child_event ev);

/* Its timer fires after so long; at the next moment of its child's life. */
void run_arm(struct run *run, gf_ns after);
void run_arm_life(struct run *run);

/* A group that was told to end, whose leader is gone: is anybody left? True: it was told so. */
bool run_look_at_group(struct run *run);

/* output.c */
void stream_open(struct stream *s, struct run *run, int fd, bool is_err);
void stream_close(struct stream *s);

/* The outlets have room: streams that were paused are read again. */
void streams_go_on(struct runner *r);

/* late.c: a due time whose claim the state's lock holds up. Tried again, in order. */
bool late_add(struct runner *r, struct loaded *from, const struct gf_job *job, int64_t due);

/* What waits is missed: the scheduler stops. */
void late_give_up(struct runner *r);

/* Has the state tried again in a moment. */
void late_arm(struct runner *r);
void late_open(struct runner *r);

/* record.c: whether the run is ours to do; LATER: another process has the state locked. *due may
 * become an earlier second. */
enum claim {
    CLAIM_OURS,
    CLAIM_NOT,
    CLAIM_LATER,
};
enum claim record_claim(struct runner *r, const struct gf_job *job, int64_t *due);

/* Writes the rows that are owed. Whether none is any more. */
bool record_settle(struct runner *r);

/* Whether a job is held back, as far as the state can be asked. */
bool record_is_paused(struct runner *r, const struct gf_job *job);

/* A due time that was not claimed in time. */
void record_unclaimed(struct runner *r, const struct gf_job *job, int64_t due, const char *why);

/* n due times of a plan that were missed. */
void record_missed(struct runner *r, const struct loaded *l, const struct gf_plan_event *e,
                   size_t n);

/* A run that did not start: it was claimed, and is not to be. */
void record_unstarted(struct runner *r, const struct gf_job *job, int64_t due,
                      enum gf_outcome outcome, const char *why);

/* A run that is over, for good: no retry follows. */
void record_end(struct run *run);
enum gf_outcome run_outcome(const struct run *run);

/* Whether all is on record; what is not is said. */
bool record_close(struct runner *r);

/* log.c: one event of a run; `detail` may be NULL. */
void log_event(struct runner *r, const char *event, const struct gf_job *job, int64_t due,
               const struct run *run, const char *detail);

/* With -v: when a job whose time has come is due again; INT64_MAX: never. */
void log_next(const struct runner *r, const struct gf_job *job, int64_t due);

/* For --log=json: what a table that was just planned has, and the warnings about it. */
void log_begin(struct runner *r, const struct loaded *l);
void log_warnings(struct runner *r, const struct gf_table *t);

#endif
