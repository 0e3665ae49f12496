/*
 * timeline.h - --report: what the page shows, gathered while jobs run, in bounded memory.
 *
 * An observer. An attempt is a bar. When there are twenty thousand of them the shorter half goes,
 * and what is shorter than those is not kept any more: at the width of a page such bars cannot be
 * seen. Failures are kept with the end of their standard error, the first five hundred of them; all
 * are counted.
 */
#ifndef GF_POOL_TIMELINE_H
#define GF_POOL_TIMELINE_H

#include "base/buf.h"
#include "base/clock.h"
#include "observer.h"
#include "proc/ending.h"

enum bar_outcome {
    BAR_OK,
    BAR_FAILED,
    BAR_TIMED_OUT,
    BAR_RETRIED,
    BAR_INTERRUPTED
};

enum {
    BAR_OUTCOMES = 5,
    BAR_NAME_SIZE = 72,   /* room for a command, cut in the middle */
    TIMELINE_BUCKETS = 40 /* see timeline_bucket_from */
};

/* An attempt; times from the beginning of the run. */
struct bar {
    gf_ns start, end;
    uint64_t seq;
    unsigned slot;
    enum bar_outcome outcome;
    char how[GF_ENDING_SIZE];
    char name[BAR_NAME_SIZE];
};

struct failure {
    uint64_t seq;
    unsigned attempt;
    char how[GF_ENDING_SIZE];
    gf_ns length; /* -1: it could not start, and `tail` says why */
    struct gf_buf command, tail;
};

struct timeline {
    bool on; /* --report is given; else nothing is kept */
    gf_ns begin_mono;
    struct bar *bar;
    size_t nbars, cap;
    gf_ns shortest;     /* what is shorter is not drawn */
    uint64_t not_drawn; /* attempts */
    unsigned slots;     /* that were in use */
    uint64_t bucket[TIMELINE_BUCKETS][BAR_OUTCOMES];
    struct failure *failure;
    size_t nfailures;
    uint64_t more_failures;
};

extern const struct observer_events timeline_observer;

void timeline_release(struct timeline *t);

/* The shortest time that bucket `i` counts: 0, 1 ms, 2 ms, 5 ms, 10 ms and so on. */
gf_ns timeline_bucket_from(unsigned i);

/* The text in at most `most` bytes: what is longer loses its middle, where an ellipsis stands, and
 * no character is cut. */
void timeline_clip(struct gf_buf *out, const char *text, size_t len, size_t most);

#endif
