/*
 * server.h - the scheduler that gf-cron run is: the parts that its files share.
 *
 * run.c reads the command line, serve.c has the loop, load.c the tables, hand.c what is asked for
 * through the state file, numbers.c the statistics. What becomes of a due time is runner.h's.
 */
#ifndef GF_CMD_CRON_SERVER_H
#define GF_CMD_CRON_SERVER_H

#include "runner.h"
#include "watch.h"

struct server {
    struct cron_place place;
    const char *path, *expr, *state;
    struct gf_buf one; /* the table that -e stands for */
    struct runner r;
    struct loaded *now, **old;
    size_t n_old;
    int alarm;
    ev_io alarm_io;
    ev_timer drain_timer, watchdog, bell_timer, reload_timer;
    ev_signal signals[5];
    gf_ns drain;    /* 0: without end */
    gf_ns keep;     /* of the state; 0: for good */
    int64_t forgot; /* when what is older was taken away */
    bool fail_on_error, force, watching;
    bool give_up;      /* on readers that do not take what is written */
    bool releasing;    /* the last runs are being freed */
    struct left *left; /* left.h; NULL: none */
    bool stats;
    int stats_form; /* enum gf_stats_format */
    const char *stats_file;
    struct watch table_watch;
    int bell; /* readable when the state was written */
    bool bell_again;
    ev_io watch_io, bell_io;
    int stop_signal, asked; /* asked: how many times we were told to stop */
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

/* Watches the state; runs what gf-cron trigger asked for. 0, or -1 after a message. */
int server_watch_state(struct server *s);
void server_do_requests(struct server *s);

/* --stats. 0, or -1 after a message. */
int server_write_stats(const struct server *s);

/* Until told to stop, or until nothing is left to do. The exit status. */
int server_serve(struct server *s);

#endif
