/*
 * server.h - the scheduler that gf-cron run is: the parts that its files share.
 *
 * run.c reads the command line, serve.c has the loop, look.c does what has become due, load.c reads
 * the tables, requests.c takes what is asked for through the state file, orphan.c watches over what
 * another scheduler has, numbers.c has the statistics. What becomes of a due time is runs.h's.
 */
#ifndef GF_CMD_CRON_SERVER_H
#define GF_CMD_CRON_SERVER_H

#include <sys/resource.h>

#include "cron.h"
#include "runs.h"
#include "run/signals.h"
#include "watch.h"

/* More than twenty members: it is the one place where the parts are put together. */
struct server {
    struct cron_context context;
    const char *path, *expr, *state;
    struct gf_buf one;    /* the table that -e stands for */
    struct ev_loop *loop; /* NULL: not made yet */
    struct outlets outlets;
    struct output output;
    struct log log;
    struct journal journal;
    struct hooks hooks;
    struct deferred deferred;
    struct runs runs;
    struct gf_signals signals;
    struct rlimit nofile; /* what we were given, for children */
    size_t most;          /* -j */
    struct loaded *now, **old;
    size_t n_old;
    int alarm;
    ev_io alarm_io;
    ev_timer drain_timer, watchdog, bell_timer, reload_timer;
    gf_ns drain;    /* 0: without end */
    gf_ns keep;     /* of the state; 0: for good */
    int64_t forgot; /* when what is older was taken away */
    bool fail_on_error, force, watching;
    bool give_up;              /* on readers that do not take what is written */
    bool releasing;            /* the last runs are being freed */
    struct orphaned *orphaned; /* orphan.h; NULL: none */
    bool stats;
    int stats_form; /* enum gf_stats_format */
    const char *stats_file;
    struct watch table_watch;
    int bell; /* readable when the state was written */
    bool bell_again;
    ev_io watch_io, bell_io;
    unsigned asked; /* how many times we were told to stop */
};

/* The table that -e and the command behind it stand for, into s->one. -1: no memory. */
int server_make_table(struct server *s, int argc, char **argv);

/* Reads and plans the table; NULL after a message, with *status. */
struct loaded *server_load(struct server *s, int *status);
void server_unload(struct loaded *l);

/* Reads it again, while runs go on; a moment later where the state is locked. */
void server_reload(struct server *s);
void server_watch_reload(struct server *s);

/* Does what has come by now, and sets the alarm for what comes next. */
void server_look(struct server *s);

/* Sets the alarm for what comes next. */
void server_set_alarm(struct server *s);

/* Does the events that the plan has at hand. */
void server_do_events(struct server *s);

/* Deletes what --keep does not keep, once an hour. -1: the state cannot be written. */
int server_forget(struct server *s, int64_t now);

/* Watches the state; runs what gf-cron trigger asked for. 0, or -1 after a message. */
int server_watch_state(struct server *s);
void server_do_requests(struct server *s);

/* --stats. 0, or -1 after a message. */
int server_write_stats(const struct server *s);

/* Until told to stop, or until nothing is left to do. The exit status. */
int server_serve(struct server *s);

#endif
