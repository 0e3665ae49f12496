/*
 * rotate.h - the log directory: when `current` is put away, what is done with archives.
 */
#ifndef GF_CMD_BUFFER_ROTATE_H
#define GF_CMD_BUFFER_ROTATE_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "buffer/logdir.h"
#include "run/caught.h"
#include "run/task.h"

struct run;

struct rotate {
    struct gf_logdir *log; /* NULL: there is none */
    bool wanted; /* a signal, or its age, asks for a rotation at the next end of a record */
    bool over;   /* what may not be removed yet is in the way (--keep-bytes) */
    bool told_over;
    bool done_one;         /* --on-rotate has succeeded since: archives may be removed */
    uint64_t told_removed; /* archives of which it was said that they were removed (--keep-force) */
    gf_ns told_removed_mono;
    struct gf_caught by_alarm, by_user2;
    ev_timer age;
    struct gf_task task; /* --on-rotate, of one archive */
    bool is_running;
    char archive[GF_LOGDIR_NAME];
    int null;          /* /dev/null, which it reads; 0: none runs */
    unsigned failures; /* one after another */
    uint64_t failed;   /* in all */
    ev_timer again;
};

/* -1 after a message; the exit status is r->fatal. */
int rotate_open(struct run *r);

/* -1 after a message. */
int rotate_begin(struct run *r);

/* Writes to `current`, up to where it is to be put away: how many bytes, or -1 with errno. 0: not
 * now. */
ssize_t rotate_write(struct run *r, const char *data, size_t len);

/* fdatasync of a file, where its file system has that; and of `current`. 0, or -1 with errno. */
int rotate_sync_fd(int fd);
int rotate_sync(const struct run *r);

/* Looks whether the name of `current` still leads to it; between records. */
void rotate_look(struct run *r);

/* Makes `current` where there is none, and rotates where that is due. False with errno. */
bool rotate_mend(struct run *r);

/* Rotates where that is due, starts --on-rotate; before the loop waits. `done`: all that came is
 * written, and what has failed waits for the next run. */
void rotate_arm(struct run *r, bool done);

/* Whether no archive is being processed, or waits for its turn without having failed. */
bool rotate_is_done(const struct run *r);

/* The run ends: what is being processed is told to end. */
void rotate_stop(struct run *r);
void rotate_close(struct run *r);

#endif
