/*
 * state.h - what ran and what is to be known after a restart.
 *
 * One interface, and two places behind it (state_place.h): a file of SQLite for the schedulers of
 * one machine, which gf_state_open opens, and a Redis server for those of many (redis_state.h).
 *
 * A run is claimed by its (job, due time), which is unique, before it starts; so no due time runs
 * twice, whatever happens to the process, and with two schedulers on one file. A claimed run has
 * an owner, who holds a lock on the file; when that is gone, the run was interrupted.
 *
 *     struct gf_state *s;
 *     if (gf_state_open(&s, path, GF_DB_CREATE, &why) != 0) ... why ...
 *     switch (gf_state_claim(s, "backup", due, now_wall)) {
 *     case 0: ... start it ...          then gf_state_end(s, "backup", due, &result);
 *     case 1: ... it is another's ...
 *     }
 *     gf_state_close(s);
 *
 * The file is made 0600, in a directory that nobody but us and root may write to: SQLite believes
 * what lies beside the file. A file that is not such a database to the letter is refused and never
 * written, and so, when a scheduler opens it, is a damaged one. Every change is one transaction, in
 * write-ahead mode: it survives the death of any process at any moment. Due times are seconds,
 * other times gf_ns on the wall clock.
 *
 * Functions return 0, or -1 with the reason in gf_state_error. One thread.
 */
#ifndef GF_CRON_STATE_H
#define GF_CRON_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "db/db.h"

struct gf_state;

enum gf_outcome {
    GF_OUTCOME_RUNNING,
    GF_OUTCOME_OK,
    GF_OUTCOME_FAILED,
    GF_OUTCOME_TIMEOUT,
    GF_OUTCOME_SKIPPED,
    GF_OUTCOME_MISSED,
    GF_OUTCOME_INTERRUPTED,
};

/* "running" "ok" "failed" "timeout" "skipped" "missed" "interrupted"; NULL-terminated. */
extern const char *const gf_outcome_words[];

/* What a run waits for. */
enum gf_wait {
    GF_WAIT_NONE,
    GF_WAIT_JITTER,
    GF_WAIT_RETRY,
    GF_WAIT_QUEUE,
    GF_WAIT_SCHEDULER, /* it was missed, since its scheduler ended before it could start */
    GF_WAIT_LOCK,      /* of GF_LOCK */
};

struct gf_run_row {
    const char *job;
    int64_t due;
    gf_ns started, ended; /* 0: it did not start, it has not ended */
    enum gf_outcome outcome;
    int status;     /* exit status; -1: none */
    int signal;     /* that ended it; 0: none */
    uint64_t times; /* how many due times the row stands for, `due` being the last: 1, but for the
                       many that were missed at once */
    enum gf_wait wait;
    gf_ns until; /* when the wait is over; 0: nobody knows */
};

/* "waiting" for a claimed run that waits, else the word of its outcome. */
const char *gf_run_word(const struct gf_run_row *row);

struct gf_state_filter {
    const char *job; /* NULL: all */
    int64_t since;   /* due times from here on */
    bool failed;     /* failed, timeout and interrupted only */
};

/* As gf_db_open: 0; -1 or a refusal, and *why. A scheduler says GF_DB_CREATE; history and status,
 * GF_DB_READ. A file of an earlier version is brought up to this one. */
int gf_state_open(struct gf_state **out, const char *path, enum gf_db_use use, const char **why);
void gf_state_close(struct gf_state *s);
const char *gf_state_error(const struct gf_state *s);

/* Which refusal (enum gf_db_refusal) the last failure was; -1: none of them. And what a person can
 * do about a failure of a server; NULL: nothing is known. */
int gf_state_trouble(const struct gf_state *s);
const char *gf_state_cure(const struct gf_state *s);

/* -1: the file was removed, or replaced by another, since it was opened. As long as that is so,
 * everything else fails alike, and nothing is written. */
int gf_state_check(struct gf_state *s);

/* What is changed between these is one transaction: all of it or nothing. A commit that fails has
 * undone it; gf_state_undo does so where there will be none. */
