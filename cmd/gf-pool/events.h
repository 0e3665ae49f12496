/*
 * events.h - --events: what happens to each job, as NDJSON, while it happens.
 *
 * An observer. An event is appended to what waits; before the loop waits all of them go out in one
 * write. Nothing here waits for the reader: what it does not take stays, and while more than a MiB
 * of that is left no job is started.
 *
 * A file that is moved aside meanwhile is opened anew under its name, as the job log is (record.h).
 */
#ifndef GF_POOL_EVENTS_H
#define GF_POOL_EVENTS_H

#include "observer.h"
#include "run/linelog.h"
#include "tally.h"
#include "verdict.h"

struct events {
    struct gf_linelog log;
    struct verdict *verdict;
    struct gf_buf line;
};

extern const struct observer_events events_observer;

/* `path` may be NULL: then nothing is done by any of these. -1 after a message. */
int events_open(struct events *e, const char *path, struct verdict *v);

/* The first event: so many slots. */
void events_begin(struct events *e, struct ev_loop *loop, uint64_t slots);

/* Writes what there is. True when all of it is out. */
bool events_flush(struct events *e);

/* Whether so much waits that no more should start. */
bool events_is_full(const struct events *e);

/* The last event; now the reader is waited for. -1 after a message. */
int events_end(struct events *e, int status, const struct tally *t);
void events_close(struct events *e);

#endif
