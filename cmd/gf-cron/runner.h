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
 * runner.c brings a run to its start, start.c starts the child, life.c sees to it until it is gone,
 * output.c passes on what it writes, record.c keeps what became of it.
 */
#ifndef GF_CMD_CRON_RUNNER_H
#define GF_CMD_CRON_RUNNER_H

#include <ev.h>
#include <sys/resource.h>

#include "cron.h"

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

/* A table in force. One that was replaced stays until its last run is over. */
struct loaded {
    struct gf_table table;
    struct gf_plan_job *jobs;
    struct gf_plan plan;
    unsigned runs;
};

enum phase {
    PHASE_WAITING,
    PHASE_QUEUED,
    PHASE_RUNNING,
    PHASE_RETRYING,
    PHASE_LEFT,
};

struct run;

/* One of a child's outputs. */
struct stream {
    struct run *run;
    int fd; /* -1: closed */
    bool is_err;
    ev_io io;
    struct gf_buf line; /* what has no newline yet */
};

struct runner;

struct run {
    struct run *next;
    struct runner *r;
    struct loaded *from;
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
    struct stream out[2];
    struct gf_buf tail; /* the last of its output, for GF_ON_FAILURE */
    ev_timer timer;
    gf_ns started_wall, started_mono;
};

struct aside;
struct owed;

struct runner {
    struct ev_loop *loop;
    struct run *runs; /* in the order they came */
    size_t running, max_running;
    enum output output;
    enum log_form log;
    struct gf_state *state; /* NULL: none */
    struct owed *owed;      /* rows that could not be written yet: record.c */
    struct aside *asides;   /* aside.h */
    size_t n_asides;
    const char *ping; /* NULL: nowhere */
    bool stopping, failed;
    bool log_lost;  /* an event of --log=json could not be written */
    int lost_errno; /* why output could not be written; 0: it could */
    struct {
        uint64_t ok, failed, timeout, skipped, missed, interrupted, retried;
    } count;
    void (*changed)(struct runner *r); /* a run is over, or a command beside one */
};

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

/* How many runs of the job are in this phase. */
size_t runner_count(const struct runner *r, const struct gf_job *job, enum phase phase);

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

/* record.c: whether the run is ours to do. *due may become an earlier second. */
bool record_claim(struct runner *r, const struct gf_job *job, int64_t *due);

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

#endif
