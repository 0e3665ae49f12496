/*
 * events.h - --events: what happens in a run, as NDJSON, while it happens.
 *
 * Not each record, of which there may be a million a second: processes that start and end, records
 * that are tried again, dead letters, the begin and the end of the run.
 */
#ifndef GF_PIPELINE_EVENTS_H
#define GF_PIPELINE_EVENTS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"
#include "run/linelog.h"

struct run;
struct stage;
struct gf_piece;
struct failure;

struct events {
    struct gf_linelog log;
    struct gf_buf line;
};

/* -1 after a message. Without --events nothing is done by any of these. */
int events_open(struct run *r);
void events_begin(struct run *r);
void events_process(struct run *r, const struct stage *s, const char *what, pid_t pid);
void events_retry(struct run *r, const struct stage *s, const struct gf_piece *p,
                  const struct failure *why, gf_ns wait);
void events_dead(struct run *r, const struct stage *s, const struct gf_piece *p,
                 const struct failure *why);
/* A record that was too long to be read. */
void events_oversize(struct run *r, uint64_t seq);
/* The last event; the reader is waited for. -1 after a message. */
int events_end(struct run *r, int status);
void events_close(struct run *r);

#endif
