/*
 * results.h - --results DIR: what a job wrote, and what became of it, in files of DIR/NUMBER, or of
 * the directory that a template makes of its record (results_name.h).
 *
 * stdout and stderr are written as the bytes are read, `command` when it starts, `status` when it
 * has ended for good: so a directory without a status is a job that was not finished, or was
 * interrupted. A job that is tried again begins its files anew; so does one of a later run that has
 * the same directory.
 */
#ifndef GF_POOL_RESULTS_H
#define GF_POOL_RESULTS_H

#include "base/buf.h"
#include "observer.h"
#include "results_name.h"
#include "text/slice.h"
#include "verdict.h"

/* Of one job. */
struct results_files {
    int fd[2];          /* of stdout and stderr, plus 1; 0: none */
    struct gf_buf name; /* of its directory, with a template */
    bool barred;        /* it cannot have its directory, */
    struct gf_buf why;  /* and why, where more is known than an errno */
    bool lost;          /* a file of it could not be written */
};

struct results {
    const char *dir; /* as it was given; NULL: nothing is done */
    struct results_names names;
    int root;   /* the directory that all are in; -1: not open */
    bool keeps; /* --resume: what other jobs have finished is not written over */
    struct verdict *verdict;
    struct gf_clash inputs;
    struct gf_buf path; /* for messages */
};

extern const struct observer_events results_observer;

/* Makes the directory that all are in; r->names is set. -1 after a message. */
int results_open(struct results *r, const struct options *o, struct verdict *v);

/* The directory of the job, which is made. 0, or an errno that says why this job cannot have it,
 * with what else is known in j->results.why; what no job could have is found by results_begin. */
int results_name(struct results *r, struct job *j, const struct work *w);

/* Whether there are files of that number of a job that was finished, whose words are not these. */
bool results_hold_another(struct results *r, uint64_t seq, struct gf_slice command);

/* A new attempt of the job: its files, empty, and its command. -1 after a message. */
int results_begin(struct results *r, struct job *j);

/* Closes what is open of a job. */
void results_close(struct results *r, struct job *j);

/* The job is not needed any more. */
void results_drop(struct results *r, struct job *j);
void results_release(struct results *r);

#endif
