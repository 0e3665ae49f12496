/*
 * failed.h - --failed FILE: the records that failed, as they stood in the input.
 *
 *     failed_open(&f, o, &intake, &verdict);       // behind intake_open: it keeps the header
 *     observers_add(&all, &failed_observer, &f);   // a command for each record, or for several
 *     failed_keep(&f, seq, record, len);           // --worker: whose records have no job
 *     failed_close(&f);
 *     failed_release(&f);
 *
 * Each record is followed by the separator of the input, so that the same command with `-a FILE`
 * runs those records alone; with --header the header is in front of the first one. A job of several
 * records gives all of them, one of --pipe its block. What was interrupted is there too: it is not
 * done.
 */
#ifndef GF_POOL_FAILED_H
#define GF_POOL_FAILED_H

#include "intake.h"
#include "observer.h"
#include "verdict.h"

struct failed {
    const struct options *opt;
    const struct source *source;
    struct verdict *verdict;
    int fd; /* -1: none */
    bool begun;
    struct gf_buf header; /* in front of the first record */
    struct gf_buf text;   /* what is to be written */
    struct work work;     /* of a job */
};

extern const struct observer_events failed_observer;

/* -1 after a message. */
int failed_open(struct failed *f, const struct options *o, const struct intake *in,
                struct verdict *v);

/* The record of that number failed. */
void failed_keep(struct failed *f, uint64_t seq, const char *record, size_t len);

/* -1 after a message: what failed could not be kept. */
int failed_close(struct failed *f);
void failed_release(struct failed *f);

#endif
