/*
 * logs.h - the job logs that a run goes on from, oldest first.
 *
 *     struct logs l = {0};
 *     logs_last(&l, fd, name);                            // the one that is written; borrowed
 *     if (logs_read(&l, take_row, arg, true) != 0) ...    // and once more, if need be
 *     logs_close(&l);
 *
 * A zeroed struct has no logs, and is safe to close. One thread.
 */
#ifndef GF_POOL_LOGS_H
#define GF_POOL_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proc/joblog.h"

struct logs {
    struct log_file {
        int fd;
        const char *name;
    } * file;
    size_t n;
};

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