int gf_state_begin(struct gf_state *s);
int gf_state_commit(struct gf_state *s);
void gf_state_undo(struct gf_state *s);

/* How long a change waits for a lock that another process has on the file, in milliseconds (5000
 * unless told), and whether the last failure goes away by itself: that was not long enough. */
void gf_state_patience(struct gf_state *s, int ms);
bool gf_state_may_pass(const struct gf_state *s);

/* This process, as others see it where it has something; "": it only reads. */
const char *gf_state_owner(const struct gf_state *s);

enum {
    GF_STATE_OWNER_SIZE = 64
};

/* A job as it is found: its due times after `since` count, that is after its last one on record,
 * or after it was first known. `owner` is another process that has it and is there; else "". */
struct gf_state_found {
    int64_t since;
    uint64_t starts; /* that gf_state_count counted */
    char owner[GF_STATE_OWNER_SIZE];
};

/* Makes the job known, and tells how it was found. Its last due time on record counts once more
 * when it waits for a scheduler, and with `again` when its run was interrupted and was not run
 * again yet. */
int gf_state_job(struct gf_state *s, const char *job, int64_t now, bool again,
                 struct gf_state_found *found);

/* Whether the process that an owner names is there, on this machine; it may be one that has no
 * number here, as in another container. */
bool gf_state_is_alive(const struct gf_state *s, const char *owner);

/* What a job's due times are made from, for those who look from outside. */
struct gf_state_schedule {
    const char *text; /* as gf_cron_parse reads it; NULL: not known */
    const char *zone; /* a name; NULL: the machine's own */
    int dst;          /* enum gf_dst */
    const char *lock; /* GF_LOCK; NULL: none */
};

/* The job is in the table of this process; none is any more, before it reads another table. */
int gf_state_schedule(struct gf_state *s, const char *job, const struct gf_state_schedule *w);
int gf_state_unschedule(struct gf_state *s);

/* 1: somebody has this due time already. One that waits for a scheduler is free, and with `again`
 * one whose run was interrupted, once. */
int gf_state_claim(struct gf_state *s, const char *job, int64_t due, bool again, gf_ns now_wall);

/* Whether a run of the job goes on that another scheduler has. */
int gf_state_runs_elsewhere(struct gf_state *s, const char *job, bool *yes);

/* Counts a start of the job, if fewer than `most` were counted. 1: not so. *starts is the count
 * after that, which no row that is forgotten makes smaller. With the last start the job has no
 * schedule any more. */
int gf_state_count(struct gf_state *s, const char *job, uint64_t most, uint64_t *starts);

/* A claimed run of ours did not start: its due time was missed, and waits for a scheduler. */
int gf_state_give_back(struct gf_state *s, const struct gf_run_row *row);

/* The same of one that was asked for by hand: it is asked for again, and there is no row of it. */
int gf_state_ask_again(struct gf_state *s, const struct gf_run_row *row);

/* What a claimed run of ours waits for, or that it waits no more: its job, due, started, wait and
 * until. */
int gf_state_wait(struct gf_state *s, const struct gf_run_row *row);

/* How a claimed run ended. */
int gf_state_end(struct gf_state *s, const struct gf_run_row *row);

/* A due time that did not run, skipped or missed: its job, due, outcome, times and wait. 1: it is
 * on record already, which stays. One that is left to a scheduler is not on record yet. */
int gf_state_record(struct gf_state *s, const struct gf_run_row *row);

/* A due time that has come is left to another scheduler, who may claim or record it: its job, due
 * and times. Until then it is not seen, and with that scheduler's end it was missed, and waits for
 * a scheduler. 1: it is on record already. */
int gf_state_leave(struct gf_state *s, const struct gf_run_row *row, const char *owner);

/* Runs whose owner is gone become interrupted, without an end, which nobody saw; *n is how many. */
int gf_state_recover(struct gf_state *s, int *n);

/* Deletes at most `most` runs that were due before `before` and are over, but for the last one of
 * each job; *n is how many. */
int gf_state_forget(struct gf_state *s, int64_t before, int most, int *n);

