/*
 * answers.h - --worker: whose answer is whose, what is told of each record, and the order of
 * output.
 *
 * Records in a row that one worker has are a chunk. A worker has a list of chunks, the first one
 * first; with -k a chunk is a turn of the output (run/ordered.h), so that the chunks of all workers
 * are written in the order of their records, and what waits for its turn goes to a file when it is
 * much.
 *
 *     answers_given(&a, &list, seq);                       // the worker has one record more
 *     answers_take(&a, &list, &about, bytes, len, n);      // n whole answers
 *     answers_none(&a, &list, &about, &ending, why);       // the first one has failed
 *
 * Observers are told of each record, through one struct job that stands for whichever is at hand,
 * but only when somebody looks at single records: a million records a second leave no time for
 * each.
 */
#ifndef GF_POOL_ANSWERS_H
#define GF_POOL_ANSWERS_H

#include "job.h"
#include "run/ordered.h"
#include "session.h"

struct chunk {
    struct chunk *next; /* of the same worker */
    void *owner;        /* the worker; NULL: all is answered, or the worker ended */
    struct gf_turn turn;
    uint64_t seq; /* of the first */
    uint64_t count, answered;
};

struct chunks {
    struct chunk *first, *last;
    void *owner; /* of each */
};

/* The records of a worker, as its answers come. */
struct about {
    const char *records; /* the first unanswered one, and those behind it, with separators */
    size_t len;
    unsigned slot;
    unsigned attempt; /* of the first one */
    pid_t pid;
    gf_ns since_mono; /* since when the first one is worked on */
    bool is_given_up; /* the first one waited for another attempt, which it will not get */
};

struct answers {
    struct session *session;
    struct gf_ordered output;
    bool observed;         /* each record is told of */
    struct job job;        /* the record at hand */
    struct work work;      /* of it: --tag */
    struct gf_buf command; /* what is in front of a record in the log */
};

/* `on` has the output's events; begin and end are not used. */
void answers_open(struct answers *a, struct session *s, const struct gf_ordered_events *on,
                  void *owner);
void answers_release(struct answers *a);

/* `COMMAND <<<`: what the name of a worker's record begins with, and what bash would run so. 0, or
 * -1: memory is out. */
int answers_add_command(struct gf_buf *b, const struct options *o);

/* The text of the record in the log, in a->job.command, valid until the next call. */
struct gf_slice answers_name(struct answers *a, const char *record, size_t len);

/* The record `seq` is given to the worker. -1: memory is out. */
int answers_given(struct answers *a, struct chunks *list, uint64_t seq, const struct about *about);

/* The number of the first unanswered record; there is one. */
uint64_t answers_first(const struct chunks *list);

/* `n` whole answers to the first records. */
void answers_take(struct answers *a, struct chunks *list, const struct about *about,
                  const char *data, size_t len, size_t n);

/* The first record has no answer and will have none: it has failed, or was interrupted. */
void answers_none(struct answers *a, struct chunks *list, const struct about *about,
                  const struct gf_ending *ending, const char *why);

/* The first record is tried again, after so long. */
void answers_retried(struct answers *a, const struct chunks *list, const struct about *about,
                     const struct gf_ending *ending, gf_ns wait);

/* What happens to the worker of the first record; `sig` 0: the record's time limit has come. */
void answers_signalled(struct answers *a, const struct chunks *list, const struct about *about,
                       int sig);

/* A record that no worker can have, for this errno, is given to none, and has failed. */
int answers_why_not(struct answers *a, uint64_t seq, const struct gf_value *record);
void answers_refused(struct answers *a, uint64_t seq, const struct gf_value *record, int why);

#endif
