/*
 * server.h - the scheduler that gf-cron run is: the parts that its files share.
 *
 * run.c reads the command line, serve.c has the loop, look.c does what has become due, load.c reads
 * the tables, requests.c takes requests from the state file, orphan.c looks after due times of
 * another scheduler, numbers.c has the statistics. runs.h is the way of a due time to its end.
 */
#ifndef GF_CMD_CRON_SERVER_H
#define GF_CMD_CRON_SERVER_H

#include <sys/resource.h>

#include "cron.h"
#include "forget.h"
#include "runs.h"
#include "run/signals.h"
#include "watch.h"

#include "base/outfile.h"

/* More than twenty members: the scheduler is put together here and nowhere else. */
struct server {
    struct cron_context context;
    const char *path, *expr, *state;
    struct gf_buf expr_table; /* the table that -e stands for */
    struct ev_loop *loop;     /* NULL: not made yet */
    struct outlets outlets;
    struct output output;
    struct log log;
    struct journal journal;
    struct hooks hooks;
    struct deferred deferred;
    struct forget forget;
    struct runs runs;
    struct gf_signals signals;
    struct rlimit nofile; /* the limit on open files as gf-cron was given it: for children */
    size_t max_running;   /* -j */
    struct loaded *current, **old; /* old: replaced, with runs that go on */
    size_t n_old;
    int alarm;
    ev_io alarm_io;
    ev_prepare prepare; /* before the loop waits: what is over is freed */
    ev_timer drain_timer, watchdog, state_timer, reload_timer;
    gf_ns drain; /* 0: without end */
    bool fail_on_error, force, watching;
    bool give_up;              /* the end does not wait for readers of the output any more */
    struct orphaned *orphaned; /* orphan.h; NULL: none */
    bool stats;
    int stats_form; /* enum gf_stats_format */
    const char *stats_file;
    struct gf_outfile stats_out;
    struct watch table_watch;
    int state_watch; /* a descriptor, readable when the state was written; -1: none */
    gf_ns lease;     /* lease.h */
    ev_timer lease_timer;
    bool is_cut_off; /* the lease is about to end, or has ended: nothing runs */
    bool is_away;    /* the last renewal was not answered, and since when: */
    gf_ns away_mono;
    bool state_again; /* the state was written while state_timer ran */
    ev_io watch_io, state_io;
    unsigned stops; /* how many signals to stop have come */
};

/* The table that -e and the command behind it stand for, into s->expr_table. -1: no memory. */
int server_make_table(struct server *s, int argc, char **argv);

/* Reads and plans the table; NULL after a message, with *status. */
struct loaded *server_load(struct server *s, int *status);
void server_unload(struct loaded *l);

/* Reads the table again, while runs go on; a moment later when the state is locked. */
void server_reload(struct server *s);
void server_watch_reload(struct server *s);

/* Does what is due by now, and sets the alarm for the next due time. */
void server_look(struct server *s);

/* Sets the alarm for the next due time. */
void server_set_alarm(struct server *s);

/* Does the events that the last look at the plan found. */
void server_do_events(struct server *s);

/* Watches the state; runs what gf-cron trigger asked for. 0, or -1 after a message. */
int server_watch_state(struct server *s);
void server_do_requests(struct server *s);

/* Writes what --stats asks for. 0, or -1 after a message. */
int server_write_stats(struct server *s);

/* Runs until told to stop, or until nothing is left to do. The exit status. */
int server_serve(struct server *s);

#endif
