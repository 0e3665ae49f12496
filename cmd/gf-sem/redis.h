/*
 * redis.h - a semaphore on a Redis server, as the files of gf-sem that begin with redis_ have it.
 *
 * redis_take.c opens it and gets the permits, redis_wait.c waits to be told, redis_run.c keeps the
 * command and renews the lease, redis_guard.c is the process that ends a command whose lease is not
 * renewed, and redis_status.c looks and changes.
 */
#ifndef GF_SEM_REDIS_H
#define GF_SEM_REDIS_H

#include "request.h"

#ifdef GF_REDIS
#include "redis/permits.h"
#include "redis/tool.h"

/* A claim of ours, and what belongs to it. */
struct remote {
    struct gf_redis_tool tool;
    struct gf_permits claim;
    struct gf_permits_answer answer; /* the last one */
    gf_ns sent_boot;                 /* when the question for it was sent */
    struct gf_redis_link ears;       /* on which messages come */
    char *around;                    /* ids of claims around ours */
    char host[65], label[GF_SEM_LABEL_MAX + 1];
    gf_ns until_mono; /* the end of -w */
    bool was_told;    /* that no messages come */
};

/* The name of the semaphore for messages. */
static inline const char *remote_name(const struct remote *r)
{
    return r->tool.at.shown;
}

/* ---- redis_take.c ---------------------------------------------------------------------------- */

/* 0, or the exit status after a message; nothing is connected. To be closed either way. */
int remote_open(struct remote *r, const struct request *rq);
void remote_close(struct remote *r);

/*
 * A question has failed: waits until the server may be asked again. -1: ask again; else the exit
 * status, after a message if there is one to print.
 */
int remote_away(struct remote *r, const struct request *rq);

/* ---- redis_wait.c ---------------------------------------------------------------------------- */

/* From now on a signal that would end us is kept, and ends a wait. */
void remote_catch_signals(struct remote *r);
/* The signal that has come; 0: none. */
int remote_signal(void);

/* Whether the time of -w is over. */
bool remote_is_over(const struct remote *r);

/* Waits for a message on the channel, no longer than `span`. Returns at once when it has only now
 * begun to listen: what it waits for may have come before. */
void remote_wait(struct remote *r, const char *channel, gf_ns span);

/* Sleeps, but no longer than -w allows, nor when a signal comes. */
void remote_sleep(const struct remote *r, gf_ns span);

/* ---- redis_run.c ----------------------------------------------------------------------------- */

/* The permits are held: runs the command, gives them back, and returns its status (or dies by its
 * signal). When a signal came before the command was started, it is not: remote_signal. */
int remote_keep_command(struct remote *r, const struct request *rq);

/* ---- redis_guard.c --------------------------------------------------------------------------- */

/* When the command is to be ended. */
struct guard_order {
    gf_ns term_boot, kill_boot;
};

/*
 * Starts the process that obeys the order: it ends the command, and what has `mark` in GF_SEM of
 * its environment. -1 with errno. It goes on when gf-sem is stopped or killed.
 */
int guard_start(const struct request *rq, pid_t command, const char *mark,
                const struct guard_order *order);

/* Another order in place of the last. */
void guard_tell(const struct guard_order *order);

/* The command has ended. After a lost lease (`obey`) the guard ends first what is left of it. */
void guard_stop(bool obey);

/* ---- actions --------------------------------------------------------------------------------- */

int redis_run(const struct request *rq);
int redis_status(const struct request *rq);
int redis_set(const struct request *rq);
int redis_wait_all(const struct request *rq);

#endif
#endif
