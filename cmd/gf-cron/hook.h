/*
 * hook.h - commands beside the jobs: GF_ON_FAILURE, and pings through curl.
 *
 * They never hold a job up: they take no slot of -j and end after a minute at the latest, by
 * SIGTERM, and SIGKILL five seconds later. At most HOOKS_MAX run at once, more wait for their turn;
 * beyond HOOKS_WAITING they are dropped, and a warning says so. The scheduler's end waits for them,
 * as for jobs, and no longer than --drain. What they write goes to our standard error.
 */
#ifndef GF_CMD_CRON_HOOK_H
#define GF_CMD_CRON_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

#include "run.h"
#include "run/tasks.h"

enum {
    HOOKS_MAX = 64,
    HOOKS_WAITING = 10000
};

struct hooks {
    const char *ping;             /* --ping URL; NULL: nowhere */
    const struct rlimit *nofile;  /* for the commands */
    void (*changed)(void *owner); /* one is over */
    void *owner;
    struct gf_tasks tasks;
    struct hook *waiting, *last_waiting;
    size_t n_waiting;
    bool hurry; /* the scheduler ends: those still to come have a few seconds */
    struct gf_command file;
};

/* -1: errno. The members above are set. */
int hooks_open(struct hooks *h, struct ev_loop *loop);

/* What runs is let go, what waits is dropped. */
void hooks_close(struct hooks *h);

/* The job's GF_ON_FAILURE, if it has one: after a run that failed or ran out of time. */
void hook_failure(struct hooks *h, const struct run *run, const char *outcome);

/* --ping URL: `suffix` is "/start", "/fail" or nothing. */
void hook_ping(struct hooks *h, const char *suffix);

bool hooks_are_busy(const struct hooks *h);

/* Ends all that run, by SIGKILL, and starts none of those that wait. */
void hooks_end(struct hooks *h);

/* The same, and those still to come have a few seconds. */
void hooks_hurry(struct hooks *h);

#endif