/* When the nth run was due, counted from the latest; 1: there are fewer. Takes time with nth. */
int gf_state_due_of(struct gf_state *s, int64_t nth, int64_t *due);

/* Gives at most so many unused pages of the file back to the disk; *more: there are more. */
int gf_state_shrink(struct gf_state *s, int pages, bool *more);

/* A job is held back, or let go. 1: no such job is known. */
int gf_state_pause(struct gf_state *s, const char *job, bool paused);
int gf_state_paused(struct gf_state *s, const char *job, bool *paused);

/* Asks for one run of the job, now or when a scheduler starts. 1: no such job is known. */
int gf_state_request(struct gf_state *s, const char *job);

/* A job's id, for walking through the requests in order: start with an empty one. */
struct gf_state_name {
    char text[128];
};

/* The next job after *at that is asked for. 1: there is none. */
int gf_state_requested(struct gf_state *s, struct gf_state_name *at);

/* Takes the request for a job and claims a run of it, in one step: due at *due, or at the last
 * second before it that is free. 1: it was not asked for, or another scheduler took it. */
int gf_state_take(struct gf_state *s, const char *job, int64_t *due, gf_ns now_wall);

/* A descriptor of the caller's that is readable when the state was written, by whomever; -1:
 * errno. An inotify(7) descriptor, non-blocking. */
int gf_state_watch(const struct gf_state *s);

/* ---- where owners have leases ---------------------------------------------------------------- */

/* Whether owners are known by leases: on a server. Nothing below is of use elsewhere. */
bool gf_state_has_leases(const struct gf_state *s);

struct gf_state_tick {
    bool lost;     /* our lease was over: what we had may be another's */
    int recovered; /* runs whose owners are gone, found by this call */
    bool asked;    /* something is asked for by hand: gf_state_requested */
    bool left;     /* something was left to a scheduler: gf_state_left */
};

/* Begins or renews our lease, recovers, and looks around. */
int gf_state_tick(struct gf_state *s, struct gf_state_tick *t);

/* When our lease is over, on CLOCK_BOOTTIME, counted from before its last renewal was sent; 0:
 * there was none yet. */
gf_ns gf_state_lease_end(const struct gf_state *s);

struct gf_state_left_row {
    const char *job;
    int64_t due;
    bool began; /* it was interrupted; else it was missed */
};

/* Calls `each`, by due time, for those that were left to whoever may claim them, by an owner who is
 * gone or could not claim them, once each: since the last gf_state_tick but one, or since the
 * first. */
int gf_state_left(struct gf_state *s, int (*each)(void *arg, const struct gf_state_left_row *row),
                  void *arg);

/* Another owner, who goes by another table, or by another zone. */
struct gf_state_other {
    char owner[GF_STATE_OWNER_SIZE]; /* "": there is none */
    bool table;
    char zone[64];
};

/* Says by what table and zone we go. */
int gf_state_goes_by(struct gf_state *s, const char *digest, const char *zone,
                     struct gf_state_other *other);

/* ---------------------------------------------------------------------------------------------- */

struct gf_state_status_row {
    const char *job;
    bool paused, requested;
    int running; /* how many runs of it go on */
    int waiting; /* how many wait; of the one whose wait is over first: */
    enum gf_wait wait;
    gf_ns until;
    bool has_last; /* of the latest run that is over: */
    int64_t last_due;
    enum gf_outcome last_outcome;
    const char *lock;              /* the job's GF_LOCK; NULL: none */
    struct gf_state_schedule when; /* where a scheduler that runs has it; else text is NULL */
};

/* Calls `each` for the jobs that are known, by id, until it returns other than 0. */
int gf_state_status(struct gf_state *s,
                    int (*each)(void *arg, const struct gf_state_status_row *row), void *arg);

/* Calls `each` for runs, oldest first, until it returns other than 0, which is returned. */
int gf_state_history(struct gf_state *s, const struct gf_state_filter *f,
                     int (*each)(void *arg, const struct gf_run_row *row), void *arg);

#endif
