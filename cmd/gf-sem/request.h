/*
 * request.h - what the files of gf-sem share: the request that the command line makes.
 */
#ifndef GF_SEM_REQUEST_H
#define GF_SEM_REQUEST_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/opt.h"
#include "base/statepath.h"
#include "limit/sem.h"

enum action {
    ACTION_RUN,
    ACTION_STATUS,
    ACTION_SET,
    ACTION_WAIT_ALL,
    ACTION_FD,
};

enum {
    WANTS_MOST = 16 /* -S in one command line */
};

/* A fact of the rules: the semaphore is on a server. */
#define FACT_SERVER "redis://"

/* Permits of one semaphore. */
struct want {
    const char *state; /* NAME, DIR or address, the value of -S */
    struct gf_statepath path;
    uint32_t permits; /* -j; 0: not given */
    uint32_t weight;  /* --weight; 0: not given */
};

enum sharing {
    PERMITS, /* neither --shared nor --exclusive */
    SHARED,
    EXCLUSIVE,
};

struct request {
    enum action action;
    struct want wants[WANTS_MOST];
    size_t nwants;
    const char *group; /* --group, or NULL */
    uint32_t set_to;
    const char *label; /* NULL: the command's name */
    enum sharing sharing;
    uint32_t priority;
    uint32_t eager;
    bool replace;
    bool cancel_running;
    gf_ns kill_after; /* GF_NEVER: not given */
    gf_ns lease;      /* --lease */
    bool only_warn;   /* --on-lease-lost warn */
    bool no_wait;
    gf_ns max_wait; /* GF_NEVER: no limit on the wait */
    int refused;    /* exit status of -n */
    int timed_out;  /* exit status of -w */
    bool close_in_command;
    bool json;
    int fd;            /* --fd */
    char *const *self; /* all words of gf-sem */
    char *const *argv; /* the command: the end of `self` */
};

extern const struct gf_cli sem_cli;

/* server.c: whether a -S is the address of a server; what holds for such a request beyond the rules
 * of the table (0, or GF_EXIT_USAGE after a message); and the action itself. */
bool is_on_server(const struct request *rq);
int check_server(struct request *rq);
int act_on_server(const struct request *rq);

/* The options of gf-sem, taken one by one; 0, or GF_EXIT_USAGE after a message. */
int take_option(const struct gf_optparser *p, struct request *rq);

/* run.c: says so when the -j of a user is neither the present number of permits nor the first. */
void warn_of_other_number(const char *name, uint32_t wanted, uint32_t permits, uint32_t declared);

/* Each of these does one action and returns the exit status. */
int run_command(const struct request *rq);
int show_status(const struct request *rq);
int set_permits(const struct request *rq);
int wait_all(const struct request *rq);
int take_for_fd(const struct request *rq);

/* Opens a semaphore of the request; on failure says why and returns the exit status, else 0. */
int open_sem(struct gf_sem *s, const struct want *w, enum gf_sem_mode mode,
             const struct gf_sem_limits *make);

/*
 * run.c: gets the permits of a claim that is open, waiting as long as the request says. -1: they
 * are ours; else the exit status, after a message if there is one to print.
 */
int acquire(struct gf_sem_claim *c, const struct request *rq);

/*
 * tick.c: a signal after a while, so that no sleep lasts longer, and no longer than rq->max_wait
 * from the start. 0, or -1 with errno.
 */
int ticks_start(const struct request *rq);
int ticks_set(gf_ns span);
bool ticks_are_over(void); /* rq->max_wait has passed */
void ticks_stop(void);

/* pause.c: from the first call on SIGTSTP stops us between the second and the first alone. Both
 * keep errno. */
void pause_hold_back(void);
void pause_let_in(void);

/* nest.c: GF_SEM, the permits that the commands around this one hold. Says so and returns the exit
 * status when the claim would wait for one of them, else 0. */
int check_nesting(const struct gf_sem_claim *c, const struct request *rq);
int check_nested_wait_all(struct gf_sem *s, const struct want *w);
/* The value for our own command, to be freed; NULL: memory is out. */
char *nesting_for_command(const struct gf_sem_claim *c);
/* The same for a claim on a server, whose id is random; and the ids around ours, with blanks
 * between, to be freed as well. */
char *nesting_for_remote(const char *id);
char *remotes_around(void);

/* Whether the user is a gf-sem around this one. */
bool is_around_us(const struct gf_sem *s, const struct gf_sem_user *u);

/*
 * cancel.c: sends SIGTERM to the commands that hold what the claim wants, but those around this
 * one. 0, or -1 with errno.
 */
int cancel_begin(struct gf_sem_claim *c, const struct request *rq);
/* Sends SIGKILL when it is time, and says what the commands left behind. How long until it is to be
 * called again, at the latest; GF_NEVER: all is done. */
gf_ns cancel_go_on(struct gf_sem_claim *c, const struct request *rq);
/* Sleeps until all is done; false: rq->max_wait passed before. */
bool cancel_finish(struct gf_sem_claim *c, const struct request *rq);
void cancel_release(void);

/*
 * detail.c, for -v. Prints `what` ("no permit is free"), then how many permits are held, how many
 * processes wait, and who has held a permit for the longest time.
 */
void detail_users(struct gf_sem *s, const struct want *w, const char *what);
/* As detail_users, for each semaphore, when gf-sem is about to wait for the permits. */
void detail_waiting(struct gf_sem_claim *c, const struct request *rq);
/* Prints that the permits were taken, or given back (they are released), after the time `span`.
 * `weights` are those of rq->wants, `turn` is that of the claim. */
void detail_taken(const struct gf_sem_claim *c, const struct request *rq, gf_ns span);
void detail_given_back(const struct request *rq, const uint32_t *weights, int64_t turn, gf_ns span);

/* child.c: runs the command, stays until it has ended, and returns its status (or dies by its
 * signal). The permits are held, and released here. */
int keep_command(struct gf_sem_claim *c, const struct request *rq);

/*
 * The parts of it. The signals that are for the command are blocked first, and stay so. Its
 * environment is ours with `variables`, NAME=VALUE; NULL among them: memory was out. What is done
 * beside the command is called 50 ms after its start, and again after the span that it returns.
 */
struct beside {
    gf_ns (*go_on)(void *arg); /* GF_NEVER: that was all */
    void *arg;
};
void command_block_signals(sigset_t *set);
/* 0, or the exit status after a message. */
int command_start(const struct request *rq, const char *const *variables, size_t count,
                  pid_t *child);
/* The status of waitpid(2). */
int command_await(pid_t child, const sigset_t *set, const struct request *rq,
                  const struct beside *beside);
/* The exit status for that; dies by the signal that ended the command. */
int command_status(int status);

/* witness.c: a process of our group that does nothing but get signals. The first is for another
 * process of that kind, after its fork: nobody takes it for gf-sem. */
void take_name_of_command(const struct request *rq, const char *name);
void witness_start(const struct request *rq);
void witness_stop(void);
/* Whether the witness got the signal too, so that whoever sent it meant the command as well. */
bool witness_saw(int sig, const struct request *rq);

#endif
