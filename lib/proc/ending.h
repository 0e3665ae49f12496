/*
 * ending.h - how a command ended, in the one form that reports, logs and exit statuses are made of.
 *
 *     struct gf_ending e = gf_ending_of(wait_status, &child);
 *     char text[GF_ENDING_SIZE];
 *     gf_ending_text(&e, text);            // "exit status 3", "signal 9", "timed out", "ok",
 *                                          // "interrupted"
 *     int status = gf_ending_status(&e);   // 3, 137, 124, 0: what a shell would have in $?
 *
 * What wrote more than it may counts as ended by a signal, by SIGTERM where it ended by itself.
 *
 * An exit status of 130 is an exit status: only `how` says that a signal ended the command, never
 * the number. A command that we told to end is interrupted, whatever signal or status followed, and
 * has not failed; one that ended with 0 all the same has done its work. Pure; any thread.
 */
#ifndef GF_PROC_ENDING_H
#define GF_PROC_ENDING_H

#include <stdbool.h>

#include "proc/child.h"

enum gf_ending_how {
    GF_ENDING_OK,          /* it exited with 0 */
    GF_ENDING_EXIT,        /* with another status */
    GF_ENDING_SIGNAL,      /* a signal ended it */
    GF_ENDING_EXCEEDED,    /* it wrote more than it may, however it ended then */
    GF_ENDING_TIMEOUT,     /* its time limit came, however it ended then */
    GF_ENDING_INTERRUPTED, /* its owner told it to end, and it did not exit with 0; or its owner
                              could not read what it wrote */
    GF_ENDING_UNSTARTED,   /* it never ran */
};

struct gf_ending {
    enum gf_ending_how how;
    int code;   /* exit status; -1: it did not exit */
    int signal; /* that ended it; 0: none did */
    int sent;   /* the last signal that we sent to its group; 0: none */
    int err;    /* errno of the start that failed; 0 else */
};

/* Room for what gf_ending_text writes. */
enum {
    GF_ENDING_SIZE = 32
};

/* From the status of wait(2) and the child's life. */
struct gf_ending gf_ending_of(int wait_status, const struct gf_child *life);

/* The start failed with `err`. `code` is what a shell says: 127 for ENOENT, else 126. */
struct gf_ending gf_ending_unstarted(int err);

/* Whether the command is to blame: neither is it done, nor was it interrupted. */
static inline bool gf_ending_is_failure(const struct gf_ending *e)
{
    return e->how != GF_ENDING_OK && e->how != GF_ENDING_INTERRUPTED;
}

/* As a shell says it: the exit status, 128 and the signal, 124 for a time limit. */
int gf_ending_status(const struct gf_ending *e);

/* In words, for people. */
const char *gf_ending_text(const struct gf_ending *e, char out[GF_ENDING_SIZE]);

#endif
