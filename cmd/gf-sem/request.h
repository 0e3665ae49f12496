/*
 * request.h - what the files of gf-sem share: the request that the command line makes.
 */
#ifndef GF_SEM_REQUEST_H
#define GF_SEM_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/statepath.h"
#include "limit/sem.h"

enum action {
    ACTION_RUN,
    ACTION_STATUS,
    ACTION_SET,
    ACTION_WAIT_ALL,
};

struct request {
    enum action action;
    const char *state; /* NAME or DIR, the value of -S */
    struct gf_statepath path;
    uint32_t permits; /* -j; 0: not given */
    uint32_t set_to;
    uint32_t weight;
    const char *label; /* NULL: the command's name */
    bool no_wait;
    gf_ns max_wait; /* GF_NEVER: no limit on the wait */
    int refused;    /* exit status of -n */
    int timed_out;  /* exit status of -w */
    bool close_in_command;
    bool json;
    char *const *argv; /* the command */
};

/* Each of these does one action and returns the exit status. */
int run_command(const struct request *rq);
int show_status(const struct request *rq);
int set_permits(const struct request *rq);
int wait_all(const struct request *rq);

/* Opens the semaphore of the request; on failure says why and returns the exit status, else 0. */
int open_sem(struct gf_sem *s, const struct request *rq, enum gf_sem_mode mode, uint32_t permits);

/* alarm.c: the process ends with rq->timed_out when rq->max_wait has passed from now. 0, or -1 with
 * errno. */
int alarm_start(const struct request *rq);
void alarm_stop(void);

/*
 * detail.c, for -v. Prints `what` ("no permit is free"), then how many permits are held, how many
 * processes wait, and who has held a permit for the longest time.
 */
void detail_users(struct gf_sem *s, const struct request *rq, const char *what);
/* As detail_users, when gf-sem is about to wait for the permits. */
void detail_waiting(struct gf_sem *s, const struct request *rq);
/* Prints that the permits were taken, or given back (`s` is released), after the time `span`. */
void detail_taken(const struct request *rq, gf_ns span);
void detail_given_back(const struct request *rq, gf_ns span);

/* child.c: runs the command, stays until it has ended, and returns its status (or dies by its
 * signal). `s` is held, and released here. */
int keep_command(struct gf_sem *s, const struct gf_sem_ask *ask, const struct request *rq);

#endif
