/*
 * retry.h - jobs that failed and wait for another attempt.
 *
 * Such a job gives its slot back, keeps its record, its number and (with -k) its turn. What a
 * failed attempt wrote is thrown away when another one follows, and it has no row and no part in
 * --halt: only the last attempt's outcome is the job's.
 *
 *     if (retry_is_wanted(&r, job))
 *         gf_ns wait = retry_later(&r, job);
 *     struct job *j = retry_take(&r);              // its wait is over; NULL: nobody's is
 *     retry_put_back(&r, j);                       // it cannot start now
 *     while ((j = retry_give_up(&r))) ...          // the run ends
 */
#ifndef GF_POOL_RETRY_H
#define GF_POOL_RETRY_H

#include "job.h"
#include "options.h"
#include "run/timers.h"
#include "verdict.h"

struct retries {
    const struct options *opt;
    struct verdict *verdict;
    struct gf_timers timers;
    struct job *due, **due_last; /* their wait is over */
    size_t n;                    /* all that wait, due or not */
    size_t bytes;                /* of their records */
};

void retry_open(struct retries *r, const struct options *o, struct verdict *v,
                struct ev_loop *loop);
void retry_close(struct retries *r);

/* Whether the job, whose attempt has ended, is tried again. */
bool retry_is_wanted(const struct retries *r, const struct job *j);

/* The same of a job of a queue: whether it is delivered again, here or elsewhere. */
bool retry_is_delivered(const struct retries *r, const struct job *j);

/* Has it wait, and returns for how long. When memory is out it does not wait at all. */
gf_ns retry_later(struct retries *r, struct job *j);

/* Whether so many wait that no new job should start. */
bool retry_is_full(const struct retries *r);

struct job *retry_take(struct retries *r);
void retry_put_back(struct retries *r, struct job *j);

/* One after the other, all that wait; NULL: there is none any more. */
struct job *retry_give_up(struct retries *r);

#endif
