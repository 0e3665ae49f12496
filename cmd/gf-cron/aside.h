/*
 * aside.h - commands beside the jobs: GF_ON_FAILURE, and pings through curl.
 *
 * They never hold a job up: they take no place of -j and end after ASIDE_LIMIT_S at the latest. At
 * most ASIDES_MAX run at once, more wait for their turn; beyond ASIDES_WAITING they are dropped,
 * and a warning says so. The scheduler's end waits for them, as for jobs, and no longer than
 * --drain. What they write goes to our standard error.
 */
#ifndef GF_CMD_CRON_ASIDE_H
#define GF_CMD_CRON_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct run;
struct runner;

struct asides {
    struct aside *running;
    struct aside *waiting, *last_waiting;
    size_t n_running, n_waiting;
    bool hurry;
};

/* The job's GF_ON_FAILURE, if it has one: after a run that failed or ran out of time. */
void aside_failure(const struct run *run, const char *outcome);

/* --ping URL: `suffix` is "/start", "/fail" or nothing. */
void aside_ping(struct runner *r, const char *suffix);

/* Whether pid was one of them; it is forgotten then, and another one has its turn. */
bool aside_reaped(struct runner *r, pid_t pid);

bool asides_busy(const struct runner *r);

/* KILL for all that run, and none of those that wait. */
void aside_end(struct runner *r);

/* The same, and those still to come have a few seconds. */
void aside_hurry(struct runner *r);

#endif
