/*
 * results.h - --results DIR: what a job wrote, and what became of it, in files of DIR/NUMBER.
 *
 * stdout and stderr are written as the bytes are read, `command` when it starts, `status` when it
 * has ended for good: so a directory without a status is a job that was not finished, or was
 * interrupted. A job that is
 * tried again begins its files anew; so does one of a later run of the same number.
 */
#ifndef GF_POOL_RESULTS_H
#define GF_POOL_RESULTS_H

#include "base/buf.h"
#include "observer.h"
#include "text/slice.h"
#include "verdict.h"

/* Of one job. */
struct results_files {
    int fd[2]; /* of stdout and stderr, plus 1; 0: none */
};

struct results {
    const char *dir; /* borrowed; NULL: nothing is done */
    struct verdict *verdict;
    struct gf_buf path;
};

extern const struct observer_events results_observer;

/* Makes the directory. -1 after a message. */
int results_open(struct results *r, const char *dir, struct verdict *v);

/* Whether there are files of that number of a job that was finished, whose words are not these. */
bool results_hold_another(struct results *r, uint64_t seq, struct gf_slice command);

/* A new attempt of the job: its files, empty, and its command. -1 after a message. */
int results_begin(struct results *r, struct job *j);

/* Closes what is open of a job. */
void results_close(struct results *r, struct job *j);
void results_release(struct results *r);

#endif
