/*
 * logs.h - the job logs that a run goes on from, oldest first: those that were moved aside, which
 * are read alone, and the one that is written on.
 *
 *     struct logs l = {0};
 *     int status = logs_open(&l, o);                      // the earlier ones, before anything runs
 *     logs_last(&l, fd, name);                            // the one that is written; borrowed
 *     if (logs_read(&l, take_row, arg, true) != 0) ...    // and once more, if need be
 *     logs_close(&l);
 *
 * A zeroed struct has no logs, and is safe to close. One thread.
 */
#ifndef GF_POOL_LOGS_H
#define GF_POOL_LOGS_H

#include "options.h"
#include "proc/joblog.h"

struct logs {
    struct log_file {
        int fd;
        const char *name;
    } * file;
    size_t n;
    size_t earlier; /* of them, which are ours to close */
};

/* Opens the earlier logs. -1, or the exit status after a message. */
int logs_open(struct logs *l, const struct options *o);

/* The last one. -1 after a message: memory is out, or it cannot be read. */
int logs_last(struct logs *l, int fd, const char *name);

/* How long all are together, in bytes. -1 after a message. */
int logs_size(const struct logs *l, uint64_t *bytes);

/* Calls for each row of each log, in order, until it returns -1 with errno. With `say` it is told
 * how many lines of a log are no rows. -1 after a message. */
int logs_read(const struct logs *l, int (*row)(void *arg, const struct gf_joblog_ended *row),
              void *arg, bool say);
void logs_close(struct logs *l);

#endif
