/*
 * aside.h - commands beside the jobs: GF_ON_FAILURE, and pings through curl.
 *
 * They never hold a job up: they take no place of -j, wait for nothing, and end after ASIDE_LIMIT
 * at the latest. The scheduler's end waits for them, as for jobs. At most ASIDES_MAX at once; one
 * more is not started, and a warning says so. What they write goes to our standard error.
 */
#ifndef GF_CMD_CRON_ASIDE_H
#define GF_CMD_CRON_ASIDE_H

#include "runner.h"

/* The job's GF_ON_FAILURE, if it has one: after a run that failed or ran out of time. */
void aside_failure(const struct run *run, const char *outcome);

/* --ping URL: `suffix` is "/start", "/fail" or nothing. */
void aside_ping(struct runner *r, const char *suffix);

/* Whether pid was one of them; it is forgotten then. */
bool aside_reaped(struct runner *r, pid_t pid);

/* KILL for all of them. */
void aside_end(struct runner *r);

#endif
