/*
 * hook.h - commands beside the jobs: GF_ON_FAILURE, and pings through curl.
 *
 * A hook never holds a job up: a hook takes no slot of -j and ends after a minute at the latest, by
 * SIGTERM, and SIGKILL five seconds later. At most HOOKS_MAX hooks run at once, more wait for their
 * turn; beyond HOOKS_WAITING hooks are dropped, and a note says so. The scheduler's end waits for
 * hooks, as for jobs, and no longer than --drain. GF_ON_FAILURE writes to the standard error of
 * gf-cron; what curl says comes line by line as messages of gf-cron.
 *
 * The URL of a ping is often all that is needed to send one, so no other user may see it: curl
 * reads it, and does not have it among its words, which all can list.
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
    char *ping;                  /* --ping URL, allocated, ours; NULL: nowhere */
    const struct rlimit *nofile; /* for the commands */
    struct gf_tasks tasks;
    struct hook *waiting, *last_waiting;
    size_t n_waiting;
    bool hurry; /* the scheduler ends: hooks that start now have a few seconds */
    struct gf_command file;
};

/* -1: errno. The members above are set. */
int hooks_open(struct hooks *h, struct ev_loop *loop);

/* Hooks that run are left running and not watched any more, hooks that wait are dropped. */
void hooks_close(struct hooks *h);

/* The job's GF_ON_FAILURE, if it has one: after a run that failed or ran out of time. */
void hook_failure(struct hooks *h, const struct run *run, const char *outcome);

/* --ping URL: `suffix` is "/start", "/fail" or nothing. */
void hook_ping(struct hooks *h, const char *suffix);

bool hooks_are_busy(const struct hooks *h);

/* Ends all that run, by SIGTERM or at once by SIGKILL, and starts none of those that wait. */
void hooks_end(struct hooks *h, bool at_once);

/* The same at once, and those still to come have a few seconds. */
void hooks_hurry(struct hooks *h);

#endif
