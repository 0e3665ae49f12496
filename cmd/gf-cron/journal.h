/*
 * journal.h - what becomes of due times: counted, said, and written into the state.
 *
 * What cannot be written now (the disk is full, the file is locked) is owed: the rows are kept
 * in order, and written in a moment or at the end. Nothing is claimed while something is owed,
 * since a later claim would hide from the next scheduler that an earlier due time is not on record.
 * A state file that was removed or replaced cannot be written either, until it is back.
 */
#ifndef GF_CMD_CRON_JOURNAL_H
#define GF_CMD_CRON_JOURNAL_H

#include "base/failures.h"
#include "hook.h"
#include "log.h"
#include "run.h"

struct owed;

struct journal {
    struct gf_state *state; /* NULL: without -S */
    struct log *log;
    struct hooks *hooks;
    void (*owes)(void *owner); /* something is owed: call journal_settle in a moment */
    void *owner;
    struct owed *owed, **owed_end; /* rows that could not be written yet */
    bool locked;                   /* a note about a lock on the state was printed */
    char told[160];                /* why the state could not be written, as was said last */
    bool failed;                   /* something other than a run failed, with a message */
    struct gf_failures failures;
    struct {
        uint64_t ok, failed, timeout, skipped, missed, interrupted, retried;
    } count;
};

/* Whether this scheduler runs the due time. LATER: another process has the state locked, or its
 * server is away. *due may
 * become an earlier second. */
enum claim {
    CLAIM_OURS,
    CLAIM_NOT,
    CLAIM_LATER,
};
enum claim journal_claim(struct journal *j, const struct gf_job *job, int64_t *due);

/* Counts the start of a run of a job with GF_TIMES. OURS: it may start, and *last: it is the last
 * one; NOT: it may not, and *last: all have started. */
enum claim journal_count(struct journal *j, const struct gf_job *job, bool *last);

/* Writes the rows that are owed. True: all are written. */
bool journal_settle(struct journal *j);

/* Whether `due` is the start of a scheduler, and no time that a schedule of the job names. */
bool journal_is_start(const struct gf_job *job, int64_t due);

/* Whether runs may start, as far as a lease goes: a process that was stopped may have lost its
 * own. */
bool journal_has_lease(const struct journal *j);

/* Whether a job is paused; false when the state cannot be read. */
bool journal_is_paused(struct journal *j, const struct gf_job *job);

/* Whether a run of the job goes on in another scheduler; false when the state cannot be read. A run
 * at the start of a scheduler is for its host alone, where hosts share the state. */
bool journal_runs_elsewhere(struct journal *j, const struct gf_job *job, int64_t due);

/* Says why the state cannot be written or read; the same reason once, until all is written. */
void journal_trouble(struct journal *j);

/* A due time that was not claimed in time; the next scheduler may catch it up. */
void journal_unclaimed(struct journal *j, const struct gf_job *job, int64_t due, const char *why);

/* A job that was to follow another one, when the scheduler stops: it is not caught up. */
void journal_not_followed(struct journal *j, const struct gf_job *job, int64_t due);

/* n due times of a plan that were missed. */
void journal_missed(struct journal *j, const struct loaded *l, const struct gf_plan_event *e,
                    size_t n);

/* A due time that was claimed and whose run will not start. */
void journal_skipped(struct journal *j, const struct gf_job *job, int64_t due, const char *why);

/* A claimed run that has not started when the scheduler stops: it was missed by this scheduler, and
 * the next one may catch it up, or runs it where it was asked for by hand. */
void journal_give_back(struct journal *j, const struct run *run, const char *why);

/* A claimed run waits for run->wait, or waits no more. */
void journal_wait(struct journal *j, const struct run *run);

/* A run that is over, for good: no retry follows. */
void journal_end(struct journal *j, const struct run *run);

/* Writes what is owed. True: all is on record; else a message names each job that is not. */
bool journal_close(struct journal *j);

#endif
